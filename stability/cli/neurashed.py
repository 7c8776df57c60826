"""`neurashed`: a hierarchy of features of one's own, from a file to pictures and tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stability.cli.output import AsJson, console, print_json


def neurashed(
    hierarchy: Annotated[
        Path,
        typer.Argument(
            metavar="HIERARCHY.toml",
            help="A hierarchy file; `stability init FILE --hierarchy` writes one.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(help="Where the pictures and what is found go.", show_default=False),
    ],
    as_json: AsJson = False,
) -> None:
    """Train a hierarchy of features and see local elasticity arise; then delete instances.

    Neurashed imitates training: classes are made of features, features of features below them. A
    feature that fires for an instance is amplified, the others fade. The file names a tree of
    classes, or every feature. Shows whom an update moves over training, which features survive,
    and what deleting an instance does, with the bounds that follow (estimates). The folder gets
    neurashed.json, factors.npz and what `stability report DIR` needs.

    A file of five lines does:

        [hierarchy]
        kind = "tree"
        [hierarchy.classes]
        animals = ["tiger", "cat"]
        vehicles = ["plane", "ship"]

    Example: `stability neurashed hierarchy.toml --out results`
    """
    from stability.dynamics.neurashed.hierarchy_file import read_hierarchy

    study = read_hierarchy(hierarchy)
    from stability.report.terminal.layout import plain_table
    from stability.runs.neurashed import tables
    from stability.runs.neurashed.run import run_hierarchy
    from stability.runs.tasks import progress_bars

    with progress_bars() as progress:
        findings, summary = run_hierarchy(study, out, progress)
    if as_json:
        print_json(summary)
        return
    screen = console()
    typer.echo(tables.verdict(findings))
    for title, columns, rows in (
        ("Relative elasticity", tables.GROUP_COLUMNS, tables.group_rows(findings)),
        ("Features", tables.FEATURE_COLUMNS, tables.feature_rows(findings)),
        ("Deletions", tables.CONSTANT_COLUMNS, tables.constant_rows(findings)),
        ("Bounds", tables.BOUND_COLUMNS, tables.bound_rows(findings)),
    ):
        table = plain_table(title)
        for name in columns:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*row)
        screen.print(table)
    for note in (tables.feature_note(findings), *tables.bound_notes(findings)):
        screen.print(note)
    typer.echo(f"wrote {out}/neurashed.json; next: stability report {out} --out report.html")
