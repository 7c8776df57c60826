"""A scikit-learn estimator fitted to everything, and again without each deleted example."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from stability.datasets import Dataset
from stability.errors import DataError, SetupError, told
from stability.estimate.retraining.estimator_losses import (
    CLASSIFIER_LOSSES,
    REGRESSOR_LOSSES,
    EstimatorLoss,
)
from stability.runs.class_weights import balanced
from stability.runs.data import Parts, Source
from stability.runs.learners.learner import Floats, Job, Measured, check_size, stored_blocks
from stability.runs.marks import NOT_CONVERGED, TESTED_WELL, TRAINED_WELL
from stability.runs.scaling import SCALERS
from stability.runs.tasks import Task

CHUNK = 8
"""Refits that are stored together."""


class FittedAgain(Protocol):
    """What is asked of a learner here: an unfitted estimator, its scaling and its loss."""

    @property
    def estimator(self) -> str:
        """Its name, for messages."""
        ...

    @property
    def loss(self) -> str | None:
        """The name of its loss, None for the usual one."""
        ...

    @property
    def own_loss(self) -> Any:
        """A loss of the user's own, or None."""
        ...

    @property
    def scaling(self) -> str:
        """What is done to the inputs first."""
        ...

    @property
    def refit_scaling(self) -> bool:
        """Whether `make` gives the scaling too, so that it is fitted again each time."""
        ...

    def make(self) -> Any:
        """An unfitted estimator."""
        ...

    def require_same_code(self) -> None:
        """Raise RunError if files of the user's own changed."""
        ...


def measure_estimator(job: Job, learner: FittedAgain) -> Measured:
    """Fit twice to everything, then without each deleted example."""
    parts, deleted = job.parts, job.deleted
    for part in (parts.train, parts.test):
        check_size(part)
    refit = Refit(learner, job.source, parts.fingerprint, _limit(job, learner), parts)
    job.progress("fitting to everything", 0, 1)
    full = job.storage.once("full", refit.twice)
    job.progress("fitting to everything", 1, 1)
    what = f"refitting {len(deleted)} times"
    found = job.storage.many(
        "deletions",
        [Task(f"without example {i}", int(i)) for i in deleted],
        refit if job.storage.alone else refit.elsewhere(),
        chunk=CHUNK,
        progress=lambda done, total: job.progress(what, done, total),
    )
    learner.require_same_code()
    base = full["training"][0], full["test"][0]
    unfinished = float(full["unfinished"][0] + found["unfinished"].sum())
    accuracies = {
        name: float(full[key][0])
        for name, key in ((TRAINED_WELL, "training_right"), (TESTED_WELL, "test_right"))
        if np.isfinite(full[key][0])
    }
    return Measured(
        base_training=base[0],
        base_test=base[1],
        limit=refit.limit,
        deleted=deleted,
        blocks=stored_blocks(found, deleted),
        facts={**accuracies, **({NOT_CONVERGED: unfinished} if unfinished else {})},
        fingerprint=found.fingerprint,
        notes=(*full.set_aside, *found.set_aside),
    )


