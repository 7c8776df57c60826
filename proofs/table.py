"""The ledger and the mutants as tables for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from proofs.ledger import PROVED, REFUTED, Entry
from proofs.mutants import Mutant

COLOURS = {PROVED: "green", REFUTED: "red"}
LONGEST = 160
"""Characters of a reason that are shown; `--json` has all of it."""


def print_ledger(entries: Sequence[Entry]) -> None:
    """One line for each theorem: the verdict, and what it rests on or why there is none."""
    console = Console(highlight=False)
    table = Table("theorem", "verdict", "rests on, or why not", box=None, pad_edge=False)
    table.add_column("s", justify="right")
    for entry in entries:
        colour = COLOURS.get(entry.verdict, "yellow")
        about = ", ".join(entry.axioms) or "definitions alone"
        if entry.verdict != PROVED:
            about = entry.reason
        if len(about) > LONGEST:
            about = about[: LONGEST - 3] + "..."
        verdict = f"[{colour}]{entry.verdict}[/]"
        table.add_row(entry.id, verdict, about.replace("[", r"\["), f"{entry.seconds:.2f}")
    console.print(table)
    proved = sum(entry.verdict == PROVED for entry in entries)
    seconds = sum(entry.seconds for entry in entries)
    console.print(f"{proved} of {len(entries)} proved in {seconds:.1f} s")


def print_survivors(count: int, survivors: Sequence[Mutant]) -> None:
    """How many mutants there were, and those that are still proved."""
    console = Console(highlight=False, markup=False)
    for mutant in survivors:
        console.print(f"still proved: {mutant.theorem.id}, {mutant.mutation}")
    console.print(f"{count} mutants, {len(survivors)} still proved")
