"""`experiment list` and `experiment run`: the experiments that come with the library."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stability.cli.output import AsJson, console, print_json
from stability.errors import RunError

if TYPE_CHECKING:
    from stability_experiments.framework.result import Result

UNMET = 1
"""Exit status where something that must hold does not."""

commands = typer.Typer(rich_markup_mode="markdown")


@commands.callback(invoke_without_command=True)
def _start(context: typer.Context) -> None:
    """The experiments that come with the library: list them, run one."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@commands.command("list")
def list_experiments(as_json: AsJson = False) -> None:
    """Every experiment: what it shows, and how long its presets take on two cores.

    Example: `stability experiment list`
    """
    from stability_experiments.framework.finding import experiments

    if as_json:
        print_json({"experiments": [experiment.record() for experiment in experiments()]})
        return
    from stability.report.terminal.layout import columns, plain_table

    table = plain_table("Experiments", "Run one: stability experiment run NAME --out DIR")
    columns(table, {"name": 34, "shows": 60, "minutes": 20, "needs": 10})
    table.columns[0].no_wrap = True  # names are for copying
    for one in experiments():
        minutes = ", ".join(f"{p.name} {p.minutes:g}" for p in one.presets)
        table.add_row(one.name, one.shows, minutes, ", ".join(one.needs))
    console().print(table)


@commands.command("run")
def run_experiment(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="A name that `experiment list` prints.", show_default=False
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="Where result.json and the pictures go.", show_default=False)
    ],
    preset: Annotated[
        str, typer.Option(help="smoke: a minute; paper: the published setting.")
    ] = "smoke",
    data: Annotated[
        Path | None,
        typer.Option(help="The folder that holds published data sets, such as mnist/."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The seed of everything random.", min=0)] = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run that is in the folder.")
    ] = False,
) -> None:
    """Run one experiment; numbers beside published ones, claims and pictures go into a folder.

    Without --data an experiment on digits uses 1,797 small embedded ones, and the result says so.
    What takes long is kept in DIR/stages: after an interruption the same command with --resume goes
    on and gives the same numbers. `stability report DIR` makes a page of the result.
    Exit status 1 if a required number disagrees or a required claim does not hold.

    Example: `stability experiment run ridge-bounds-mnist --out results`
    """
    carry_out(name, preset, data, seed, out, resume)


def carry_out(
    name: str, preset: str, data: Path | None, seed: int, out: Path, resume: bool
) -> None:
    """Run an experiment and show what it found; leaves the program if something must hold and does
    not. Raises SetupError, DataError or RunError."""
    from stability_experiments.framework.finding import find

    experiment = find(name)
    experiment.check(preset, data)
    from stability.runs.tasks import progress_bars
    from stability_experiments.framework.run import run_experiment

    try:
        with progress_bars() as progress:
            result = run_experiment(
                experiment, preset, data, seed, out, progress,
                resume=resume, tell=partial(typer.echo, err=True),
            )  # fmt: skip
    except KeyboardInterrupt:
        raise RunError(
            where=str(out),
            found="an interruption",
            allowed="a run that ends",
            remedy="What was finished is kept: the same command with --resume goes on.",
        ) from None
    if experiment.show is not None:
        experiment.show(out, console())
    else:
        _show(result, out)
    for failure in result.failures:
        typer.echo(f"required, and not so: {failure}")
    if result.failures:
        raise typer.Exit(UNMET)


def _show(result: Result, out: Path) -> None:
    from stability.report.terminal.layout import columns, plain_table
    from stability.rounding import rounded

    table = plain_table(f"{result.experiment}, {result.preset}, seed {result.seed}")
    columns(table, {"what": 58, "computed": 20, "published": 20, "agrees": 8})
    for row in result.findings.rows:
        published = "" if row.published is None else rounded(row.published)
        agrees = {None: "", True: "yes", False: "no"}[row.agrees]
        table.add_row(row.name, row.told(4), published, agrees)
    screen = console()
    screen.print(table)
    for claim in result.findings.claims:
        screen.print(f"{'holds' if claim.holds else 'DOES NOT HOLD'}: {claim.claim}")
    if result.findings.scaled_down:
        screen.print(f"scaled down: {result.findings.scaled_down}")
    typer.echo(f"wrote {out}/result.json, {', '.join(result.findings.figures)}")
