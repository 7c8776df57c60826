"""The attribute `labels` of a data set, which is there only where the examples have classes."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError


class Labels:
    """The attribute `labels`: reading it where there are none is a DataError, not None."""

    @overload
    def __get__(self, data: None, owner: type) -> None: ...
    @overload
    def __get__(self, data: object, owner: type) -> NDArray[np.int64]: ...
    def __get__(self, data: object | None, owner: type) -> NDArray[np.int64] | None:
        if data is None:
            return None  # the default of the field
        stored = vars(data)
        if stored["labels"] is None:
            raise DataError(
                where=f"{stored['name']}.labels",
                found="nothing (this data set has real targets and no classes)",
                allowed="a class for each example, where learners tell classes apart",
                remedy="Give labels, whole numbers from 0, and the names of the classes.",
            )
        return stored["labels"]

    def __set__(self, data: object, value: ArrayLike | None) -> None:
        vars(data)["labels"] = value
