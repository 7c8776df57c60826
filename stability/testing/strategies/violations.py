"""Setups and constants that violate one hypothesis of a theorem, found by editing good ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from hypothesis import assume
from hypothesis import strategies as st

from stability.conventions import Averaged, Notion
from stability.setup.setup import Setup
from stability.testing.strategies.applicable import (
    Consumer,
    applicable_constants,
    failing_hypotheses,
    made_up,
    nearly_applicable_setups,
)
from stability.testing.strategies.edits import EDITS, edited
from stability.theorems.kinds import Conversion, StabilityTheorem
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.hypothesis import Hypothesis


@dataclass(frozen=True, eq=False)
class Violation:
    """Something a theorem must refuse, and the hypothesis that the refusal has to name."""

    given: Setup | Stability
    hypothesis: Hypothesis

    def __iter__(self) -> Iterator[Setup | Stability | Hypothesis]:
        return iter((self.given, self.hypothesis))


def _speaks_of(place: str, where: str) -> bool:
    """Whether a failure at `where` is the doing of an edit of `place`.

    Another algorithm lacks all fields of the one before.
    """
    if place == "algorithm.kind":
        return where.startswith(("algorithm", "stability"))
    return where == place


def _violates(
    theorem: StabilityTheorem | Consumer, before: frozenset[int], changed: Setup, place: str
) -> Hypothesis | None:
    """The hypothesis that an edit breaks: the first of those about the edited place, if no other
    hypothesis fails than those `before`, which failed without the edit."""
    now = failing_hypotheses(theorem, changed)
    new = [theorem.hypotheses[i] for i in now if i not in before]
    if not new or (before and now[0] in before):
        return None
    wheres = [hypothesis.failure(changed).where for hypothesis in new]  # type: ignore[union-attr]
    return new[0] if all(_speaks_of(place, where) for where in wheres) else None


def violations_of(theorem: StabilityTheorem | Consumer, base: Setup) -> tuple[Violation, ...]:
    """Edits of a setup that break one hypothesis of a theorem, for every hypothesis that can be.

    Where one missing value breaks several hypotheses about it (the smoothness and the largest
    step, say), the first of them is the one to name.
    """
    found = []
    before = frozenset(failing_hypotheses(theorem, base))
    for place in EDITS:
        for changed in edited(base, place):
            hypothesis = _violates(theorem, before, changed, place)
            if hypothesis is not None:
                found.append(Violation(changed, hypothesis))
    return tuple(found)


@st.composite
def violating_setups(draw: st.DrawFn, theorem: StabilityTheorem) -> Violation:
    """Pairs (setup, hypothesis): the setup violates that one hypothesis of the theorem.

    Every hypothesis that a setup can be checked for comes up. `theorem.supports(setup)` has to be
    a Refusal that names the hypothesis.

    >>> from hypothesis import find
    >>> from stability.theorems.catalogue import BY_ID
    >>> from stability.theorems.kinds.hypotheses import CONVEX
    >>> theorem = BY_ID["elastic-erm"]
    >>> setup, hypothesis = find(violating_setups(theorem), lambda v: v.hypothesis == CONVEX)
    >>> theorem.supports(setup).hypothesis == hypothesis.text
    True
    """
    violations = violations_of(theorem, draw(nearly_applicable_setups(theorem)))
    assume(violations)
    hypotheses = list(dict.fromkeys(v.hypothesis for v in violations))
    chosen = draw(st.sampled_from(hypotheses))
    return draw(st.sampled_from([v for v in violations if v.hypothesis is chosen]))


def _without_draws(constant: Stability) -> Stability:
    values = {n: v for n, v in constant.values.items() if n not in ("rho", "draws")}
    return replace(constant, values=values)


CONSTANT_EDITS: tuple[Callable[[Stability], Stability], ...] = (
    lambda constant: replace(constant, symmetric=False),
    *(lambda c, averaged=averaged: replace(c, averaged_over=averaged) for averaged in Averaged),
    _without_draws,
)
"""Changes of a constant that conditions of theorems speak of."""


def constant_violations_of(theorem: Consumer, base: Stability) -> tuple[Violation, ...]:
    """Edits of a constant, and of its setup, that break one hypothesis."""
    found = [
        Violation(made_up(base, v.given), v.hypothesis)  # type: ignore[arg-type]
        for v in violations_of(theorem, base.setup)
    ]
    for edit in CONSTANT_EDITS:
        changed = edit(base)
        failing = [h for h in theorem.hypotheses if h.failure(changed) is not None]
        if len(failing) == 1:
            found.append(Violation(changed, failing[0]))
    return tuple(found)


@st.composite
def violating_constants(draw: st.DrawFn, theorem: Consumer) -> Violation:
    """Pairs (constant, hypothesis) as `violating_setups`, for theorems that take constants.

    >>> from hypothesis import find
    >>> from stability.theorems.catalogue import BY_ID
    >>> theorem = BY_ID["bousquet2002-lemma9"]
    >>> find(violating_constants(theorem), lambda v: True).hypothesis.text
    'the rule is symmetric in the examples'
    """
    violations = constant_violations_of(theorem, draw(applicable_constants(theorem)))
    assume(violations)
    return draw(st.sampled_from(violations))


def of_another_notion(theorem: Consumer, base: Stability) -> Stability | None:
    """The constant with a notion that the theorem does not take."""
    shapes = {getattr(s, "takes", None) for s in theorem.statements}
    for notion in Notion:
        wrong = replace(base, notion=notion)
        pointwise = notion is Notion.POINTWISE and not isinstance(theorem, Conversion)
        if not pointwise and all(notion is not shape[0] for shape in shapes if shape):
            return wrong
    return None


HALF = Fraction(1, 2)
