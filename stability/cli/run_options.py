"""Options that the commands which take a run file share."""

from pathlib import Path
from typing import Annotated

import typer

DataFolder = Annotated[
    Path | None,
    typer.Option(help="The folder that holds published data sets, such as mnist/."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the run that is in the folder.")]
NetworkFile = Annotated[
    str | None,
    typer.Option(
        metavar="FILE.py:FUNCTION",
        help='For kind = "own": a function (shape of an image, classes) that gives a '
        "torch.nn.Module. The file is run.",
    ),
]
