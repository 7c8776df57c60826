"""The parts of the gap under uniform replacement stability.

q_i is the mean over a fresh example x of the loss at z_i, for the rule that has x in the place of
z_i; g_i = E_i q_i - q_i. Replacing z_j moves q_i within an interval of length epsilon, and so, by
contraction, g_i by at most epsilon/2 in root mean square.
"""

from __future__ import annotations

from dataclasses import dataclass

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family
from stability_proofs.kernel.notation import E, every
from stability_proofs.kernel.terms import Term, at, eq, le, negation, put, replace, var
from stability_proofs.lemmas.gaps.centred_gaps import HIGH, M, centred, remainder
from stability_proofs.lemmas.moments.mean_squares import contracted
from stability_proofs.lemmas.moments.moments import minkowski
from stability_proofs.lemmas.moments.pairs import over, spread, variance
from stability_proofs.lemmas.probability.variances import variance_by_differences
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, i, j, loss, risk, uniform_replacement, x, y, z
from stability_proofs.tactics.elements import settled
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    at_same,
    averaged,
    for_all,
    linear,
    mean,
    sides,
    use,
)

epsilon = symbol_term("epsilon")
REPLACED = assume(uniform_replacement(epsilon))
POINT, FRESH = var("tested", "example"), var("fresh", "example")


def tested(index: Term) -> Term:
    """q_i."""
    return E(x, loss(put(S, index, x), at(S, index)))


@lemma(at=(i,), shows=every(S, eq(centred(i), over(tested(i), i) - tested(i))))
def centred_parts(index: Term) -> Theorem:
    """g_i = over(q_i, i) - q_i, for all S."""
    plain = settled(over(tested(index), index))
    order = checker.exchange(plain.conclusion.args[1])
    goal = eq(centred(index), over(tested(index), index) - tested(index))
    return for_all(linear(goal, plain, order), S)


def _commuted(body: Term, index: Term, other: Term, apart: Theorem) -> Theorem:
    """The mean over z_j and then over z_i is that in the other order."""
    swapped = family("put-swap", S, index, FRESH, other, y, apart)
    inner = averaged(FRESH, y, equation=at_same(swapped, lambda sample: replace(body, {S: sample})))
    order = checker.exchange(inner.conclusion.args[1])
    goal = eq(over(over(body, other), index), over(over(body, index), other))
    return linear(goal, inner, order)


@dataclass(frozen=True)
class Varied:
    """q_i with y at j, as a function of y: what it differs by at most, and that it is bounded."""

    body: Term
    differences: Theorem
    bounded: Theorem


@lemma(
    at=(i, j, negation(eq(i, j))),
    shows=eq(
        E(x, loss(put(put(S, j, y), i, x), at(put(S, j, y), i))),
        E(x, loss(put(put(S, i, x), j, y), at(S, i))),
    ),
)
def tested_with(index: Term, other: Term, apart: Theorem) -> Theorem:
    """q_i of S with y at j: the rule is trained with y at j too, and tested at z_i as before."""
    kept, start = at(S, index), put(S, index, x)
    turned = family("put-swap", S, other, y, index, x, apart)
    read = family("at-put-other", S, other, y, index, apart)
    both = put(put(S, other, y), index, x)
    point = at(put(S, other, y), index)
    trained = at_same(turned, lambda sample: loss(sample, point))
    there = at_same(read, lambda where: loss(put(start, other, y), where))
    return averaged(
        x, equation=linear(eq(loss(both, point), loss(put(start, other, y), kept)), trained, there)
    )


def varied(index: Term, other: Term, apart: Theorem) -> Varied:
    """q_i(y) - q_i(z) <= epsilon, and q_i(y) <= M, for all y and z at j."""
    kept, start = at(S, index), put(S, index, x)
    at_y, value = replace(tested(index), {S: put(S, other, y)}), tested_with(index, other, apart)
    again = family("put-put", start, other, y, z)
    up, _ = sides(use(REPLACED, put(start, other, y), other, z, kept))
    named = at_same(again, lambda sample: loss(sample, kept))
    change = loss(put(start, other, y), kept) - loss(put(start, other, z), kept)
    moved = mean(x, linear(le(change, epsilon), up, named))
    at_z = checker.substitute(value, {y: z})
    differences = linear(le(at_y - replace(at_y, {y: z}), epsilon), moved, value, at_z)
    high = mean(x, use(HIGH, put(start, other, y), kept))
    bounded = linear(le(at_y, M), value, high)
    return Varied(at_y, for_all(differences, y, z), for_all(bounded, y))


def _varies_little(index: Term, other: Term, apart: Theorem) -> Theorem:
    """spread(q_i, j) <= epsilon^2/4."""
    of = varied(index, other, apart)
    found = variance_by_differences(of.body, epsilon, M, of.differences, of.bounded)
    return linear(le(spread(tested(index), other), epsilon**2 / 4), mean(S, found))


