"""Many settings in one call: the numbers of one at a time, never below exact values."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from stability.conventions import Quantity
from stability.errors import SetupError
from stability.testing import elastic_stability
from stability.theorems.catalogue import BY_ID
from stability.theorems.evaluate_many import ManyBounds, evaluate_many
from stability.theorems.kinds import GeneralizationTheorem
from stability.theorems.statements.term import Term, vectorised

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
    """Both by the same search for the parts of the failure probability."""
    needless = ("D",) if theorem.endswith("loo") else ()
    values = {n: v[:8] for n, v in MANY.items() if n not in needless}
    found = evaluate_many(theorem, values)
    one = BY_ID[theorem]
    assert isinstance(one, GeneralizationTheorem)
    for k in range(8):
        constant = elastic_stability(*(Fraction(float(MANY[n][k])) for n in NUMBERS))
        alone = one.apply(constant, Fraction(float(MANY["delta"][k]))).value
        assert found.values[k] == pytest.approx(alone, rel=1e-9)


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


def test_where_the_split_is_never_above_chebyshev() -> None:
    """Of settings in which no loss moves by more than its range, U <= m M: none at .05 and below,
    one in twenty at .17. With rows, columns and diagonal far below the largest change .005 is
    small enough, and .05 is not. Where U may be above m M, no level is."""
    random, draw = settings(2000, seed=0), np.random.default_rng(1)
    m = random["m"]
    parts = {n: 10.0 ** -draw.exponential(2, 2000) for n in ("U", "B", "B1", "D")}
    U = m * parts["U"]
    hard = {"m": m, "M": 1.0, "U": U, "B": U * parts["B"], "D": U * parts["D"]}
    hard["B1"] = hard["B"] * parts["B1"]

    def above(given: dict[str, np.ndarray], delta: float) -> int:
        values = {n: v for n, v in given.items() if n != "delta"} | {"delta": delta}
        ours, other = (
            evaluate_many(f"elastic-{kind}", values).values for kind in ("split", "chebyshev")
        )
        return int(((ours > other) & (given["U"] <= m)).sum())

    assert above(random, 0.05) == 0 < 40 < above(random, 0.17) < 160
    assert above(hard, 0.005) == 0 < above(hard, 0.05)


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
    assert evaluate_many("uniform-split", values).form.max() == 0


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
