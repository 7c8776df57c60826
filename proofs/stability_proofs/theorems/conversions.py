"""From one stability constant to another: derivations of `stability.theorems.conversions`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stability.conventions import Averaged, Neighbour, Notion, Positions
from stability.theorems.kinds import ConversionStatement
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import E, absolute, norm
from stability_proofs.kernel.terms import ProofError, Term, at, eq, le, lt, put
from stability_proofs.lemmas.analysis.absolutes import absolute_triangle, mean_absolute
from stability_proofs.lemmas.convexity.vectors import norm_nonnegative, triangle
from stability_proofs.lemmas.gaps import pointwise
from stability_proofs.lemmas.gaps.gaps import replaced_from_deleted
from stability_proofs.lemmas.gaps.pointwise import UNTOUCHED
from stability_proofs.lemmas.probability.marginals import at_index
from stability_proofs.semantics import constants, regularity
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.constants import weights, weights_without
from stability_proofs.semantics.randomised import r, realised, realised_without
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import (
    S,
    beta,
    elastic_deletion,
    i,
    loss,
    m,
    uniform_deletion,
    uniform_replacement,
    without,
    x,
    y,
    z,
)
from stability_proofs.semantics.training import measured
from stability_proofs.tactics.elements import settled
from stability_proofs.tactics.vocabulary import (
    at_same,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    use,
)

Kind = tuple[Notion, Neighbour]
DELETION, REPLACEMENT = Neighbour.DELETION, Neighbour.REPLACEMENT
S_new = put(S, i, y)
B, U, B1, D = map(symbol_term, ("B", "U", "B1", "D"))
CHANGE, NONNEGATIVE, AT_MOST_U, ROWS, MEAN, DIAGONAL = map(assume, elastic_deletion(B, U, B1, D))
"""What an elastic constant says: see `elastic_deletion`."""


def _by_kind(claim: Claim, derivations: Mapping[Kind, Callable[[Claim], Derived]]) -> Derived:
    rule = claim.statement
    if not isinstance(rule, ConversionStatement) or rule.takes not in derivations:
        raise ProofError(f"{claim.theorem.id}: no derivation of this rule")
    return derivations[rule.takes](claim)


def _over(claim: Claim) -> Averaged:
    """What the constant that is taken averages over."""
    return claim.averaged_over or Averaged.NOTHING


def elastic_to_uniform(claim: Claim) -> Derived:
    """|change| <= beta(z_i, z)/m <= U/m."""
    moved, most = use(CHANGE, S, i, z), use(AT_MOST_U, at(S, i), z)
    change = moved.conclusion.args[0]
    bound = linear(le(change, U / m), moved, (most, one_over(sample_size_positive())))
    return Derived((for_all(bound, S, i, z),))


def _elastic_hypothesis() -> Theorem:
    """E |change at z| <= E beta(z_i, z)/m = E beta(y, z)/m <= B1/m."""
    averaged = mean(S, mean(z, use(CHANGE, S, i, z)))
    fresh = at_index(lambda deleted: E(z, beta(deleted, z)), i)
    goal = le(averaged.conclusion.args[0], B1 / m)
    per_example = one_over(sample_size_positive())
    return for_all(linear(goal, averaged, (1 / m, fresh), (MEAN, per_example)), i)


def elastic_to_hypothesis(claim: Claim) -> Derived:
    """The change at a fresh point is at most the mean of beta over m."""
    return Derived((_elastic_hypothesis(),))


def elastic_to_pointwise(claim: Claim) -> Derived:
    """The same, and E |change at z_i| <= E beta(z_i, z_i)/m = E beta(y, y)/m <= D/m."""
    averaged = mean(S, use(CHANGE, S, i, at(S, i)))
    own = at_index(lambda point: beta(point, point), i)
    goal = le(averaged.conclusion.args[0], D / m)
    per_example = one_over(sample_size_positive())
    pointwise = linear(goal, averaged, (1 / m, own), (DIAGONAL, per_example))
    return Derived((_elastic_hypothesis(), for_all(pointwise, i)))


def uniform_to_hypothesis(claim: Claim) -> Derived:
    """An average is at most the supremum."""

    def deletion(claim: Claim) -> Derived:
        moved = assume(uniform_deletion(symbol_term("beta")))
        fresh = mean(S, mean(z, use(moved, S, i, z)))
        own = mean(S, use(moved, S, i, at(S, i)))
        return Derived((for_all(fresh, i), for_all(own, i)))

    def replacement(claim: Claim) -> Derived:
        moved = assume(uniform_replacement(symbol_term("epsilon")))
        own = mean(S, mean(y, use(moved, S, i, y, at(S, i))))
        return Derived((for_all(own, i),))

    uniform = Notion.UNIFORM
    return _by_kind(claim, {(uniform, DELETION): deletion, (uniform, REPLACEMENT): replacement})


def deletion_to_replacement(claim: Claim) -> Derived:
    """Replacing is deleting twice, by the triangle inequality."""

    def uniform(claim: Claim) -> Derived:
        constant, M = symbol_term("beta"), symbol_term("M")
        return Derived((replaced_from_deleted(constant, M),))

    steps = {
        Notion.UNIFORM: uniform,
        Notion.ELASTIC: _elastic_replacement,
        Notion.POINTWISE: _pointwise_replacement,
        Notion.ARGUMENT: _argument_replacement,
    }
    return _by_kind(claim, {(notion, DELETION): step for notion, step in steps.items()})


def _elastic_replacement(claim: Claim) -> Derived:
    """|change| <= (beta(z_i, z) + beta(y, z))/m: both rows, so twice each of B, U and B1."""
    gone = without(S, i, z)
    moved = absolute_triangle(loss(S, z), gone, loss(S_new, z))
    old, new = use(CHANGE, S, i, z), use(CHANGE, S_new, i, z)
    untouched = use(UNTOUCHED, S, i, y, z)
    kept = at_same(untouched, lambda value: absolute(loss(S_new, z) - value))
    read = at_same(settled(at(S_new, i)), lambda point: beta(point, z))
    both = beta(x, z) + beta(y, z)
    change = moved.conclusion.args[0]
    near = linear(
        le(change, (beta(at(S, i), z) + beta(y, z)) / m), moved, old, new, kept, (1 / m, read)
    )
    low = linear(le(0, both), use(NONNEGATIVE, x, z), use(NONNEGATIVE, y, z))
    high = linear(le(both, 2 * U), use(AT_MOST_U, x, z), use(AT_MOST_U, y, z))
    rows = linear(le(E(z, both), 2 * B), use(ROWS, x), use(ROWS, y))
    average = linear(le(E(x, E(y, E(z, both))), 2 * B1), MEAN)
    theorems = (
        for_all(near, S, i, y, z),
        for_all(low, x, y, z),
        for_all(high, x, y, z),
        for_all(rows, x, y),
        average,
    )
    return Derived(theorems, {"beta": both})


def _pointwise_replacement(claim: Claim) -> Derived:
    """At z_i the first step costs the pointwise constant, the second the hypothesis constant."""
    together = _over(claim) is Averaged.BOTH
    lemma = pointwise.replaced_together() if together else pointwise.replaced_from_deleted()
    values = {name: symbol_term(name) for name in ("beta_hyp", "beta_pt")}
    kind = (Notion.POINTWISE, DELETION)
    fresh, own = constants.taken(kind, _over(claim), values, claim.positions, changes=False)
    on_average = claim.positions is Positions.MEAN
    both = pointwise.both_means if on_average else pointwise.both_constants
    return Derived((both(lemma, assume(fresh), assume(own)),))


def _distances(claim: Claim, neighbour: Neighbour) -> Theorem:
    """That the trained weights move by at most the distance."""
    values = {"distance": symbol_term("distance")}
    kind = (Notion.ARGUMENT, neighbour)
    return assume(
        constants.given(kind, _over(claim), values, {}, Positions.EVERY, changes=False)[0]
    )


def _argument_replacement(claim: Claim) -> Derived:
    """|w(S) - w(S')| <= |w(S) - w without z_i| + |w(S') - w without z_i|."""
    premise, gone = _distances(claim, DELETION), weights_without(S, i)
    steps = triangle(weights(S) - gone, gone - weights(S_new))
    untouched = use(assume(constants.weights_untouched()), S, r, i, y)
    kept = at_same(untouched, lambda value: norm(weights(S_new) - value))
    moved = norm(weights(S) - weights(S_new))
    new = norm(weights(S_new) - weights_without(S_new, i))
    near = linear(le(moved, norm(weights(S) - gone) + new), steps, kept)
    twice = 2 * symbol_term("distance")
    if _over(claim) is Averaged.ALGORITHM:
        bound = linear(
            le(E(r, moved), twice), mean(r, near), use(premise, S, i), use(premise, S_new, i)
        )
        return Derived((for_all(bound, S, i, y),))
    bound = linear(le(moved, twice), near, use(premise, S, r, i), use(premise, S_new, r, i))
    return Derived((for_all(bound, S, r, i, y),))


def argument_to_loss(claim: Claim) -> Derived:
    """|l(w, z) - l(v, z)| <= L(z) |w - v| <= L |w - v|, on average over r if the distance is."""

    def deletion(claim: Claim) -> Derived:
        after, gone = weights_without(S, i), without(S, i, z)
        inside = use(assume(constants.weights_inside()[1]), S, r, i)
        return Derived((for_all(_loss_moves(claim, after, gone, inside, ()), S, i, z),))

    def replacement(claim: Claim) -> Derived:
        after, gone = weights(S_new), loss(S_new, z)
        inside = use(assume(constants.weights_inside()[0]), S_new, r)
        return Derived((for_all(_loss_moves(claim, after, gone, inside, (y,)), S, i, y, z),))

    argument = Notion.ARGUMENT
    return _by_kind(claim, {(argument, DELETION): deletion, (argument, REPLACEMENT): replacement})


def _loss_moves(
    claim: Claim, after: Term, gone: Term, inside: Theorem, new: tuple[Term, ...]
) -> Theorem:
    """|l(A_S, z) - gone| <= L times the distance to the weights `after`."""
    L, distance = symbol_term("L"), symbol_term("distance")
    here, there = measured(weights(S), z), measured(after, z)
    moved = norm(weights(S) - after)
    slope = use(assume(regularity.loss_changes()), weights(S), after, z)
    slope = use(slope, use(assume(constants.weights_inside()[0]), S, r), inside)
    steep = use(assume(regularity.steepness_at_most(L)), z)
    near = linear(
        le(absolute(here - there), L * moved), slope, (steep, norm_nonnegative(weights(S) - after))
    )
    neighbour = REPLACEMENT if new else DELETION
    premise, positive = _distances(claim, neighbour), assume(lt(0, L))
    link, link_gone = map(assume, constants.loss_of_weights(_over(claim)))
    same = use(link, S, z)
    same_gone = use(link, S_new, z) if new else use(link_gone, S, i, z)
    if _over(claim) is Averaged.ALGORITHM:
        both = linear(eq(loss(S, z) - gone, E(r, here - there)), same, same_gone)
        close = use(premise, S, i, *new)
        known = (mean_absolute(r, here - there), mean(r, near), (close, positive))
    else:
        both = linear(eq(loss(S, z) - gone, here - there), same, same_gone)
        known = (near, (use(premise, S, r, i, *new), positive))
    equal = at_same(both, absolute)
    return linear(le(absolute(loss(S, z) - gone), L * distance), equal, *known)


def sure_to_expected(claim: Claim) -> Derived:
    """|E change| <= E |change| <= the constant, the expectation over the algorithm."""

    def bounded(claim: Claim, kind: Kind, after: Term, constant: str, new: tuple) -> Derived:
        value = symbol_term(constant)
        (premise,) = constants.taken(
            kind, Averaged.NOTHING, {constant: value}, Positions.EVERY, changes=True
        )
        change = realised(S, r, z) - after
        sure = use(assume(premise), S, r, i, *new, z)
        goal = le(absolute(E(r, change)), value)
        bound = linear(goal, mean_absolute(r, change), mean(r, sure))
        return Derived((for_all(bound, S, i, *new, z),))

    def deletion(claim: Claim) -> Derived:
        gone = realised_without(S, r, i, z)
        return bounded(claim, (Notion.UNIFORM, DELETION), gone, "beta", ())

    def replacement(claim: Claim) -> Derived:
        after = realised(S_new, r, z)
        return bounded(claim, (Notion.UNIFORM, REPLACEMENT), after, "epsilon", (y,))

    uniform = Notion.UNIFORM
    return _by_kind(claim, {(uniform, DELETION): deletion, (uniform, REPLACEMENT): replacement})
