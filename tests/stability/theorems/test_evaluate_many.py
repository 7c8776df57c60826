"""Many settings in one call: the numbers of one at a time, never below exact values."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from stability.conventions import Quantity, Trust
from stability.errors import SetupError
from stability.testing import elastic_stability
from stability.theorems.catalogue import BY_ID
from stability.theorems.evaluate import evaluate
from stability.theorems.evaluate_many import ManyBounds, evaluate_many
from stability.theorems.kinds import GeneralizationTheorem
from stability.theorems.statements.term import Term, vectorised
from tests.stability.own_theorems import mean_gap

NUMBERS = ("m", "M", "B", "U", "B1", "D")


def settings(count: int, seed: int) -> dict[str, np.ndarray]:
    """m up to a million, U from 1e-3 to 1e4, B, B1 and D as large as they may be, M = 1."""
    draw = np.random.default_rng(seed)
    U = np.exp(draw.uniform(np.log(1e-3), np.log(1e4), count))
    B = U * draw.uniform(0.01, 1, count)
    return {
        "m": np.floor(np.exp(draw.uniform(np.log(2), np.log(1e6), count))),
        "M": np.ones(count),
        "B": B,
        "U": U,
        "B1": B * draw.uniform(0.01, 1, count),
        "D": U * draw.uniform(0, 1, count),
        "delta": np.exp(draw.uniform(np.log(1e-6), np.log(0.5), count)),
    }


MANY = settings(2000, seed=0)


@pytest.fixture(scope="module")
def split() -> ManyBounds:
    """The split bounds of 2,000 settings."""
    return evaluate_many("elastic-split", MANY)


def test_nothing_is_below_the_exact_value_and_the_parts_add_up(split: ManyBounds) -> None:
    """At every twentieth setting, by rational arithmetic and enclosures."""
    statements = BY_ID["elastic-split"].statements
    implied = {s.name: s.values for s in BY_ID["elastic-split"].supporting}  # type: ignore[union-attr]
    for k in range(0, 2000, 20):
        known = {n: Fraction(float(MANY[n][k])) for n in NUMBERS}
        shares = {n: Fraction(float(v[k])) for n, v in split.chosen.items()}
        assert sum(shares.values()) <= Fraction(float(MANY["delta"][k]))
        norms = {
            n: Fraction(Term(e, known).upper()) for v in implied.values() for n, e in v.items()
        }
        expression = statements[split.form[k]].values["bound"]
        exact = Term(expression, {**known, **norms, **shares}).enclosure()
        assert (
            exact.low <= Fraction(float(split.values[k])) <= exact.high * (1 + Fraction(1, 10**11))
        )
    assert set(split.form) == {0, 1} and split.chosen["delta_3"][split.form == 1].max() == 0


@pytest.mark.parametrize("theorem", ["elastic-split", "elastic-split-loo", "elastic-chebyshev"])
def test_they_are_the_bounds_of_one_at_a_time(theorem: str) -> None:
    """The parts of the failure probability are searched for along other points: as far as that."""
    needless = ("D",) if theorem.endswith("loo") else ()
    values = {n: v[:8] for n, v in MANY.items() if n not in needless}
    found = evaluate_many(theorem, values)
    one = BY_ID[theorem]
    assert isinstance(one, GeneralizationTheorem)
    for k in range(8):
        constant = elastic_stability(*(Fraction(float(MANY[n][k])) for n in NUMBERS))
        alone = one.apply(constant, Fraction(float(MANY["delta"][k]))).value
        assert found.values[k] == pytest.approx(alone, rel=1e-6)


def test_monotone_as_declared_at_the_parts_that_were_found(split: ManyBounds) -> None:
    theorem = BY_ID["elastic-split"]
    known = {n: v for n, v in MANY.items() if n != "delta"}
    norms = {"beta_rms": np.sqrt(MANY["U"] * MANY["B1"]), "c_sup": MANY["U"]}
    inside = split.form == 0
    base = {n: v[inside] for n, v in {**known, **norms, **split.chosen}.items()}
    bound = vectorised(theorem.statements[0].values["bound"])
    before = bound(**base)
    for name, direction in theorem.monotone.items():
        after = bound(**{**base, name: base[name] * 1.25})
        assert np.all(after >= before if direction > 0 else after <= before * (1 + 1e-12)), name


def split_and_chebyshev(values: dict[str, Any], delta: float) -> list[np.ndarray]:
    """Both bounds, from what each of them takes of these values."""
    found = []
    for kind, needless in (("split", ("b_rms", "c_rms", "d_rms")), ("chebyshev", ("c_sup",))):
        known = {n: v for n, v in values.items() if n not in (*needless, "delta")}
        found.append(evaluate_many(f"elastic-{kind}", {**known, "delta": delta}).values)
    return found


def test_where_the_split_is_never_above_chebyshev() -> None:
    """By the four numbers, for U <= m M: at .004 never, at .17 in one setting of twenty, and at
    .005 at the edge. With norms that are known by themselves, or U above m M, at every level."""
    some = {n: v[:500] for n, v in MANY.items()}
    inside = some["U"] <= some["m"]
    for delta, fewest, most in ((0.004, 0, 0), (0.05, 0, 0), (0.17, 5, 50)):
        ours, other = split_and_chebyshev(some, delta)
        assert fewest <= int(((ours > other) & inside).sum()) <= most
    m = 1e6
    edge = {"m": m, "M": 1.0, "B": m, "U": m, "B1": 0.001, "D": 0.0}
    ours, other = split_and_chebyshev(edge, 0.005)
    assert other < ours < 1.02 * other
    ours, other = split_and_chebyshev(edge, 0.004)
    assert ours < 0.95 * other
    quarter = dict.fromkeys(("B", "B1", "b_rms", "c_rms", "c_sup"), 0.25)
    # each of 4m points moves the loss at one other, by M
    pairs = {"m": m, "M": 1.0, "U": m, "D": 0.0, "d_rms": 0.0, "beta_rms": m**0.5 / 2, **quarter}
    for delta in (0.3, 0.05, 1e-3, 1e-5):
        ours, other = split_and_chebyshev(pairs, delta)
        assert ours > other
        ours, other = split_and_chebyshev({**edge, "B": m * m, "U": m * m}, delta)
        assert ours > other


def test_that_it_never_is_at_four_in_a_thousand() -> None:
    """The inequality of `elastic_split` in a = 4 m x/M^2 and b = B/U, cell by cell: the larger side
    at the upper ends of a cell against the smaller one at the lower ends. With the shares of delta
    fixed, sqrt(delta) log(1/(share delta)) falls with delta, so that the largest delta decides;
    above a = 1,000 the left side is below sqrt(2 (1 + a)) + 3, with half of delta for d2."""
    delta = 0.004
    a, b = np.r_[0, np.geomspace(1e-5, 1e3, 160)], np.r_[0, np.geomspace(1e-4, 1, 80)]
    grid = np.linspace(0.04, 0.92, 16)
    shares = np.array([(x, y, 1 - x - y) for x in grid for y in grid if x + y < 0.99])
    up = a[1:, None, None]
    linear, bias = (np.sqrt(2 * delta * np.log(1 / (delta * shares[:, k]))) for k in (0, 2))
    paid = np.sqrt(up + np.minimum(up, 1)) / np.sqrt(shares[:, 1])
    left = (paid + linear + (2 + b[1:, None]) * bias).min(axis=2)
    rows = 1 + (1 - 3 * delta**0.5) * np.sqrt(b[:-1])
    right = np.sqrt(a[:-1, None]) * rows + np.sqrt(1 + a[:-1, None])
    assert np.all(left <= right)
    quarter = np.sqrt(2 * delta * np.log(4 / delta))
    assert np.sqrt(2 * 1001) + 4 * quarter <= np.sqrt(1000) + np.sqrt(1001)


def test_uniform_forms_are_never_above_feldman_and_vondrak() -> None:
    draw, count = np.random.default_rng(1), 2000
    values = {
        "m": np.floor(np.exp(draw.uniform(0, np.log(1e6), count))),
        "M": 1.0,
        "epsilon": np.exp(draw.uniform(np.log(1e-7), 0, count)),
        "delta": np.exp(draw.uniform(np.log(1e-6), np.log(0.5), count)),
    }
    old = evaluate_many("feldman2018-chebyshev", values).values
    assert np.all(evaluate_many("uniform-chebyshev", values).values <= old)
    split = evaluate_many("uniform-split", values)
    assert split.form.max() == 0
    assert np.all((split.values <= old) | (values["delta"] > 0.3))


def test_two_sided_bounds_and_norms_that_are_given() -> None:
    one = {n: v[:50] for n, v in MANY.items()}
    sides = evaluate_many("elastic-split", one, Quantity.ABSOLUTE_GAP)
    assert np.all(sides.values >= evaluate_many("elastic-split", one).values)
    assert all("two-sided" in name for name in sides.forms)
    small = evaluate_many("elastic-split", {**one, "beta_rms": 0.0})
    assert np.all(small.values < evaluate_many("elastic-split", one).values)
    large = evaluate_many("elastic-split", {**one, "beta_rms": 1e9})
    assert np.array_equal(large.values, evaluate_many("elastic-split", one).values)


@pytest.mark.parametrize(
    ("theorem", "change", "words"),
    [
        ("elastic-finite-emp", {}, "chooses"),
        ("elastic-erm", {}, "bounds a gap"),
        ("elastic-split", {"U": None}, "nothing for U"),
        ("elastic-split", {"kappa": 1.0}, "kappa"),
        ("elastic-split", {"delta": 1.5}, "delta"),
        ("elastic-split", {"B": -1.0}, "B"),
    ],
)
def test_what_is_refused(theorem: str, change: dict[str, float | None], words: str) -> None:
    values = {**{n: v[:3] for n, v in MANY.items()}, **change}
    with pytest.raises(SetupError, match=words):
        evaluate_many(theorem, {n: v for n, v in values.items() if v is not None})


def test_a_theorem_of_your_own_is_taken_as_it_is() -> None:
    found = evaluate_many(mean_gap(), {"beta": [0.25, 0.5]})
    assert found.values.tolist() == pytest.approx([0.5, 1.0], rel=1e-11)
    assert evaluate(mean_gap(), {"beta": "0.25"}).labels.trust is Trust.OWN
