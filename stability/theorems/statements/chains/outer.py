"""Moments of sums of functions that are independent and centred given the rest.

For W = sum over i in A of Y_i, |A| = a, with N_k at least the L_p norm of (E[|Y_i|^k | V])^(1/k)
for k = 2, ..., p,  |W|_p <= O_p(a; N) = min((p! [x^p] exp(a sum_k N_k^k x^k/k!))^(1/p), a N_p).

Source: this project, elastic chain, outer lemma.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def outer_norms(norms: Sequence[float], counts: NDArray[np.int64]) -> Floats:
    """O_p at numbers of summands (n,), from N_2, ..., N_p; in floats, within 1e-13 p.

    >>> outer_norms([1.0, 2 ** (1 / 3), 2 ** 0.5], np.array([1, 4])).round(13).tolist()
    [1.4142135623731, 2.8284271247462]
    """
    order, a = len(norms) + 1, np.asarray(counts, dtype=np.float64)
    rates = [0.0, 0.0, *(n**k / factorial(k) for k, n in enumerate(norms, 2))]
    series = [np.ones_like(a)]
    with np.errstate(over="ignore", invalid="ignore"):
        for j in range(1, order + 1):
            terms = (k * rates[k] * series[j - k] for k in range(2, j + 1))
            series.append(a / j * sum(terms, start=np.zeros_like(a)))
        whole = (factorial(order) * series[order]) ** (1 / order)
        whole = np.where(np.isnan(whole), np.inf, whole)
        return np.minimum(whole, a * norms[-1])
