"""What the errata come to: a verdict for each, with the evidence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stability.theorems.catalogue import BY_ID
from stability_proofs.errata.catalogue import ERRATA
from stability_proofs.errata.erratum import Comparison, Erratum, Evidence
from stability_proofs.ledger.ledger import REFUTED, UNDECIDED, prove


@dataclass(frozen=True)
class Finding:
    """An erratum with its evidence.

    `proved` is the verdict of the ledger on the corrected statement, if the library has it. `fault`
    says what went wrong: an instance that does not show what it should.
    """

    erratum: Erratum
    evidence: Evidence
    proved: str | None
    fault: str

    @property
    def verdict(self) -> str:
        """Of the printed statement: refuted, or undecided."""
        return UNDECIDED if self.fault or self.erratum.missing else REFUTED

    def record(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        erratum = self.erratum
        return {
            "slug": erratum.slug,
            "verdict": self.verdict,
            "source": erratum.source,
            "printed": {"statement": erratum.printed, **_record(self.evidence.printed)},
            "corrected": {
                "statement": erratum.corrected,
                "theorem": erratum.theorem,
                "ledger": self.proved,
                **_record(self.evidence.corrected),
            },
            "instance": erratum.instance,
            "method": str(erratum.method),
            "spared": erratum.spared,
            "missing": erratum.missing or None,
            "fault": self.fault or None,
        }


def _record(comparison: Comparison) -> dict[str, Any]:
    return {
        "quantity": comparison.quantity,
        "relation": str(comparison.relation),
        "claimed": float(comparison.claimed),
        "found": [float(comparison.low), float(comparison.high)],
        "holds": comparison.holds,
    }


def findings(
    theorems: Collection[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    errata: Sequence[Erratum] = ERRATA,
) -> Iterator[Finding]:
    """The findings, one after the other; of those errata whose correction is one of the theorems.

    `progress(done, total)` counts them.
    """
    chosen = [e for e in errata if theorems is None or e.theorem in theorems]
    for done, erratum in enumerate(chosen):
        if progress is not None:
            progress(done, len(chosen))
        yield finding(erratum)
    if progress is not None:
        progress(len(chosen), len(chosen))


def finding(erratum: Erratum) -> Finding:
    """The evidence of one erratum, and what is wrong with it."""
    evidence = erratum.evidence()
    proved = prove(BY_ID[erratum.theorem]).verdict if erratum.theorem else None
    return Finding(erratum, evidence, proved, _fault(erratum, evidence))


def _fault(erratum: Erratum, evidence: Evidence) -> str:
    if not evidence.printed.fails:
        return "the printed statement does not fail in the instance"
    if not evidence.corrected.holds:
        return "the corrected statement does not hold in the instance"
    if not erratum.control().printed.holds:
        return f"the printed statement fails where it should hold: {erratum.spared}"
    return ""
