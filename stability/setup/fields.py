"""Allowed values of a field, declared beside it, and the one check that reads the declaration."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from stability.conventions import Name
from stability.errors import SetupError

Exact = Fraction | int | float | str | Decimal
"""What a caller may write for a real number. A float means the binary number it is; a string, a
`Decimal` or a `Fraction` means exactly what it says ("0.1" is one tenth)."""


LARGEST_EXPONENT = 300
"""Numbers above 10^300, or below 10^-300 and not 0, are refused: floats end near there."""
_LARGEST, _SMALLEST = Fraction(10**LARGEST_EXPONENT), Fraction(1, 10**LARGEST_EXPONENT)
_SURELY_IN_RANGE = _LARGEST.numerator.bit_length() - 2


class OutOfRange(ValueError):
    """A number too large or too small to compute with."""


if TYPE_CHECKING:
    Number = Any
else:
    Number = Fraction
"""The type of a declared field: a caller may write any `Exact`, what is stored is a Fraction."""


def exact(value: Any) -> Fraction:
    """The exact rational a caller's number stands for.

    Raises ValueError for anything that is not a finite real number (NaN, infinity, booleans), and
    for numbers above 10^300 or below 10^-300 (OutOfRange).

    >>> exact("0.1"), exact(0.5)
    (Fraction(1, 10), Fraction(1, 2))
    """
    number = _exact(value)
    size = number.numerator.bit_length() - number.denominator.bit_length()
    if number and abs(size) > _SURELY_IN_RANGE and not _SMALLEST <= abs(number) <= _LARGEST:
        raise OutOfRange("out of range")
    return number


def _exact(value: Any) -> Fraction:
    if type(value) is Fraction:
        return value
    if isinstance(value, bool):
        raise ValueError("a truth value is not a number")
    if isinstance(value, (Fraction, int)):
        return Fraction(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("not finite")
        if value and abs(value.adjusted()) > LARGEST_EXPONENT:
            raise OutOfRange("out of range")  # before an exponent becomes that many digits
        return Fraction(value)
    if isinstance(value, str):
        try:
            return _exact(Decimal(value))
        except InvalidOperation:
            if "/" not in value or len(value) > 4 * LARGEST_EXPONENT:
                raise ValueError("not a number") from None
            try:
                return Fraction(value)
            except (ValueError, ZeroDivisionError) as error:
                raise ValueError("not a number") from error
    if getattr(value, "is_Rational", False):
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, numbers.Integral):
        return Fraction(int(value))
    if isinstance(value, numbers.Real):
        if not math.isfinite(float(value)):
            raise ValueError("not finite")
        return Fraction(float(value))
    raise ValueError("not a number")


class Refused(ValueError):
    """A part of a value is not allowed: `at` is the place in the value, such as "[3]"."""

    def __init__(self, at: str, found: Any, allowed: str) -> None:
        self.at, self.found, self.allowed = at, found, allowed
        super().__init__(f"{at}: not {allowed}")


@dataclass(frozen=True)
class Allowed:
    """What a field may hold, and the words for it.

    Without `flag`, `word`, `choices` or `each` (a list of what that allows, which may have no
    entry if `empty`) it is a number. What no such declaration can say is a subclass with its own
    `convert` and `read`.
    """

    text: str
    low: Fraction | None = None
    high: Fraction | None = None
    open_low: bool = False
    open_high: bool = False
    whole: bool = False
    flag: bool = False
    choices: tuple[Name, ...] = ()
    word: bool = False
    each: Allowed | None = None
    empty: bool = False

    def convert(self, value: Any) -> Any:
        """The stored value; ValueError if it is not allowed."""
        if self.flag:
            if not isinstance(value, bool):
                raise ValueError("not a truth value")
            return value
        if self.each is not None:
            return self._all(self.each, value)
        if self.word:
            if not isinstance(value, str) or not value.strip():
                raise ValueError("not a text")
            return value
        if self.choices:
            text = getattr(value, "value", value)
            if text not in self.choices:
                raise ValueError("not one of the choices")
            return text
        number = exact(value)
        if self.whole and number.denominator != 1:
            raise ValueError("not a whole number")
        if self.low is not None and (number < self.low or (self.open_low and number == self.low)):
            raise ValueError("too small")
        too_large = self.high is not None and (
            number > self.high or (self.open_high and number == self.high)
        )
        if too_large:
            raise ValueError("too large")
        return int(number) if self.whole else number

    def read(self, where: str, value: Any) -> Any:
        """What a file says at a place, for `convert`. Raises SetupError for quoted numbers."""
        if self.each is not None:
            if not isinstance(value, list):
                return value
            return [self.each.read(f"{where}[{i}]", part) for i, part in enumerate(value)]
        return value if self.choices or self.word else unquoted(where, value)

    def _all(self, each: Allowed, value: Any) -> tuple[Any, ...]:
        if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
            raise ValueError("not a list")
        parts = tuple(value)
        if not (parts or self.empty):
            raise ValueError("an empty list")
        checked: dict[int, Any] = {}  # by identity: a list may hold one object a thousand times
        for i, part in enumerate(parts):
            if id(part) not in checked:
                checked[id(part)] = each.part(f"[{i}]", part)
        return tuple(checked[id(part)] for part in parts)

    def part(self, at: str, value: Any) -> Any:
        """The stored value of a part of another value; Refused, with its place, if not allowed."""
        try:
            return self.convert(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise Refused(at, value, self.text + _size(error)) from None


def _size(error: Exception) -> str:
    """What a message says of sizes, if that is what is wrong."""
    out = isinstance(error, OutOfRange)
    return " (at most 1e300, and 0 or at least 1e-300, in size)" if out else ""


def unquoted(where: str, value: Any) -> Any:
    """The value, unless it is a text: numbers and truth values are written without quotes."""
    if not isinstance(value, str):
        return value
    raise SetupError(
        where=where,
        found=value if value else "an empty text",
        allowed="a number, or true or false, without quotes",
    )


ZERO, ONE = Fraction(0), Fraction(1)
POSITIVE = Allowed("a number above 0", low=ZERO, open_low=True)
NON_NEGATIVE = Allowed("a number of at least 0", low=ZERO)
UNIT_OPEN = Allowed("a number strictly between 0 and 1", ZERO, ONE, True, True)
SHARE = Allowed("a number of at least 0 and below 1", ZERO, ONE, False, True)
FLAG = Allowed("true or false", flag=True)
WORD = Allowed("a text", word=True)


def at_least(minimum: int) -> Allowed:
    """A whole number of at least `minimum`."""
    return Allowed(f"a whole number of at least {minimum}", low=Fraction(minimum), whole=True)


def one_of(*choices: str) -> Allowed:
    """One of the named choices."""
    return Allowed("one of " + ", ".join(repr(c) for c in choices), choices=choices)


def list_of(each: Allowed, text: str, *, empty: bool = False) -> Allowed:
    """A list of what `each` allows, not empty unless `empty`; stored as a tuple."""
    return Allowed(text, each=each, empty=empty)


@dataclass(frozen=True)
class Symbol:
    """The symbol of statements that a field stands for, where no other field has it.

    `weight`: multiplying the loss by f multiplies its value by f to this power.
    """

    name: Name
    text: str
    weight: int
    latex: str


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What is known of a field: `explain` is how a sentence "It is ..." goes on.

    `example` is a value as a file writes it, for the commented files of `stability init`; `shown`:
    it is used there although the field has a default. `symbol`: the symbol of statements that the
    field's value stands for. `told`: the field's part, "{}" for its value, when what it belongs to
    is described in a line; `untold`: its part if the value is 0 or not known. `measurable`: it may
    have been measured, which the field `measured` of the same section says. `belongs_to`: the
    places, or whole sections, of a setup to whose values it belongs; without them it says nothing.
    """

    allowed: Allowed
    explain: str
    optional: bool = False
    example: Name = ""
    shown: bool = False
    symbol: Name | Symbol = ""
    told: str = ""
    untold: str = ""
    measurable: bool = False
    belongs_to: tuple[Name, ...] = ()

    @property
    def symbol_name(self) -> str:
        """The name of the symbol, "" if there is none."""
        return self.symbol.name if isinstance(self.symbol, Symbol) else self.symbol


