"""A study: data, a learner, what is deleted, and for which bounds. What a run file describes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any

from stability.conventions import Convention
from stability.errors import SetupError
from stability.runs.file.sections import (
    BoundSection,
    DataSection,
    DeletionSection,
    EvaluationSection,
    LogisticSection,
    ModelSection,
    OwnNetworkSection,
)
from stability.training.networks.architecture import Architecture
from stability.training.settings import TrainingSettings

OF_NETWORKS = (Convention.NULL_STEP, Convention.KEEP, Convention.RETRAIN)
OF_RIDGE = (Convention.KEEP, Convention.RETRAIN)
OF_LOGISTIC = (Convention.KEEP,)


@dataclass(frozen=True, kw_only=True)
class Study:
    """Everything that decides what is measured, apart from the contents of the data.

    Exactly one of `network` (with `training`) and `model`. Raises SetupError for sections that do
    not go together.

    >>> from stability.runs.file.sections import RidgeSection
    >>> Study(
    ...     data=DataSection(name="digits", size=1000, target=("1",)),
    ...     model=RidgeSection(regularization="0.1"),
    ... ).convention.value
    'keep-1/m'
    """

    data: DataSection
    network: Architecture | None = None
    model: ModelSection | None = None
    training: TrainingSettings | None = None
    deletion: DeletionSection = field(default_factory=DeletionSection)
    evaluation: EvaluationSection = field(default_factory=EvaluationSection)
    bound: BoundSection = field(default_factory=BoundSection)

    def __post_init__(self) -> None:
        if (self.network is None) == (self.model is None):
            raise SetupError(
                where="[network]",
                found="a section [model] too" if self.network else "neither [network] nor [model]",
                allowed="exactly one of the sections [network] and [model]",
                remedy="Networks are measured by retraining, models by formulas.",
            )
        if (self.network is None) != (self.training is None):
            raise SetupError(
                where="[training]",
                found="no such section" if self.network else "this section beside a model",
                allowed="it with a network, and not with a model, which is fitted exactly",
                remedy="Say step_size, epochs and batch_size." if self.network else "Remove it.",
            )
        self._check_convention()
        self._check_values()

    def _check_convention(self) -> None:
        allowed = OF_NETWORKS
        if self.model is not None:
            allowed = OF_LOGISTIC if isinstance(self.model, LogisticSection) else OF_RIDGE
        if self.deletion.convention is not None and self.deletion.convention not in allowed:
            raise SetupError(
                where="deletion.convention",
                found=self.deletion.convention,
                allowed=f"for {self.learner.kind!r} " + " or ".join(repr(str(c)) for c in allowed),
            )

    def _check_values(self) -> None:
        if self.squares and self.data.target is None:
            raise SetupError(
                where="data.target",
                found="nothing (this model needs it)",
                allowed='a list of names of classes, such as ["5", "6", "7", "8", "9"]',
                remedy="These classes then count as 1 and the others as 0.",
            )
        if self.squares and self.bound.range not in (None, 1):
            raise SetupError(
                where="bound.range",
                found=self.bound.range,
                allowed="1 for this model: predictions are cut to [0, 1], and so is their square",
                remedy="Remove it.",
            )
        if self.deletion.indices is not None and max(self.deletion.indices) >= self.data.size:
            raise SetupError(
                where="deletion.indices",
                found=max(self.deletion.indices),
                allowed=f"positions from 0 to {self.data.size - 1}",
                remedy="Count from the start of the training examples.",
            )
        if self.deletion.count is not None and self.deletion.count > self.data.size:
            raise SetupError(
                where="deletion.count",
                found=self.deletion.count,
                allowed=f"at most data.size = {self.data.size}",
            )

    @property
    def learner(self) -> Architecture | ModelSection:
        """The network or the model."""
        found = self.network or self.model
        assert found is not None
        return found

    @property
    def squares(self) -> bool:
        """Whether it is a ridge model, whose loss is a square in [0, 1]."""
        return self.model is not None and not isinstance(self.model, LogisticSection)

    @property
    def convention(self) -> Convention:
        """What deletion means."""
        if self.deletion.convention is not None:
            return Convention(self.deletion.convention)
        return Convention.NULL_STEP if self.network is not None else Convention.KEEP

    @property
    def own_network(self) -> bool:
        """Whether the network is to be given at the command line."""
        return isinstance(self.network, OwnNetworkSection)

    def record(self) -> dict[str, dict[str, Any]]:
        """The study as plain values, section by section, as in a run file."""
        return {
            item.name: _plain(getattr(self, item.name))
            for item in fields(self)
            if getattr(self, item.name) is not None
        }


def _plain(section: Any) -> dict[str, Any]:
    kind: Mapping[str, Any] = {"kind": section.kind} if hasattr(section, "kind") else {}
    values = {item.name: getattr(section, item.name) for item in fields(section)}
    return {**kind, **{n: _number(v) for n, v in values.items() if v is not None}}


def _number(value: Any) -> Any:
    if isinstance(value, Fraction):
        return float(value)
    return list(value) if isinstance(value, tuple) else value
