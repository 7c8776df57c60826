"""Which of a theorem's statements the given symbols speak of, and which symbols it needs."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from stability.errors import SetupError, did_you_mean
from stability.theorems.kinds import Statement, Theorem
from stability.theorems.statements.closed_sums import CONSTANT, DECAY
from stability.theorems.statements.symbols import names_in

ALWAYS = frozenset({"m", "M"})
"""Sample size and loss range belong to every problem, so every statement takes them, also one
that needs them not."""


@dataclass(frozen=True)
class Choice:
    """A statement, what its step sizes are ("constant" or "decay"), and the symbols it needs."""

    statement: Statement
    schedule: str
    needed: frozenset[str]
    unused: tuple[str, ...]


def choose_statement(theorem: Theorem, given: Iterable[str], form: str | None) -> Choice:
    """The statement named `form`; else the first one that needs and uses just the given symbols.

    Raises SetupError for an unknown form and for symbols that the statement does not use.
    """
    names = frozenset(given)
    statements = theorem.statements
    if form is not None:
        statements = tuple(s for s in statements if s.name == form)
        if not statements:
            raise _unknown_form(theorem, form)
    choices = [_choice(statement, names) for statement in statements]
    enough = [c for c in choices if c.needed - {"M"} <= _said(c.statement, names)]
    exactly = [c for c in enough if not c.unused]
    chosen = (exactly or enough or choices)[0]
    if chosen.unused:
        raise _unused(theorem, chosen)
    return chosen


def own_name(statement: Statement, name: str, given: Container[str]) -> str:
    """The statement's name for a symbol: T stands for `draws` where it speaks of no steps."""
    if name != "T" or "draws" in given:
        return name
    wanted = statement.names()
    return "draws" if "draws" in wanted and "T" not in wanted else name


def _said(statement: Statement, names: frozenset[str]) -> frozenset[str]:
    return frozenset(own_name(statement, name, names) for name in names)


def _choice(statement: Statement, names: frozenset[str]) -> Choice:
    given = _said(statement, names)
    direct, derived = _used(statement)
    decays = "alpha" in direct | derived and "c" in given and "alpha" not in given
    schedule = DECAY if decays else CONSTANT
    needed = set(direct)
    for name in set(statement.derived) & direct - given:
        if schedule in statement.derived[name]:
            needed = (needed - {name}) | names_in(statement.derived[name][schedule])
    if decays and "alpha" in needed:
        needed = (needed - {"alpha"}) | {"c"}
    unused = sorted(given - needed - ALWAYS)
    return Choice(statement, schedule, frozenset(needed), tuple(unused))


def _used(statement: Statement) -> tuple[frozenset[str], frozenset[str]]:
    """The symbols of the statement and its domain, and those of what is derived."""
    own = (*statement.values.values(), *statement.domain)
    derived = (e for schedules in statement.derived.values() for e in schedules.values())
    return (
        frozenset().union(*(names_in(e) for e in own)),
        frozenset().union(*(names_in(e) for e in derived)),
    )


def _unknown_form(theorem: Theorem, form: str) -> SetupError:
    names = [s.name or "(the only one has no name)" for s in theorem.statements]
    return SetupError(
        where="form",
        found=form,
        allowed="one of " + "; ".join(dict.fromkeys(names)),
        remedy=did_you_mean(form, names),
    )


def _unused(theorem: Theorem, chosen: Choice) -> SetupError:
    statement, unused = chosen.statement, set(chosen.unused)
    others = [s for s in theorem.statements if s is not statement and s.name]
    users = [s.name for s in others if s.names() >= unused]
    label = f" in the form {statement.name!r}" if statement.name else ""
    return SetupError(
        where=chosen.unused[0],
        found=f"a symbol that {theorem.id} does not use{label}, with what else is given",
        allowed=", ".join(sorted(chosen.needed)),
        remedy=f"The form {users[0]!r} uses it." if users else "Leave it out.",
    )
