"""The body of `lantk-multiclass-cifar10`: one kernel, and the first images of each class of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from stability.kernels import ConvolutionalTangentKernel, KernelTask
from stability_experiments.common.colour_classes import ColourClasses
from stability_experiments.common.label_aware_pictures import gains
from stability_experiments.common.label_aware_scores import BASE, WORDS, Splits, rows_of, scores
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import Claim, ExperimentFindings, Row

SOURCE = "Chen, He and Su 2020, table 2"
PUBLISHED: Mapping[int, Mapping[str, float]] = {
    2000: dict(zip(WORDS, (44.01, 44.49, 44.64, 46.31, 45.72), strict=True)),
    5000: dict(zip(WORDS, (50.44, 51.39, 51.38, 52.66, 52.50), strict=True)),
}
"""Accuracies in per cent by training images, on 10,000 test images."""
TOLERANCES = 2.5, 1.0
"""Of accuracies and of gains: what 2,000 of the test images leave open."""


@dataclass(frozen=True)
class Size:
    """Training images of each class, several of them, and test images of each class."""

    training: tuple[int, ...]
    test: int


SIZES = {
    "smoke": Size(training=(8, 16), test=10),
    "paper": Size(training=(50, 100, 200), test=200),
}


def findings(context: Context) -> ExperimentFindings:
    """Every number of training images, and what shows."""
    size = SIZES[context.preset]
    images = ColourClasses.load(context.data)
    stages = context.stages(
        {"size": size}, images.fingerprints, ("torch", "scipy"), one_thread=False
    )
    context.progress("kernel", 0, 1 + len(size.training))
    kernels = stages.cached("kernel", partial(values, images, size))
    found = []
    for done, count in enumerate(size.training):
        context.progress("training images", done + 1, 1 + len(size.training))
        compute = partial(of_first, images, kernels, size, count, context.seed)
        found.append(Splits(named(10 * count), [stages.cached(f"first-{count}", compute)]))
    gains(
        context.out / "gains.png", found, {named(n): v for n, v in PUBLISHED.items()},
        title="Kernels that know the labels, all classes of CIFAR-10\nlambda validated; "
        "published: lambda chosen on the test part",
    )  # fmt: skip
    return ExperimentFindings(
        rows=tuple(rows(found, size)),
        claims=tuple(claims(found)),
        figures=("gains.png",),
        scaled_down=f"{10 * size.test:,} test images instead of 10,000; at most "
        f"{10 * max(size.training):,} training images instead of 20,000",
    )


def named(count: int) -> str:
    """A task by its number of training images."""
    return f"{count:,} images"


def values(images: ColourClasses, size: Size) -> dict[str, np.ndarray]:
    """The convolutional kernel of all images: "inside" (n, n), "across" (n', n)."""
    train, test = images.parts(images.train.classes, max(size.training), size.test)
    kernel = ConvolutionalTangentKernel((3, 32, 32))
    one, other = (2 * part.inputs - 1 for part in (train, test))
    return {"inside": kernel.matrix(one), "across": kernel.matrix(other, one)}


def of_first(
    images: ColourClasses, kernels: Mapping[str, np.ndarray], size: Size, count: int, seed: int
) -> dict[str, np.ndarray]:
    """The scores of all methods with the first `count` training images of each class."""
    train, test = images.parts(images.train.classes, max(size.training), size.test)
    chosen = np.concatenate([np.flatnonzero(train.labels == k)[:count] for k in range(10)])
    task = KernelTask(
        2 * train.inputs[chosen] - 1, train.labels[chosen],
        kernels["inside"][np.ix_(chosen, chosen)],
        2 * test.inputs - 1, test.labels, kernels["across"][:, chosen],
    )  # fmt: skip
    return scores(task, seed)


def rows(found: Sequence[Splits], size: Size) -> Iterator[Row]:
    """Accuracies and gains for every number of training images."""
    note = f"first images of each class; {10 * size.test:,} test images instead of 10,000"
    for count, splits in zip(size.training, found, strict=True):
        yield from rows_of(splits, PUBLISHED.get(10 * count, {}), SOURCE, TOLERANCES, note)


def claims(found: Sequence[Splits]) -> Iterator[Claim]:
    """What has to show, and what the paper says that may not at this size."""
    yield Claim(
        claim="the convolutional kernel predicts better than guessing with the most images",
        holds=float(found[-1].accuracies(BASE)[0]) > 13,
    )
    for method, words in list(WORDS.items())[1:]:
        yield Claim(
            claim=f"{words} predicts at least as well as the label-free kernel with the most "
            "images, lambda validated",
            holds=float(found[-1].gains(method)[0]) >= 0,
            required=False,
        )
    yield Claim(
        claim="a lambda chosen on the test images flatters: nowhere does it predict worse there "
        "than the validated one",
        holds=all(
            (splits.gains(method, "test") >= splits.gains(method) - 1e-9).all()
            for splits in found
            for method in list(WORDS)[1:]
        ),
    )
