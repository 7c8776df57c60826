"""Errata: printed statements fail where all that they assume holds, corrected ones do not."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import linprog
from scipy.stats import norm
from typer.testing import CliRunner

from stability.cli.app import app
from stability.theorems import bassily2020, shalev2010
from stability.theorems.catalogue import BY_ID
from stability_proofs.errata import (
    bassily2020_regulariser,
    bousquet2002_theorem11,
    bousquet2002_theorem22,
    deng2021_diagonal,
    elisseeff2005_fresh_bags,
    label_aware_coordinates,
    label_aware_start,
    le_sde_logits,
    mou2018_range,
    shalev2010_rate,
)
from stability_proofs.errata.catalogue import ERRATA
from stability_proofs.errata.erratum import Comparison, Erratum, Evidence, Relation, exactly
from stability_proofs.errata.rows import finding, findings
from stability_proofs.errata.stated import claim_of, compared
from stability_proofs.kernel.notation import E, absolute
from stability_proofs.kernel.terms import ProofError
from stability_proofs.ledger.ledger import PROVED, REFUTED, UNDECIDED, prove
from stability_proofs.semantics.samples import S, gap

each = pytest.mark.parametrize("erratum", ERRATA, ids=lambda e: e.slug)
UNKNOWN = {"chen2020-sigma", "chen2020-t2"}
"""Statements whose display is not known."""
NOT_DERIVED = {"kontorovich2014-thm2", "mou2018-sgld"}


@cache
def evidence_of(erratum: Erratum) -> Evidence:
    return erratum.evidence()


@cache
def control_of(erratum: Erratum) -> Evidence:
    return erratum.control()


def kept(erratum: Erratum) -> Erratum:
    """The erratum with evidence that is computed once."""
    evidence, control = evidence_of(erratum), control_of(erratum)
    return replace(erratum, evidence=lambda: evidence, control=lambda: control)


@each
def test_the_printed_statement_fails_and_the_corrected_one_holds(erratum: Erratum) -> None:
    evidence = evidence_of(erratum)
    assert evidence.printed.fails
    assert not evidence.printed.holds
    assert evidence.corrected.holds


@each
def test_where_the_printed_statement_holds_it_is_not_called_refuted(erratum: Erratum) -> None:
    evidence = control_of(erratum)
    assert evidence.printed.holds
    assert evidence.corrected.holds
    assert not evidence.refutes
    spared = finding(replace(kept(erratum), evidence=lambda: evidence))
    assert spared.verdict == UNDECIDED
    assert spared.fault


@each
def test_verdicts(erratum: Erratum) -> None:
    found = finding(kept(erratum))
    assert not found.fault
    assert found.verdict == (UNDECIDED if erratum.slug in UNKNOWN else REFUTED)
    assert bool(erratum.missing) is (erratum.slug in UNKNOWN)


def test_the_corrected_statements_are_those_that_the_ledger_proves() -> None:
    names = {e.theorem for e in ERRATA if e.theorem}
    assert {n for n in names if prove(BY_ID[n]).verdict == PROVED} == names - NOT_DERIVED


def test_slugs_are_different() -> None:
    assert len({e.slug for e in ERRATA}) == len(ERRATA)


def test_a_comparison_takes_the_safe_side_of_what_is_known() -> None:
    between = Comparison("x", 2, 1.5, 2.5)
    assert not between.fails
    assert not between.holds
    assert Comparison("x", 2, 2.1, 2.5).fails
    assert Comparison("x", 3, 1.5, 2.5).holds
    assert exactly("x", 3, 2, Relation.EQUAL).fails
    assert exactly("x", 2, 3, Relation.EQUAL).fails
    assert exactly("x", Fraction(1, 3), Fraction(2, 6), Relation.EQUAL).holds


def test_a_wrong_correction_is_a_fault() -> None:
    """The printed statement is no correction of itself."""
    erratum = bousquet2002_theorem22.RIDGE
    evidence = erratum.evidence()
    same = replace(evidence, corrected=evidence.printed)
    assert "corrected" in finding(replace(erratum, evidence=lambda: same)).fault


def test_a_control_that_is_refuted_is_a_fault() -> None:
    erratum = bousquet2002_theorem11.ERRATUM
    assert "should hold" in finding(replace(erratum, control=erratum.evidence)).fault


def test_a_statement_that_assumes_something_false_is_not_compared() -> None:
    """The library's theorem does not speak of a regulariser beside the loss."""
    claim = claim_of(bassily2020.gradient_descent(), bassily2020_regulariser.NAME)
    beside = bassily2020_regulariser.world(bassily2020_regulariser.beside(3.0))
    with pytest.raises(ProofError, match="does not apply"):
        compared(claim, beside)


