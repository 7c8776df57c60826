"""From what a run file says to an unfitted scikit-learn estimator, seeded and scaled."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from stability.errors import SetupError, did_you_mean, told
from stability.runs.learners.own_function import OwnFunction
from stability.runs.scaling import SCALERS

ALLOWED = "the name of an estimator, such as 'sklearn.linear_model.LogisticRegression'"


@dataclass(frozen=True)
class OwnEstimator(OwnFunction):
    """A function without arguments that gives an unfitted estimator."""

    place: ClassVar[str] = "model.estimator"
    allowed: ClassVar[str] = (
        "FILE.py:FUNCTION, a function without arguments that gives an estimator of scikit-learn's "
        "kind, not fitted"
    )
    module: ClassVar[str] = "estimator_of_the_user"


@dataclass(frozen=True)
class OwnLoss(OwnFunction):
    """A function (fitted estimator, inputs, truth) that gives a loss for each example."""

    place: ClassVar[str] = "model.loss"
    allowed: ClassVar[str] = (
        "FILE.py:FUNCTION, a function from a fitted estimator, inputs (n, d) and classes or "
        "targets (n,) to losses (n,)"
    )
    module: ClassVar[str] = "loss_of_the_user"


def make_estimator(
    name: str,
    own: OwnEstimator | None,
    parameters: Mapping[str, Any],
    seed: int,
    scaler: str | None,
) -> Any:
    """An unfitted estimator with its parameters, every chance in it seeded, after its scaler.

    `scaler` is one of `SCALERS`, or None. Raises SetupError for a name that is no estimator,
    parameters that it does not have, and chance that cannot be seeded.
    """
    found = own.called(allowed=OwnEstimator.allowed) if own is not None else _named(name)
    return prepared(found, name, parameters, seed, scaler)


def prepared(
    found: Any, name: str, parameters: Mapping[str, Any], seed: int, scaler: str | None
) -> Any:
    """An unfitted estimator given its parameters, its seed and its scaler. Raises SetupError."""
    if not all(hasattr(found, method) for method in ("fit", "predict", "get_params")):
        raise SetupError(
            where="model.estimator",
            found=f"{name!r}, which gives a {type(found).__name__}",
            allowed="an estimator with the methods fit, predict and get_params",
        )
    _set(found, parameters, name)
    _seed(found, seed)
    if scaler is None:
        return found
    from sklearn import preprocessing
    from sklearn.pipeline import make_pipeline

    return make_pipeline(getattr(preprocessing, SCALERS[scaler])(), found)


def _named(name: str) -> Any:
    """An instance of the class that a dotted name of scikit-learn names."""
    module, _, kind = name.rpartition(".")
    if not module.startswith("sklearn"):
        raise SetupError(
            where="model.estimator",
            found=name,
            allowed=f"{ALLOWED}, or FILE.py:FUNCTION for one of your own",
        )
    try:
        place = importlib.import_module(module)
    except ImportError as error:
        raise SetupError(
            where="model.estimator", found=f"{name} ({told(error)})", allowed=ALLOWED
        ) from None
    found = getattr(place, kind, None)
    if not isinstance(found, type):
        public = [n for n in dir(place) if isinstance(getattr(place, n), type)]
        raise SetupError(
            where="model.estimator",
            found=f"{name}: {module} has no class {kind!r}",
            allowed=ALLOWED,
            remedy=did_you_mean(kind, public),
        )
    try:
        return found()
    except TypeError as error:
        raise SetupError(
            where="model.estimator",
            found=f"{name}, which cannot be made without arguments ({told(error)})",
            allowed=f"{ALLOWED}, or FILE.py:FUNCTION, a function that makes it",
        ) from None


def _set(estimator: Any, parameters: Mapping[str, Any], name: str) -> None:
    known = estimator.get_params()
    for key, value in parameters.items():
        if key not in known:
            raise SetupError(
                where=f"model.parameters.{key}",
                found=value,
                allowed=f"parameters of {name}: " + ", ".join(sorted(known)[:30]),
                remedy=did_you_mean(key, known),
            )
    estimator.set_params(**parameters)


def random_states(estimator: Any) -> dict[str, Any]:
    """Every parameter that seeds chance, also of steps and estimators inside, by its name.

    >>> from sklearn.linear_model import LinearRegression, Ridge
    >>> from sklearn.pipeline import make_pipeline
    >>> random_states(make_pipeline(Ridge(random_state=3))), random_states(LinearRegression())
    ({'ridge__random_state': 3}, {})
    """
    return {
        key: value
        for key, value in estimator.get_params(deep=True).items()
        if key == "random_state" or key.endswith("__random_state")
    }


def reseed(estimator: Any, seed: int) -> None:
    """Give every random state of an estimator this seed, whatever it was."""
    estimator.set_params(**dict.fromkeys(random_states(estimator), seed))


def _seed(estimator: Any, seed: int) -> None:
    """Give every random state that is not a whole number the seed."""
    for key, value in random_states(estimator).items():
        if value is None:
            estimator.set_params(**{key: seed})
        elif not isinstance(value, int):
            raise SetupError(
                where=f"model.parameters.{key}",
                found=f"a {type(value).__name__}, which goes on from fit to fit",
                allowed="a whole number, or nothing: then it is model.seed",
            )
