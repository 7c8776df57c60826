"""The reference of the command line, from the commands themselves."""

from __future__ import annotations

import typer
from typer.cli import get_docs_for_click

from stability.cli.app import app


def command_page() -> str:
    """Every command with its arguments and options, as Markdown.

    >>> "## `stability bounds`" in command_page()
    True
    """
    command = typer.main.get_command(app)
    text = get_docs_for_click(obj=command, ctx=typer.Context(command), name="stability")
    return text.replace("# `stability`", "# Command line", 1).replace("```console\n$ ", "```text\n")
