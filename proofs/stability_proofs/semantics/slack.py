"""What supports p_eta and the norms of beta, as formulas: what each assumes of beta, what it says.

p bounds the probability that an own row of beta, (1/m) sum over j != i of beta(z_i, z_j), exceeds
B + eta for some i. A norm of order q bounds E X^q for the diagonal, the column means or the
suprema X of beta.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from stability.conventions import FURTHER_VALUES, Neighbour, Notion
from stability.theorems.kinds.support import Shape, Support
from stability_proofs.kernel.notation import E, absolute, average, every, total
from stability_proofs.kernel.terms import (
    NATURAL,
    ProofError,
    Term,
    app,
    at,
    eq,
    implies,
    le,
    num,
    replace,
    var,
)
from stability_proofs.semantics import samples
from stability_proofs.semantics.reading import read, symbol_term
from stability_proofs.semantics.samples import INDEX, S, beta, m, tail, x, y, z

B, U, B1, D, eta = map(symbol_term, ("B", "U", "B1", "D", "eta"))
b, v, U_row, Lambda, radius, balls = map(
    symbol_term, ("b", "v", "U_row", "Lambda", "radius", "balls")
)
k, GROUPS = var("k", NATURAL), var("number of groups", NATURAL)


def profile(point: Term) -> Term:
    """A function of the tested point that is above every row."""
    return app("profile", point)


def row(group: Term, point: Term) -> Term:
    """The row of beta that all deleted points of a group share."""
    return app("row", group, point)


def group(point: Term) -> Term:
    """The number of a deleted point's group, from 1."""
    return app("group", point, sort=NATURAL)


def ball(point: Term) -> Term:
    """The number of a ball that holds a point, from 1."""
    return app("ball", point, sort=NATURAL)


def to_centre(point: Term, of: Term) -> Term:
    """The distance of a point to the centre of a ball."""
    return app("to centre", point, of)


def near(first: Term, second: Term) -> Term:
    """The distance of two points."""
    return app("distance", first, second)


def row_exceeds(body: Term, level: Term, failure: Term) -> Term:
    """The mean over the sample of a function of z is above a level with that probability."""
    return tail(average(INDEX, replace(body, {z: at(S, INDEX)})), level, failure)


def shared_rows() -> tuple[Term, ...]:
    """beta(y, z) = row(group(y), z), where a group is one of 1, ..., their number."""
    return (
        every(y, le(1, group(y))),
        every(y, le(group(y), GROUPS)),
        every(y, z, eq(beta(y, z), row(group(y), z))),
    )


def one_row() -> tuple[Term, ...]:
    """A row lies in [0, U_row], its mean is at most b and its variance at most v."""
    here = row(k, z)
    return (
        every(z, le(0, here)),
        every(z, le(here, U_row)),
        le(E(z, here), b),
        le(E(z, (here - E(z, here)) ** 2), v),
    )


def balls_cover(radius: Term, balls: Term) -> tuple[Term, ...]:
    """Every point lies in a ball; two in one ball are as near as their distances to its centre."""
    return (
        every(y, le(1, ball(y))),
        every(y, le(ball(y), balls)),
        every(y, le(to_centre(y, ball(y)), radius)),
        every(x, y, k, le(near(x, y), to_centre(x, k) + to_centre(y, k))),
    )


def lipschitz_rows(Lambda: Term) -> tuple[Term, ...]:
    """|beta(x, z) - beta(y, z)| <= Lambda times the distance of x and y, for every z."""
    change = absolute(beta(x, z) - beta(y, z))
    return (every(x, y, z, le(change, Lambda * near(x, y))),)


def _all_rows(failure: Term) -> tuple[Term, ...]:
    return (samples.rows_exceed(B + eta, failure),)


def _group(failure: Term) -> tuple[Term, ...]:
    """One row; a row that cannot exceed; and that probabilities of rows add up."""
    other = app("q", k)
    rows = every(k, row_exceeds(row(k, z), B + eta, other))
    summed = samples.rows_exceed(B + eta, total(k, other, 1, GROUPS))
    return (
        row_exceeds(row(k, z), B + eta, failure),
        implies(le(U_row, B + eta), row_exceeds(row(k, z), B + eta, num(0))),
        implies(rows, summed),
    )


def _product() -> tuple[Term, ...]:
    return samples.dominated_by(beta(y, z), profile(z), B, U)


ASSUMED: Mapping[Shape, Callable[[], tuple[Term, ...]]] = MappingProxyType(
    {
        Shape.ANY: tuple,
        Shape.PRODUCT: _product,
        Shape.SQUARE: lambda: (samples.is_square(beta(y, z)),),
        Shape.GROUPS: lambda: (*shared_rows(), *one_row()),
        Shape.COVERED: lambda: (*balls_cover(radius, balls), *lipschitz_rows(Lambda)),
    }
)
"""What a shape of beta means, beside the ranges of symbols and what B, U, B1 and D bound."""
NORMS = ("diagonal_norm", "column_norm", "supremum_norm")


def symbols_of(form: Support) -> frozenset[str]:
    """The symbols whose ranges may be assumed."""
    return form.names() | {"B", "U", "B1", "D", "eta"}


def assumed(form: Support) -> tuple[Term, ...]:
    """The formulas that may be assumed, beside the ranges of symbols."""
    return (
        *map(read, form.domain),
        *samples.elastic_values_of(beta(y, z), B, U, B1, D),
        *samples.elastic_further(beta(y, z), {n: symbol_term(n) for n in sorted(form.names())}),
        *ASSUMED[form.shape](),
    )


def said(form: Support) -> tuple[Term, ...]:
    """The formulas to be shown."""
    (name,) = form.values
    return said_of(form, read(form.values[name]))


def said_of(form: Support, value: Term) -> tuple[Term, ...]:
    """The same of another value in place of the stated one."""
    (name,) = form.values
    if name in NORMS and form.shape is not Shape.GROUPS:
        return samples.elastic_norms(symbol_term("order"), {name: value})
    if name in FURTHER_VALUES[Notion.ELASTIC, Neighbour.DELETION]:
        return samples.elastic_further(beta(y, z), {name: value})
    if name != "p":
        raise ProofError(f"no formula for what supports {name}")
    return _group(value) if form.shape is Shape.GROUPS else _all_rows(value)


def sample_large() -> tuple[Term, ...]:
    """That m is at least 81 U^6/(4 eta^6), 4 U^2/eta^2 and 1/(3 delta).

    Numbers that depend on eta, delta and beta alone; false for eta = 0 unless beta is 0.
    """
    return (
        le(81 * U**6, 4 * m * eta**6),
        le(4 * U**2, m * eta**2),
        le(1, 3 * m * symbol_term("delta")),
    )
