"""Which experiments there are: the folders of this package that hold an `experiment.py`.

Adding an experiment is adding a folder AREA/NAME/ with an `experiment.py` that declares
`EXPERIMENT`; nothing else has to know of it. import-linter does not see the arrows to what is
found: no `experiment.py` may import this module, which tests/test_layers.py checks.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from stability.errors import SetupError, did_you_mean
from stability_experiments.framework.declaration import Experiment

PACKAGE = Path(__file__).parents[1]
"""The folder of the package `stability_experiments`."""


@cache
def experiments() -> tuple[Experiment, ...]:
    """Every experiment, by area and name. Loads declarations, not what bodies need."""
    return tuple(import_module(module).EXPERIMENT for module in modules(PACKAGE))


def modules(package: Path) -> list[str]:
    """The modules that declare experiments, found by looking into the folders of a package."""
    return [
        ".".join((package.name, *path.relative_to(package).with_suffix("").parts))
        for path in sorted(package.rglob("experiment.py"))
    ]


def find(name: str) -> Experiment:
    """The experiment of this name.

    Raises SetupError that suggests the nearest name.

    >>> find("ridge-bound-mnist")
    Traceback (most recent call last):
    stability.errors.SetupError: experiment: found 'ridge-bound-mnist'; allowed: a name that
    `stability experiment list` prints. Did you mean 'ridge-bounds-mnist'?
    """
    by_name = {experiment.name: experiment for experiment in experiments()}
    if name not in by_name:
        raise SetupError(
            where="experiment",
            found=name,
            allowed="a name that `stability experiment list` prints",
            remedy=did_you_mean(name, by_name),
        )
    return by_name[name]
