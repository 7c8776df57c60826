"""Step sizes c/t over shuffled passes: a pass costs at most the larger of its two extreme steps.

The sum over passes of the larger is a difference of harmonic numbers.
"""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, specialise
from stability_proofs.kernel.terms import Term, app, eq, le, lt, num
from stability_proofs.lemmas.analysis.maxima import inverses
from stability_proofs.lemmas.shuffled_sgd.constant_paces import FIRST, first_positive
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
)
from stability_proofs.lemmas.shuffled_sgd.passes import b, j, q
from stability_proofs.lemmas.shuffled_sgd.shuffled import Pace
from stability_proofs.lemmas.shuffled_sgd.switches import (
    FIRST_STEP,
    LAST_STEP,
    at_start,
    in_cases,
    switch,
)
from stability_proofs.semantics import training
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.training import step_size
from stability_proofs.tactics.vocabulary import at_same, equal, for_all, linear, one_over


def harmonic(x: Term) -> Term:
    """H(x)."""
    return app("harmonic", x)


def starts(count: Term) -> Term:
    """The sum of 1/(i + 1/P) over i < count."""
    return harmonic(count - 1 + 1 / P) - harmonic(1 / P - 1)


def whole(count: Term) -> Term:
    """What so many passes cost at most."""
    turn = switch(count)
    ends = harmonic(count) - harmonic(turn)
    return FIRST * (starts(turn) / (batch * P) + ends / (LAST_BATCH * P))


def cap(number: Term) -> Term:
    """What a pass adds to that."""
    return whole(number + 1) - whole(number)


def part(number: Term) -> Term:
    """What the first step of a pass costs."""
    return FIRST / (batch * (number * P + 1))


def _sizes() -> tuple[Theorem, Theorem, Theorem]:
    """0 < s, 0 < last and 0 < P."""
    return batch_positive(), last_batch_positive(), length_positive()


def _cap_early(now: Theorem, then: Theorem) -> Theorem:
    """cap(j) = alpha_1/(s (j P + 1)), if switch(j) = j and switch(j + 1) = j + 1."""
    size, _, length = _sizes()
    here, place = j + 1 / P, linear(lt(0, j * P + 1), (checker.natural(j), length))
    known = linear(lt(0, here), (place, one_over(length)), nonzero=[length])
    moved = []
    for value in (now, then):
        moved.append(at_same(value, lambda x: harmonic(x - 1 + 1 / P)))
        moved.append(at_same(value, harmonic))
    grown = elementary("harmonic", here)
    inverse = equal(here * (1 / here), 1, nonzero=[known])
    scaled = equal((j * P + 1) * (1 / here), P, (P, inverse), nonzero=[length])
    simple = equal(1 / here, P / (j * P + 1), (1 / (j * P + 1), scaled), nonzero=[place])
    sums, ends = FIRST / (batch * P), FIRST / (LAST_BATCH * P)
    return linear(
        eq(cap(j), FIRST / FIRST_STEP),
        (sums, moved[2]),
        (-sums, moved[0]),
        (-ends, moved[3]),
        (ends, moved[1]),
        (sums, grown),
        (sums, simple),
        nonzero=[size, length, place],
    )


def _cap_late(same: Theorem) -> Theorem:
    """cap(j) = alpha_1/(last (j P + P)), if switch(j + 1) = switch(j)."""
    _, last, length = _sizes()
    counted = linear(lt(0, j + 1), checker.natural(j))
    end = linear(lt(0, END), (counted, length))
    sums, ends = FIRST / (batch * P), FIRST / (LAST_BATCH * P)
    return linear(
        eq(cap(j), FIRST / LAST_STEP),
        (sums, at_same(same, lambda x: harmonic(x - 1 + 1 / P))),
        (-ends, at_same(same, harmonic)),
        (ends, elementary("harmonic", j + 1)),
        nonzero=[last, length, counted, end],
    )