def ridge_weight(targets: np.ndarray, regularisation: float) -> float:
    """Of the least mean squared error plus regularisation w^2, at inputs 1, by normal equations."""
    inputs = np.ones((len(targets), 1))
    normal = inputs.T @ inputs / len(targets) + regularisation * np.eye(1)
    return float(np.linalg.solve(normal, inputs.T @ targets / len(targets))[0])


def test_the_change_of_ridge_regression_is_that_of_retraining() -> None:
    targets = np.array([-1.0] + 9 * [1.0])
    together, alone = ridge_weight(targets, 8), ridge_weight(targets[1:], 8)
    change = (alone + 1) ** 2 - (together + 1) ** 2
    assert float(bousquet2002_theorem22.ridge(8).printed.low) == pytest.approx(change)


def test_ridge_comes_near_to_twice_the_printed_constant_and_not_above() -> None:
    shares = [bousquet2002_theorem22.ridge(strength, 1000) for strength in (1, 3, 10, 1000)]
    ratios = [float(e.printed.low / e.printed.claimed) for e in shares]
    assert ratios == sorted(ratios)
    assert 1.9 < ratios[-1] < 2


@pytest.mark.parametrize("points", [3, 8])
def test_the_mean_gap_of_memory_is_as_counted(points: int) -> None:
    share = (1 - Fraction(1, points)) ** deng2021_diagonal.SIZE
    assert deng2021_diagonal.bias(points).printed.low == share


def test_the_gap_of_one_step_of_langevin_dynamics_has_a_closed_form() -> None:
    """E Phi(-(mean + deviation x)) of a normal x is Phi(-mean/sqrt(1 + deviation^2))."""
    for largest in (1.0, 10.0):
        mean, variance = mou2018_range.STEP * largest * norm.pdf(0), 2 * mou2018_range.STEP
        gap = largest * (0.5 - norm.cdf(-mean / np.sqrt(1 + variance))) / mou2018_range.SIZE
        found = mou2018_range.evidence(largest).printed
        assert found.low <= float(gap) <= found.high
        assert float(found.high) - float(found.low) < 1e-9


def test_solutions_of_the_linearised_dynamics() -> None:
    """The corrected one is what a solver finds, the printed one is not."""
    kernel, labels = np.array(label_aware_start.KERNEL), np.array([1.0, -1.0])
    start, time = np.array([0.5, 0.25]), 0.7
    solved = solve_ivp(
        lambda t, h: -kernel @ (h - labels) / 2, (0, time), start, rtol=1e-10, atol=1e-12
    ).y[:, -1]
    values, vectors = np.linalg.eigh(kernel)
    left = vectors @ np.diag(np.exp(-time * values / 2)) @ vectors.T
    learned = labels - left @ labels
    assert np.allclose(solved, learned + left @ start)
    assert not np.allclose(solved, learned + start, atol=0.1)


def test_coordinates_are_those_of_a_cholesky_factor() -> None:
    third = (Fraction(2, 3), Fraction(1, 3), Fraction(2, 3))
    rows = np.array([[1, 0, 0, 0], [0.6, 0.8, 0, 0], [*map(float, third), 0], [0.5, 0.5, 0.5, 0.5]])
    factor = np.linalg.cholesky(rows @ rows.T)
    evidence = label_aware_coordinates.third_coordinate(third)
    assert float(evidence.corrected.claimed) == pytest.approx(factor[3, 2])


def test_the_precision_is_that_of_projected_normal_vectors() -> None:
    v = np.array([2.0, 3.0, 1.0])
    covariance = (np.eye(3) - np.outer(v, v) / (v @ v))[1:, 1:]
    entry = np.linalg.inv(covariance)[0, 1]
    assert float(label_aware_coordinates.precision(2, 3, 1).printed.low) == pytest.approx(entry)


def test_programming_tells_separable_classes_from_others() -> None:
    square = np.array([[0.0, 0.0], [1.0, 1.0]])
    assert le_sde_logits.separable(square, square + np.array([0.0, 3.0]))
    assert not le_sde_logits.separable(square, np.array([[0.0, 1.0], [1.0, 0.0]]))


