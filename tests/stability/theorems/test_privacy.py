"""Privacy and single draws: reference values, and the ways from a budget to a bound."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from stability.bounds.analyse import Analysis, analyse
from stability.conventions import Averaged, Over
from stability.errors import SetupError
from stability.report.words import setup_words
from stability.setup.algorithms import DifferentiallyPrivate, GibbsAveraging
from stability.setup.setup import Loss, Setup
from stability.setup.template import template
from stability.theorems.evaluate import evaluate


def private(size: int = 1000, **budget: Any) -> Analysis:
    given = {"neighbour": "replace-one", "source": "a proof", **budget}
    algorithm = DifferentiallyPrivate(**given)
    return analyse(Setup(sample=size, loss=Loss(range=1), algorithm=algorithm))


REFERENCES = [
    ("gibbs-one-draw", {"M": 1, "exponent": "0.01", "m": 1000, "delta": "0.05"}, 0.044023917496543),
    ("pure-dp-one-draw", {"M": 1, "dp_epsilon": "0.1", "m": 1000, "delta": "0.05"},
     0.0710745714768678),
    ("dp-to-uniform", {"M": 1, "dp_epsilon": 1, "dp_delta": "1e-5"}, 0.462122536088437),
    ("dp-to-uniform", {"M": 1, "dp_mu": "0.5"}, 0.197412651365847),
    ("dp-to-uniform", {"M": 1, "dp_rho": "0.1"}, 0.223606797749979),
]  # fmt: skip
"""Computed once by mpmath with 30 digits."""


@pytest.mark.parametrize(("theorem", "values", "wanted"), REFERENCES)
def test_reference_values(theorem: str, values: dict[str, Any], wanted: float) -> None:
    found = evaluate(theorem, values)
    assert found.value == pytest.approx(wanted, rel=1e-12, abs=0)
    assert found.enclosure.high - found.enclosure.low < Fraction(1, 10**25)


def test_a_setup_in_words_names_the_accountant_and_its_neighbours() -> None:
    words = setup_words(private(source="Opacus 1.5", epsilon=1, delta="1e-5").setup)
    assert words == (
        "differentially private training, replace-one neighbours, budget by Opacus 1.5, epsilon 1, "
        "delta 1e-05, m = 1000"
    )


def test_maurers_form_is_larger() -> None:
    values = {"M": 1, "exponent": "0.01", "m": 1000, "delta": "0.05"}
    assert evaluate("gibbs-one-draw", values).value < 0.0487022756020495


def test_the_gibbs_algorithm_has_both_statements_and_labels_tell_them_apart() -> None:
    algorithm = GibbsAveraging(regularization="0.1", base_range=1)
    found = analyse(Setup(sample=1000, algorithm=algorithm))
    (drawn,), (of_mean,) = found.of("gibbs-one-draw"), found.of("gibbs-mean-draw")
    assert drawn.value == of_mean.value == pytest.approx(0.044023917496543, rel=1e-12)
    assert (drawn.over, drawn.averaged_over) == (Over.BOTH, Averaged.NOTHING)
    assert (of_mean.over, of_mean.averaged_over) == (Over.SAMPLE, Averaged.ALGORITHM)
    assert drawn.labels.words != of_mean.labels.words
    best = found.best()
    assert best is not None and best.value == drawn.value
    assert found.of("bousquet2002-thm12-emp")[0].value > 1


BUDGETS = [
    ({"epsilon": "0.1"}, 0.04995837495787998, 0.09966799462495582),
    ({"epsilon": 1, "delta": "1e-5"}, 0.46212253608843, 0.76160176),
    ({"mu": "0.5"}, 0.197412651365847, 0.3829249225480262),
    ({"rho": "0.1"}, 0.223606797749979, 0.447213595499958),
    ({"delta_at_zero": "0.2"}, 0.2, 0.4),
]
"""A budget, its total variation, and that of replacement if it is for adding or removing."""


@pytest.mark.parametrize(("budget", "once", "twice"), BUDGETS)
def test_every_budget_gives_uniform_stability(
    budget: dict[str, Any], once: float, twice: float
) -> None:
    for word, wanted in (("replace-one", once), ("add-remove", twice)):
        found = private(**budget, neighbour=word)
        (mean,) = found.of("hardt2016-expectation")
        assert mean.value == pytest.approx(wanted, rel=1e-5)
        assert mean.averaged_over is Averaged.BOTH
        (beta,) = found.of("uniform-split")
        assert beta.averaged_over is Averaged.ALGORITHM and beta.over is Over.SAMPLE


def test_replacement_is_never_worse_than_twice_a_deletion() -> None:
    """The way through the budget of replacement is taken where it gives less."""
    (mean,) = private(epsilon=1, neighbour="add-remove").of("hardt2016-expectation")
    assert mean.path[:3] == ("dp-guarantee", "dp-to-replacement", "dp-to-uniform")
    assert mean.value < 2 * 0.46212
    (mean,) = private(rho=1, neighbour="add-remove").of("hardt2016-expectation")
    assert mean.path[:3] == ("dp-guarantee", "dp-to-uniform", "deletion-to-replacement")


def test_single_draws_are_for_pure_privacy() -> None:
    pure = private(epsilon="0.1")
    assert pure.of("pure-dp-one-draw")[0].value == pytest.approx(0.0710745714768678, rel=1e-12)
    assert pure.of("pure-dp-mean-draw")[0].value == pytest.approx(0.0710745714768678, rel=1e-12)
    zero = private(epsilon="0.1", delta=0)
    assert zero.of("pure-dp-one-draw")[0].value == pure.of("pure-dp-one-draw")[0].value
    added = private(epsilon="0.05", neighbour="add-remove")
    assert added.of("pure-dp-one-draw")[0].value == pure.of("pure-dp-one-draw")[0].value
    for budget in ({"epsilon": "0.1", "delta": "1e-9"}, {"mu": "0.1"}, {"rho": "0.1"}):
        assert not private(**budget).of("pure-dp-one-draw")


@pytest.mark.parametrize("epsilon", ["0", "1000", "1e300"])
def test_budgets_of_any_size(epsilon: str) -> None:
    for budget in ({"epsilon": epsilon}, {"epsilon": epsilon, "delta": "0.3"}):
        for word in ("replace-one", "add-remove"):
            found = private(**budget, neighbour=word)
            (mean,) = found.of("hardt2016-expectation")
            assert 0 <= mean.value <= 1 + 1e-15  # rounded up


@pytest.mark.parametrize(
    ("budget", "where", "found"),
    [
        ({}, "epsilon", "no privacy budget"),
        ({"delta": "1e-5"}, "delta", "without epsilon"),
        ({"mu": 1, "delta": "1e-5"}, "delta", "without epsilon"),
        ({"epsilon": 1, "mu": 1}, "mu", "2 privacy budgets: epsilon, mu"),
        ({"epsilon": 1, "delta": "0.1", "rho": 1}, "rho", "epsilon, delta, rho"),
        ({"mu": 1, "rho": 1, "delta_at_zero": 0}, "delta_at_zero", "3 privacy budgets"),
        ({"epsilon": -1}, "epsilon", "-1"),
        ({"epsilon": 1, "delta": 1}, "delta", "1"),
        ({"epsilon": 1, "delta": -1}, "delta", "-1"),
        ({"mu": 0}, "mu", "0"),
        ({"delta_at_zero": "1.1"}, "delta_at_zero", "1.1"),
        ({"epsilon": 1, "neighbour": "deletion"}, "neighbour", "deletion"),
        ({"epsilon": 1, "source": " "}, "source", " "),
    ],
)
def test_budgets_that_cannot_be(budget: dict[str, Any], where: str, found: str) -> None:
    given = {"neighbour": "replace-one", "source": "a proof", **budget}
    with pytest.raises(SetupError) as caught:
        DifferentiallyPrivate(**given)
    assert caught.value.where == f"algorithm.{where}"
    assert found in str(caught.value.found)


def test_the_template_says_which_neighbours_accountants_mean() -> None:
    text = template("dp")
    assert "Poisson-sampled" in text and '"add-remove" unless' in text.replace("\n#   ", " ")
