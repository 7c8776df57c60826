"""The façades: every public name is there, is declared where it lives, and hides no module."""

from __future__ import annotations

import ast
import importlib
import inspect
import types

import pytest

from stability.lazy import declared_names

FACADES = (
    "stability",
    "stability.datasets",
    "stability.dynamics",
    "stability.elasticity",
    "stability.estimate",
    "stability.kernels",
    "stability.runs",
    "stability.runs.tasks",
    "stability.training",
)


@pytest.mark.parametrize("package", FACADES)
def test_every_public_name_is_there(package: str) -> None:
    pytest.importorskip("torch")
    facade = importlib.import_module(package)
    assert len(set(facade.__all__)) == len(facade.__all__)
    assert set(facade.__all__) <= set(dir(facade))
    for name in facade.__all__:
        found = getattr(facade, name)
        assert not isinstance(found, types.ModuleType), name


@pytest.mark.parametrize("package", FACADES)
def test_the_public_names_are_those_that_type_checkers_see(package: str) -> None:
    facade = importlib.import_module(package)
    declared = declared_names(inspect.getsource(facade))
    assert set(declared) == set(facade.__all__)
    for home, _ in declared.values():
        assert home.startswith("stability.")


@pytest.mark.parametrize("package", FACADES)
def test_a_name_that_is_misspelt_is_reported_by_type_checkers(package: str) -> None:
    """They take a module with `__getattr__` to have every name there can be."""
    source = inspect.getsource(importlib.import_module(package))
    [at] = [node for node in ast.parse(source).body if "__getattr__" in ast.unparse(node)]
    assert isinstance(at, ast.If) and ast.unparse(at.test) == "not TYPE_CHECKING"


@pytest.mark.parametrize("package", FACADES)
def test_other_names_are_refused(package: str) -> None:
    facade = importlib.import_module(package)
    with pytest.raises(AttributeError, match=rf"module '{package}' has no attribute 'nothing'"):
        _ = facade.nothing
    with pytest.raises(ImportError):
        exec(f"from {package} import nothing")


def test_names_declared_under_another_name_and_imports_that_run() -> None:
    source = """
from stability.errors import DataError
if TYPE_CHECKING:
    from stability.errors import Refusal as Refused, RunError
else:
    from stability.errors import SetupError
"""
    home = "stability.errors"
    assert declared_names(source) == {"Refused": (home, "Refusal"), "RunError": (home, "RunError")}


def test_the_function_does_not_hide_the_module() -> None:
    import stability
    from stability.theorems import evaluate as evaluation
    from stability.theorems.statements import term

    assert isinstance(term, types.ModuleType)
    assert term.__name__ == "stability.theorems.statements.term"
    assert stability.evaluate_theorem is evaluation.evaluate