@dataclass(frozen=True, eq=False)
class Refit:
    """Fits without some examples. Workers get it without `parts` and read the data themselves.

    `limit`: where losses are cut.
    """

    learner: FittedAgain
    source: Source
    fingerprint: str
    limit: float
    parts: Parts | None = None

    def elsewhere(self) -> Refit:
        """The same for another process."""
        return Refit(self.learner, self.source, self.fingerprint, self.limit)

    def twice(self) -> dict[str, Any]:
        """Losses of the fit to everything, which must repeat bit for bit."""
        data = self._data()
        first, second = (data.fitted(None) for _ in range(2))
        found = [data.losses(fit, self.limit) for fit in (first, second)]
        drift = max(float(np.abs(a - b).max()) for a, b in zip(*found, strict=True))
        if drift > 0.0:
            raise SetupError(
                where="model.estimator",
                found=f"two fits to the same examples whose losses differ by up to {drift:.3g}",
                allowed="fits that are the same bit for bit",
                remedy="Fix all that is left to chance in it: random_state, n_jobs = 1.",
            )
        training, test = found[0]
        right = [data.right(first, part) for part in (data.train, data.test)]
        return {
            "training": training,
            "test": test,
            "unfinished": float(first.unfinished),
            "training_right": right[0],
            "test_right": right[1],
        }

    def __call__(self, arguments: list[int]) -> list[dict[str, Any]]:
        """The results of some deletions, in order."""
        data = self._data()
        base = data.losses(data.fitted(None), self.limit)
        return [self._without(data, base, i) for i in arguments]

    def _without(self, data: _Data, base: tuple[Floats, Floats], deleted: int) -> dict[str, Any]:
        fit = data.fitted(deleted)
        training, test = data.losses(fit, self.limit)
        moved = training - base[0]
        return {
            "changes": test - base[1],
            "diagonal": moved[deleted],
            "training_maximum": np.abs(moved).max(),
            "unfinished": float(fit.unfinished),
        }

    def _data(self) -> _Data:
        parts = self.source.load_same(self.fingerprint) if self.parts is None else self.parts
        return _Data(self.learner, *parts.problem, balanced=self.source.data.balanced)


@dataclass(frozen=True, eq=False)
class _Fit:
    """A fitted estimator, and whether its fit stopped before it was done."""

    model: Any
    unfinished: bool


class _Data:
    """The examples as the estimator sees them; `balanced`: their weights balance the classes."""

    def __init__(
        self, learner: FittedAgain, train: Dataset, test: Dataset, *, balanced: bool
    ) -> None:
        self.learner, self.train, self.test, self.balanced = learner, train, test, balanced
        self.classes = len(train.classes) if train.has_labels else 0
        self.inputs = [np.asarray(part.inputs, dtype=np.float64) for part in (train, test)]
        if learner.scaling != "none" and not learner.refit_scaling:
            from sklearn import preprocessing

            scaler = getattr(preprocessing, SCALERS[learner.scaling])().fit(self.inputs[0])
            self.inputs = [scaler.transform(part) for part in self.inputs]
        self.truth = [
            np.asarray(part.labels if part.has_labels else part.targets) for part in (train, test)
        ]

    def fitted(self, deleted: int | None) -> _Fit:
        """A new estimator, fitted to everything or to all but one. Raises SetupError."""
        from sklearn.exceptions import ConvergenceWarning

        inputs, truth = self.inputs[0], self.truth[0]
        if deleted is not None:
            inputs, truth = np.delete(inputs, deleted, axis=0), np.delete(truth, deleted)
        model = self.learner.make()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                model.fit(inputs, truth, **self._weights(model, deleted))
            except (ValueError, TypeError, ArithmeticError, np.linalg.LinAlgError) as error:
                which = "everything" if deleted is None else f"all but example {deleted}"
                raise SetupError(
                    where="model.estimator",
                    found=f"that fitting it to {which} fails: {told(error)}",
                    allowed="an estimator and parameters that fit to these data",
                ) from None
        return _Fit(model, any(issubclass(w.category, ConvergenceWarning) for w in caught))

    def _weights(self, model: Any, deleted: int | None) -> dict[str, Floats]:
        """The argument of `fit` that weights the losses of examples, if there are weights."""
        weights = balanced(self.train.labels, deleted) if self.balanced else self.train.weights
        if weights is None:
            return {}
        kept = weights if deleted is None else np.delete(weights, deleted)
        return {weight_argument(model, self.learner.estimator): kept}

    def losses(self, fit: _Fit, limit: float) -> tuple[Floats, Floats]:
        """The losses (m,) and (n_test,), cut to [0, limit]."""
        training, test = (
            self._checked(self._each(fit.model, inputs, truth), len(truth), limit)
            for inputs, truth in zip(self.inputs, self.truth, strict=True)
        )
        return training, test

    def _each(self, model: Any, inputs: Floats, truth: NDArray[Any]) -> Any:
        own = self.learner.own_loss
        if own is not None:
            return own.called(model, inputs, truth, allowed=f"losses of shape ({len(truth)},)")
        return loss_of(self.learner, model, self.classes).each(model, inputs, truth, self.classes)

    def _checked(self, losses: Any, count: int, limit: float) -> Floats:
        found = np.asarray(losses, dtype=np.float64)
        if found.shape != (count,) or np.isnan(found).any() or found.min(initial=0.0) < 0.0:
            raise DataError(
                where="model.loss",
                found=f"losses of shape {found.shape}"
                + ("" if found.shape != (count,) else ", one of them negative or no number"),
                allowed=f"a loss of at least 0 for each example, ({count},)",
            )
        return np.minimum(found, limit)

    def right(self, fit: _Fit, part: Dataset) -> float:
        """The share of examples whose class is predicted; NaN for real targets."""
        if not self.classes:
            return float("nan")
        place = 0 if part is self.train else 1
        return float((fit.model.predict(self.inputs[place]) == self.truth[place]).mean())


