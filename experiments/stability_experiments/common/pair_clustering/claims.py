"""Claims about clusterings that both data sets share, each decided by the measured numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stability_experiments.common.pair_clustering.methods import KERNELIZED, Method
from stability_experiments.common.pair_clustering.pairs import Pair
from stability_experiments.common.pair_clustering.rows import Lines, line_of
from stability_experiments.common.pair_clustering.study import Found
from stability_experiments.framework.result import Claim


def above(found: Found, one: Method, other: Method, *, required: bool) -> Claim:
    """One method is more accurate than another in the mean over pairs and seeds."""
    a, b = found.on_average(one).value, found.on_average(other).value
    return Claim(
        claim=f"{one}, is more accurate than {other}, on average over pairs and seeds",
        holds=a > b,
        required=required,
    )


def catapult(found: Found, net: str, *, required: bool) -> Claim:
    """Training starts with steps that overshoot, and ends at a smaller kernel."""
    peaks = found.number(net, "largest early loss over the first")
    before, after = (found.number(net, f"K(x, x) {when}") for when in ("before", "after"))
    over = found.number(net, "steps over the limit")
    return Claim(
        claim=f"{net}: with step size times width as published steps are above 2/lambda_max; the "
        "loss first rises to more than twice its start and the kernel shrinks, every training",
        holds=bool((over > 1).all() and (peaks > 2).all() and (after < before).all()),
        required=required,
    )


def within_range(found: Found, lines: Lines, places: Mapping[Pair, int], net: str) -> Claim:
    """Whether every published number of a network lies within the seeds."""
    inside = []
    for method in found.study.methods:
        line = line_of(method, lines)
        if method.net == net and line is not None:
            values = found.of_method(method)
            for place, pair in enumerate(found.study.pairs):
                if pair in places:
                    number = line.values[places[pair]]
                    inside.append(values[place].min() <= number <= values[place].max())
    return Claim(
        claim=f"{net}: every published accuracy lies within the range of the seeds",
        holds=bool(inside) and all(inside),
        required=False,
    )


def starts_matter(found: Found, *, required: bool) -> Claim:
    """Single starts of kernel K-means end far apart for some kernel."""
    gaps = np.ptp(found.starts, axis=3)
    return Claim(
        claim="kernel K-means: for some network, pair and seed the starts differ by more than 10 "
        "percentage points",
        holds=bool(gaps.max() > 10),
        required=required,
    )


def best_start_helps(found: Found) -> Claim:
    """Whether the lowest objective is at least as accurate as one start, on average."""
    gains = [
        found.of_method(m).mean() - found.of_starts(m).mean()
        for m in found.kernel_methods
        if m.form == KERNELIZED
    ]
    return Claim(
        claim="kernel K-means: the lowest objective of 20 starts is at least as accurate as one "
        "start, on average, for every kernelized similarity",
        holds=bool(min(gains) >= 0),
        required=False,
    )
