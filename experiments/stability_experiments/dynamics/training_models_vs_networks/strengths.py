"""The locally elastic SDE beside a network: strengths from logits, and those seen in updates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.dynamics import (
    centred_logits,
    estimate_identity,
    estimate_logits,
    predicted_features,
    prediction_error,
)
from stability.dynamics.sde.model import IDENTITY, LOGITS, directions
from stability_experiments.framework.context import Arrays

Floats = NDArray[np.float64]
ESTIMATORS = {LOGITS: estimate_logits, IDENTITY: estimate_identity}
LATER = 10
"""Predictions also start at this look, when classes have begun to come apart."""


@dataclass(frozen=True, eq=False)
class Strengths:
    """Of one network, A and B since the first look: (2, T) at looks and (2, S) at probed steps.

    `from_logits`: estimated from class means, as the L-model has it. `from_updates`: alpha and
    beta as they are when updates are made, `tried` (2, S), added up. `along` (2, S): the cosine
    between the mean change that an update in class l makes and d_l, in class l and in others.
    `follows` (S,): the correlation over classes of that change in class l along d_l and of the
    coefficient u_l that the class has already; in the L-model it is 1.
    """

    from_logits: Floats
    from_updates: Floats
    tried: Floats
    along: Floats
    follows: Floats


def strengths(seen: Arrays) -> Strengths:
    """From the means of logits and the changes by updates that `watch` gives.

    In the L-model an update in class l moves class k by E_kl u_l q_l, with q_l = d_l / |d_l| and
    u_l the coefficient of the mean of class l along it. So alpha and beta are ratios of changes
    and coefficients; here of their means over classes.
    """
    found = estimate_logits(seen["means"])
    moved = seen["moved"]  # (S, updated class l, observed class k, logits)
    classes = moved.shape[-1]
    q, same = directions(classes), np.eye(classes, dtype=bool)
    u = np.einsum("slc,lc->sl", seen["shown"], q)
    along = np.einsum("slkc,lc->slk", moved, q)
    cosines = along / np.linalg.norm(moved, axis=-1)
    tried = np.stack([along[:, m].mean(axis=1) / u.mean(axis=1) for m in (same, ~same)])
    follows = [
        float(np.corrcoef(at, change)[0, 1]) for at, change in zip(u, along[:, same], strict=True)
    ]
    return Strengths(
        from_logits=np.stack([found.intra, found.inter]),
        from_updates=added_up(tried, seen["probed"]),
        tried=tried,
        along=np.stack([cosines[:, m].mean(axis=1) for m in (same, ~same)]),
        follows=np.array(follows),
    )


def added_up(rates: Floats, steps: ArrayLike) -> Floats:
    """Integrals (..., S) of rates (..., S) from the second step on; the first step is 0.

    Trapezoids in the logarithm of time, as steps are ever further apart and rates fall like 1/t.

    >>> added_up(np.array([9.0, 1.0, 0.5]), [0, 1, 2]).round(3).tolist()  # of 1/t: log 2
    [0.0, 0.0, 0.693]
    """
    t = np.asarray(steps, dtype=np.float64)
    heights = rates[..., 1:] * t[1:]
    parts = (heights[..., 1:] + heights[..., :-1]) / 2 * np.diff(np.log(t[1:]))
    none = np.zeros((*rates.shape[:-1], 2))
    return np.concatenate([none, np.cumsum(parts, axis=-1)], axis=-1)


def modes(totals: Floats, classes: int) -> Floats:
    """What A and B (2, ...) say of the growth of the two modes of the L-model, logarithms (2, ...).

    Of the mean of the coefficients u, (A - B) / K; of their differences, (A + B / (K - 1)) / K.
    """
    A, B = totals
    return np.stack([(A - B) / classes, (A + B / (classes - 1)) / classes])


@dataclass(frozen=True, eq=False)
class Prediction:
    """Centred class means (T, K, K) from one look on, as the model of a `kind` has them.

    It starts at the means that the network had then. `error` is that of `prediction_error`.
    """

    kind: str
    first: int
    means: Floats
    error: float


def predict(kind: str, observed: Floats, looks: Floats, source: Floats, first: int) -> Prediction:
    """Of class means (T, K, K), with the strengths that those of a `source` (T, K, K) have."""
    seen, told_by = (centred_logits(part[first:]) for part in (observed, source))
    times = (looks[first:] - looks[first]).astype(np.float64)
    told = predicted_features(kind, ESTIMATORS[kind](told_by), seen[0], times)
    return Prediction(kind, first, told, prediction_error(told, seen))


def mean_of_others(means: Sequence[Floats], place: int) -> Floats:
    """The mean (T, K, K) of the class means of all networks but one."""
    return np.mean([one for k, one in enumerate(means) if k != place], axis=0)


def error_of_others(means: Sequence[Floats], place: int, first: int) -> float:
    """The error of predicting a network by the mean of the others: no model."""
    parts = (mean_of_others(means, place), means[place])
    told, seen = (centred_logits(part[first:]) for part in parts)
    return prediction_error(np.concatenate([seen[:1], told[1:]]), seen)
