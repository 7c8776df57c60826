"""Learning rules that train one weight on a line, a sum of one term for each example."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stability_proofs.kernel.terms import NATURAL, VECTOR
from stability_proofs.witnesses.rules import NONE, Sample, left, world_of_rule
from stability_proofs.witnesses.witness import with_functions
from stability_proofs.witnesses.worlds import Law, World

ELSEWHERE = ("run", "skipped", "retrained", "minimiser", "kept", "refitted")
"""Weights of which hypotheses on losses speak, and no statement about any rule does."""
Loss = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Weights:
    """Weights pull/m for every example, on a line; a seed is a factor of all of them.

    `points` are the examples, numbers, with their law; `pull` is the weight of one example.
    """

    points: Law
    size: int
    pull: Fraction
    seeds: Law = NONE

    def trained(self, examples: Sample, seed: Any) -> Fraction:
        """The weights that these examples make."""
        factor = 1 if seed is None else seed
        return factor * self.pull * sum(examples) / Fraction(self.size)

    def world(
        self,
        measured: Loss,
        slope: Loss,
        *,
        of_loss: Law | None = None,
        values: Mapping[str, Any],
    ) -> World:
        """The world in which the loss is that of the weights, with this gradient in the weights.

        `of_loss`: the law of the seed of the loss, if that is not the law of seeds.
        """
        world = world_of_rule(
            lambda examples, seed, point: measured(self.trained(examples, seed), point),
            self.points,
            self.size,
            seeds=self.seeds,
            of_loss=of_loss,
            values=values,
        )
        functions: dict[str, Callable[..., Any]] = {
            **{name: lambda *_: Fraction(0) for name in ELSEWHERE},
            "weights": lambda s, r: self.trained(s, r[0]),
            "weights_without": lambda s, r, i: self.trained(left(s, i), r[0]),
            "measured": measured,
            "slope": slope,
            "incline": slope,
            "inside": lambda w: True,
        }
        tried = [Fraction(n, 4) for n in (-5, -1, 0, 3)]
        world = with_functions(world, functions)
        laws = {**world.laws, "order": NONE}
        return World(laws, world.functions, world.values, {VECTOR: tried, NATURAL: [0, 1]})
