"""The locally elastic SDE: its drift, its noise, and the two kinds of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from stability.dynamics.sde.inputs import Floats, array_of, count_of, number_of
from stability.dynamics.sde.strengths import Strengths
from stability.errors import DataError, SetupError, did_you_mean

IDENTITY, LOGITS = "I-model", "L-model"
KINDS = (IDENTITY, LOGITS)

LARGEST = 300.0
"""The logarithm of the largest growth of features; squares of what has grown so far are numbers."""


@dataclass(frozen=True, eq=False)
class LocallyElasticSDE:
    """dX_i^k = (1/K) sum_l E_kl(t) H_l Xbar^l dt + noise dW_i^k for sample i of class k.

    Xbar^l is the mean of the features (p,) of class l, E_kl the intra-class strength for k = l and
    the inter-class strength otherwise. `kind` says what H_l is: "I-model", the identity; "L-model",
    the projection on d_l = e_l - 1/K, the direction in which cross-entropy pulls the logits of
    class l, for features that are logits (p = K). `noise` is the standard deviation of each
    feature after unit time, 0 for the ODE.

    Raises SetupError for another kind, a noise that is negative or not finite, and strengths that
    are not `Strengths`.

    Source: Zhang, Wang and Su, Imitating deep learning dynamics via locally elastic stochastic
    differential equations (NeurIPS 2021).

    >>> from stability.dynamics.sde.strengths import constant_strengths
    >>> model = LocallyElasticSDE(constant_strengths(0.3), noise=0.1)
    >>> model.drift([[3.0, 0.0], [0.0, 3.0], [1.0, 1.0]], 0.3, 0.0).round(12).tolist()
    [[0.3, 0.0], [0.0, 0.3], [0.1, 0.1]]
    """

    strengths: Strengths
    noise: float = 0.0
    kind: str = IDENTITY

    def __post_init__(self) -> None:
        if not isinstance(self.strengths, Strengths):
            raise SetupError(
                where="sde.strengths",
                found=type(self.strengths).__name__,
                allowed="Strengths, two functions of time",
                remedy="Use constant_strengths, fading_strengths or sampled_strengths.",
            )
        number_of(self.noise, "sde.noise", "a finite number of at least 0", least=0.0)
        if self.kind not in KINDS:
            raise SetupError(
                where="sde.kind",
                found=self.kind,
                allowed=" or ".join(map(repr, KINDS)),
                remedy=did_you_mean(str(self.kind), KINDS),
            )

    def drift(self, means: ArrayLike, intra: ArrayLike, inter: ArrayLike) -> Floats:
        """The drift (..., K, p) of every class at class means (..., K, p) and given strengths."""
        return pull(self.seen(self.checked(means)), intra, inter)

    def totals(self, times: ArrayLike, classes: int) -> tuple[Floats, Floats]:
        """A and B (T,) at times (T,), the integrals of both strengths from 0 on.

        Raises SetupError where features would outgrow floating-point numbers.
        """
        A, B = self.strengths.accumulated(times)
        together = A + (classes - 1) * B if self.kind == IDENTITY else A + B / (classes - 1)
        growth = np.maximum(A - B, together) / classes
        if (growth > LARGEST).any():
            at = int(np.argmax(growth > LARGEST))
            raise SetupError(
                where=f"strengths up to t = {np.asarray(times)[at]:g}",
                found=f"features that grow by exp({growth[at]:.4g})",
                allowed=f"growth by exp({LARGEST:g}) at most, which floating-point numbers hold",
                remedy="Take earlier times or weaker strengths.",
            )
        return A, B

    def seen(self, means: Floats) -> Floats:
        """H_l Xbar^l (..., K, p): what a class shows to the others."""
        if self.kind == IDENTITY:
            return means
        q = directions(means.shape[-1])
        return np.sum(means * q, axis=-1, keepdims=True) * q

    def checked(self, means: ArrayLike) -> Floats:
        """Class means as an array (..., K, p). Raises DataError if they do not fit the model."""
        found = array_of(means, "class means", "finite numbers (..., classes, features)")
        fits = found.ndim >= 2 and found.shape[-2] >= 2 and found.shape[-1] >= 1
        if not fits or not np.isfinite(found).all():
            raise DataError(
                where="class means",
                found=f"an array of shape {found.shape}, or numbers that are not finite",
                allowed="finite numbers (..., classes, features) with at least two classes",
            )
        if self.kind == LOGITS and found.shape[-2] != found.shape[-1]:
            raise DataError(
                where="class means",
                found=f"{found.shape[-1]} features for {found.shape[-2]} classes",
                allowed="as many features as classes in the L-model, whose features are logits",
                remedy="Give logits, or use the I-model.",
            )
        return found


def pull(seen: Floats, intra: ArrayLike, inter: ArrayLike) -> Floats:
    """(1/K) sum_l E_kl s_l (..., K, p) for what each class shows, s (..., K, p)."""
    alpha, beta = np.asarray(intra), np.asarray(inter)
    return ((alpha - beta) * seen + beta * seen.sum(axis=-2, keepdims=True)) / seen.shape[-2]


def directions(classes: int) -> Floats:
    """d_k / |d_k| (K, K) with d_k = e_k - 1/K: the corners of a simplex around 0.

    >>> directions(3).round(3).tolist()[0]
    [0.816, -0.408, -0.408]
    """
    return (np.eye(classes) - 1.0 / classes) / sqrt(1.0 - 1.0 / classes)


def check_sample(deleted: tuple[int, int], classes: int, samples: int) -> None:
    """Raise SetupError unless (class, place) is one of the samples."""
    try:
        label, place = (count_of(number, "deleted sample", 0) for number in deleted)
        known = label < classes and place < samples
    except (SetupError, TypeError, ValueError):
        known = False
    if not known:
        raise SetupError(
            where="deleted sample",
            found=str(deleted),
            allowed=f"(class, place), counted from 0 and below ({classes}, {samples})",
        )
