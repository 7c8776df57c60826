"""Halving a set of indices in small finite worlds: every step is an identity or bound there."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from stability_proofs.kernel.checker import Theorem
from stability_proofs.kernel.terms import SET
from stability_proofs.lemmas.moments import (
    cross_moments,
    fourth_cross,
    fourth_halving,
    fourth_parts,
    halving,
)
from stability_proofs.lemmas.moments.fourth_about_mean import EVEN, UNEVEN
from stability_proofs.lemmas.probability import conditional_means
from stability_proofs.tactics.mixed_families import FIRST, WHOLE
from stability_proofs.witnesses.worlds import World

POINTS = (("a", Fraction(1, 3)), ("b", Fraction(2, 3)))
SIZE = 3
SAMPLES = tuple(itertools.product("ab", repeat=SIZE))
SETS = tuple(frozenset(s) for k in range(SIZE + 1) for s in itertools.combinations(range(SIZE), k))


def changed(sample: tuple[str, ...], place: int, point: str) -> tuple[str, ...]:
    return (*sample[:place], point, *sample[place + 1 :])


def random_world(seed: int) -> World:
    """Functions g_i that each have mean 0 over an example of their own, and their differences."""
    generator = random.Random(seed)
    raw = {(i, s): Fraction(generator.randint(-6, 6)) for i in range(SIZE) for s in SAMPLES}
    g = {(i, s): raw[i, s] - sum(p * raw[i, changed(s, i, e)] for e, p in POINTS) for i, s in raw}
    cost = [
        max(
            abs(g[i, s] - g[i, changed(s, j, e)])
            for i in range(SIZE)
            for s in SAMPLES
            for e in "ab"
            if i != j
        )
        for j in range(SIZE)
    ]
    central = [
        [
            sum(p * (raw[i, changed(s, j, e)] - of_mean) ** order for e, p in POINTS)
            for i, j, s in itertools.product(range(SIZE), range(SIZE), SAMPLES)
            if i != j
            for of_mean in [sum(p * raw[i, changed(s, j, e)] for e, p in POINTS)]
        ]
        for order in (2, 4)
    ]
    mu, nu = map(max, central)
    level = max(5 * mu**2, 3 * nu)
    parts = generator.choice([(a, b) for a in SETS for b in SETS if not a & b])
    return World(
        laws={"example": POINTS, "index": [(k, Fraction(1, SIZE)) for k in range(SIZE)]},
        functions={
            "g": lambda i, s: g[i, s],
            "q": lambda i, s: -raw[i, s],
            "mu at": lambda point: mu,
            "nu at": lambda point: nu,
            "lambda at": lambda point: level,
            "c": lambda j: cost[j],
            "w": lambda point: Fraction(1),
        },
        values={
            "W": Fraction(1),
            "top": level,
            "rate": Fraction(float(3 * level) ** 0.25) * Fraction(1001, 1000),
            "order": generator.choice([2, 3, 4.5]),
            "A1": parts[0],
            "A2": parts[1],
            "A": parts[0] | parts[1],
            "S": generator.choice(SAMPLES),
            "T": generator.choice(SAMPLES),
            "i": generator.randrange(SIZE),
            "z": generator.choice("ab"),
            "k": 2,
        },
        trials={SET: SETS, "natural": range(3)},
    )


STEPS: dict[str, Callable[[], Theorem]] = {
    "mean of own": conditional_means.mean_of_own,
    "centred": conditional_means.centred,
    "only own, first": lambda: conditional_means.only_own(FIRST),
    "only own, whole": lambda: conditional_means.only_own(WHOLE),
    "whole unmoved": conditional_means.whole_unmoved,
    "read second": conditional_means.read_second,
    "tower": conditional_means.tower,
    "second moves": conditional_means.second_moves,
    "cross moment": cross_moments.cross_moment,
    "single": halving.single,
    "by halving": halving.by_halving,
    "difference of parts": fourth_parts.difference_of_parts,
    "one fourth moment": lambda: fourth_parts.one_fourth_moment(EVEN),
    "fourth cross moment": lambda: fourth_cross.fourth_cross_moment(UNEVEN),
    "fourth remainder": lambda: fourth_halving.fourth_remainder(EVEN),
}


@pytest.mark.parametrize("name", STEPS)
def test_steps_hold_in_worlds(name: str) -> None:
    theorem, met = STEPS[name](), 0
    for seed in range(12):
        world = random_world(seed)
        if all(map(world.holds, theorem.hypotheses)):
            met += 1
            assert world.holds(theorem.conclusion), seed
    assert met >= 2


@pytest.mark.parametrize("name", ["only own, whole", "tower"])
def test_where_the_sets_are_no_parts_a_step_fails(name: str) -> None:
    theorem = STEPS[name]()
    world = random_world(0)
    others = {"A1": frozenset({0, 1}), "A2": frozenset(), "A": frozenset({2}), "i": 0}
    failing = [
        replace(world, values={**world.values, **others, "S": s, "T": t})
        for s in SAMPLES
        for t in SAMPLES
    ]
    assert not any(all(map(w.holds, theorem.hypotheses)) for w in failing)
    assert not all(w.holds(theorem.conclusion) for w in failing)
