"""'Not vacuous from m = N on' holds at every larger size that it speaks of: they are all tried."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest
import sympy

from stability.bounds.analyse import analyse
from stability.bounds.calibrate import NonvacuousSize, calibrate, nonvacuous_size
from stability.bounds.falling import N, Reach, _in, falls, reach
from stability.bounds.paths import follow
from stability.setup.file import parse_setup
from stability.setup.setup import Setup
from stability.theorems.catalogue import CATALOGUE
from stability.theorems.kinds.bound import Bound
from stability.theorems.statements.plain_extremes import plain_min
from stability.theorems.statements.symbols import symbol
from stability.theorems.statements.term import Term

SHUFFLED = """
[sample]
size = {size}
[loss]
range = 1
lipschitz = 1
smoothness = 0.001
convex = true
[algorithm]
kind = "sgd"
order = "{order}"
batch_size = {batch}
epochs = {epochs}
step_size = {step}
"""
JUMPING = SHUFFLED.format(size=130, order="shuffled", batch=128, epochs=1, step=1)
ERM = """
[sample]
size = 60
[loss]
range = 1
lipschitz = 1
mean_lipschitz = 0.7
convex = true
[algorithm]
kind = "erm"
regularization = 0.05
"""
OWN = """
[sample]
size = 20
[loss]
range = 1
[stability]
notion = "uniform"
values = {{ beta = 0.05 }}
scaling = "{scaling}"
symmetric = true
"""


SHAPES = ("bousquet2002-thm12-emp", "feldman2018-chebyshev", "elastic-chebyshev")
OF_EACH_SHAPE = [t for t in CATALOGUE if t.category != "generalization" or t.id in SHAPES]


def is_vacuous(bound: Bound, setup: Setup, size: int) -> bool:
    there = follow(bound, setup.with_size(size), bound.failure or Fraction(1, 20))
    return there is None or there.vacuous


def contradicted(bound: Bound, claim: NonvacuousSize, sizes: int) -> list[int]:
    """Those of so many sizes that the claim speaks of at which the bound is vacuous.

    By the formula of the bound at the size claimed, and anew by the whole path at some of them.
    """
    step = {Reach.EVERY: 1, Reach.MULTIPLES: claim.multiple_of, Reach.HERE: 0}[claim.reach]
    setup = bound.stability.setup
    there = follow(bound, setup.with_size(claim.size), bound.failure or Fraction(1, 20))
    assert there is not None
    near = [claim.size + k * step for k in range(sizes if step else 1)]
    far = [claim.size + step * 3**k for k in range(18 if step else 0)]
    formula = [n for n in (*near, *far) if there.term.upper(n) >= there.trivial_value]
    path = [n for n in (*near[:3], *near[:: max(1, sizes // 5)], *far[::4])]
    return formula + [n for n in path if is_vacuous(bound, setup, n)]


@cache
def claims(text: str) -> list[tuple[Bound, NonvacuousSize]]:
    found = [(b, nonvacuous_size(b)) for b in analyse(parse_setup(text)).bounds if b.vacuous]
    return [(bound, claim) for bound, claim in found if claim is not None]


def test_steps_that_follow_the_size_jump_where_a_batch_begins() -> None:
    """Vacuous again at some of the sizes above the first that says something: at multiples only."""
    found = [(b, c) for b, c in claims(JUMPING) if b.theorem == "feldman2018-chebyshev"]
    assert found
    for bound, claim in found[:1]:
        assert claim.reach is Reach.MULTIPLES and claim.size % 128 == 0
        again = [
            k for k in range(1, 400, 3) if is_vacuous(bound, bound.stability.setup, claim.size + k)
        ]
        assert again and all(k % 128 for k in again)
        assert not contradicted(bound, claim, 100)


@pytest.mark.parametrize(
    "text", [ERM, OWN.format(scaling="1/m"), JUMPING], ids=["erm", "own", "jumping"]
)
def test_all_larger_sizes_bear_the_claim_out(text: str) -> None:
    found = claims(text)
    tried = set()
    for bound, claim in found:
        if (bound.theorem, claim.reach) not in tried:
            tried.add((bound.theorem, claim.reach))
            assert contradicted(bound, claim, 250) == [], (bound.path, claim)
    assert {reach for _, reach in tried} >= {Reach.MULTIPLES if text is JUMPING else Reach.EVERY}


def test_random_setups_bear_the_claim_out() -> None:
    chance, tried = random.Random(1), []
    for _ in range(12):
        batch = chance.choice([16, 32, 50, 128])
        text = SHUFFLED.format(
            size=chance.randint(batch, 300),
            order=chance.choice(["shuffled", "with-replacement"]),
            batch=batch,
            epochs=chance.randint(1, 2),
            step=chance.choice(["0.5", "1", "2"]),
        )
        found = [b for b in analyse(parse_setup(text), theorems=OF_EACH_SHAPE).bounds if b.vacuous]
        chance.shuffle(found)
        for bound in found:
            claim = nonvacuous_size(bound)
            if claim is not None and claim.reach is not Reach.HERE:
                assert contradicted(bound, claim, 60) == [], (bound.path, claim, text)
                tried.append(claim)
                break
    assert len(tried) >= 4, "most setups make no claim"


def test_a_whole_number_that_is_rounded_up_costs_a_little() -> None:
    """ceil(log2 m)/m jumps up behind every power of two; log2(m) + 1 in its place does not."""
    found = [(b, c) for b, c in claims(ERM) if b.theorem == "bousquet2020-tail"]
    assert found and {claim.reach for _, claim in found} == {Reach.EVERY}
    for bound, claim in found[:2]:
        assert contradicted(bound, claim, 250) == []


def test_what_counts_as_falling() -> None:
    """Against plain evaluation: what is said to fall does, and some that does not is not."""
    root = sympy.sqrt(sympy.log(20) / (2 * N))
    falling = [
        3 / N + root,
        sympy.sqrt((1 + 6 * N * (2 / N)) / (2 * N)),
        sympy.Max(1 / N, (N - 1) / N * (1 / (N - 1))),
        sympy.log(N) / N,
        1 - (1 - 1 / N) ** 10,
    ]
    for expression in falling:
        assert falls(expression, 3), expression
        values = [float(expression.subs(N, n)) for n in range(3, 200)]
        assert all(a >= b - 1e-15 for a, b in pairwise(values))
    for expression in (
        sympy.ceiling(N / 128) / N,
        sympy.ceiling(sympy.log(N) / sympy.log(2)) / N,
        1 - 1 / N,
        sympy.sqrt(N),
        (N - 5) / N**2,
        sympy.log(N) / N - 1 / N,
        sympy.nan,
    ):
        assert not falls(expression, 1), expression
    assert not falls(sympy.log(N) / N, 2) and falls(sympy.log(N) / N, 3)
    # Its sign at the start is that of a power with 10^10 digits, which is never written out.
    assert falls((1 - sympy.Rational(1, 3) ** (100 * N)) ** -1 / N, 10**8)


def test_calibrate_says_where_else_the_target_is_known_to_be_met() -> None:
    erm = calibrate(parse_setup(ERM), "0.5", "sample.size", theorem="bousquet2002-thm12-emp")
    assert erm.holds_at == erm.record()["holds_at"] == "every larger size"
    assert "The same theorems meet the target at every larger size." in erm.told()
    jumping = calibrate(parse_setup(JUMPING), "0.5", "sample.size", theorem="feldman2018-chebyshev")
    assert jumping.holds_at in ("this value", "multiples of 128 from 128 on") or (
        jumping.holds_at.startswith("multiples of 128 from ")
    )
    setup = parse_setup(JUMPING)
    if jumping.holds_at != "this value":
        first = int(jumping.holds_at.split()[4])
        for k in range(50):
            [at] = [
                b
                for b in analyse(setup.with_size(first + 128 * k)).of("feldman2018-chebyshev")
                if b.path == jumping.path
            ]
            assert at.value <= 0.5
    step = calibrate(parse_setup(JUMPING), "0.5", "algorithm.step_size")
    assert step.holds_at == "this value"


@pytest.mark.parametrize(
    "steps",
    ["step_size = 1.7e-4, strong_convexity = 0.1", 'step_size = { schedule = "decay", c = 0.5 }'],
)
def test_numbers_of_many_steps_stay_short(steps: str) -> None:
    """Powers and harmonic numbers of 30,000 steps are not written out, which takes for ever."""
    setup = parse_setup(
        "sample.size = 50\nloss = { range = 1, lipschitz = 1, smoothness = 1, convex = true }\n"
        f'algorithm = {{ kind = "gd", steps = 30000, {steps} }}\n'
    )
    bounds = [b for b in analyse(setup).bounds if b.path[0] == "elastic-gd"]
    assert bounds
    for bound in bounds:
        numbers = _in(bound.term, N).atoms(sympy.Rational)
        assert all(abs(x.p) < 10**300 and x.q < 10**300 for x in numbers), bound.path
    assert any(reach(bound) is Reach.EVERY for bound in bounds)


def test_what_is_composed_is_not_compared() -> None:
    """To compare the arguments of a minimum sympy may factor numbers of hundreds of digits."""
    one = Term((symbol("m") + 1) ** 2 / (symbol("m") ** 2 + 3), {})
    term = Term(sympy.Min(*sympy.symbols("a b")) ** 2, {"a": one, "b": Fraction(1, 3)})
    third = sympy.Rational(1, 3)
    assert _in(term, N) == plain_min((N + 1) ** 2 / (N**2 + 3), third) ** 2
    assert falls(plain_min(1 / N, third) ** 2, 1) and not falls(plain_min(N, third), 1)
