"""The façade: every public name is there, and modules keep their names."""

import types

import stability


def test_every_public_name_is_there():
    assert sorted(stability.__all__) == list(dict.fromkeys(sorted(stability.__all__)))
    for name in stability.__all__:
        assert not isinstance(getattr(stability, name), types.ModuleType), name


def test_the_function_does_not_hide_the_module():
    from stability.theorems import evaluate as evaluation

    assert isinstance(stability.theorems.statements.term, types.ModuleType)
    assert stability.theorems.statements.term.__name__ == "stability.theorems.statements.term"
    assert stability.evaluate_theorem is evaluation.evaluate
