"""The rows of `le-sde-phase-transition`: beside an independent simulation and closed forms."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stability.dynamics import critical_scale, log_slope, predicted_ratio
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.dynamics.le_sde_phase_transition.paths import (
    CURVE,
    LATE,
    crossing,
    late_slope,
    spread_factor,
)
from stability_experiments.dynamics.le_sde_phase_transition.schedules import (
    CLASSES,
    GAP,
    LOOKS,
    NOISE,
    REFERENCE,
    REFERENCE_TRIALS,
    SAMPLES,
    Schedule,
    half_unit,
)
from stability_experiments.dynamics.le_sde_phase_transition.seen import Seen
from stability_experiments.framework.result import Row

CLOSED = "closed form"
LOGIT_ACCURACIES = {(0.02, -0.005): 1.0, (0.02, 0.0): 0.74, (0.02, 0.01): 0.42,
                    (0.01, 0.02): 0.23, (0.0, 0.02): 0.17}  # fmt: skip
"""Of the independent simulation in the L-model, from class means that it does not name."""
NOT_NAMED = "depends on the class means at the start, which the reference does not name"
NOISY_MEANS = "where the ratio is near 1 the noise of class means adds to their distance"


def rows(seen: Seen) -> Iterator[Row]:
    """Every number that is told."""
    for schedule in seen.schedules:
        yield from _schedule(schedule, seen)
    yield from _slopes(seen)
    for classes, found in seen.boundaries.items():
        at, error = crossing(found["scales"], found["slopes"])
        expected = critical_scale(classes)
        # alpha is c/(1 + t), not c/t: between the looks log(1 + t) grows less than log(t).
        yield Row(
            name=f"critical constant, K = {classes}", computed=at, standard_error=error,
            published=expected, tolerance=4 * error + expected * (1 / _stretch() - 1),
            source=CLOSED, required=True, note="where the slope of log ratio over log t is 0",
        )  # fmt: skip
    for pair, found in seen.pairs.items():
        words = f"{pair}, t = {LATE:g}"
        yield Mean.of(found["share"]).row(f"pairs separated, {words}")
        if pair.kind == "L-model":
            reference = LOGIT_ACCURACIES.get((pair.alpha, pair.beta))
            yield Mean.of(found["accuracy"]).row(
                f"argmax accuracy, {words}", reference, None if reference is None else 0.05,
                None if reference is None else REFERENCE,
                note="" if reference is None else NOT_NAMED,
            )  # fmt: skip


def _schedule(schedule: Schedule, seen: Seen) -> Iterator[Row]:
    found = seen.schedules[schedule]
    bias = schedule.reference_bias
    for k, now in enumerate(LOOKS):
        at = int(np.searchsorted(CURVE, now))
        for name, words, printed, off in (
            ("share", "pairs separated", schedule.shares[k], 0.0),
            ("ratio", "distance over spread", schedule.ratios[k], abs(bias[k])),
        ):
            values = found[name][at]
            reference = float(printed)
            both = values.std(ddof=1) * np.sqrt(1 / len(values) + 1 / REFERENCE_TRIALS)
            yield Mean.of(values).row(
                f"{words}, {schedule}, t = {now:g}", reference,
                float(4 * both + half_unit(printed) + off * reference), REFERENCE, required=True,
            )  # fmt: skip


def _slopes(seen: Seen) -> Iterator[Row]:
    for schedule, found in seen.schedules.items():
        if schedule.slope is None:
            continue
        slope, error = late_slope(CURVE, found["ratio"])
        exact = log_slope(LOOKS[1:], predicted_ratio(schedule.model, GAP, LOOKS[1:], CLASSES))
        above = schedule.scale > 0.75 * critical_scale(CLASSES)
        yield Row(
            name=f"slope of log ratio over log t, {schedule}", computed=slope,
            standard_error=error, published=schedule.slope,
            tolerance=4 * error + abs(exact - schedule.slope), source=f"{CLOSED}, c/K - 1/2",
            required=above, note="from t = 100 on" if above else NOISY_MEANS,
        )  # fmt: skip
        if schedule.scale != critical_scale(CLASSES):
            continue
        at = np.searchsorted(CURVE, LOOKS[2:])
        values = (found["ratio"][at] / spread_factor(SAMPLES)).mean(axis=0)
        mean = Mean.of(values)
        yield mean.row(
            "distance over true spread at the critical constant, late", GAP / NOISE,
            4 * (mean.error or 0.0) + GAP / NOISE * float(np.mean(0.5 / np.array(LOOKS[2:])))
            + GAP / NOISE * float(np.sqrt(1 + 2 * CLASSES / SAMPLES / (GAP / NOISE) ** 2) - 1),
            f"{CLOSED}, distance at the start over noise", required=True,
            note=f"divided by {spread_factor(SAMPLES):.4f}, as spreads are those of "
            f"{SAMPLES} samples; noise moves class means, too",
        )  # fmt: skip


def _stretch() -> float:
    """log(1 + t) over log(t), how much each grows between the late looks."""
    late = np.array(LOOKS[1:])
    return log_slope(late, 1.0 + late)
