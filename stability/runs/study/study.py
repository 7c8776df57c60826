"""A study: data, a learner, what is deleted, and for which bounds. What a run file describes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from stability.conventions import Convention
from stability.errors import SetupError
from stability.runs.study.data_section import DataSection
from stability.runs.study.learner import LearnerSection
from stability.runs.study.sections import (
    BoundSection,
    DeletionSection,
    ElasticitySection,
    EvaluationSection,
)
from stability.setup.plain import plain_fields
from stability.training.settings import TrainingSettings

L = TypeVar("L", bound=LearnerSection)


@dataclass(frozen=True, kw_only=True)
class Study(Generic[L]):
    """Everything that decides what is measured, apart from the contents of the data.

    `training` belongs to a learner that is trained, and to no other. Raises SetupError for sections
    that do not go together.

    >>> from stability.runs.learners.ridge import Ridge
    >>> Study(
    ...     data=DataSection(name="digits", size=1000, target=("1",)),
    ...     learner=Ridge(regularization="0.1"),
    ... ).convention.value
    'keep-1/m'
    """

    data: DataSection
    learner: L
    training: TrainingSettings | None = None
    deletion: DeletionSection = field(default_factory=DeletionSection)
    evaluation: EvaluationSection = field(default_factory=EvaluationSection)
    bound: BoundSection = field(default_factory=BoundSection)
    elasticity: ElasticitySection = field(default_factory=ElasticitySection)

    def __post_init__(self) -> None:
        trained = self.learner.trained
        if trained != (self.training is not None):
            raise SetupError(
                where="[training]",
                found="no such section" if trained else "this section beside a model",
                allowed="it with a network, and not with a model, which is fitted exactly",
                remedy="Say step_size, epochs and batch_size." if trained else "Remove it.",
            )
        if self.data.size is not None:
            self._check_batches()
        self._check_deletion()
        self._check_scaling()
        self._check_weights()
        self.learner.check(self.data, self.bound)

    def _check_batches(self) -> None:
        """A batch above the sample would be one of all examples: the file is to say so."""
        size, training = self.data.size, self.training
        if training is not None and training.batch_size > size:
            raise SetupError(
                where="training.batch_size",
                found=training.batch_size,
                allowed=f"at most data.size = {size}",
                remedy=f"Write {size} for batches of all training examples.",
            )

    def _check_deletion(self) -> None:
        allowed, deletion, size = self.learner.conventions, self.deletion, self.data.size
        if deletion.convention is not None and deletion.convention not in allowed:
            raise SetupError(
                where="deletion.convention",
                found=deletion.convention,
                allowed=f"for {self.learner.kind!r} " + " or ".join(repr(str(c)) for c in allowed),
            )
        if size is None:
            return
        if deletion.indices is not None and max(deletion.indices) >= size:
            raise SetupError(
                where="deletion.indices",
                found=max(deletion.indices),
                allowed=f"positions from 0 to {size - 1}",
                remedy="Count from the start of the training examples.",
            )
        if deletion.count is not None and deletion.count > size:
            raise SetupError(
                where="deletion.count",
                found=deletion.count,
                allowed=f"at most data.size = {size}",
            )

    def _check_scaling(self) -> None:
        data, learner = self.data, self.learner
        if data.scaling is None:
            return
        if learner.scales_itself:
            raise SetupError(
                where="data.scaling",
                found=data.scaling,
                allowed=f"nothing beside {learner.kind!r}, which has scaling and refit_scaling in "
                "[model]",
            )
        if data.refit_scaling and not (learner.rescales and self.convention is Convention.RETRAIN):
            raise SetupError(
                where="data.refit_scaling",
                found="true",
                allowed="false here: "
                + (
                    "with a null step nothing but a gradient is missing"
                    if learner.rescales
                    else f"{learner.kind!r} has formulas for inputs that stay as they are"
                ),
                remedy='Say convention = "retrain" in [deletion].'
                if learner.rescales
                else 'kind = "sklearn" fits an estimator and its scaling again.',
            )

    def _check_weights(self) -> None:
        """Weights that depend on the deleted example need trainings that do not see it."""
        learner = self.learner
        if not (self.data.balanced and learner.weighs) or self.convention is Convention.RETRAIN:
            return
        raise SetupError(
            where="data.class_weights",
            found='"balanced", for the convention ' + repr(str(self.convention)),
            allowed='"balanced" with convention = "retrain"; with any, a table of numbers',
            remedy="Balanced weights come from the training labels: without one example all of "
            'them are others, and a deletion would not be one missing term. Say convention = "retr'
            'ain" in [deletion], or write the weights down.',
        )

    @property
    def differs(self) -> bool:
        """Whether what a training sees of the other examples depends on the deleted one."""
        return self.rescales or self.data.balanced

    @property
    def rescales(self) -> bool:
        """Whether a scaling is fitted again without each deleted example."""
        said = self.data.refit_scaling
        again = self.learner.rescales and self.convention is Convention.RETRAIN
        return self.data.scaling is not None and (again if said is None else said)

    def sized(self, count: int) -> Study[L]:
        """The same study with the number of training examples. Raises SetupError as it does."""
        return replace(self, data=replace(self.data, size=count))

    @property
    def convention(self) -> Convention:
        """What deletion means."""
        said = self.deletion.convention
        return self.learner.conventions[0] if said is None else Convention(said)

    def record(self) -> dict[str, Mapping[str, Any]]:
        """The study as plain values, section by section, as in a run file."""
        trained = {} if self.training is None else {"training": self.training}
        rest = {"deletion": self.deletion, "evaluation": self.evaluation, "bound": self.bound}
        return {
            "data": plain_fields(self.data, floats=True),
            self.learner.section: self.learner.record(),
            **{n: plain_fields(s, floats=True) for n, s in {**trained, **rest}.items()},
        }
