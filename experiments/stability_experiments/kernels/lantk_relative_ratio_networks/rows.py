"""The rows of `lantk-relative-ratio-networks`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.relative_ratios import (
    ODD,
    ODD_ONE,
    PUBLISHED,
    SOURCE,
    STRENGTH,
    TOLERANCE,
    WHERE,
)
from stability_experiments.framework.result import Row
from stability_experiments.kernels.lantk_relative_ratio_networks.networks import (
    PUBLISHED_WIDTH,
    Net,
)
from stability_experiments.kernels.lantk_relative_ratio_networks.numbers import (
    GAINS,
    NETWORKS,
    ORDER,
    Found,
    of_networks,
)

FIGURE = "Chen, He and Su 2020, figure 1(a)"
TOLERANCES = {"NN-init": 0.5, "NN-trained": 2.0, "NTK": TOLERANCE, "LANTK": TOLERANCE}
"""Networks: what a sample of the neurons and, in training, their start and the order leave open."""
WORDS = {"NTK": "NTK", "LANTK": f"LANTK (KR-V1, lambda = {STRENGTH:g})"}


def rows(found: Sequence[Found], neurons: int, whole: bool) -> Iterator[Row]:
    """Table 3, then figure 1(a), then networks of few neurons as they are."""
    for one in found:
        for k, where in enumerate(WHERE):
            for row in ORDER:
                yield _ratio(one, row, k, f"{one.name}, {where}", neurons, whole)
    yield from _gains(found)
    for one in found:
        for row in NETWORKS:
            values = of_networks(one.plain, row)[:, 0]
            yield Mean.of(values).row(
                f"relative ratio in %, {one.name}, {WHERE[0]}, {row}, {Net(neurons, neurons)}",
                note=f"{Net(neurons, PUBLISHED_WIDTH)}: {one.ratios(row)[:, 0].mean():.2f}",
            )


def _ratio(one: Found, row: str, k: int, place: str, neurons: int, whole: bool) -> Row:
    values, published = one.ratios(row)[:, k], PUBLISHED[one.pair][row][k]
    fewer = "" if whole else "fewer images than published"
    if row not in NETWORKS:
        return Row(
            name=f"relative ratio in %, {place}, {WORDS[row]}",
            computed=float(values[0]),
            published=published,
            tolerance=TOLERANCES[row],
            source=SOURCE,
            required=whole and row == "NTK",
            note=fewer or _odd(one, row, k),
        )
    spread = f"standard deviation {values.std(ddof=1):.2f}" if len(values) > 1 else ""
    return Mean.of(values).row(
        f"relative ratio in %, {place}, {row}", published, TOLERANCES[row], SOURCE,
        note="; ".join(filter(None, (spread, str(Net(neurons, PUBLISHED_WIDTH)), fewer))),
    )  # fmt: skip


def _odd(one: Found, row: str, k: int) -> str:
    return ODD if (one.pair, row, k) == ODD_ONE else ""


def _gains(found: Sequence[Found]) -> Iterator[Row]:
    for one in found:
        accuracies = np.stack([n["accuracies"] for n in one.standing])
        worst = max(float(n["conditions"].max()) for n in one.standing)
        yield Mean.of(one.gains()).row(
            f"gain in points, kernel regression, kernel after over before training, {one.name}",
            GAINS[one.pair],
            None,
            FIGURE,
            note=f"accuracy {accuracies[:, 0].mean():.2f}% to {accuracies[:, 1].mean():.2f}%; "
            f"condition number up to {worst:.1e}; published: read off the image, +-0.03, and "
            "which bar is which pair is a guess",
        )
    yield Mean.of(np.mean([one.gains() for one in found], axis=0)).row(
        "gain in points, kernel regression, kernel after over before training, mean of four pairs",
        float(np.mean(list(GAINS.values()))),
        None,
        FIGURE,
        note="published: read off the image, first four of six bars",
    )
    for one in found:
        yield Mean.of(float(n["network"]) for n in one.standing).row(
            f"test accuracy in %, the trained network, {one.name}"
        )
