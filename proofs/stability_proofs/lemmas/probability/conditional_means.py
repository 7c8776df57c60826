"""The conditional mean of g_i(S), given z_i and the examples outside a set A of indices.

That is the mean of g_i over samples in which fresh examples stand in the places in A, but for i.
For a set parted into two, and i in the first, the mean given what is outside of A is the mean over
the examples in the second set of that given what is outside of the first.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker, sets
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import E, every
from stability_proofs.kernel.terms import (
    Term,
    app,
    at,
    eq,
    implies,
    le,
    member,
    mix,
    negation,
    put,
    var,
)
from stability_proofs.semantics.samples import S, i, j, y, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import (
    FIRST,
    PARTED,
    SECOND,
    WHOLE,
    apart,
    element,
    in_parts,
    in_whole,
    inside,
    members_of_first,
    members_of_second,
    same_families,
)
from stability_proofs.tactics.vocabulary import (
    at_same,
    averaged,
    by_cases,
    for_all,
    linear,
    mean,
    use,
)

T, r = var("T", "sample"), var("fresh", "sample")


def g(index: Term, sample: Term) -> Term:
    """g_i(S)."""
    return app("g", index, sample)


def cost(changed: Term) -> Term:
    """c_j: how much the example at j moves each g_i, up to a factor of z_i."""
    return app("c", changed)


def weight(point: Term) -> Term:
    """w(z_i): the factor."""
    return app("w", point)


CENTRED = every(S, i, eq(E(z, g(i, put(S, i, z))), 0))
"""g_i has mean 0 over z_i."""
DIFFERENCES = every(
    S, i, j, y,
    implies(negation(eq(i, j)), le(g(i, S) - g(i, put(S, j, y)), cost(j) * weight(at(S, i)))),
)  # fmt: skip
"""Another example moves g_i by at most c_j w(z_i)."""


def redrawn(indices: Term, sample: Term, index: Term) -> Term:
    """The sample with those of a fresh one in the places of a set, but for one index."""
    return put(mix(r, sample, indices), index, at(sample, index))


def mean_given(indices: Term, index: Term, sample: Term) -> Term:
    """E [g_i | z_i, the examples outside the set]."""
    return E(r, g(index, redrawn(indices, sample, index)))


def difference(index: Term, sample: Term) -> Term:
    """The mean given what is outside the first set, minus that given what is outside A."""
    return mean_given(FIRST, index, sample) - mean_given(WHOLE, index, sample)


def _same_means(equation: Theorem) -> Theorem:
    return averaged(r, equation=at_same(equation, lambda sample: g(i, sample)))


@lemma(
    at=(FIRST,),
    shows=eq(mean_given(FIRST, i, put(S, i, z)), E(r, g(i, put(mix(r, S, FIRST), i, z)))),
)
@cache
def mean_of_own(indices: Term = WHOLE) -> Theorem:
    """The mean of g_i given the rest of S with z at i: of samples that have z there."""
    new = put(S, i, z)
    same = same_families(redrawn(WHOLE, new, i), put(mix(r, S, WHOLE), i, z), [i], (), in_whole)
    return checker.substitute(_same_means(same), {WHOLE: indices})


@lemma(at=(FIRST,), given=(CENTRED,), shows=eq(E(z, mean_given(FIRST, i, put(S, i, z))), 0))
@cache
def centred(indices: Term = WHOLE) -> Theorem:
    """The conditional means have mean 0 over z_i as well."""
    own = averaged(z, equation=mean_of_own(indices))
    order = checker.exchange(own.conclusion.args[1])
    none = averaged(r, equation=use(assume(CENTRED), mix(r, S, indices), i))
    goal = eq(E(z, mean_given(indices, i, put(S, i, z))), 0)
    return linear(goal, own, order, none)


@lemma(
    at=(FIRST,),
    given=(PARTED.conclusion, member(i, FIRST)),
    shows=eq(mean_given(FIRST, i, mix(T, S, FIRST)), mean_given(FIRST, i, put(S, i, at(T, i)))),
)
@cache
def only_own(indices: Term) -> Theorem:
    """For i in the first set: of the examples there, the mean depends on z_i alone."""
    known = members_of_first(i)
    left, right = (redrawn(indices, s, i) for s in (mix(T, S, FIRST), put(S, i, at(T, i))))
    return _same_means(same_families(left, right, [i], known, in_parts))


@lemma(
    given=(PARTED.conclusion, member(i, FIRST)),
    shows=eq(mean_given(WHOLE, i, mix(T, S, SECOND)), mean_given(WHOLE, i, S)),
)
def whole_unmoved() -> Theorem:
    """For i in the first set: the mean given what is outside A knows nothing of the second."""
    known = members_of_first(i)
    left, right = (redrawn(WHOLE, s, i) for s in (mix(T, S, SECOND), S))
    return _same_means(same_families(left, right, [i], known, in_parts))


def of_second(sample: Term) -> Term:
    """The mean of g_i given what is outside the first set, of the examples in the second."""
    fixed = put(mix(r, mix(sample, S, SECOND), FIRST), i, at(S, i))
    return E(r, g(i, fixed))


@lemma(
    given=(PARTED.conclusion, member(i, FIRST)),
    shows=eq(mean_given(FIRST, i, mix(T, S, SECOND)), of_second(T)),
)
def read_second() -> Theorem:
    """For i in the first set: the conditional mean, with the second set's examples from T."""
    read = element(at(mix(T, S, SECOND), i), members_of_first(i))
    base = mix(r, mix(T, S, SECOND), FIRST)
    return _same_means(at_same(read, lambda point: put(base, i, point)))


