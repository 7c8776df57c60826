"""The claims of `lantk-kernel-drift`, each decided by the measured numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stability_experiments.framework.result import Claim
from stability_experiments.kernels.lantk_kernel_drift.courses import Courses

SMOOTH = ("softplus", "erf")


def claims(courses: Mapping[str, Courses]) -> tuple[Claim, ...]:
    """What has to show, and whether it does."""
    smooth = [courses[name] for name in SMOOTH]
    relu = courses["relu"]
    return (
        Claim(
            claim="softplus and erf: the kernel moves in proportion to about 1/width (exponent "
            "-1.3 to -0.7), train-train and test-train, every time",
            holds=all(
                -1.3 <= c.exponent(t, 0, block) <= -0.7
                for c in smooth for t in c.times for block in (0, 1)
            ),
        ),
        Claim(
            claim="softplus and erf: what the prediction of order 2 misses falls clearly faster "
            "(exponent at most -1.3; in theory -2), train-train and test-train, every time",
            holds=all(
                c.exponent(t, 2, block) <= -1.3
                for c in smooth for t in c.times for block in (0, 1)
            ),
        ),
        Claim(
            claim="softplus and erf, largest width: order 2 misses at most a tenth of the motion, "
            "train-train and test-train, every time, geometric means over seeds",
            holds=all(
                bool(np.all(c.middle(2, block)[-1] <= 0.1 * c.middle(0, block)[-1]))
                for c in smooth for block in (0, 1)
            ),
        ),
        Claim(
            claim="softplus and erf: K3 alone does not do it; order 1 misses in proportion to "
            "about 1/width (exponent at least -1.3), last time",
            holds=all(c.exponent(c.times[-1], 1) >= -1.3 for c in smooth),
        ),
        Claim(
            claim="ReLU: the kernel moves less slowly with the width (exponent above -0.8), "
            "train-train, first time",
            holds=relu.exponent(relu.times[0], 0) > -0.8,
        ),
        Claim(
            claim="ReLU, largest width: without delta functions order 2 misses more than a third "
            "of the motion, train-train, every time",
            holds=bool(np.all(relu.middle(2)[-1] > relu.middle(0)[-1] / 3)),
        ),
    )  # fmt: skip
