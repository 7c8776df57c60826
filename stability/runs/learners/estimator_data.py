"""Examples as an estimator sees them, its fits to them, and its losses at them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from stability.datasets import Dataset
from stability.datasets.own.frame_data import FrameData, as_learned
from stability.errors import DataError, SetupError, told
from stability.estimate.retraining.estimator_losses import (
    CLASSIFIER_LOSSES,
    REGRESSOR_LOSSES,
    EstimatorLoss,
)
from stability.runs.class_weights import balanced
from stability.runs.learners.estimator_making import reseed
from stability.runs.learners.learner import Floats
from stability.runs.scaling import SCALERS


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

    def objective_of(self, model: str) -> str:
        """What is minimised, with the name of the estimator that is fitted."""
        ...

    def require_same_code(self) -> None:
        """Raise RunError if files of the user's own changed."""
        ...


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted estimator, and whether its fit stopped before it was done."""

    model: Any
    unfinished: bool


class EstimatorData:
    """The examples as the estimator sees them; `balanced`: their weights balance the classes."""

    def __init__(
        self, learner: FittedAgain, train: Dataset, test: Dataset, *, balanced: bool
    ) -> None:
        self.learner, self.train, self.test, self.balanced = learner, train, test, balanced
        self.classes = len(train.classes) if train.has_labels else 0
        self.inputs: list[Any] = [as_learned(part) for part in (train, test)]
        if learner.scaling != "none" and not learner.refit_scaling:
            from sklearn import preprocessing

            scaler = getattr(preprocessing, SCALERS[learner.scaling])().fit(self.inputs[0])
            self.inputs = [scaler.transform(part) for part in self.inputs]
        self.truth = [
            np.asarray(part.labels if part.has_labels else part.targets) for part in (train, test)
        ]

    def fitted(self, deleted: int | None, random_state: int | None = None) -> Fit:
        """A new estimator, fitted to everything or to all but one, by chance of its own or of
        another `random_state`. Raises SetupError.
        """
        from sklearn.exceptions import ConvergenceWarning

        inputs, truth = self.inputs[0], self.truth[0]
        if deleted is not None:
            inputs, truth = _without(inputs, deleted), np.delete(truth, deleted)
        model = self.learner.make()
        if random_state is not None:
            reseed(model, random_state)
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
                    remedy=_texts(self.train),
                ) from None
        return Fit(model, any(issubclass(w.category, ConvergenceWarning) for w in caught))

    def _weights(self, model: Any, deleted: int | None) -> dict[str, Floats]:
        """The argument of `fit` that weights the losses of examples, if there are weights."""
        weights = balanced(self.train.labels, deleted) if self.balanced else self.train.weights
        if weights is None:
            return {}
        kept = weights if deleted is None else np.delete(weights, deleted)
        return {weight_argument(model, self.learner.estimator): kept}

    def losses(self, fit: Fit, limit: float) -> tuple[Floats, Floats]:
        """The losses (m,) and (n_test,), cut to [0, limit]."""
        training, test = (
            self._checked(self._each(fit.model, inputs, truth), len(truth), limit)
            for inputs, truth in zip(self.inputs, self.truth, strict=True)
        )
        return training, test

    def _each(self, model: Any, inputs: Any, truth: NDArray[Any]) -> Any:
        own = self.learner.own_loss
        if own is not None:
            return own.called(model, inputs, truth, allowed=f"losses of shape ({len(truth)},)")
        loss = loss_of(self.learner, model, self.classes)
        try:
            return loss.each(model, inputs, truth, self.classes)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise SetupError(
                where="model.estimator",
                found=f"that predicting with it fails: {told(error)}",
                allowed="an estimator that predicts at every training and test example",
                remedy=_texts(self.train),
            ) from None

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

    def right(self, fit: Fit, part: Dataset) -> float:
        """The share of examples whose class is predicted; NaN for real targets."""
        if not self.classes:
            return float("nan")
        place = 0 if part is self.train else 1
        return float((fit.model.predict(self.inputs[place]) == self.truth[place]).mean())


def _without(inputs: Any, deleted: int) -> Any:
    """All rows of a frame or an array but one."""
    if hasattr(inputs, "iloc"):
        return inputs.iloc[np.delete(np.arange(len(inputs)), deleted)]
    return np.delete(inputs, deleted, axis=0)


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


def _texts(part: Dataset) -> str:
    """What may be wrong with columns that are no numbers, if there are any."""
    found = part.first_text if isinstance(part, FrameData) else None
    if found is None:
        return ""
    return (
        f"The column {found[0]!r} holds {found[1][:40]!r} in row {found[2]}: an estimator of "
        "numbers needs a pipeline that encodes such columns, such as OneHotEncoder with "
        "handle_unknown='ignore' in a ColumnTransformer, or the column left out."
    )
