"""Learning rules on samples of a few points, each a loss as a function of the examples left."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from stability_proofs.witnesses.witness import with_functions
from stability_proofs.witnesses.worlds import Law, World

Sample = tuple[Any, ...]
Rule = Callable[[Sample, Any, Any], Any]
"""The loss that a rule makes of the examples left and of one seed, at a point."""
NONE = ((None, Fraction(1)),)
"""The law of the seeds of a rule without randomness."""


def world_of_rule(
    rule: Rule,
    points: Law,
    size: int,
    *,
    seeds: Law = NONE,
    of_loss: Law | None = None,
    values: Mapping[str, Any],
) -> World:
    """Samples of a size of these points, and one draw of a seed.

    The loss is that of the rule in expectation over a seed, with the law `of_loss` if that is
    another than the law of the seeds; `realised` losses are those of one seed.
    """
    weighed = seeds if of_loss is None else of_loss

    def expected(left: Sample, point: Any) -> Any:
        return sum(p * rule(left, s, point) for s, p in weighed)

    def realised(left: Sample, drawn: Sample, point: Any) -> Any:
        return rule(left, drawn[0], point)

    functions: dict[str, Callable[..., Any]] = {
        "loss": lambda s, p: expected(s, p),
        "without": lambda s, i, p: expected(left(s, i), p),
        "twice": lambda s, i, j, p: expected(left(s, i, j), p),
        "realised": lambda s, r, p: realised(s, r, p),
        "realised_without": lambda s, r, i, p: realised(left(s, i), r, p),
        "realised_twice": lambda s, r, i, j, p: realised(left(s, i, j), r, p),
    }

    def fold(k: int) -> int:
        return k % int(values["folds"])

    def others(i: int) -> Sample:
        return tuple(k for k in range(size) if fold(k) == fold(i))

    functions |= {
        "fold": fold,
        "held": lambda s, i, p: expected(left(s, *others(i)), p),
        "held_without": lambda s, i, j, p: expected(left(s, *others(i), j), p),
    }
    laws = {
        "example": points,
        "index": [(k, Fraction(1, size)) for k in range(size)],
        "draw": [(0, Fraction(1))],
        "seed": seeds,
    }
    world = World(laws, {name: cache(f) for name, f in functions.items()}, values)
    return with_functions(world, {"beta": elastic(world), "constant_of": per_index(world)})


def left(sample: Sample, *deleted: int) -> Sample:
    """The examples that are not deleted."""
    return tuple(p for k, p in enumerate(sample) if k not in deleted)


def elastic(world: World) -> Callable[[Any, Any], Any]:
    """The least elastic function of a deletion."""
    loss, gone = world.functions["loss"], world.functions["without"]
    size = len(world.laws["index"])

    @cache
    def beta(deleted: Any, tested: Any) -> Any:
        return size * max(
            abs(loss(sample, tested) - gone(sample, k, tested))
            for sample in world.elements("sample")
            for k in range(size)
            if sample[k] == deleted
        )

    return beta


def per_index(world: World) -> Callable[[int], Any]:
    """The least replacement constant of each index."""
    loss, points = world.functions["loss"], world.elements("example")

    @cache
    def constant(place: int) -> Any:
        return max(
            abs(loss(sample, tested) - loss((*sample[:place], new, *sample[place + 1 :]), tested))
            for sample in world.elements("sample")
            for new in points
            for tested in points
        )

    return constant


def additive(start: Callable[[Any], Any], influence: Callable[[Any, Any], Any], size: int) -> Rule:
    """start(z) plus the mean over the sample of influence(z', z); deletion keeps 1/m.

    A seed is a factor of the influences. beta(z', z) is |influence(z', z)|, every change being one.
    """

    def losses(left: Sample, seed: Any, point: Any) -> Any:
        factor = 1 if seed is None else seed
        return start(point) + factor * sum(influence(z, point) for z in left) / Fraction(size)

    return losses


def random_rule(seed: int, largest: int = 12) -> Rule:
    """A symmetric rule with random losses in [0, 1] of what it makes of examples."""
    generator = random.Random(seed)

    @cache
    def table(*inputs: Any) -> Fraction:
        return Fraction(generator.randint(0, largest), largest)

    return lambda left, drawn, point: table(tuple(sorted(left)), drawn, point)
