"""Messages from deep inside name the place in the run file; other places stay as they are."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from stability.errors import SetupError
from stability.runs.file.places import PLACES, in_run_file
from stability.runs.file.read import FORMAT
from stability.setup.sections import key_names
from stability.training import Recipe

FILE = Path("run.toml")


def told(where: str, file: Path | None = FILE) -> str:
    with pytest.raises(SetupError) as caught, in_run_file(file):
        raise SetupError(where=where, found=1, allowed="2")
    return caught.value.where


def test_every_place_is_one_that_a_run_file_has() -> None:
    for python, place in PLACES.items():
        section, _, key = place.partition(".")
        keys = {name for kind in FORMAT.classes(section) for name in (*key_names(kind), "kind")}
        assert key in keys, python
        assert told(python) == f"run.toml: {place}"


def test_every_field_of_a_recipe_has_its_place() -> None:
    given_by_python_only = {"threads"}
    names = {item.name for item in fields(Recipe)} - given_by_python_only
    assert {f"recipe.{name}" for name in names} <= set(PLACES)


def test_other_places_stay_as_they_are() -> None:
    assert told("ridge.regularization, example 3") == "run.toml: model.regularization, example 3"
    assert told("[training]") == "run.toml: [training]"
    for where in ("--network net.py", "--out", "training, step 2 of 6", "tail.level"):
        assert told(where) == where
    assert told("recipe.momentum", None) == "recipe.momentum"
