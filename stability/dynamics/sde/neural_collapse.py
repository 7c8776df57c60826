"""Neural collapse: class means that become the corners of a simplex, samples that join them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stability.dynamics.sde.inputs import Floats, array_of, count_of
from stability.dynamics.sde.model import LOGITS, LocallyElasticSDE, directions
from stability.dynamics.sde.separability import checked_features
from stability.dynamics.sde.strengths import checked_times
from stability.errors import DataError, SetupError


def mean_cosines(means: ArrayLike) -> Floats:
    """The cosines (..., K, K) between class means (..., K, p), less the mean of all classes.

    For a simplex they are -1/(K - 1) off the diagonal. Raises DataError where a class mean is that
    of all classes: it has no direction then.

    >>> mean_cosines(np.eye(3)).round(3).tolist()[0]
    [1.0, -0.5, -0.5]
    """
    centred = _centred(means)
    unit = centred / _norms(centred)[..., None]
    return unit @ np.swapaxes(unit, -1, -2)


def norm_ratio(means: ArrayLike) -> Floats:
    """The smallest over the largest norm (...) of centred class means (..., K, p), 1 for a simplex.

    >>> round(float(norm_ratio([[3.0], [0.0], [0.0]])), 12)
    0.5
    """
    norms = np.linalg.norm(_centred(means), axis=-1)
    return norms.min(axis=-1) / _not_zero(norms.max(axis=-1), "class means that are all the same")


def simplex_distance(means: ArrayLike) -> Floats:
    """How far the cosines are from those of a simplex: the largest difference (...).

    >>> float(simplex_distance([[1.0, 0.0], [-1.0, 0.0]])) < 1e-12
    True
    """
    cosines = mean_cosines(means)
    classes = cosines.shape[-1]
    away = np.abs(cosines + 1.0 / (classes - 1))
    return np.where(np.eye(classes, dtype=bool), 0.0, away).max(axis=(-2, -1))


def simplex_alignment(means: ArrayLike) -> Floats:
    """The mean cosine (...) between centred class means (..., K, K) and their directions d_k.

    1 after neural collapse, when the logits of a class are largest at the class itself. A simplex
    need not have it: with three classes the L-model also ends in a simplex if B tends to
    +infinity, but in a mirror image, whose alignment is 0.

    >>> round(float(simplex_alignment(np.eye(3))), 12), round(float(simplex_alignment(-np.eye(3))))
    (1.0, -1)
    """
    centred = _centred(means)
    if centred.shape[-1] != centred.shape[-2]:
        raise DataError(
            where="class means",
            found=f"{centred.shape[-1]} features for {centred.shape[-2]} classes",
            allowed="logits, one for each class",
        )
    along = np.sum(centred * directions(centred.shape[-1]), axis=-1)
    return (along / _norms(centred)).mean(axis=-1)


def variability_ratio(features: ArrayLike) -> Floats:
    """tr(within-class covariance) / tr(covariance of class means) (...) of (..., K, n, p).

    >>> float(variability_ratio([[[0.0], [2.0]], [[10.0], [12.0]]]))
    0.04
    """
    given = checked_features(features)
    within = given.var(axis=-2).sum(axis=-1).mean(axis=-1)
    between = np.square(_centred(given.mean(axis=-2))).sum(axis=-1).mean(axis=-1)
    return within / _not_zero(between, "class means that are all the same")


@dataclass(frozen=True, eq=False)
class CollapseConditions:
    """The two numbers (T,) that have to grow without bound for neural collapse in the L-model.

    `separation`, (A - B) / K - log(t) / 2: the simplex outgrows the noise. `equality`,
    -B / (K - 1): it outgrows the differences between the classes. The linear equation knows no
    sign: class means that start on the far side of the simplex collapse to the opposite one.
    """

    separation: Floats
    equality: Floats


def collapse_conditions(
    model: LocallyElasticSDE, times: ArrayLike, classes: int
) -> CollapseConditions:
    """Both conditions at times (T,) above 0.

    Raises SetupError for the I-model, whose class means keep their directions whatever A and B.

    >>> from stability.dynamics.sde.strengths import constant_strengths
    >>> found = collapse_conditions(
    ...     LocallyElasticSDE(constant_strengths(0.02, -0.01), kind="L-model"), [1500.0], 3
    ... )
    >>> found.separation.round(2).tolist(), found.equality.tolist()
    ([11.34], [7.5])
    """
    when, classes = checked_times(times), count_of(classes, "collapse_conditions.classes", 2)
    if model.kind != LOGITS:
        raise SetupError(
            where="collapse_conditions", found=model.kind, allowed=LOGITS,
            remedy="In the I-model class means keep their directions.",
        )  # fmt: skip
    if when.min() == 0.0:
        raise DataError(where="times", found="a time of 0", allowed="times above 0")
    A, B = model.strengths.accumulated(when)
    return CollapseConditions((A - B) / classes - np.log(when) / 2, -B / (classes - 1))


def _centred(means: ArrayLike) -> Floats:
    allowed = "finite numbers (..., classes, features) with at least two classes"
    given = array_of(means, "class means", allowed)
    if given.ndim < 2 or given.shape[-2] < 2 or 0 in given.shape or not np.isfinite(given).all():
        raise DataError(
            where="class means",
            found=f"an array of shape {given.shape}, or numbers that are not finite",
            allowed=allowed,
        )
    return given - given.mean(axis=-2, keepdims=True)


def _norms(centred: Floats) -> Floats:
    """The norms (..., K) of centred class means, none of which may be 0."""
    return _not_zero(np.linalg.norm(centred, axis=-1), "a class mean that is that of all classes")


def _not_zero(sizes: Floats, words: str) -> Floats:
    if (sizes == 0.0).any():
        raise DataError(
            where="class means", found=words, allowed="class means that differ",
            remedy="Look at a later time, or start where the classes differ.",
        )  # fmt: skip
    return sizes
