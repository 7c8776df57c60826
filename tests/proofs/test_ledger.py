"""The ledger: what is proved, on what it rests, and that changed theorems are not proved."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import sympy

from proofs import checker
from proofs.axioms import AXIOMS
from proofs.ledger import PROVED, UNDECIDED, ledger, prove
from proofs.meaning.claims import Claim, Derived
from proofs.mutants import changed_numbers, mutants
from proofs.survival import survivors_among
from proofs.theorems.catalogue import DERIVATIONS, ON_TRUST
from stability.theorems.catalogue import BY_ID, CATALOGUE

NAMES = {axiom.name for axiom in AXIOMS}


@pytest.mark.parametrize("theorem", CATALOGUE, ids=lambda theorem: theorem.id)
def test_is_proved_or_says_what_is_taken_on_trust(theorem: object) -> None:
    entry = prove(theorem)  # type: ignore[arg-type]
    if entry.id in ON_TRUST:
        assert (entry.verdict, entry.reason) == (UNDECIDED, ON_TRUST[entry.id])
        assert len(entry.reason) > 40
        return
    assert entry.verdict == PROVED, entry.reason
    assert set(entry.axioms) <= NAMES


def test_every_theorem_is_derived_or_taken_on_trust() -> None:
    assert {theorem.id for theorem in CATALOGUE} == {*DERIVATIONS, *ON_TRUST}
    assert not {*DERIVATIONS} & {*ON_TRUST}


@pytest.mark.parametrize(
    ("theorem", "axioms"),
    [
        ("bousquet2002-thm12-emp", ("mcdiarmid",)),
        ("elastic-finite-emp", ("bernstein", "mcdiarmid")),
        ("hardt2016-convex", ()),
        ("elastic-second-moment", ()),
        ("bousquet2020-tail", ("bounded-differences-moments", "marcinkiewicz-zygmund")),
    ],
)
def test_rests_on(theorem: str, axioms: tuple[str, ...]) -> None:
    assert prove(BY_ID[theorem]).axioms == axioms


THEOREM = BY_ID["bousquet2002-thm12-emp"]


def test_a_derivation_of_something_else_proves_nothing() -> None:
    entry = prove(THEOREM, lambda claim: Derived((checker.natural(checker.num(3)),)))
    assert entry.verdict == UNDECIDED
    assert "stated" in entry.reason


def test_an_axiom_outside_the_list_proves_nothing() -> None:
    def assumed(claim: Claim) -> Derived:
        return Derived(tuple(checker.axiom("mcdiarmid", goal) for goal in claim.goals({})))

    entry = prove(THEOREM, assumed)
    assert entry.verdict == UNDECIDED
    assert "not in the list" in entry.reason


def test_what_is_assumed_beside_the_hypotheses_proves_nothing() -> None:
    def assumed(claim: Claim) -> Derived:
        return Derived(tuple(checker.assume(goal) for goal in claim.goals({})))

    entry = prove(THEOREM, assumed)
    assert entry.verdict == UNDECIDED
    assert "not among the hypotheses" in entry.reason


def test_a_derivation_that_breaks_proves_nothing() -> None:
    entry = prove(THEOREM, lambda claim: 1 / 0)  # type: ignore[arg-type, return-value]
    assert entry.verdict == UNDECIDED
    assert "ZeroDivisionError" in entry.reason


def test_goals_without_theorems_are_not_met() -> None:
    assert prove(THEOREM, lambda claim: Derived(())).verdict == UNDECIDED


def test_a_mutant_of_every_theorem_is_not_proved() -> None:
    """A sample; `stability prove --mutants` tries all."""
    generator = random.Random(0)
    for theorem in CATALOGUE:
        if theorem.id in ON_TRUST:
            continue
        every = list(mutants(theorem))
        assert len(every) >= 3
        mutant = generator.choice(every)
        assert prove(mutant.theorem).verdict != PROVED, (theorem.id, mutant.mutation)


def test_all_mutants_of_one_theorem() -> None:
    count, survivors = survivors_among([THEOREM])
    assert count == len(list(mutants(THEOREM))) > 10
    assert survivors == []


def test_a_survivor_is_told() -> None:
    """With a derivation that follows the statement wherever it goes, mutants do survive."""
    (reading,) = THEOREM.readings  # type: ignore[union-attr]
    higher = replace(reading, values={"bound": reading.values["bound"] * 2})
    loose = replace(THEOREM, readings=(higher,))  # type: ignore[type-var]
    assert prove(loose).verdict == UNDECIDED  # also a change to the safe side is seen


def test_unsafe_changes_are_found() -> None:
    M, m = (sympy.Symbol(name, positive=True) for name in "Mm")
    where = [what for what, _ in changed_numbers(3 * M / m, lower=False)]
    assert any("3 down" in what for what in where)
    assert not any("3 up" in what for what in where)
    where = [what for what, _ in changed_numbers(3 * M / m, lower=True)]
    assert any("3 up" in what for what in where)


def test_the_ledger_has_a_line_for_each() -> None:
    chosen = [BY_ID["mohri2018-replacement"], BY_ID["mou2018-sgld"]]
    assert [entry.verdict for entry in ledger(chosen)] == [PROVED, UNDECIDED]