def weight_argument(model: Any, name: str) -> str:
    """What `fit` calls the weights of examples: of a pipeline those of its last step.

    Raises SetupError for an estimator that takes none.

    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.pipeline import make_pipeline
    >>> weight_argument(make_pipeline(Ridge()), "ridge")
    'ridge__sample_weight'
    """
    from sklearn.pipeline import Pipeline
    from sklearn.utils.validation import has_fit_parameter

    steps = ""
    while isinstance(model, Pipeline):
        step, model = model.steps[-1]
        steps += f"{step}__"
    if not has_fit_parameter(model, "sample_weight"):
        raise SetupError(
            where="model.estimator",
            found=f"{name}, whose fit takes no weights of examples",
            allowed="an estimator with fit(X, y, sample_weight)",
            remedy="Leave the weights out, or take another estimator.",
        )
    return f"{steps}sample_weight"


def loss_of(learner: FittedAgain, model: Any, classes: int) -> EstimatorLoss:
    """The loss that a learner names, or the usual one of an estimator. Raises SetupError."""
    from sklearn.base import is_classifier, is_regressor

    if is_regressor(model) if classes else is_classifier(model):
        raise SetupError(
            where="model.estimator",
            found=f"{learner.estimator}, for {'classes' if classes else 'real targets'}",
            allowed="a classifier" if classes else "a regressor",
            remedy="In [data], labels = ... names a column of classes, targets = ... one of real "
            "numbers.",
        )
    known = CLASSIFIER_LOSSES if classes else REGRESSOR_LOSSES
    if learner.loss is None:
        return next(one for one in known.values() if hasattr(model, one.needs))
    loss = known.get(learner.loss)
    kind = "classes" if classes else "real targets"
    if loss is None:
        raise SetupError(
            where="model.loss",
            found=f"{learner.loss!r} for data with {kind}",
            allowed=", ".join(map(repr, known)),
        )
    if not hasattr(model, loss.needs):
        raise SetupError(
            where="model.loss",
            found=f"{loss.name!r}, and an estimator without {loss.needs}",
            allowed=", ".join(repr(n) for n, one in known.items() if hasattr(model, one.needs)),
        )
    return loss


def _limit(job: Job, learner: FittedAgain) -> float:
    """Where losses are cut: what [bound] says, or what the loss and the targets say."""
    given, parts = job.study.bound.range, job.parts
    if given is not None:
        return float(given)
    train = parts.problem[0]
    classes = len(train.classes) if train.has_labels else 0
    if learner.own_loss is None:
        loss = loss_of(learner, learner.make(), classes)
        natural = loss.natural_range(classes)
        if natural is not None:
            return natural
        if not classes and parts.target_range is not None:
            width = parts.target_range[1] - parts.target_range[0]
            return width**2 if loss.name == "squared" else width
    raise SetupError(
        where="bound.range",
        found="nothing, for a loss without a largest value",
        allowed="a number: losses above it are cut to it",
        remedy="Choose one that few losses reach"
        + ("." if classes else ", or say data.target_range, between which targets lie."),
    )
