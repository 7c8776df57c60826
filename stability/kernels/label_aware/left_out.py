"""Label-aware kernels without each training example in turn: the example and its label are gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError, SetupError, did_you_mean
from stability.kernels.kernel import Floats
from stability.kernels.label_aware.kernel_values import KernelValueSystem
from stability.kernels.label_aware.label_system import LabelProducts, checked_labels


class LeftOut(Protocol):
    """The label systems of a training part: with all examples, and without one of them."""

    @property
    def whole(self) -> KernelValueSystem:
        """With all examples."""
        ...

    def without(self, example: int) -> KernelValueSystem:
        """Without the example at a position, and without its label."""
        ...


def left_out(name: str, kernel: Floats, labels: ArrayLike) -> LeftOut:
    """KR-V1 or KR-V2 of a label-free kernel (n, n) and labels (n,).

    Raises SetupError for another system, DataError for labels of one class, with all examples or
    without one of them.

    >>> x = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [0.6, 0.8]])
    >>> systems = left_out("KR-V1", x @ x.T, [0, 0, 1, 1])
    >>> plain = KernelValueSystem.fit(x[1:] @ x[1:].T, [0, 1, 1])
    >>> bool(np.isclose(systems.without(0).at(np.array([0.7])), plain.at(np.array([0.7]))).all())
    True
    """
    if name not in MAKERS:
        raise SetupError(
            where="label system",
            found=name,
            allowed=" or ".join(map(repr, MAKERS)) + ", which are made anew without an example",
            remedy=did_you_mean(str(name), MAKERS),
        )
    y = checked_labels(labels)
    classes, counts = np.unique(y, return_counts=True)
    if len(classes) == 2 and counts.min() < 2:
        raise DataError(
            where="labels",
            found=f"one training example of class {classes[counts.argmin()]} among {len(y)}",
            allowed="two of each class: the kernel is made anew without every example",
            remedy="Take more training examples, or others.",
        )
    return MAKERS[name].of(kernel, y)


@dataclass(frozen=True, eq=False)
class Refitted:
    """KR-V2: the inverse of the kernel is another one without the example, so all is made anew."""

    kernel: Floats
    labels: NDArray[np.integer]
    whole: KernelValueSystem

    @classmethod
    def of(cls, kernel: Floats, labels: NDArray[np.integer]) -> Refitted:
        """From a kernel (n, n) and labels (n,)."""
        return cls(kernel, labels, KernelValueSystem.fit(kernel, labels, inverted=True))

    def without(self, example: int) -> KernelValueSystem:
        """One solution of a system (n - 1, n - 1)."""
        kept = np.arange(len(self.labels)) != example
        return KernelValueSystem.fit(
            self.kernel[np.ix_(kept, kept)], self.labels[kept], inverted=True
        )


@dataclass(frozen=True, eq=False)
class Downdated:
    """KR-V1: it is made of sums over all pairs, from which the pairs of an example are taken away.

    `label_sums` (3, n) are the sums over j of w_ij d_ij^p, p = 0, 1, 2, with w_ij the products of
    labels and d_ij = k_ij - middle of the system with all examples; `value_sums` (2, n) those of
    d_ij^p, p = 1, 2; `own` (n,) is d_ii. n numbers for each deletion; only where the largest or
    smallest kernel value is that of no other pair is the kernel gone through again: `ends` counts
    the pairs that have them.
    """

    kernel: Floats
    whole: KernelValueSystem
    label_sums: Floats
    value_sums: Floats
    own: Floats
    ends: tuple[int, int]

    @classmethod
    def of(cls, kernel: Floats, labels: NDArray[np.integer]) -> Downdated:
        """From a kernel (n, n) and labels (n,)."""
        whole = KernelValueSystem.fit(kernel, labels)
        products = LabelProducts.of(labels)
        label_sums, value_sums = np.empty((3, len(kernel))), np.empty((2, len(kernel)))
        signed = products.vectors * products.signs
        for row, values in enumerate(kernel):  # a row at a time: no other array (n, n)
            apart = values - whole.middle
            powers = np.stack([np.ones_like(apart), apart, apart**2])
            label_sums[:, row] = powers @ products.vectors @ signed[row]
            value_sums[:, row] = powers[1:].sum(axis=1)
        own = np.diagonal(kernel) - whole.middle
        ends = tuple(int(np.count_nonzero(kernel == end)) for end in (whole.low, whole.high))
        return cls(kernel, whole, label_sums, value_sums, own, ends)

    def without(self, example: int) -> KernelValueSystem:
        """The same numbers as from a fit to the others, but for rounding."""
        own = self.own[example]
        count = len(self.kernel) - 1
        taken = 2 * self.value_sums[:, example] - np.array([own, own**2])
        first, second = self.value_sums.sum(axis=1) - taken
        shift = first / count**2
        w0, w1, w2 = (
            np.array(self.whole.moments)
            - 2 * self.label_sums[:, example]
            + np.array([1.0, own, own**2])  # an example agrees with itself: w_ii = 1
        )
        low, high = self._range(example)
        return KernelValueSystem(
            "KR-V1", count**2, (w0, w1 - shift * w0, w2 - 2 * shift * w1 + shift**2 * w0),
            self.whole.middle + shift, second / count**2 - shift**2, low, high,
        )  # fmt: skip

    def _range(self, example: int) -> tuple[float, float]:
        """The smallest and the largest value between two of the others."""
        row, found = self.kernel[example], (self.whole.low, self.whole.high)
        for end, pairs in zip(found, self.ends, strict=True):
            if pairs == 2 * np.count_nonzero(row == end) - (row[example] == end):
                kept = np.arange(len(row)) != example
                others = self.kernel[np.ix_(kept, kept)]
                return float(others.min()), float(others.max())
        return found


MAKERS: Mapping[str, type[Downdated] | type[Refitted]] = MappingProxyType(
    {"KR-V1": Downdated, "KR-V2": Refitted}
)
