"""Learners that are objects of the caller's, not sections of a run file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from stability.conventions import Convention
from stability.errors import SetupError
from stability.own_code import called
from stability.runs.learners.learner import Job, Learner, Measured
from stability.runs.learners.network_training import algorithm_of
from stability.runs.learners.sklearn_estimator import SklearnEstimator
from stability.runs.study.study import Study
from stability.setup.algorithm import Algorithm
from stability.setup.plain import plain_fields

if TYPE_CHECKING:
    from stability.training.recipe import Recipe


@dataclass(frozen=True, eq=False)
class GivenLoss:
    """A loss that is a function (fitted estimator, inputs, truth) of the caller's."""

    function: Callable[..., Any]

    def called(self, *arguments: Any, allowed: str) -> Any:
        """The losses of some examples. Raises OwnCodeError for what the function raises."""
        return called("loss", self.function, *arguments, allowed=allowed)

    def require_unchanged(self) -> None:
        """A function in memory does not change."""


@dataclass(frozen=True, kw_only=True, eq=False)
class GivenEstimator(SklearnEstimator):
    """An estimator of scikit-learn's kind, not fitted: it is copied for every fit."""

    in_memory: ClassVar[bool] = True

    model: Any = field(repr=False)
    measured_by: GivenLoss | None = None

    @property
    def own_loss(self) -> Any:
        """The loss of the caller's, if there is one."""
        return self.measured_by

    def make(self) -> Any:
        """A copy, seeded and after its scaler. Raises SetupError."""
        from sklearn.base import clone

        from stability.runs.learners.estimator_making import prepared

        try:
            copy = clone(self.model)
        except TypeError:
            raise SetupError(
                where="model",
                found=f"a {type(self.model).__name__}, which scikit-learn cannot copy",
                allowed="an estimator with get_params, a Recipe, or a function of the indices to "
                "train on",
            ) from None
        scaler = self.scaling if self.scaling != "none" and self.refit_scaling else None
        return prepared(copy, self.estimator, {}, self.seed, scaler)

    def record(self) -> Mapping[str, Any]:
        """What decides the numbers: the class, every parameter, scaling, loss."""
        parameters = self.model.get_params(deep=True)
        return {
            "kind": self.kind,
            "estimator": self.estimator,
            "parameters": {key: _told(value) for key, value in sorted(parameters.items())},
            "loss": self.loss,
            "scaling": self.scaling,
            "refit_scaling": self.refit_scaling,
            "seed": self.seed,
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class GivenRecipe(Learner):
    """A network and how it is trained."""

    in_memory: ClassVar[bool] = True
    section: ClassVar[str] = "network"
    kind: ClassVar[str] = "recipe"
    title: ClassVar[str] = "network of the caller's"
    conventions: ClassVar[tuple[Convention, ...]] = (
        *(Convention.NULL_STEP, Convention.KEEP, Convention.RETRAIN),
    )
    packages: ClassVar[tuple[str, ...]] = ("torch",)

    of_targets: ClassVar[bool] = True
    weighs: ClassVar[bool] = True
    rescales: ClassVar[bool] = True

    recipe: Recipe = field(repr=False)

    def record(self) -> Mapping[str, Any]:
        """The recipe as plain values; a network that is a function by its name."""
        found = plain_fields(self.recipe, floats=True)
        told = {name: _told(getattr(self.recipe, name)) for name in ("network", "loss")}
        return {**found, "kind": self.kind, **told}

    def require_same_code(self) -> None:
        """Code in memory does not change."""

    def measure(self, job: Job) -> Measured:
        """Train on everything, twice; then without each example; then the placebos."""
        from stability.runs.learners.retraining import measure_network

        return measure_network(job, lambda: self.recipe)

    def algorithm(self, study: Study[Any]) -> Algorithm:
        """What is run, in the words of setups as far as they have some."""
        return algorithm_of(self.recipe, study.data.weighted)


def _told(value: Any) -> Any:
    """A value for JSON: numbers, texts and truth values as they are, others by their words."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return getattr(value, "__qualname__", None) or repr(value)
