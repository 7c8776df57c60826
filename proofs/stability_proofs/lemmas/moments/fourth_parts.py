"""The differences of the conditional means of g_i = E_i q_i - q_i, by those of q_i.

The difference for q_i is a function of the examples in the second part, less its mean; so its
fourth moment is at most lambda n2^2, from the moments of q_i over one example. That for g_i is its
mean over z_i, less itself.
"""

from __future__ import annotations

from stability_proofs.kernel import checker, sets
from stability_proofs.kernel.checker import Theorem, assume, interpret, substitute
from stability_proofs.kernel.notation import E, every, total
from stability_proofs.kernel.sets import count
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
    replace,
    var,
)
from stability_proofs.lemmas.analysis.indicators import idempotent
from stability_proofs.lemmas.moments.fourth_about_mean import (
    COUNTS,
    EVEN,
    FOURTH_MOMENT,
    MU,
    NU,
    SECOND_MOMENT,
    Mixed,
    fourth_about_mean,
)
from stability_proofs.lemmas.moments.fourth_about_mean import LEVEL as ONE_LEVEL
from stability_proofs.lemmas.moments.fourth_moments import (
    central,
    fourth_of_mean,
    square_of_mean,
)
from stability_proofs.lemmas.moments.pairs import over
from stability_proofs.lemmas.probability.conditional_means import (
    T,
    difference,
    g,
    mean_given,
    mean_of_own,
    of_second,
    r,
    read_second,
    redrawn,
    tower,
    whole_unmoved,
)
from stability_proofs.lemmas.probability.marginals import at_index
from stability_proofs.semantics.samples import S, i, j, y, z
from stability_proofs.tactics.elements import settled
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import (
    FIRST,
    PARTED,
    SECOND,
    WHOLE,
    apart,
    element,
    in_parts,
    inside,
    members_of_first,
    members_of_second,
    same_families,
)
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    averaged,
    by_cases,
    discharge,
    for_all,
    linear,
    mean,
    put_equal,
    use,
)

TOP = var("top")
"""What the mean of lambda(z_i) is at most."""


def _square(x: Term) -> Theorem:
    """0 <= x^2."""
    return linear(le(0, x**2), Square(x))


def q(index: Term, sample: Term) -> Term:
    """q_i(S)."""
    return app("q", index, sample)


def bound(name: str, point: Term) -> Term:
    """mu, nu or lambda at z_i."""
    return app(f"{name} at", point)


PARTS = every(S, i, eq(g(i, S), over(q(i, S), i) - q(i, S)))
"""g_i is the mean of q_i over z_i, less q_i."""


def _spreads(name: str, order: int) -> Term:
    level = bound(name, at(S, i))
    return every(S, i, j, implies(negation(eq(i, j)), le(central(q(i, S), j, order), level)))


SECONDS, FOURTHS_OF_ONE = _spreads("mu", 2), _spreads("nu", 4)
"""The central moments of q_i over another example, whatever the rest is."""


def levels(mixed: Mixed) -> tuple[Term, ...]:
    """What is asked of mu, nu and lambda at each point, and that the mean of lambda is at most
    `TOP`."""
    names = {MU: "mu", NU: "nu", ONE_LEVEL: "lambda"}
    values = {symbol: bound(name, z) for symbol, name in names.items()}
    asked = (every(z, replace(premise, values)) for premise in mixed.premises)
    return (*asked, le(E(z, bound("lambda", z)), TOP))


@lemma(at=(EVEN,), given=(levels(EVEN)[0], levels(EVEN)[2]), shows=le(0, TOP))
def top_sign(mixed: Mixed) -> Theorem:
    """0 <= top."""
    asked, _, most = map(assume, levels(mixed))
    each = linear(le(0, bound("lambda", z)), use(asked, z), _square(bound("mu", z)))
    return linear(le(0, TOP), mean(z, each), most)


def _of_q(theorem: Theorem) -> Theorem:
    """The same of q."""
    return interpret(theorem, "g", (i, S), q(i, S))


def _named(term: Term) -> Term:
    """A term about g, of q."""
    return _of_q(checker.same(term, term)).conclusion.args[0]


def of_parts(sample: Term) -> Term:
    """The difference of the conditional means of q_i."""
    return _named(difference(i, sample))


def _mean_of_parts(indices: Term) -> Theorem:
    """The conditional mean of g_i is that of q_i over z_i, less that of q_i."""
    here = redrawn(indices, S, i)
    parts = use(assume(PARTS), here, i)
    plain = settled(replace(over(q(i, S), i), {S: here}))
    each = averaged(
        r, equation=linear(eq(g(i, here), plain.conclusion.args[1] - q(i, here)), parts, plain)
    )
    order = checker.exchange(E(r, plain.conclusion.args[1]))
    own = averaged(z, equation=_of_q(mean_of_own(indices)))
    given = _named(mean_given(indices, i, S))
    return linear(eq(mean_given(indices, i, S), over(given, i) - given), each, order, own)


