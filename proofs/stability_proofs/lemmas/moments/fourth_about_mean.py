"""The fourth moment of a function of the sample about its mean.

From its second and fourth moments over one example at a time, that are at most mu and nu where the
example counts, whatever the others are: E (F - E F)^4 <= lambda n^2, n the number of examples that
count. By induction over the examples, with X and Y as in `conditional_differences`: E X^3 Y = 0, E
X^2 Y^2 <= mu E X^2 <= mu^2 n, and 4 X Y^3 <= s X^2 Y^2 + t Y^4 for s t = 4. That asks for
(6 + s) mu^2 <= 2 lambda and (1 + t) nu <= lambda.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from stability_proofs.kernel import checker, sets
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import picked
from stability_proofs.kernel.notation import E, every, indicator, total
from stability_proofs.kernel.terms import Term, app, eq, le, member, num, put, replace, var
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.moments.all_indices import ALL, is_counted
from stability_proofs.lemmas.moments.conditional_differences import (
    F,
    Grown,
    about_all,
    grown,
    mean_over,
    no_change,
    settled,
)
from stability_proofs.lemmas.moments.fourth_moments import central, contracted_moment, kept_apart
from stability_proofs.lemmas.moments.growth import Growth, share
from stability_proofs.lemmas.moments.pairs import FRESH, over, redrawn
from stability_proofs.semantics.samples import S, i, j, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import SECOND, WHOLE, inside
from stability_proofs.tactics.vocabulary import (
    Square,
    added,
    at_same,
    averaged,
    for_all,
    linear,
    mean,
    summed,
    use,
)

MU, NU, LEVEL = var("mu"), var("nu"), var("level")
NOTHING = le(num(0), num(0))


def counts(index: Term) -> Term:
    """h_i: 1 for an example that counts, else 0."""
    return app("counts", index)


def number(indices: Term) -> Term:
    """How many examples of a set count."""
    return total(i, inside(i, indices) * counts(i))


COUNTS = every(i, eq(counts(i) * counts(i), counts(i)))
SECOND_MOMENT = every(S, i, le(central(F, i, 2), counts(i) * MU))
FOURTH_MOMENT = every(S, i, le(central(F, i, 4), counts(i) * NU))


@dataclass(frozen=True)
class Mixed:
    """4 X Y^3 <= s X^2 Y^2 + t Y^4, from the square of a X Y - b Y^2: s = 2 a/b and t = 2 b/a."""

    a: int
    b: int

    @property
    def s(self) -> Term:
        """The factor of X^2 Y^2."""
        return num(2 * self.a) / self.b

    @property
    def t(self) -> Term:
        """The factor of Y^4."""
        return num(2 * self.b) / self.a

    @property
    def premises(self) -> tuple[Term, Term]:
        """What is asked of mu, nu and lambda."""
        return le((6 + self.s) * MU**2, 2 * LEVEL), le((1 + self.t) * NU, LEVEL)


EVEN, UNEVEN = Mixed(1, 1), Mixed(2, 1)
"""4 mu^2 and 3 nu are at most lambda; or 5 mu^2 and 2 nu are."""


def _count_sign() -> Theorem:
    """0 <= h_j."""
    return linear(le(0, counts(j)), use(assume(COUNTS), j), Square(counts(j)))


def _root() -> Term:
    """F at a fresh example, less its mean."""
    return replace(F, {S: put(S, j, FRESH)}) - over(F, j)


def _number_sign(indices: Term) -> Theorem:
    """0 <= n."""
    count = linear(le(0, counts(i)), use(assume(COUNTS), i), Square(counts(i)))
    each = linear(le(0, inside(i, indices) * counts(i)), (between(member(i, indices))[0], count))
    return linear(le(0, number(indices)), summed(i, each))


def _one_more() -> Theorem:
    """n of A is n of the rest, and h_j."""
    parts = (inside(i, SECOND) + indicator(eq(i, j))) * counts(i)
    each = linear(eq(inside(i, WHOLE) * counts(i), parts), (counts(i), share()))
    one = picked(i, counts(i), j)
    return linear(eq(number(WHOLE), number(SECOND) + counts(j)), added(i, each), one)


def _own_moment(parts: Grown, order: int) -> Theorem:
    """over(Y^k, j) is the central moment of F."""
    new = replace(parts.Y, {S: put(S, j, z)})
    plain = replace(F, {S: put(S, j, z)}) - over(F, j)
    same = linear(eq(new, plain), settled(F))
    return averaged(z, equation=at_same(same, lambda value: value**order))


def _kept_power(parts: Grown, order: int) -> Theorem:
    """For all S and z, X^k does not depend on z_j."""
    return for_all(at_same(use(parts.kept, S, z), lambda value: value**order), S, z)


def _claim(indices: Term, order: int) -> Term:
    """That the second (fourth) moment of F - P_A F is at most mu n (lambda n^2)."""
    bound = MU * number(indices) if order == 2 else LEVEL * number(indices) ** 2
    return le(E(S, (F - mean_over(indices)) ** order), bound)


def _theorem(order: int, step: Callable[[Theorem, Theorem], Theorem]) -> Theorem:
    """The claim for all sets of indices."""

    def empty(outside: Theorem) -> Theorem:
        zero = at_same(no_change(outside), lambda value: value**order)
        none = averaged(S, equation=zero)
        value = (counts(i), checker.indicator(outside, member(i, WHOLE)))
        each = linear(eq(inside(i, WHOLE) * counts(i), 0), value)
        nothing = linear(eq(number(WHOLE), 0), added(i, each))
        factor = MU if order == 2 else LEVEL * number(WHOLE)
        return linear(_claim(WHOLE, order), none, (factor, nothing))

    return Growth(
        claim=lambda indices: _claim(indices, order),
        within=lambda indices: NOTHING,
        kept=lambda known: linear(NOTHING),
        step=step,
        empty=empty,
    ).theorem()


def _whole(parts: Grown, order: int, expanded: Theorem) -> Theorem:
    """The claim for A, from what bounds the moment of X + Y."""
    same = at_same(parts.same, lambda value: value**order)
    return linear(_claim(WHOLE, order), averaged(S, equation=same), expanded)


@cache
def _second_moments() -> Theorem:
    """For every set A, E (F - P_A F)^2 <= mu n."""

    def step(smaller: Theorem, known: Theorem) -> Theorem:
        parts = grown()
        X, Y = parts.X, parts.Y
        mixed = kept_apart(X, Y, j, parts.kept)
        none = averaged(S, equation=linear(eq(X * over(Y, j), 0), (X, use(parts.zero, S))))
        own = averaged(S, equation=_own_moment(parts, 2))
        small = mean(S, use(assume(SECOND_MOMENT), S, j))
        near = contracted_moment(parts.rest, j, 2)
        bound = MU * number(WHOLE)
        moments = (near, smaller, redrawn(Y**2, j), own, small)
        return _whole(
            parts,
            2,
            linear(le(E(S, (X + Y) ** 2), bound), mixed, none, *moments, (-MU, _one_more())),
        )

    return _theorem(2, step)


@cache
def _fourth_moments(mixed: Mixed) -> Theorem:
    """For every set A, E (F - P_A F)^4 <= lambda n^2."""
    first, second = map(assume, mixed.premises)

    def step(smaller: Theorem, known: Theorem) -> Theorem:
        parts = grown()
        X, Y = parts.X, parts.Y
        cubed = kept_apart(X**3, Y, j, _kept_power(parts, 3))
        none = averaged(S, equation=linear(eq(X**3 * over(Y, j), 0), (X**3, use(parts.zero, S))))
        pair = kept_apart(X**2, Y**2, j, _kept_power(parts, 2))
        own = {k: _own_moment(parts, k) for k in (2, 4)}
        square = linear(le(0, X**2), Square(X))
        small = use(assume(SECOND_MOMENT), S, j)
        level = counts(j) * MU
        within = linear(le(X**2 * over(Y**2, j), X**2 * level), (small, square), (X**2, own[2]))
        pairs = mean(S, within)
        before = linear(
            le(E(S, X**2), MU * number(SECOND)),
            contracted_moment(parts.rest, j, 2),
            use(_second_moments(), SECOND, linear(NOTHING)),
        )
        positive = linear(
            le(0, level), small, mean(FRESH, linear(le(0, _root() ** 2), Square(_root())))
        )
        both = linear(
            le(E(S, X**2 * Y**2), level * MU * number(SECOND)), pair, pairs, (before, positive)
        )
        cross = mean(
            S,
            linear(
                le(4 * X * Y**3, mixed.s * X**2 * Y**2 + mixed.t * Y**4),
                Square(mixed.a * X * Y - mixed.b * Y**2),
            ),
        )
        last = linear(
            le(E(S, Y**4), counts(j) * NU),
            redrawn(Y**4, j),
            averaged(S, equation=own[4]),
            mean(S, use(assume(FOURTH_MOMENT), S, j)),
        )
        near = contracted_moment(parts.rest, j, 4)
        sign, rest = _count_sign(), _number_sign(SECOND)
        bound = LEVEL * number(WHOLE) ** 2
        expanded = linear(
            le(E(S, (X + Y) ** 4), LEVEL * (number(SECOND) + counts(j)) ** 2),
            cubed, none, both, cross, last, near, smaller,
            (first, rest, sign), (second, sign), (LEVEL, use(assume(COUNTS), j)),
        )  # fmt: skip
        total_of = number(WHOLE) + number(SECOND) + counts(j)
        more = linear(
            le(LEVEL * (number(SECOND) + counts(j)) ** 2, bound), (-LEVEL * total_of, _one_more())
        )
        return _whole(parts, 4, linear(le(E(S, (X + Y) ** 4), bound), expanded, more))

    return _theorem(4, step)


@lemma(
    at=(EVEN,),
    given=(COUNTS, SECOND_MOMENT, FOURTH_MOMENT, *EVEN.premises),
    shows=le(E(S, (F - E(S, F)) ** 4), LEVEL * total(i, counts(i)) ** 2),
)
@cache
def fourth_about_mean(mixed: Mixed) -> Theorem:
    """E (F - E F)^4 <= lambda n^2, n the number of examples that count."""
    found = use(_fourth_moments(mixed), WHOLE, linear(NOTHING))
    powers = averaged(S, equation=at_same(about_all(), lambda value: value**4))
    each = linear(eq(inside(i, WHOLE) * counts(i), counts(i)), (counts(i), is_counted(i)))
    several, every_one = number(WHOLE), total(i, counts(i))
    count = (LEVEL * (several + every_one), linear(eq(several, every_one), added(i, each)))
    goal = le(E(S, (F - E(S, F)) ** 4), LEVEL * every_one**2)
    return sets.collected(i, ALL, WHOLE, linear(goal, found, powers, count))