@lemma(
    at=(i, j, negation(eq(i, j))),
    given=(HIGH.conclusion, REPLACED.conclusion),
    shows=le(spread(centred(i), j), epsilon**2 / 4),
)
def spread_small(index: Term, other: Term, apart: Theorem) -> Theorem:
    """spread(g_i, j) <= epsilon^2/4."""
    q, parts = tested(index), centred_parts(index)
    moved = q - over(q, other)
    shifted = averaged(FRESH, equation=use(parts, put(S, other, FRESH)))
    whole = centred(index) - over(centred(index), other)
    value = over(moved, index) - moved
    same = linear(eq(whole, value), use(parts, S), shifted, _commuted(q, index, other, apart))
    equal = averaged(S, equation=linear(eq(whole**2, value**2), (whole + value, same)))
    near = contracted(moved, index)
    return linear(
        le(spread(centred(index), other), epsilon**2 / 4),
        variance(centred(index), other),
        equal,
        near,
        variance(q, other),
        _varies_little(index, other, apart),
    )


@lemma(
    at=(i,),
    given=(HIGH.conclusion, REPLACED.conclusion),
    shows=le(E(S, (risk(S) - over(risk(S), i)) ** 2), epsilon**2 / 4),
)
def own_risk(index: Term) -> Theorem:
    """E (R - its mean over z_i)^2 <= epsilon^2/4."""
    at_y = risk(put(S, index, y))
    again = family("put-put", S, index, y, z)
    up, _ = sides(use(REPLACED, put(S, index, y), index, z, POINT))
    named = at_same(again, lambda sample: loss(sample, POINT))
    change = loss(put(S, index, y), POINT) - loss(put(S, index, z), POINT)
    moved = mean(POINT, linear(le(change, epsilon), up, named))
    differences = linear(le(at_y - risk(put(S, index, z)), epsilon), moved)
    bounded = linear(le(at_y, M), mean(POINT, use(HIGH, put(S, index, y), POINT)))
    found = variance_by_differences(
        at_y, epsilon, M, for_all(differences, y, z), for_all(bounded, y)
    )
    goal = le(E(S, (risk(S) - over(risk(S), index)) ** 2), epsilon**2 / 4)
    return linear(goal, variance(risk(S), index), mean(S, found))


@lemma(
    at=(i,),
    given=(REPLACED.conclusion,),
    shows=(
        le(E(x, loss(put(S, i, x), at(S, i))) - loss(S, at(S, i)), epsilon),
        le(loss(S, at(S, i)) - E(x, loss(put(S, i, x), at(S, i))), epsilon),
    ),
)
def remainder_sides(index: Term) -> tuple[Theorem, Theorem]:
    """What a fresh example in training does to the loss at z_i: at most epsilon, either way."""
    new, point = put(S, index, x), at(S, index)
    body = E(x, loss(new, point)) - loss(S, point)
    up, down = (mean(x, known) for known in sides(use(REPLACED, S, index, x, point)))
    return linear(le(body, epsilon), down), linear(le(-body, epsilon), up)


@lemma(
    at=(i,),
    given=(HIGH.conclusion, REPLACED.conclusion, le(0, epsilon)),
    shows=le(E(S, remainder(i) ** 2), (epsilon / 2 + epsilon) ** 2),
)
def remainder_square(index: Term) -> Theorem:
    """E of the squared remainder <= (epsilon/2 + epsilon)^2."""
    new, point = put(S, index, x), at(S, index)
    body, alone = E(x, loss(new, point)) - loss(S, point), risk(S) - over(risk(S), index)
    sign = assume(le(0, epsilon))
    square = mean(S, linear(le(body * body, epsilon * epsilon), remainder_sides(index)))
    first = linear(le(E(S, alone * alone), epsilon / 2 * (epsilon / 2)), own_risk(index))
    second = linear(le(E(S, body * body), epsilon * epsilon), square)
    half = linear(le(0, epsilon / 2), sign)
    return minkowski(first, second, alone, body, half, sign)


@lemma(
    at=(i,),
    given=(REPLACED.conclusion,),
    shows=(le(remainder(i), 2 * epsilon), le(-remainder(i), 2 * epsilon)),
)
def remainder_within(index: Term) -> tuple[Theorem, Theorem]:
    """The remainder, and minus that, is at most 2 epsilon."""
    new = put(S, index, x)
    up, down = (mean(x, mean(POINT, k)) for k in sides(use(REPLACED, S, index, x, POINT)))
    risks = risk(S) - E(x, risk(new))
    over_risk = linear(le(risks, epsilon), up), linear(le(-risks, epsilon), down)
    body = E(x, loss(new, at(S, index))) - loss(S, at(S, index))
    return (
        linear(le(risks + body, 2 * epsilon), over_risk[0], remainder_sides(index)[0]),
        linear(le(-(risks + body), 2 * epsilon), over_risk[1], remainder_sides(index)[1]),
    )
