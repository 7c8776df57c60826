"""Numbers that the experiments on local elasticity share: correlations, means over seeds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stability_experiments.framework.result import Row


def pearson(similarity: ArrayLike, distances: ArrayLike, *, self_pairs: bool = True) -> float:
    """Pearson's correlation over all ordered pairs of points, both given as (n, n).

    As published, pairs of a point with itself (distance 0, relative similarity 1) count.

    >>> pearson([[1.0, 0.5], [0.4, 1.0]], [[0.0, 2.0], [2.0, 0.0]]) < -0.98
    True
    """
    S, d = np.asarray(similarity, dtype=np.float64), np.asarray(distances, dtype=np.float64)
    used = np.ones(S.shape, dtype=bool) if self_pairs else ~np.eye(len(S), dtype=bool)
    return float(np.corrcoef(S[used], d[used])[0, 1])


@dataclass(frozen=True)
class Mean:
    """A mean over seeds, its standard error (None for one seed), and the values."""

    value: float
    error: float | None
    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> Mean:
        """Of the values of all seeds.

        >>> Mean.of([1.0, 3.0])
        Mean(value=2.0, error=1.0, values=(1.0, 3.0))
        """
        given = np.array([float(v) for v in values])
        alone = len(given) < 2
        error = None if alone else float(given.std(ddof=1) / np.sqrt(len(given)))
        return cls(float(given.mean()), error, tuple(given.tolist()))

    def row(
        self,
        name: str,
        published: float | None = None,
        tolerance: float | None = None,
        source: str | None = None,
        *,
        note: str = "",
        required: bool = False,
    ) -> Row:
        """As a row; the note tells the seeds and, where there is more than one, their range."""
        seeds = len(self.values)
        told = f"{seeds} seeds, {min(self.values):.3g} to {max(self.values):.3g}"
        return Row(
            name=name,
            computed=self.value,
            standard_error=self.error,
            published=published,
            tolerance=tolerance,
            source=source,
            required=required,
            note="; ".join(filter(None, (told if seeds > 1 else "one seed", note))),
        )


def interval(curves: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The mean of curves (seeds, ...) and a 95% interval for it, low and high, by Student's t.

    >>> middle, low, high = interval([[0.0], [2.0]])
    >>> middle.tolist(), bool(low[0] < -10)
    ([1.0], True)
    """
    from scipy.stats import t

    values = np.asarray(curves, dtype=np.float64)
    middle = values.mean(axis=0)
    if len(values) < 2:
        return middle, middle, middle
    error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    half = float(t.ppf(0.975, len(values) - 1)) * error
    return middle, middle - half, middle + half