@lemma(
    given=(PARTED.conclusion,),
    shows=eq(
        E(r, E(T, g(i, put(mix(T, mix(r, S, SECOND), FIRST), i, at(S, i))))),
        mean_given(WHOLE, i, S),
    ),
)
def tower() -> Theorem:
    """For i in the first set: the mean of that over T is the mean given what is outside A."""
    known = members_of_first(i)
    inner = g(i, put(mix(r, mix(T, S, SECOND), FIRST), i, at(S, i)))
    moved = sets.swap_set(T, r, FIRST, inner)
    both = mix(mix(T, r, FIRST), mix(mix(r, T, FIRST), S, SECOND), FIRST)
    goal = put(mix(T, S, WHOLE), i, at(S, i))
    same = same_families(put(both, i, at(S, i)), goal, [i], known, in_parts)
    equal = averaged(T, r, equation=at_same(same, lambda sample: g(i, sample)))
    return linear(eq(E(T, of_second(T)), mean_given(WHOLE, i, S)), moved, equal)


@lemma(
    given=(PARTED.conclusion, DIFFERENCES, member(i, FIRST)),
    shows=every(
        r,
        j,
        z,
        le(
            E(T, g(i, put(mix(T, mix(r, S, SECOND), FIRST), i, at(S, i))))
            - E(T, g(i, put(mix(T, mix(put(r, j, z), S, SECOND), FIRST), i, at(S, i)))),
            inside(j, SECOND) * cost(j) * weight(at(S, i)),
        ),
    ),
)
def second_moves() -> Theorem:
    """For i in the first set, all S, j and y: the example at j moves that by 1{j in A2} c_j w."""
    known, there = members_of_first(i), member(j, SECOND)
    new, fixed = put(T, j, y), put(mix(r, mix(T, S, SECOND), FIRST), i, at(S, i))
    changed = put(mix(r, mix(new, S, SECOND), FIRST), i, at(S, i))
    step = inside(j, SECOND) * cost(j) * weight(at(S, i))
    goal = le(of_second(T) - of_second(new), step)

    def at_place(case: Theorem) -> Theorem:
        value = (cost(j) * weight(at(S, i)), checker.indicator(case, there))
        if case.conclusion != there:
            same = same_families(changed, fixed, [i], [*known, case], in_parts)
            return linear(goal, _same_means(same), value)
        facts = [*known, *members_of_second(j)]
        same = same_families(changed, put(fixed, j, y), [i, j], facts, in_parts)
        moved = use(assume(DIFFERENCES), fixed, i, j, y, apart(i, j, facts))
        own = at_same(element(at(fixed, i), facts), weight)
        most = le(g(i, fixed) - g(i, put(fixed, j, y)), cost(j) * weight(at(S, i)))
        averaged_over = mean(r, linear(most, moved, (cost(j), own)))
        return linear(goal, _same_means(same), averaged_over, value)

    return for_all(by_cases(there, at_place), T, j, y)
