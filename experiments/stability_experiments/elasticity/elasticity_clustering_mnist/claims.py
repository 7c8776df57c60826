"""The claims of `elasticity-clustering-mnist`, each decided by the measured numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stability_experiments.common.pair_clustering.claims import (
    above,
    best_start_helps,
    catapult,
    starts_matter,
    within_range,
)
from stability_experiments.common.pair_clustering.methods import (
    KERNELIZED,
    LOGIT,
    PROBABILITY,
    RELATIVE,
    UNTRAINED,
    Method,
)
from stability_experiments.common.pair_clustering.pairs import Pair
from stability_experiments.common.pair_clustering.published import (
    CNN,
    FNN,
    FNN_BCE,
    LINEAR,
    MNIST_LINES,
    PLAIN_STEP,
)
from stability_experiments.common.pair_clustering.study import Found
from stability_experiments.framework.result import Claim, Row

KERNELIZED_FNN = Method(FNN, KERNELIZED)
RANDOM = Method(FNN + UNTRAINED, KERNELIZED)


def claims(
    found: Found, places: Mapping[Pair, int], from_file: Sequence[Row], *, smoke: bool
) -> tuple[Claim, ...]:
    """What has to show, and whether it does; a small run need not show all of it."""
    shown = [
        above(found, KERNELIZED_FNN, Method(LINEAR, KERNELIZED), required=not smoke),
        above(found, Method(CNN, KERNELIZED), KERNELIZED_FNN, required=not smoke),
        above(found, KERNELIZED_FNN, RANDOM, required=False),
        above(found, Method(FNN, RELATIVE), Method(LINEAR, RELATIVE), required=False),
        above(
            found,
            Method(FNN_BCE, KERNELIZED, LOGIT),
            Method(FNN_BCE, KERNELIZED, PROBABILITY),
            required=False,
        ),
        above(found, KERNELIZED_FNN, Method(FNN, RELATIVE), required=False),
        above(found, Method(CNN, KERNELIZED), Method(CNN, RELATIVE), required=False),
        catapult(found, FNN, required=not smoke),
        _plain_steps(found),
        starts_matter(found, required=not smoke),
        best_start_helps(found),
    ]
    if not places:
        return tuple(shown)
    shown += [within_range(found, MNIST_LINES, places, net) for net in (FNN, CNN)]
    return (*shown, _from_file(from_file))


def _plain_steps(found: Found) -> Claim:
    """With the published number as step size a narrow network hardly changes its similarity."""
    after = found.of_method(Method(PLAIN_STEP, KERNELIZED)).mean()
    before = found.of_method(RANDOM).mean()
    return Claim(
        claim="the published number 0.003 as step size of a narrower network: kernelized accuracy "
        "stays within 3 percentage points of random weights, on average",
        holds=bool(abs(after - before) <= 3),
        required=False,
    )


def _from_file(rows: Sequence[Row]) -> Claim:
    kmeans = [row for row in rows if "PCA" not in row.name]
    return Claim(
        claim="K-means on pixels, on the images of the published code: the published accuracy "
        "within one percentage point, every pair",
        holds=all(row.agrees is True for row in kmeans),
    )
