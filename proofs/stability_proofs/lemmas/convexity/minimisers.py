"""Minimisers of strongly convex functions: growth away from them, and their stability.

Nothing is differentiated at a minimiser: the tangents at the points of a segment are enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    cases,
    contradiction,
    interpret,
    square_of,
    substitute,
)
from stability_proofs.kernel.notation import dot, every, square
from stability_proofs.kernel.terms import VECTOR, Term, app, le, lt, replace, var
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import by_cases, cut, discharge, linear, one_over, use

a, b, distance = var("a"), var("b"), var("distance")
u, v, w = var("u", VECTOR), var("v", VECTOR), var("w", VECTOR)
other = var("w'", VECTOR)
mu = var("mu")


@dataclass(frozen=True)
class Minimum:
    """A function of `u` with its minimiser.

    `slope`: of which `tangents` says that the function is above its tangents, in the form of
    `above_tangents`; `least`: for every v, the value at the minimiser is at most that at v.
    """

    value: Term
    slope: Term
    at: Term
    tangents: Theorem
    least: Theorem


def above_tangents(body: Term, slope: Term, curvature: Term) -> Term:
    """A function of u lies above its tangents by curvature/2 times the squared distance."""
    there = v - u
    below = body + dot(slope, there) + curvature / 2 * square(there)
    return every(u, v, le(below, replace(body, {u: v})))


@cache
def _on_a_segment() -> Theorem:
    """(1 - s) mu/2 |v - w|^2 <= F(v) - F(w) for 0 < s <= 1, if no point has F below F(w).

    From the tangents at w + s (v - w), s times that to v and 1 - s times that to w.
    """
    F, s = app("F", u), var("s")
    value = lambda point: replace(F, {u: point})  # noqa: E731
    between = w + s * (v - w)
    tangents = assume(above_tangents(F, app("G", u, sort=VECTOR), mu))
    least = assume(every(v, le(value(w), value(v))))
    some, part = assume(lt(0, s)), assume(le(s, 1))
    scaled = linear(
        le(s * (1 - s) * mu / 2 * square(v - w), s * (value(v) - value(w))),
        (some, use(tangents, between, v)),
        (part, use(tangents, between, w)),
        use(least, between),
    )
    goal = le((1 - s) * mu / 2 * square(v - w), value(v) - value(w))
    return linear(goal, (scaled, one_over(some)), nonzero=[some])


@cache
def _growth() -> Theorem:
    """F(w) + mu/2 |v - w|^2 <= F(v): the limit of small s.

    Were F(v) - F(w) - mu/2 |v - w|^2 = -D < 0, s = D/(1 + D + mu/2 |v - w|^2) would be too much.
    """
    F = app("F", u)
    low, high = replace(F, {u: w}), replace(F, {u: v})
    bend = mu / 2 * square(v - w)
    goal = le(low + bend, high)
    convexity, smaller = assume(lt(0, mu)), assume(lt(high, low + bend))
    missing = low + bend - high
    sign = linear(le(0, bend), (convexity, square_of(v - w)))
    whole = linear(lt(0, 1 + missing + bend), smaller, sign)
    s = missing / (1 + missing + bend)
    some = linear(lt(0, s), (smaller, one_over(whole)))
    part = linear(le(s, 1), (one_over(whole), sign), one_over(whole), nonzero=[whole])
    near = cut(substitute(_on_a_segment(), {var("s"): s}), some, part)
    # D <= s bend, so D (1 + D + bend) <= D bend
    absurd = linear(le(missing * (1 + missing), 0), (near, whole), nonzero=[whole])
    truth = linear(lt(0, missing * (1 + missing)), smaller, (smaller, smaller))
    return cases(goal, assume(goal), contradiction(absurd, truth, goal))


@cache
def _stable() -> Theorem:
    """mu |w' - w|^2 <= (F(w') - F'(w')) - (F(w) - F'(w)), w and w' the minimisers of F and F'."""
    first = substitute(_growth(), {v: other})
    second = interpret(_growth(), "F", (u,), app("F'", u))
    second = interpret(second, "G", (u,), app("G'", u, sort=VECTOR))
    second = substitute(second, {w: var("hole", VECTOR)})
    second = substitute(second, {var("hole", VECTOR): other, v: w})
    loss = app("F", other) - app("F'", other) - (app("F", w) - app("F'", w))
    theorem = linear(le(mu * square(other - w), loss), first, second)
    return discharge(
        theorem, lt(0, mu), *_premises(app("F", u), "G", w), *_premises(app("F'", u), "G'", other)
    )


def _premises(body: Term, slope: str, minimiser: Term) -> tuple[Term, Term]:
    least = every(v, le(replace(body, {u: minimiser}), replace(body, {u: v})))
    return above_tangents(body, app(slope, u, sort=VECTOR), mu), least


def _some(head: str, minimiser: Term) -> Minimum:
    """Any function with this minimiser."""
    value, slope = app(head, u), app(f"slope of {head}", u, sort=VECTOR)
    least = every(v, le(app(head, minimiser), app(head, v)))
    return Minimum(value, slope, minimiser, assume(above_tangents(value, slope, mu)), assume(least))


@lemma(
    at=lambda: (lt(0, mu), _some("first", w), _some("second", other)),
    shows=le(
        mu * square(other - w),
        app("first", other) - app("second", other) - (app("first", w) - app("second", w)),
    ),
)
def stable(convexity: Theorem, first: Minimum, second: Minimum) -> Theorem:
    """mu |w' - w|^2 <= (F(w') - F'(w')) - (F(w) - F'(w)) for two functions, from 0 < mu."""
    lemma = substitute(_stable(), {w: first.at, other: second.at, mu: convexity.conclusion.args[1]})
    for head, slope, minimum in (("F", "G", first), ("F'", "G'", second)):
        lemma = interpret(lemma, head, (u,), minimum.value)
        lemma = interpret(lemma, slope, (u,), minimum.slope)
    return use(lemma, convexity, first.tangents, first.least, second.tangents, second.least)


@lemma(
    at=(le(b * distance * distance, a * distance), distance, lt(0, b), le(0, a)),
    shows=le(distance, a / b),
)
def divided(growth: Theorem, distance: Term, convexity: Theorem, rest: Theorem) -> Theorem:
    """d <= c/mu, from mu d^2 <= c d, 0 < mu and 0 <= c (d is not negative, or nothing is to show).

    `growth`: mu d^2 <= c d, in this form; `rest`: 0 <= c.
    """
    c, convex = rest.conclusion.args[1], convexity.conclusion.args[1]
    goal = le(distance, c / convex)

    def at(known: Theorem) -> Theorem:
        if known.conclusion.head == "<=":
            return linear(goal, known, (rest, one_over(convexity)))
        scaled = linear(le(convex * distance, c), (growth, one_over(known)), nonzero=[known])
        return linear(goal, (scaled, one_over(convexity)), nonzero=[convexity])

    return by_cases(le(distance, 0), at)
