"""What the ledger says of a theorem: the verdict, the derivation, witnesses."""

from __future__ import annotations

from dataclasses import dataclass

from stability.theorems.catalogue import named
from stability_proofs.display.derivation import folded
from stability_proofs.display.page import page
from stability_proofs.display.text import text_of
from stability_proofs.display.written import written
from stability_proofs.ledger.ledger import PROVED, Entry, prove
from stability_proofs.witnesses.rows import Row, evidence

SHORT = 60
"""Lines of a derivation that are shown on the page of its theorem; longer ones have their own."""


@dataclass(frozen=True)
class Proof:
    """The ledger's entry; of a proved theorem also its derivation and what holds in its witnesses.

    `sources`: what the rules, lemmas and axioms say that make the steps. `short`: the derivation as
    text, if it is short. `html`: a page with every step.
    """

    entry: Entry
    steps: int = 0
    sources: tuple[tuple[str, str], ...] = ()
    short: str = ""
    html: str = ""
    witnesses: tuple[Row, ...] = ()
    faults: tuple[str, ...] = ()


def proof(identifier: str) -> Proof:
    """Derive a theorem and evaluate its witnesses.

    >>> found = proof("hardt2016-expectation")
    >>> found.entry.verdict, found.faults, len(found.witnesses) > 0
    ('proved', (), True)
    """
    theorem = named(identifier)
    entry = prove(theorem)
    if entry.verdict != PROVED:
        return Proof(entry)
    derivations = list(written(theorem, folded))
    texts = ["\n".join(text_of(one)) for one in derivations]
    short = "\n\n".join(texts) if sum(text.count("\n") for text in texts) <= SHORT else ""
    [shown] = evidence([theorem])
    return Proof(
        entry=entry,
        steps=sum(len(one.lines) for one in derivations),
        sources=tuple(dict(pair for one in derivations for pair in one.sources()).items()),
        short=short,
        html=page(f"Derivation of {identifier}", derivations),
        witnesses=shown.rows,
        faults=shown.faults,
    )
