"""Shuffled passes: how far apart the runs with and without an example are after T steps.

Every example is in one batch of each pass; the terms are those of `pass_counts`.
"""

from __future__ import annotations

from dataclasses import dataclass

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, interpret, specialise, substitute
from stability_proofs.kernel.notation import every, norm, total
from stability_proofs.kernel.terms import NATURAL, Term, app, eq, implies, le, lt, num, var
from stability_proofs.lemmas.sgd.run_losses import share, start_together
from stability_proofs.lemmas.sgd.two_runs import NEW, Other, replacement
from stability_proofs.lemmas.shuffled_sgd.pass_counts import (
    END,
    EXTRA,
    HERE,
    LAST_BATCH,
    NEXT,
    PASSES,
    REST,
    P,
    batch,
    extra_counts,
    extra_nonnegative,
    length_positive,
    next_sign,
    passes_nonnegative,
    rest_nonnegative,
    rest_short,
)
from stability_proofs.lemmas.shuffled_sgd.passes import Sequence, after_passes, b, j, keep, q
from stability_proofs.semantics import batches
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.training import k, r, run, step_size
from stability_proofs.tactics.lemma import for_any, lemma
from stability_proofs.tactics.vocabulary import at_same, by_cases, discharge, for_all, linear, use

S = var("S", "sample")
L = var("L")

u = var("u", NATURAL)


def seen(step: Term) -> Term:
    """Whether the example at k is in the batch of a step."""
    return batches.seen(r, step, k)


def _shuffled(which: int) -> Theorem:
    return assume(batches.shuffled(batch)[which])


def _seen_nonnegative() -> Theorem:
    """0 <= what is seen at place b + 1."""
    return use(specialise(use(_shuffled(0), r), NEXT, next_sign()), k)


def _share_in_batch(inside: Theorem) -> Theorem:
    """The share is seen/s, from b + 1 < P."""
    counted = linear(le(1, b + 1), checker.natural(b))
    return use(_shuffled(2), r, j, b + 1, k, counted, inside)


@dataclass(frozen=True)
class Pace:
    """What is known of step sizes, for the steps of a pass j.

    `step`: for all t, distance(t + 1) <= keep distance(t) + alpha_(t + 1) share reach. `in_batch`:
    alpha at place b + 1 over s is at most cap(j), `in_part` at most part(j), b + 1 < P; `in_last`:
    alpha at place P over the last batch is at most cap(j). `signs`: 0 <= cap(j) and 0 <= part(j);
    `keeps`: 0 <= keep, keep <= 1, kept(0) = 1 and for all b, kept(b + 1) = keep kept(b); `starts`:
    0 <= whole(0); `grows`: for all q, kept(P) whole(q) + cap(q) <= whole(q + 1).
    """

    keep: Term
    kept: Sequence
    cap: Sequence
    part: Sequence
    whole: Sequence
    step: Theorem
    in_batch: Theorem
    in_part: Theorem
    in_last: Theorem
    signs: tuple[Theorem, Theorem]
    keeps: tuple[Theorem, Theorem, Theorem, Theorem]
    starts: Theorem
    grows: Theorem


def _some(other: Other) -> Pace:
    """Any step sizes that go with passes."""
    kept, cap, part, whole = (
        lambda number, head=head: app(head, number) for head in ("kept", "cap", "part", "whole")
    )
    far, size = other.distance, step_size(u + 1)
    step = le(far(u + 1), keep * far(u) + size * share(u + 1) * other.reach)
    signs = for_any(le(0, cap(j)), j), for_any(le(0, part(j)), j)
    always = assume(every(b, eq(kept(b + 1), keep * kept(b))))
    keeps = assume(le(0, keep)), assume(le(keep, 1)), assume(eq(kept(num(0)), 1)), always
    return Pace(
        keep,
        kept,
        cap,
        part,
        whole,
        step=assume(every(u, step)),
        in_batch=for_any(le(step_size(NEXT) / batch, cap(j)), j, b),
        in_part=for_any(le(step_size(NEXT) / batch, part(j)), j, b),
        in_last=for_any(le(step_size(END) / LAST_BATCH, cap(j)), j),
        signs=signs,
        keeps=keeps,
        starts=assume(le(0, whole(num(0)))),
        grows=assume(every(q, le(kept(P) * whole(q) + cap(q), whole(q + 1)))),
    )


def _moves(other: Other, pace: Pace, most: Sequence, near: Theorem, inside: Theorem) -> Theorem:
    """What the step at place b + 1 < P does, in parts seen."""
    step = specialise(pace.step, HERE, next_sign(0))
    size = step_size(NEXT)
    goal = le(
        other.distance(NEXT),
        pace.keep * other.distance(HERE) + other.reach * most(j) * seen(NEXT),
    )
    share_of = (size * other.reach, _share_in_batch(inside))
    return linear(goal, step, share_of, (near, other.sign, _seen_nonnegative()))


