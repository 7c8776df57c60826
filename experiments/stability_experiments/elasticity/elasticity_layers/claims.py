"""The claims of `elasticity-layers`, each decided by the measured numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.elasticity.elasticity_layers.depths import Deep, Looked
from stability_experiments.framework.result import Claim


def claims(found: Mapping[Deep, Sequence[Looked]]) -> tuple[Claim, ...]:
    """What has to show, and whether it does."""
    every = [s for seen in found.values() for s in seen]
    return (
        Claim(
            claim="trained: log fuzziness falls along a line from layer to layer, r at most -0.9 "
            "in the mean over seeds, every depth",
            holds=all(
                Mean.of(s.number("r after") for s in seen).value <= -0.9 for seen in found.values()
            ),
        ),
        Claim(
            claim="untrained: the fuzziness grows from layer to layer, every depth and seed",
            holds=all(s.number("factor before") > 1 > s.number("factor after") for s in every),
        ),
        Claim(
            claim="training raises the class contrast of the kernel, every depth and seed (on "
            "MNIST not always: the inner products of images tell classes before training)",
            holds=all(s.number("whole after") > s.number("whole before") for s in every),
            required=False,
        ),
        Claim(
            claim="training raises the contrast of the last layer's part more than that of the "
            "first, every depth and seed",
            holds=all(s.gained[-1] > s.gained[0] for s in every),
        ),
        Claim(
            claim="a layer's part gains class contrast where training separates the classes (r "
            "over layers above 0.5), every depth and seed",
            holds=all(s.together > 0.5 for s in every),
            required=False,
        ),
        Claim(
            claim="trained: the last layer's part tells classes more than the first layer's, every "
            "depth and seed",
            holds=all(s.contrast("after")[-1] > s.contrast("after")[0] for s in every),
            required=False,
        ),
    )
