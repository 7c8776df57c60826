"""The answer of a study in a few sentences: what was found, whether it says anything, what next."""

from __future__ import annotations

from collections.abc import Iterator

from stability.rounding import rounded, rounded_up
from stability.runs import tables
from stability.runs.bounds import Named
from stability.runs.findings import Findings
from stability.theorems.kinds.bound import Bound


def answer(findings: Findings) -> str:
    """What stands first, on the screen and on the page."""
    gap = f"Test loss minus training loss is {tables.gap(findings)}."
    return " ".join((gap, *_bounds(findings), _next(findings)))


def _bounds(findings: Findings) -> Iterator[str]:
    if findings.degenerate:
        yield "The constants and the bounds from them mean nothing here: see the warnings."
    elif findings.plug_in:
        name, bound = _smallest(findings.plug_in)
        yield (
            f"The smallest bound on it from what was measured, {name}, is {rounded(bound.value)}, "
            f"{'no less' if bound.vacuous else 'less'} than the "
            f"{rounded(findings.measured.limit)} that the range of the losses gives: it says "
            f"{'nothing' if bound.vacuous else 'something'}, and is an estimate, which promises "
            "nothing of other samples."
        )
    else:
        yield "No bound follows from what was measured."
    if findings.from_setup:
        name, bound = _smallest(findings.from_setup)
        yield (
            f"From the setup it is {rounded_up(bound.enclosure.high)} ({name}, "
            f"{', '.join(bound.labels.words[3:])}), which says "
            f"{'nothing' if bound.vacuous else 'something'}."
        )


def _smallest(named: Named) -> tuple[str, Bound]:
    return min(named, key=lambda pair: pair[1].value)


def _next(findings: Findings) -> str:
    """What to do next."""
    if findings.marks:
        return "Next: mend what the warnings name."
    if findings.plug_in and _smallest(findings.plug_in)[1].vacuous:
        return "Next: take more examples, a stronger regularisation, or fewer and smaller steps."
    return "Next: look at the examples that move the loss most, and run it with another seed."
