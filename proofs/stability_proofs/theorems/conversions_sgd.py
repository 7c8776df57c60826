"""What one draw of SGD can change: a derivation of `stability.theorems.conversions`."""

from __future__ import annotations

from stability.conventions import Convention
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.terms import ProofError, Term, le, lt, num
from stability_proofs.lemmas.sgd import drawn_paths, one_draw
from stability_proofs.lemmas.sgd.batch_slopes import L, steep_at_most
from stability_proofs.lemmas.sgd.one_draw import OTHER, Path
from stability_proofs.lemmas.sgd.run_losses import step_positive_at
from stability_proofs.semantics import draws, regularity
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.randomised import d, r, x
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, uniform_deletion, z
from stability_proofs.semantics.training import k, step_size
from stability_proofs.tactics.vocabulary import absolute_below, for_all, linear, sides, use


def coordinate_change(claim: Claim) -> Derived:
    """One step differs; it makes a distance of 2 L alpha_t, which non-expansive steps keep."""
    if claim.convention is None:
        raise ProofError("one draw changes a run of SGD")
    without = {
        Convention.NULL_STEP: drawn_paths.null_step,
        Convention.RETRAIN: drawn_paths.retrain,
    }[claim.convention]
    of_trained, of_deleted = map(assume, draws.losses(claim.convention))
    kept = assume(uniform_deletion(symbol_term("beta")))
    return Derived(
        (
            kept,
            for_all(_influence(drawn_paths.trained(), of_trained), S, r, d, x, z),
            for_all(_influence(without(), of_deleted, k), S, r, k, d, x, z),
            one_draw.draws_counted(),
        )
    )


def _influence(path: Path, losses: Theorem, *deleted: Term) -> Theorem:
    """|loss for r - loss for the draws with another at d| <= 2 L^2 alpha_1."""
    here, there = path.at(r, LAST), path.at(OTHER, LAST)
    inside = path.inside(r, LAST), path.inside(OTHER, LAST)
    change = use(assume(regularity.loss_changes()), here, there, z, *inside)
    most = 2 * L * step_size(num(1))
    first = step_positive_at(num(1), linear(le(1, 1)))
    sign = linear(le(0, most), (assume(lt(0, L)), first))
    before, after = (use(losses, S, seeds, *deleted, z) for seeds in (r, OTHER))
    moved = before.conclusion.args[0] - after.conclusion.args[0]
    known = (use(assume(regularity.steepness_nonnegative()), z), one_draw.distance(path))
    larger = (steep_at_most(z), sign)
    up, down = sides(change)
    bounds = (
        linear(le(turn * moved, L * most), side, before, after, known, larger)
        for turn, side in ((1, up), (-1, down))
    )
    return absolute_below(*bounds)