@lemma(
    given=(PARTS,),
    shows=eq(difference(i, S), over(of_parts(S), i) - of_parts(S)),
)
def difference_of_parts() -> Theorem:
    """The difference for g_i is the mean over z_i of that for q_i, less it."""
    value = over(of_parts(S), i) - of_parts(S)
    return linear(eq(difference(i, S), value), _mean_of_parts(FIRST), _mean_of_parts(WHOLE))


def _of_second(sample: Term) -> Term:
    return _named(of_second(sample))


def _second_central(name: str, order: int) -> Theorem:
    """For i in the first set, all T and j: the central moment over the example at j is at most the
    bound at z_i if j is in the second set, and 0 if not."""
    known, there = members_of_first(i), member(j, SECOND)
    new, fixed = put(T, j, y), put(mix(r, mix(T, S, SECOND), FIRST), i, at(S, i))
    changed = put(mix(r, mix(new, S, SECOND), FIRST), i, at(S, i))
    level = bound(name, at(S, i))
    at_y, of_mean = _of_second(new), E(y, _of_second(new))
    whole = E(y, (at_y - of_mean) ** order)
    goal = le(whole, inside(j, SECOND) * level)

    def at_place(case: Theorem) -> Theorem:
        value = (level, checker.indicator(case, there))
        if case.conclusion != there:
            same = same_families(changed, fixed, [i], [*known, case], in_parts)
            kept = averaged(r, equation=at_same(same, lambda sample: q(i, sample)))
            zero = linear(eq(at_y - of_mean, 0), kept, averaged(y, equation=kept))
            none = averaged(y, equation=at_same(zero, lambda gap: gap**order))
            return linear(goal, none, value)
        facts = [*known, *members_of_second(j)]
        same = same_families(changed, put(fixed, j, y), [i, j], facts, in_parts)
        read = averaged(r, equation=at_same(same, lambda sample: q(i, sample)))
        one = q(i, put(fixed, j, y))
        about = one - E(y, one)
        turned = checker.exchange(E(y, E(r, one)))
        shifted = linear(eq(at_y - of_mean, E(r, about)), read, averaged(y, equation=read), turned)
        powers = averaged(y, equation=at_same(shifted, lambda gap: gap**order))
        near = mean(y, (square_of_mean if order == 2 else fourth_of_mean)(r, about))
        swapped = checker.exchange(E(y, E(r, about**order)))
        spread = SECONDS if order == 2 else FOURTHS_OF_ONE
        small = use(assume(spread), fixed, i, j, apart(i, j, facts))
        own = at_same(element(at(fixed, i), facts), lambda point: bound(name, point))
        most = mean(r, linear(le(E(y, about**order), level), small, own))
        return linear(goal, powers, near, swapped, most, value)

    return for_all(by_cases(there, at_place), T, j)


@lemma(
    at=(EVEN,),
    given=(PARTED.conclusion, SECONDS, FOURTHS_OF_ONE, member(i, FIRST), *levels(EVEN)),
    shows=le(E(S, of_parts(S) ** 4), TOP * total(j, inside(j, SECOND)) ** 2),
)
def one_fourth_moment(mixed: Mixed) -> Theorem:
    """For i in A1: E (difference of the conditional means of q_i)^4 <= top n2^2."""
    about = discharge(
        fourth_about_mean(mixed), COUNTS, SECOND_MOMENT, FOURTH_MOMENT, *mixed.premises
    )
    point = at(S, i)
    values = {MU: bound("mu", point), NU: bound("nu", point), ONE_LEVEL: bound("lambda", point)}
    about = interpret(substitute(about, values), "F", (T,), _of_second(T))
    about = interpret(about, "counts", (j,), inside(j, SECOND))
    counts = for_all(
        linear(eq(inside(j, SECOND) ** 2, inside(j, SECOND)), idempotent(member(j, SECOND))), j
    )
    asked = [use(assume(formula), point) for formula in levels(mixed)[:2]]
    small = _second_central("mu", 2), _second_central("nu", 4)
    found = put_equal(_of_q(tower()), use(about, counts, *small, *asked))
    at_mixed = of_parts(mix(T, S, SECOND))
    fixed = eq(at_mixed, _of_second(T) - _named(mean_given(WHOLE, i, S)))
    same = linear(fixed, _of_q(read_second()), _of_q(whole_unmoved()))
    powers = averaged(T, equation=at_same(same, lambda value: value**4))
    n2 = count(SECOND)
    one = linear(le(E(T, at_mixed**4), bound("lambda", point) * n2**2), powers, found)
    swapped = sets.swap_set(S, T, SECOND, of_parts(S) ** 4)
    law = (n2**2, at_index(lambda where: bound("lambda", where), i))
    goal = le(E(S, of_parts(S) ** 4), TOP * n2**2)
    return linear(goal, swapped, mean(S, one), law, (assume(levels(mixed)[2]), _square(n2)))
