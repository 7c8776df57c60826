"""The rows of `le-sde-geomnist`: numbers at the end beside those of the paper, and the law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from stability_experiments.common.contrast_growth import FROM, TO, growth_rate
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.strength_curves import ESTIMATORS
from stability_experiments.common.strength_rows import (
    growth_row,
    level_rows,
    prediction_rows,
    start_row,
    tail_row,
    total_rows,
)
from stability_experiments.dynamics.le_sde_geomnist import reference
from stability_experiments.dynamics.le_sde_geomnist.courses import Seen, told
from stability_experiments.framework.result import Row

FAST = "at the faster step size of this preset"


def rows(seen: Mapping[float, Seen]) -> Iterator[Row]:
    """All rows."""
    for one in seen.values():
        yield from _validated(one)
    yield from _law(seen)
    yield from growth_row(seen[0.0].true, told(0.0))
    for share, one in seen.items():
        words, figure = told(share), reference.SOURCE.format(4)
        for estimator in ESTIMATORS:
            known = reference.TOTALS.get(estimator) if share == 0.0 else None
            near = None if known is None else reference.NEAR["total"]
            source = None if known is None else reference.SOURCE.format(3)
            yield from total_rows(one.used, estimator, words, known, near, source)
        levels = reference.LEVEL_INTRA[share], reference.LEVEL_INTER[share]
        yield from level_rows(one.used, words, levels, reference.NEAR["level"], figure)
    yield tail_row(seen[0.0].used, told(0.0))
    yield from _from_true_classes(seen)
    yield start_row(seen[0.0].used, told(0.0))
    for share, one in seen.items():
        if reference.law(share) > 0.1:
            yield from prediction_rows(one.used, told(share))


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
