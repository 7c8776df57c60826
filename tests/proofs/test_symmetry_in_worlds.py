"""Rules that are called symmetric are so in the witness of their theorem, and those that are not.

That a rule is symmetric in the examples is a label of a stability theorem, which the theorems of
Bousquet and Elisseeff ask for. It is not derived; here it is tried, by enumeration.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stability.conventions import Averaged, Convention, Neighbour, Notion
from stability.theorems.catalogue import BY_ID, CATALOGUE
from stability.theorems.kinds import StabilityStatement, StabilityTheorem
from stability.theorems.kinds.hypotheses import trains_by
from stability_proofs.kernel.notation import E, every
from stability_proofs.kernel.terms import Term, at, eq, implies, negation, put, replace, variables
from stability_proofs.semantics import algorithms, bagging
from stability_proofs.semantics.claims import Claim, claims
from stability_proofs.semantics.samples import S, i, j, z
from stability_proofs.semantics.training import k, r
from stability_proofs.theorems.catalogue import DERIVATIONS
from stability_proofs.witnesses.bags import drawn, presence, subsets
from stability_proofs.witnesses.catalogue import WITNESSES
from stability_proofs.witnesses.worlds import World

TURNED = put(put(S, i, at(S, j)), j, at(S, i))
NOTIONS = (Notion.UNIFORM, Notion.ELASTIC, Notion.HYPOTHESIS)
"""Notions of deletion that speak of losses."""


def losses(claim: Claim) -> tuple[Term, Term]:
    """The loss of what is trained on S, and that after the deletion of the example at k."""
    theorem = claim.theorem
    assert isinstance(theorem, StabilityTheorem)
    if set(theorem.hypotheses) & {trains_by(b) for b in ("bagging", "subbagging")}:
        gone = {
            Convention.NULL_STEP: bagging.dropped(S, bagging.s, k, z),
            Convention.RETRAIN: bagging.predicted(S, bagging.swapped(bagging.s, k), z),
        }
        kept = bagging.predicted(S, bagging.s, z)
        return bagging.over_all_bags(kept), bagging.over_all_bags(gone[claim.convention])
    before = algorithms.loss_before(theorem, S)
    after = algorithms.loss_after(theorem, claim.convention)
    if theorem.averaged_over is Averaged.ALGORITHM:
        return E(r, before), E(r, after)
    return before, after


def symmetric(before: Term, after: Term) -> tuple[Term, ...]:
    """That two examples may change places: before, after one of them and after another is gone."""
    orders = (r,) if r in variables(before) | variables(after) else ()
    of_turned = replace(after, {S: TURNED})
    first, second = (replace(x, {k: place}) for x, place in ((of_turned, i), (after, j)))
    apart = (negation(eq(k, place)) for place in (i, j))
    return (
        every(*orders, S, i, j, z, eq(replace(before, {S: TURNED}), before)),
        every(*orders, S, i, j, z, eq(first, second)),
        every(*orders, S, i, j, k, z, implies(*apart, eq(of_turned, after))),
    )


def cases(wanted: bool) -> Iterator[tuple[Claim, World]]:
    for name in DERIVATIONS:
        theorem = BY_ID[name]
        if not isinstance(theorem, StabilityTheorem) or theorem.symmetric is not wanted:
            continue
        for claim in claims(theorem):
            form = claim.statement
            assert isinstance(form, StabilityStatement)
            if form.neighbour is Neighbour.REPLACEMENT or form.notion not in NOTIONS:
                continue
            for witness in WITNESSES[name]:
                world = witness.world(claim)
                if world is not None:
                    yield claim, world


CALLED_SYMMETRIC = tuple(cases(True))


def test_every_theorem_on_deletion_that_is_called_symmetric_is_tried() -> None:
    wanted = {
        theorem.id
        for theorem in CATALOGUE
        if isinstance(theorem, StabilityTheorem) and theorem.symmetric
        for form in theorem.statements
        if form.neighbour is Neighbour.DELETION and form.notion in NOTIONS
    }
    assert {claim.theorem.id for claim, _ in CALLED_SYMMETRIC} == wanted & set(DERIVATIONS)


@pytest.mark.parametrize(
    ("claim", "world"), CALLED_SYMMETRIC, ids=[claim.theorem.id for claim, _ in CALLED_SYMMETRIC]
)
def test_a_rule_that_is_called_symmetric_is(claim: Claim, world: World) -> None:
    assert all(map(world.holds, symmetric(*losses(claim))))


def test_rules_that_are_not_called_symmetric_are_not() -> None:
    """In some witness at least: the order of linear losses does not matter in one pass.

    A base algorithm may look at the order of a bag, such as for the first example.
    """
    found: dict[str, list[bool]] = {}
    bags = {"elisseeff2005-bagging": drawn(3), "elisseeff2005-subbagging": subsets(3)}
    for claim, witness in cases(False):
        name = claim.theorem.id
        world = presence(bags[name]) if name in bags else witness
        holds = all(map(world.holds, symmetric(*losses(claim))))
        found.setdefault(claim.theorem.id, []).append(holds)
    assert len(found) == 4
    assert not any(map(all, found.values())), found
