"""Every theorem that is proved holds in its witnesses, and there each control is noticed.

The controls: with a number just below the least true one a goal is false; and where a premise is
broken and not asked for, a goal is false.
"""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import comb

import pytest
from typer.testing import CliRunner

from stability.cli.app import app
from stability.theorems.catalogue import BY_ID, CATALOGUE
from stability.theorems.kinds import GeneralizationTheorem
from stability_proofs.kernel.terms import ProofError, num, var, variables
from stability_proofs.ledger.ledger import PROVED, UNDECIDED, prove
from stability_proofs.semantics.claims import Claim, Derived, claims
from stability_proofs.semantics.samples import S, gap, tail
from stability_proofs.theorems.catalogue import DERIVATIONS
from stability_proofs.witnesses import catalogue, neighbours, samples
from stability_proofs.witnesses.figures import STATED, Checked, checked, is_lower, with_stated
from stability_proofs.witnesses.rows import Row, checks, evidence_from, named
from stability_proofs.witnesses.witness import Witness, scaled, with_values
from stability_proofs.witnesses.worlds import World

ROUNDING = 1e-9
NAMES = tuple(DERIVATIONS)
each_theorem = pytest.mark.parametrize("name", NAMES, scope="module")
"""What is tried of one theorem stands together, so that it is evaluated once."""


@cache
def checks_of(name: str) -> tuple[tuple[Witness, Checked], ...]:
    return tuple(checks(BY_ID[name], catalogue.WITNESSES[name]))


@cache
def rows_of(name: str) -> tuple[Row, ...]:
    return evidence_from(BY_ID[name], checks_of(name)).rows


def test_there_is_a_witness_of_every_theorem_that_is_derived_and_of_no_other() -> None:
    assert set(catalogue.WITNESSES) == set(NAMES)


@each_theorem
def test_all_that_is_assumed_holds_at_once_and_so_does_what_is_stated(name: str) -> None:
    found = evidence_from(BY_ID[name], checks_of(name))
    assert found.faults == ()
    assert {row.statement for row in found.rows} == {named(c) for c in claims(BY_ID[name])}
    for _, check in checks_of(name):
        for figure in check.figures:
            room = ROUNDING * (1 + abs(float(figure.bound)))
            least, stated = sorted((figure.value, figure.bound), reverse=is_lower(check.claim))
            assert (least, stated) == (figure.value, figure.bound) or abs(least - stated) <= room
            assert figure.failure is None or 0 <= figure.failure <= figure.delta


@each_theorem
def test_a_number_beyond_the_least_true_one_is_false(name: str) -> None:
    """Of the goals that state a number; the least elastic function need not be a product."""
    for _, check in checks_of(name):
        world, goals = with_stated(check.claim, check.derived.functions, check.world)
        goals = tuple(
            g for g in goals if any(str(v.args[0]).startswith(STATED) for v in variables(g))
        )
        for figure in check.figures:
            sign = 1 if is_lower(check.claim) else -1
            step = sign * ROUNDING * 1000 * (1 + abs(float(figure.value)))
            inside, outside = (
                with_values(world, **{STATED + figure.name: figure.value + move})
                for move in (0, step)
            )
            assert all(map(inside.holds, goals)), figure
            assert not all(map(outside.holds, goals)), figure


@each_theorem
def test_a_broken_premise_is_noticed_and_missed(name: str) -> None:
    """Premises that fail are noticed; and if they are not asked for, a goal is false."""
    without: dict[str, list[bool]] = {}
    for witness, check in checks_of(name):
        broken, known = witness.breaks(check.world), {}
        noticed = checked(check.claim, check.derived, broken, known).unmet
        assert 1 <= len(noticed) <= 9, witness.broken
        kept = tuple(f for f in check.claim.allowed if f not in noticed)
        found = checked(replace(check.claim, allowed=kept), check.derived, broken, known)
        assert found.unmet == ()
        without.setdefault(witness.instance, []).append(found.untrue != ())
    assert all(map(any, without.values())), without


ATTAINED = (
    "bousquet2002-thm22",
    "elastic-erm",
    "elastic-argument-erm",
    "elastic-gd",
    "elastic-sgd",
    "hardt2016-convex",
    "hardt2016-strongly-convex",
    "zhang2022-convex-lower",
    "elastic-to-uniform",
    "elastic-to-hypothesis",
    "elastic-to-pointwise",
    "argument-to-loss",
    "elisseeff2005-bagging",
    "elisseeff2005-subbagging",
    "lei2020-thm2a",
    "shalev2010-lemma11",
)


@pytest.mark.parametrize("name", ATTAINED)
def test_these_are_attained(name: str) -> None:
    """But for the norm of the diagonal after retraining, a norm of a sum of two functions."""
    first = rows_of(name)[0].instance
    rows = [row for row in rows_of(name) if row.instance == first and row.quantity != "d_rms"]
    ratios = [row.value / row.bound for row in rows]
    assert ratios == pytest.approx([1.0] * len(ratios), rel=1e-9)


