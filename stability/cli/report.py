"""`report`: the results of a run, an experiment or the demonstration as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    directory: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A directory with results.", show_default=False),
    ],
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("report.html"),
) -> None:
    """Write the results in a directory as one self-contained HTML page.

    DIR is one that `estimate`, `experiment run` or `demo` wrote to.

    Example: `stability report demo-results --out report.html`
    """
    from stability.report.html.pictures import REPORT

    result = directory / "result.json"
    if result.exists() and not (directory / REPORT).exists():
        from stability_experiments.framework.page import write_page

        write_page(directory, out)
    else:
        from stability.report.html.render import write_report

        write_report(directory, out)
    typer.echo(f"wrote {out}")