def _inverse(ordered: Theorem, positive: Theorem) -> Theorem:
    """alpha_1/b <= alpha_1/a, from a <= b and 0 < a."""
    low, high = ordered.conclusion.args
    goal = le(FIRST / high, FIRST / low)
    return linear(goal, (inverses(ordered, positive), first_positive()))


def _positive_costs() -> tuple[Theorem, Theorem]:
    """0 < FIRST_STEP and 0 < LAST_STEP."""
    size, last, length = _sizes()
    sooner = linear(lt(0, j * P + 1), (checker.natural(j), length))
    later = linear(lt(0, END), (checker.natural(j), length), length)
    return linear(lt(0, FIRST_STEP), (size, sooner)), linear(lt(0, LAST_STEP), (last, later))


def _covered() -> tuple[Theorem, Theorem]:
    """The cost of the first step is at most cap(j), and that of the last step is."""
    first, last = _positive_costs()

    def early(now: Theorem, then: Theorem, ordered: Theorem) -> tuple[Theorem, Theorem]:
        value = _cap_early(now, then)
        return (
            linear(le(FIRST / FIRST_STEP, cap(j)), value),
            linear(le(FIRST / LAST_STEP, cap(j)), value, _inverse(ordered, first)),
        )

    def late(same: Theorem, ordered: Theorem) -> tuple[Theorem, Theorem]:
        value = _cap_late(same)
        return (
            linear(le(FIRST / FIRST_STEP, cap(j)), value, _inverse(ordered, last)),
            linear(le(FIRST / LAST_STEP, cap(j)), value),
        )

    one, other = (
        in_cases(lambda *known, k=k: early(*known)[k], lambda *known, k=k: late(*known)[k])
        for k in (0, 1)
    )
    return one, other


def _first_over(step: Term, sign: Theorem) -> Theorem:
    """alpha_t = alpha_1/t, at a whole number t, from 0 <= t."""
    (decays,) = training.decaying_steps(symbol_term("c"))
    here, first = specialise(assume(decays), step, sign), specialise(assume(decays), num(1))
    return linear(eq(step_size(step), FIRST / step), here, (-1 / step, first))


def decaying(step: Theorem) -> Pace:
    """The larger of the first and the last step in every full pass, the first of another."""
    size, _, length = _sizes()
    sooner = linear(lt(0, j * P + 1), (checker.natural(j), length))
    first_cost, last_cost = _covered()
    here, end = _first_over(NEXT, next_sign()), _first_over(END, end_sign())
    ordered = linear(le(batch * (j * P + 1), batch * NEXT), (checker.natural(b), size))
    own = linear(le(step_size(NEXT) / batch, FIRST / (batch * NEXT)), (1 / batch, here))
    in_part = linear(
        le(step_size(NEXT) / batch, part(j)), own, _inverse(ordered, _positive_costs()[0])
    )
    in_last = linear(le(step_size(END) / LAST_BATCH, FIRST / LAST_STEP), (1 / LAST_BATCH, end))
    sign = linear(le(0, part(j)), (first_positive(), one_over(size), one_over(sooner)))
    same = linear(eq(1, 1))
    start = at_start()
    moved = at_same(start, lambda x: harmonic(x - 1 + 1 / P)), at_same(start, harmonic)
    sums, ends = FIRST / (batch * P), FIRST / (LAST_BATCH * P)
    return Pace(
        keep=num(1),
        kept=lambda count: num(1),
        cap=cap,
        part=part,
        whole=whole,
        step=step,
        in_batch=linear(le(step_size(NEXT) / batch, cap(j)), in_part, first_cost),
        in_part=in_part,
        in_last=linear(le(step_size(END) / LAST_BATCH, cap(j)), in_last, last_cost),
        signs=(linear(le(0, cap(j)), first_cost, sign), sign),
        keeps=(linear(le(0, 1)), linear(le(1, 1)), same, for_all(same, b)),
        starts=linear(le(0, whole(num(0))), (-sums, moved[0]), (ends, moved[1])),
        grows=for_all(linear(le(whole(q) + whole(q + 1) - whole(q), whole(q + 1))), q),
    )
