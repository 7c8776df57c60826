"""What a label system is: estimates of the products of the labels of two inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import DataError
from stability.kernels.kernel import Floats


class LabelSystem(Protocol):
    """An estimate Z(x, x') of 1 for inputs of one class and -1 for inputs of two.

    It is made from training examples and the values of a label-free kernel between them.
    """

    @property
    def name(self) -> str:
        """What it is called in tables."""
        ...

    def products(self, rows: Floats, columns: Floats | None, kernel: Floats) -> Floats:
        """Z (n, n') between points (n, d) and (n', d), None: the rows again.

        `kernel` (n, n') are the values of the label-free kernel.
        """
        ...

    def own_products(self, points: Floats, diagonal: Floats) -> Floats:
        """Z(x, x) (n,) at points (n, d), where the label-free kernel has the `diagonal` (n,)."""
        ...


@dataclass(frozen=True, eq=False)
class LabelProducts:
    """The matrix (n, n) that is 1 for equal labels and -1 for others, as factors A diag(s) A^T.

    `vectors` A (n, r), `signs` s (r,). For two classes it is y y^T with y = -1, 1.

    >>> LabelProducts.of([1, 0, 2]).matrix().tolist()
    [[1.0, -1.0, -1.0], [-1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]]
    """

    vectors: Floats
    signs: Floats

    @classmethod
    def of(cls, labels: ArrayLike) -> LabelProducts:
        """Of labels (n,) of at least two classes. Raises DataError for labels of one class."""
        y = checked_labels(labels)
        classes = np.unique(y)
        if len(classes) == 2:
            return cls(np.where(y == classes[1], 1.0, -1.0)[:, None], np.ones(1))
        own = (y[:, None] == classes).astype(np.float64)
        ones = np.ones((len(y), 1))
        return cls(np.hstack([own, ones]), np.array([2.0] * len(classes) + [-1.0]))

    def matrix(self) -> Floats:
        """All products (n, n)."""
        return (self.vectors * self.signs) @ self.vectors.T


def check_count(labels: ArrayLike, kernel: Floats) -> None:
    """Raise DataError unless a kernel (n, n) has as many rows as there are labels (n,)."""
    count = len(np.atleast_1d(labels))
    if kernel.shape != (count, count):
        raise DataError(
            where="labels",
            found=f"{count} labels, and a kernel matrix of shape {kernel.shape}",
            allowed="a label for each of the training examples that the matrix is of",
            remedy="Give the labels of the same examples, in the same order.",
        )


def checked_labels(labels: ArrayLike) -> np.ndarray:
    """Labels (n,), whole numbers of at least two classes. Raises DataError for others.

    >>> checked_labels([1, 1])
    Traceback (most recent call last):
    stability.errors.DataError: labels: found 2 labels, all of class 1; allowed: at least two \
classes. A kernel cannot know labels that are all the same.
    """
    y = np.asarray(labels)
    if y.ndim != 1 or not y.size or not (np.issubdtype(y.dtype, np.integer) or y.dtype == bool):
        raise DataError(
            where="labels",
            found=f"an array of shape {y.shape} and type {y.dtype}",
            allowed="a list of whole numbers, the classes of the training examples",
            remedy="Turn them into whole numbers, for example with .astype(int).",
        )
    if (y == y[0]).all():
        raise DataError(
            where="labels",
            found=f"{len(y)} labels, all of class {y[0]}",
            allowed="at least two classes",
            remedy="A kernel cannot know labels that are all the same.",
        )
    return y
