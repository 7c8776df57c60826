"""`report`: the results of a run, an experiment or the demonstration as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stability.errors import RunError


def report(
    directory: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A directory with results.", show_default=False),
    ],
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("report.html"),
) -> None:
    """Write the results in a directory as one self-contained HTML page.

    DIR is one that `estimate`, `elasticity`, `neurashed`, `experiment run` or `demo` wrote to.

    Example: `stability report demo-results --out report.html`
    """
    from stability.report.html.pictures import REPORT

    _check(directory)
    result = directory / "result.json"
    if result.exists() and not (directory / REPORT).exists():
        from stability_experiments.framework.page import write_page

        write_page(directory, out)
    else:
        from stability.report.html.render import write_report

        write_report(directory, out)
    typer.echo(f"wrote {out}")


def _check(directory: Path) -> None:
    """Raise RunError for a file, and for the folder of a run that has not ended."""
    if directory.is_file():
        raise RunError(
            where=str(directory),
            found="a file",
            allowed="the folder that a command wrote to",
            remedy="Setup files are for `stability bounds`, run files for `stability estimate`.",
        )
    ended = any((directory / name).exists() for name in ("report.json", "result.json"))
    begun = any((directory / name).exists() for name in ("run.lock", "stages"))
    if begun and not ended:
        raise RunError(
            where=str(directory),
            found="a run that has not ended",
            allowed="the folder of one that has",
            remedy="The command that began it goes on with --resume, and keeps what is finished.",
        )
