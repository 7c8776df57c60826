"""The rows of `le-sde-geomnist`: numbers at the end beside those of the paper, and the law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from stability.dynamics import level_index, predicted_features, prediction_error, tail_exponent
from stability_experiments.common.contrast_growth import FROM, TO, growth_rate
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.strength_curves import (
    ESTIMATORS,
    LAST,
    Curves,
    Strengths,
    jackknife_error,
)
from stability_experiments.dynamics.le_sde_geomnist import reference
from stability_experiments.dynamics.le_sde_geomnist.courses import Seen, told
from stability_experiments.framework.result import Row

START = (
    "A and B count from the first class means, which are chance around 0: the more trainings, the "
    "smaller these means and the larger A; published with 100 trainings, means of single iterations"
)
FAST = "at the faster step size of this preset"


def rows(seen: Mapping[float, Seen]) -> Iterator[Row]:
    """All rows."""
    for one in seen.values():
        yield from _validated(one)
    yield from _law(seen)
    for one in seen.values():
        for estimator in ESTIMATORS:
            yield from _strengths(one, estimator)
    yield from _from_true_classes(seen)
    clean = seen[0.0]
    yield Row(
        name="first class means over their standard errors, p = 0",
        computed=clean.used.first_over_error(),
        published=1.0,
        tolerance=0.6,
        source="pure chance",
        note="root mean square; what A and B are measured from",
    )
    for one in seen.values():
        if reference.law(one.share) > 0.1:
            yield from predictions(one)


def _validated(one: Seen) -> Iterator[Row]:
    note = "" if one.size.course.steps == 10_000 else FAST
    for name, known in (("accuracy", reference.ACCURACY), ("loss", reference.LOSS)):
        yield Mean.of(one.arrays[name][-1]).row(
            f"{name} on clean images, {told(one.share)}", known[one.share],
            reference.NEAR[name], reference.SOURCE.format(4),
            note=note or "a mean over trainings, which differ much where labels are wrong",
        )  # fmt: skip


def _law(seen: Mapping[float, Seen]) -> Iterator[Row]:
    free = growth_rate(seen[0.0].true)
    for share, one in seen.items():
        left = reference.law(share)
        end, error = one.true.contrast_at_end()
        posterior = None if share == 0.0 else reference.posterior_contrast(share)
        yield Row(
            name=f"contrast of true classes at the end, {told(share)}", computed=end,
            standard_error=error, published=posterior,
            tolerance=None if posterior is None else 0.15,
            source=None if posterior is None else "logits of the true probabilities of labels",
            note="mean of <Xbar^k, d_k>/|d_k|; a network that has not learned all it can, or that "
            "learns wrong labels by heart, is elsewhere",
        )  # fmt: skip
        rate = growth_rate(one.true)
        if rate is None or free is None or share == 0.0:
            continue
        ratio, error = rate[0] / free[0], float(np.hypot(rate[1] / rate[0], free[1] / free[0]))
        yield Row(
            name=f"alpha - beta over that at p = 0, {told(share)}", computed=ratio,
            standard_error=ratio * error, published=abs(left), tolerance=0.15,
            source="law |1 - 1.5 p|",
            note=f"L-model, true classes, mean while the contrast grows from {FROM} to {TO}"
            + ("; to the wrong side" if left < 0 else "")
            + "; near the start wrong labels slow the mean gradient by this factor, while the "
            "noise of single steps stays",
        )  # fmt: skip
    if free is not None:
        yield Row(
            name="alpha - beta in the L-model while the contrast grows, p = 0",
            computed=free[0], standard_error=free[1],
            note=f"mean while the contrast grows from {FROM} to {TO}, for one iteration",
        )  # fmt: skip


def _strengths(one: Seen, estimator: str) -> Iterator[Row]:
    found = one.used.strengths(estimator)
    values, errors = found.at_end()
    known = reference.TOTALS.get(estimator, (None, None)) if one.share == 0.0 else (None, None)
    for k, name in enumerate("AB"):
        told_by = known[k] is not None
        yield Row(
            name=f"{name} at the end, {estimator}, {told(one.share)}", computed=float(values[k]),
            standard_error=float(errors[k]), published=known[k],
            tolerance=reference.NEAR["total"] if told_by else None,
            source=reference.SOURCE.format(3) if told_by else None, note=START,
        )  # fmt: skip
    if estimator == "I-model":
        yield from _levels(one, found)


def _levels(one: Seen, found: Strengths) -> Iterator[Row]:
    last = round(LAST * len(found.times))
    for k, (name, known) in enumerate((("A", reference.LEVEL_INTRA), ("B", reference.LEVEL_INTER))):
        each = [level_index(found.times, w[k], last) for w in found.without]
        yield Row(
            name=f"level index of {name}, I-model, {told(one.share)}",
            computed=level_index(found.times, found.totals[k], last),
            standard_error=float(jackknife_error(each)),
            published=known[one.share], tolerance=reference.NEAR["level"],
            source=reference.SOURCE.format(4),
            note="published as the tail index; below 1 if and only if the size of the sum is above "
            f"1, whatever its tail; {START}",
        )  # fmt: skip
    if one.share == 0.0:
        half = len(found.times) // 2
        yield Row(
            name="tail exponent of alpha, I-model, p = 0",
            computed=tail_exponent(found.times, found.totals[0], half),
            note="1 - slope of log A over log t in the second half: 1 or more once A is level",
        )


def _from_true_classes(seen: Mapping[float, Seen]) -> Iterator[Row]:
    """How much of the fall of A is due to taking means over wrong labels alone."""
    for share, one in seen.items():
        if share == 0.0:
            continue
        (a, b), (ea, eb) = one.true.strengths("I-model").at_end()
        yield Row(
            name=f"A - B at the end, I-model, true classes, {told(share)}", computed=float(a - b),
            standard_error=float(np.hypot(ea, eb)),
            note="class means over the samples of a class, not over those that have its label",
        )  # fmt: skip


def predictions(one: Seen) -> Iterator[Row]:
    """How well strengths that were estimated tell the features, from the start and from later."""
    curves = one.used
    for kind, estimator in (("I-model", "I-model"), ("L-model", "L-model")):
        for words, first in (("the start", 0), ("contrast 0.3", later(curves))):
            error = _error(curves, kind, estimator, first)
            yield Row(
                name=f"error of predicted features, {kind}, from {words}, {told(one.share)}",
                computed=error,
                note="0 is perfect, 1 what nothing ever moving has; observed start, no rescaling",
            )


def later(curves: Curves) -> int:
    """The first time at which the contrast is 0.3, where means are no longer chance."""
    above = np.flatnonzero(np.abs(curves.contrasts[0]) >= TO)
    return int(above[0]) if len(above) else 0


def _error(curves: Curves, kind: str, estimator: str, first: int) -> float:
    means, times = curves.means[first:], curves.times[first:] - curves.times[first]
    told_by = predicted_features(kind, ESTIMATORS[estimator](means), means[0], times)
    return prediction_error(told_by, means)
