"""The best bound of each notion against the first key of a sweep, a line for each other value."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

from stability.bounds.sweep import Sweep, SweepRow
from stability.errors import SetupError
from stability.report.figures.canvas import (
    COLOURS,
    drawn_bound,
    new_figure,
    picture_path,
    plain_axes,
    write,
)

STYLES = ("-", "--", ":", "-.")
MOST_LINES = len(STYLES)


def plot_sweep(found: Sweep, path: Path | str) -> Path:
    """Draw a sweep over one key or two.

    Notions are colours, values of the second key kinds of line. Raises SetupError for values that
    are no numbers, for more than two keys, or more than four values of the second.
    """
    target = picture_path(path)
    x_key = found.keys[0]
    lines = _lines(found)
    figure = new_figure(7.0, 5.2)
    axes = figure.add_subplot()
    for style, (label, rows) in zip(STYLES, lines, strict=False):
        xs = [_number(row, x_key) for row in rows]
        for place, column in enumerate(found.columns):
            points = [
                (x, bound.value)
                for x, row in zip(xs, rows, strict=True)
                if (bound := row.bounds[place]) is not None
            ]
            if points:
                name = f"{column}{', ' + label if label else ''}"
                axes.plot(
                    *zip(*sorted(points), strict=True), style, marker="o", markersize=3.5,
                    color=COLOURS[place % len(COLOURS)], label=name,
                )  # fmt: skip
    axes.set_yscale("log")
    if all(_number(row, x_key) > 0 for row in found.rows):
        axes.set_xscale("log")
    trivial = {bound.trivial_value for row in found.rows for bound in row.bounds if bound}
    if len(trivial) == 1:
        axes.axhline(float(trivial.pop()), color="#888888", linewidth=1, label="true for nothing")
    axes.set_xlabel(x_key)
    which = "best" if any(column.own for column in found.columns) else "best guaranteed"
    axes.set_ylabel(f"{which} bound on {found.quantity}")
    plain_axes(axes)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    return write(figure, target, description=json.dumps(_drawn(found)))


def _drawn(found: Sweep) -> dict[str, Any]:
    """What the picture shows, as plain values: every point with its labels."""
    points = [
        {"values": dict(row.point.values), **drawn_bound(bound)}
        for row in found.rows
        for bound in row.bounds
        if bound is not None
    ]
    return {"quantity": str(found.quantity), "points": points}


def _lines(found: Sweep) -> list[tuple[str, list[SweepRow]]]:
    """The rows of each line, and what it is called."""
    if len(found.keys) == 1:
        return [("", list(found.rows))]
    if len(found.keys) != 2:
        raise SetupError(
            where="--plot", found=f"{len(found.keys)} keys", allowed="a sweep over one key or two"
        )
    _, second = found.keys

    def value(row: SweepRow) -> str:
        return dict(row.point.values)[second]

    order = {name: k for k, name in enumerate(dict.fromkeys(map(value, found.rows)))}
    grouped = groupby(sorted(found.rows, key=lambda row: order[value(row)]), key=value)
    lines = [(f"{second.partition('.')[2]} = {name}", list(rows)) for name, rows in grouped]
    if len(lines) > MOST_LINES:
        raise SetupError(
            where="--plot",
            found=f"{len(lines)} values of {second}",
            allowed=f"at most {MOST_LINES} values of the second key",
        )
    return lines


def _number(row: SweepRow, key: str) -> float:
    text = dict(row.point.values)[key]
    try:
        return float(text)
    except ValueError:
        raise SetupError(
            where="--plot",
            found=f"{key} = {text}",
            allowed="numbers for the first key of the sweep",
            remedy="Give a key with numbers first.",
        ) from None
