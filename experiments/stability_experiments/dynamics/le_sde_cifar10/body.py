"""The body of `le-sde-cifar10`: trainings on two and on three classes, and what they show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from stability.report.figures.canvas import new_figure, write
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.strength_curves import LAST, Curves
from stability_experiments.common.strength_pictures import (
    logit_picture,
    rate_panel,
    total_panel,
)
from stability_experiments.common.strength_rows import (
    elasticity_grows,
    growth_row,
    level_rows,
    prediction_rows,
    start_row,
    tail_row,
    total_rows,
)
from stability_experiments.dynamics.le_sde_cifar10.courses import (
    SIZES,
    Size,
    photographs,
    trained,
)
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import Claim, ExperimentFindings, Row

SOURCE = "read off figure {}, arXiv:2110.05960v2"
TOTALS = {"I-model": (13.3, -0.3), "L-model as published": (12.3, -12.5)}
"""A and B at the end, three classes."""
LOGITS = (1.4, -0.65, -0.75)
"""Mean logits of images of the first of three classes at the end."""
NOT_SO_FAR = "this preset goes half as far, in step size times iterations"
NEAR, NEAR_LOGIT = 4.0, 0.4
"""Tolerances: what the reading of figures and few trainings leave open."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What the trainings on the first classes recorded."""

    size: Size
    names: tuple[str, ...]
    arrays: Mapping[str, np.ndarray]

    @cached_property
    def curves(self) -> Curves:
        """Class means over time."""
        return Curves.of(self.arrays["logits"], self.arrays["used"], self.size.block)

    @property
    def estimators(self) -> tuple[str, ...]:
        """The estimators for so many classes."""
        return ("I-model", "L-model", *(["L-model as published"] if len(self.names) == 3 else []))


def findings(context: Context) -> ExperimentFindings:
    """Every training, then rows, claims and pictures."""
    size = SIZES[context.preset]
    images = photographs(context.data, size, context.seed)
    prints = [p.fingerprint for one in images.values() for p in (one.training, one.validation)]
    stages = context.stages({"size": size}, prints, ("scipy", "torch"))
    seen: dict[int, Seen] = {}
    steps = size.course.trials * size.course.steps
    for classes, one in images.items():
        done_before = len(seen) * steps

        def progress(done: int, _: int, before: int = done_before) -> None:
            context.progress("trainings", before + done, len(images) * steps)

        work = partial(trained, one, size.course, context.seed, progress)
        arrays = stages.cached(f"{classes}-classes", work)
        seen[classes] = Seen(size, one.training.classes, arrays)
    course = size.course
    less = (
        f"two and three classes, not up to five; {course.trials} trainings of each, not 100; class "
        f"means over {size.block} iterations together, not one; {size.validated} validation images "
        "of each class, not 500"
    )
    faster = f"step size {course.step_size:g} for {course.steps:,} iterations, not 0.001 for 30,000"
    return ExperimentFindings(
        rows=tuple(_rows(seen)),
        claims=tuple(_claims(seen)),
        figures=_draw(context.out, seen),
        scaled_down=less if context.preset == "paper" else f"{faster}; {less}",
    )


def _rows(seen: Mapping[int, Seen]) -> Iterator[Row]:
    for classes, one in seen.items():
        words, three = f"{classes} classes", classes == 3
        for name in ("accuracy", "loss"):
            yield Mean.of(one.arrays[name][-1]).row(f"{name} on validation images, {words}")
        for estimator in one.estimators:
            known = TOTALS.get(estimator) if three else None
            yield from total_rows(
                one.curves, estimator, words, known,
                None if known is None else NEAR, None if known is None else SOURCE.format(3),
            )  # fmt: skip
        yield from level_rows(one.curves, words)
        yield tail_row(one.curves, words)
        yield from growth_row(one.curves, words)
        yield start_row(one.curves, words)
        yield from prediction_rows(one.curves, words)
        if three:
            yield from _logits(one)


def _logits(one: Seen) -> Iterator[Row]:
    """Mean logits of the first class at the end, and their standard errors over trials."""
    last = round((1.0 - LAST) * one.size.course.steps)
    logits, own = one.arrays["logits"][last:], one.arrays["used"][last:, :, None] == 0
    each = (logits * own).sum(axis=0) / own.sum(axis=0)
    for k, name in enumerate(one.names):
        yield Mean.of(each[:, k]).row(
            f"mean logit of {name}, images of {one.names[0]}, at the end", LOGITS[k],
            NEAR_LOGIT, SOURCE.format(5),
            note=NOT_SO_FAR if one.size.course.steps < 30_000 else "",
        )  # fmt: skip


def _claims(seen: Mapping[int, Seen]) -> Iterator[Claim]:
    for classes, one in seen.items():
        accuracy = Mean.of(one.arrays["accuracy"][-1])
        yield Claim(
            claim=f"{classes} classes: accuracy is above a guess by 0.15",
            holds=accuracy.value > 1 / classes + 0.15,
        )
        for estimator in ("I-model", "L-model"):
            yield Claim(
                claim=f"{classes} classes, {estimator}: A - B at the end is above that of the "
                "first tenth by three standard errors: local elasticity grows",
                holds=elasticity_grows(one.curves, estimator),
                required=estimator == "I-model",
            )


def _draw(out: Path, seen: Mapping[int, Seen]) -> tuple[str, ...]:
    """Draw all pictures into a folder and return their names."""
    names = []
    for classes, one in seen.items():
        names.append(f"logits-{classes}.png")
        title = f"Class means of logits, {classes} classes"
        logit_picture(out / names[-1], one.curves, one.names, title)
    figure = new_figure(13.0, 3.7 * len(seen))
    panels = figure.subplots(len(seen), 3, sharex=True, squeeze=False)
    for row, (classes, one) in zip(panels, seen.items(), strict=True):
        for axes, kind in zip(row, ("I-model", "L-model"), strict=False):
            total_panel(axes, one.curves, kind, f"{classes} classes, {kind}: sums of strengths")
        title = f"{classes} classes, I-model: strengths"
        rate_panel(row[2], one.curves, "I-model", one.size.window, title)
    for axes in panels[-1]:
        axes.set_xlabel("iteration")
    figure.suptitle("Strengths of local elasticity (bands: two standard errors)")
    write(figure, out / "strengths.png")
    return (*names, "strengths.png")
