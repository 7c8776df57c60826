"""Numbers of a witness: whether premises and goals hold there, and how nearly bounds are met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from stability.conventions import OF_LAWS, Kind, Neighbour, Notion
from stability.theorems.kinds import (
    ConversionStatement,
    GeneralizationStatement,
    StabilityStatement,
)
from stability.theorems.kinds.support import Support
from stability_proofs.kernel.notation import show
from stability_proofs.kernel.terms import FINITE, ProofError, Term, app, var, variables
from stability_proofs.semantics import samples, slack
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.witnesses.least import least_function, solved
from stability_proofs.witnesses.witness import with_functions, with_values
from stability_proofs.witnesses.worlds import Bound, World

STATED = "stated "
"""Before the name of a stated value, where it is a variable."""
BETA, PROFILE = "least elastic function", "least profile"


@dataclass(frozen=True)
class Figure:
    """What a stated value is in a witness, and the least number that could stand in its place.

    For a lower bound it is the largest one. Of a tail `failure` is the exact probability that the
    bound fails, `delta` the stated one, and `value` the least number that fails with no more than
    that.
    """

    name: str
    quantity: str
    value: Any
    bound: Any
    failure: Any = None
    delta: Any = None


@dataclass(frozen=True)
class Checked:
    """One claim in a witness: premises and goals that are false, and the figures.

    `trials` are the sorts of which only some elements were tried; all others were enumerated.
    """

    claim: Claim
    derived: Derived
    world: World
    unmet: tuple[Term, ...]
    untrue: tuple[Term, ...]
    figures: tuple[Figure, ...]
    trials: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the witness is one, and the goals hold in it."""
        return not self.unmet and not self.untrue


def checked(
    claim: Claim, derived: Derived, world: World, known: dict[tuple[World, Term], bool]
) -> Checked:
    """Evaluate a claim. `known` keeps which premises hold in which world, for other claims."""
    for formula in claim.allowed:
        if (world, formula) not in known:
            known[world, formula] = world.holds(formula)
    unmet = tuple(f for f in claim.allowed if not known[world, f])
    goals = claim.goals(derived.functions)
    untrue = tuple(goal for goal in goals if not world.holds(goal))
    figures = figures_of(claim, derived.functions, world)
    return Checked(
        claim, derived, world, unmet, untrue, figures, tried(world, (*claim.allowed, *goals))
    )


def figures_of(claim: Claim, functions: Mapping[str, Term], world: World) -> tuple[Figure, ...]:
    """A figure for every stated value: the nearest one, if several goals speak of it."""
    world, goals = with_stated(claim, functions, world)
    found: dict[str, Figure] = {}
    for goal in goals:
        names = [v.args[0] for v in variables(goal) if str(v.args[0]).startswith(STATED)]
        of_law = _speaks_of(claim) in OF_LAWS - {Notion.EXPONENT}
        for name in sorted(names) if of_law or len(names) == 1 else ():
            figure = (_least if of_law else _figure)(claim, world, goal, name)
            nearest = min if is_lower(claim) else max
            both = [figure, found.get(figure.name, figure)]
            found[figure.name] = nearest(both, key=lambda f: f.value)
    return tuple(found.values())


def _speaks_of(claim: Claim) -> Notion | None:
    """The notion of the constant that a claim gives."""
    if isinstance(claim.statement, ConversionStatement):
        return claim.statement.gives[0]
    return claim.statement.notion if isinstance(claim.statement, StabilityStatement) else None


def is_lower(claim: Claim) -> bool:
    """Whether the stated value is a lower bound."""
    return claim.theorem.kind is Kind.LOWER


def with_stated(
    claim: Claim, functions: Mapping[str, Term], world: World
) -> tuple[World, tuple[Term, ...]]:
    """The goals with stated values as variables, and the world with their values.

    Elastic functions are the least ones that the changes of the loss allow.
    """
    values = {STATED + name: world.value(value) for name, value in claim.values.items()}
    world = with_values(world, **values)
    free = {name: var(STATED + name) for name in claim.values}
    if claim.said:
        (value,) = free.values()
        assert isinstance(claim.statement, Support)
        return world, slack.said_of(claim.statement, value)
    marked = replace(claim, values=free)
    if claim.required or "beta" not in functions:
        return world, marked.goals(functions)
    inputs = (samples.x, samples.y, samples.z) if _replaces(claim) else (samples.y, samples.z)
    goals = marked.goals({"beta": app(BETA, *inputs), "profile": app(PROFILE, samples.z)})
    beta = least_function(world, goals[0], BETA)
    points = world.elements("example")
    least = {BETA: beta, PROFILE: lambda tested: max(beta(gone, tested) for gone in points)}
    return with_functions(world, least), goals


