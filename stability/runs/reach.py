"""What a measurement reached: which examples were deleted, and which never are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stability.rounding import rounded
from stability.runs.data import Parts
from stability.runs.groups import told
from stability.runs.learners.learner import Measured

LARGEST = 3
"""So many test examples are named."""


@dataclass(frozen=True)
class TestLoss:
    """A test example with one of the largest losses; `row` counts in the data, `name` is its name.

    `label` is the class, or the real target in words.
    """

    __test__ = False  # no test of pytest's

    row: int
    name: str
    label: str
    loss: float


def largest_test_losses(parts: Parts, measured: Measured) -> tuple[TestLoss, ...]:
    """The test examples with the largest losses of the model on everything, largest first."""
    test, losses = parts.test, measured.base_test
    names = test.row_names
    return tuple(
        TestLoss(
            int(test.rows[k]),
            "" if names is None else str(names[k]),
            told(test, int(k)),
            float(losses[k]),
        )
        for k in np.argsort(-losses, kind="stable")[:LARGEST]
    )


def of_the_deleted(parts: Parts, measured: Measured) -> str:
    """What a maximum over deletions is the largest of, where not every example was deleted."""
    if len(measured.deleted) == len(parts.train):
        return ""
    return f", of the {len(measured.deleted)} that were deleted"


def reach_note(parts: Parts, measured: Measured) -> str:
    """How many training examples were never deleted, and what that does to the maxima."""
    done, m = len(measured.deleted), len(parts.train)
    if done == m:
        return f"All {m} training examples were deleted in turn."
    return (
        f"{done} of the {m} training examples were deleted, {m - done} never: B and U of all of "
        "them are no smaller than those shown."
    )


def unreached_note(parts: Parts, measured: Measured) -> str:
    """The rows with the largest test losses, of which no deletion can tell."""
    largest = largest_test_losses(parts, measured)
    named = "; ".join(
        f"row {one.row} ({', '.join(filter(None, (one.name, one.label)))}) {rounded(one.loss)}"
        for one in largest
    )
    same = int((measured.base_test == largest[-1].loss).sum())
    same -= sum(one.loss == largest[-1].loss for one in largest)
    more = f"; {same} more as large as the last" if same else ""
    return (
        f"Test examples are never deleted: an outlier among the {len(parts.test)} shows by its "
        f"loss alone. The largest test losses: {named}{more}. Rows of test examples count in "
        f"{parts.test_origin}."
    )
