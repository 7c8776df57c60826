"""The body of `lantk-relative-ratio-networks`: four pairs, two kernels, networks of some seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from stability_experiments.common.colour_classes import ColourClasses
from stability_experiments.common.relative_ratios import PUBLISHED, Pair, Values, ratios
from stability_experiments.framework.context import Arrays, Context, Stages
from stability_experiments.framework.result import ExperimentFindings
from stability_experiments.kernels.lantk_relative_ratio_networks.claims import claims
from stability_experiments.kernels.lantk_relative_ratio_networks.networks import (
    PUBLISHED_WIDTH,
    Net,
    measured,
)
from stability_experiments.kernels.lantk_relative_ratio_networks.numbers import Found
from stability_experiments.kernels.lantk_relative_ratio_networks.pictures import draw
from stability_experiments.kernels.lantk_relative_ratio_networks.rows import rows


@dataclass(frozen=True)
class Size:
    """Images of each class; neurons of a network; seeds of networks.

    `plain_seeds`: of networks that do not stand for wider ones. `whole`: all images.
    """

    training: int
    test: int
    neurons: int
    seeds: int
    plain_seeds: int = 1
    whole: bool = False


SIZES = {
    "smoke": Size(training=400, test=200, neurons=128, seeds=2),
    "paper": Size(training=5000, test=1000, neurons=4096, seeds=3, whole=True),
}


def findings(context: Context) -> ExperimentFindings:
    """Every pair, and what shows."""
    size = SIZES[context.preset]
    images = ColourClasses.load(context.data)
    stages = context.stages(
        {"size": size}, images.fingerprints, ("torch", "scipy"), one_thread=False
    )
    found: list[Found] = []
    for done, pair in enumerate(PUBLISHED):
        context.progress("pairs", done, len(PUBLISHED))
        found.append(_of_pair(images, pair, size, stages, context.seed))
    context.progress("pairs", len(PUBLISHED), len(PUBLISHED))
    wide = Net(size.neurons, PUBLISHED_WIDTH)
    fewer = "" if size.whole else f"; {2 * size.training:,} training images instead of 10,000"
    return ExperimentFindings(
        rows=tuple(rows(found, size.neurons, size.whole)),
        claims=tuple(claims(found, size.neurons)),
        figures=draw(context.out, found, size.neurons),
        scaled_down=f"{wide}: each counts for {wide.width / wide.neurons:g}, and networks of "
        f"{size.neurons:,} neurons as they are beside them{fewer}; 10 epochs as in the published "
        "code, not 500 as in the paper's words",
    )


def _of_pair(images: ColourClasses, pair: Pair, size: Size, stages: Stages, seed: int) -> Found:
    train, test = (p.centred() for p in images.parts(pair, size.training, size.test))
    place = "-".join(pair)

    def networks(net: Net, count: int) -> Sequence[Arrays]:
        return [
            stages.cached(
                f"{place}/{net.neurons}-for-{net.width}/seed-{seed + k}",
                partial(measured, net, train, test, pair, seed + k),
            )
            for k in range(count)
        ]

    return Found(
        pair,
        stages.cached(f"{place}/kernels", lambda: ratios(Values.of(train, test))),
        networks(Net(size.neurons, PUBLISHED_WIDTH), size.seeds),
        networks(Net(size.neurons, size.neurons), size.plain_seeds),
    )
