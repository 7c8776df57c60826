"""What has to show in `le-sde-phase-transition`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stability.dynamics import critical_scale
from stability_experiments.dynamics.le_sde_phase_transition.paths import (
    CURVE,
    late_slope,
)
from stability_experiments.dynamics.le_sde_phase_transition.schedules import (
    CLASSES,
    LOOKS,
    SCHEDULES,
    Floats,
)
from stability_experiments.dynamics.le_sde_phase_transition.seen import Seen
from stability_experiments.framework.result import Claim


def claims(seen: Seen) -> Iterator[Claim]:
    """Every claim."""
    last = {s: float(found["share"][-1].mean()) for s, found in seen.schedules.items()}
    looks = np.searchsorted(CURVE, LOOKS)
    slow, fast, still = SCHEDULES[0], SCHEDULES[5], SCHEDULES[6]
    yield Claim(
        claim=f"strengths that fade slower than 1/t separate all pairs ({slow}), those that fade "
        f"faster hardly any ({fast}), at t = {LOOKS[-1]:g}",
        holds=last[slow] == 1.0 and last[fast] < 0.05,
    )
    slopes = [(s.slope, late_slope(CURVE, seen.schedules[s]["ratio"])[0])
              for s in SCHEDULES if s.slope]  # fmt: skip
    yield Claim(
        claim="with c/t distance over spread falls for c below K/2 and grows for c above it",
        holds=all(bool(expected * slope > 0.0) for expected, slope in slopes),
    )
    critical = next(s for s in SCHEDULES if s.slope == 0.0)
    ratios = seen.schedules[critical]["ratio"][np.searchsorted(CURVE, LOOKS[1:])].mean(axis=1)
    yield Claim(
        claim="at c = K/2 distance over spread stays where it is, within 5% from t = 100 on",
        holds=bool(np.ptp(ratios) < 0.05 * ratios.mean()),
    )
    yield Claim(
        claim="without local elasticity (alpha = beta) no pair is separated from t = 100 on, and "
        "distance over spread only falls",
        holds=bool(
            (seen.schedules[still]["share"][CURVE >= 100.0] == 0.0).all()
            and (np.diff(seen.schedules[still]["ratio"].mean(axis=1)[looks]) < 0.0).all()
        ),
    )
    elastic, not_elastic = ((0.02, -0.005), (0.02, 0.0), (0.02, 0.01)), ((0.01, 0.02), (0.0, 0.02))
    yield Claim(
        claim="the I-model separates all pairs whenever alpha > beta, and none if alpha <= beta",
        holds=all(seen.pair("I-model", *pair)["share"] == 1.0 for pair in elastic)
        and all(seen.pair("I-model", *p)["share"] == 0.0 for p in ((0.02, 0.02), *not_elastic)),
    )
    logits = [seen.pair("L-model", *pair, spread) for pair in not_elastic for spread in (0.0, 1.0)]
    yield Claim(
        claim="the L-model separates pairs also if alpha < beta, but its largest logit is right "
        "less often than by chance",
        holds=all(one["share"] > 0.75 and one["accuracy"] < 1.0 / CLASSES for one in logits),
    )
    equal = [seen.pair("L-model", 0.02, 0.02, spread) for spread in (0.0, 1.0)]
    yield Claim(
        claim="the L-model separates no pair if alpha = beta, and guesses",
        holds=all(o["share"] == 0.0 and abs(o["accuracy"] - 1 / CLASSES) < 0.03 for o in equal),
    )
    right = seen.pair("L-model", 0.02, -0.005)
    yield Claim(
        claim="where classes repel each other (beta < 0) and start on their own side, the L-model "
        "ends with the largest logit at the class, always",
        holds=right["share"] == 1.0 and right["accuracy"] == 1.0,
    )
    away = [float(np.mean(distance)) for distance in from_limit(**seen.phase)]
    yield Claim(
        claim="the later, the nearer the phase diagram is to its limit: separated where r < 1, or "
        "r = 1 and c > K/2, and nowhere else",
        holds=bool((np.diff(away) < 0.0).all()),
    )


def from_limit(share: Floats, exponents: Floats, scales: Floats) -> Floats:
    """How far shares (T, R, C) are from 1 where all separate in the end, and from 0 elsewhere.

    >>> from_limit(np.zeros((1, 2, 2)), np.array([0.9, 1.0]), np.array([1.0, 2.0])).tolist()
    [[[1.0, 1.0], [0.0, 1.0]]]
    """
    at_limit = np.abs(exponents[:, None] - 1.0) < 1e-9
    limit = np.where(at_limit, scales > critical_scale(CLASSES), exponents[:, None] < 1.0)
    return np.abs(share - limit)
