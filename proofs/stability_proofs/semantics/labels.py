"""Checks that the labels of a theorem agree with the formulas that are proved of it.

The formulas of `claims` come from the values, the notions and the quantity. The labels that stand
beside them (what the probability is over, what is averaged, what kind of number it is, how a value
depends on m, which symbols are free, what is symmetric, and where a theorem reads its symbols in a
setup) are compared here with what these formulas say. Checks and readers are tried on setups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stability.conventions import (
    FURTHER_VALUES,
    LINEAR,
    OF_LAWS,
    VALUES,
    Averaged,
    Convention,
    Kind,
    Neighbour,
    Notion,
    Over,
    Quantity,
)
from stability.theorems import zhang2022
from stability.theorems.deng2021 import LARGE_SAMPLE
from stability.theorems.elastic_algorithms import PULLS_ALWAYS
from stability.theorems.kinds import (
    GeneralizationTheorem,
    StabilityStatement,
    StabilityTheorem,
    Theorem,
)
from stability.theorems.kinds.constant import Product
from stability.theorems.kinds.hypotheses import STRONGLY_CONVEX_STEPS, TrainedBy
from stability.theorems.kinds.hypothesis import Hypothesis
from stability.theorems.kinds.situation import FAILURES, Choice
from stability.theorems.kinds.support import Support, supported
from stability.theorems.kinds.symbol_values import READERS, Reader, at
from stability.theorems.statements.symbols import names_in
from stability_proofs.kernel.terms import require
from stability_proofs.semantics.hypotheses import PROMISED
from stability_proofs.semantics.setups import tried

SPEAK_OF_BETA = frozenset(("p", "diagonal_norm", "column_norm", "supremum_norm"))
"""Free symbols that bound something about beta."""
FREE = SPEAK_OF_BETA | {"eta", *FAILURES, "t0", "order", "half", "eps", "growth", "balance"}
"""Symbols for which a theorem may choose values: no setup and no constant gives them."""
MAY_LOOK_AT_ORDER = frozenset(("bagging", "subbagging", "pl", "dp"))
"""Of these nothing says that the base algorithm, which minimiser it is, or what is private,
ignores the order."""
SET_FUNCTIONS = frozenset(("gd", "erm", "kernel-erm", "gibbs", "knn"))
"""Kinds of training whose output is a function of the examples and not of their order."""
TAILS = frozenset(
    (Quantity.GAP, Quantity.LOO_GAP, Quantity.ABSOLUTE_GAP, Quantity.LOO_ABSOLUTE_GAP)
)
"""Quantities of one sample, bounded with a probability."""
READ_ELSEWHERE: Mapping[str, Mapping[str, Reader]] = {
    # the loss of the base algorithm; `loss.range` is that of the Gibbs algorithm
    "bousquet2002-thm24": {"M": at("algorithm.base_range")},
    "gibbs-exponent": {"M": at("algorithm.base_range")},
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
        _agreed(tried.why_not_as_said(hypothesis))
    elsewhere = READ_ELSEWHERE.get(theorem.id, {})
    for name in sorted({*theorem.readers, *elsewhere}):
        same = theorem.readers.get(name) == elsewhere.get(name)
        require(same, "it reads a symbol where this is not what the formulas speak of", name)
    for name, reader in sorted(readers_of(theorem).items()):
        _agreed(tried.why_not_read(theorem.id, name, reader))
    require(not theorem.unspecified, "it leaves open", theorem.unspecified)
    large = any(h.id == LARGE_SAMPLE.id for h in theorem.hypotheses)
    require(
        not (large and theorem.kind is Kind.UPPER),
        "it holds for large m only, and is no upper bound for a given m",
    )
    if isinstance(theorem, StabilityTheorem):
        _constant(theorem)
    _free(theorem)
    if isinstance(theorem, GeneralizationTheorem):
        for statement in theorem.statements:
            _bound(theorem, statement.takes[0], statement.quantity)


def _every(theorem: Theorem) -> Iterator[Hypothesis]:
    yield from theorem.hypotheses
    for statement in theorem.statements:
        if isinstance(statement, StabilityStatement):
            yield from statement.hypotheses
            if statement.in_place is not None:
                yield statement.in_place


def _agreed(reason: str | None) -> None:
    require(reason is None, reason or "")


def readers_of(theorem: Theorem) -> Mapping[str, Reader]:
    """Every symbol that a theorem reads from a setup, with its reader."""
    usual = {**READERS, **theorem.readers}
    names = {name for statement in theorem.statements for name in statement.names()}
    for statement in theorem.statements:
        extras = getattr(statement, "extras", {})
        names |= {name for value in extras.values() for name in names_in(value)}
    names |= {"c"} if "alpha" in names else set()
    choice: Choice | None = getattr(theorem, "choose", None)
    chosen = set(choice.domains) if choice is not None else set()
    return {name: usual[name] for name in names & {*usual} - chosen - _of_constants(theorem)}


def _of_constants(theorem: Theorem) -> set[str]:
    """Symbols that are values of the constants a theorem takes."""
    taken = [s.takes for s in theorem.statements if hasattr(s, "takes")]
    carried = {name for kind in taken for name in (*VALUES[kind], *FURTHER_VALUES.get(kind, ()))}
    return carried | (set(DRAWN) if taken else set())


def _constant(theorem: StabilityTheorem) -> None:
    """What a constant says of itself beside its values."""
    kinds = {kind for h in _every(theorem) if isinstance(h, TrainedBy) for kind in h.kinds}
    for statement in theorem.statements:
        kind = (statement.notion, statement.neighbour)
        more = frozenset(statement.extras) - DRAWN - {*FURTHER_VALUES.get(kind, ())}
        require(not more, "there is no value of that name", sorted(more))
        elastic = (statement.notion, statement.neighbour) == (Notion.ELASTIC, Neighbour.DELETION)
        shaped = theorem.structure is None or (elastic and isinstance(theorem.structure, Product))
        require(shaped, "no formula says what structure it has", theorem.structure)
        wanted = PULLS_ALWAYS if _shares_differ(theorem, statement, kinds) else None
        same = statement.in_place == wanted
        require(same, "deleting in place needs", wanted and wanted.id, "in", statement.name)
    in_order = not kinds <= SET_FUNCTIONS and theorem.averaged_over is Averaged.NOTHING
    alike = not in_order and not kinds & MAY_LOOK_AT_ORDER
    require(alike or not theorem.symmetric, "it is not the same for every order of the examples")


def _shares_differ(
    theorem: StabilityTheorem, statement: StabilityStatement, kinds: set[str]
) -> bool:
    """Whether it contracts by shares of a batch that are not 1/m, deleting in place.

    In every order of visiting, and with losses that may be what is strongly convex: a run that
    skips an example contracts less where it is visited. See proofs/README.md.
    """
    in_place = statement.convention in (Convention.NULL_STEP, Convention.KEEP)
    contracts = STRONGLY_CONVEX_STEPS in (*theorem.hypotheses, *statement.hypotheses)
    return in_place and contracts and kinds == {"sgd"} and theorem.averaged_over is Averaged.NOTHING


def _free(theorem: Theorem) -> None:
    """Free symbols are numbers that nothing else gives, or are supported by statements."""
    choice: Choice | None = getattr(theorem, "choose", None)
    names = {name for statement in theorem.statements for name in statement.names()}
    supports: tuple[Support, ...] = getattr(theorem, "supporting", ())
    chosen = set(choice.domains) if choice is not None else set()
    require(chosen <= FREE, "it chooses what is not free", sorted(chosen - FREE))
    require(chosen <= names, "it chooses what is not in it", sorted(chosen - names))
    unsupported = names & SPEAK_OF_BETA - (chosen & supported(supports))
    require(not unsupported, "nothing supports", sorted(unsupported))
    taken = [s.takes for s in theorem.statements if hasattr(s, "takes")]
    further = {name for kind in taken for name in FURTHER_VALUES.get(kind, ())}
    followed = names & further - supported(supports)
    require(not followed, "nothing says what is known where it is not given", sorted(followed))
    if "p" in names:
        require("delta" in chosen, "p and delta share the failure probability")


def _bound(theorem: GeneralizationTheorem, notion: Notion, quantity: Quantity) -> None:
    probable = theorem.over is not Over.NOTHING
    require(probable == (quantity in TAILS), f"a probability over {theorem.over}", quantity)
    averages = Averaged.BOTH if quantity in LINEAR else None
    if theorem.over is Over.SAMPLE and notion in OF_LAWS:
        averages = Averaged.ALGORITHM
    if theorem.over is Over.BOTH:
        averages = Averaged.NOTHING
    require(theorem.averages is averages, "it averages over", averages, "not", theorem.averages)
    uniform_before = theorem.at_previous_size and notion is Notion.UNIFORM
    shrinks = ("beta",) if uniform_before else ()
    require(theorem.scales_down == shrinks, "of the order of 1/m are", shrinks)
