"""From class means of recorded features to the accumulated strengths A and B."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.dynamics.sde.inputs import Floats, array_of, count_of
from stability.dynamics.sde.model import directions
from stability.errors import DataError


@dataclass(frozen=True, eq=False)
class StrengthEstimates:
    """A and B (T,): the integrals of the intra- and inter-class strength since the first look."""

    intra: Floats
    inter: Floats


def estimate_identity(means: ArrayLike) -> StrengthEstimates:
    """A and B of the I-model from class means (T, K, p), the first of them those at the start.

    With m the mean over classes, R = (Xbar^k - m) / (its start) and Q = m / (its start): B is the
    mean of log|Q / R| over classes and coordinates, A that of log|Q R^(K-1)|. Exact for solutions
    of the I-model. Raises DataError for shapes that do not fit and for means that are 0.

    Source: the published code of Zhang, Wang and Su (2021).

    >>> start = np.array([[2.0], [1.0]])
    >>> found = estimate_identity([start, start.mean() * np.exp(2) + (start - 1.5) * np.exp(1)])
    >>> found.intra.round(12).tolist(), found.inter.round(12).tolist()
    ([0.0, 3.0], [0.0, 1.0])
    """
    given = _checked(means)
    classes = given.shape[1]
    centre = given.mean(axis=1, keepdims=True)
    Q = _logs(centre, "the mean over classes")
    R = _logs(given - centre, "the deviations from the mean over classes")
    return StrengthEstimates((Q + (classes - 1) * R).mean(axis=(1, 2)), (Q - R).mean(axis=(1, 2)))


def estimate_logits(means: ArrayLike) -> StrengthEstimates:
    """A and B of the L-model from class means of logits (T, K, K).

    From the coefficients u_k = <Xbar^k, d_k> / |d_k| alone: their mean grows by exp((A - B) / K),
    their deviations from it by exp((A + B / (K - 1)) / K). Exact for solutions of the L-model with
    any number of classes, whether or not logits sum to 0; the published estimator is not.
    Raises DataError for shapes that do not fit and for coefficients that are 0.

    >>> q = directions(3)
    >>> found = estimate_logits([q * [[1.0], [2.0], [3.0]], q * [[5.0], [6.0], [7.0]]])
    >>> found.intra.round(3).tolist(), found.inter.round(3).tolist()  # 3 log 3, and 0
    ([0.0, 1.099], [0.0, -2.197])
    """
    given = _square(_checked(means))
    classes = given.shape[1]
    u = np.sum(given * directions(classes), axis=-1)
    mean = u.mean(axis=1, keepdims=True)
    apart = classes * _logs(mean, "the mean coefficient")[:, 0]
    spread = np.linalg.norm(u - mean, axis=1, keepdims=True)
    unequal = classes * _logs(spread, "the differences of the coefficients")[:, 0]
    return _of_modes(apart, unequal, classes)


def estimate_logits_published(means: ArrayLike) -> StrengthEstimates:
    """A and B of the L-model from class means (T, 3, 3) as in the published code, for comparison.

    It is written for three classes, and exact only if the logits of every class sum to 0
    (`centred_logits`); otherwise it is biased. Prefer `estimate_logits`.

    Raises DataError for another number of classes.
    """
    given = _square(_checked(means))
    if given.shape[1] != 3:
        raise DataError(
            where="class means",
            found=f"{given.shape[1]} classes",
            allowed="three classes, for which the published estimator is written",
            remedy="Use estimate_logits, which takes any number.",
        )
    diagonal = given[:, 0, 0] + given[:, 1, 1] - given[:, 2, 0] - given[:, 2, 1]
    others = given.sum(axis=(1, 2)) - np.trace(given, axis1=1, axis2=2)
    size = (diagonal - others) / 2
    rest = given - size[:, None, None] / 2 * (np.eye(3) - 1 / 3)
    contrast = np.sum(rest * (np.array([[2, -1, -1], [-1, 2, -1], [0, 0, 0]]) / 3), axis=(1, 2))
    apart = 3 * _logs(size[:, None], "the diagonal contrast")[:, 0]
    unequal = 3 * _logs(contrast[:, None], "the contrast of the first two classes")[:, 0]
    return _of_modes(apart, unequal, 3)


def centred_logits(means: ArrayLike) -> Floats:
    """Logits (..., K) less their mean, which changes no probability.

    >>> centred_logits([[3.0, 0.0, 0.0]]).tolist()
    [[2.0, -1.0, -1.0]]
    """
    given = array_of(means, "logits", "numbers (..., classes)")
    if not given.ndim:
        raise DataError(where="logits", found="one number", allowed="numbers (..., classes)")
    return given - given.mean(axis=-1, keepdims=True)


def drawn_class_means(logits: ArrayLike, labels: ArrayLike, classes: int, block: int = 1) -> Floats:
    """Class means (T // block, K, p) over trials of what each trial recorded of one sample.

    `logits` (T, trials, p) and `labels` (T, trials): at every step each trial shows the logits of
    the sample it draws. The mean of class k is over the trials that drew it, in `block` steps
    together. This is how the published estimates are made, with 100 trials and blocks of one.
    Raises DataError for shapes or labels that do not fit and where no trial drew a class.

    >>> drawn_class_means([[[1.0], [3.0], [5.0]]], [[0, 0, 1]], 2).tolist()
    [[[2.0], [5.0]]]
    """
    given, names = array_of(logits, "logits", "finite numbers (T, trials, p)"), np.asarray(labels)
    block, classes = count_of(block, "block"), count_of(classes, "classes", 2)
    if given.ndim != 3 or names.shape != given.shape[:2] or not 1 <= block <= len(given):
        raise DataError(
            where="drawn_class_means",
            found=f"logits {given.shape}, labels {names.shape}, blocks of {block}",
            allowed="logits (T, trials, p), labels (T, trials), blocks of 1 to T steps",
        )
    if not np.isfinite(given).all() or not np.isin(names, np.arange(classes)).all():
        raise DataError(
            where="drawn_class_means",
            found="logits that are not finite, or labels of other classes",
            allowed=f"finite logits, and labels from 0 to {classes - 1}",
        )
    blocks = len(given) // block
    given = given[: blocks * block].reshape(blocks, -1, given.shape[-1])
    chosen = names[: blocks * block].reshape(blocks, -1, 1) == np.arange(classes)
    counts = chosen.sum(axis=1)
    if (counts == 0).any():
        where, label = (int(v[0]) for v in np.nonzero(counts == 0))
        raise DataError(
            where=f"drawn_class_means, steps {where * block} to {(where + 1) * block - 1}",
            found=f"no trial with a sample of class {label}",
            allowed="every class at every time",
            remedy="Take larger blocks, or more trials.",
        )
    return np.einsum("tsk,tsp->tkp", chosen.astype(float), given) / counts[..., None]


def _of_modes(apart: Floats, unequal: Floats, classes: int) -> StrengthEstimates:
    """From A - B and A + B / (K - 1) to A and B."""
    return StrengthEstimates(
        (apart + (classes - 1) * unequal) / classes, (unequal - apart) * (classes - 1) / classes
    )


def _logs(values: Floats, words: str) -> NDArray[np.float64]:
    """log|value / first value|. Raises DataError where there is none."""
    if (values == 0.0).any():
        raise DataError(
            where=f"class means, {words}",
            found=f"0 at look {int(np.nonzero(values == 0.0)[0][0])}",
            allowed="numbers other than 0, whose growth can be told",
            remedy="Use more trials, or a start at which classes differ.",
        )
    return np.log(np.abs(values / values[:1]))


def _checked(means: ArrayLike) -> Floats:
    allowed = "finite numbers (T, classes, features) with at least two classes"
    given = array_of(means, "class means", allowed)
    if given.ndim != 3 or given.shape[1] < 2 or not len(given) or not np.isfinite(given).all():
        raise DataError(
            where="class means",
            found=f"an array of shape {given.shape}, or numbers that are not finite",
            allowed=allowed,
        )
    return given


def _square(given: Floats) -> Floats:
    if given.shape[1] != given.shape[2]:
        raise DataError(
            where="class means",
            found=f"{given.shape[2]} features for {given.shape[1]} classes",
            allowed="logits, one for each class",
            remedy="Use estimate_identity for other features.",
        )
    return given
