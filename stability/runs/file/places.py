"""Errors about arguments, reworded to name the place of the run file that gave them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stability.errors import SetupError
from stability.runs.file.read import FORMAT
from stability.setup.fields import declarations
from stability.setup.sections import in_file
from stability.training.settings import TrainingSettings

PLACES: Mapping[str, str] = {
    **{f"recipe.{name}": f"training.{name}" for name in declarations(TrainingSettings)},
    "recipe.network": "network.kind",
    "recipe.widths": "network.widths",
    "recipe.init_seed": "network.init_seed",
    "loss_range": "bound.range",
    "ridge.regularization": "model.regularization",
    "kernel_ridge.regularization": "model.regularization",
    "kernel_ridge.memory_bytes": "data.size",
    "logistic.regularization": "model.regularization",
    "features.scaling": "model.scaling",
    "features.count": "model.features",
    "features.weight_deviation": "model.weight_deviation",
    "features.bias_limit": "model.bias_limit",
    "placebo.runs": "deletion.placebos",
}
"""The arguments that a run file gives, as Python names them, and where the file gives them."""


@contextmanager
def in_run_file(file: Path | None) -> Iterator[None]:
    """Say in every SetupError about an argument where the run file gives it.

    Messages about anything else stay as they are. `file` is put in front; None if the study was
    not read from one.

    >>> with in_run_file(Path("run.toml")):
    ...     raise SetupError(where="recipe.momentum", found=2, allowed="less")
    Traceback (most recent call last):
    stability.errors.SetupError: run.toml: training.momentum: found 2; allowed: less.
    """
    if file is None:
        yield
        return
    try:
        yield
    except SetupError as error:
        place, comma, more = error.where.partition(",")
        told = SetupError(
            where=PLACES.get(place, place) + comma + more,
            found=error.found,
            allowed=error.allowed,
            remedy=error.remedy,
        )
        if told.where.strip("[").partition(".")[0].rstrip("]") not in FORMAT.sections:
            raise
        with in_file(str(file)):
            raise told from error
