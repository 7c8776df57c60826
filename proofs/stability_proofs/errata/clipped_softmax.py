"""Clipped gradients of a softmax: a step takes two weights further apart.

The gradient of the cross-entropy in the scores a = W x is p(a) - e_y for the probabilities p(a); in
the weights it is (p(a) - e_y) x^T, of norm |p(a) - e_y| |x|. With |x| = 1 a step on one example
moves the scores as it moves the weights. The loss is convex and 1/2-smooth in the scores, so that
without clipping a step of at most 4 takes no two weights further apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial

from flint import arb

from stability.theorems.clipped_gradients import APART
from stability.theorems.statements.enclosure import ball, ends
from stability_proofs.errata.erratum import Comparison, Erratum, Evidence, Method

STEP, NORM = Fraction(1, 2), Fraction(1)
Balls = list[arb]
Gradient = Callable[[Balls], Balls]


def softmax(scores: Balls) -> Balls:
    """p - e_1: the gradient of the cross-entropy if the first label is the right one."""
    weights = [score.exp() for score in scores]
    whole = sum(weights[1:], start=weights[0])
    return [weight / whole - (place == 0) for place, weight in enumerate(weights)]


def logistic(scores: Balls) -> Balls:
    """The gradient of log(1 + e^-a) in its one score, times |x| = 2, in a direction of length 1."""
    return [-2 / (1 + (2 * score).exp()) for score in scores]


def _norm(vector: Balls) -> arb:
    squares = [part**2 for part in vector]
    return sum(squares[1:], start=squares[0]).sqrt()


def clipped(gradient: Gradient) -> Gradient:
    """The gradient cut to the norm C."""

    def cut(scores: Balls) -> Balls:
        found = gradient(scores)
        factor = (ball(NORM) / _norm(found)).min(arb(1))
        return [factor * part for part in found]

    return cut


def monotony(gradient: Gradient, points: Sequence[Sequence[str]]) -> arb:
    """<T(a) - T(b), a - b>/|a - b|^2."""
    first, second = ([ball(Fraction(x)) for x in point] for point in points)
    apart = [a - b for a, b in zip(first, second, strict=True)]
    slopes = [a - b for a, b in zip(gradient(first), gradient(second), strict=True)]
    products = [s * d for s, d in zip(slopes, apart, strict=True)]
    return sum(products[1:], start=products[0]) / _norm(apart) ** 2


def expansion(gradient: Gradient, points: Sequence[Sequence[str]]) -> arb:
    """How many times as far apart a step takes two points."""
    first, second = ([ball(Fraction(x)) for x in point] for point in points)
    moved = [
        [x - ball(STEP) * slope for x, slope in zip(point, gradient(point), strict=True)]
        for point in (first, second)
    ]
    before, after = (
        _norm([a - b for a, b in zip(*pair, strict=True)]) for pair in ((first, second), moved)
    )
    return after / before


def _compared(gradient: Gradient, points: Sequence[Sequence[str]]) -> Comparison:
    low, high = ends(expansion(gradient, points))
    return Comparison("|step(a) - step(b)|/|a - b|", 1, low, high)


def evidence(gradient: Gradient, points: Sequence[Sequence[str]]) -> Evidence:
    """How far a step with clipped gradients, and one with gradients as they are, takes two points
    apart."""
    return Evidence(_compared(clipped(gradient), points), _compared(gradient, points))


ERRATUM = Erratum(
    slug="clipping-softmax",
    source="the rule 'clip each gradient to norm C and replace L by C', an earlier draft of this "
    "project",
    printed="gradient steps of at most 2/gamma on convex losses, the gradient of each example cut "
    "to norm C, take no two weights further apart; so the constants hold with C in place of L",
    instance="softmax of three labels, |x| = 1, the first one right, C = 1, a step of 1/2 at the "
    f"scores ({', '.join(APART[0])}) and ({', '.join(APART[1])})",
    method=Method.EXACT,
    corrected="steps without clipping do not; with clipping the constants hold for losses that are "
    "convex functions of one score, the deleted example with min(L, C) (clipped-gd)",
    theorem="elastic-gd",
    evidence=partial(evidence, softmax, APART),
    spared="logistic loss of one score, |x| = 2",
    control=partial(evidence, logistic, (("-0.3",), ("0.4",))),
)
