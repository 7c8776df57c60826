"""The inequalities taken on trust hold on exact tails; a constant that is a little off does not.

The right side is evaluated from the very formula of the axiom; the left side is an exact tail.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import binom, norm

from stability_proofs.kernel.axioms import (
    AXIOMS,
    BERNSTEIN,
    DIFFERENCES_MOMENTS,
    EXPONENTIAL_DIFFERENCES,
    GAUSSIAN_TRADE_OFF,
    HOEFFDING,
    MARCINKIEWICZ_ZYGMUND,
    MCDIARMID,
    MCDIARMID_SEEDS,
)
from stability_proofs.kernel.notation import log, sqrt
from stability_proofs.kernel.terms import Term, num, var
from stability_proofs.tactics.vocabulary import premises
from stability_proofs.witnesses.worlds import World

Case = tuple[int, float, int]
"""Number of coins, probability of heads, number of heads that is just above the deviation."""


def coins() -> Iterator[Case]:
    """Averages of coins, from moderate to large deviations; few heads and many."""
    for m, p in ((20, 0.5), (50, 0.1), (1000, 0.5), (4000, 0.02), (10**5, 0.5), (5 * 10**7, 0.001)):
        deviation = math.sqrt(m * p * (1 - p))
        for many in (0.5, 1.0, 2.0, 4.0, 6.0, 9.0, 20.0, 40.0):
            heads = math.ceil(m * p + many * deviation)
            if heads <= m:
                yield m, p, heads


def log_right_side(conclusion: Term, m: int, values: dict[str, float]) -> float:
    """The exponent on the right of an axiom's conclusion, at numbers."""
    right = conclusion.args[1]
    assert right.head == "exp"
    sort = "draw" if "draw" in str(right) else "index"
    world = World(laws={sort: range(m)}, values=values)  # type: ignore[dict-item]
    return float(world.value(right.args[0]))


def refuted(conclusion: Term, variance: bool) -> bool:
    """Whether some average of coins has a larger tail than the right side says."""
    for m, p, heads in coins():
        # P(mean > t + p) with t just below heads/m - p
        t = heads / m - p
        # far out the tail underflows, and its first term is what is left of it
        log_tail = float(max(binom.logsf(heads - 1, m, p), binom.logpmf(heads, m, p)))
        c = 1 - p if variance else 1 / m
        values = {"t": t * (1 - 1e-12), "c": c, "v": p * (1 - p)}
        if log_tail > log_right_side(conclusion, m, values) + 1e-9:
            return True
    return False


def with_part(x: object, old: Term, new: Term) -> object:
    """A term with one part in the place of another."""
    if isinstance(x, Term):
        if x == old:
            return new
        return Term(x.head, tuple(with_part(a, old, new) for a in x.args), x.sort)
    return x


CONCLUSIONS = {
    "mcdiarmid": (premises(MCDIARMID.formula)[-1], False),
    "mcdiarmid, seeds": (premises(MCDIARMID_SEEDS.formula)[-1], False),
    "bernstein": (premises(BERNSTEIN.formula)[-1], True),
}


@pytest.mark.parametrize("name", CONCLUSIONS)
def test_holds_for_averages_of_coins(name: str) -> None:
    assert not refuted(*CONCLUSIONS[name])


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("mcdiarmid", Fraction(-2), Fraction(-21, 10)),
        ("mcdiarmid, seeds", Fraction(-2), Fraction(-21, 10)),
        ("bernstein", Fraction(2), Fraction(19, 10)),
        ("bernstein", Fraction(3), Fraction(4)),
    ],
)
def test_a_constant_that_is_off_is_refuted(name: str, old: Fraction, new: Fraction) -> None:
    conclusion, variance = CONCLUSIONS[name]
    changed = with_part(conclusion, num(old), num(new))
    assert isinstance(changed, Term)
    assert changed != conclusion
    assert refuted(changed, variance)


def test_axioms_have_a_source_and_a_name_each() -> None:
    for axiom in AXIOMS:
        assert axiom.source
        assert axiom.name == axiom.name.lower()


MOMENTS = {
    "marcinkiewicz-zygmund": premises(MARCINKIEWICZ_ZYGMUND.formula)[-1],
    "bounded-differences-moments": premises(DIFFERENCES_MOMENTS.formula)[-1],
}
ORDER = var("order")


def powers_in(x: object) -> Iterator[Term]:
    """The bases of the powers exp(order log base) in a term."""
    if isinstance(x, Term):
        if x.head == "exp":
            yield x.args[0].args[1].args[0]
        for part in x.args:
            yield from powers_in(part)


def log_norms_of_coins(m: int, p: float, order: float) -> tuple[float, float]:
    """L_p norms of the number of heads less its mean, and of one coin less its mean."""
    heads = np.arange(m + 1)
    away = np.abs(heads - m * p)
    with np.errstate(divide="ignore"):
        terms = binom.logpmf(heads, m, p) + order * np.log(away)
    one = p * (1 - p) ** order + (1 - p) * p**order
    return float(np.logaddexp.reduce(terms)) / order, math.log(one) / order


def moment_refuted(name: str, conclusion: Term) -> bool:
    """Whether a sum of coins has a larger norm than the right side says."""
    for m in (1, 2, 20, 400):
        world = World(
            laws={"index": [(k, Fraction(1, m)) for k in range(m)]},
            functions={"b": lambda index: 1},
            values={"A": frozenset(range(m))},
        )
        for p, order in ((0.5, 2.0), (0.5, 3.5), (0.1, 4.0), (0.5, 20.0), (0.5, 200.0)):
            here = World(world.laws, world.functions, {**world.values, "order": order})
            norm, own = log_norms_of_coins(m, p, order)
            bound = math.log(here.value(next(powers_in(conclusion.args[1]))))
            if norm > bound + own * (name == "marcinkiewicz-zygmund") + 1e-9:
                return True
    return False


