"""The errata as a table for people, with what is printed and in which instance it fails."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from stability_proofs.errata.erratum import Comparison, Number, Relation
from stability_proofs.errata.rows import Finding
from stability_proofs.ledger.ledger import REFUTED

LEGEND = (
    "A statement is refuted if it fails in an instance in which all that it assumes holds. Beside "
    "what the printed and the corrected statement claim there stands what is true there; then, if "
    "the library has the corrected statement, the verdict of the ledger on it."
)


def print_findings(found: Sequence[Finding]) -> None:
    """Each erratum with its evidence, then one line for each."""
    console = Console(highlight=False, markup=False)
    if not found:
        console.print("No erratum has its correction among these theorems.")
        return
    console.print(LEGEND + "\n")
    for finding in found:
        _print_details(console, finding)
    console.print(_summary(found))
    refuted = sum(finding.verdict == REFUTED for finding in found)
    console.print(f"\n{refuted} of {len(found)} printed statements refuted")


def _print_details(console: Console, finding: Finding) -> None:
    erratum = finding.erratum
    console.print(f"{erratum.slug}: {finding.verdict}", style="bold")
    by = ""
    if erratum.theorem:
        by = f" ({erratum.theorem}, {finding.proved} in the ledger)"
    lines = {
        "source": erratum.source,
        "printed": erratum.printed,
        "corrected": erratum.corrected + by,
        "instance": f"{erratum.instance} ({erratum.method})",
        "there": _words(finding.evidence.printed),
        "corrected there": _words(finding.evidence.corrected),
        "printed holds for": erratum.spared,
        "missing": erratum.missing,
        "fault": finding.fault,
    }
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in lines.items():
        if text:
            table.add_row(name, text)
    console.print(Padding(table, (0, 0, 1, 2)))


def _words(comparison: Comparison) -> str:
    claim = f"{comparison.relation} {_number(comparison.claimed)}"
    return f"{comparison.quantity}: said to be {claim}, is {_found(comparison)}"


def _found(comparison: Comparison) -> str:
    low, high = _number(comparison.low), _number(comparison.high)
    return low if low == high else f"{low} to {high}"


def _number(value: Number) -> str:
    return f"{float(value):.4g}"


def _summary(found: Sequence[Finding]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("erratum", "verdict"):
        table.add_column(name, no_wrap=True)
    for name in ("printed", "is", "corrected", "is"):
        table.add_column(name, justify="right", overflow="fold")
    table.add_column("correction", overflow="fold")
    for finding in found:
        numbers = [
            text
            for comparison in (finding.evidence.printed, finding.evidence.corrected)
            for text in (_claim(comparison), _found(comparison))
        ]
        table.add_row(finding.erratum.slug, finding.verdict, *numbers, finding.proved or "")
    return table


def _claim(comparison: Comparison) -> str:
    sign = "<=" if comparison.relation is Relation.AT_MOST else "="
    return f"{sign} {_number(comparison.claimed)}"
