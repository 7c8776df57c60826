"""Every statement of the sharper bounds, against gaps that are enumerated or summed exactly.

Rules on two and three points and up to four examples, with symmetry and without, and means of up to
2,000 coins. `python -m tests.oracles.test_statements_in_worlds` prints the largest ratio of what is
true to what is stated, for each statement.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from math import sqrt

import numpy as np
import pytest
from scipy.stats import binom

from stability.conventions import Quantity
from stability.theorems.catalogue import BY_ID
from stability.theorems.kinds import GeneralizationTheorem
from stability.theorems.kinds.constant import Product
from stability.theorems.statements.term import vectorised

from .worlds import AdditiveRule, World, of_additive, without_symmetry

ELASTIC = (
    "elastic-second-moment", "elastic-chebyshev", "elastic-split", "elastic-chain",
    "elastic-chain-moment", "elastic-rio", "elastic-variance-tail", "elastic-split-fourth",
)  # fmt: skip
LEFT_OUT = (
    "elastic-second-moment-loo", "elastic-chebyshev-loo", "elastic-split-loo",
    "elastic-variance-tail-loo",
)  # fmt: skip
UNIFORM = (
    "uniform-second-moment", "uniform-chebyshev", "uniform-split", "uniform-chain",
    "uniform-chain-moment", "uniform-rio", "bousquet2020-moment", "bousquet2020-tail",
    "bousquet2020-rms", "uniform-split-fourth",
)  # fmt: skip
EVERY = (*ELASTIC, *LEFT_OUT, *UNIFORM)
DELTAS = (0.5, 0.1, 0.01)
ORDERS = (2.0, 2.5, 4.0, 8.0)
HALVES = (1, 3)
SHARES = ((0.4, 0.3, 0.3), (0.01, 0.98, 0.01), (0.98, 0.01, 0.01))
"""Of delta, for the parts of a split."""
SQUARED = {Quantity.SQUARED_GAP, Quantity.LOO_SQUARED_GAP}
ABSOLUTE = {Quantity.ABSOLUTE_GAP, Quantity.LOO_ABSOLUTE_GAP}


def statement(theorem: str, position: int):  # type: ignore[no-untyped-def]
    found = BY_ID[theorem]
    assert isinstance(found, GeneralizationTheorem)
    return found.statements[position]


def statements(theorem: str) -> int:
    return len(BY_ID[theorem].statements)  # type: ignore[union-attr]


@cache
def compiled(theorem: str, position: int):  # type: ignore[no-untyped-def]
    expression = statement(theorem, position).values["bound"]
    return vectorised(expression), {str(s) for s in expression.free_symbols}


def choices(theorem: str, names: set[str]) -> Iterator[tuple[float, dict[str, float]]]:
    """Failure probabilities, or orders, and what the statement is told of them."""
    parts = sorted(n for n in names if n.startswith("delta_"))
    if statement(theorem, 0).quantity is Quantity.MOMENT:
        free = "half" if "half" in names else "order"
        for order in (2 * h for h in HALVES) if free == "half" else ORDERS:
            yield order, {free: order / 2 if free == "half" else order}
        return
    for delta, shares in itertools.product(DELTAS, SHARES if parts else SHARES[:1]):
        whole = sum(shares[: len(parts)]) or 1
        told = {n: delta * s / whole * (1 - 1e-9) for n, s in zip(parts, shares, strict=False)}
        told = told or ({"delta": delta} if "delta" in names else {})
        for half in HALVES if "half" in names else (0,):
            yield delta, {**told, **({"half": half} if half else {})}
        if not told:
            return


def ratios(theorem: str, position: int, worlds: Sequence[World]) -> np.ndarray:
    """What is true over what is stated: (choices, worlds)."""
    bound, names = compiled(theorem, position)
    one = statement(theorem, position)
    worlds = [w for w in worlds if w.product or one.structure is not Product]
    base = {n: np.array([w.known[n] for w in worlds]) * (1 + 1e-9)
            for n in names if n in worlds[0].known and n != "m"}  # fmt: skip
    base["m"] = np.array([float(w.known["m"]) for w in worlds])
    rows = []
    for level, told in choices(theorem, names):
        stated = bound(**{n: v for n, v in {**base, **told}.items() if n in names})
        if one.quantity in SQUARED:
            true = [w.norm(2) ** 2 for w in worlds]
        elif one.quantity is Quantity.MOMENT:
            true = [w.norm(level) for w in worlds]
        else:
            true = [w.quantile(level, absolute=one.quantity in ABSOLUTE) for w in worlds]
        rows.append(np.array(true) / stated)
    return np.array(rows)


def largest(theorem: str, worlds: Sequence[World]) -> float:
    """Of all statements of the theorem."""
    positions = range(statements(theorem))
    return max(float(np.max(ratios(theorem, p, worlds))) for p in positions)


# -------------------------------------------------------------------- rules that are enumerated


def additive(generator: np.random.Generator, m: int, kind: int) -> tuple[AdditiveRule, bool]:
    """A rule that memorises, one of no form, one of a product and one of a square."""
    k = int(generator.integers(2, 4))
    u, v = generator.uniform(0, 3, k), generator.uniform(0, 3, k)
    influence = (
        generator.normal(0, 1, (k, k)) - np.diag(generator.uniform(0, 6, k)),
        generator.normal(0, 2, (k, k)),
        np.outer(u * generator.choice([-1, 1], k), v),
        -np.outer(u, u),
    )[kind]
    law = generator.dirichlet(np.ones(k))
    return AdditiveRule(influence, law, generator.uniform(0.2, 1, k), 1.0, m), kind >= 2


@cache
def symmetric(loo: bool) -> tuple[World, ...]:
    generator = np.random.default_rng(0)
    return tuple(
        of_additive(rule, loo=loo, product=product)
        for m, kind in itertools.product((2, 3, 4) if loo else (1, 2, 3, 4), range(4))
        for rule, product in (additive(generator, m, kind) for _ in range(3))
    )


@cache
def any_tables() -> tuple[World, ...]:
    """Losses drawn for every sample by itself, in [0, 1] or 0 and 1, and constant but for one."""
    generator, found = np.random.default_rng(1), []
    for m, k in ((1, 2), (1, 3), (2, 2), (2, 3), (3, 2), (3, 3), (4, 2)):
        for size in (1.0, 0.3, 0.02):
            losses = generator.uniform(size=(k,) * (m + 1))
            losses = np.round(losses) if size == 1 else losses
            centre = generator.uniform(size=k) if size < 1 else 0.0
            law = generator.dirichlet(np.ones(k))
            found.append(without_symmetry(size * losses + (1 - size) * centre, law))
    return tuple(found)


def enumerated(theorem: str) -> tuple[World, ...]:
    if theorem in LEFT_OUT:
        return symmetric(True)
    return any_tables() if theorem == "bousquet2020-rms" else (*symmetric(False), *any_tables())


@pytest.mark.parametrize("theorem", EVERY)
def test_enumerated_gaps(theorem: str) -> None:
    """No norm, square or quantile of the gap is above what is stated, for any rule."""
    assert largest(theorem, enumerated(theorem)) <= 1


# ------------------------------------------------------------------------ means of many coins


def coins(m: int, q: float, c: float, *, loo: bool = False) -> World:
    """A guess c (share of heads) of a coin, loss |guess - coin|; the sums are exact.

    Deleting a head moves every loss by c/m, a tail by nothing: u = 1 for heads, v = c. That is so
    at m - 1 as well, as the share stays one of m.
    """
    heads = np.arange(m + 1)
    guess, less = c * heads / m, c * np.maximum(heads - 1, 0) / m
    risk = q * (1 - guess) + (1 - q) * guess
    seen = heads / m * (1 - (less if loo else guess)) + (1 - heads / m) * guess
    root = sqrt(q)
    known = {
        "m": m, "M": 1.0, "B": c, "U": c, "B1": c * q, "D": c * q, "b_rms": c * root,
        "c_rms": c * q, "d_rms": c * root, "beta_rms": c * root, "c_sup": c * q,
        "beta_4": c * sqrt(root),
        "epsilon": c / m, "epsilon_rms": c / m,
        **dict.fromkeys(("uu_1", "uu_2", "uu_4", "uu_sup"), c),
    }  # fmt: skip
    return World(risk - seen, binom.pmf(heads, m, q), known, product=True)


@cache
def all_coins(loo: bool) -> tuple[World, ...]:
    return tuple(
        coins(m, q, c, loo=loo)
        for m in (2, 3, 50, 400, 2000)
        for q in (0.5, 0.02)
        for c in (1.0, 0.1, 0.0)
    )


@pytest.mark.parametrize("theorem", EVERY)
def test_means_of_coins(theorem: str) -> None:
    """Up to 2,000 coins, by binomial sums."""
    assert largest(theorem, all_coins(theorem in LEFT_OUT)) <= 1


# ----------------------------------------------------------------- every hypothesis is needed

NOTHING = {
    **dict.fromkeys(("B", "U", "B1", "D", "b_rms", "c_rms", "d_rms", "beta_rms", "c_sup"), 0.0),
    "beta_4": 0.0,
    **dict.fromkeys(("uu_1", "uu_2", "uu_4", "uu_sup", "epsilon", "epsilon_rms"), 0.0),
    "M": 1.0,
}


def world(gaps: Sequence[float], chances: Sequence[float], m: int) -> World:
    return World(np.array(gaps), np.array(chances), {**NOTHING, "m": m}, product=True)


def one_coin_seen_often() -> World:
    """A guess that is fixed beforehand, and one fair coin that is copied 10,000 times."""
    return world([0.5, -0.5], [0.5, 0.5], 10_000)


def losses_beyond_the_range() -> World:
    """A guess fixed beforehand, whose losses at a fair coin are 0 and 100, called at most 1."""
    heads = np.arange(21)
    return world((100 * (0.5 - heads / 20)).tolist(), binom.pmf(heads, 20, 0.5).tolist(), 20)


def learnt_by_heart() -> World:
    """Loss 0 at what was seen and 1 elsewhere, of very many points; called stable."""
    return world([1.0], [1.0], 400)


def parity() -> World:
    """Fair coins are guessed by the parity of the sample: each is 1/2 wrong, but the guesses
    without one example are all right or all wrong at it. Called stable."""
    return world([0.5, -0.5], [0.5, 0.5], 400)


BROKEN = [
    (broken, name)
    for broken, names in (
        (one_coin_seen_often, EVERY),
        (losses_beyond_the_range, EVERY),
        (learnt_by_heart, (*ELASTIC, *UNIFORM)),
        (parity, LEFT_OUT),
    )
    for name in names
]


@pytest.mark.parametrize(("broken", "theorem"), BROKEN)
def test_without_a_hypothesis_it_fails(broken: Callable[[], World], theorem: str) -> None:
    """Every statement of the theorem."""
    for position in range(statements(theorem)):
        assert np.max(ratios(theorem, position, [broken()])) > 1


def with_its_diagonal(world: World) -> dict[str, float]:
    """Of what is learnt by heart: beta(z', z) = m 1{z' = z}."""
    m = float(world.known["m"])
    root = dict.fromkeys(("D", "d_rms", "U", "beta_4"), m)
    return {**NOTHING, **root, **dict.fromkeys(("uu_2", "uu_4", "uu_sup"), m), "m": m}


@pytest.mark.parametrize("theorem", ELASTIC)
def test_the_diagonal_is_what_was_missing(theorem: str) -> None:
    """With D, |d|_2 and U of what is learnt by heart every one of them holds again."""
    seen = learnt_by_heart()
    whole = World(seen.gaps, seen.chances, with_its_diagonal(seen), product=True)
    assert largest(theorem, [whole]) <= 1


if __name__ == "__main__":
    for name in EVERY:
        for position in range(statements(name)):
            worlds = (enumerated(name), all_coins(name in LEFT_OUT))
            found = [float(np.max(ratios(name, position, these))) for these in worlds]
            print(f"{name:27} {position}  enumerated {found[0]:.4f}  coins {found[1]:.4f}")
