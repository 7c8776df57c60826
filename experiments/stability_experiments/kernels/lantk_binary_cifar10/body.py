"""The body of `lantk-binary-cifar10`: one kernel for each task, and splits of its images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from stability.kernels import ConvolutionalTangentKernel, KernelTask
from stability_experiments.common.colour_classes import ColourClasses
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.label_aware_pictures import gains
from stability_experiments.common.label_aware_scores import BASE, WORDS, Splits, rows_of, scores
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import Claim, ExperimentFindings, Row

SOURCE = "Chen, He and Su 2020, table 1"
PUBLISHED: Mapping[tuple[str, str], Mapping[str, float]] = {
    pair: dict(zip(WORDS, accuracies, strict=True))
    for pair, accuracies in {
        ("deer", "dog"): (85.15, 85.65, 85.80, 86.75, 86.25),
        ("cat", "deer"): (83.55, 83.90, 83.90, 84.85, 84.55),
        ("cat", "frog"): (86.95, 87.20, 87.15, 87.40, 87.10),
        ("deer", "frog"): (87.55, 87.85, 87.90, 88.10, 88.30),
        ("bird", "frog"): (86.35, 87.45, 87.25, 86.40, 87.00),
    }.items()
}
"""Accuracies in per cent with 10,000 training and 2,000 test images."""
AVERAGES = dict(zip(WORDS, (85.91, 86.41, 86.40, 86.70, 86.64), strict=True))
TOLERANCES = 1.5, 0.5
"""Of accuracies and of gains: what 2,000 test images leave open."""


@dataclass(frozen=True)
class Size:
    """Images of each class that the kernel is computed for, and of the splits."""

    pool: int
    test: int
    training: int
    splits: int


SIZES = {
    "smoke": Size(pool=36, test=30, training=30, splits=2),
    "paper": Size(pool=1500, test=500, training=1000, splits=5),
}


def findings(context: Context) -> ExperimentFindings:
    """Every task and split, and what shows."""
    size = SIZES[context.preset]
    images = ColourClasses.load(context.data)
    stages = context.stages(
        {"size": size}, images.fingerprints, ("torch", "scipy"), one_thread=False
    )
    tasks = []
    for done, pair in enumerate(PUBLISHED):
        context.progress("tasks", done, len(PUBLISHED))
        pool = Pool(images, pair, size)
        kernels = stages.cached("-".join((*pair, "kernel")), pool.kernels)
        found = [
            stages.cached(f"{'-'.join(pair)}-{k}", partial(pool.split, kernels, context.seed + k))
            for k in range(size.splits)
        ]
        tasks.append(Splits("/".join(pair), found))
    context.progress("tasks", len(PUBLISHED), len(PUBLISHED))
    gains(
        context.out / "gains.png", tasks, {"/".join(p): v for p, v in PUBLISHED.items()},
        title=f"Kernels that know the labels, {2 * size.training:,} training images\n"
        "lambda validated; dots: splits; published: 10,000 images, lambda chosen on the test part",
    )  # fmt: skip
    return ExperimentFindings(
        rows=tuple(rows(tasks, size)),
        claims=tuple(claims(tasks)),
        figures=("gains.png",),
        scaled_down=f"{2 * size.training:,} training and {2 * size.test:,} test images instead of "
        "10,000 and 2,000",
    )


@dataclass(frozen=True)
class Pool:
    """The images of two classes, of which splits are subsets."""

    images: ColourClasses
    pair: tuple[str, str]
    size: Size

    def kernels(self) -> dict[str, np.ndarray]:
        """The convolutional kernel: "inside" (n, n), "across" (n', n)."""
        train, test = self.images.parts(self.pair, self.size.pool, self.size.test)
        kernel = ConvolutionalTangentKernel((3, 32, 32))
        centred = [2 * part.inputs - 1 for part in (train, test)]
        return {
            "inside": kernel.matrix(centred[0]),
            "across": kernel.matrix(centred[1], centred[0]),
        }

    def split(self, kernels: Mapping[str, np.ndarray], seed: int) -> dict[str, np.ndarray]:
        """The scores of all methods with some of the training images and all test images."""
        train, test = self.images.parts(self.pair, self.size.pool, self.size.test)
        random = np.random.default_rng(seed)
        chosen = np.concatenate(
            [
                np.sort(random.choice(np.flatnonzero(train.labels == k), self.size.training, False))
                for k in (0, 1)
            ]
        )
        inputs = train.centred().inputs[chosen]
        task = KernelTask(
            inputs, train.labels[chosen], kernels["inside"][np.ix_(chosen, chosen)],
            test.centred().inputs, test.labels, kernels["across"][:, chosen],
        )  # fmt: skip
        return scores(task, seed)


def rows(tasks: Sequence[Splits], size: Size) -> Iterator[Row]:
    """Averages over the tasks first, then each of them."""
    note = f"{2 * size.training:,} training images, published: 10,000; splits share images"
    splits = range(size.splits)
    average = Splits(
        "average of the five tasks",
        [
            {key: np.mean([t.scores[k][key] for t in tasks], axis=0) for key in tasks[0].scores[k]}
            for k in splits
        ],
    )
    for method, words in WORDS.items():
        for protocol in ("validation", "test") if method != BASE else ("validation",):
            chosen = ", lambda chosen on test images" if protocol == "test" else ""
            yield Mean.of(average.accuracies(method, protocol)).row(
                f"accuracy in %, {average.name}, {words}{chosen}", AVERAGES[method],
                TOLERANCES[0], SOURCE, note=note,
            )  # fmt: skip
            if method != BASE:
                beside = protocol == "test"
                yield Mean.of(average.gains(method, protocol)).row(
                    f"gain in points, {average.name}, {words}{chosen}",
                    AVERAGES[method] - AVERAGES[BASE] if beside else None,
                    TOLERANCES[1] if beside else None, SOURCE if beside else None, note=note,
                )  # fmt: skip
    for pair, task in zip(PUBLISHED, tasks, strict=True):
        yield from rows_of(task, PUBLISHED[pair], SOURCE, TOLERANCES, note)


def claims(tasks: Sequence[Splits]) -> Iterator[Claim]:
    """What has to show, and what the paper says that may not at this size."""
    yield Claim(
        claim="the convolutional kernel tells the classes apart: above 55% in the mean over tasks",
        holds=float(np.mean([t.accuracies(BASE).mean() for t in tasks])) > 55,
    )
    for method, words in list(WORDS.items())[1:]:
        yield Claim(
            claim=f"{words} predicts at least as well as the label-free kernel in the mean over "
            "tasks and splits, lambda validated",
            holds=float(np.mean([t.gains(method).mean() for t in tasks])) >= 0,
            required=False,
        )
    yield Claim(
        claim="a lambda chosen on the test images flatters: nowhere does it predict worse there "
        "than the validated one",
        holds=all(
            (task.gains(method, "test") >= task.gains(method) - 1e-9).all()
            for task in tasks
            for method in list(WORDS)[1:]
        ),
    )
