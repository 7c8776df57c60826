"""How alike two tables of classes by classes are, and how alike they would be by chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
RELABELLINGS = 999


def all_cells(one: ArrayLike, other: ArrayLike) -> float:
    """Pearson's correlation over all cells, the classes with themselves included."""
    return float(np.corrcoef(np.ravel(one), np.ravel(other))[0, 1])


def other_classes(one: ArrayLike, other: ArrayLike) -> float:
    """Spearman's rank correlation over cells of two different classes; ties have mean ranks.

    0 where one of the tables has one number in all of these cells.
    """
    ranks = [_ranks(_off(table)) for table in (one, other)]
    if any(np.ptp(r) == 0.0 for r in ranks):
        return 0.0
    return float(np.corrcoef(*ranks)[0, 1])


def chance(one: ArrayLike, other: ArrayLike, seed: int) -> Floats:
    """The same (RELABELLINGS,) with the classes of the second table renamed at random.

    This is Mantel's test: a renamed table is the same hierarchy with other classes in it.
    """
    first = _ranks(_off(one))
    ranks = np.zeros(np.shape(other))
    off = ~np.eye(len(ranks), dtype=bool)
    ranks[off] = _ranks(_off(other))
    if np.ptp(ranks[off]) == 0.0 or np.ptp(first) == 0.0:
        return np.zeros(RELABELLINGS)
    generator = np.random.default_rng(seed)
    renamed = (generator.permutation(len(ranks)) for _ in range(RELABELLINGS))
    found = [np.corrcoef(first, ranks[np.ix_(names, names)][off])[0, 1] for names in renamed]
    return np.array(found)


def p_value(seen: float, by_chance: Floats) -> float:
    """The share of renamings, this one included, that agree as well.

    >>> p_value(0.5, np.array([0.1, 0.6, 0.2]))
    0.5
    """
    return float((1 + (by_chance >= seen).sum()) / (1 + len(by_chance)))


def _off(table: ArrayLike) -> Floats:
    values = np.asarray(table, dtype=np.float64)
    return values[~np.eye(len(values), dtype=bool)]


def _ranks(values: Floats) -> Floats:
    from scipy.stats import rankdata

    return np.asarray(rankdata(values), dtype=np.float64)
