"""The body of `elasticity-training`: every data set, task, step size and seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from stability.datasets.dataset import Dataset
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.images import digit_images
from stability_experiments.elasticity.elasticity_training.claims import claims
from stability_experiments.elasticity.elasticity_training.numbers import Course
from stability_experiments.elasticity.elasticity_training.pictures import draw
from stability_experiments.elasticity.elasticity_training.watching import (
    SEEN,
    TEN,
    TWO,
    Watched,
    watch,
)
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import ExperimentFindings, Row


@dataclass(frozen=True)
class Amount:
    """How much of everything one data set uses."""

    training: int
    test: int
    width: int
    epochs: int


@dataclass(frozen=True)
class Size:
    """How much of everything a preset uses; `shares`: step sizes over 2/lambda_max."""

    digits: Amount
    mnist: Amount
    looks: int
    per_class: int
    seeds: int
    shares: tuple[float, float] = (0.02, 0.2)


SIZES = {
    "smoke": Size(
        digits=Amount(training=600, test=300, width=128, epochs=40),
        mnist=Amount(training=600, test=300, width=128, epochs=40),
        looks=7,
        per_class=5,
        seeds=3,
    ),
    "paper": Size(
        digits=Amount(training=1400, test=397, width=512, epochs=100),
        mnist=Amount(training=5000, test=2000, width=1024, epochs=40),
        looks=14,
        per_class=10,
        seeds=5,
    ),
}


def findings(context: Context) -> ExperimentFindings:
    """Every training, and what shows."""
    size = SIZES[context.preset]
    data = {name: _images(name, size, context) for name in _names(context.data)}
    prints = [part.fingerprint for parts in data.values() for part in parts]
    stages = context.stages({"size": size}, prints, ("torch",))
    jobs = [
        (_watched(name, task, share, size), context.seed + k)
        for name in data
        for task in (TWO, TEN)
        for share in size.shares
        for k in range(size.seeds)
    ]
    found: dict[Watched, list[Course]] = {}
    for done, (one, seed) in enumerate(jobs):
        context.progress("trainings", done, len(jobs))
        arrays = stages.cached(one.place(seed), partial(watch, one, *data[one.data], seed))
        found.setdefault(one, []).append(Course(one, arrays))
    context.progress("trainings", len(jobs), len(jobs))
    return ExperimentFindings(
        rows=tuple(rows(found)),
        claims=claims(found),
        figures=draw(context.out, found),
        scaled_down="; ".join(
            f"{name}: {len(parts[0]):,} training images, {found_epochs(size, name)} epochs, width "
            f"{_amount(size, name).width:,}"
            for name, parts in data.items()
        )
        + ("" if context.data else "; no MNIST without --data"),
    )


def _names(data: Path | None) -> tuple[str, ...]:
    return ("digits",) if data is None else ("digits", "mnist")


def _amount(size: Size, name: str) -> Amount:
    return size.digits if name == "digits" else size.mnist


def found_epochs(size: Size, name: str) -> int:
    """The epochs on one of the data sets."""
    return _amount(size, name).epochs


def _images(name: str, size: Size, context: Context) -> tuple[Dataset, Dataset]:
    amount = _amount(size, name)
    folder = None if name == "digits" else context.data
    train, test, _ = digit_images(folder, amount.training, amount.test, context.seed)
    return train, test


def _watched(name: str, task: str, share: float, size: Size) -> Watched:
    amount = _amount(size, name)
    return Watched(name, task, share, amount.width, amount.epochs, size.looks, size.per_class)


def rows(found: Mapping[Watched, Sequence[Course]]) -> Iterator[Row]:
    """What digits and labels leave in the similarity; then all that is seen, first and last."""
    by_step = sorted(found.items(), key=lambda item: -item[0].share)
    for one, courses in (item for item in by_step if item[0].task == TWO):
        for words, contrast in (
            ("same digit over other digit of the label", Course.digit_contrast),
            ("same label over other label, two digits", Course.label_contrast),
        ):
            start = Mean.of(contrast(c, "relative")[0] for c in courses).value
            yield Mean.of(contrast(c, "relative")[-1] for c in courses).row(
                f"log similarity of {words}, {one}", note=f"before training {start:.2f}"
            )
    for one, courses in found.items():
        step = Mean.of(float(c.arrays["step size"]) for c in courses).value
        for name in SEEN[one.task]:
            for place, words in ((0, "at the start"), (-1, "at the end")):
                yield Mean.of(c.number(name)[place] for c in courses).row(
                    f"{_told(one, name)} {words}, {one}",
                    note=f"step size {step:.3g}" if name == "accuracy" else "",
                )


def _told(one: Watched, name: str) -> str:
    if one.task == TEN and name in SEEN[TEN][1:-2]:
        return f"class contrast of {name}"
    if name.startswith("normalised"):
        return f"mean normalised kernel, {name.split(', ', 1)[1]},"
    if name.startswith("relative"):
        return f"mean relative similarity, {name.split(', ', 1)[1]},"
    if name.startswith("probability"):
        return f"median relative similarity of probabilities, {name.split(', ', 1)[1]},"
    return name if name == "accuracy" else "mean K(x, x)"
