"""Random-feature ridge regression: exact deletion constants for every pair of images."""

from __future__ import annotations

from stability.conventions import Convention
from stability.estimate.exact.features import RandomFeatures
from stability.estimate.exact.ridge import Ridge
from stability.estimate.statistics.plug_in import plug_in_analysis
from stability.estimate.statistics.summary import SummaryAccumulator
from stability.runs.tasks import NamedProgress
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.setup.setup import Exact
from stability_experiments.demo.numbers import Number, Split, compared, gap

LEARNER = "ridge"
REGULARIZATIONS = (0.03, 0.1)


def random_feature_numbers(
    split: Split, delta: Exact, progress: NamedProgress
) -> tuple[Number, ...]:
    """Digit at least 5 or not, squared loss of the prediction cut to [0, 1], keep-1/m."""
    features = RandomFeatures(count=1000, weight_deviation=1.0, bias_limit=1.0, seed=split.seed)
    inside, outside = features(split.train.inputs), features(split.test.inputs)
    targets = (split.train.labels >= 5).astype(float)
    test_targets = (split.test.labels >= 5).astype(float)
    size, numbers = len(split.train), list[Number]()
    for regularization in REGULARIZATIONS:
        fit = Ridge(regularization).fit(inside, targets)
        summary = SummaryAccumulator(size)
        done = 0
        for block in fit.deletions(outside, test_targets, "keep-1/m"):
            summary.add(block.changes, block.diagonal, block.training_maximum)
            done += len(block.indices)
            progress(f"exact deletions, lambda = {regularization:g}", done, size)
        analysis = plug_in_analysis(
            summary.finish(),
            EmpiricalRiskMinimizer(strong_convexity=2 * regularization),
            Convention.KEEP,
            loss_range=1,
            delta=delta,
        )
        losses = fit.losses(outside, test_targets), fit.losses(inside, targets)
        setting = f"lambda {regularization:g}"
        numbers.append(gap(LEARNER, setting, *losses, 1.0))
        numbers.extend(compared(LEARNER, setting, analysis))
    return tuple(numbers)
