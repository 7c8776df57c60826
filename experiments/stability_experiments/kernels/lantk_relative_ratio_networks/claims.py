"""The claims of `lantk-relative-ratio-networks`, each decided by the measured numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from stability_experiments.common.relative_ratios import WHERE
from stability_experiments.framework.result import Claim
from stability_experiments.kernels.lantk_relative_ratio_networks.networks import PUBLISHED_WIDTH
from stability_experiments.kernels.lantk_relative_ratio_networks.numbers import (
    ORDER,
    Found,
    of_networks,
)


def claims(found: Sequence[Found], neurons: int) -> Iterator[Claim]:
    """The published order, link by link, and what it depends on."""
    for k, where in enumerate(WHERE):
        for less, more in pairwise(ORDER):
            yield Claim(
                claim=f"relative ratio, {where}: {less} below {more}, all four pairs, every seed",
                holds=all(
                    one.ratios(less)[:, k].max() < one.ratios(more)[:, k].min() for one in found
                ),
                required=where == WHERE[0] or more != ORDER[-1],
            )
    yield Claim(
        claim="training raises the ratio of networks that stand for the published width, "
        "train-train and test-train, all four pairs, every seed",
        holds=all((one.ratios("NN-trained") > one.ratios("NN-init")).all() for one in found),
    )
    yield Claim(
        claim=f"the width of an untrained network decides its ratio: with {neurons:,} neurons as "
        f"they are it is higher than at {PUBLISHED_WIDTH:,}, all four pairs",
        holds=all(
            of_networks(one.plain, "NN-init")[:, 0].min() > one.ratios("NN-init")[:, 0].max()
            for one in found
        ),
    )
    yield Claim(
        claim="kernel regression predicts better with the trained network's kernel than with the "
        "first one, in the mean over pairs and seeds",
        holds=float(np.mean([one.gains().mean() for one in found])) > 0,
        required=False,
    )
