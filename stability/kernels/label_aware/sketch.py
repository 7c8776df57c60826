"""A fast Johnson-Lindenstrauss transform: few random combinations of many rows."""

from __future__ import annotations

from math import log

import numpy as np
from scipy.sparse import csr_array

from stability.errors import SetupError
from stability.kernels.kernel import Floats

EPSILON = 0.01
"""The distortion that the published code asks for."""


def padded(rows: int) -> int:
    """The next power of two."""
    return 1 << (rows - 1).bit_length()


def sketch(columns: Floats, seed: int, epsilon: float = EPSILON) -> Floats:
    """k = ln(c)/epsilon^2 combinations (c, k) of the rows of c columns (c, N), N a power of two.

    Random signs, the Walsh-Hadamard transform, then a sparse Gaussian matrix, whose entries are
    other than 0 with probability q = ln(c)^2/N and have variance 1/q then. Products of columns are
    kept in the mean. The columns are overwritten.

    Source: Ailon & Chazelle (2009); epsilon, k and q are those of the code of Chen, He & Su (2020).

    >>> X = np.random.default_rng(0).normal(size=(3, 1024))
    >>> found = sketch(X.copy(), seed=1)
    >>> bool(np.abs(found @ found.T / (X @ X.T) - 1).diagonal().max() < 0.2)
    True
    """
    count, rows = columns.shape
    if rows != padded(rows):
        raise SetupError(where="sketch", found=f"{rows} rows", allowed="a power of two, with zeros")
    if not 0.0 < epsilon < 1.0:
        raise SetupError(where="sketch.epsilon", found=epsilon, allowed="a number in (0, 1)")
    random = np.random.default_rng(seed)
    signs = random.integers(0, 2, size=rows, dtype=np.int8)
    for column in columns:
        np.negative(column, out=column, where=signs == 1)
        walsh_hadamard(column)
    height = max(1, int(log(max(count, 3)) / epsilon**2))
    q = min(1.0, log(max(count, 3)) ** 2 / rows)
    entries = int(random.binomial(height * rows, q))
    places = random.integers(0, height, entries), random.integers(0, rows, entries)
    values = random.normal(scale=(1 / q) ** 0.5, size=entries)
    projection = csr_array((values, places), shape=(height, rows))
    # the transform multiplies lengths by sqrt(rows)
    return np.stack([projection @ column for column in columns]) / (height * rows) ** 0.5


def walsh_hadamard(column: Floats) -> None:
    """Multiply a vector (N,), N a power of two, by the Hadamard matrix of +-1, in place.

    >>> x = np.array([1.0, 2.0, 3.0, 4.0])
    >>> walsh_hadamard(x)
    >>> x.tolist()
    [10.0, -2.0, -4.0, 0.0]
    """
    half = 1
    while half < len(column):
        pairs = column.reshape(-1, 2, half)
        one, other = pairs[:, 0], pairs[:, 1]
        one += other
        other *= -2.0
        other += one
        half *= 2
