"""Runs of SGD as functions of draws: on the whole sample, and without an example in two ways."""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family, picked
from stability_proofs.kernel.notation import indicator, total
from stability_proofs.kernel.terms import Term, app, eq, le
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.sgd.batch_steps import after
from stability_proofs.lemmas.sgd.one_draw import OTHER, Path
from stability_proofs.lemmas.sgd.partial_batches import i
from stability_proofs.semantics import batches, draws, training
from stability_proofs.semantics.draws import draw_of, order_of
from stability_proofs.semantics.randomised import d, r, x
from stability_proofs.semantics.regularity import runs_inside
from stability_proofs.semantics.samples import S
from stability_proofs.semantics.training import (
    PLACE,
    k,
    m,
    refill,
    retrained,
    run,
    skipped,
    t,
    visit,
)
from stability_proofs.tactics.vocabulary import at_same, equal, for_all, linear, summed, use


def _shares_at(seeds: Term, *of: Term) -> tuple[Theorem, Theorem]:
    """Shares and refills in terms of the draw of the step."""
    visits, refills = map(assume, draws.batches_drawn())
    place = of[-1]
    return use(visits, seeds, after, place), use(refills, seeds, k, after, place)


def _equal_shares(differ: Theorem, place: Term) -> tuple[Theorem, Theorem]:
    """That they are those of `OTHER`, if the draw of the step is not the one at d."""
    kept = family("at-put-other", r, d, x, draw_of(after), differ)
    found = []
    for here, there in zip(_shares_at(r, place), _shares_at(OTHER, place), strict=True):
        head, (_, *rest) = here.conclusion.args[1].head, here.conclusion.args[1].args
        moved = at_same(kept, lambda seed, h=head, a=rest: app(h, seed, *a))
        found.append(equal(there.conclusion.args[0], here.conclusion.args[0], there, here, moved))
    visits, refills = found
    return visits, refills


def trained() -> Path:
    """The run on the whole sample."""
    starts = assume(training.starts_alike()[0])

    def small(seeds: Term) -> tuple[Theorem, Theorem]:
        known, sums = map(assume, (batches.shares_nonnegative(), batches.shares_sum()))
        order = order_of(seeds)
        least = linear(le(total(i, visit(order, after, i)), 1), use(sums, order, after))
        return for_all(use(known, order, after, i), i), least

    return Path(
        at=lambda seeds, step: run(S, order_of(seeds), step),
        share=lambda seeds: visit(order_of(seeds), after, i),
        moves=lambda seeds: use(assume(training.run_moves()), S, order_of(seeds), t),
        starts=lambda seeds: use(starts, S, order_of(seeds)),
        inside=lambda seeds, step: use(assume(runs_inside()[0]), S, order_of(seeds), step),
        small=small,
        same=lambda known: _equal_shares(known, PLACE)[0],
    )


def _kept(place: Term) -> Term:
    """1 unless a place is that of the deleted example."""
    return 1 - indicator(eq(place, k))


def null_step() -> Path:
    """The run that skips the example at k."""

    def small(seeds: Term) -> tuple[Theorem, Theorem]:
        known, sums = trained().small(seeds)
        here = visit(order_of(seeds), after, i)
        low, high = between(eq(i, k))
        sign = linear(le(0, _kept(i) * here), (use(known, i), high))
        fewer = summed(i, linear(le(_kept(i) * here, here), (use(known, i), low)))
        return for_all(sign, i), linear(le(total(i, _kept(i) * here), 1), fewer, sums)

    def same(known: Theorem) -> Theorem:
        visits, _ = _equal_shares(known, PLACE)
        there, here = visits.conclusion.args
        return linear(eq(_kept(PLACE) * there, _kept(PLACE) * here), (_kept(PLACE), visits))

    return Path(
        at=lambda seeds, step: skipped(S, order_of(seeds), k, step),
        share=lambda seeds: _kept(i) * visit(order_of(seeds), after, i),
        moves=lambda seeds: use(assume(training.skipped_moves()), S, order_of(seeds), k, t),
        starts=lambda seeds: use(assume(training.starts_alike()[1]), S, order_of(seeds), k),
        inside=lambda seeds, step: use(assume(runs_inside()[1]), S, order_of(seeds), k, step),
        small=small,
        same=same,
    )


def retrain() -> Path:
    """The run without the example at k, its share refilled."""

    def small(seeds: Term) -> tuple[Theorem, Theorem]:
        order = order_of(seeds)
        fewer, _ = null_step().small(seeds)
        _, sums = trained().small(seeds)
        more = use(assume(batches.refills_nonnegative()), order, k, after, i)
        filled = use(use(assume(batches.refills_sum()), assume(le(2, m))), order, k, after)
        here, new = visit(order, after, i), refill(order, k, after, i)
        share = _kept(i) * here + new
        sign = linear(le(0, share), use(fewer, i), more)
        whole = linear(le(total(i, share), 1), sums, filled, picked(i, here, k))
        return for_all(sign, i), whole

    def same(known: Theorem) -> Theorem:
        visits, refills = _equal_shares(known, PLACE)
        there, here = (
            _kept(PLACE) * visits.conclusion.args[side] + refills.conclusion.args[side]
            for side in (0, 1)
        )
        return linear(eq(there, here), (_kept(PLACE), visits), refills)

    def share(seeds: Term) -> Term:
        order = order_of(seeds)
        return _kept(i) * visit(order, after, i) + refill(order, k, after, i)

    return Path(
        at=lambda seeds, step: retrained(S, order_of(seeds), k, step),
        share=share,
        moves=lambda seeds: use(assume(training.retrained_moves()), S, order_of(seeds), k, t),
        starts=lambda seeds: use(assume(training.starts_alike()[2]), S, order_of(seeds), k),
        inside=lambda seeds, step: use(assume(runs_inside()[2]), S, order_of(seeds), k, step),
        small=small,
        same=same,
    )
