"""Data sets that cannot be: each is refused in one message with the place and what to do."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from stability.datasets import Dataset, InputRange
from stability.errors import DataError

GOOD = {
    "inputs": [[36.6, 1.0], [41.0, 0.0], [39.5, 1.0]],
    "labels": [0, 1, 1],
    "classes": ("well", "ill"),
    "name": "patients",
    "features": ("temperature", "cough"),
}
BAD = {
    "NaN, in a named column": (
        {"inputs": [[36.6, 1.0], [np.nan, 0.0], [np.nan, 1.0]], "row_names": ["Ann", "Bo", "Cy"]},
        "patients.inputs, row 1 ('Bo'), column 'temperature': found the value nan (2 of 3 rows "
        "have such values: 1, 2); allowed: finite numbers. Remove the rows with missing or "
        "infinite values, or fill them in.",
    ),
    "infinite": (
        {"inputs": [[36.6, 1.0], [41.0, 0.0], [39.5, -np.inf]], "features": None},
        "patients.inputs, row 2, column 1: found the value -inf (1 of 3 rows have such values: 2); "
        "allowed: finite numbers. Remove the rows with missing or infinite values, or fill them "
        "in.",
    ),
    "outside its own range": (
        {"range": InputRange([35, 0], [41.5, 0.5], "the source")},
        "patients.inputs, row 0, column 'cough': found the value 1.0 (2 of 3 rows have such "
        "values: 0, 2); allowed: numbers in [0, 0.5], as the source declares. Declare the range of "
        "the inputs that there can be, or divide them by the largest.",
    ),
    "a range of other columns": (
        {"range": ([0, 0, 0], [50, 1, 1])},
        "patients.range: found a box with ends of its own for each of 3 numbers; allowed: one "
        "range, or one for each of the 2 numbers of an example.",
    ),
    "complex": (
        {"inputs": np.full((3, 2), 1j)},
        "patients.inputs: found complex numbers (type complex128); allowed: an array (n, ...) of "
        "real numbers. Turn them into numbers first: a column of 0 and 1 for each category.",
    ),
    "objects": (
        {"inputs": np.array([[Decimal(1), 2], [3, "high"], [5, 6]], dtype=object)},
        "patients.inputs, row 1, column 1: found an object of type str, which is not a number; "
        "allowed: an array (n, ...) of real numbers. Remove the rows with missing values, and "
        "turn other values into numbers.",
    ),
    "rows of different lengths": (
        {"inputs": [[36.6, 1.0], [41.0]]},
        "patients.inputs: found rows of different lengths; allowed: an array (n, ...) of real "
        "numbers. Give every example the same number of values.",
    ),
    "a single column": (
        {"inputs": [36.6, 41.0, 39.5], "features": None},
        "patients.inputs: found an array of shape (3,); allowed: an array (n, ...) of n examples, "
        "at least one, with the same numbers each. Reshape a single column of numbers to (n, 1).",
    ),
    "too few labels": (
        {"labels": [0, 1]},
        "patients.labels: found 2 labels for 3 inputs; allowed: one label for each input. Check "
        "that both come from the same part of the data.",
    ),
    "a label without a class": (
        {"labels": [0, 1, 2]},
        "patients.labels, row 2: found label 2 (1 of 3 labels are out of range); allowed: whole "
        "numbers from 0 to 1. Number the classes from 0 and name all of them.",
    ),
    "labels without classes": (
        {"classes": ()},
        "patients.labels, row 0: found label 0 (3 of 3 labels are out of range); allowed: labels "
        "together with the names of the classes. Number the classes from 0 and name all of them.",
    ),
    "neither labels nor targets": (
        {"labels": None},
        "patients: found neither labels nor targets; allowed: a class or real targets for each "
        "example, or both. Give labels=... with classes=..., or targets=...",
    ),
    "targets of another length": (
        {"targets": [0.5, 1.0]},
        "patients.targets: found targets of shape (2,) for 3 inputs; allowed: targets (3,), or "
        "(3, k) for several of each. Give one target, or one row of targets, for each input.",
    ),
    "a missing target": (
        {"targets": [[0.5, 1.0], [0.25, np.nan], [0.0, 0.0]]},
        "patients.targets, row 1, column 1: found the value nan; allowed: finite numbers. Remove "
        "the rows with missing or infinite targets.",
    ),
    "a shape that does not fit": (
        {"shape": (1, 3)},
        "patients.shape: found (1, 3); allowed: positive sizes whose product is 2, how many "
        "numbers an example has. Use (2,) for a plain row of numbers.",
    ),
    "names for other columns": (
        {"features": ("temperature",)},
        "patients.features: found names of shape (1,); allowed: one name for each of 2 numbers of "
        "an example.",
    ),
    "names for other rows": (
        {"row_names": ["Ann"]},
        "patients.row_names: found names of shape (1,); allowed: one name for each of 3 rows.",
    ),
    "row numbers below 0": (
        {"rows": [4, -1, 7]},
        "patients.rows: found 3 row numbers from -1 to 7 for 3 inputs; allowed: one row number "
        "from 0 to 2^63 - 1 for each input. Leave them out: they are then 0, 1, 2, ...",
    ),
    "row numbers that would become negative": (
        {"rows": np.array([4, 2**63 + 5, 7], dtype=np.uint64)},
        "patients.rows: found 3 row numbers from 0 to 9223372036854775813 for 3 inputs; allowed: "
        "one row number from 0 to 2^63 - 1 for each input. Leave them out: they are then 0, 1, 2, "
        "...",
    ),
    "a number that no float is": (
        {"inputs": [[36.6, 1.0], [10**400, 0.0], [39.5, 1.0]]},
        "patients.inputs, row 1, column 0: found a whole number too large for float64; allowed: an "
        "array (n, ...) of real numbers. Remove the rows with missing values, and turn other "
        "values into numbers.",
    ),
    "a shape that is no list": (
        {"shape": 2},
        "patients.shape: found 2; allowed: positive sizes whose product is 2, how many numbers an "
        "example has. Use (2,) for a plain row of numbers.",
    ),
    "a shape of texts": (
        {"shape": "2"},
        "patients.shape: found '2'; allowed: positive sizes whose product is 2, how many numbers "
        "an example has. Use (2,) for a plain row of numbers.",
    ),
}


def test_the_good_one_is_accepted() -> None:
    data = Dataset(**GOOD, targets=[1, 2, 3], rows=[9, 0, 4], range=([30, 0], [45, 1]))
    assert data.rows.tolist() == [9, 0, 4] and data.targets.tolist() == [1.0, 2.0, 3.0]
    assert data.targets.dtype == np.float64 and data.subset([2]).rows.tolist() == [4]


@pytest.mark.parametrize("name", BAD)
def test_refusals(name: str) -> None:
    changes, message = BAD[name]
    with pytest.raises(DataError) as caught:
        Dataset(**(GOOD | changes))
    # one sentence may end a message and one may not
    assert str(caught.value).rstrip(".") == message.rstrip(".")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (1, 0, "a lower end that is above the upper one"),
        ([0, 2], [1, 1], "a lower end of column 1 that is above"),
        (0, np.inf, "high ends that are missing or not finite"),
        (np.nan, 1, "low ends that are missing or not finite"),
        ([0, 0], [1, 1, 1], "2 lower and 3 upper ends"),
        ("low", 1, "low ends that are not numbers"),
        ([], [], "low ends that are missing"),
        (0, 10**400, "high ends that are not numbers, or too large"),
    ],
)
def test_ranges_that_cannot_be(low, high, words: str) -> None:
    with pytest.raises(DataError, match=words):
        InputRange(low, high)
    with pytest.raises(DataError, match=rf"patients\.range: found {words}"):
        Dataset(**GOOD, range=(low, high))


def test_a_box_is_inside_if_all_its_ends_are() -> None:
    assert InputRange([0, 0.25], [1, 0.5]).inside(0, 1) and InputRange(0, 1).inside(0, 1)
    for low, high in (([0, 0.5], [0.5, 2]), ([-1, 0], [0.5, 1]), (-0.1, 1), (0, 1.1)):
        assert not InputRange(low, high).inside(0, 1)


@pytest.mark.parametrize("value", [3, "0..1x", (1, 2, 3)])
def test_a_range_is_a_pair(value) -> None:
    with pytest.raises(DataError, match="not a pair"):
        Dataset(**GOOD, range=value)


def test_a_range_of_float32_is_that_of_its_numbers() -> None:
    """0.1 as float32 lies above 0.1: rounding to the type of the inputs is no fault of the data."""
    assert float(np.float32(0.1)) > 0.1
    data = Dataset(np.float32([[0.1]]), [0], ("a",), range=(0, 0.1))
    assert data.range == InputRange(0, 0.1)
    with pytest.raises(DataError, match=r"found the value 0\.1"):
        Dataset(np.float64([[np.float32(0.1)]]), [0], ("a",), range=(0, 0.1))