_REQUIRED, _DECLARATION = object(), "declaration"


def quantity(
    allowed: Allowed,
    explain: str,
    *,
    default: Any = _REQUIRED,
    example: str = "",
    shown: bool = False,
    symbol: str | Symbol = "",
    told: str = "",
    untold: str = "",
    measurable: bool = False,
    belongs_to: tuple[str, ...] = (),
) -> Any:
    """A dataclass field with its declaration.

    A default of None makes the field optional: None then means "not known".
    """
    declared = Declaration(
        allowed=allowed,
        explain=explain,
        optional=default is None,
        example=example,
        shown=shown,
        symbol=symbol,
        told=told,
        untold=untold,
        measurable=measurable,
        belongs_to=belongs_to,
    )
    metadata = {_DECLARATION: declared}
    if default is _REQUIRED:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


def declaration_of(item: Field[Any]) -> Declaration:
    """The declaration of a field made by `quantity`."""
    return item.metadata[_DECLARATION]


def declarations(kind: Any) -> dict[str, Declaration]:
    """The declared fields of a dataclass, or of an instance, by name.

    >>> from stability.setup.setup import Sample
    >>> declarations(Sample)["size"].explain
    'm, the number of training examples'
    """
    of = kind if isinstance(kind, type) else type(kind)
    return {item.name: declaration_of(item) for item in _declared_fields(of)}


@cache
def _declared_fields(kind: type) -> tuple[Field[Any], ...]:
    return tuple(item for item in fields(kind) if _DECLARATION in item.metadata)


def check_fields(instance: Any, section: str, *, floats: bool = False) -> None:
    """Convert and check every declared field of a frozen dataclass in place.

    Real numbers are stored exactly, or with `floats` as the nearest float.

    Raises SetupError that names the place (`section.field`), what was found, what is allowed.
    """
    for name, declared in declarations(instance).items():
        value = getattr(instance, name)
        if value is None and declared.optional:
            continue
        try:
            converted = declared.allowed.convert(value)
        except (ValueError, TypeError, OverflowError) as error:
            at, found, allowed = "", value, declared.allowed.text + _size(error)
            if isinstance(error, Refused):
                at, found, allowed = error.at, error.found, error.allowed
            raise SetupError(
                where=f"{section}.{name}{at}",
                found=found if found is not None else "nothing (it is required)",
                allowed=allowed,
                remedy=f"It is {declared.explain}.",
            ) from None
        if floats and isinstance(converted, Fraction):
            converted = float(converted)
        object.__setattr__(instance, name, converted)
