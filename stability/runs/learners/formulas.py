"""Models fitted to squares, with exact formulas for the changes that every deletion makes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from stability.conventions import Convention
from stability.datasets import Dataset
from stability.errors import SetupError
from stability.estimate.statistics.summary import DeletionBlock
from stability.runs.data import Parts
from stability.runs.learners.learner import ROWS, Floats, Job, Learner, Measured, check_size
from stability.runs.study.data_section import DataSection
from stability.runs.study.sections import BoundSection
from stability.runs.study.study import Study
from stability.setup.algorithms import Algorithm, EmpiricalRiskMinimizer
from stability.setup.fields import POSITIVE, Number, quantity


def told(number: Any) -> str:
    """A number of a run file in the words of an objective."""
    return f"{float(number):.12g}"


class Fit(Protocol):
    """A fitted model that knows how every deletion changes it."""

    @property
    def condition_number(self) -> float:
        """The condition number of the system that was solved."""
        ...

    def losses(self, inputs: Floats, targets: Floats, /) -> Floats:
        """The loss at each example."""
        ...

    def deletions(
        self, inputs: Floats, targets: Floats, convention: Any, deleted: Any, rows: int, /
    ) -> Iterator[DeletionBlock]:
        """The changes of the loss by each deletion, in blocks of rows."""
        ...


@dataclass(frozen=True, kw_only=True)
class SquaresModel(Learner):
    """Base of the models that fit numbers in [0, 1] with mean square + lambda |w|^2.

    They are 1 for some classes and 0 for others, or real targets of a declared range, moved and
    divided so that it becomes [0, 1]. Predictions are cut to it, and so the loss lies there too.
    """

    conventions: ClassVar[tuple[Convention, ...]] = (Convention.KEEP, Convention.RETRAIN)
    shown: ClassVar[frozenset[str]] = frozenset({"target"})
    uses_workers: ClassVar[bool] = False
    of_targets: ClassVar[bool] = True
    regularization: Number = quantity(
        POSITIVE, "lambda, the weight of the regulariser", example="0.1"
    )

    @property
    @abstractmethod
    def objective(self) -> str:
        """What is minimised."""

    @abstractmethod
    def inputs(self, part: Dataset) -> Floats:
        """What is fitted to: an array (n, p)."""

    @abstractmethod
    def fit(self, inputs: Floats, targets: Floats) -> Fit:
        """The minimiser. Raises SetupError for a regularization that is too small."""

    def check(self, data: DataSection, bound: BoundSection) -> None:
        """Raise SetupError if nothing says what is 1 and what is 0, or for another range."""
        if data.target is None and data.target_range is None:
            real = data.targets is not None
            raise SetupError(
                where="data.target_range" if real else "data.target",
                found="nothing (this model needs it)",
                allowed="two numbers between which every target lies"
                if real
                else 'a list of names of classes, such as ["5", "6", "7", "8", "9"]',
                remedy="Targets are moved and divided so that this range becomes [0, 1]."
                if real
                else "These classes then count as 1 and the others as 0. For real targets say "
                "target_range.",
            )
        if bound.range not in (None, 1):
            raise SetupError(
                where="bound.range",
                found=bound.range,
                allowed="1 for this model: predictions are cut to [0, 1], and so is their square",
                remedy="Remove it.",
            )

    def check_data(self, parts: Parts) -> None:
        """Raise SetupError for classes without `target`, and targets without `target_range`."""
        super().check_data(parts)
        if parts.train.has_labels and parts.target is None:
            raise SetupError(
                where="data.target",
                found="nothing, for data with classes",
                allowed="names of classes: " + ", ".join(parts.train.classes[:20]),
            )
        if not parts.train.has_labels and parts.target_range is None:
            raise SetupError(
                where="data.target_range",
                found="nothing, for data with real targets",
                allowed="two numbers between which every target lies",
            )

    def measure(self, job: Job) -> Measured:
        """Fit to everything; the blocks are computed as they are asked for."""
        parts = job.parts
        for part in (parts.train, parts.test):
            check_size(part)
        inside, outside = self.inputs(parts.train), self.inputs(parts.test)
        targets, test_targets = parts.ones(parts.train), parts.ones(parts.test)
        fit = self.fit(inside, targets)
        convention = "retrain" if job.study.convention is Convention.RETRAIN else "keep-1/m"
        return Measured(
            base_training=fit.losses(inside, targets),
            base_test=fit.losses(outside, test_targets),
            limit=1.0,
            deleted=job.deleted,
            blocks=fit.deletions(outside, test_targets, convention, job.deleted, ROWS),
            # LAPACK estimates it, and its last digits depend on where arrays lie in memory.
            facts={"condition number": float(f"{fit.condition_number:.6g}")},
        )

    def algorithm(self, study: Study[Any]) -> Algorithm:
        """lambda |w|^2 is 2 lambda-strongly convex."""
        return EmpiricalRiskMinimizer(strong_convexity=2 * self.regularization)
