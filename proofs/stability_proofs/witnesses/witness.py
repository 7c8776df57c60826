"""What a witness is: worlds for the claims of a theorem, and how a premise is broken there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from stability_proofs.semantics.claims import Claim
from stability_proofs.witnesses.worlds import World

Change = Callable[[World], World]
Break = tuple[str, Change]
"""How a premise is broken, in words and as a change of a world."""


@dataclass(frozen=True)
class Witness:
    """An algorithm and a distribution in which all that a theorem may assume holds.

    `instance` says in words what they are; `world` gives the world in which a claim is evaluated
    (one object for claims that share it), and None for claims that the witness does not speak of.
    `breaks` changes a world so that a premise no longer holds, and with it the goal: the premise is
    not idle, and the evaluation can fail. `broken` says what it does.
    """

    instance: str
    world: Callable[[Claim], World | None]
    broken: str
    breaks: Change


def with_values(world: World, **values: Any) -> World:
    """The world with other numbers."""
    return replace(world, values={**world.values, **values})


def with_functions(world: World, functions: Mapping[str, Callable[..., Any]]) -> World:
    """The world with other functions."""
    return replace(world, functions={**world.functions, **functions})


def scaled(factor: Any, *names: str) -> Change:
    """Says that these numbers, those of them that there are, are so many times as large."""

    def scale(world: World) -> World:
        values = world.values
        return with_values(world, **{n: factor * values[n] for n in names if n in values})

    return scale


def enlarged(factor: Any, *names: str) -> Change:
    """Makes these functions so many times as large."""

    def enlarge(world: World) -> World:
        old = world.functions
        larger = {n: _times(factor, old[n]) for n in names if n in old}
        return with_functions(world, larger)

    return enlarge


def _times(factor: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *inputs: factor * function(*inputs)
