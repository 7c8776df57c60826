"""Errors about keys of a run file, reworded to name the argument of `measure` that gave them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from stability.errors import SetupError

ARGUMENTS: Mapping[str, str] = {
    "data.test_fraction": "test_fraction",
    "data.weights": "weights",
    "data.class_weights": "weights",
    "data.scaling": "scaling",
    "data.refit_scaling": "refit_scaling",
    "data.target_range": "target_range",
    "data.seed": "seed",
    "model.scaling": "scaling",
    "model.loss": "loss",
    "model.estimator": "model",
    "model.seed": "seed",
    "deletion.count": "deletions",
    "deletion.indices": "deletions",
    "deletion.convention": "convention",
    "deletion.placebos": "placebos",
    "deletion.seed": "seed",
    "bound.range": "loss_range",
    "bound.delta": "delta",
}
"""The keys that `measure` fills in, and the arguments that they come from."""


@contextmanager
def in_arguments() -> Iterator[None]:
    """Say in every SetupError about a key of a run file which argument it comes from.

    >>> with in_arguments():
    ...     raise SetupError(where="deletion.count", found=0, allowed="more")
    Traceback (most recent call last):
    stability.errors.SetupError: deletions: found 0; allowed: more.
    """
    try:
        yield
    except SetupError as error:
        told = [error.where, str(error.allowed), error.remedy]
        for key, argument in ARGUMENTS.items():
            told = [text.replace(key, argument) for text in told]
        if told == [error.where, error.allowed, error.remedy]:
            raise
        where, allowed, remedy = told
        raise SetupError(where=where, found=error.found, allowed=allowed, remedy=remedy) from error
