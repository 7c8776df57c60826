"""What `le-sde-phase-transition` simulates: schedules, boundaries, constants, a phase diagram."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from stability.dynamics import (
    LocallyElasticSDE,
    argmax_accuracy,
    constant_strengths,
    fading_strengths,
    log_slope,
    separated_share,
    separation_ratio,
)
from stability_experiments.common.elastic_paths import followed, simplex_start
from stability_experiments.dynamics.le_sde_phase_transition.schedules import (
    CLASSES,
    LOOKS,
    NOISE,
    SAMPLES,
    Floats,
    Schedule,
)

MEASURES = {"share": separated_share, "ratio": separation_ratio}
CURVE = np.unique(
    np.concatenate([np.geomspace(1.0, 1000.0, 19), np.geomspace(1000.0, 4000.0, 5)]).round(6)
)
"""Times at which schedules are looked at."""

PAIRS = ((0.02, -0.005), (0.02, 0.0), (0.02, 0.01), (0.02, 0.02), (0.01, 0.02), (0.0, 0.02))
"""alpha and beta."""
LATE = 1500.0

PHASE_LOOKS = (1e2, 1e4, 1e6)
FAR = 100.0
"""Paths of the phase diagram end where class means have grown by exp of it."""


def schedule_paths(schedule: Schedule, trials: int, steps: int, seed: int) -> dict[str, Floats]:
    """The share of separated pairs and the ratio (T, trials) at the times of `CURVE`."""
    return followed(
        schedule.model, simplex_start(CLASSES, SAMPLES), CURVE, MEASURES,
        trials=trials, steps=steps, seed=seed,
    )  # fmt: skip


def late_slope(times: Floats, ratios: Floats) -> tuple[float, float]:
    """The mean over trials of the slope of log ratio (T, trials) over log t, and its error."""
    late = np.isin(times, LOOKS[1:])
    slopes = [log_slope(times[late], one) for one in ratios[late].T]
    return float(np.mean(slopes)), float(np.std(slopes, ddof=1) / np.sqrt(len(slopes)))


def boundary(classes: int, trials: int, steps: int, seed: int) -> dict[str, Floats]:
    """Slopes (C, 2), mean and error, at scales (C,) around K/2 with alpha = c/(1 + t)."""
    scales, slopes = classes / 2 * np.array([0.8, 1.0, 1.2]), []
    for number, scale in enumerate(scales):
        model = LocallyElasticSDE(fading_strengths(float(scale), 1.0), noise=NOISE)
        found = followed(
            model, simplex_start(classes, SAMPLES), LOOKS[1:], {"ratio": separation_ratio},
            trials=trials, steps=steps, seed=seed + 1_000_000 * (number + 1),
        )  # fmt: skip
        slopes.append(late_slope(np.array(LOOKS[1:]), found["ratio"]))
    return {"scales": scales, "slopes": np.array(slopes)}


def crossing(scales: Floats, slopes: Floats) -> tuple[float, float]:
    """The scale at which a straight line through the slopes (C, 2) is 0, and its error.

    >>> crossing(np.array([1.0, 2.0]), np.array([[-0.5, 0.1], [0.5, 0.1]]))[0]
    1.5
    """
    rise, start = np.polyfit(scales, slopes[:, 0], 1)
    zero = float(-start / rise)
    weights = 1 / len(scales) + (zero - scales.mean()) * (scales - scales.mean()) / np.sum(
        np.square(scales - scales.mean())
    )
    return zero, float(np.linalg.norm(weights * slopes[:, 1]) / rise)


def pair_paths(
    kind: str, pair: tuple[float, float], trials: int, steps: int, seed: int, spread: float = 0.0
) -> dict[str, Floats]:
    """Share, ratio and argmax accuracy (trials,) at t = 1,500 from e_k - 1/K.

    `spread`: the deviation of Gaussian numbers that are added to the class means of each trial.
    """
    start = simplex_start(CLASSES, SAMPLES)
    if spread:
        moved = np.random.default_rng([seed, 1]).normal(size=(trials, CLASSES, 1, CLASSES))
        start = start + spread * moved
    found = followed(
        LocallyElasticSDE(constant_strengths(*pair), noise=NOISE, kind=kind), start, [LATE],
        {**MEASURES, "accuracy": argmax_accuracy}, trials=trials, steps=steps, seed=seed,
    )  # fmt: skip
    return {name: values[0] for name, values in found.items()}


def phase_cells(cells: tuple[int, int], trials: int, steps: int, seed: int) -> dict[str, Floats]:
    """The mean share (T, R, C) at `PHASE_LOOKS` for `exponents` (R,) and `scales` (C,)."""
    exponents, scales = np.linspace(0.5, 1.5, cells[0]), np.linspace(0.25, 4.0, cells[1])
    found = np.empty((len(PHASE_LOOKS), len(exponents), len(scales)))
    for row, exponent in enumerate(exponents):
        for column, scale in enumerate(scales):
            model = LocallyElasticSDE(fading_strengths(float(scale), float(exponent)), noise=NOISE)
            times = np.minimum(PHASE_LOOKS, last_time(float(exponent), float(scale)))
            cell = followed(
                model, simplex_start(CLASSES, SAMPLES), times, {"share": separated_share},
                trials=trials, steps=steps, seed=seed + 1000 * (row * len(scales) + column),
            )  # fmt: skip
            found[:, row, column] = cell["share"].mean(axis=1)
    return {"share": found, "exponents": exponents, "scales": scales}


def last_time(exponent: float, scale: float) -> float:
    """When class means have grown by exp(FAR), a time beyond all looks if they never do.

    >>> model = LocallyElasticSDE(fading_strengths(2.0, 0.5), noise=0.1)
    >>> float(model.strengths.accumulated([last_time(0.5, 2.0)])[0][0].round(6)) / CLASSES
    100.0
    """
    if exponent == 1.0:
        return float(np.expm1(min(FAR * CLASSES / scale, FAR)))
    grown = 1.0 + FAR * CLASSES * (1.0 - exponent) / scale
    return float(grown ** (1.0 / (1.0 - exponent)) - 1.0) if grown > 0.0 else np.inf


def spread_factor(samples: int) -> float:
    """E[1/spread] times the true deviation, for the spread of two classes of `samples` each.

    The spread is the root mean square of two deviations with divisor n.

    >>> round(spread_factor(30), 4), round(spread_factor(10**6), 4)
    (1.0303, 1.0)
    """
    freedom = 2 * (samples - 1)
    inverse = np.exp(gammaln((freedom - 1) / 2) - gammaln(freedom / 2)) / np.sqrt(2.0)
    return float(np.sqrt(2.0 * samples) * inverse)


def touching(samples: int) -> float:
    """The ratio at which the farthest of `samples` normal numbers of two classes meet, on average.

    >>> round(touching(30), 2)
    4.09
    """
    from scipy.integrate import quad
    from scipy.stats import norm

    def mean(x: float) -> float:
        return x * samples * float(norm.pdf(x)) * float(norm.cdf(x)) ** (samples - 1)

    return 2.0 * float(quad(mean, -10, 10)[0])
