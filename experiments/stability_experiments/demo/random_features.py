"""Random-feature ridge regression: exact deletion constants for every pair of images."""

from __future__ import annotations

from stability.bounds.analyse import analyse
from stability.conventions import Convention
from stability.estimate.exact.features import RandomFeatures
from stability.estimate.exact.ridge import Ridge
from stability.estimate.statistics.plug_in import plug_in
from stability.estimate.statistics.summary import SummaryAccumulator
from stability.runs.tasks import NamedProgress
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.setup.setup import Exact, Loss, Sample, Setup
from stability_experiments.demo.rows import Row, Split, compared, gap_row

LEARNER = "ridge"
REGULARIZATIONS = (0.03, 0.1)


def random_feature_rows(split: Split, delta: Exact, progress: NamedProgress) -> tuple[Row, ...]:
    """Digit at least 5 or not, squared loss of the prediction cut to [0, 1], keep-1/m."""
    features = RandomFeatures(count=1000, weight_deviation=1.0, bias_limit=1.0, seed=split.seed)
    inside, outside = features(split.train.inputs), features(split.test.inputs)
    targets = (split.train.labels >= 5).astype(float)
    test_targets = (split.test.labels >= 5).astype(float)
    size, rows = len(split.train), []
    for regularization in REGULARIZATIONS:
        fit = Ridge(regularization).fit(inside, targets)
        summary = SummaryAccumulator(size)
        done = 0
        for block in fit.deletions(outside, test_targets, "keep-1/m"):
            summary.add(block.changes, block.diagonal, block.training_maximum)
            done += len(block.indices)
            progress(f"exact deletions, lambda = {regularization:g}", done, size)
        setup = Setup(
            sample=Sample(size),
            loss=Loss(range=1),
            algorithm=EmpiricalRiskMinimizer(strong_convexity=2 * regularization),
        )
        constant = plug_in(summary.finish(), setup, Convention.KEEP)
        analysis = analyse(setup, delta, measured=[constant])
        losses = fit.losses(outside, test_targets), fit.losses(inside, targets)
        setting = f"lambda {regularization:g}"
        rows.append(gap_row(LEARNER, setting, *losses, 1.0))
        rows.extend(compared(LEARNER, setting, analysis))
    return tuple(rows)
