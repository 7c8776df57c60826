"""Allowed values of a field, declared beside it, and the one check that reads the declaration."""

from __future__ import annotations

import math
import numbers
from dataclasses import Field, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from stability.errors import SetupError

Exact = Fraction | int | float | str | Decimal
"""What a caller may write for a real number. A float means the binary number it is; a string, a
`Decimal` or a `Fraction` means exactly what it says ("0.1" is one tenth)."""


LARGEST_EXPONENT = 300
"""Numbers above 10^300, or below 10^-300 and not 0, are refused: floats end near there."""


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
    limit = 10**LARGEST_EXPONENT
    if number and not Fraction(1, limit) <= abs(number) <= limit:
        raise OutOfRange("out of range")
    return number


def _exact(value: Any) -> Fraction:
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


@dataclass(frozen=True)
class Allowed:
    """What a field may hold. `convert` turns a caller's value into the stored one.

    Without `flag`, `word`, `choices` or `each` (a list of what that allows, which may have no
    entry if `empty`) it is a number.
    """

    text: str
    low: Fraction | None = None
    high: Fraction | None = None
    open_low: bool = False
    open_high: bool = False
    whole: bool = False
    flag: bool = False
    choices: tuple[str, ...] = ()
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
            if not isinstance(value, (list, tuple)) or not (value or self.empty):
                raise ValueError("not a list")
            return tuple(self.each.convert(part) for part in value)
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


_REQUIRED = object()


def quantity(
    allowed: Allowed,
    explain: str,
    *,
    default: Any = _REQUIRED,
    example: str = "",
    shown: bool = False,
) -> Any:
    """A dataclass field with its allowed values and one line of explanation ("It is ...").

    A default of None makes the field optional: None then means "not known". `example` is a value
    as a file writes it, for the commented files that `stability init` makes; `shown` says that the
    example is used there although the field has a default.
    """
    metadata = {
        "allowed": allowed,
        "explain": explain,
        "optional": default is None,
        "example": example,
        "shown": shown,
    }
    if default is _REQUIRED:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


def allowed_of(item: Field[Any]) -> Allowed | None:
    """The declaration of a field made by `quantity`, or None for other fields."""
    return item.metadata.get("allowed")


def check_fields(instance: Any, section: str, *, floats: bool = False) -> None:
    """Convert and check every declared field of a frozen dataclass in place.

    Real numbers are stored exactly, or with `floats` as the nearest float.

    Raises SetupError that names the place (`section.field`), what was found, what is allowed.
    """
    for item in fields(instance):
        allowed = allowed_of(item)
        value = getattr(instance, item.name)
        if allowed is None or (value is None and item.metadata["optional"]):
            continue
        try:
            converted = allowed.convert(value)
        except (ValueError, TypeError, OverflowError) as error:
            size = " (at most 1e300, and 0 or at least 1e-300, in size)"
            found = value if value is not None else "nothing (it is required)"
            raise SetupError(
                where=f"{section}.{item.name}",
                found=found,
                allowed=allowed.text + (size if isinstance(error, OutOfRange) else ""),
                remedy=f"It is {item.metadata['explain']}.",
            ) from None
        if floats and isinstance(converted, Fraction):
            converted = float(converted)
        object.__setattr__(instance, item.name, converted)
