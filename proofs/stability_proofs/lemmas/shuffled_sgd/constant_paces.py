"""Constant step sizes over shuffled passes, without and with contraction."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, specialise
from stability_proofs.kernel.notation import every
from stability_proofs.kernel.terms import (
    NATURAL,
    Term,
    bind,
    eq,
    implies,
    le,
    lt,
    num,
    replace,
    var,
)
from stability_proofs.lemmas.sgd.batch_steps import mu
from stability_proofs.lemmas.sgd.run_losses import step_positive_at
from stability_proofs.lemmas.sgd.two_runs import Other
from stability_proofs.lemmas.shuffled_sgd.pass_counts import (
    END,
    LAST_BATCH,
    NEXT,
    P,
    batch,
    batch_positive,
    end_sign,
    last_batch_positive,
    length_positive,
    next_sign,
    shorter,
)
from stability_proofs.lemmas.shuffled_sgd.passes import b, q
from stability_proofs.lemmas.shuffled_sgd.shuffled import Pace
from stability_proofs.semantics import training
from stability_proofs.semantics.training import step_size
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import for_all, linear, one_over, use

FIRST = step_size(num(1))
CAP, PART = FIRST / LAST_BATCH, FIRST / batch
KEEP = 1 - FIRST * mu
n, a, power = var("n", NATURAL), var("a", NATURAL), var("power", NATURAL)


@lemma(given=(every(a, implies(le(1, a), lt(0, step_size(a)))),), shows=lt(0, FIRST))
def first_positive() -> Theorem:
    """0 < alpha_1."""
    return step_positive_at(num(1), linear(le(1, 1)))


def _constant_at(step: Term, sign: Theorem) -> Theorem:
    """alpha_t = alpha_1 at a whole number t, from 0 <= t."""
    (constant,) = training.constant_steps()
    return specialise(assume(constant), step, sign)


def _bounds() -> tuple[Theorem, Theorem, Theorem]:
    """`in_batch`, `in_part` and `in_last` of a pace."""
    here, end = _constant_at(NEXT, next_sign()), _constant_at(END, end_sign())
    in_part = linear(le(step_size(NEXT) / batch, PART), (1 / batch, here))
    more = linear(le(PART, CAP), (shorter(), first_positive()))
    in_last = linear(le(step_size(END) / LAST_BATCH, CAP), (1 / LAST_BATCH, end))
    return linear(le(step_size(NEXT) / batch, CAP), in_part, more), in_part, in_last


def _signs() -> tuple[Theorem, Theorem]:
    """0 <= cap and 0 <= part."""
    divisors = last_batch_positive(), batch_positive()
    cap, part = (
        linear(le(0, most), (first_positive(), one_over(divisor)))
        for most, divisor in zip((CAP, PART), divisors, strict=True)
    )
    return cap, part


def constant(step: Theorem) -> Pace:
    """A full pass costs alpha/last at most, another alpha/s. `step`: as of a pace, keep = 1."""
    in_batch, in_part, in_last = _bounds()
    same = linear(eq(1, 1))
    return Pace(
        keep=num(1),
        kept=lambda count: num(1),
        cap=lambda number: CAP,
        part=lambda number: PART,
        whole=lambda count: count * CAP,
        step=step,
        in_batch=in_batch,
        in_part=in_part,
        in_last=in_last,
        signs=_signs(),
        keeps=(linear(le(0, 1)), linear(le(1, 1)), same, for_all(same, b)),
        starts=linear(le(0, 0 * CAP)),
        grows=for_all(linear(le(q * CAP + CAP, (q + 1) * CAP)), q),
    )


def kept(count: Term) -> Term:
    """What so many steps leave of a distance: (1 - alpha mu)^count."""
    return bind("prod", power, KEEP, 1, count)


def _one_more(count: Term, counted: Theorem) -> Theorem:
    return checker.last_of(kept(count + 1), linear(le(1, count + 1), counted))


def _none() -> Theorem:
    return checker.empty(kept(num(0)), linear(lt(0, 1)))


def _contracts() -> Theorem:
    """0 <= 1 - alpha mu."""
    return linear(le(0, KEEP), assume(le(FIRST * mu, 1)))


@cache
def _sum_of_counts() -> Theorem:
    """For all n, kept(a + n) = kept(a) kept(n)."""
    claim = eq(kept(a + n), kept(a) * kept(n))
    start = linear(replace(claim, {n: num(0)}), (kept(a), _none()))
    longer = checker.last_of(
        kept(a + n + 1), linear(le(1, a + n + 1), checker.natural(a), checker.natural(n))
    )
    step = linear(
        replace(claim, {n: n + 1}),
        longer,
        (KEEP, assume(claim)),
        (kept(a), _one_more(n, checker.natural(n))),
    )
    return for_all(checker.induction(n, claim, start, step), a)


@cache
def _decreasing() -> Theorem:
    """For all n, kept(n + 1) <= 1 - alpha mu."""
    claim = le(kept(n + 1), KEEP)
    first = _one_more(num(0), checker.natural(num(0)))
    start = linear(replace(claim, {n: num(0)}), first, (KEEP, _none()))
    room = linear(le(KEEP, 1), (first_positive(), assume(lt(0, mu))))
    longer = _one_more(n + 1, linear(le(0, n + 1), checker.natural(n)))
    step = linear(
        replace(claim, {n: n + 1}), longer, (assume(claim), _contracts()), (room, _contracts())
    )
    return checker.induction(n, claim, start, step)


def contracted(other: Other, step: Theorem) -> Pace:
    """The same, a pass leaving (1 - alpha mu)^P of the distance before it: a geometric sum.

    `step`: for all t, the distance after t + 1 is at most (1 - alpha_(t + 1) mu) that before, plus.
    """
    in_batch, in_part, in_last = _bounds()
    length, here, after = length_positive(), training.t, training.t + 1
    moves = use(step, here)
    same = _constant_at(after, linear(le(0, after), checker.natural(here)))
    before = other.distance(here)
    high = moves.conclusion.args[1] + (step_size(after) - FIRST) * mu * before
    moves = linear(le(moves.conclusion.args[0], high), moves, (mu * before, same))
    before_last = linear(le(0, P - 1), checker.next_integer(length))
    fewer = specialise(_decreasing(), P - 1, before_last)
    lost = linear(lt(0, 1 - kept(P)), fewer, (first_positive(), assume(lt(0, mu))))
    whole = lambda count: CAP * (1 - kept(count * P)) / (1 - kept(P))  # noqa: E731
    full = linear(le(0, q * P), (checker.natural(q), length))
    both = specialise(specialise(_sum_of_counts(), q * P, full), P, linear(le(0, P), length))
    grows = linear(
        le(kept(P) * whole(q) + CAP, whole(q + 1)),
        (-CAP / (1 - kept(P)), both),
        nonzero=[lost, last_batch_positive()],
    )
    starts = linear(le(0, whole(num(0))), (-CAP / (1 - kept(P)), _none()))
    return Pace(
        keep=KEEP,
        kept=kept,
        cap=lambda number: CAP,
        part=lambda number: PART,
        whole=whole,
        step=for_all(moves, here),
        in_batch=in_batch,
        in_part=in_part,
        in_last=in_last,
        signs=_signs(),
        keeps=(
            _contracts(),
            linear(le(KEEP, 1), (first_positive(), assume(lt(0, mu)))),
            _none(),
            for_all(_one_more(b, checker.natural(b)), b),
        ),
        starts=starts,
        grows=for_all(grows, q),
    )
