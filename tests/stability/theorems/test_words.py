"""What the words about theorems say is what the theorems say."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

import stability.theorems
from stability.bounds.analyse import analyse
from stability.conventions import DISTANCES, Convention, Notion, Quantity
from stability.report.html.render import render_analysis
from stability.report.latex.bounds import latex_table
from stability.report.rows import bound_rows
from stability.report.words import QUANTITY_LATEX
from stability.setup.setup import AssumedStability, Loss, Sample, Setup, Training
from stability.setup.template import template
from stability.testing.strategies.applicable import VARIANTS
from stability.testing.strategies.edits import edited
from stability.theorems.catalogue import BY_ID, CATALOGUE, STABILITY_THEOREMS
from stability.theorems.kinds import GeneralizationTheorem
from stability.theorems.kinds.quantities import QUANTITIES

LEFT_SIDES = {
    Quantity.ABSOLUTE_GAP: ("|G|",),
    Quantity.LOO_ABSOLUTE_GAP: ("|R - R_loo|",),
    Quantity.MOMENT: ("||G||_q",),
    Quantity.SQUARED_GAP: ("E (R - R_emp)^2", "E (R - R_loo)^2", "E G^2"),
    Quantity.LOO_SQUARED_GAP: ("E (R - R_loo)^2",),
    Quantity.EXPECTED_GAP: ("E[R - R_emp]", "E[F - F_S]"),
    Quantity.RANDOMISED_GAP: ("E_Q[R - R_emp]",),
    Quantity.RANDOMISED_KL: ("kl(E_Q R_emp, E_Q R)",),
    Quantity.DRAWN_KL: ("kl(R_emp(h), R(h))",),
    Quantity.DISTANCE: ("|A(S) - E A|",),
    Quantity.SQUARED_DISTANCE: ("E|A(S) - E A|^2",),
}
"""How left sides of statements are written; those of other quantities are one-sided."""


NORMS = {Quantity.ABSOLUTE_GAP, Quantity.LOO_ABSOLUTE_GAP, Quantity.MOMENT} | DISTANCES


def builders() -> Iterator[tuple[str, Callable[[], GeneralizationTheorem]]]:
    """The functions that make the generalization theorems of the catalogue."""
    for module in pkgutil.iter_modules(stability.theorems.__path__):
        found = importlib.import_module(f"stability.theorems.{module.name}")
        for name, value in vars(found).items():
            returned = getattr(value, "__annotations__", {}).get("return")
            if returned == "GeneralizationTheorem" and not name.startswith("_"):
                yield f"{module.name}.{name}", value


BUILDERS = dict(builders())


def test_every_generalization_theorem_is_read() -> None:
    made = {build().id for build in BUILDERS.values()}
    assert made == {t.id for t in CATALOGUE if isinstance(t, GeneralizationTheorem)}


@pytest.mark.parametrize("name", BUILDERS)
def test_a_docstring_is_two_sided_where_the_statement_is(name: str) -> None:
    """A bound on a gap is one-sided; only that on an absolute value may be written as one."""
    build = BUILDERS[name]
    said = (build.__doc__ or "").split("<=")[0]
    quantities = {reading.quantity for reading in build().statements}
    for quantity in quantities:
        written = LEFT_SIDES.get(quantity, ("",))
        assert any(left in said for left in written), said
    assert "|" not in said or quantities & NORMS, said


def excess() -> Setup:
    own = AssumedStability(
        notion="uniform average", neighbour="replacement", values={"epsilon": "0.01"}
    )
    return Setup(
        sample=Sample(1000),
        stability=own,
        training=Training(erm_error="0.02", measured=False),
        loss=Loss(range=1),
    )


def test_an_excess_risk_is_over_the_best_of_a_class() -> None:
    analysis = analyse(excess())
    (row,) = (r for r in bound_rows(analysis, True) if r.quantity == "excess-risk")
    words = "over the best in the class of erm_error"
    assert (row.detail, row.average) == (words, "mean over sample and algorithm")
    assert words in render_analysis(analysis, "excess")
    assert words.replace("_", r"\_") in latex_table(analysis, True)
    assert "in the class of erm_error" in QUANTITIES[Quantity.EXCESS_RISK]
    assert r"\mathcal{H}" in QUANTITY_LATEX[Quantity.EXCESS_RISK]
    for theorem in ("shalev2010-thm8", "klochkov2021-excess"):
        assert "in a class of models" in BY_ID[theorem].symbols()["erm_error"]
    for text in (Training.__doc__ or "", template()):
        assert "in a class of models" in " ".join(text.replace("#", " ").split())


def test_training_risks_say_in_which_loss() -> None:
    for theorem in ("lei2020-convex-l1", "lei2020-convex-l2"):
        assert "the loss that is trained on (not cut)" in BY_ID[theorem].symbols()["F"]
    assert "the loss that is evaluated" in BY_ID["lei2020-thm2b"].symbols()["training_risk"]
    told = " ".join((Training.__doc__ or "").split())
    assert "in the loss that is trained on and not cut" in told
    text = " ".join(template().replace("\n#", " ").split())
    assert "training risk before each step, in the loss that is" in text


def test_one_elastic_function_serves_both_sizes() -> None:
    """Constants that enter at m - 1 as well have the same values there: beta does not depend on m.

    Those that delete in place enter as they are.
    """
    seen = set()
    drawn = (s for v in VARIANTS for s in edited(v, "algorithm.order"))
    counted = (*VARIANTS, *drawn)
    for setup in (*counted, *map(_in_epochs, counted)):
        for theorem in STABILITY_THEOREMS:
            if theorem.supports(setup) is not None:
                continue
            for constant in theorem.apply(setup):
                again = constant.convention is Convention.RETRAIN
                if constant.notion is Notion.ELASTIC and again:
                    size = setup.sample.size
                    assert not constant.deletes_in_place
                    assert constant.at(size) == constant.at(size - 1), (theorem.id, constant.form)
                    seen.add(theorem.id)
    named = ("erm", "kernel", "gd", "sgd", "sgd-nonconvex")
    assert seen == {f"elastic-{name}" for name in named}


def _in_epochs(setup: Setup) -> Setup:
    """The same counted in passes over m, where those over m - 1 and m - 2 are as long."""
    known: dict[str, Any] = {"steps": None, "epochs": 2}
    if hasattr(setup.algorithm, "batch_size"):
        known["batch_size"] = 30
    if not hasattr(setup.algorithm, "epochs") or setup.algorithm is None:
        return setup
    return replace(
        setup,
        algorithm=replace(setup.algorithm, **known),
        training=replace(setup.training, expected_risks=None),
    )


def test_whoever_gives_an_elastic_constant_is_told_that_it_serves_both_sizes() -> None:
    theorem = BY_ID["elastic-finite-loo"]
    for name in ("B", "U", "B1"):
        assert "one beta that serves m and m - 1" in theorem.symbols()[name]
    values = {"B": 1, "U": 2, "B1": 1, "D": 1}
    own = AssumedStability(notion="elastic", values=values)  # type: ignore[arg-type]
    refused = {
        r.theorem: r
        for r in analyse(Setup(sample=Sample(100), stability=own, loss=Loss(range=1))).refused
    }
    reason = refused["elastic-finite-loo"]
    assert reason.where == "stability.scaling" and "One beta" in reason.remedy
