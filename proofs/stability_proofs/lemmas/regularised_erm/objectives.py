"""How far the minimiser of a regularised risk moves when an example is deleted or replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import picked
from stability_proofs.kernel.notation import dot, indicator, norm, square, total
from stability_proofs.kernel.terms import VECTOR, Term, at, eq, le, num, put, replace, var
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.convexity.minimisers import Minimum, divided, stable, u
from stability_proofs.lemmas.convexity.vectors import norm_nonnegative, norm_squared
from stability_proofs.lemmas.probability.replaced_sums import sum_with_another
from stability_proofs.semantics import minimisers
from stability_proofs.semantics.samples import S, y
from stability_proofs.semantics.training import PLACE, cost, k, m, penalty
from stability_proofs.tactics.vocabulary import (
    for_all,
    linear,
    one_over,
    sample_size_positive,
    summed,
    use,
)

v = var("v", VECTOR)
HERE = indicator(eq(PLACE, k))
"""1 at the index of the deleted example."""


@dataclass(frozen=True)
class Losses:
    """Costs and a regulariser with what is known of them.

    `slope(w, z)` and `pull(w)`: subgradients; `convex`: for all w, v and z the cost is above its
    tangents; `curved`: for all w and v the penalty is so by `curvature`/2 times the squared
    distance; `strongly`: 0 < curvature. `reach(z)` is a Lipschitz constant of the cost at z:
    `change(w, v, z)` shows cost(w, z) - cost(v, z) <= reach(z) |w - v|; `reaches`: for all z,
    0 <= reach(z); `top`: for all z, reach(z) is at most a constant.
    """

    slope: Callable[[Term, Term], Term]
    pull: Callable[[Term], Term]
    convex: Theorem
    curved: Theorem
    strongly: Theorem
    reach: Callable[[Term], Term]
    change: Callable[[Term, Term, Term], Theorem]
    reaches: Theorem
    top: Theorem

    @property
    def curvature(self) -> Term:
        """The strong convexity of the penalty."""
        return self.strongly.conclusion.args[1]

    def _tangents(self, sample: Term, share: Theorem) -> tuple[Term, Term, Theorem]:
        """The costs weighted by `share` (a theorem: 0 <= weight at PLACE) plus penalty; a slope;
        and that the sum is above its tangents."""
        weight, here = share.conclusion.args[1], at(sample, PLACE)
        value = total(PLACE, weight * cost(u, here)) + penalty(u)
        slope = total(PLACE, weight * self.slope(u, here)) + self.pull(u)
        tangent = use(self.convex, u, v, here)
        low, high = tangent.conclusion.args
        costs = summed(PLACE, linear(le(weight * low, weight * high), (share, tangent)))
        below = value + dot(slope, v - u) + self.curvature / 2 * square(v - u)
        above = linear(le(below, replace(value, {u: v})), costs, use(self.curved, u, v))
        return value, slope, for_all(above, u, v)

    def whole(self, sample: Term = S) -> Minimum:
        """Mean cost plus penalty."""
        best = minimisers.minimiser(sample)
        share = linear(le(0, 1 / m), one_over(sample_size_positive()))
        value, slope, tangents = self._tangents(sample, share)
        least = use(assume(minimisers.minimisation()[0]), sample, v)
        return Minimum(value, slope, best, tangents, _least(value, best, least))

    def kept(self) -> Minimum:
        """The same without the term of the example at k."""
        best, size = minimisers.kept(S, k), one_over(sample_size_positive())
        share = linear(le(0, (1 - HERE) / m), (_others(), size))
        value, slope, tangents = self._tangents(S, share)
        least = use(assume(minimisers.minimisation()[1]), S, k, v)
        terms = ((1 / m, picked(PLACE, cost(w, at(S, PLACE)), k)) for w in (best, v))
        return Minimum(value, slope, best, tangents, _least(value, best, least, *terms))

    def refitted(self, more: Theorem) -> Minimum:
        """Mean cost of the m - 1 others plus penalty, from 0 < m - 1."""
        best = minimisers.refitted(S, k)
        share = linear(le(0, (1 - HERE) / (m - 1)), (_others(), one_over(more)))
        value, slope, tangents = self._tangents(S, share)
        least = use(assume(minimisers.minimisation()[2]), S, k, v)
        terms = ((1 / (m - 1), picked(PLACE, cost(w, at(S, PLACE)), k)) for w in (best, v))
        return Minimum(value, slope, best, tangents, _least(value, best, least, *terms))

    def _moved(self, first: Minimum, second: Minimum, rest: Theorem, change: Theorem) -> Theorem:
        """|w' - w| <= c/curvature, w and w' the minimisers of F and F'.

        `rest`: 0 <= c; `change`: F(w') - F'(w') - (F(w) - F'(w)) <= c |w' - w|.
        """
        move = second.at - first.at
        d, c = norm(move), rest.conclusion.args[1]
        growth = stable(self.strongly, first, second)
        goal = le(self.curvature * d * d, c * d)
        squared = linear(goal, growth, change, (self.curvature, norm_squared(move)))
        return divided(squared, d, self.strongly, rest)

    def after_keeping(self) -> Theorem:
        """|w' - w| <= reach(z_k)/m/curvature for the minimiser w' without a term."""
        first, second = self.whole(), self.kept()
        gone, size = at(S, k), one_over(sample_size_positive())
        c = self.reach(gone) / m
        terms = (picked(PLACE, cost(w, at(S, PLACE)), k) for w in (first.at, second.at))
        d = norm(second.at - first.at)
        change = linear(
            le(_exchanged(first, second), c * d),
            (self.change(second.at, first.at, gone), size),
            *((1 / m, term) for term in terms),
        )
        return self._moved(first, second, linear(le(0, c), (use(self.reaches, gone), size)), change)

    def after_retraining(self, more: Theorem) -> Theorem:
        """|w' - w| <= (top + reach(z_k))/m/curvature for the minimiser w' on the m - 1 others.

        `more`: 0 < m - 1.
        """
        first, second = self.whole(), self.refitted(more)
        gone, size, fewer = at(S, k), one_over(sample_size_positive()), one_over(more)
        top = use(self.top, gone).conclusion.args[1]
        c, d = (top + self.reach(gone)) / m, norm(second.at - first.at)
        here = at(S, PLACE)
        # each of the others weighs 1/(m (m - 1)) more
        gain = cost(first.at, here) - cost(second.at, here)
        back = self.change(first.at, second.at, here)
        least, length = use(self.top, here), norm_nonnegative(second.at - first.at)
        other = linear(
            le((1 - HERE) * gain, (1 - HERE) * top * d),
            (_others(), back),
            (_others(), least, length),
        )
        others = summed(PLACE, other)
        terms = [picked(PLACE, cost(w, at(S, PLACE)), k) for w in (first.at, second.at)]
        change = linear(
            le(_exchanged(first, second), c * d),
            (self.change(second.at, first.at, gone), size),
            (others, size, fewer),
            *((1 / m, term) for term in terms),
            (top * d / m / (m - 1), picked(PLACE, num(1), k)),
            nonzero=[more, sample_size_positive()],
        )
        reaches = use(self.reaches, gone)
        rest = linear(le(0, c), (reaches, size), (use(self.top, gone), size))
        return self._moved(first, second, rest, change)

    def after_replacing(self) -> Theorem:
        """|w' - w| <= (reach(y) + reach(z_k))/m/curvature for the minimiser w' with y at k."""
        first, second = self.whole(), self.whole(put(S, k, y))
        both = (first.at, second.at)
        gone, size = at(S, k), one_over(sample_size_positive())
        c, d = (self.reach(y) + self.reach(gone)) / m, norm(second.at - first.at)
        change = linear(
            le(_exchanged(first, second), c * d),
            (self.change(second.at, first.at, gone), size),
            (self.change(first.at, second.at, y), size),
            *((1 / m, sum_with_another(lambda z, w=w: cost(w, z), S, k, y)) for w in both),
        )
        reaches = [(use(self.reaches, z), size) for z in (y, gone)]
        return self._moved(first, second, linear(le(0, c), *reaches), change)


def _others() -> Theorem:
    """0 <= 1 - 1{PLACE = k}."""
    return linear(le(0, 1 - HERE), between(eq(PLACE, k))[1])


def _least(value: Term, best: Term, least: Theorem, *terms: tuple[Term, Theorem]) -> Theorem:
    """For all v, value(best) <= value(v): `least` with the sum written in another way."""
    goal = le(replace(value, {u: best}), replace(value, {u: v}))
    return for_all(linear(goal, least, *terms, nonzero=[sample_size_positive()]), v)


def _exchanged(first: Minimum, second: Minimum) -> Term:
    """F(w') - F'(w') - (F(w) - F'(w))."""
    apart = first.value - second.value
    return replace(apart, {u: second.at}) - replace(apart, {u: first.at})
