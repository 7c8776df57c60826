"""The ledger, the mutants and the witnesses as tables for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from stability_proofs.ledger.ledger import PROVED, REFUTED, Entry
from stability_proofs.ledger.mutants import Mutant
from stability_proofs.witnesses.rows import Evidence, Row

COLOURS = {PROVED: "green", REFUTED: "red"}
LONGEST = 160
"""Characters of a reason that are shown; `--json` has all of it."""
LEGEND = (
    "Beside each stated number is the least that would be true in the witness (of a lower bound: "
    "the largest), and their ratio; of a tail also the exact probability that the stated bound "
    "fails, and the probability with which it may."
)


def print_ledger(entries: Sequence[Entry]) -> None:
    """One line for each theorem: the verdict, and what it rests on or why there is none."""
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    for name in ("theorem", "verdict"):
        table.add_column(name, no_wrap=True)
    table.add_column("rests on, or why not", overflow="fold")
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


def print_evidence(found: Sequence[Evidence], undecided: Sequence[str]) -> None:
    """What is stated in the witnesses of each theorem beside what holds there, and what fails.

    `undecided` are the theorems without a derivation, of which nothing is evaluated.
    """
    console = Console(highlight=False, markup=False)
    console.print(LEGEND + "\n")
    for one in found:
        console.print(one.theorem, style="bold")
        for instance in dict.fromkeys(row.instance for row in one.rows):
            rows = [row for row in one.rows if row.instance == instance]
            tried = sorted({name for row in rows for name in row.tried})
            about = f"; tried at some {', '.join(tried)}" if tried else "; all enumerated"
            console.print(Padding(instance + about, (0, 0, 0, 2)))
            console.print(Padding(_figures(rows), (0, 0, 0, 2)))
        for fault in one.faults:
            console.print(Padding(fault, (0, 0, 0, 2)), style="red")
        console.print()
    held = sum(not one.faults for one in found)
    rows = sum(len(one.rows) for one in found)
    console.print(
        f"{held} of {len(found)} proved theorems hold in their witnesses; figures: {rows}"
    )
    if undecided:
        console.print(f"Without a derivation, and so without a witness: {', '.join(undecided)}")


def _figures(rows: Sequence[Row]) -> Table:
    tails = any(row.failure is not None for row in rows)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("statement", min_width=12, max_width=36, overflow="fold")
    table.add_column("quantity", min_width=11, overflow="fold")
    for name in ("least true", "stated", "ratio", *(("fails", "may fail") if tails else ())):
        table.add_column(name, justify="right", min_width=7, overflow="fold")
    for row in rows:
        share = f"{row.value / row.bound:.3g}" if row.bound else ""
        level = [] if row.failure is None else [f"{row.failure:.3g}", f"{row.delta:.3g}"]
        numbers = (f"{row.value:.4g}", f"{row.bound:.4g}")
        table.add_row(row.statement, row.quantity, *numbers, share, *level)
    return table
