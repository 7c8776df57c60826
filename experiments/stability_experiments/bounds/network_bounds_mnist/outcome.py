"""Plug-in bounds of one retrained network, beside its measured gap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from stability.conventions import Convention
from stability.estimate.statistics.plug_in import plug_in_analysis
from stability.estimate.statistics.summary import ElasticSummary, summarise
from stability.report.compared import compared_bounds
from stability.setup.algorithms import StochasticGradientDescent
from stability.theorems.kinds.bound import Bound
from stability_experiments.bounds.network_bounds_mnist.settings import Setting
from stability_experiments.common.retraining import Retraining, signal_rows
from stability_experiments.framework.result import Row

DELTA = Fraction(1, 20)
LOSS_RANGE = Fraction("2.302585092994046")
"""log 10, rounded up: the loss of a uniform guess, at which the loss is cut."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """One setting: what retraining measured, and the plug-in bounds that follow."""

    setting: Setting
    retraining: Retraining

    @cached_property
    def summary(self) -> ElasticSummary:
        """B, U, B1 and D of the deletions; U covers every training and test image."""
        return summarise([self.retraining.deletions], self.setting.size)

    @cached_property
    def bounds(self) -> dict[str, Bound]:
        """By the names of `stability.report.compared`; every one is an estimate."""
        recipe = self.retraining.recipe
        analysis = plug_in_analysis(
            self.summary,
            StochasticGradientDescent(
                step_size=recipe.step_size, epochs=recipe.epochs, batch_size=recipe.batch_size
            ),
            Convention.NULL_STEP,
            loss_range=LOSS_RANGE,
            delta=DELTA,
        )
        return dict(compared_bounds(analysis))

    @property
    def gap(self) -> float:
        """Mean test loss minus mean training loss."""
        found = self.retraining.deletions
        return float(found.base_test.mean() - found.base_training.mean())

    @property
    def spread(self) -> float:
        """U over B: how much an average over test images is smaller than the largest change."""
        return self.summary.U / self.summary.B

    @property
    def placebo_constant(self) -> float:
        """What B would be if runs of the small placebo were deletions."""
        return self.setting.size * float(np.abs(self.retraining.placebo.changes).mean(axis=1).max())

    @property
    def elasticity(self) -> float:
        """The mean cell on the diagonal of the class map over the mean cell beside it."""
        return self.retraining.signal.deletions.diagonal_ratio

    def rows(self) -> Iterator[Row]:
        """Gap, accuracy, bounds, constants, and how far the deletions stand out."""
        one, losses = self.retraining, self.retraining.deletions.base_test
        yield Row(
            name=f"gap, {self.setting}",
            computed=self.gap,
            standard_error=float(losses.std(ddof=1) / np.sqrt(len(losses))),
            note=f"accuracy {one.accuracy:.3f}; {one.recipe_note}",
        )
        for name, bound in self.bounds.items():
            yield Row(
                name=f"{name} estimate, {self.setting}",
                computed=bound.value,
                note=", ".join((*bound.labels.words, bound.labels.losses))
                + "; promises nothing"
                + ("; vacuous" if bound.vacuous else ""),
            )
        found = self.summary
        yield Row(
            name=f"U over B, {self.setting}",
            computed=self.spread,
            note=f"B {found.B:.3g}, U {found.U:.3g}, B1 {found.B1:.3g}, D {found.D:.3g}; the "
            f"placebo alone would give B {self.placebo_constant:.2g}",
        )
        yield Row(
            name=f"same class over other classes, {self.setting}",
            computed=self.elasticity,
            note="mean |change| by a deletion, at test images",
        )
        yield from signal_rows(str(self.setting), one.signal, one.pushed)
