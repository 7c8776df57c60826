"""What a hypothesis of a theorem is: an id for programs, words for people, and a check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from stability.conventions import Name
from stability.setup.setup import Setup
from stability.theorems.kinds.constant import Stability


class Reads(StrEnum):
    """What a hypothesis looks at: a setup, or the constant that a theorem takes."""

    SETUP = "setup"
    CONSTANT = "constant"


@dataclass(frozen=True)
class Failure:
    """Why a hypothesis does not hold: the place in the setup, the value there, the remedy."""

    where: Name
    found: Any
    remedy: str


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """A condition on a setup, or on the constant that a theorem takes.

    `id` is for programs: refusals carry it and the derivations look its meaning up. `text` is for
    people, and nothing depends on it. `check` gets a Setup or a Stability, as `reads` says, and
    returns None if the hypothesis holds. Without a check it cannot be read off a setup: the
    description of the algorithm promises it, and the text says so. Two hypotheses are equal if
    they have the same id and both, or neither, are checked.

    >>> small = Hypothesis(
    ...     "small-sample",
    ...     "m <= 100",
    ...     lambda setup: None if setup.sample.size <= 100 else Failure("sample.size", 0, "Less."),
    ... )
    >>> small == Hypothesis("small-sample", "other words", small.check)
    True
    """

    id: Name
    text: str
    check: Callable[[Any], Failure | None] | None = None
    reads: Reads = Reads.SETUP

    def failure(self, given: Setup | Stability) -> Failure | None:
        """What fails, or None. A hypothesis about the setup of a constant is asked of its setup."""
        if self.check is None:
            return None
        if self.reads is Reads.SETUP and isinstance(given, Stability):
            given = given.setup
        return self.check(given)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Hypothesis):
            return NotImplemented
        return (self.id, self.check is None) == (other.id, other.check is None)

    def __hash__(self) -> int:
        return hash(self.id)


def promised(id_: str, text: str) -> Hypothesis:
    """A hypothesis that describing the run as this algorithm promises."""
    return Hypothesis(id_, text)


def known(id_: str, place: str, text: str, remedy: str) -> Hypothesis:
    """A value that the setup has to give."""

    def check(setup: Setup) -> Failure | None:
        return Failure(place, None, remedy) if setup.value(place) is None else None

    return Hypothesis(id_, text, check)


def not_given(id_: str, place: str, text: str, remedy: str) -> Hypothesis:
    """A value that the setup must not give: the statement is false for some who have it."""

    def check(setup: Setup) -> Failure | None:
        found = setup.value(place)
        return None if found is None else Failure(place, found, remedy)

    return Hypothesis(id_, text, check)


def never(id_: str, text: str, where: str, remedy: str) -> Hypothesis:
    """A hypothesis that cannot be established: the statement is shown, no value is printed."""
    return Hypothesis(id_, text, lambda setup: Failure(where, "not known", remedy))
