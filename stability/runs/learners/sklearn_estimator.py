"""Any scikit-learn estimator, fitted again without each deleted example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

from stability.conventions import Convention
from stability.datasets.own.frame_data import FrameData
from stability.errors import SetupError, did_you_mean
from stability.runs.data import Parts
from stability.runs.learners.estimator_making import OwnEstimator, OwnLoss
from stability.runs.learners.learner import Job, Learner, Measured, own_refused
from stability.runs.learners.own_kernel import names_own_kernel as names_own
from stability.runs.learners.own_network import OwnNetwork
from stability.runs.scaling import SCALERS, TOLD
from stability.runs.study.study import Study
from stability.setup.algorithm import Algorithm
from stability.setup.fields import FLAG, WORD, Allowed, at_least, one_of, quantity
from stability.training.settings import TrainingSettings

NAMED_LOSSES = ("log-loss", "squared", "absolute", "zero-one", "hinge")

OTHER_NAMES = {
    **dict.fromkeys(("mae", "l1", "mean_absolute_error", "absolute_error"), "absolute"),
    **dict.fromkeys(("mse", "l2", "mean_squared_error", "squared_error"), "squared"),
    **dict.fromkeys(("log_loss", "logloss", "cross-entropy", "cross_entropy"), "log-loss"),
    **dict.fromkeys(("accuracy", "0-1", "error"), "zero-one"),
}
"""What these losses are called elsewhere."""


def which_loss(word: str) -> str:
    """Which loss is meant by a word that is none, as a question; "" if none is like it.

    >>> which_loss("MAE"), which_loss("abolute")
    ("Did you mean 'absolute'?", "Did you mean 'absolute'?")
    """
    known = OTHER_NAMES.get(word.lower())
    return did_you_mean(word, NAMED_LOSSES) if known is None else f"Did you mean {known!r}?"


class Parameters(Allowed):
    """A table of parameters; stored as pairs, numbers as the floats and whole numbers they are."""

    def convert(self, value: Any) -> tuple[tuple[str, Any], ...]:
        """The pairs; TypeError for anything that is no table."""
        if isinstance(value, tuple):
            value = dict(value)
        if not isinstance(value, Mapping):
            raise TypeError("not a table")
        return tuple((str(key), _plain(entry)) for key, entry in value.items())

    def read(self, where: str, value: Any) -> Any:
        """What a file says."""
        return value


def _plain(value: Any) -> Any:
    """A value of a file as scikit-learn takes it."""
    if isinstance(value, (bool, int, str, float)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return tuple(map(_plain, value))
    if isinstance(value, Mapping):
        raise TypeError("a table inside a table")
    return float(value)


@dataclass(frozen=True)
class EstimatorFit(Algorithm):
    """The fit of an estimator, of which no theorem on stability speaks."""

    title: ClassVar[str] = "fit of a scikit-learn estimator"


@dataclass(frozen=True, kw_only=True)
class SklearnEstimator(Learner):
    """Any estimator of scikit-learn, or one of its kind."""

    kind: ClassVar[str] = "sklearn"
    title: ClassVar[str] = "scikit-learn estimator"
    conventions: ClassVar[tuple[Convention, ...]] = (Convention.RETRAIN,)
    packages: ClassVar[tuple[str, ...]] = ("scikit-learn", "scipy")
    of_targets: ClassVar[bool] = True
    weighs: ClassVar[bool] = True
    scales_itself: ClassVar[bool] = True
    takes_frames: ClassVar[bool] = True

    estimator: str = quantity(
        WORD,
        "the class of scikit-learn, or FILE.py:FUNCTION, a function that gives an estimator or "
        "pipeline",
        example='"sklearn.linear_model.LogisticRegression"',
    )
    parameters: tuple[tuple[str, Any], ...] = quantity(
        Parameters("a table of parameters, such as { C = 1.0 }"),
        "its parameters; those not given are those of scikit-learn",
        default=(),
        example="{ C = 1.0 }",
        shown=True,
    )
    loss: str | None = quantity(
        WORD,
        "what is measured at each example: " + ", ".join(map(repr, NAMED_LOSSES)) + ", or "
        "FILE.py:FUNCTION; if not given log-loss for classes (zero-one without probabilities), "
        "squared for targets",
        default=None,
        example='"log-loss"',
    )
    scaling: str = quantity(
        one_of("none", *SCALERS),
        "what is done to the inputs first",
        default="none",
        example='"standardise"',
        shown=True,
    )
    refit_scaling: bool = quantity(
        FLAG,
        "whether the scaling is fitted again without the deleted example, as it is part of the "
        "training; false: it is fitted once, to all training examples, and no deletion changes it",
        default=True,
        example="true",
    )
    seed: int = quantity(
        at_least(0),
        "the random state of whatever in it is left to chance",
        default=0,
        example="0",
    )

    @property
    def own_estimator(self) -> OwnEstimator | None:
        """The function of the user's own that makes the estimator, if there is one."""
        return None

    @property
    def own_loss(self) -> OwnLoss | None:
        """The loss of the user's own, if there is one."""
        return None

    @property
    def objective(self) -> str:
        """What is fitted, by the name that the run file gives."""
        given = ", ".join(f"{key}={value!r}" for key, value in self.parameters)
        return self.objective_of(f"{self.estimator}({given}) minimises")

    def objective_of(self, model: str) -> str:
        """What is minimised, with what was done to the inputs; `model`: what does so, in words."""
        scaled = TOLD.get(self.scaling, "the inputs as they are")
        again = "; the scaling is fitted again without the deleted example"
        once = "; the scaling is fitted once to all training examples, no deletion changes it"
        refitted = "" if self.scaling == "none" else again if self.refit_scaling else once
        return f"what {model}; it is fitted to {scaled}{refitted}"

    def given(
        self,
        own: OwnNetwork | None,
        beside: Path | None = None,
        training: TrainingSettings | None = None,
    ) -> SklearnEstimator:
        """This learner with the functions of the user's own that the run file names, if any."""
        if own is not None:
            raise own_refused(self.kind)
        estimator = loss = None
        if names_own(self.estimator):
            estimator = OwnEstimator.read(self.estimator, beside)
        if self.loss is not None and names_own(self.loss):
            loss = OwnLoss.read(self.loss, beside)
        elif self.loss is not None and self.loss not in NAMED_LOSSES:
            raise SetupError(
                where="model.loss",
                found=self.loss,
                allowed=", ".join(map(repr, NAMED_LOSSES)) + ", or FILE.py:FUNCTION",
                remedy=which_loss(self.loss),
            )
        if estimator is None and loss is None:
            return self
        keys = {item.name: getattr(self, item.name) for item in fields(self)}
        return WithOwnCode(**keys, made_by=estimator, measured_by=loss)

    def check_data(self, parts: Parts) -> None:
        """Raise SetupError for a scaling of columns that are no numbers."""
        super().check_data(parts)
        found = parts.train.first_text if isinstance(parts.train, FrameData) else None
        if found is not None and self.scaling != "none":
            raise SetupError(
                where="model.scaling",
                found=f"{self.scaling!r}, for a table whose column {found[0]!r} holds "
                f"{found[1][:40]!r} in row {found[2]}",
                allowed="'none' for columns of texts, categories or dates",
                remedy="Scale the columns of numbers inside the pipeline, such as with a "
                "StandardScaler in a ColumnTransformer.",
            )

    def record(self) -> Mapping[str, Any]:
        """Its section as plain values."""
        return {**super().record(), "parameters": dict(self.parameters)}

    def make(self) -> Any:
        """The unfitted estimator. Raises SetupError."""
        from stability.runs.learners.estimator_making import make_estimator

        scaler = self.scaling if self.scaling != "none" and self.refit_scaling else None
        return make_estimator(
            self.estimator, self.own_estimator, dict(self.parameters), self.seed, scaler
        )

    def measure(self, job: Job) -> Measured:
        """Fit twice to everything, then without each deleted example.

        Raises SetupError for what cannot be fitted or does not repeat, RunError as `run_tasks`.
        """
        from stability.runs.learners.refitting import measure_estimator

        return measure_estimator(job, self)

    def algorithm(self, study: Study[Any]) -> Algorithm:
        """What is trained, for which setups have no words."""
        return EstimatorFit()

    def require_same_code(self) -> None:
        """Raise RunError if files of the user's own changed: here there are none."""


@dataclass(frozen=True, kw_only=True)
class WithOwnCode(SklearnEstimator):
    """An estimator with functions that files of the user's own hold."""

    made_by: OwnEstimator | None
    measured_by: OwnLoss | None

    @property
    def own_estimator(self) -> OwnEstimator | None:
        """The function that makes the estimator."""
        return self.made_by

    @property
    def own_loss(self) -> OwnLoss | None:
        """The loss."""
        return self.measured_by

    def given(
        self,
        own: OwnNetwork | None,
        beside: Path | None = None,
        training: TrainingSettings | None = None,
    ) -> WithOwnCode:
        """This learner, which has its functions."""
        return self

    def record(self) -> Mapping[str, Any]:
        """Its section, with the digests of files in place of where they lie."""
        found = {k: v for k, v in super().record().items() if k not in ("made_by", "measured_by")}
        for name, own in (("estimator", self.made_by), ("loss", self.measured_by)):
            if own is not None:
                found[name] = f"{own.path.name}:{own.function}"
                found |= {f"{name}_{key}": value for key, value in own.record().items()}
        return found

    def require_same_code(self) -> None:
        """Raise RunError if a file changed since it was read."""
        for own in (self.made_by, self.measured_by):
            if own is not None:
                own.require_unchanged()
