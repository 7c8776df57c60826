"""`evaluate`: the number that a theorem's statement gives for numbers of your own.

Nothing is checked but the range of each symbol and the domain of the statement: whether the
theorem's hypotheses hold for the problem behind the numbers is up to the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stability.conventions import Kind
from stability.errors import EvaluationError, SetupError, did_you_mean
from stability.setup.fields import OutOfRange, exact
from stability.theorems.catalogue import named
from stability.theorems.kinds import (
    GeneralizationStatement,
    Statement,
    Theorem,
)
from stability.theorems.kinds.generalization_theorem import trivial
from stability.theorems.kinds.labels import Labels
from stability.theorems.statement_choice import ALWAYS, choose_statement, own_name
from stability.theorems.statement_labels import statement_labels
from stability.theorems.statements.symbols import MEANINGS
from stability.theorems.statements.term import Enclosure, Term
from stability.told import Told

Number = str | int | float | Fraction


@dataclass(frozen=True)
class Evaluation(Told):
    """What a statement gives: named values between two rationals.

    `which` is the value that `.value` and `.enclosure` speak of, the first unless asked otherwise.
    `form` names the statement, for theorems with several. `note` says what the numbers lean on
    beyond the theorem. `labels` are those that stand beside every value that is shown. `trivial`
    is what the range of the losses gives for nothing, None where it gives nothing or no M is given.
    `unchecked` are the hypotheses of the theorem, in words: nobody looked whether they hold.
    """

    id: str
    form: str
    values: Mapping[str, Enclosure]
    which: str
    kind: Kind
    labels: Labels
    note: str = ""
    trivial: Fraction | None = None
    unchecked: tuple[str, ...] = ()

    @property
    def vacuous(self) -> bool:
        """Whether an upper bound says no more than the range of the losses does."""
        promised = self.kind in (Kind.UPPER, Kind.EXACT)
        return promised and self.trivial is not None and self.enclosure.high >= self.trivial

    @property
    def warnings(self) -> tuple[str, ...]:
        """That it says nothing, if so, and the hypotheses that nobody looked at."""
        told = []
        if self.vacuous and self.trivial is not None:
            free = f"{float(self.trivial):.12g}"
            told.append(f"It says nothing (vacuous): the range of the losses alone gives {free}.")
        if self.unchecked:
            told += ["Not checked, you promise it:", *(f"  - {text}" for text in self.unchecked)]
        return tuple(told)

    @property
    def enclosure(self) -> Enclosure:
        """The value asked for, between two rationals."""
        return self.values[self.which]

    @property
    def value(self) -> float:
        """The value asked for as a float on the safe side: lower bounds are rounded down."""
        return self.rounded(self.which)

    def rounded(self, name: str) -> float:
        """One of the values as a float on the safe side."""
        found = self.values[name]
        return found.lower if self.kind is Kind.LOWER else found.upper

    def told(self) -> tuple[str, ...]:
        """Every value on the safe side, what it promises, and what it leans on."""
        side = {Kind.UPPER: "at most", Kind.EXACT: "at most", Kind.LOWER: "at least"}
        return (
            f"{self.id}{f', {self.form}' if self.form else ''}",
            *(f"  {n}: {side.get(self.kind, 'about')} {self.rounded(n)!r}" for n in self.values),
            f"It is: {', '.join((*self.labels.words, self.labels.losses))}.",
            *self.warnings,
            *((self.note,) if self.note else ()),
        )


def evaluate(
    theorem: str | Theorem,
    values: Mapping[str, Number],
    *,
    form: str | None = None,
    which: str | None = None,
) -> Evaluation:
    """The values of a theorem's statement at given symbols (`stability theorems ID` names them).

    `theorem` is the identifier of one of the catalogue, or a theorem, such as one of your own.
    Strings mean exactly the decimal they show. Nothing has a default, the
    loss range `M` neither, unless the source states the theorem for one value only, which is then
    taken and told in `note`. `alpha` is a constant step size; give `c` instead for steps c/t. `F`
    is one number or numbers separated by commas, one per step. Symbols that follow from others
    (`weight`, `k0`) are computed unless given. `form` names one of several statements; without it
    the first is taken that uses exactly what is given. `which` names one of several values.

    Raises SetupError for an unknown theorem, form or symbol, a missing symbol, a value that is not
    allowed or outside the statement's domain; EvaluationError if there is no finite value.

    >>> evaluate("hardt2016-expectation", {"epsilon": "1e-5"}).value
    1e-05
    >>> evaluate("elastic-to-uniform", {"U": 2, "m": 1000}).enclosure.low
    Fraction(1, 500)
    """
    theorem = named(theorem) if isinstance(theorem, str) else theorem
    _check_known(theorem, values)
    choice = choose_statement(theorem, values, form)
    statement, schedule, needed = choice.statement, choice.schedule, choice.needed
    named_here = {own_name(statement, name, values): value for name, value in values.items()}
    numbers = {n: _number(n, value, theorem.meaning(n)) for n, value in named_here.items()}
    printed = {n: Fraction(v) for n, v in theorem.printed.items() if n in needed - set(numbers)}
    numbers.update(printed)
    _check_complete(theorem, statement, needed, numbers)
    _check_steps(numbers)
    size = int(numbers.get("m", 1))
    try:
        wrong = statement.outside(numbers, schedule, size)
        if wrong is not None:
            raise SetupError(
                where=theorem.id,
                found=_listing(numbers),
                allowed=f"values with {wrong}",
                remedy="The statement is proved for these only.",
            )
        found = {
            name: statement.term(expression, numbers, schedule).enclosure(size)
            for name, expression in statement.values.items()
        }
    except EvaluationError as error:
        raise EvaluationError(f"{theorem.id} at {_listing(numbers)}: {error}") from None
    return Evaluation(
        id=theorem.id,
        form=statement.name,
        values=found,
        which=_which(theorem, found, which),
        kind=theorem.kind,
        labels=statement_labels(theorem, statement, numbers, values),
        note="; ".join(filter(None, (_as_printed(printed), _note(theorem, values)))),
        trivial=_trivial(statement, numbers),
        unchecked=theorem.needs(statement.name),
    )


def _trivial(statement: Statement, numbers: Mapping[str, Any]) -> Fraction | None:
    general = statement if isinstance(statement, GeneralizationStatement) else None
    free = None if general is None else trivial(general.quantity)
    if free is None or "M" not in numbers:
        return None
    return Term(free, {"M": numbers["M"]}).enclosure(1).low


def _check_known(theorem: Theorem, given: Mapping[str, Number]) -> None:
    open_symbols = [n for n in theorem.unspecified if n not in theorem.symbols()]
    if open_symbols:
        raise SetupError(
            where=theorem.id,
            found=f"a statement whose {' and '.join(open_symbols)} the source does not give",
            allowed="nothing: it is shown as a formula and never as a number",
            remedy=theorem.source.note,
        )
    known = {*ALWAYS, *theorem.symbols(), *({"c"} if "alpha" in theorem.symbols() else ())}
    known |= {"T"} if "draws" in known else set()
    for name in given:
        if name not in known:
            raise SetupError(
                where=name,
                found="a symbol that the statement does not use",
                allowed=f"for {theorem.id}: " + ", ".join(sorted(known)),
                remedy=did_you_mean(name, known, show=str),
            )


def _number(name: str, value: Number, meaning: str) -> Any:
    allowed = MEANINGS[name].allowed
    if name == "F" and isinstance(value, str) and "," in value:
        return tuple(_number(name, part.strip(), meaning) for part in value.split(","))
    try:
        return allowed.convert(exact(value))
    except (ValueError, TypeError) as error:
        size = " (at most 1e300, and 0 or at least 1e-300, in size)"
        raise SetupError(
            where=name,
            found=value,
            allowed=allowed.text + (size if isinstance(error, OutOfRange) else ""),
            remedy=f"It is: {meaning}.",
        ) from None


def _check_complete(
    theorem: Theorem, statement: Statement, needed: frozenset[str], numbers: Mapping[str, Any]
) -> None:
    missing = sorted(needed - set(numbers))
    if not missing:
        return
    told = ", ".join(f"{n} ({theorem.meaning(n)})" for n in missing)
    left_open = [n for n in missing if n in theorem.unspecified]
    remedy = f"Add {' '.join(f'{n}=...' for n in missing)}."
    if left_open:
        remedy += (
            f" The source does not give {' and '.join(left_open)}: "
            "a number follows only from a value of your own."
        )
    elif "alpha" in missing:
        remedy += " For steps c/t give c in place of alpha."
    raise SetupError(
        where=f"{theorem.id}{f' ({statement.name})' if statement.name else ''}",
        found=f"no value for {told}",
        allowed="a value for each of " + ", ".join(sorted(needed)),
        remedy=remedy,
    )


def _check_steps(numbers: Mapping[str, Any]) -> None:
    risks, steps = numbers.get("F"), numbers.get("T")
    if isinstance(risks, tuple) and steps is not None and len(risks) < steps:
        raise SetupError(
            where="F",
            found=f"{len(risks)} numbers",
            allowed=f"one number, or one for each of the {steps} steps",
        )


def _which(theorem: Theorem, found: Mapping[str, Enclosure], which: str | None) -> str:
    if which is None:
        return next(iter(found))
    if which in found:
        return which
    raise SetupError(
        where="which",
        found=which,
        allowed=f"a value that {theorem.id} gives: " + ", ".join(found),
        remedy=did_you_mean(which, found, show=str),
    )


def _as_printed(taken: Mapping[str, Fraction]) -> str:
    if not taken:
        return ""
    told = " and ".join(f"{name} = {value}" for name, value in taken.items())
    return f"with {told}, for which the source states it: give your own for another"


def _note(theorem: Theorem, given: Mapping[str, Number]) -> str:
    own = [f"{name} = {given[name]}" for name in theorem.unspecified if name in given]
    if not own:
        return ""
    return f"with your own {' and '.join(own)}, which the source does not give: not a known bound"


def _listing(numbers: Mapping[str, Any]) -> str:
    shown = {n: "..." if isinstance(v, tuple) else f"{float(v):.6g}" for n, v in numbers.items()}
    return ", ".join(f"{n} = {text}" for n, text in sorted(shown.items()))