@pytest.mark.parametrize("name", MOMENTS)
def test_moments_hold_for_sums_of_coins(name: str) -> None:
    assert not moment_refuted(name, MOMENTS[name])


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("marcinkiewicz-zygmund", num(3), num(Fraction(49, 100))),
        ("marcinkiewicz-zygmund", ORDER, num(2)),
        ("bounded-differences-moments", num(2), num(Fraction(35, 100))),
        ("bounded-differences-moments", sqrt(ORDER), sqrt(num(2))),
    ],
)
def test_moments_with_a_constant_that_is_far_off_are_refuted(
    name: str, old: Term, new: Term
) -> None:
    """The constants are not sharp: coins refute 1/2 for 3, and 1/sqrt 8 for 2, but not more."""
    base = next(powers_in(MOMENTS[name].args[1]))
    changed = with_part(MOMENTS[name], log(base), log(with_part(base, old, new)))  # type: ignore[arg-type]
    assert changed != MOMENTS[name]
    assert moment_refuted(name, changed)  # type: ignore[arg-type]


@pytest.mark.parametrize("order", [2, 2.5, 7, 100, 10**5])
def test_moments_of_differences_follow_from_mcdiarmid(order: float) -> None:
    """With one bound for each example: p Gamma(p/2) (V/2)^(p/2), which its tail gives, is below."""
    moves = (4, 0, 3)
    world = World(
        laws={"index": [(k, Fraction(1, 3)) for k in range(3)]},
        functions={"b": lambda index: moves[index]},
        values={"order": order},
    )
    bound = world.value(next(powers_in(MOMENTS["bounded-differences-moments"].args[1])))
    log_moment = math.log(order) + math.lgamma(order / 2) + order / 2 * math.log(25 / 2)
    assert log_moment <= order * math.log(bound)
    assert log_moment > order * math.log(bound / 7)


@pytest.mark.parametrize("order", [2, 3.5, 9])
@pytest.mark.parametrize("indices", [(), (1,), (0, 2), (0, 1, 2)])
def test_moments_hold_in_a_world_that_is_enumerated(order: float, indices: tuple[int, ...]) -> None:
    """Summands that differ from index to index, over a set of indices."""
    f = {(0, "a"): 3, (0, "b"): -1, (1, "a"): -3, (1, "b"): 1, (2, "a"): 30, (2, "b"): -10}
    moves = (4, 0, 3)
    world = World(
        laws={
            "example": [("a", Fraction(1, 4)), ("b", Fraction(3, 4))],
            "index": [(k, Fraction(1, 3)) for k in range(3)],
        },
        functions={
            "f": lambda index, point: f[index, point],
            "F": lambda sample: (
                4 * (sample[0] == "a") * (sample[2] == "b") + 3 * (sample[2] == "a")
            ),
            "b": lambda index: moves[index],
        },
        values={"A": frozenset(indices), "order": order},
    )
    for axiom in (MARCINKIEWICZ_ZYGMUND, DIFFERENCES_MOMENTS):
        assert all(map(world.holds, premises(axiom.formula))), axiom.name


def coins_of(move: float) -> World:
    """Three fair coins; F is `move` times the number of heads, of examples or of seeds."""
    two = [(0, 0.5), (1, 0.5)]
    return World(
        laws={"example": two, "seed": two, "index": [(k, 1 / 3) for k in range(3)],
              "draw": [(0, 1.0)]},
        functions={"F": lambda heads: move * sum(heads)},
        values={"c": move},
    )  # fmt: skip


EXPONENTIAL = {"differences": EXPONENTIAL_DIFFERENCES.formula, "Hoeffding": HOEFFDING.formula}


@pytest.mark.parametrize("name", EXPONENTIAL)
def test_exponential_moments_of_coins(name: str) -> None:
    """The 8 is the best constant: coins that move F by little refute 81/10."""
    formula = EXPONENTIAL[name]
    assert all(coins_of(move).holds(formula) for move in (0.0, 0.1, 1.0, 5.0))
    changed = with_part(formula, num(8), num(Fraction(81, 10)))
    assert isinstance(changed, Term) and changed != formula
    assert not coins_of(0.1).holds(changed)


def gaussian(mu: float, shift: float = 0.0) -> World:
    """Tests of a normal law against one moved by mu, with an error of Phi(shift - mu/2)."""
    level = shift - mu / 2
    numbers = [level, *(level + step for step in (-3, -1, -1e-9, 1e-9, 0.5, 2))]
    values = {"p": float(norm.cdf(level + mu)), "q": float(norm.cdf(level)), "mu": mu}
    return World(laws={}, values=values, trials={"real": numbers})


def test_the_largest_window_of_the_normal_law() -> None:
    formula = GAUSSIAN_TRADE_OFF.formula
    for mu in (0.01, 0.5, 2.0, 4.0):
        for shift in (-1.0, -0.3, 0.0, 1.0):
            world = gaussian(mu, shift)
            assert all(map(world.holds, premises(formula)[:-1])), (mu, shift)
            assert world.holds(formula), (mu, shift)
    changed = with_part(formula, num(4), num(Fraction(41, 10)))
    assert isinstance(changed, Term) and changed != formula
    assert not gaussian(0.5).holds(changed)