def test_how_often_a_bound_on_the_mean_of_coins_fails() -> None:
    """All five coins show 0, and then only, the gap of about 1/2 is above the bound."""
    (row,) = rows_of("bousquet2002-thm12-emp")
    assert row.failure == 1 / 32
    assert row.bound < 1 / 2
    at_most_one = Fraction(1 + comb(5, 1), 32)
    assert row.delta is not None
    assert Fraction(1, 32) < row.delta < at_most_one
    assert row.value == pytest.approx(1 / 2 - 1 / 5 - 0.02 / 5 * (1 / 2 - 1 / 5))


def test_tails_are_failed_by_some_samples_where_bounds_are_small() -> None:
    rows = [row for name in NAMES for row in rows_of(name) if row.delta is not None]
    assert len(rows) >= 15
    assert all(row.failure and row.failure > 0 for row in rows if row.bound < 1 / 2)
    assert sum(row.bound < 1 and bool(row.failure) for row in rows) >= 12


def test_different_marks_are_never_equally_far() -> None:
    world = neighbours.one_neighbour()
    (claim,) = claims(BY_ID["elisseeff2005-knn"])
    assert sum(p for _, p in world.law("sample")) == 1
    assert all(len({z.mark for z in sample}) == 3 for sample, _ in world.law("sample"))
    assert all(map(world.holds, claim.allowed))
    ordinary = World(world.laws, world.functions, world.values, world.trials)
    assert not all(map(ordinary.holds, claim.allowed))


def test_the_tail_of_a_known_law() -> None:
    """The gap of one fair coin is 1/2 or -1/2."""
    coins = samples.Coins(size=1, remembered=Fraction(0))
    (claim,) = claims(BY_ID["mohri2018-replacement"])
    world = coins.world(claim, {"delta": Fraction(1, 2)})
    above = lambda level: tail(gap(S), num(level), var("delta"))  # noqa: E731
    assert world.holds(above(Fraction(-1, 2)))
    assert not world.holds(above(Fraction(-3, 4)))


def broken_witness() -> Witness:
    (one,) = catalogue.WITNESSES["mohri2018-replacement"]
    coins, change = samples.Coins(), scaled(Fraction(1, 100), "epsilon")
    given = {"delta": samples.FEW}
    return replace(one, world=lambda claim: change(coins.world(claim, given)))


def run(*arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["prove", "--witnesses", *arguments])
    return found.exit_code, found.output


def test_the_table_as_json() -> None:
    code, output = run("bousquet2002-thm12-emp", "mou2018-sgld", "--json")
    record = json.loads(output)
    assert code == 0
    (one,) = record["witnesses"]
    assert record["undecided"] == ["mou2018-sgld"]
    assert (one["id"], one["holds"], one["faults"]) == ("bousquet2002-thm12-emp", True, [])
    (row,) = one["rows"]
    assert set(row) == {
        *("statement", "instance", "quantity", "value", "bound", "failure", "delta", "tried")
    }
    assert row["failure"] == 1 / 32
    assert row["tried"] == []


def test_the_table_for_people() -> None:
    code, output = run("mohri2018-replacement", "elastic-erm", "mou2018-sgld")
    assert code == 0
    assert "without a witness: mou2018-sgld" in " ".join(output.split())
    assert "2 of 2 proved theorems hold in their witnesses" in output
    assert "vectors" in output
    assert "may fail" in output


@pytest.mark.parametrize("as_json", [True, False])
def test_a_witness_that_fails_is_told(monkeypatch: pytest.MonkeyPatch, as_json: bool) -> None:
    wrong = {"mohri2018-replacement": (broken_witness(),)}
    monkeypatch.setattr("stability_proofs.witnesses.rows.WITNESSES", wrong)
    code, output = run("mohri2018-replacement", *(["--json"] if as_json else []))
    assert code == 1
    assert "a premise does not hold" in output


def test_a_theorem_without_witness_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stability_proofs.witnesses.rows.WITNESSES", {})
    code, output = run("mohri2018-replacement")
    assert code == 1
    assert "no witness" in output


def test_a_derivation_that_breaks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(claim: Claim) -> Derived:
        raise ProofError("no such step")

    monkeypatch.setattr(
        "stability_proofs.witnesses.rows.DERIVATIONS", {"mohri2018-replacement": breaks}
    )
    code, output = run("mohri2018-replacement")
    assert code == 1
    assert "it is not derived: no such step" in output


def test_one_table_at_a_time() -> None:
    code, _ = run("mohri2018-replacement", "--mutants")
    assert code == 2


def test_nothing_stated_is_nothing_proved() -> None:
    theorem = BY_ID["mohri2018-replacement"]
    assert isinstance(theorem, GeneralizationTheorem)
    empty = replace(theorem, statements=())
    assert prove(theorem).verdict == PROVED
    found = prove(empty)
    assert (found.verdict, found.axioms) == (UNDECIDED, ())
    assert "states nothing" in found.reason


def test_all_identifiers_are_theorems() -> None:
    assert set(catalogue.WITNESSES) <= {theorem.id for theorem in CATALOGUE}
