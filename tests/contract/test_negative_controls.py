"""A law that has never failed is not yet a law: each of these breakages has to be caught."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stability.testing import CONTRACT, try_law
from stability.testing.laws import float_laws
from stability.testing.laws.law import BROKEN, HOLDS
from stability.theorems.catalogue import BY_ID
from stability.theorems.statements.term import Enclosure, Term

from .breakages import BREAKAGES, Breakage, broken

LAWS = {law.name: law for law in CONTRACT}
EXAMPLES = 60


@pytest.mark.parametrize("breakage", BREAKAGES, ids=str)
def test_breakage_is_caught(breakage: Breakage) -> None:
    theorem = broken(breakage)
    result = try_law(LAWS[breakage.law], theorem, EXAMPLES, seed=2)
    assert result.verdict == BROKEN, f"{breakage}: not noticed by the law {breakage.law!r}"
    assert result.counterexample


def test_the_laws_hold_of_what_was_broken() -> None:
    unbroken = {(b.theorem, b.law) for b in BREAKAGES}
    for theorem, law in sorted(unbroken):
        if LAWS[law].applies(BY_ID[theorem]):
            result = try_law(LAWS[law], BY_ID[theorem], 10, seed=2)
            assert result.verdict == HOLDS, str(result)


def test_every_law_has_a_breakage() -> None:
    in_code_below = {"floats above", "vectorised above", "LaTeX"}
    in_data = {b.law for b in BREAKAGES} | {"dry run and run agree on constants"}
    assert in_data | in_code_below == set(LAWS)


def test_floats_below_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        Term, "upper", lambda self, size=None: float(self.enclosure(size).low) * (1 - 1e-12)
    )
    result = try_law(LAWS["floats above"], BY_ID["bousquet2002-thm12-emp"], 20, seed=0)
    assert result.verdict == BROKEN


def test_decimals_rounded_inwards_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def inwards(self: Enclosure) -> tuple[str, str]:
        return f"{float(self.low):.3e}", f"{float(self.high):.3e}"

    monkeypatch.setattr(Enclosure, "decimals", inwards)
    result = try_law(LAWS["floats above"], BY_ID["bousquet2002-thm12-emp"], 20, seed=0)
    assert result.verdict == BROKEN


@pytest.mark.parametrize("factor", [1 - 1e-14, 1 + 1e-11])
def test_vectorised_values_that_are_off_are_caught(
    monkeypatch: pytest.MonkeyPatch, factor: float
) -> None:
    exact = float_laws.vectorised

    def off(expression: Any) -> Any:
        function = exact(expression)
        return lambda **arrays: function(**arrays) * factor

    monkeypatch.setattr(float_laws, "vectorised", off)
    result = try_law(LAWS["vectorised above"], BY_ID["elastic-finite-emp"], 20, seed=0)
    assert result.verdict == BROKEN


def test_unbalanced_latex_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    theorem = BY_ID["mohri2018-replacement"]
    monkeypatch.setattr(type(theorem), "latex", lambda self: {"bound": r"\frac{1}{m"})
    assert try_law(LAWS["LaTeX"], theorem, 1, seed=0).verdict == BROKEN


def test_a_dry_run_that_does_not_look_at_constants_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theorem = BY_ID["bousquet2002-thm11-loo"]
    monkeypatch.setattr(type(theorem), "supports", lambda self, stability, delta: None)
    law = LAWS["dry run and run agree on constants"]
    assert try_law(law, theorem, 20, seed=0).verdict == BROKEN


def test_a_crash_breaks_a_law() -> None:
    theorem = replace(BY_ID["mohri2018-replacement"], statements=())
    assert try_law(LAWS["not negative"], theorem, 3, seed=0).verdict == BROKEN


def test_breakages_are_many_and_spread() -> None:
    assert len(BREAKAGES) >= 60
    assert len({b.theorem for b in BREAKAGES}) >= 20
