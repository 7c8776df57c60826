"""The inequalities taken on trust hold on exact tails; a constant that is a little off does not.

The right side is evaluated from the very formula of the axiom; the left side is an exact tail.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import pytest
from scipy.stats import binom, norm

from stability_proofs.kernel.axioms import (
    AXIOMS,
    BERNSTEIN,
    CENTRED_STEP,
    EXPONENTIAL_DIFFERENCES,
    GAUSSIAN_TRADE_OFF,
    HOEFFDING,
    MCDIARMID,
    MCDIARMID_SEEDS,
)
from stability_proofs.kernel.notation import log
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


Numbers = tuple[float, float]
STEP = premises(CENTRED_STEP.formula)[-1]


def step_world(order: float, first: Numbers, second: Numbers) -> World:
    """Two coins: X is `first` of the one, Y `second` of both, with mean 0 over the other; and the
    norms of both."""
    coins = [(k, Fraction(1, 2)) for k in (0, 1)]
    norm_x = (sum(abs(x) ** order for x in first) / 2) ** (1 / order)
    norm_y = (sum(abs(y) ** order for y in second) / 2) ** (1 / order)
    return World(
        laws={"example": coins, "index": coins},
        functions={
            "F": lambda sample: first[sample[0]],
            "G": lambda sample: (1 - 2 * sample[1]) * second[sample[0]],
        },
        values={"order": order, "i": 1, "a": norm_x, "b": norm_y},
    )


STEPS = [(1.0, 1.0), (0.0, 3.0), (1.0, -2.0), (0.2, 5.0)]


@pytest.mark.parametrize("order", [2, 2.5, 4, 9, 40])
def test_the_step_holds_in_worlds_that_are_enumerated(order: float) -> None:
    for first in STEPS:
        for second in STEPS:
            world = step_world(order, first, second)
            assert all(map(world.holds, premises(CENTRED_STEP.formula))), (first, second)


@pytest.mark.parametrize("order", [2, 2.5, 4, 9])
def test_the_constant_of_the_step_is_the_least(order: float) -> None:
    """X = 1 and Y = +-t: the norm of X + Y is 1 + (p - 1) t^2/2 for small t, so that 1% less than p
    - 1 is too little."""
    base = next(powers_in(STEP.args[1]))
    less = with_part(base, ORDER - 1, num(Fraction(99, 100)) * (ORDER - 1))
    changed = with_part(STEP, log(base), log(less))  # type: ignore[arg-type]
    assert changed != STEP
    world = step_world(order, (1.0, 1.0), (0.01, 0.01))
    left, right = (world.value(side) for side in changed.args)  # type: ignore[attr-defined]
    assert left > right * (1 + 1e-9)
    assert world.holds(STEP)


def test_the_step_needs_its_hypotheses() -> None:
    """Y with a mean, or X that moves with the same coin: the norm of the sum is that of both."""
    world = step_world(4, (1.0, 1.0), (0.5, 0.5))
    for other in (
        {"G": lambda sample: 0.5},
        {"F": lambda sample: 1.0 - 2 * sample[1]},
    ):
        spoilt = World(world.laws, {**world.functions, **other}, world.values)
        assert not spoilt.holds(STEP)
        assert not all(map(spoilt.holds, premises(CENTRED_STEP.formula)))


ORDER = var("order")


def powers_in(x: object) -> Iterator[Term]:
    """The bases of the powers exp(order log base) in a term."""
    if isinstance(x, Term):
        if x.head == "exp":
            yield x.args[0].args[1].args[0]
        for part in x.args:
            yield from powers_in(part)


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
