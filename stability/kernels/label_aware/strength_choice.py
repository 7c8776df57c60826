"""How much a kernel listens to the labels: chosen on examples that were held out for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from stability.datasets.sampling import positions_per_class
from stability.errors import DataError, SetupError
from stability.kernels.kernel import Floats
from stability.kernels.label_aware.label_aware_kernel import coefficient
from stability.kernels.label_aware.systems import label_system
from stability.kernels.regression import JITTER, KernelRegression, accuracy

STRENGTHS = (0.001, 0.01, 0.1, 1.0)
"""The values of lambda in the paper."""
PROTOCOLS = ("validation", "test")
HELD_OUT = 0.2
"""The share of each class on which the strength is chosen."""


@dataclass(frozen=True, eq=False)
class KernelTask:
    """A classification task with the values of a label-free kernel.

    `inputs` (n, d), `labels` (n,), `kernel` (n, n); `test_inputs` (n', d), `test_labels` (n',),
    `test_kernel` (n', n). Labels are 0, 1, ..
    """

    inputs: Floats
    labels: NDArray[np.int64]
    kernel: Floats
    test_inputs: Floats
    test_labels: NDArray[np.int64]
    test_kernel: Floats

    def __post_init__(self) -> None:
        n, test = len(self.labels), len(self.test_labels)
        shapes = (self.kernel.shape, self.test_kernel.shape, len(self.inputs),
                  len(self.test_inputs))  # fmt: skip
        if shapes != ((n, n), (test, n), n, test):
            raise DataError(
                where="kernel task",
                found=f"a kernel {shapes[0]} of {shapes[2]} inputs, a test kernel {shapes[1]} of "
                f"{shapes[3]} test inputs, {n} labels and {test} test labels",
                allowed="a kernel (n, n) and a test kernel (n', n) of n inputs and labels and n' "
                "test inputs and labels",
                remedy="Give all of them for the same examples.",
            )

    def held_out(self, seed: int) -> KernelTask:
        """A task inside the training part: a share of every class is what is to be predicted."""
        count = round(HELD_OUT * len(self.labels) / len(np.unique(self.labels)))
        outside = positions_per_class(self.labels, max(1, count), seed)
        inside = np.setdiff1d(np.arange(len(self.labels)), outside)
        x, y, K = self.inputs, self.labels, self.kernel
        return KernelTask(
            x[inside], y[inside], K[np.ix_(inside, inside)],
            x[outside], y[outside], K[np.ix_(outside, inside)],
        )  # fmt: skip

    @property
    def targets(self) -> Floats:
        """-1 and 1 (n,) for two classes, else a column of 0 and 1 for each class."""
        if self.labels.max() <= 1:
            return np.where(self.labels == 1, 1.0, -1.0)
        return np.eye(int(self.labels.max()) + 1)[self.labels]


@dataclass(frozen=True)
class Score:
    """Accuracies on the test part of kernel regression, and how well it was conditioned.

    `strength` is the one that was chosen and `accuracies` those of all strengths on the part they
    were compared on; for the label-free kernel, 0 and its accuracy.
    """

    accuracy: float
    strength: float
    accuracies: Mapping[float, float]
    condition_number: float
    positive: bool


def label_free_score(task: KernelTask, jitter: float = JITTER) -> Score:
    """Kernel regression with the label-free kernel."""
    fitted = KernelRegression.fit(task.kernel, task.targets, jitter)
    found = accuracy(fitted.predict(task.test_kernel), task.test_labels)
    return Score(
        found, 0.0, MappingProxyType({0.0: found}), fitted.condition_number, fitted.positive
    )


def label_aware_score(
    task: KernelTask,
    system: str,
    *,
    protocol: str = "validation",
    seed: int = 0,
    strengths: tuple[float, ...] = STRENGTHS,
    jitter: float = JITTER,
) -> Score:
    """Kernel regression with a label-aware kernel whose strength is chosen by `protocol`.

    "validation": on a fifth of the training examples, held out from the label system and the
    regression alike, which are then fitted again to all of them. "test": as the paper does, the
    best strength on the test examples themselves, which makes the accuracy too high. Of equally
    good strengths the smallest is taken. Raises SetupError for an unknown protocol or system and
    for a singular kernel, DataError for labels of one class.
    """
    if protocol not in PROTOCOLS:
        raise SetupError(
            where="protocol", found=protocol, allowed=" or ".join(map(repr, PROTOCOLS))
        )
    if not strengths:
        raise SetupError(
            where="strengths",
            found="no strengths",
            allowed="at least one number of at least 0",
            remedy=f"The paper's are {', '.join(map(str, STRENGTHS))}.",
        )
    if protocol == "test":
        fits = _fits(task, system, strengths, jitter)
    else:
        fits = _fits(task.held_out(seed), system, strengths, jitter)
    told = {strength: found for strength, (found, _) in fits.items()}
    best = max(sorted(told), key=told.__getitem__)
    if protocol == "validation":
        fits = _fits(task, system, (best,), jitter)
    found, fitted = fits[best]
    return Score(found, best, MappingProxyType(told), fitted.condition_number, fitted.positive)


def _fits(
    task: KernelTask, system: str, strengths: tuple[float, ...], jitter: float
) -> dict[float, tuple[float, KernelRegression]]:
    """The accuracy and the regression of every strength."""
    estimate = label_system(system)(task.inputs, task.labels, task.kernel)
    inside = estimate.products(task.inputs, None, task.kernel)
    outside = estimate.products(task.test_inputs, task.inputs, task.test_kernel)
    found = {}
    for strength in strengths:
        times = coefficient(task.kernel, inside, strength)
        fitted = KernelRegression.fit(task.kernel + times * inside, task.targets, jitter)
        predicted = fitted.predict(task.test_kernel + times * outside)
        found[strength] = accuracy(predicted, task.test_labels), fitted
    return found
