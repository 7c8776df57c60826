"""Checks that the labels of a theorem agree with the formulas that are proved of it.

The formulas of `claims` come from the values, the notions and the quantity. The labels that stand
beside them (what the probability is over, what is averaged, what kind of number it is, how a value
depends on m, and where a theorem reads its symbols in a setup) are compared here with what these
formulas say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stability.conventions import LINEAR, Averaged, Kind, Notion, Over, Quantity
from stability.theorems import zhang2022
from stability.theorems.deng2021 import LARGE_SAMPLE
from stability.theorems.kinds import GeneralizationTheorem, StabilityStatement, Theorem
from stability.theorems.kinds.hypothesis import Hypothesis
from stability.theorems.kinds.symbol_values import Reader, at
from stability_proofs.kernel.terms import require
from stability_proofs.semantics.hypotheses import PROMISED

TAILS = frozenset((Quantity.GAP, Quantity.LOO_GAP, Quantity.ABSOLUTE_GAP))
"""Quantities of one sample, bounded with a probability."""
READ_ELSEWHERE: Mapping[str, Mapping[str, Reader]] = {
    # the loss of the base algorithm; `loss.range` is that of the Gibbs algorithm
    "bousquet2002-thm24": {"M": at("algorithm.base_range")},
    # losses lie in [0, rho] on the ball
    "hardt2016-strongly-convex-decaying": {"rho": at("loss.range")},
    # of a problem that the theorem chooses: no setup gives it
    "zhang2022-nonconvex-upper": zhang2022.A,
    "zhang2022-nonconvex-lower": zhang2022.A,
}
"""Theorems that read a symbol at a place of their own, and from where."""
DRAWN = frozenset(("rho", "draws"))
"""What a form may give beside the values of its notion."""


def consistent(theorem: Theorem) -> None:
    """Raises ProofError where a label says something else than the formulas."""
    for hypothesis in _every(theorem):
        read = hypothesis.check is not None or hypothesis.id in PROMISED
        require(read, "nothing checks or promises the hypothesis", hypothesis.id)
    elsewhere = READ_ELSEWHERE.get(theorem.id, {})
    for name in sorted({*theorem.readers, *elsewhere}):
        same = theorem.readers.get(name) == elsewhere.get(name)
        require(same, "it reads a symbol where this is not what the formulas speak of", name)
    large = any(h.id == LARGE_SAMPLE.id for h in theorem.hypotheses)
    require(
        not (large and theorem.kind is Kind.UPPER),
        "it holds for large m only, and is no upper bound for a given m",
    )
    for statement in theorem.statements:
        if isinstance(statement, StabilityStatement):
            more = frozenset(statement.extras)
            require(more <= DRAWN, "there is no value of that name", sorted(more - DRAWN))
    if isinstance(theorem, GeneralizationTheorem):
        for statement in theorem.statements:
            _bound(theorem, statement.takes[0], statement.quantity)


def _every(theorem: Theorem) -> Iterable[Hypothesis]:
    yield from theorem.hypotheses
    for statement in theorem.statements:
        if isinstance(statement, StabilityStatement):
            yield from statement.hypotheses


def _bound(theorem: GeneralizationTheorem, notion: Notion, quantity: Quantity) -> None:
    probable = theorem.over is not Over.NOTHING
    require(probable == (quantity in TAILS), f"a probability over {theorem.over}", quantity)
    averages = Averaged.BOTH if quantity in LINEAR else None
    if theorem.over is Over.BOTH:
        averages = Averaged.NOTHING
    require(theorem.averages is averages, "it averages over", averages, "not", theorem.averages)
    uniform_before = theorem.at_previous_size and notion is Notion.UNIFORM
    shrinks = ("beta",) if uniform_before else ()
    require(theorem.scales_down == shrinks, "of the order of 1/m are", shrinks)
