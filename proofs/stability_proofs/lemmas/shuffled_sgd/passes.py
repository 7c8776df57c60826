"""Shuffled passes: how a distance grows over them if each pass sees the example once.

`distance(t)` after step t is at most keep distance(t - 1) plus seen(t) times a number that is at
most cap(j) in pass j = 0, 1, ..., and at most part(j) but for the last step of the pass. A pass has
`length` steps, of which the seen parts sum to 1. `kept(b)` is keep^b, and whole(q) an upper bound
after q passes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, substitute
from stability_proofs.kernel.notation import every, total
from stability_proofs.kernel.terms import NATURAL, Term, app, eq, implies, le, lt, num, replace, var
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import by_cases, discharge, for_all, linear, use

length, j, b, u, q = (var(name, NATURAL) for name in ("length", "j", "b", "u", "q"))
keep, extra = var("keep"), var("extra")
Sequence = Callable[[Term], Term]


def _named(head: str) -> Sequence:
    return lambda step: app(head, step)


distance, seen, cap, part, kept, whole = map(
    _named, ("distance", "seen", "cap", "part", "kept", "whole")
)


def _step(most: Sequence, place: Term) -> Term:
    """What the step at place b + 1 of pass j does."""
    here = j * length + place
    return le(distance(here + 1), keep * distance(here) + most(j) * seen(here + 1))


def _parts(last: Term) -> Term:
    """What is seen in a pass up to a place."""
    return total(u, seen(j * length + u), 1, last)


PREMISES: tuple[Term, ...] = (
    every(j, b, implies(le(b + 1, length), _step(cap, b))),
    every(j, b, implies(le(b + 2, length), _step(part, b))),
    every(u, le(0, seen(u))),
    every(j, eq(_parts(length), 1)),
    every(j, le(0, cap(j))),
    every(j, le(0, part(j))),
    le(0, keep),
    le(keep, 1),
    eq(kept(num(0)), 1),
    every(b, eq(kept(b + 1), keep * kept(b))),
    le(distance(num(0)), whole(num(0))),
    every(q, le(kept(length) * whole(q) + cap(q), whole(q + 1))),
)
"""In this order they are given to `after_passes`."""


def _premise(which: int) -> Theorem:
    return assume(PREMISES[which])


def _seen() -> Theorem:
    return use(_premise(2), j * length + b + 1)


@cache
def _parts_nonnegative() -> Theorem:
    """For all b, 0 <= what is seen up to b."""
    claim = le(0, _parts(b))
    start = linear(replace(claim, {b: num(0)}), checker.empty(_parts(num(0)), linear(lt(0, 1))))
    longer = checker.last_of(_parts(b + 1), linear(le(1, b + 1), checker.natural(b)))
    step = linear(replace(claim, {b: b + 1}), assume(claim), longer, _seen())
    return checker.induction(b, claim, start, step)


@cache
def _within(most: Sequence, which: int, spare: int) -> Theorem:
    """For all b: distance(j length + b) <= kept(b) distance(j length) + most(j) what is seen to b.

    If b + spare <= length; `which` and `most` say which premise bounds a step.
    """
    start_of = distance(j * length)
    bound = le(distance(j * length + b), kept(b) * start_of + most(j) * _parts(b))
    claim = implies(le(b + spare, length), bound)
    nothing = checker.empty(_parts(num(0)), linear(lt(0, 1)))
    first = linear(replace(bound, {b: num(0)}), (most(j), nothing), (start_of, _premise(8)))
    start = discharge(first, replace(claim.args[0], {b: num(0)}))
    more = assume(le(b + 1 + spare, length))
    known = use(assume(claim), linear(le(b + spare, length), more))
    step = use(_premise(which), j, b, more)
    longer = checker.last_of(_parts(b + 1), linear(le(1, b + 1), checker.natural(b)))
    sign = use(_premise(4 if which == 0 else 5), j)
    further = linear(
        replace(bound, {b: b + 1}),
        step,
        (known, _premise(6)),
        (sign, use(_parts_nonnegative(), b), _premise(7)),
        (most(j), longer),
        (start_of, use(_premise(9), b)),
    )
    return checker.induction(b, claim, start, discharge(further, more.conclusion))


@cache
def _kept_nonnegative() -> Theorem:
    """For all b, 0 <= kept(b)."""
    claim = le(0, kept(b))
    start = linear(replace(claim, {b: num(0)}), _premise(8))
    step = linear(replace(claim, {b: b + 1}), (assume(claim), _premise(6)), use(_premise(9), b))
    return checker.induction(b, claim, start, step)


@cache
def _whole_passes() -> Theorem:
    """For all q: distance(q length) <= whole(q)."""
    claim = le(distance(q * length), whole(q))
    one_pass = use(substitute(_within(cap, 0, 0), {j: q}), length, linear(le(length, length)))
    step = linear(
        replace(claim, {q: q + 1}),
        one_pass,
        (assume(claim), use(_kept_nonnegative(), length)),
        (cap(q), use(_premise(3), q)),
        use(_premise(11), q),
    )
    return checker.induction(q, claim, _premise(10), step)


@cache
def _parts_grow() -> Theorem:
    """For all u: what is seen up to b is at most what is seen up to b + u."""
    claim = le(_parts(b), _parts(b + u))
    last = b + u + 1
    longer = checker.last_of(
        _parts(last), linear(le(1, last), checker.natural(b), checker.natural(u))
    )
    more = use(_premise(2), j * length + last)
    step = linear(replace(claim, {u: u + 1}), assume(claim), longer, more)
    return checker.induction(u, claim, linear(replace(claim, {u: num(0)})), step)


@cache
def _after() -> Theorem:
    """For all q and b < length: distance(q length + b) <= kept(b) whole(q) + extra part(q).

    Where 0 <= extra, and 1 <= extra if 0 < b.
    """
    here = q * length + b
    inside, sign = assume(le(b + 1, length)), assume(le(0, extra))
    some = assume(implies(lt(0, b), le(1, extra)))
    partial = use(substitute(_within(part, 1, 1), {j: q}), b, inside)
    before = (use(_whole_passes(), q), use(_kept_nonnegative(), b))
    least = use(_premise(5), q)
    goal = le(distance(here), kept(b) * whole(q) + extra * part(q))
    left = length - b
    grown = checker.specialise(_parts_grow(), left, linear(le(0, left), inside))
    most = linear(le(_parts(b), 1), grown, use(_premise(3), j))

    def decide(known: Theorem) -> Theorem:
        if known.conclusion.head == "<=":
            nothing = checker.empty(replace(_parts(b), {j: q}), linear(lt(b, 1), known))
            return linear(goal, partial, before, (least, sign), (part(q), nothing))
        enough = use(some, known)
        return linear(goal, partial, before, (least, substitute(most, {j: q})), (least, enough))

    given = (known.conclusion for known in (inside, sign, some))
    bound = discharge(by_cases(lt(0, b), decide), *given)
    return for_all(bound, q, b, extra)


@lemma(
    shows=every(
        j,
        implies(
            every(
                q,
                u,
                implies(
                    le(u + 1, j),
                    le(
                        app("distance", q * j + u + 1),
                        keep * app("distance", q * j + u)
                        + app("cap", q) * app("seen", q * j + u + 1),
                    ),
                ),
            ),
            every(
                q,
                u,
                implies(
                    le(u + 2, j),
                    le(
                        app("distance", q * j + u + 1),
                        keep * app("distance", q * j + u)
                        + app("part", q) * app("seen", q * j + u + 1),
                    ),
                ),
            ),
            PREMISES[2],
            every(q, eq(total(u, app("seen", q * j + u), 1, j), 1)),
            PREMISES[4],
            PREMISES[5],
            PREMISES[6],
            PREMISES[7],
            PREMISES[8],
            PREMISES[9],
            PREMISES[10],
            every(q, le(app("kept", j) * app("whole", q) + app("cap", q), app("whole", q + 1))),
            every(
                q,
                u,
                keep,
                implies(
                    le(u + 1, j),
                    PREMISES[6],
                    implies(lt(0, u), le(1, keep)),
                    le(
                        app("distance", q * j + u),
                        app("kept", u) * app("whole", q) + keep * app("part", q),
                    ),
                ),
            ),
        ),
    )
)
def after_passes() -> Theorem:
    """For all lengths: the premises in turn, then what `_after` says."""
    return for_all(discharge(_after(), *PREMISES), length)
