"""Bounds on L_p norms: of sums, multiples and smaller functions; and Markov's inequality."""

from __future__ import annotations

from dataclasses import dataclass

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary
from stability_proofs.kernel.notation import E, absolute, average, exp, indicator
from stability_proofs.kernel.terms import Term, app, at, eq, le, lt, num, replace, term, var
from stability_proofs.lemmas.analysis.convex_powers import average_of_powers, divided
from stability_proofs.lemmas.analysis.exponential import exp_minus, exp_positive
from stability_proofs.lemmas.analysis.positive_powers import (
    P,
    increasing,
    of_positive,
    p,
    positive_power,
    product,
    sign,
)
from stability_proofs.lemmas.moments.power_moments import minkowski
from stability_proofs.lemmas.probability.averages import mean_of_average
from stability_proofs.semantics.samples import INDEX, S, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    at_same,
    averaged,
    below_absolute,
    by_cases,
    chain,
    linear,
    mean,
    one_over,
    sample_size_positive,
    summed,
)

B, a, b, diagonal_norm = var("B"), var("a"), var("b"), var("diagonal_norm")

ORDER = assume(le(2, p))


@dataclass(frozen=True)
class Norm:
    """E |body|^p <= bound^p, p >= 2: the L_p norm of a function of `variable` is at most a number.

    `moment` says so, and `least` that 0 <= bound.
    """

    variable: Term
    body: Term
    moment: Theorem
    least: Theorem

    @property
    def bound(self) -> Term:
        """What the norm is at most."""
        return self.least.conclusion.args[1]

    def __add__(self, other: Norm) -> Norm:
        """The norm of a sum is at most the sum of the norms."""
        parts = [(n.moment, n.least, n.body) for n in (self, other)]
        whole = minkowski(self.variable, *parts)
        least = linear(le(0, self.bound + other.bound), self.least, other.least)
        return Norm(self.variable, self.body + other.body, whole, least)

    def times(self, factor: Theorem) -> Norm:
        """The norm of t X is t times that of X, from 0 <= t."""
        t = factor.conclusion.args[1]
        size = absolute(self.body)
        near = increasing(_absolute_of_multiple(t, self.body, factor), order_sign())
        goal = le(P(absolute(t * self.body)), P(t) * P(size))
        pointwise = linear(goal, near, product(factor, size))
        top = linear(le(0, t * self.bound), (factor, self.least))
        goal = le(E(self.variable, P(absolute(t * self.body))), P(t * self.bound))
        moment = linear(
            goal,
            mean(self.variable, pointwise),
            (self.moment, sign(t)),
            product(factor, self.bound),
        )
        return Norm(self.variable, t * self.body, moment, top)

    def of(self, equation: Theorem) -> Norm:
        """The norm of something equal, from body = other."""
        other = equation.conclusion.args[1]
        same = averaged(self.variable, equation=power_of_equal(equation))
        goal = le(E(self.variable, P(absolute(other))), P(self.bound))
        return Norm(self.variable, other, linear(goal, self.moment, same), self.least)

    def below(self, larger: Theorem) -> Norm:
        """A larger number is a bound as well, from bound <= number."""
        top = larger.conclusion.args[1]
        goal = le(E(self.variable, P(absolute(self.body))), P(top))
        moment = linear(goal, self.moment, increasing(larger, order_sign()))
        return Norm(self.variable, self.body, moment, linear(le(0, top), self.least, larger))

    def above(self, smaller: Term, known: Theorem) -> Norm:
        """The norm of something smaller, from |smaller| <= body."""
        less = linear(le(absolute(smaller), absolute(self.body)), known, below_absolute(self.body))
        powers = mean(self.variable, increasing(less, order_sign()))
        return Norm(self.variable, smaller, chain(powers, self.moment), self.least)


@lemma(at=(eq(a, b),), shows=eq(P(absolute(a)), P(absolute(b))))
def power_of_equal(equation: Theorem) -> Theorem:
    """|X|^p = |Y|^p, from X = Y."""
    return at_same(equation, lambda value: P(absolute(value)))


