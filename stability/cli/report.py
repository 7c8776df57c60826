"""`report` and `demo`: stored results as one page, and the demonstration."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from stability.cli.output import console
from stability.errors import SetupError, install_command


def report(
    directory: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A directory with results.", show_default=False),
    ],
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("report.html"),
) -> None:
    """Write the results in a directory as one self-contained HTML page.

    Example: `stability report demo-results --out report.html`
    """
    from stability.report.html.render import write_report

    write_report(directory, out)
    typer.echo(f"wrote {out}")


def demo(
    out: Annotated[Path, typer.Option(help="Where to put the report and the pictures.")] = Path(
        "demo-results"
    ),
) -> None:
    """Train small models, measure how stable they are, and write a report with pictures.

    Needs the extra `networks` (torch).

    Example: `stability demo --out demo-results`
    """
    if find_spec("torch") is None:
        raise SetupError(
            where="demo",
            found="no torch",
            allowed="an installation with the extra `networks`",
            remedy=f"Run: {install_command('networks')}.",
        )
    from stability_experiments.demo import run

    run(out, console())