def test_equal_strengths_separate_in_neither_model() -> None:
    for logits in (True, False):
        assert le_sde_logits.evidence(0.01, 0.01, logits).printed.high < 0.2


def test_elastic_classes_are_separable_in_both_models() -> None:
    for logits in (True, False):
        assert le_sde_logits.evidence(0.02, -0.005, logits).printed.fails


@pytest.mark.parametrize(("examples", "draws"), list(product((2, 3, 4), (1, 2, 3))))
def test_twice_the_constant_is_right_where_only_distinct_examples_count(
    examples: int, draws: int
) -> None:
    """The largest change over all base rules that are stable, by linear programming."""
    assert largest_change(examples, draws, repeats=False) <= 2 / examples + 1e-9


def test_and_not_where_repeats_count() -> None:
    """The largest change: more than that of the instance, which does not tell examples apart."""
    assert largest_change(2, 2, repeats=True) == pytest.approx(7 / 4)
    instance = elisseeff2005_fresh_bags.evidence(elisseeff2005_fresh_bags.DRAWS_COUNT)
    assert 2 / 2 < instance.printed.low < 7 / 4


def largest_change(examples: int, draws: int, *, repeats: bool) -> float:
    """Of the mean prediction over fresh bags, for gamma n = 1."""

    def seen(bag: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(bag if repeats else set(bag)))

    bags = {seen(b) for k in range(draws + 1) for b in product(range(examples), repeat=k)}
    places = {bag: n for n, bag in enumerate(sorted(bags))}
    change = np.zeros(len(places))
    for count, sign in ((examples, 1), (examples - 1, -1)):
        for bag in product(range(count), repeat=draws):
            change[places[seen(bag)]] += sign / count**draws
    rows, room = [], []
    for bag, place in places.items():
        for gone in set(bag):
            row = np.zeros(len(places))
            row[place] += 1
            row[places[tuple(i for i in bag if i != gone)]] -= 1
            rows += [row, -row]
            room += 2 * [1 / len(set(bag))]
    return -linprog(-change, np.array(rows), room, bounds=(None, None)).fun


def test_the_base_rules_of_the_fresh_bags_are_as_stable_as_is_said() -> None:
    rules = (elisseeff2005_fresh_bags.DRAWS_COUNT, elisseeff2005_fresh_bags.DISTINCT_COUNT)
    assert [elisseeff2005_fresh_bags.largest_move(rule) for rule in rules] == [1, 1]
    other = {**elisseeff2005_fresh_bags.DRAWS_COUNT, (1, 1): Fraction(3)}
    assert elisseeff2005_fresh_bags.largest_move(other) == 2


def test_the_excess_risk_is_bounded_where_the_gap_is_not() -> None:
    world = shalev2010_rate.one_model(Fraction(1))
    excess = compared(claim_of(shalev2010.theorem8()), world)
    assert (excess.claimed, excess.high) == (0, 0)
    assert world.value(E(S, absolute(gap(S)))) == Fraction(1, 4)


def test_only_errata_of_the_theorems_that_are_asked_for() -> None:
    found = list(findings(["bousquet2002-thm22"]))
    assert [f.erratum.slug for f in found] == [
        "bousquet2002-thm22-linear",
        "bousquet2002-thm22-ridge",
    ]


def test_the_command_prints_them() -> None:
    name = "bousquet2002-thm22"
    result = CliRunner().invoke(app, ["prove", name, "--errata", "--json"])
    assert result.exit_code == 0
    records = json.loads(result.stdout)["errata"]
    assert {r["verdict"] for r in records} == {REFUTED}
    assert {r["corrected"]["ledger"] for r in records} == {PROVED}
    ridge = records[1]
    assert ridge["printed"]["claimed"] < ridge["printed"]["found"][0]
    table = CliRunner().invoke(app, ["prove", name, "--errata"])
    assert "2 of 2 printed statements refuted" in table.stdout
    none = CliRunner().invoke(app, ["prove", "lei2020-thm2a", "--errata"])
    assert "No erratum" in none.stdout


def test_errata_and_mutants_are_not_shown_at_once() -> None:
    assert CliRunner().invoke(app, ["prove", "--errata", "--mutants"]).exit_code != 0
