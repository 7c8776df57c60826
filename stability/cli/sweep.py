"""`bounds --over`: one setup with some of its keys at several values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stability.cli.output import console, print_json

if TYPE_CHECKING:
    from stability.theorems.kinds import Theorem


def show_sweep(
    setup: Path,
    over: list[str],
    delta: str,
    quantity: str | None,
    plot: Path | None,
    form: str,
    theorems: tuple[Theorem, ...] | None = None,
) -> None:
    """Print the sweep as "json", "csv", "latex" or, for "", a table; draw it if asked.

    `theorems` are those of the catalogue unless given.
    """
    from stability.bounds.sweep import sweep
    from stability.report import sweeps
    from stability.runs.tasks.progress import progress_bars
    from stability.setup.overrides import Over, swept
    from stability.setup.setup import probability

    points = swept(setup, [Over.read(text) for text in over])
    probability(delta)  # a wrong one is refused before anything is computed
    with progress_bars() as bars:
        found = sweep(
            points,
            delta,
            quantity,
            lambda done, total: bars("setups", done, total),
            theorems=theorems,
        )
    if plot is not None:
        from stability.report.figures.sweep_curves import plot_sweep

        typer.echo(f"wrote {plot_sweep(found, plot)}", err=True)
    if form == "json":
        print_json(sweeps.sweep_record(found))
    elif form == "csv":
        typer.echo(sweeps.sweep_csv(found), nl=False)
    elif form == "latex":
        from stability.report.latex.sweep import sweep_latex

        typer.echo(sweep_latex(found, delta), nl=False)
    else:
        console().print(sweeps.sweep_table(found, delta))
