"""Which axis of an array of images holds the channels, and tables that lie on their side."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.errors import DataError, SetupError

CHANNELS = ("first", "last")
USUAL = (1, 3, 4)
"""How many channels pictures have: grey, colour, colour and how opaque it is."""


def channels_first(table: NDArray[Any], channels: str | None, name: str) -> NDArray[Any]:
    """Inputs (n, channels, height, width), from what was given and said of it.

    `channels`: "first", "last", or None for no word, which will do unless it looks as if the last
    axis held them. Arrays of other dimensions have no such axis and stay as they are.

    Raises SetupError for another word, and for a word about inputs without such an axis; DataError
    where the axes cannot be told apart.

    >>> channels_first(np.zeros((5, 8, 8, 3)), "last", "mine").shape
    (5, 3, 8, 8)
    """
    if channels is not None and channels not in CHANNELS:
        allowed = " or ".join(map(repr, CHANNELS))
        raise SetupError(where=f"{name}.channels", found=channels, allowed=allowed)
    if table.ndim != 4:
        if channels is not None:
            raise SetupError(
                where=f"{name}.channels",
                found=f"{channels!r}, with inputs of shape {table.shape}",
                allowed="a word about images (n, channels, height, width) or (n, height, width, "
                "channels)",
                remedy="Leave it out: these inputs have no axis of channels.",
            )
        return table
    if channels is None and _looks_last(*table.shape[1:]):
        raise DataError(
            where=f"{name}.inputs",
            found=f"images of shape {table.shape}, with the channels last as it seems",
            allowed="channels first, (n, channels, height, width), or a word about it",
            remedy='Say channels = "last" (in [data] of a run file), or "first" if the first axis '
            "does hold the channels.",
        )
    return np.moveaxis(table, 3, 1) if channels == "last" else table


def axes_note(shape: tuple[int, ...]) -> str:
    """What the shape of an example is taken for, where it has an axis of channels; otherwise ""."""
    if len(shape) != 3:
        return ""
    return f"Inputs are images of {shape[0]} channels, {shape[1]} x {shape[2]}."


def check_one_row_each(table: NDArray[Any], labels: int | None, name: str) -> None:
    """DataError for a table (d, n) in place of (n, d)."""
    if labels is None or labels < 2 or table.ndim != 2:
        return
    if len(table) == labels or table.shape[1] != labels:
        return
    raise DataError(
        where=f"{name}.inputs",
        found=f"a table of shape {table.shape} for {labels} labels, an example in each column",
        allowed="an example in each row, (n, d)",
        remedy="Give the transposed table, inputs.T.",
    )


def _looks_last(first: int, second: int, last: int) -> bool:
    if last not in USUAL:
        return False
    return first not in USUAL or (first == second and second != last)
