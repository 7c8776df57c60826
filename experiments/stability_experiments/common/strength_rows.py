"""Rows on strengths of the locally elastic SDE: totals, levels, growth and predicted features."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from stability.dynamics import level_index, predicted_features, prediction_error, tail_exponent
from stability_experiments.common.contrast_growth import FROM, TO, growth_rate
from stability_experiments.common.strength_curves import (
    ESTIMATORS,
    LAST,
    Curves,
    jackknife_error,
)
from stability_experiments.framework.result import Row

START = (
    "A and B count from the first class means, which are chance around 0: the more trainings, the "
    "smaller these means and the larger A; published with 100 trainings, means of single iterations"
)
ENOUGH = 3.0
"""Standard errors by which a number is above another."""
APART = 0.3
LATER = f"contrast {APART:g}"
"""When means are no longer chance, in words."""


def total_rows(
    curves: Curves,
    estimator: str,
    words: str,
    known: Sequence[float] | None = None,
    tolerance: float | None = None,
    source: str | None = None,
) -> Iterator[Row]:
    """A and B at the end, beside what is `known` of both."""
    values, errors = curves.strengths(estimator).at_end()
    for k, name in enumerate("AB"):
        yield Row(
            name=f"{name} at the end, {estimator}, {words}", computed=float(values[k]),
            standard_error=float(errors[k]), published=None if known is None else known[k],
            tolerance=tolerance, source=source, note=START,
        )  # fmt: skip


def level_rows(
    curves: Curves,
    words: str,
    known: Sequence[float] | None = None,
    tolerance: float | None = None,
    source: str | None = None,
) -> Iterator[Row]:
    """What was published as tail indices, of A and B in the I-model."""
    found = curves.strengths("I-model")
    last = round(LAST * len(found.times))
    for k, name in enumerate("AB"):
        each = [level_index(found.times, w[k], last) for w in found.without]
        yield Row(
            name=f"level index of {name}, I-model, {words}",
            computed=level_index(found.times, found.totals[k], last),
            standard_error=float(jackknife_error(each)),
            published=None if known is None else known[k], tolerance=tolerance, source=source,
            note="published as the tail index; below 1 if and only if the size of the sum is above "
            f"1, whatever its tail; {START}",
        )  # fmt: skip


def tail_row(curves: Curves, words: str) -> Row:
    """The exponent with which alpha fades, in the I-model."""
    found = curves.strengths("I-model")
    half = len(found.times) // 2
    return Row(
        name=f"tail exponent of alpha, I-model, {words}",
        computed=tail_exponent(found.times, found.totals[0], half),
        note="1 - slope of log A over log t in the second half: 1 or more once A is level",
    )


def growth_row(curves: Curves, words: str) -> Iterator[Row]:
    """alpha - beta while the contrast grows, if it does."""
    found = growth_rate(curves)
    if found is not None:
        yield Row(
            name=f"alpha - beta in the L-model while the contrast grows, {words}",
            computed=found[0], standard_error=found[1],
            note=f"mean while the contrast grows from {FROM:g} to {TO:g}, for one iteration",
        )  # fmt: skip


def start_row(curves: Curves, words: str) -> Row:
    """Whether the first class means are more than chance."""
    return Row(
        name=f"first class means over their standard errors, {words}",
        computed=curves.first_over_error(),
        published=1.0,
        tolerance=0.6,
        source="pure chance",
        note="root mean square; what A and B are measured from",
    )


def prediction_rows(curves: Curves, words: str) -> Iterator[Row]:
    """How well strengths that were estimated tell the features, from the start and from later."""
    for kind in ("I-model", "L-model"):
        for moment, first in (("the start", 0), (LATER, later(curves))):
            yield Row(
                name=f"error of predicted features, {kind}, from {moment}, {words}",
                computed=feature_error(curves, kind, first),
                note="0 is perfect, 1 what nothing ever moving has; observed start, no rescaling",
            )


def later(curves: Curves) -> int:
    """The first time at which the contrast is 0.3, where means are no longer chance."""
    above = np.flatnonzero(np.abs(curves.contrasts[0]) >= APART)
    return int(above[0]) if len(above) else 0


def told_features(curves: Curves, kind: str, first: int) -> np.ndarray:
    """Class means from a time on, as predicted from those at that time and estimated strengths."""
    means, times = curves.means[first:], curves.times[first:] - curves.times[first]
    return predicted_features(kind, ESTIMATORS[kind](means), means[0], times)


def feature_error(curves: Curves, kind: str, first: int) -> float:
    """How far from the class means what is predicted from a time on is."""
    return prediction_error(told_features(curves, kind, first), curves.means[first:])


def elasticity_grows(curves: Curves, estimator: str) -> bool:
    """Whether A - B at the end is above that of the first tenth by three standard errors."""
    found = curves.strengths(estimator)
    tenth = len(found.times) // 10

    def grown(totals: np.ndarray) -> np.ndarray:
        difference = totals[..., 0, :] - totals[..., 1, :]
        return difference[..., -tenth:].mean(axis=-1) - difference[..., :tenth].mean(axis=-1)

    return bool(grown(found.totals) > ENOUGH * jackknife_error(grown(found.without)))
