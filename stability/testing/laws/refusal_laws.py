"""Laws about when a theorem applies: refused, never NaN, outside its hypotheses."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from stability.errors import EvaluationError, Refusal
from stability.setup.setup import Setup
from stability.testing.laws.law import Draw, Law, Search, for_all
from stability.testing.strategies.applicable import (
    DELTA,
    Consumer,
    applicable_constants,
    applicable_setups,
    constants,
    kinds_of,
    nearly_applicable_setups,
    refusal_of,
    repaired,
)
from stability.testing.strategies.edits import EDITS, FULL_SETUPS, edited
from stability.testing.strategies.setups import assumed_setups, setups
from stability.testing.strategies.violations import (
    Violation,
    constant_violations_of,
    of_another_notion,
    violations_of,
)
from stability.theorems.kinds import (
    Conversion,
    GeneralizationTheorem,
    StabilityTheorem,
    Theorem,
)
from stability.theorems.kinds.constant import Stability


def maps_setups(theorem: Theorem) -> bool:
    """Whether it is a stability theorem."""
    return isinstance(theorem, StabilityTheorem)


def takes_constants(theorem: Theorem) -> bool:
    """Whether it is a conversion or a generalization theorem."""
    return isinstance(theorem, (Conversion, GeneralizationTheorem))


def gives_numbers(theorem: Theorem) -> bool:
    """Whether it is meant to give numbers: nothing in it is left unspecified."""
    return not theorem.unspecified


def apply(theorem: Any, given: Setup | Stability) -> Any:
    """`theorem.apply`, at a failure probability of 1/20 where it asks for one."""
    if isinstance(theorem, GeneralizationTheorem):
        return theorem.all_bounds(given, DELTA)  # type: ignore[arg-type]
    return theorem.apply(given)


def _told(refusal: Refusal, theorem: Theorem) -> str | None:
    for part in ("where", "found", "remedy", "hypothesis", "hypothesis_id"):
        if not getattr(refusal, part).strip():
            return f"a refusal that does not say {part}: {refusal}"
    if refusal.theorem != theorem.id:
        return f"a refusal in the name of {refusal.theorem}"
    return None


def _wrong_refusal(theorem: Any, violation: Violation) -> str | None:
    refusal = refusal_of(theorem, violation.given)
    wanted = violation.hypothesis
    setup = getattr(violation.given, "setup", violation.given)
    if refusal is None:
        return f"accepted although {wanted.text!r} fails, in {setup}"
    if refusal.hypothesis_id != wanted.id:
        return f"refused for {refusal.hypothesis!r} although {wanted.text!r} fails, in {setup}"
    return _told(refusal, theorem)


def _refused(theorem: StabilityTheorem, draw: Draw) -> str | None:
    base = draw(nearly_applicable_setups(theorem))
    complaints = (_wrong_refusal(theorem, v) for v in violations_of(theorem, base))
    return next((c for c in complaints if c), None)


def _refused_constants(theorem: Consumer, draw: Draw) -> str | None:
    base = draw(applicable_constants(theorem))
    complaints = (_wrong_refusal(theorem, v) for v in constant_violations_of(theorem, base))
    found = next((c for c in complaints if c), None)
    wrong = of_another_notion(theorem, base)
    if found is None and wrong is not None and refusal_of(theorem, wrong) is None:
        found = f"accepted a {wrong.neighbour} {wrong.notion} constant"
    return found


def _each_violated(theorem: StabilityTheorem, search: Search) -> str | None:
    """For every hypothesis with a check, some setup is refused in its name."""
    wanted = {h.id for h in theorem.hypotheses if h.check is not None}
    for kind in kinds_of(theorem):
        base = repaired(theorem, FULL_SETUPS[kind])
        wanted -= {v.hypothesis.id for v in violations_of(theorem, base)}
        refusal = theorem.supports(base)
        wanted -= {refusal.hypothesis_id} if refusal else set()
    missing = sorted(wanted)
    return f"no setup is known that violates {missing[0]!r} alone" if missing else None


def _each_condition_violated(theorem: Consumer, search: Search) -> str | None:
    """For every condition on the constant, some change of a constant violates it."""
    wanted = {h.id for h in theorem.hypotheses if h.check is not None}

    def all_seen(draw: Draw) -> bool:
        violations = constant_violations_of(theorem, draw(applicable_constants(theorem)))
        wanted.difference_update(v.hypothesis.id for v in violations)
        return not wanted

    search.seen(all_seen)
    return f"no constant is known that violates {min(wanted)!r} alone" if wanted else None


def _without_a_place(theorem: StabilityTheorem, draw: Draw) -> str | None:
    """Taking a value away gives a refusal, a withheld form, or the same constants."""
    base = draw(applicable_setups(theorem))
    place = draw(st.sampled_from([p for p in EDITS if p != "algorithm.kind"]))
    for changed in edited(base, place):
        refusal = theorem.supports(changed)
        if refusal is not None:
            complaint = _told(refusal, theorem)
            if complaint:
                return complaint
            continue
        given = {constant.form for constant in theorem.apply(changed)}
        for statement in theorem.statements:
            broken = [h.text for h in statement.hypotheses if h.failure(changed) is not None]
            if broken and statement.name in given:
                return f"the form {statement.name!r} is given although {broken[0]!r} fails"
    return None


def _any_setup(theorem: StabilityTheorem, draw: Draw) -> str | None:
    """A dry run and a run agree on any setup; what is given is finite and not negative."""
    kinds = kinds_of(theorem)
    near = [applicable_setups(theorem)] if gives_numbers(theorem) and kinds else []
    setup = draw(st.one_of(setups(), assumed_setups(), *(setups(kind) for kind in kinds), *near))
    dry = theorem.supports(setup)
    try:
        given = theorem.apply(setup)
    except Refusal as refusal:
        return "a run refuses what a dry run accepts" if dry is None else _told(refusal, theorem)
    if dry is not None:
        return "a dry run refuses what a run accepts"
    for constant in given:
        if constant.unspecified:
            continue
        complaint = _bad_values(constant)
        if complaint:
            return f"{complaint}, in {setup}"
    return None


def _bad_values(constant: Stability) -> str | None:
    try:
        values = constant.at()
    except EvaluationError as error:
        return f"no value: {error}"
    for name, value in values.items():
        if math.isnan(value) or value < 0:
            return f"{name} = {value}"
    return None


def _any_constant(theorem: Consumer, draw: Draw) -> str | None:
    """The same for theorems that take constants."""
    wanted = draw(st.sampled_from(theorem.statements)).takes
    setup = draw(st.one_of(setups(), assumed_setups()))
    constant = draw(st.one_of(constants(*wanted, setup=setup), _near(theorem)))
    dry = refusal_of(theorem, constant)
    try:
        given = apply(theorem, constant)
    except Refusal as refusal:
        return "a run refuses what a dry run accepts" if dry is None else _told(refusal, theorem)
    if dry is not None:
        return "a dry run refuses what a run accepts"
    if isinstance(given, Stability):
        return _bad_values(given)
    for bound in given:
        value = bound.value
        if math.isnan(value) or value < 0:
            return f"a bound of {value} for {constant.setup}"
    return None


def _near(theorem: Consumer) -> st.SearchStrategy[Stability]:
    return applicable_constants(theorem) if gives_numbers(theorem) else st.nothing()


def _shown_only(theorem: Any, draw: Draw) -> str | None:
    """A theorem with something unspecified never gives a number."""
    if isinstance(theorem, StabilityTheorem):
        setup = draw(nearly_applicable_setups(theorem))
        refusal = theorem.supports(setup)
        if refusal is not None:
            return None
        for constant in theorem.apply(setup):
            used = {n for term in constant.values.values() for n in term.bindings}
            if not constant.unspecified and used & set(theorem.unspecified):
                return f"a number although {theorem.unspecified[0]} is not specified"
        return None
    statement = draw(st.sampled_from(theorem.statements))
    constant = draw(constants(*statement.takes, setup=FULL_SETUPS["sgd"]))
    assume(constant is not None)
    if refusal_of(theorem, constant) is None:
        return f"a number although {theorem.unspecified[0]} is not specified"
    return None


REFUSAL_LAWS = (
    for_all(
        "refused outside its hypotheses",
        "a setup that violates one hypothesis is refused in its name, with place and remedy",
        _refused,
        maps_setups,
    ),
    Law(
        "every hypothesis can fail",
        "for every hypothesis with a check there is a setup refused in its name",
        _each_violated,
        maps_setups,
    ),
    Law(
        "every condition can fail",
        "for every condition with a check there is a constant refused in its name",
        _each_condition_violated,
        lambda theorem: (
            takes_constants(theorem) and gives_numbers(theorem) and bool(theorem.hypotheses)
        ),
    ),
    for_all(
        "a missing value is noticed",
        "without a value it needs the theorem refuses, or withholds the form that needs it",
        _without_a_place,
        lambda theorem: maps_setups(theorem) and gives_numbers(theorem),
    ),
    for_all(
        "dry run and run agree",
        "supports(setup) is None exactly if apply gives constants, finite and not negative",
        _any_setup,
        maps_setups,
    ),
    for_all(
        "refused without its conditions",
        "a constant that violates one condition, or of another notion, is refused",
        _refused_constants,
        lambda theorem: takes_constants(theorem) and gives_numbers(theorem),
    ),
    for_all(
        "dry run and run agree on constants",
        "supports(constant) is None exactly if apply gives something finite and not negative",
        _any_constant,
        takes_constants,
    ),
    for_all(
        "unspecified gives no number",
        "a theorem with a symbol that its source does not give never gives a number",
        _shown_only,
        lambda theorem: not gives_numbers(theorem),
    ),
)
