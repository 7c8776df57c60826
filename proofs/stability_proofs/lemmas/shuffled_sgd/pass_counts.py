"""Counting steps of shuffled passes: how many batches a pass has, and how many passes T steps are.

A pass has P = ceil(m/s) batches of s examples but the last, of m - s (P - 1). T steps are
q = floor(T/P) passes and b = T - q P steps more.
"""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary
from stability_proofs.kernel.terms import implies, le, lt
from stability_proofs.lemmas.analysis.limits import floor, floor_nonnegative
from stability_proofs.lemmas.shuffled_sgd.passes import b, j
from stability_proofs.semantics import batches
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.training import m
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import discharge, linear, one_over, sample_size_positive

batch = symbol_term("batch")
P, LAST_BATCH = batches.pass_length(batch), batches.last_batch(batch)
PASSES = floor(LAST / P)
"""Of full passes."""
REST = LAST - PASSES * P
"""The steps after those."""
EXTRA = -floor(-(LAST / P)) - PASSES
"""1 if there are such steps."""


@lemma(given=(le(1, batch),), shows=lt(0, batch))
def batch_positive() -> Theorem:
    """0 < s."""
    return linear(lt(0, batch), assume(le(1, batch)))


@lemma(given=(le(1, batch),), shows=lt(0, P))
def length_positive() -> Theorem:
    """0 < P."""
    size = batch_positive()
    ratio = linear(lt(0, m / batch), (sample_size_positive(), one_over(size)))
    return linear(lt(0, P), elementary("floor-below", -(m / batch)), ratio)


@lemma(given=(le(1, batch),), shows=le(1, P))
def length_at_least_one() -> Theorem:
    """1 <= P."""
    return linear(le(1, P), checker.next_integer(length_positive()))


@lemma(given=(le(1, batch),), shows=lt(0, LAST_BATCH))
def last_batch_positive() -> Theorem:
    """0 < the size of the last batch: P - 1 < m/s."""
    size = batch_positive()
    below = elementary("floor-above", -(m / batch))
    return linear(lt(0, LAST_BATCH), (below, size), nonzero=[size])


@lemma(given=(le(1, batch),), shows=le(LAST_BATCH, batch))
def last_batch_short() -> Theorem:
    """The last batch is at most s: m/s <= P."""
    size = batch_positive()
    above = elementary("floor-below", -(m / batch))
    return linear(le(LAST_BATCH, batch), (above, size), nonzero=[size])


@lemma(given=(le(1, batch),), shows=le(0, PASSES))
def passes_nonnegative() -> Theorem:
    """0 <= q."""
    part = one_over(length_positive())
    return floor_nonnegative(linear(le(0, LAST / P), (checker.natural(LAST), part)))


@lemma(given=(le(1, batch),), shows=le(0, REST))
def rest_nonnegative() -> Theorem:
    """0 <= b."""
    length = length_positive()
    return linear(le(0, REST), (elementary("floor-below", LAST / P), length), nonzero=[length])


@lemma(given=(le(1, batch),), shows=le(REST + 1, P))
def rest_short() -> Theorem:
    """b + 1 <= P."""
    length = length_positive()
    above = linear(lt(REST, P), (elementary("floor-above", LAST / P), length), nonzero=[length])
    return checker.next_integer(above)


@lemma(shows=le(0, EXTRA))
def extra_nonnegative() -> Theorem:
    """0 <= the number of passes that are not full."""
    below = (elementary("floor-below", ratio) for ratio in (LAST / P, -(LAST / P)))
    return linear(le(0, EXTRA), *below)


@lemma(given=(le(1, batch),), shows=implies(lt(0, REST), le(1, EXTRA)))
def extra_counts() -> Theorem:
    """It is at least 1, if 0 < b."""
    some, length = assume(lt(0, REST)), length_positive()
    part = linear(lt(PASSES, LAST / P), (some, one_over(length)), nonzero=[length])
    above = linear(lt(PASSES, -floor(-(LAST / P))), part, elementary("floor-below", -(LAST / P)))
    return discharge(linear(le(1, EXTRA), checker.next_integer(above)), some.conclusion)


HERE, NEXT, END = j * P + b, j * P + b + 1, j * P + P
"""The step before that at place b + 1 of pass j, that step, and the last of the pass."""


@lemma(given=(le(1, batch),), shows=le(0, NEXT))
def next_sign(place: int = 1) -> Theorem:
    """0 <= the step at place b + 1, or at place b."""
    step = HERE + place
    return linear(le(0, step), (checker.natural(j), length_positive()), checker.natural(b))


@lemma(given=(le(1, batch),), shows=le(0, END))
def end_sign() -> Theorem:
    """0 <= the last step of the pass."""
    return linear(le(0, END), (checker.natural(j), length_positive()), length_positive())


@lemma(given=(le(1, batch),), shows=le(1 / batch, 1 / LAST_BATCH))
def shorter() -> Theorem:
    """1/s <= 1/last."""
    size, last = batch_positive(), last_batch_positive()
    over = one_over(size), one_over(last)
    return linear(le(1 / batch, 1 / LAST_BATCH), (last_batch_short(), *over), nonzero=[size, last])
