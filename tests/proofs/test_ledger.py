"""The ledger: what is proved, on what it rests, and that changed theorems are not proved."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
import sympy

from stability.conventions import Averaged, Kind, Over
from stability.theorems.catalogue import BY_ID, CATALOGUE
from stability.theorems.kinds.symbol_values import READERS, Reader
from stability.theorems.statements.symbols import symbol
from stability_proofs.kernel import checker
from stability_proofs.kernel.axioms import AXIOMS
from stability_proofs.kernel.terms import HORIZON, canon, le
from stability_proofs.ledger.ledger import PROVED, UNDECIDED, derived_of, ledger, prove
from stability_proofs.ledger.mutants import changed_numbers, mutants
from stability_proofs.ledger.survivors import survivors_among
from stability_proofs.semantics import on_average
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.theorems.catalogue import DERIVATIONS, ON_TRUST

NAMES = {axiom.name for axiom in AXIOMS}


@pytest.mark.parametrize("theorem", CATALOGUE, ids=lambda theorem: theorem.id)
def test_is_proved_or_says_what_is_taken_on_trust(theorem: object) -> None:
    entry = prove(theorem)  # type: ignore[arg-type]
    told = (theorem.trust, theorem.record()["trust"])  # type: ignore[attr-defined]
    assert told == (("derived here" if entry.verdict == PROVED else "second hand"),) * 2
    assert theorem.trust.verdict == entry.verdict, "what tables say"  # type: ignore[attr-defined]
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
        ("bousquet2020-tail", ("rio-step",)),
    ],
)
def test_rests_on(theorem: str, axioms: tuple[str, ...]) -> None:
    assert prove(BY_ID[theorem]).axioms == axioms


def test_expectations_over_draws_are_over_finitely_many() -> None:
    """Theorems on draws rest on the last draw being within the horizon, and state that."""
    ends = {"lei2020-convex-l1": on_average.LAST, "lei2020-convex-l2": on_average.LAST}
    ends["soloff2024-bagging"] = symbol_term("subsample")
    for name, last in ends.items():
        within = le(last, HORIZON)
        parts = derived_of(BY_ID[name])
        used = {h for _, derived in parts for t in derived.theorems for h in t.hypotheses}
        assert canon(within) in set(map(canon, used)), name
        unsaid = [replace(c, allowed=tuple(f for f in c.allowed if f != within)) for c, _ in parts]
        reasons = [c.unmet(derived) for c, (_, derived) in zip(unsaid, parts, strict=True)]
        assert any("not among the hypotheses" in (reason or "") for reason in reasons), name


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


def test_a_derivation_cannot_change_what_it_is_judged_by() -> None:
    """It gets claims of its own, whose values cannot be written to."""
    small = replace(THEOREM.statements[0], values={"bound": sympy.Integer(0)})
    theorem = replace(THEOREM, statements=(small,))
    easy = checker.natural(checker.num(3))

    def lowered(claim: Claim) -> Derived:
        claim.values["bound"] = checker.num(0)  # type: ignore[index]
        return Derived((easy,))

    def judged_otherwise(claim: Claim) -> Derived:
        object.__setattr__(claim, "said", (easy.conclusion,))
        return Derived((easy,))

    assert prove(theorem, lowered).verdict == UNDECIDED
    assert prove(theorem, judged_otherwise).verdict == UNDECIDED


def test_what_only_looks_like_a_theorem_proves_nothing() -> None:
    class Alike:
        hypotheses = frozenset[object]()
        axioms = frozenset[object]()

        def __init__(self, conclusion: object) -> None:
            self.conclusion = conclusion

    def pretended(claim: Claim) -> Derived:
        return Derived(tuple(map(Alike, claim.goals({}))))  # type: ignore[arg-type]

    entry = prove(THEOREM, pretended)
    assert entry.verdict == UNDECIDED
    assert "no theorem" in entry.reason


def changed(name: str, **fields: object) -> tuple[str, str]:
    entry = prove(replace(BY_ID[name], **fields))
    return entry.verdict, entry.reason


LABELS = {
    "a tail that is called an expectation": ("mohri2018-replacement", {"over": Over.NOTHING}),
    "a moment that is called a tail": ("bousquet2020-moment", {"over": Over.SAMPLE}),
    "an average over the algorithm that is not told": (
        "mohri2018-replacement",
        {"averages": Averaged.NOTHING},
    ),
    "a square that is called one of both": ("bousquet2002-lemma9", {"averages": Averaged.BOTH}),
    "a value that scales otherwise": ("elastic-finite-loo", {"scales_down": ("B", "U")}),
    "for every m instead of large m": ("deng2021-asymptotic", {"kind": Kind.UPPER}),
}


@pytest.mark.parametrize("which", LABELS)
def test_a_wrong_label_is_not_proved(which: str) -> None:
    name, fields = LABELS[which]
    assert prove(BY_ID[name]).verdict == PROVED
    assert prove(replace(BY_ID[name], **fields)).verdict == UNDECIDED


def test_hypotheses_that_nothing_checks_prove_nothing() -> None:
    """A hypothesis is known by its words; without its check it would hold for every setup."""
    theorem = BY_ID["hardt2016-convex"]
    unchecked = tuple(replace(h, check=None) for h in theorem.hypotheses)
    verdict, reason = changed("hardt2016-convex", hypotheses=unchecked)
    assert verdict == UNDECIDED
    assert "nothing checks" in reason


@pytest.mark.parametrize(
    "extras",
    [
        {"beta": symbol("L")},
        {"rho": symbol("L") * symbol("prediction_range") / symbol("draws"), "draws": sympy.S(100)},
        {"rho": symbol("L") / symbol("draws") / 100, "draws": symbol("draws")},
        {"another": symbol("L")},
    ],
    ids=["overrides a value", "a number of draws", "rho too small", "unknown"],
)
def test_further_values_are_derived_as_well(extras: dict[str, sympy.Expr]) -> None:
    theorem = BY_ID["elisseeff2005-bagging"]
    (form,) = theorem.statements
    assert prove(theorem).verdict == PROVED
    assert changed(theorem.id, statements=(replace(form, extras=extras),))[0] == UNDECIDED


def test_a_derivation_that_breaks_proves_nothing() -> None:
    entry = prove(THEOREM, lambda claim: 1 / 0)  # type: ignore[arg-type, return-value]
    assert entry.verdict == UNDECIDED
    assert "ZeroDivisionError" in entry.reason


@pytest.mark.parametrize("theorem", CATALOGUE, ids=lambda theorem: theorem.id)
def test_a_symbol_read_at_another_place_is_not_proved(theorem: Any) -> None:
    """Where each of its symbols is read, every other reader is put, and one that reads nothing."""
    usual = {**READERS, **theorem.readers}
    names = {n for s in theorem.statements for n in s.names()} & {*usual}
    for name in sorted(names):
        own = [usual[other] for other in usual if usual[other] != usual[name]]
        for other in (*own, Reader(usual[name].place, lambda setup: 1)):
            changed = replace(theorem, readers={**theorem.readers, name: other})
            assert prove(changed).verdict == UNDECIDED, (name, other.place)
    if theorem.readers and theorem.id not in ON_TRUST:
        assert prove(replace(theorem, readers={})).verdict == UNDECIDED


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
    (reading,) = THEOREM.statements  # type: ignore[union-attr]
    higher = replace(reading, values={"bound": reading.values["bound"] * 2})
    loose = replace(THEOREM, statements=(higher,))  # type: ignore[type-var]
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
