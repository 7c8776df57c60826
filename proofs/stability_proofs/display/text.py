"""Derivations and lists of lemmas for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from stability_proofs.display.derivation import AXIOM, HYPOTHESIS, Line
from stability_proofs.display.formulas import formula
from stability_proofs.display.written import Written
from stability_proofs.tactics.lemma import Lemma


def text_of(derivation: Written) -> Iterator[str]:
    """The lines of a derivation: a title, two lines for each step, the claims, what was used."""
    yield f"{derivation.id}: {derivation.claim}" if derivation.claim else derivation.id
    yield ""
    for line in derivation.lines:
        yield f"{line.name:>5}  {line.formula}"
        if line.by != HYPOTHESIS:
            yield f"{'':5}  {reason(line)}"
    yield ""
    formulas = {line.name: line.formula for line in derivation.lines}
    rests = {line.name: line.rests_on for line in derivation.lines}
    for name in derivation.proves:
        under = f", under {', '.join(rests[name])}" if rests[name] else ""
        yield f"Claim: {formulas[name]}"
        yield f"       (step {name}{under})"
    yield ""
    for by, about in derivation.sources():
        yield f"{by}: {about}"


def reason(line: Line) -> str:
    """By what a step was made, from which steps, under which hypotheses."""
    parts = [f"by {line.by}"] if line.by != HYPOTHESIS else [HYPOTHESIS]
    if line.detail:
        parts.append(line.detail)
    if line.uses:
        parts.append(f"from {', '.join(line.uses)}")
    if line.rests_on and line.by != HYPOTHESIS:
        parts.append(f"under {', '.join(line.rests_on)}")
    if line.axioms and not line.by.startswith(AXIOM):
        parts.append(f"by trust in {', '.join(line.axioms)}")
    return "; ".join(parts)


def text_of_lemmas(lemmas: Sequence[Lemma[..., Any]]) -> Iterator[str]:
    """Lemmas by subject and file: what each says in words, what it needs and what it shows."""
    subject = ""
    for lemma in lemmas:
        place = lemma.name.rpartition(".")[0]
        if place != subject:
            subject = place
            yield from ("", place, "")
        yield f"  {lemma.name.rpartition('.')[2]}: {summary(lemma)}"
        for word, formulas in (("from", lemma.premises), ("under", lemma.given)):
            yield from (f"    {word:5} {formula(one)}" for one in formulas)
        yield from (f"    shows {formula(one)}" for one in lemma.shows)


def summary(lemma: Lemma[..., Any]) -> str:
    """The first paragraph of what a lemma says in words, on one line."""
    return " ".join(lemma.description.partition("\n\n")[0].split())


def record(lemma: Lemma[..., Any]) -> dict[str, Any]:
    """Plain values, for JSON."""
    return {
        "name": lemma.name,
        "subject": lemma.name.partition(".")[0],
        "description": summary(lemma),
        "premises": [formula(one) for one in lemma.premises],
        "hypotheses": [formula(one) for one in lemma.given],
        "shows": [formula(one) for one in lemma.shows],
    }
