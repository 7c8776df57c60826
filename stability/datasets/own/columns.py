"""Which parts of a user's own data are what: inputs, classes, real targets, names of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stability.errors import DataError

Column = str | int
"""A column by its name, or by its position from 0."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Which columns of a table are what; each is named, or counted from 0.

    In an .npz file they are names of arrays, beside a file `inputs.npy` names of .npy files.
    `labels`: the classes. `targets`: real numbers to be predicted, one column or several.
    `weights`: what training multiplies the loss of each example by. `row_names`: names of the
    examples. `features`: the inputs in this order; in a table all columns
    that are nothing else if not given.

    >>> Columns(labels="species").given
    ('labels',)
    """

    labels: Column | None = None
    targets: Column | Sequence[Column] | None = None
    weights: Column | None = None
    row_names: Column | None = None
    features: Sequence[Column] | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """The names of the fields that say something."""
        names = ("labels", "targets", "weights", "row_names", "features")
        return tuple(name for name in names if getattr(self, name) is not None)


def listed(columns: Column | Sequence[Column] | None) -> list[Column]:
    """One column or several as a list."""
    if columns is None:
        return []
    return [columns] if isinstance(columns, (str, int)) else list(columns)


def refuse_columns(columns: Columns, allowed: tuple[str, ...], where: str, what: str) -> None:
    """DataError for a word about a part that data of this form do not have.

    >>> refuse_columns(Columns(features=["a"]), ("labels",), "pictures", "a folder of images")
    Traceback (most recent call last):
    stability.errors.DataError: pictures: found features = ['a'], for a folder of images; allowed:
    labels.
    """
    for name in columns.given:
        if name not in allowed:
            raise DataError(
                where=where,
                found=f"{name} = {getattr(columns, name)!r}, for {what}",
                allowed=" or ".join(allowed) or "nothing of the kind",
            )
