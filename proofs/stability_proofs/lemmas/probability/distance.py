"""In how many places two samples differ, and how far a function moves from one to the other."""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem
from stability_proofs.kernel.families import family, picked
from stability_proofs.kernel.notation import indicator, total
from stability_proofs.kernel.terms import Term, at, eq, le, num, put, var
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.semantics.samples import S, i, j, m, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import at_same, by_cases, linear, summed

T = var("T", "sample")
"""Another sample."""
PLACE = var("place of difference", "index")
"""Bound in distances."""


def differ(a: Term, b: Term) -> Term:
    """1 if two examples differ, else 0."""
    return 1 - indicator(eq(a, b))


def apart(first: Term, second: Term, index: Term) -> Term:
    """1 if two samples differ at an index."""
    return differ(at(first, index), at(second, index))


def distance(first: Term, second: Term) -> Term:
    """The Hamming distance."""
    return total(PLACE, apart(first, second, PLACE))


@lemma(at=(S, T, i), shows=(le(0, apart(S, T, i)), le(apart(S, T, i), 1)))
def apart_between(first: Term, second: Term, index: Term) -> tuple[Theorem, Theorem]:
    """0 <= apart and apart <= 1."""
    low, high = between(eq(at(first, index), at(second, index)))
    value = apart(first, second, index)
    return linear(le(0, value), high), linear(le(value, 1), low)


@lemma(at=(S, T), shows=(le(0, distance(S, T)), le(distance(S, T), m)))
def distance_between(first: Term, second: Term) -> tuple[Theorem, Theorem]:
    """0 <= distance and distance <= m."""
    low, high = apart_between(first, second, PLACE)
    whole = distance(first, second)
    return linear(le(0, whole), summed(PLACE, low)), linear(le(whole, m), summed(PLACE, high))


@lemma(at=(S,), shows=le(distance(S, S), 0))
def no_distance(sample: Term) -> Theorem:
    """A sample is at distance at most 0 from itself."""
    point = at(sample, PLACE)
    here = checker.indicator(checker.same(point, point), eq(point, point))
    low = summed(PLACE, linear(le(apart(sample, sample, PLACE), 0), here))
    return linear(le(distance(sample, sample), 0), low)


@lemma(shows=le(distance(S, T), distance(put(S, i, z), T) + 1))
def one_step() -> Theorem:
    """distance(S, T) <= distance(S', T) + 1, where S' has z at i in the place of z_i."""
    new, here = put(S, i, z), indicator(eq(j, i))

    def at_place(known: Theorem) -> Theorem:
        goal = le(apart(S, T, j), apart(new, T, j) + here)
        value = checker.indicator(known, eq(j, i))
        if known.conclusion.head == "=":
            return linear(goal, value, apart_between(S, T, j)[1], apart_between(new, T, j)[0])
        kept = family("at-put-other", S, i, z, j, known)
        return linear(goal, value, at_same(kept, lambda point: indicator(eq(point, at(T, j)))))

    steps = summed(j, by_cases(eq(j, i), at_place))
    goal = le(distance(S, T), distance(new, T) + 1)
    return linear(goal, steps, picked(j, num(1), i))
