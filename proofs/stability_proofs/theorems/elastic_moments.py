"""Moments of the gap from an elastic constant: derivations of `stability.theorems.elastic_moments`.

Another example moves the centred gap of the i-th by at most 2/m (B + sup_z' beta(z', z_i)): only
the norm of that weight counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stability_proofs.kernel import checker, families
from stability_proofs.kernel.checker import Theorem, assume, root_squared
from stability_proofs.kernel.notation import E, average, sqrt, total
from stability_proofs.kernel.terms import Term, at, bind, eq, le, num, put, replace
from stability_proofs.lemmas.analysis.positive_powers import increasing, p
from stability_proofs.lemmas.analysis.roots import at_most_by_squares
from stability_proofs.lemmas.elastic import elastic_norms
from stability_proofs.lemmas.elastic.elastic_remainders import remainder_within, replaced
from stability_proofs.lemmas.elastic.elastic_squares import POINT, column
from stability_proofs.lemmas.elastic.elastic_walks import B1, LEAST, MEAN, MOST, ROW_MEAN, B
from stability_proofs.lemmas.gaps.centred_gaps import centred, gap_is_sum, remainder, with_other
from stability_proofs.lemmas.gaps.gap_moments import Influence, mean_of_centred
from stability_proofs.lemmas.moments.moment_norms import Norm, of_average, of_smaller, order_sign
from stability_proofs.lemmas.moments.pairs import APART
from stability_proofs.semantics import samples
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import (
    ROW,
    S,
    beta,
    gap,
    i,
    j,
    loss,
    m,
    risk,
    x,
    y,
    z,
)
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    at_same,
    below_absolute,
    chain,
    discharge,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    summed,
    use,
)

FORMS: Mapping[str, Callable[[], Theorem]] = {
    "norm of the diagonal": elastic_norms.diagonal,
    "norm of the column mean": elastic_norms.column,
    "norm of the supremum, any beta": elastic_norms.supremum,
    "norm of the supremum, product": elastic_norms.supremum_of_product,
}
"""What proves the statements that support norms."""
NAMES = ("diagonal_norm", "column_norm", "supremum_norm")
NORMS = {name: symbol_term(name) for name in NAMES}
DIAGONAL, COLUMN, SUPREMUM = map(assume, samples.elastic_norms(p, NORMS))
DIAGONAL_SIGN, COLUMN_SIGN, SUPREMUM_SIGN = (assume(le(0, NORMS[name])) for name in NAMES)
B_SIGN, B1_SIGN = (assume(le(0, constant)) for constant in (B, B1))


def _top(point: Term) -> Term:
    """sup_z' beta(z', z)."""
    return bind("sup", ROW, beta(ROW, point))


def _reached(deleted: Term, tested: Term) -> Theorem:
    """beta(z', z) <= sup_z' beta(z', z)."""
    return checker.sup_is_above(y, use(MOST, y, tested), deleted)


def _moves() -> Theorem:
    """Another example at j moves g_i by at most 2/m (B + sup_z' beta(z', z_i))."""
    apart, point, share = assume(APART), at(S, i), one_over(sample_size_positive())
    old, new = put(S, i, x), put(put(S, i, x), j, y)
    read = families.family("at-put-other", S, i, x, j, apart)

    def moved(tested: Term, sign: int) -> Theorem:
        changed = checker.substitute(replaced(j, z, sign), {S: old, x: y})
        changed = checker.substitute(changed, {z: tested})
        named = at_same(read, lambda there: beta(there, tested))
        top = (beta(at(S, j), tested) + beta(y, tested)) / m
        return linear(le(changed.conclusion.args[0], top), changed, (1 / m, named))

    rows = use(ROW_MEAN, at(S, j)), use(ROW_MEAN, y)
    own = _reached(at(S, j), point), _reached(y, point)
    change = (risk(old) - loss(old, point)) - (risk(new) - loss(new, point))
    level = 2 / m * (B + _top(point))
    costs = [(known, share) for known in (*rows, *own)]
    one = linear(le(change, level), mean(POINT, moved(POINT, 1)), moved(point, -1), *costs)
    at_other = replace(centred(i), {S: put(S, j, y)})
    whole = linear(le(centred(i) - at_other, level), mean(x, one), with_other(i, j, apart))
    return for_all(discharge(whole, APART), S, i, j, y)


def _root_of_costs() -> Theorem:
    """sqrt(m sum over j of (2/m)^2) is at most 2."""
    inner, size = m * total(j, (2 / m) ** 2), sample_size_positive()
    four = linear(eq(inner, 4), nonzero=[size])
    squared = root_squared(linear(le(0, inner), four))
    squares = linear(le(sqrt(inner) * sqrt(inner), num(2) * 2), squared, four)
    return at_most_by_squares(sqrt(inner), num(2), squares, linear(le(0, num(2))))


def _constant(variable: Term, value: Term, sign: Theorem) -> Norm:
    """The norm of a number that is not negative."""
    below = absolute_below(linear(le(value, value)), linear(le(-value, value), sign))
    return of_smaller(variable, value, below, sign)


def _positive_norm(body: Term, least: Theorem, moment: Theorem, sign: Theorem) -> Norm:
    """The norm of a function of z that is not negative."""
    below = absolute_below(linear(le(body, body)), linear(le(-body, body), least))
    powers = mean(z, increasing(below, order_sign()))
    return Norm(z, body, chain(powers, moment), sign)


def _weight_norm() -> Norm:
    """||B + sup_z' beta(z', z)||_q <= B + supremum_norm."""
    least = linear(le(0, _top(z)), use(LEAST, y, z), _reached(y, z))
    return _constant(z, B, B_SIGN) + _positive_norm(_top(z), least, SUPREMUM, SUPREMUM_SIGN)


def _influence() -> Influence:
    norm = _weight_norm()
    least = linear(le(0, _top(z)), use(LEAST, y, z), _reached(y, z))
    sign = linear(le(0, norm.body), least, B_SIGN)
    powers = increasing(below_absolute(norm.body), order_sign())
    return Influence(
        cost=2 / m,
        weight=norm.body,
        norm=norm.bound,
        level=num(2),
        moves=_moves(),
        sign=for_all(sign, z),
        moment=chain(mean(z, powers), norm.moment),
        least=norm.least,
        root=_root_of_costs(),
    )


def _remainder() -> Norm:
    """||mean remainder||_q <= (B + B1 + diagonal_norm + column_norm)/m."""
    own, of_column = beta(z, z), E(y, beta(y, z))
    low = use(LEAST, z, z), mean(y, use(LEAST, y, z))
    diagonal = of_average(_positive_norm(own, low[0], DIAGONAL, DIAGONAL_SIGN))
    columns = of_average(_positive_norm(of_column, low[1], COLUMN, COLUMN_SIGN))
    share = one_over(sample_size_positive())
    both = linear(le(0, B + B1), B_SIGN, B1_SIGN)
    whole = (_constant(S, B + B1, both) + diagonal + columns).times(linear(le(0, 1 / m), share))
    rest = average(i, remainder(i))

    def within(sign: int) -> Theorem:
        one = remainder_within(i, sign)
        rows = use(ROW_MEAN, at(S, i)), MEAN
        point = at(S, i)
        cost = (B + B1 + beta(point, point) + column(point)) / m
        each = linear(le(sign * remainder(i), cost), one, *((known, share) for known in rows))
        goal = le(sign * rest, whole.body)
        return linear(goal, (summed(i, each), share), nonzero=[sample_size_positive()])

    return whole.above(rest, absolute_below(within(1), within(-1)))


def moments(claim: Claim) -> Derived:
    """The gap is the mean of centred gaps, and of remainders; what supports the norms."""
    if claim.statement.name in FORMS:
        return Derived((FORMS[claim.statement.name](),))
    whole = _remainder() + mean_of_centred(_influence())
    return Derived((whole.of(linear(eq(whole.body, gap(S)), gap_is_sum())).moment,))
