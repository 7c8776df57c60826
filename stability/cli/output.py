"""What the commands share: where output goes and how it is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stability.errors import SetupError

if TYPE_CHECKING:
    from rich.console import Console

Delta = Annotated[
    str,
    typer.Option(help="Total failure probability of each bound, strictly between 0 and 1."),
]
Quantity = Annotated[
    str | None,
    typer.Option(
        help="What is bounded: gap (which two-sided bounds on absolute-gap bound as well), "
        "loo-gap (and loo-abs-gap), expected-gap, squared-gap, loo-squared-gap, "
        "kfold-squared-gap, moment, excess-risk; of weights with noise randomised-gap, "
        "randomised-kl or drawn-kl; of the weights themselves weights-distance or "
        "squared-weights-distance. Missing: the gap.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsLatex = Annotated[bool, typer.Option("--latex", help="Print LaTeX.")]


def console() -> Console:
    """The console on standard output."""
    from rich.console import Console

    return Console(highlight=False, markup=False)


def print_json(record: Any) -> None:
    """Print strict JSON; numbers are floats and integers, never NaN or infinity."""
    typer.echo(json.dumps(record, indent=2, allow_nan=False))


def at_most_one(**flags: bool) -> None:
    """Refuse two output formats at once. Raises SetupError."""
    chosen = [f"--{name}" for name, given in flags.items() if given]
    if len(chosen) > 1:
        raise SetupError(
            where="output",
            found=" and ".join(chosen),
            allowed="at most one of " + ", ".join(f"--{name}" for name in flags),
        )
