"""The tail of a gap that is a sum: independent centred terms, a centred part, and a bias.

The gap is the mean of E [g_i | z_i], the mean of g_i - E [g_i | z_i], and what is left. The first
is a mean of independent terms with ranges of length M; the second has mean 0 and a small second
moment v. Where v is 0, the second exceeds no positive number, and its failure probability goes to
the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, interpret, substitute
from stability_proofs.kernel.notation import E, absolute, average, sqrt
from stability_proofs.kernel.terms import Term, at, eq, le, lt, num, var
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.lemmas.moments.centred_remainders import K, L, own_mean, remainders, rest
from stability_proofs.lemmas.moments.moments import markov
from stability_proofs.lemmas.probability.concentration import tail
from stability_proofs.lemmas.probability.split_tails import (
    cantelli,
    chance,
    hoeffding,
    nothing,
    tail_falls,
    union,
    within_one,
)
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, i, y, z
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    below_absolute,
    by_cases,
    cut,
    for_all,
    linear,
    use,
)

M = symbol_term("M")
d1, d2, d3 = (symbol_term(f"delta_{k}") for k in (1, 2, 3))
SURE = {d: (assume(lt(0, d)), assume(lt(d, 1))) for d in (d1, d2)}
RANGE_SIGN = assume(lt(0, M))


@dataclass(frozen=True)
class Bias:
    """What is left of the gap.

    `within` gives left <= level and -left <= level (if that is asked for) from what does not
    happen; `parts` holds P(event) <= d for what may happen, `spare` 0 < d for a failure probability
    that is left over.
    """

    level: Term
    within: Callable[[Sequence[Theorem]], tuple[Theorem, ...]]
    parts: tuple[Theorem, ...] = ()
    spare: tuple[Theorem, ...] = ()

    @property
    def failure(self) -> Term:
        """All of its failure probabilities."""
        each = [part.conclusion.args[1] for part in (*self.parts, *self.spare)]
        return sum(each, start=num(0))

    @property
    def signs(self) -> tuple[Theorem, ...]:
        """0 < d for each of them."""
        return (*(assume(lt(0, part.conclusion.args[1])) for part in self.parts), *self.spare)


@dataclass(frozen=True)
class Split:
    """A gap and its parts.

    `same`: gap = mean of g_i + left; `body`: g_i, a term in i and S; `zero`: E [g_i | all but z_i]
    = 0 for all S and i; `range`: for all i, y, z, E [g_i | z_i = y] - E [g_i | z_i = z] <= M;
    `moment`: E (mean of g_i - E [g_i | z_i])^2 <= v; `centred`: its mean is 0.
    """

    gap: Term
    same: Theorem
    body: Term
    zero: Theorem
    range: Theorem
    moment: Theorem
    centred: Theorem

    @property
    def v(self) -> Term:
        """What bounds the second moment."""
        return self.moment.conclusion.args[1]

    def own(self, index: Term, point: Term) -> Term:
        """E [g_i | z_i] at a point."""
        return _named(own_mean(index, point), self.body)

    @property
    def linear_part(self) -> Term:
        """The mean of the E [g_i | z_i]."""
        return average(i, self.own(i, at(S, i)))

    @property
    def centred_part(self) -> Term:
        """The mean of the g_i - E [g_i | z_i]."""
        return average(i, _named(rest(i), self.body))

    def _linear_tail(self, sign: int, sure: Theorem, below_one: Theorem) -> Theorem:
        """P(sign (mean of E [g_i | z_i]) > M tail(d)) <= d."""
        here = sign * self.own(i, z)
        spread = use(self.range, i, *((y, z) if sign > 0 else (z, y)))
        other = sign * self.own(i, y)
        moved = for_all(linear(le(other - here, M), spread), i, y, z)
        r = var("r", "sample")
        order = checker.exchange(E(z, self.own(i, z)))
        none = checker.congruence(E(r, num(0)), r, use(self.zero, r, i))
        zero = for_all(linear(le(E(z, here), num(0)), order, none), i)
        return hoeffding(here, moved, RANGE_SIGN, zero, sure, below_one)

    def one_sided(self, bias: Bias) -> Theorem:
        """P(gap > M tail(d1) + sqrt v sqrt(1 - d2)/sqrt d2 + bias) <= d1 + d2 + d3."""
        far = self.far()
        event = lt(M * tail(d1) + far + bias.level, self.gap)
        (sure, below), sure_2 = SURE[d1], SURE[d2][0]
        goal = le(chance(event), d1 + d2 + bias.failure)

        def settle(facts: Sequence[Theorem]) -> Theorem:
            left, *_ = bias.within(facts[2:])
            reach = self.far_sign()
            whole = le(self.gap, M * tail(d1) + far + bias.level)
            return linear(whole, self.same_parts(), facts[0], facts[1], left, reach)

        def spread(known: Theorem) -> Theorem:
            if known.conclusion.head == "<":
                first = self._linear_tail(1, sure, below)
                second = self.above(known)

                def all_parts(facts: Sequence[Theorem]) -> Theorem:
                    left, *_ = bias.within(facts[2:])
                    whole = le(self.gap, M * tail(d1) + far + bias.level)
                    return linear(whole, self.same_parts(), facts[0], facts[1], left)

                return linear(
                    goal, union(event, (first, second, *bias.parts), all_parts), *bias.spare
                )
            return by_cases(lt(d1 + d2, 1), lambda more: without(known, more))

        def without(flat: Theorem, more: Theorem) -> Theorem:
            if more.conclusion != lt(d1 + d2, 1):
                return linear(goal, within_one(event), more, *bias.signs)
            both = linear(lt(0, d1 + d2), sure, sure_2)
            first = self._linear_tail(1, both, more)
            room = self._room(d1, d1 + d2, more)
            second = nothing(self.centred_part, self._none(flat), room)
            return linear(goal, union(event, (first, second, *bias.parts), settle), *bias.spare)

        return by_cases(lt(0, self.v), spread)

    def two_sided(self, bias: Bias) -> Theorem:
        """P(|gap| > M tail(d1/2) + sqrt v/sqrt d2 + bias) <= d1 + d2 + d3."""
        far, half = self.far_around(), d1 / 2
        level = M * tail(half) + far + bias.level
        event = lt(level, absolute(self.gap))
        (sure, below), (sure_2, below_2) = SURE[d1], SURE[d2]
        goal = le(chance(event), d1 + d2 + bias.failure)
        x = self.centred_part

        def whole(
            facts: Sequence[Theorem], sides: tuple[Theorem, Theorem], *more: Theorem
        ) -> Theorem:
            up, down = bias.within(facts)
            parts = self.same_parts()
            above = linear(le(self.gap, level), parts, sides[0], up, *more)
            other = linear(le(-self.gap, level), parts, sides[1], down, *more)
            return absolute_below(above, other)

        def spread(known: Theorem) -> Theorem:
            if known.conclusion.head == "<":
                ends = linear(lt(0, half), sure), linear(lt(half, 1), below)
                tails = [self._linear_tail(sign, *ends) for sign in (1, -1)]
                second = self.around(known)

                def settle(facts: Sequence[Theorem]) -> Theorem:
                    near = [
                        linear(
                            le(sign * (self.linear_part + x), M * tail(half) + far),
                            fact,
                            facts[2],
                            below_absolute(x, sign),
                        )
                        for sign, fact in zip((1, -1), facts, strict=False)
                    ]
                    return whole(facts[3:], (near[0], near[1]))

                return linear(
                    goal, union(event, (*tails, second, *bias.parts), settle), *bias.spare
                )
            return without(known)

        def without(flat: Theorem) -> Theorem:
            more = (d1 + d2) / 2
            ends = linear(lt(0, more), sure, sure_2), linear(lt(more, 1), below, below_2)
            tails = [self._linear_tail(sign, *ends) for sign in (1, -1)]
            room = self._room(half, more, ends[1])
            zero = self._none(flat)
            ups = [
                nothing(sign * x, linear(le(E(S, (sign * x) * (sign * x)), 0), zero), room)
                for sign in (1, -1)
            ]

            def settle(facts: Sequence[Theorem]) -> Theorem:
                reach = self.far_around_sign()
                near = [
                    linear(
                        le(sign * (self.linear_part + x), M * tail(half) + far),
                        facts[k],
                        facts[2 + k],
                        reach,
                    )
                    for k, sign in enumerate((1, -1))
                ]
                return whole(facts[4:], (near[0], near[1]))

            return linear(goal, union(event, (*tails, *ups, *bias.parts), settle), *bias.spare)

        return by_cases(lt(0, self.v), spread)

    def far(self) -> Term:
        """What the centred part is above with probability at most d2."""
        return sqrt(self.v) * sqrt(1 - d2) / sqrt(d2)

    def far_sign(self) -> Theorem:
        """0 <= far."""
        roots = elementary("sqrt", self.v), elementary("sqrt", 1 - d2)
        return linear(le(0, self.far()), (*roots, self._over_root(d2)))

    def above(self, spread: Theorem) -> Theorem:
        """P(the centred part > far) <= d2, from 0 < v: Cantelli's inequality."""
        return cantelli(self.centred_part, self.centred, self._square(), spread, *SURE[d2])

    def far_around(self) -> Term:
        """What the centred part is above in absolute value with probability at most d2."""
        return sqrt(self.v) / sqrt(d2)

    def far_around_sign(self) -> Theorem:
        """0 <= that."""
        roots = elementary("sqrt", self.v), self._over_root(d2)
        return linear(le(0, self.far_around()), roots)

    def around(self, spread: Theorem) -> Theorem:
        """P(|the centred part| > that) <= d2, from 0 < v: Markov's inequality for its square."""
        root = root_positive(spread)
        return markov(self._rooted(spread), self.centred_part, root, SURE[d2][0])

    def same_parts(self) -> Theorem:
        """gap = the two parts and what is left."""
        left = self.same.conclusion.args[1].args[1]
        return linear(eq(self.gap, self.linear_part + self.centred_part + left), self.same)

    def _square(self) -> Theorem:
        x = self.centred_part
        return linear(le(E(S, x * x), self.v), self.moment)

    def _rooted(self, positive: Theorem) -> Theorem:
        x = self.centred_part
        root = checker.root_squared(linear(le(0, self.v), positive))
        return linear(le(E(S, x * x), sqrt(self.v) * sqrt(self.v)), self.moment, root)

    def _none(self, flat: Theorem) -> Theorem:
        x = self.centred_part
        return linear(le(E(S, x * x), 0), self.moment, flat)

    def _room(self, small: Term, large: Term, below_one: Theorem) -> Theorem:
        """0 < M tail(small) - M tail(large)."""
        known = SURE[d1][0], SURE[d2][0]
        falls = tail_falls(
            linear(lt(0, small), *known), linear(lt(small, large), *known), below_one
        )
        return linear(lt(0, M * tail(small) - M * tail(large)), (falls, RANGE_SIGN))

    def _over_root(self, d: Term) -> Theorem:
        return checker.positive_inverse(root_positive(SURE[d][0]))


def _named(term: Term, body: Term) -> Term:
    """A term about g, of a meaning of g."""
    found, _ = interpret(checker.same(term, term), "g", (i, S), body).conclusion.args
    return found


def of_spreads(
    gap: Term,
    same: Theorem,
    body: Term,
    zero: Theorem,
    range_: Theorem,
    spreads: Theorem,
    own: Theorem,
    second: Callable[[Theorem, Theorem, Theorem], Theorem],
) -> Split:
    """The parts of a gap, from how little each example moves each g_i.

    `spreads`: for all i and j that differ, spread(g_i, j) <= K; `own`: for all i, E g_i^2 <= L;
    `second` makes the bound v of the three: 2 x, x + L/m, and L, where x = (1 - 1/m) K.
    """
    level = use(own, i).conclusion.args[1]
    inner = spreads.conclusion
    while inner.head in ("forall", "implies"):
        inner = inner.args[-1]
    values = {K: inner.args[1], L: level}
    found = [
        cut(interpret(substitute(t, values), "g", (i, S), body), zero, spreads, own)
        for t in remainders()
    ]
    return Split(gap, same, body, zero, range_, second(*found[1:]), found[0])
