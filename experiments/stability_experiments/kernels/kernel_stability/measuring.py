"""One kernel on one pair of classes: accuracy, elasticity, and what every deletion does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.elasticity import relative_ratio
from stability.errors import SetupError
from stability.estimate import ElasticSummary, KernelRidge, LabelAwareRidge, class_map
from stability.estimate.statistics.summary import DeletionBlock, summarise
from stability.runs.learners.kernel_table import KernelTable
from stability_experiments.kernels.kernel_stability.problems import Floats, Problem

ROWS = ("row_mean", "row_variance", "row_maximum", "diagonal")
"""What is kept of each deletion: the rows of an `ElasticSummary`."""
CONVENTION = "keep-1/m"


@dataclass(frozen=True)
class Method:
    """A kernel: the label-free `base`, and the label system with its strength, if any.

    `scaled`: at equal scale, which is lambda times the mean K(x, x) of the training images. It is
    the same as dividing the kernel by that mean: a label-aware kernel has larger values than the
    label-free one, and with the same lambda a weaker ridge. Deletions do not change the mean.
    """

    base: str
    system: str = ""
    strength: float = 0.0
    scaled: bool = False

    @property
    def name(self) -> str:
        """As rows and pictures call it."""
        aware = f" + {self.system} ({self.strength:g})" if self.system else ""
        return f"{self.base}{aware}{', equal scale' if self.scaled else ''}"

    @property
    def stage(self) -> str:
        """A name for a folder."""
        aware = f"-{self.system}-{self.strength:g}" if self.system else ""
        return f"{self.base}{aware}{'-scaled' if self.scaled else ''}"


METHODS = (
    Method("linear"),
    Method("RBF"),
    Method("NTK"),
    Method("NTK", "KR-V1", 0.1),
    Method("NTK", "KR-V1", 0.3),
    Method("NTK", "KR-V2", 0.1),
    Method("CNTK"),
    Method("CNTK", "KR-V1", 0.1),
    Method("CNTK", "KR-V2", 0.1),
)
AWARE = tuple(method for method in METHODS if method.system)
SCALED = tuple(replace(method, scaled=True) for method in AWARE)
EVERY = (*METHODS, *SCALED)


def measure(
    method: Method,
    problem: Problem,
    values: Mapping[str, Floats],
    regularization: float,
    deleted: NDArray[np.int64],
) -> dict[str, ArrayLike]:
    """Arrays of real numbers, for storage; `Outcome` reads them.

    "scale" is the mean K(x, x) of the training images, by which lambda is multiplied at equal
    scale, "ridge" the lambda that was used. "ratios" (2,) are relative ratios in per cent,
    train-train and test-train, "cells" (2, 2) mean m |change| by deleted and tested class. Of
    label-aware kernels "silent" (2,) is what the formula for a fixed kernel would do: its mean
    error as a share of the mean change, and its own mean change over the right one; NaN where that
    formula refuses the kernel, and for others.
    """
    table = KernelTable(np.vstack([values["inside"], values["across"]]), "", ())
    y, target = (labels.astype(np.float64) for labels in (problem.labels, problem.test_labels))
    inside, outside = table.positions("train"), table.positions("test")
    silent, scale = np.full(2, np.nan), 1.0
    if method.system:
        model = LabelAwareRidge(regularization, table, method.system, method.strength)
        fit = model.fit(inside, y)
        scale = float(np.diagonal(fit.aware.inside).mean())
        if method.scaled:
            regularization *= scale
            fit = replace(model, regularization=regularization).fit(inside, y)
        known = fit.aware.inside, fit.aware.at(values["across"])
    else:
        fit = KernelRidge(regularization, table).fit(inside, y)
        known = values["inside"], values["across"]
    [block] = fit.deletions(outside, target, CONVENTION, deleted, len(deleted))
    if method.system:
        silent = _silent(known, (y, target), regularization, block)
    m = len(y)
    found = summarise([block], m)
    predicted = fit.predict(outside)
    right = (predicted > fit.predict(inside).mean()) == (target > 0.5)
    losses = fit.losses(outside, target)
    cells = class_map(block.changes, problem.labels[deleted], problem.test_labels, ("0", "1"))
    return {
        **{name: getattr(found, name) for name in ROWS},
        "accuracy": 100 * right.mean(),
        "loss": losses.mean(),
        "gap": losses.mean() - fit.losses(inside, y).mean(),
        "scale": scale,
        "ridge": regularization,
        "ratios": _ratios(problem, *known),
        "cells": m * cells.mean,
        "silent": silent,
        "condition": fit.condition_number,
        "positive": bool(getattr(fit, "positive", True)),
    }


def _ratios(problem: Problem, inside: Floats, across: Floats) -> Floats:
    """Relative ratios; K(x, x) is the same for every image, so that of test images is too."""
    own = np.diagonal(inside)
    if not (own > 0).all():
        return np.full(2, np.nan)
    other = np.full(len(across), own[0])
    labels, test_labels = problem.labels, problem.test_labels
    return 100 * np.array(
        [
            relative_ratio(inside, own, labels),
            relative_ratio(across, other, test_labels, own, labels),
        ]
    )


def _silent(
    known: tuple[Floats, Floats],
    targets: tuple[Floats, Floats],
    regularization: float,
    right: DeletionBlock,
) -> Floats:
    """Deletions by the formula for a fixed kernel, from a kernel that is not fixed."""
    table = KernelTable(np.vstack(known), "", ())
    try:
        fit = KernelRidge(regularization, table).fit(table.positions("train"), targets[0])
    except SetupError:
        return np.full(2, np.nan)
    outside, indices = table.positions("test"), right.indices
    [wrong] = fit.deletions(outside, targets[1], CONVENTION, indices, len(indices))
    mean = np.abs(right.changes).mean()
    error = np.abs(wrong.changes - right.changes).mean()
    return np.array([error / mean, np.abs(wrong.changes).mean() / mean])


@dataclass(frozen=True)
class Outcome:
    """What `measure` stored, of a problem with m training and n test images."""

    arrays: Mapping[str, Floats]
    m: int
    n: int

    def number(self, name: str) -> float:
        """A stored number."""
        return float(self.arrays[name])

    @property
    def summary(self) -> ElasticSummary:
        """The constants, on the scale m |change|."""
        return ElasticSummary(self.m, self.n, *(self.arrays[name] for name in ROWS))

    @property
    def within(self) -> float:
        """The mean of m |change| at test images of the deleted one's class."""
        return float(np.diagonal(self.arrays["cells"]).mean())

    @property
    def across(self) -> float:
        """At test images of the other class."""
        return float(np.diagonal(self.arrays["cells"][::-1]).mean())

    @property
    def share(self) -> float:
        """within/(within + across) in per cent, as the relative ratio is of kernel values."""
        return 100 * self.within / (self.within + self.across)
