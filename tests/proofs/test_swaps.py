"""No theorem is proved with a reader, a search or a check in it exchanged."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from stability.conventions import Neighbour, Notion
from stability.errors import Refusal
from stability.setup.fields import POSITIVE
from stability.theorems.catalogue import BY_ID
from stability.theorems.kinds.constant import Product
from stability.theorems.kinds.situation import Choice
from stability.theorems.kinds.support import Shape
from stability_proofs.ledger.ledger import PROVED, UNDECIDED, prove
from stability_proofs.semantics.setups.plain import built, setup_of
from stability_proofs.semantics.setups.tried_choices import constants_for
from tests.proofs.swaps import survivors

DELTA = Fraction(1, 20)


def test_nothing_that_is_exchanged_is_proved() -> None:
    counts, found = survivors()
    assert found == []
    assert counts["readers"] > 1000 and counts["searches"] > 20 and counts["checks"] > 70


def choosing(name: str, **values: Fraction) -> object:
    """A theorem whose search finds these values, and the others as it did."""
    theorem = BY_ID[name]
    choice: Choice = theorem.choose  # type: ignore[union-attr]
    return replace(
        theorem,
        choose=replace(choice, search=lambda at: {**choice.search(at), **values}),  # type: ignore[call-arg]
    )


OUTSIDE = {
    "elastic-finite-emp": {"eta": Fraction(0), "p": Fraction(0)},
    "elastic-finite-loo": {"p": Fraction(-1, 2)},
    "bousquet2020-moment": {"order": Fraction(1, 1000)},
    "lei2020-thm2b": {"balance": Fraction(-1, 4)},
    "elastic-moments": {"column_norm": Fraction(0)},
    "deng2021-asymptotic": {"eta": Fraction(-1)},
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_number_comes_of_what_may_not_be_chosen(name: str) -> None:
    """The search is not trusted: what it finds is checked where the bound is made."""
    theorem, wrong = BY_ID[name], choosing(name, **OUTSIDE[name])
    tried = [constant for constant, _ in constants_for(theorem)]  # type: ignore[arg-type]
    assert any(theorem.supports(constant, DELTA) is None for constant in tried)  # type: ignore[union-attr, call-arg, arg-type]
    for constant in tried:
        with pytest.raises(Refusal) as refused:
            wrong.all_bounds(constant, DELTA)  # type: ignore[attr-defined]
        assert refused.value.hypothesis_id == "chosen-in-domain"
    assert prove(wrong).verdict == UNDECIDED  # type: ignore[arg-type]


@pytest.mark.parametrize("t0", [Fraction(-5), Fraction(0), Fraction(3, 2)])
def test_no_constant_comes_of_what_may_not_be_chosen(t0: Fraction) -> None:
    setup = built(setup_of("sgd", algorithm__step_size={"schedule": "decay", "c": Fraction(1)}))
    assert BY_ID["elastic-sgd-nonconvex"].supports(setup) is None  # type: ignore[union-attr, call-arg, arg-type]
    refusal = choosing("elastic-sgd-nonconvex", t0=t0).supports(setup)  # type: ignore[attr-defined]
    assert refusal.hypothesis_id == "chosen-in-domain" and refusal.where == "t0"


def test_all_of_the_failure_probability_is_accounted_for() -> None:
    """p and the delta of the concentration step together are at most what is left."""
    theorem = BY_ID["elastic-finite-emp"]
    constant = next(c for c, _ in constants_for(theorem))  # type: ignore[arg-type]
    wrong = choosing("elastic-finite-emp", delta=DELTA + Fraction(1, 10**9))
    assert wrong.supports(constant, DELTA).where == "delta"  # type: ignore[attr-defined]


def test_a_search_gives_all_free_symbols_and_no_others() -> None:
    theorem = BY_ID["lei2020-thm2b"]
    choice: Choice = theorem.choose  # type: ignore[union-attr]
    for search in (lambda at: {}, lambda at: {**choice.search(at), "training_risk": Fraction(0)}):
        other = replace(theorem, choose=replace(choice, search=search))  # type: ignore[call-arg]
        entry = prove(other)
        assert entry.verdict == UNDECIDED and "it chooses" in entry.reason


def test_what_is_read_or_given_is_not_free() -> None:
    theorem = BY_ID["lei2020-thm2b"]
    choice: Choice = theorem.choose  # type: ignore[union-attr]
    for name in ("training_risk", "epsilon", "gamma"):
        search = lambda at, name=name: {**choice.search(at), name: Fraction(1)}  # noqa: E731
        wider = Choice({**choice.domains, name: POSITIVE}, search)
        entry = prove(replace(theorem, choose=wider))  # type: ignore[call-arg]
        assert entry.verdict == UNDECIDED and "not free" in entry.reason


def test_a_support_holds_for_its_shape_alone() -> None:
    """What needs a product supports nothing of another beta: not in a number, not in the ledger."""
    theorem = BY_ID["elastic-moments"]
    supports = theorem.supporting  # type: ignore[union-attr]
    loose = tuple(replace(s, shape=Shape.ANY) for s in supports)
    entry = prove(replace(theorem, supporting=loose))  # type: ignore[call-arg]
    assert entry.verdict == UNDECIDED and "norm of the supremum, product" in entry.reason
    assert prove(theorem).verdict == PROVED
    of_any, of_product = (
        theorem.all_bounds(constant, DELTA)[0].chosen["supremum_norm"]  # type: ignore[union-attr]
        for constant, _ in list(constants_for(theorem))[:2]  # type: ignore[arg-type]
    )
    assert of_product < of_any


LABELS = {
    "a fixed order that is called symmetric": ("elastic-sgd-shuffled", {"symmetric": True}),
    "a product where nothing is elastic": ("bousquet2002-thm22", {"structure": Product()}),
    "a degree that is none": ("hardt2016-convex", {"degree": 0}),
    "no degree where there is one": ("hardt2016-convex", {"degree": None}),
    "weights left out": ("lei2020-thm2b", {"weights": {}}),
    "other words for a symbol": ("hardt2016-convex", {"meanings": {"L": "the mean"}}),
    "a direction that is the other one": ("hardt2016-convex", {"monotone": {"m": 1}}),
    "a direction in which nothing moves": ("hardt2016-convex", {"monotone": {"gamma": 1}}),
    "what the source leaves open": ("hardt2016-convex", {"unspecified": ("C",)}),
}


@pytest.mark.parametrize("which", LABELS)
def test_a_label_that_says_something_else_is_not_proved(which: str) -> None:
    name, changed = LABELS[which]
    assert prove(BY_ID[name]).verdict == PROVED
    assert prove(replace(BY_ID[name], **changed)).verdict == UNDECIDED  # type: ignore[arg-type]


def test_deleting_in_place_where_that_is_false_is_not_proved() -> None:
    theorem = BY_ID["elastic-sgd-shuffled-strongly-convex"]
    loose = tuple(replace(s, in_place=None) for s in theorem.statements)  # type: ignore[call-arg]
    entry = prove(replace(theorem, statements=loose))  # type: ignore[type-var]
    assert entry.verdict == UNDECIDED and "deleting in place" in entry.reason


def test_constants_are_tried_of_every_notion_that_is_taken() -> None:
    found = {c.notion for c, _ in constants_for(BY_ID["elastic-finite-emp"])}  # type: ignore[arg-type]
    assert found == {Notion.ELASTIC}
    found_neighbours = {c.neighbour for c, _ in constants_for(BY_ID["bousquet2020-moment"])}  # type: ignore[arg-type]
    assert found_neighbours == {Neighbour.REPLACEMENT}
