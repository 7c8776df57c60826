"""The command line: `stability COMMAND`, also `python -m stability`.

Exit status: 0 done (also when no theorem applies: the table says why), 2 wrong use or input, 1 a
check failed or the program itself is at fault. A mistake gives one message on standard error.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from stability.cli import bounds as setups
from stability.cli import calibrate as inverse
from stability.cli import demo as demonstration
from stability.cli import elasticity, estimate, neurashed
from stability.cli import experiment as experiments
from stability.cli import prove as proofs
from stability.cli import report as results
from stability.cli import theorems as catalogue
from stability.cli.own_theorems import PLACE
from stability.cli.streams import flush_output, output_errors
from stability.errors import StabilityError, in_one_line
from stability.own_code import line_of

WRONG, FAULT = 2, 1
SHOW_TRACEBACK = "STABILITY_TRACEBACK"
"""Environment variable: if set, a fault of the program shows where it happened."""


class Commands(TyperGroup):
    """The group of all commands; turns every error into one message and an exit status."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line; always ends by leaving the program."""
        try:
            with output_errors():
                status = super().main(
                    args, prog_name, complete_var, False, windows_expand_args, **extra
                )
            flush_output()
        except StabilityError as error:
            _stop(str(error))
        except typer.TyperException as error:
            _stop(_usage(error))
        except typer.Abort:
            _stop("interrupted")
        except MemoryError:
            _stop("out of memory: the setup asks for more than this machine holds")
        except Exception as error:
            if os.environ.get(SHOW_TRACEBACK):
                raise
            given = sys.argv[1:] if args is None else args
            theirs = line_of(error) if any(a.startswith(PLACE) for a in given) else ""
            if theirs:
                _stop(f"{PLACE}: found {in_one_line(error)}{theirs}; allowed: code without errors.")
            _stop(
                f"a fault of this program, not of your input: {type(error).__name__}: {error}. "
                f"Please report it with the command you ran; {SHOW_TRACEBACK}=1 shows where.",
                FAULT,
            )
        sys.exit(status if isinstance(status, int) else 0)


def _stop(message: str, status: int = WRONG) -> NoReturn:
    typer.echo(f"error: {message}", err=True)
    sys.exit(status)


def _usage(error: typer.TyperException) -> str:
    """A mistake in the use of a command, and where its help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "stability"
    message = error.format_message().strip()
    end = "" if message.endswith((".", "?", "!")) else "."
    return f"{message}{end} `{command} --help` explains."


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("stability-bounds"))
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """How far can the test loss be from the training loss, and why?

    Describe a training setup in a file and get every generalization bound whose hypotheses hold;
    for every theorem that does not apply, the hypothesis that fails and what would repair it.

    Start with `stability init setup.toml`, then `stability bounds setup.toml`.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for command in (
    setups.init,
    setups.bounds,
    setups.compare,
    inverse.calibrate,
    catalogue.theorems,
    catalogue.evaluate,
    estimate.estimate,
    elasticity.elasticity,
    neurashed.neurashed,
    proofs.prove,
    results.report,
    demonstration.demo,
):
    app.command()(command)
app.add_typer(experiments.commands, name="experiment")


FEW_COLLECTIONS = (50_000, 20, 50)
"""Thresholds of the garbage collector: most of what a command makes lives as long as it does."""


def main() -> NoReturn:
    """Run the command line of this process and leave with its exit status."""
    gc.set_threshold(*FEW_COLLECTIONS)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="stability")
    sys.exit(0)


if __name__ == "__main__":
    main()
