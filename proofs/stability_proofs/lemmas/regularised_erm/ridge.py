"""The exact deletion formula of kernel and feature ridge, the divisor 1/m kept.

The predictions are inner products with the feature of an input, and the regulariser is lam |w|^2.
Minimisers are given by their normal equations, with the inner product with any vector x taken on
both sides; A stands for the map v -> (mean of <v, feature_j> feature_j) + lam v.
"""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import picked
from stability_proofs.kernel.notation import average, dot, every, indicator, square, total
from stability_proofs.kernel.terms import VECTOR, Term, app, at, eq, le, lt, num, var
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.convexity.vectors import cauchy_schwarz, norm_at_most
from stability_proofs.semantics.minimisers import feature
from stability_proofs.semantics.samples import S, z
from stability_proofs.semantics.training import PLACE, k, m
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    by_cases,
    for_all,
    linear,
    one_over,
    sample_size_positive,
    summed,
    use,
)

fitted, deleted, solution = (var(name, VECTOR) for name in ("fitted", "deleted", "solution"))
x, lam = var("x", VECTOR), var("lam")
POINT, GONE = at(S, PLACE), feature(at(S, k))
HERE = indicator(eq(PLACE, k))


def target(point: Term) -> Term:
    """The number to be predicted."""
    return app("target", point)


def _excess(weights: Term, point: Term) -> Term:
    """Prediction minus target."""
    return dot(weights, feature(point)) - target(point)


def _gradient(weights: Term) -> Term:
    """Half the gradient of mean square plus lam |w|^2, times x."""
    return average(PLACE, _excess(weights, POINT) * dot(feature(POINT), x)) + lam * dot(weights, x)


def _map(weights: Term) -> Term:
    """<A v, x>."""
    rows = dot(weights, feature(POINT)) * dot(feature(POINT), x)
    return average(PLACE, rows) + lam * dot(weights, x)


FITTED = every(x, eq(_gradient(fitted), 0))
"""The normal equations on the whole sample."""
DELETED = every(x, eq(_gradient(deleted), _excess(deleted, at(S, k)) * dot(GONE, x) / m))
"""Those without the term of the example at k."""
SOLUTION = every(x, eq(_map(solution), dot(GONE, x) / m))
"""A solution = feature of that example/m."""
LEVERAGE = dot(solution, GONE)
RESIDUAL = target(at(S, k)) - dot(fitted, GONE)


def _vanishes(v: Term, small: Theorem, other: Term) -> Theorem:
    """<v, other> <= 0, from lam |v|^2 <= 0."""
    regular = assume(lt(0, lam))
    nothing = linear(le(square(v), 0), (small, one_over(regular)), nonzero=[regular])
    none = norm_at_most(v, num(0), nothing, linear(le(0, 0)))
    length = checker.elementary("sqrt", square(other))
    return linear(le(dot(v, other), 0), cauchy_schwarz(v, other), (none, length))


def _own_square(v: Term) -> Theorem:
    """<v, feature_k>^2 is at most the sum of the squares over the sample."""
    others = linear(le(0, 1 - HERE), between(eq(PLACE, k))[1])
    value = dot(v, feature(POINT))
    rest = summed(PLACE, linear(le(0, (1 - HERE) * value * value), Square(value, (others,))))
    own = picked(PLACE, value * value, k)
    return linear(le(dot(v, GONE) ** 2, total(PLACE, value * value)), rest, own)


@lemma(given=(SOLUTION, lt(0, lam)), shows=lt(LEVERAGE, 1))
def leverage_below_one() -> Theorem:
    """LEVERAGE < 1: it is at least its square plus m lam |solution|^2."""
    equation, size = use(assume(SOLUTION), solution), sample_size_positive()
    squares = LEVERAGE**2 + m * lam * square(solution)
    known = linear(le(squares, LEVERAGE), _own_square(solution), (m, equation), nonzero=[size])
    goal = lt(LEVERAGE, 1)

    def decide(sign: Theorem) -> Theorem:
        if sign.conclusion == goal:
            return sign
        scaled = linear(le(m * lam * square(solution), 0), known, Square(LEVERAGE - 1), sign)
        small = linear(le(lam * square(solution), 0), (scaled, one_over(size)), nonzero=[size])
        below = linear(goal, _vanishes(solution, small, GONE))
        return checker.contradiction(below, sign, goal)

    return by_cases(goal, decide)


@lemma(
    given=(FITTED, SOLUTION, DELETED, lt(0, lam)),
    shows=every(
        z,
        eq(
            dot(deleted, feature(z)) - dot(fitted, feature(z)),
            -(RESIDUAL / (1 - LEVERAGE)) * dot(solution, feature(z)),
        ),
    ),
)
def deletion_formula() -> Theorem:
    """For every z, the prediction without the example at k minus that with it is
    -RESIDUAL/(1 - LEVERAGE) <solution, feature(z)>.

    What is left, as weights, solves the equations without the example for targets of 0.
    """
    size, room = sample_size_positive(), linear(lt(0, 1 - LEVERAGE), leverage_below_one())
    factor = RESIDUAL / (1 - LEVERAGE)
    rest = deleted - fitted + factor * solution
    small = linear(
        le(lam * square(rest), 0),
        (_own_square(rest), one_over(size)),
        *(use(assume(equations), rest) for equations in (DELETED, FITTED)),
        (factor, use(assume(SOLUTION), rest)),
        nonzero=[size, room],
    )
    change = dot(deleted, feature(z)) - dot(fitted, feature(z))
    whole = -factor * dot(solution, feature(z))
    below = linear(le(change, whole), _vanishes(rest, small, feature(z)))
    above = linear(le(whole, change), _vanishes(rest, small, -1 * feature(z)))
    return for_all(checker.antisymmetric(below, above), z)
