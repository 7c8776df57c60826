"""The numbers of `stability.rounding`, under the name by which reports know them."""

from stability.rounding import DIGITS, given, rounded, rounded_down, rounded_up

__all__ = ["DIGITS", "given", "rounded", "rounded_down", "rounded_up"]
