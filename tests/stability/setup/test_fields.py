"""Declared fields: every value just outside a declaration is refused, and the place is named."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

from stability.errors import SetupError, StabilityError
from stability.setup.fields import (
    FLAG,
    NON_NEGATIVE,
    POSITIVE,
    SHARE,
    UNIT_OPEN,
    WORD,
    Allowed,
    OutOfRange,
    at_least,
    exact,
    list_of,
    one_of,
)

from ..declared import CASES, Case, declared, inside, outside, tells

FIELDS = [
    pytest.param(case, name, allowed, optional, id=f"{case}.{name}")
    for case in CASES
    for name, allowed, optional in declared(case)
]
DECLARATIONS = [
    *(POSITIVE, NON_NEGATIVE, UNIT_OPEN, SHARE, FLAG, WORD, at_least(1), one_of("a", "b")),
    *(list_of(at_least(0), "a list of numbers"), list_of(WORD, "a list of texts")),
]


def test_every_dataclass_declares_its_fields() -> None:
    assert len(FIELDS) >= 50
    assert {str(case) for case in CASES if not list(declared(case))} == set()


@pytest.mark.parametrize(("case", "name", "allowed", "optional"), FIELDS)
def test_values_outside_are_refused(
    case: Case, name: str, allowed: Allowed, optional: bool
) -> None:
    for value in outside(allowed):
        with pytest.raises(SetupError) as caught:
            case.rebuilt(**{name: value})
        error = caught.value
        assert tells(error, f"{case.section}.{name}", allowed), (value, str(error))
        assert error.remedy


@pytest.mark.parametrize(("case", "name", "allowed", "optional"), FIELDS)
def test_none_is_allowed_where_optional_only(
    case: Case, name: str, allowed: Allowed, optional: bool
) -> None:
    if optional:
        try:
            assert getattr(case.rebuilt(**{name: None}), name) is None
        except SetupError as error:  # another rule needs it: mean needs sup, steps or epochs, ...
            assert error.where.startswith(case.section)
    else:
        with pytest.raises(SetupError, match="required") as caught:
            case.rebuilt(**{name: None})
        assert caught.value.where == f"{case.section}.{name}"


@pytest.mark.parametrize("allowed", DECLARATIONS, ids=lambda a: a.text)
def test_values_inside_are_kept(allowed: Allowed) -> None:
    for value in inside(allowed):
        stored = allowed.convert(value)
        if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
            assert stored == value
        assert allowed.convert(stored) == stored
    for value in outside(allowed):
        with pytest.raises((ValueError, TypeError)):
            allowed.convert(value)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("0.1", Fraction(1, 10)),
        (0.1, Fraction(0.1)),
        (Decimal("0.1"), Fraction(1, 10)),
        ("1/3", Fraction(1, 3)),
        ("1e-5", Fraction(1, 100_000)),
        (" 2 ", Fraction(2)),
        (3, Fraction(3)),
        (np.int64(3), Fraction(3)),
        (np.float32(0.5), Fraction(1, 2)),
        (sympy.Rational(1, 3), Fraction(1, 3)),
        (Fraction(2, 7), Fraction(2, 7)),
        ("1e300", Fraction(10) ** 300),
        ("0", Fraction(0)),
    ],
)
def test_a_number_means_exactly_what_it_says(value: Any, stored: Fraction) -> None:
    assert exact(value) == stored


@pytest.mark.parametrize(
    "value", [True, None, "", "x", "nan", float("inf"), Decimal("Infinity"), 1j, sympy.pi, "1/0"]
)
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        exact(value)


@pytest.mark.parametrize(
    "value", ["1e301", "1e-301", 10**301, Fraction(1, 10**301), "1e999999999", Decimal("1e-5000")]
)
def test_numbers_out_of_range_are_refused_at_once(value: Any) -> None:
    with pytest.raises(OutOfRange):
        exact(value)


def test_messages_say_where_what_and_what_is_allowed() -> None:
    error = SetupError(where="loss.range", found=Fraction(-1), allowed="a number", remedy="Do so.")
    assert str(error) == "loss.range: found -1; allowed: a number. Do so."
    assert isinstance(error, StabilityError)
