"""A shown upper bound is never below the value, a shown lower one never above."""

from fractions import Fraction

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from stability.rounding import given, rounded, rounded_down, rounded_up, with_error

numbers = st.fractions().filter(bool) | st.floats(allow_nan=False, allow_infinity=False).map(
    Fraction
).filter(bool)


@for_all(numbers)
def test_the_side_of_rounding(value: Fraction) -> None:
    up, down, near = (Fraction(f(value)) for f in (rounded_up, rounded_down, rounded))
    assert down <= value <= up
    assert near in (up, down)
    assert up - down <= abs(value) / 1000


@for_all(st.fractions(min_value=0).filter(bool))
def test_a_number_written_down_is_not_shown_too_small(value: Fraction) -> None:
    assert Fraction(given(value)) >= value


@pytest.mark.parametrize(
    ("value", "up", "down"),
    [
        (Fraction(1, 2), "0.5", "0.5"),
        (Fraction(0), "0", "0"),
        (60.0, "60", "60"),
        (Fraction(99999), "100000", "99990"),
        (Fraction(999999), "1e+06", "999900"),
        (Fraction(1, 10**5), "1e-05", "1e-05"),
        (Fraction(1, 10**4), "0.0001", "0.0001"),
        (Fraction(-1, 3), "-0.3333", "-0.3334"),
        (Fraction(10**400) + 1, "1.001e+400", "1e+400"),
        (float("inf"), "infinite", "infinite"),
    ],
)
def test_known_texts(value: Fraction | float, up: str, down: str) -> None:
    assert (rounded_up(value), rounded_down(value)) == (up, down)


def test_a_float_shows_as_it_was_written_but_a_bound_does_not_fall_below() -> None:
    assert given(Fraction(0.05)) == "0.05"
    assert given(Fraction(10**400)) == "1e+400"
    assert Fraction(rounded_up(0.05)) >= Fraction(0.05) > Fraction("0.05")


floats = st.floats(allow_nan=False, allow_infinity=False)


@for_all(floats, st.floats(min_value=0, allow_nan=False, allow_infinity=False))
def test_a_standard_error_has_two_digits_and_is_the_place_of_its_number(value, error) -> None:
    text = with_error(value, error)
    if text.endswith(" ± 0"):
        assert error <= 1e-14 * abs(value)
        return
    number, spread = text.partition(")e")[0].lstrip("(").split(" ± ")
    power = int(text.partition(")e")[2] or 0)
    shown = Fraction(spread) * Fraction(10) ** power
    assert abs(shown - Fraction(error)) <= Fraction(error) / 20  # two digits
    place = Fraction(10) ** (power - len(spread.partition(".")[2])) if "." in spread else shown
    assert abs(Fraction(number) * Fraction(10) ** power - Fraction(value)) <= place / 2


def test_a_standard_error_above_its_number_is_not_cut_to_one_digit() -> None:
    assert with_error(139.0, 148.0) == "140 ± 150"  # not 139 ± 100
    assert with_error(1.74, 2e-16) == "1.74 ± 0"
    assert with_error(-0.001, 0.2) == "0.00 ± 0.20"