def _moves_last(other: Other, pace: Pace, end: Theorem) -> Theorem:
    """The same at b + 1 = P."""
    step = specialise(pace.step, HERE, next_sign(0))
    size, most = step_size(NEXT), pace.cap(j)
    sizes, shares, parts = (
        at_same(end, lambda place, of=of: of(j * P + place)) for of in (step_size, share, seen)
    )
    own = linear(
        eq(share(NEXT), seen(NEXT) / LAST_BATCH),
        shares,
        use(_shuffled(3), r, j, k),
        (-1 / LAST_BATCH, parts),
    )
    near = linear(le(size / LAST_BATCH, most), pace.in_last, (1 / LAST_BATCH, sizes))
    goal = le(
        other.distance(NEXT), pace.keep * other.distance(HERE) + other.reach * most * seen(NEXT)
    )
    share_of = (size * other.reach, own)
    return linear(goal, step, share_of, (near, other.sign, _seen_nonnegative()))


def _in_pass(other: Other, pace: Pace) -> Theorem:
    """For all j and b, b + 1 <= P: what the step at place b + 1 does, in parts seen."""
    within = assume(le(b + 1, P))

    def decide(known: Theorem) -> Theorem:
        if known.conclusion.head == "<":
            return _moves(other, pace, pace.cap, pace.in_batch, known)
        return _moves_last(other, pace, checker.antisymmetric(within, known))

    return for_all(discharge(by_cases(lt(b + 1, P), decide), within.conclusion), j, b)


def _in_part(other: Other, pace: Pace) -> Theorem:
    """The same in a pass that is not full, b + 2 <= P."""
    within = assume(le(b + 2, P))
    inside = linear(lt(b + 1, P), within)
    moved = _moves(other, pace, pace.part, pace.in_part, inside)
    return for_all(discharge(moved, within.conclusion), j, b)


def _weight(pace: Pace) -> Term:
    return pace.kept(REST) * pace.whole(PASSES) + EXTRA * pace.part(PASSES)


def _at_end(pace: Pace, far: Sequence, reach: Theorem, *facts: Theorem) -> Theorem:
    """far(T) <= reach (kept(b) whole(q) + extra part(q)), from 0 <= reach.

    `facts`: what a step does to `far` in a full pass, and in another; far(0) <= reach whole(0).
    """
    full, partial, start = facts
    size = reach.conclusion.args[1]
    meanings: dict[str, Sequence] = {
        "distance": far,
        "seen": seen,
        "cap": lambda number: size * pace.cap(number),
        "part": lambda number: size * pace.part(number),
        "kept": pace.kept,
        "whole": lambda number: size * pace.whole(number),
    }
    lemma = after_passes()
    for head, meaning in meanings.items():
        lemma = interpret(lemma, head, (u,), meaning(u))
    lemma = specialise(substitute(lemma, {keep: pace.keep}), P, linear(le(0, P), length_positive()))
    grows = use(pace.grows, q)
    low, high = grows.conclusion.args
    after = use(
        lemma,
        full,
        partial,
        for_all(use(_shuffled(0), r, u, k), u),
        for_all(use(_shuffled(1), r, j, k), j),
        *(
            for_all(linear(le(0, size * sign.conclusion.args[1]), (reach, sign)), j)
            for sign in pace.signs
        ),
        *pace.keeps,
        start,
        for_all(linear(le(size * low, size * high), (reach, grows)), q),
    )
    passed = specialise(after, PASSES, passes_nonnegative())
    rested = specialise(passed, REST, rest_nonnegative())
    bound = use(rested, EXTRA, rest_short(), extra_nonnegative(), extra_counts())
    return linear(le(far(LAST), size * _weight(pace)), bound)


@lemma(
    at=lambda: (replacement(), _some(replacement())),
    given=(
        le(1, batch),
        every(r, j, k, le(0, seen(j))),
        every(r, j, k, eq(total(b, seen(HERE), 1, P), 1)),
        every(r, j, b, k, implies(le(1, b), lt(b, P), eq(share(HERE), seen(HERE) / batch))),
        every(r, j, k, eq(share(END), seen(END) / LAST_BATCH)),
    ),
    shows=le(
        norm(run(S, r, LAST) - run(NEW, r, LAST)),
        2 * L * (app("kept", REST) * app("whole", PASSES) + EXTRA * app("part", PASSES)),
    ),
)
def distance(other: Other, pace: Pace) -> Theorem:
    """The final distance is at most reach (kept(b) whole(q) + extra part(q))."""
    start = linear(
        le(other.distance(num(0)), other.reach * pace.whole(num(0))),
        start_together(other),
        (other.sign, pace.starts),
    )
    moves = _in_pass(other, pace), _in_part(other, pace)
    return _at_end(pace, other.distance, other.sign, *moves, start)


@lemma(
    at=lambda: (_some(replacement()),),
    given=(
        le(1, batch),
        every(r, j, k, le(0, seen(j))),
        every(r, j, k, eq(total(b, seen(HERE), 1, P), 1)),
    ),
    shows=le(0, 1 * (app("kept", REST) * app("whole", PASSES) + EXTRA * app("part", PASSES))),
)
def cost_nonnegative(pace: Pace) -> Theorem:
    """0 <= kept(b) whole(q) + extra part(q): a distance that stays 0 is below it."""
    moves = []
    for most, sign, spare in zip((pace.cap, pace.part), pace.signs, (1, 2), strict=True):
        still = linear(le(0, most(j) * seen(NEXT)), (sign, _seen_nonnegative()))
        moves.append(for_all(discharge(still, le(b + spare, P)), j, b))
    return _at_end(pace, lambda step: num(0), linear(le(0, 1)), *moves, pace.starts)