@lemma(given=(ORDER.conclusion,), shows=le(0, p))
def order_sign() -> Theorem:
    """0 <= p, from 2 <= p."""
    return linear(le(0, p), ORDER)


def _absolute_of_multiple(t: Term, x: Term, factor: Theorem) -> Theorem:
    """|t x| <= t |x|, from 0 <= t."""
    goal = t * absolute(x)
    up, down = (linear(le(s * t * x, goal), (factor, below_absolute(x, s))) for s in (1, -1))
    return absolute_below(linear(le(t * x, goal), up), linear(le(-(t * x), goal), down))


@lemma(
    at=(z, B, le(a, B), le(0, B)),
    given=(ORDER.conclusion,),
    shows=(le(E(z, P(a)), E(z, P(B))), le(0, B)),
)
def of_smaller(variable: Term, body: Term, top: Theorem, least: Theorem) -> Norm:
    """The norm of X, from |X| <= c for a number c and 0 <= c."""
    pointwise = increasing(top, order_sign())
    return Norm(variable, body, mean(variable, pointwise), least)


@lemma(
    at=lambda: (
        Norm(
            z,
            app("b", z),
            assume(le(E(z, P(absolute(app("b", z)))), a)),
            assume(le(0, diagonal_norm)),
        ),
    ),
    given=(ORDER.conclusion,),
    shows=(le(E(S, P(absolute(average(INDEX, app("b", at(S, INDEX)))))), a), le(0, diagonal_norm)),
)
def of_average(norm: Norm) -> Norm:
    """The norm of the mean over the sample of a function of z is at most that of the function."""
    body = average(INDEX, replace(norm.body, {z: at(S, INDEX)}))
    sizes = average(INDEX, replace(absolute(norm.body), {z: at(S, INDEX)}))
    share, point = one_over(sample_size_positive()), replace(norm.body, {z: at(S, INDEX)})
    up, down = (summed(INDEX, below_absolute(point, s)) for s in (1, -1))
    near = absolute_below(
        linear(le(body, sizes), (up, share)), linear(le(-body, sizes), (down, share))
    )
    order = linear(le(1, p), ORDER)
    pointwise = chain(increasing(near, order_sign()), average_of_powers(absolute(point), order))
    moment = chain(mean(S, pointwise), mean_of_average(P(absolute(norm.body))), norm.moment)
    return Norm(S, body, moment, norm.least)


@lemma(
    at=lambda: (
        Norm(S, app("b", S), assume(le(E(S, P(absolute(app("b", S)))), P(a))), assume(le(0, a))),
        lt(0, a),
    ),
    given=(ORDER.conclusion,),
    shows=le(E(S, indicator(lt(exp(num(1)) * a, absolute(app("b", S))))), exp(-p)),
)
def markov(norm: Norm, positive: Theorem) -> Theorem:
    """P(|body| > e bound) <= exp(-p), from 0 < bound."""
    level, size, e = norm.bound, absolute(norm.body), exp(1)
    event, one = lt(e * level, size), elementary("log-exp", term(1))
    least = linear(le(0, e), exp_positive(term(1)))
    split = product(least, level)
    power = chain(of_positive(exp_positive(term(1))), at_same(one, lambda x: exp(p * x)))
    goal = le(indicator(event) * exp(p) * P(level), P(size))

    def above(known: Theorem) -> Theorem:
        value = (exp(p) * P(level), checker.indicator(known, event))
        if known.conclusion != event:
            return linear(goal, value, sign(size))
        more = increasing(linear(le(e * level, size), known), order_sign())
        return linear(goal, value, more, split, (P(level), power))

    averaged_over = mean(norm.variable, by_cases(event, above))
    chance = E(norm.variable, indicator(event))
    most = linear(le(P(level) * (chance * exp(p)), P(level) * 1), averaged_over, norm.moment)
    small = divided(most, positive_power(positive), le(chance * exp(p), 1))
    return linear(le(chance, exp(-p)), (small, exp_positive(-p)), (chance, exp_minus(p)))
