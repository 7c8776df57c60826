"""The tail of a gap whose centred part has a small fourth moment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, contradiction, interpret, substitute
from stability_proofs.kernel.notation import E, absolute, indicator, log
from stability_proofs.kernel.terms import Term, app, le, lt, var
from stability_proofs.lemmas.analysis.exponential import exp_positive
from stability_proofs.lemmas.analysis.fourth_roots import (
    QUARTER,
    over_fourth_power,
    over_fourth_root,
)
from stability_proofs.lemmas.analysis.roots import at_most_by_squares
from stability_proofs.lemmas.gaps.split_gaps import SURE, Split, d2
from stability_proofs.lemmas.moments.fourth_moments import square_of_mean
from stability_proofs.lemmas.moments.moments import absolute_squared
from stability_proofs.lemmas.probability.split_tails import chance, rarer
from stability_proofs.semantics.samples import S
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    below_absolute,
    by_cases,
    chain,
    discharge,
    linear,
    mean,
    one_over,
    use,
)

X, w, d = app("X", S), var("w"), var("d")


@cache
def _markov() -> Theorem:
    """P(|X| > w d^(-1/4)) <= d, from E X^4 <= w^4, 0 < w and 0 < d."""
    premises = le(E(S, X**4), w**4), lt(0, w), lt(0, d)
    moment, positive, sure = map(assume, premises)
    root, power = over_fourth_root(d), over_fourth_power(sure)
    level = w * root
    least = linear(lt(0, level), (positive, exp_positive(-QUARTER * log(d))))
    event = lt(level, absolute(X))
    squared = substitute(absolute_squared(), {var("a"): X})
    goal = le(indicator(event) * level**4, X**4)

    def above(known: Theorem) -> Theorem:
        weight = (level**4, checker.indicator(known, event))
        if known.conclusion != event:
            return linear(goal, Square(X**2), weight)
        square = linear(le(level**2, X**2), (known, known), (known, least), squared)
        sums = linear(le(0, X**2 + level**2), Square(X), Square(level))
        return linear(goal, (square, sums), weight)

    averaged = mean(S, by_cases(event, above))
    most = linear(le(chance(event) * level**4, level**4 * d), averaged, moment, (w**4, power))
    fourth = linear(lt(0, level**4), (least, least, least, least))
    found = linear(le(chance(event), d), (most, one_over(fourth)), nonzero=[fourth])
    return discharge(found, *premises)


@lemma(
    at=(le(E(S, app("body", S) ** 4), w**4), app("body", S), lt(0, w), lt(0, d)),
    shows=le(chance(lt(w * over_fourth_root(d), absolute(app("body", S)))), d),
)
def markov_fourth(moment: Theorem, body: Term, positive: Theorem, sure: Theorem) -> Theorem:
    """P(|body| > w d^(-1/4)) <= d, from E body^4 <= w^4, 0 < w and 0 < d."""
    values = {w: positive.conclusion.args[1], d: sure.conclusion.args[1]}
    return use(interpret(substitute(_markov(), values), "X", (S,), body), moment, positive, sure)


@lemma(at=(le(E(S, X**4), w**4), X, w), shows=le(E(S, X**2), w**2))
def second_moment(fourth: Theorem, body: Term, norm: Term) -> Theorem:
    """E X^2 <= w^2, from E X^4 <= w^4."""
    square = square_of_mean(S, body**2)
    below = linear(le(E(S, body**2) * E(S, body**2), norm**2 * norm**2), square, fourth)
    return at_most_by_squares(E(S, body**2), norm**2, below, linear(le(0, norm**2), Square(norm)))


@dataclass(frozen=True)
class FourthSplit(Split):
    """A gap and its parts, the centred one with a small fourth moment.

    `fourth`: E (mean of g_i - E [g_i | z_i])^4 <= norm^4; `sign`: 0 <= norm; v is norm^2.
    """

    fourth: Theorem
    sign: Theorem

    @property
    def norm(self) -> Term:
        """What the L_4 norm of the centred part is at most."""
        return self.sign.conclusion.args[1]

    def far(self) -> Term:
        """What the centred part is above with probability at most d2."""
        return self.norm * over_fourth_root(d2)

    def far_sign(self) -> Theorem:
        """0 <= far."""
        return linear(le(0, self.far()), (self.sign, exp_positive(-QUARTER * log(d2))))

    def above(self, spread: Theorem) -> Theorem:
        """P(the centred part > far) <= d2, from 0 < v: Markov's inequality for its fourth power."""
        event = lt(self.far(), self.centred_part)
        other = lt(self.far(), absolute(self.centred_part))
        larger = rarer(event, other, lambda known: chain(known, below_absolute(self.centred_part)))
        return linear(le(chance(event), d2), larger, self.around(spread))

    def far_around(self) -> Term:
        """The same."""
        return self.far()

    def far_around_sign(self) -> Theorem:
        """0 <= far."""
        return self.far_sign()

    def around(self, spread: Theorem) -> Theorem:
        """P(|the centred part| > far) <= d2, from 0 < v."""
        return markov_fourth(self.fourth, self.centred_part, self._positive(spread), SURE[d2][0])

    def _positive(self, spread: Theorem) -> Theorem:
        """0 < norm, from 0 < norm^2."""
        goal, low = lt(0, self.norm), assume(le(self.norm, 0))
        none = linear(le(self.norm**2, 0), (low, self.sign))
        return checker.cases(goal, assume(goal), contradiction(none, spread, goal))
