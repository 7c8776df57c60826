"""`elasticity`: how locally elastic a network is, from a run file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stability.cli.estimate import check_torch
from stability.cli.output import AsJson, console, print_json
from stability.cli.run_options import DataFolder, NetworkFile, Resume
from stability.cli.streams import prints_to_stderr
from stability.errors import RunError


def elasticity(
    run: Annotated[
        Path,
        typer.Argument(
            metavar="RUN.toml",
            help="A run file with a network; `stability init FILE --run` writes one.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(help="Where the matrices and what is found go.", show_default=False),
    ],
    data: DataFolder = None,
    resume: Resume = False,
    network: NetworkFile = None,
    as_json: AsJson = False,
) -> None:
    """Train a network and see whom an update on one example moves: its own class, or everybody?

    Looks at the trained and at the untrained network, among test examples: similarity matrix, map
    by classes, clusters, and where in the network the class structure arises. Exact, from the
    network's gradients; nothing is promised beyond the examples looked at. The folder gets
    elasticity.json, similarity.npz and what `stability report DIR` needs.

    Example: `stability init run.toml --run`, then `stability elasticity run.toml --out results`
    """
    from stability.runs import read_run_file

    study = read_run_file(run)
    check_torch(study, "elasticity")
    from rich.table import Table

    from stability.runs.deletions import Settings
    from stability.runs.elasticity.run import run_elasticity
    from stability.runs.elasticity.tables import NEXT, SUMMARY_COLUMNS, summary_rows, verdict
    from stability.runs.learners.own_network import own_network
    from stability.runs.tasks import progress_bars

    how = Settings(data=data, file=run, resume=resume)
    own = None if network is None else own_network(network)
    try:
        with prints_to_stderr(), progress_bars() as progress:
            findings, summary = run_elasticity(study, out, progress, how, own)
    except KeyboardInterrupt:
        raise RunError(
            where=str(out),
            found="an interruption",
            allowed="a run that ends",
            remedy="What was finished is kept: the same command with --resume goes on.",
        ) from None
    for note in findings.notes:
        typer.echo(note, err=True)
    if as_json:
        print_json(summary)
        return
    table = Table(box=None, pad_edge=False)
    for name in SUMMARY_COLUMNS:
        table.add_column(name, overflow="fold")
    for row in summary_rows(findings):
        table.add_row(*row)
    console().print(f"{verdict(findings)} {NEXT}", end="\n\n")
    console().print(table)
    typer.echo(f"wrote {out}/elasticity.json; next: stability report {out} --out report.html")
