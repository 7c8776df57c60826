"""Rows of the tables: mean and spread over seeds, the published number beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.pair_clustering.measuring import baselines
from stability_experiments.common.pair_clustering.methods import BASELINES, Method
from stability_experiments.common.pair_clustering.pairs import Pair, first_images, load_images
from stability_experiments.common.pair_clustering.published import (
    AUTOENCODER,
    CNN,
    FNN,
    PLAIN_STEP,
    RESNET_152,
    Line,
)
from stability_experiments.common.pair_clustering.study import Found
from stability_experiments.framework.context import Context, Stages
from stability_experiments.framework.result import Row

TOLERANCE = 5.0
"""Percentage points within which a mean over seeds counts as the published number of one seed."""

FROM_FILE = 500
"""Images of each class in the published code, which takes the first in the file."""

FILE_TOLERANCE = 1.0
OTHERWISE = "the published run must have had other images or other starts"
SINGLE = "published: one seed, images and weights drawn otherwise"
Lines = Mapping[Method, Line]


def line_of(method: Method, lines: Lines) -> Line | None:
    """The published line for a method, whatever the size of its steps."""
    net = FNN if method.net == PLAIN_STEP else method.net
    return lines.get(Method(net, method.form, method.space))


def table_rows(
    found: Found, lines: Lines, places: Mapping[Pair, int], more: str = ""
) -> Iterator[Row]:
    """Averages over pairs first, then pair by pair; `places`: where a pair is in the tables."""
    pairs = found.study.pairs
    for method in found.study.methods if len(pairs) > 1 else ():
        line = line_of(method, lines)
        values = [] if line is None else [line.values[places[p]] for p in pairs if p in places]
        published = float(np.mean(values)) if values else None
        mean = found.on_average(method)
        yield mean.row(
            f"accuracy, {method}, average over pairs{more}",
            published,
            None if published is None else TOLERANCE,
            line.source if line and values else None,
            note="; ".join(filter(None, (_spread(mean), SINGLE if values else ""))),
        )
    for method in found.study.methods:
        line = line_of(method, lines)
        for place, pair in enumerate(pairs):
            mean = Mean.of(found.of_method(method)[place])
            known = line is not None and pair in places
            yield mean.row(
                f"accuracy, {method}, {pair.name}{more}",
                line.values[places[pair]] if line and known else None,
                TOLERANCE if known else None,
                line.source if line and known else None,
                note="; ".join(filter(None, _notes(mean, method, pair, known, places))),
            )


def _spread(mean: Mean) -> str:
    return f"sd {np.std(mean.values, ddof=1):.1f}" if len(mean.values) > 1 else ""


def _notes(
    mean: Mean, method: Method, pair: Pair, known: bool, places: Mapping[Pair, int]
) -> Iterator[str]:
    yield _spread(mean)
    if known:
        yield SINGLE
    if known and method == Method(CNN, "kernelized"):
        here = places[pair]
        yield (
            "other features, published only: K-means on an autoencoder's "
            f"{AUTOENCODER[here]:.1f}, on ResNet-152's {RESNET_152[here]:.1f}"
        )


def file_rows(
    context: Context, stages: Stages, found: Found, lines: Lines, places: Mapping[Pair, int]
) -> Iterator[Row]:
    """K-means on the very images of the published code: where nothing is left to chance."""
    study = found.study

    def compute() -> dict[str, np.ndarray]:
        images = load_images(study.data, context.data)
        drawn = [first_images(images, pair, FROM_FILE) for pair in study.pairs]
        return {"accuracy": np.array([baselines(d.points, d.classes, 0) for d in drawn])}

    for pair, values in zip(
        study.pairs, stages.cached("first-images", compute)["accuracy"], strict=True
    ):
        for method, value in zip(BASELINES, values, strict=True):
            line = lines[method]
            row = Row(
                name=f"accuracy, {method}, images of the published code, {pair.name}",
                computed=100 * float(value),
                published=line.values[places[pair]],
                tolerance=FILE_TOLERANCE,
                source=line.source,
                note=f"the first {FROM_FILE} images of each class; K-means from random starts",
            )
            yield row if row.agrees else replace(row, note=f"{row.note}; {OTHERWISE}")


def step_rows(found: Found, more: str = "") -> Iterator[Row]:
    """The size of the steps, and what they did to the network."""
    for net in found.study.nets:
        numbers = {
            name: found.number(net.name, name)
            for name in ("step size", "halvings", "training accuracy", "K(x, x) before",
                         "K(x, x) after", "largest early loss over the first")
        }  # fmt: skip
        steps = numbers["step size"]
        size = f"{steps.min():.3g}" + (f" to {steps.max():.3g}" if np.ptp(steps) > 0 else "")
        halved = numbers["halvings"]
        yield Mean.of(found.number(net.name, "steps over the limit").ravel()).row(
            f"step size over 2/lambda_max, {net.name}{more}",
            note=f"over pairs and seeds; step size {size}"
            + (
                f", halved up to {int(halved.max())} times to stay finite, in "
                f"{int((halved > 0).sum())} of {halved.size} trainings"
                if halved.any()
                else ""
            )
            + f"; {net.epochs} epochs in batches of {net.batch_size}, training accuracy "
            f"{numbers['training accuracy'].mean():.3f}; K(x, x) from "
            f"{numbers['K(x, x) before'].mean():.3g} to {numbers['K(x, x) after'].mean():.3g}",
        )
        peaks = numbers["largest early loss over the first"].ravel()
        yield Row(
            name=f"largest loss of the first steps over that at the start, {net.name}{more}",
            computed=float(np.median(peaks)),
            note=f"median of {peaks.size}, {peaks.min():.3g} to {peaks.max():.3g}; far above 1: a "
            "catapult",
        )


def start_rows(found: Found) -> Iterator[Row]:
    """Kernel K-means from one start, from the best of all by objective, and by accuracy."""
    for method in found.kernel_methods:
        starts = found.of_starts(method)
        best = Mean.of(found.of_method(method).ravel())
        yield Mean.of(starts.mean(axis=2).ravel()).row(
            f"accuracy from one start, {method}",
            note=f"over pairs and seeds; lowest objective of {starts.shape[2]}: {best.value:.1f}; "
            f"most accurate of them: {starts.max(axis=2).mean():.1f}; standard deviation between "
            f"starts up to {starts.std(axis=2).max():.1f}",
        )