def _replaces(claim: Claim) -> bool:
    statement = claim.statement
    if isinstance(statement, ConversionStatement):
        return statement.gives[1] is Neighbour.REPLACEMENT
    return (
        isinstance(statement, StabilityStatement) and statement.neighbour is Neighbour.REPLACEMENT
    )


def _figure(claim: Claim, world: World, goal: Term, name: str) -> Figure:
    stated = var(name)
    short, bound = name.removeprefix(STATED), world.values[name]
    quantity = (
        claim.statement.quantity if isinstance(claim.statement, GeneralizationStatement) else short
    )
    cases = list(world.cases(goal))
    conclusion, _ = cases[0]
    left, right = conclusion.args
    if conclusion.head == "=":
        other = right if left == stated else left
        return Figure(short, quantity, world.value(other), bound)
    if conclusion.head != "<=":
        raise ProofError(f"no figure for {show(goal)}")
    if is_lower(claim):
        value = min(world.value(formula.args[1], places) for formula, places in cases)
        return Figure(short, quantity, value, bound)
    if stated in variables(left):
        delta = world.value(right)
        value, failure = _tail(world, left, delta)
        return Figure(short, quantity, value, bound, failure, delta)
    largest = max(world.value(formula.args[0], places) for formula, places in cases)
    return Figure(short, quantity, solved(world, right, name, largest), bound)


def _least(claim: Claim, world: World, goal: Term, name: str) -> Figure:
    """The least value with which a goal holds, the other values as stated, by bisection."""
    bound = world.values[name]
    low, high = -1.0, float(bound)
    for _ in range(26):
        middle = (low + high) / 2
        if with_values(world, **{name: middle}).holds(goal):
            high = middle
        else:
            low = middle
    short = name.removeprefix(STATED)
    del claim
    return Figure(short, short, high, bound)


def _tail(world: World, left: Term, delta: Any) -> tuple[Any, Any]:
    """The least number exceeded with probability at most delta, and how often the bound is."""
    law: dict[Any, Any] = {}
    failure: Any = 0
    for value, chance, exceeds in _outcomes(world, left, (), 1):
        law[value] = law.get(value, 0) + chance
        failure += chance * exceeds
    above: Any = 0
    least = max(law)
    for value in sorted(law, reverse=True):
        if above > delta:
            break
        least, above = value, above + law[value]
    return least, failure


def _outcomes(
    world: World, left: Term, bound: Bound, chance: Any
) -> Iterator[tuple[Any, Any, int]]:
    """The values of a quantity with their probabilities, and whether they exceed the bound."""
    if left.head == "E":
        for x, p in world.law(left.args[0], bound):
            yield from _outcomes(world, left.args[-1], (x, *bound), chance * p)
        return
    if left.head == "*" and left.args[-1].head == "ind":
        weight, event = left.args
        yield from _outcomes(world, event, bound, chance * world.value(weight, bound))
        return
    if left.head != "ind" or left.args[0].head != "<":
        raise ProofError(f"no tail: {show(left)}")
    _, quantity = left.args[0].args
    yield world.value(quantity, bound), chance, world.value(left, bound)


def tried(world: World, formulas: tuple[Term, ...]) -> tuple[str, ...]:
    """The sorts that `forall` and `sup` run over and that are not enumerated."""
    return tuple(sorted({s for f in formulas for s in _sorts(f)} & set(world.trials)))


def _sorts(x: Any) -> frozenset[str]:
    if isinstance(x, Term):
        own = (x.args[0],) if x.head in ("forall", "sup") and x.args[0] not in FINITE else ()
        return frozenset(own).union(*map(_sorts, x.args))
    return frozenset().union(*map(_sorts, x)) if isinstance(x, tuple) else frozenset()
