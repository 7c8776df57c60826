"""The inequalities taken on trust hold on exact tails; a constant that is a little off does not.

The right side is evaluated from the very formula of the axiom; the left side is an exact tail.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import pytest
from scipy.stats import binom

from proofs.axioms import AXIOMS, BERNSTEIN, MCDIARMID, MCDIARMID_SEEDS
from proofs.steps import premises
from proofs.terms import Term, num
from proofs.worlds import World

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


def with_numbers(x: object, old: Fraction, new: Fraction) -> object:
    """A term with one rational in the place of another."""
    if isinstance(x, Term):
        if x == num(old):
            return num(new)
        return Term(x.head, tuple(with_numbers(a, old, new) for a in x.args), x.sort)
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
    changed = with_numbers(conclusion, old, new)
    assert isinstance(changed, Term)
    assert changed != conclusion
    assert refuted(changed, variance)


def test_axioms_have_a_source_and_a_name_each() -> None:
    for axiom in AXIOMS:
        assert axiom.source
        assert axiom.name == axiom.name.lower()
