"""`demo`: the demonstration, which is the experiment of that name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stability.cli.experiment import carry_out


def demo(
    out: Annotated[Path, typer.Option(help="Where to put the report and the pictures.")] = Path(
        "demo-results"
    ),
) -> None:
    """Train small models, measure how stable they are, and write a report with pictures.

    Needs the extra `networks` (torch). The same as `stability experiment run demo`.

    Example: `stability demo --out demo-results`
    """
    carry_out("demo", preset="smoke", data=None, seed=0, out=out, resume=False)
