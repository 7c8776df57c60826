"""Samples, losses and stability: what notions, conventions and quantities mean.

`loss(S, z)` is the loss at z of what the algorithm makes of the sample S; `without(S, i, z)` that
after the deletion of the example at i, whatever deletion means: some function of i and of the
other examples. `twice(S, i, j, z)` is that of the same deletion with j deleted already. For a
constant in expectation over the algorithm, loss is the expected loss. For statements over sample
and algorithm together, `seeded` losses have the seeds r = (r_1, ..., r_draws) as an argument.
"""

from __future__ import annotations

from collections.abc import Mapping

from stability.conventions import Neighbour, Notion, Positions, Quantity
from stability_proofs.kernel.grammar import formed
from stability_proofs.kernel.notation import E, absolute, average, every, exp, indicator, log, size
from stability_proofs.kernel.terms import (
    ProofError,
    Term,
    app,
    at,
    bind,
    eq,
    implies,
    le,
    lt,
    negation,
    put,
    replace,
    require,
    var,
)

S, i, j = var("S", "sample"), var("i", "index"), var("j", "index")
x, y, z = var("x", "example"), var("y", "example"), var("z", "example")
m = size()
OWN, TESTED = var("own row", "index"), var("tested place", "index")
INDEX, POINT = var("index of risk", "index"), var("point of risk", "example")
"""Bound in the risks; no derivation uses these names."""
ROW = var("deleted row", "example")
"""Bound in the supremum over deleted points; no derivation uses this name."""


def loss(sample: Term, point: Term) -> Term:
    """l(A_S, z)."""
    return app("loss", sample, point)


def without(sample: Term, deleted: Term, point: Term) -> Term:
    """The loss at z after the deletion of the example at i."""
    return app("without", sample, deleted, point)


def twice(sample: Term, first: Term, second: Term, point: Term) -> Term:
    """The loss at z with the example at `first` deleted and then that at `second`."""
    return app("twice", sample, first, second, point)


def beta(deleted: Term, tested: Term) -> Term:
    """The elastic function beta(z', z): z' deleted, z tested."""
    return app("beta", deleted, tested)


def risk(sample: Term) -> Term:
    """R(S) = E_z l(A_S, z)."""
    return E(POINT, loss(sample, POINT))


def training_risk(sample: Term) -> Term:
    """R_emp(S), the mean of l(A_S, z_i)."""
    return average(INDEX, loss(sample, at(sample, INDEX)))


def loo_risk(sample: Term) -> Term:
    """R_loo(S), the mean of the losses at z_i after the deletion of z_i."""
    return average(INDEX, without(sample, INDEX, at(sample, INDEX)))


def gap(sample: Term) -> Term:
    """R - R_emp."""
    return risk(sample) - training_risk(sample)


def loo_gap(sample: Term) -> Term:
    """R - R_loo."""
    return risk(sample) - loo_risk(sample)


def standing(M: Term) -> tuple[Term, ...]:
    """What always holds: losses lie in [0, M], and what is deleted plays no part."""
    shrunk = without(S, i, z)
    doubly = twice(S, i, j, z)
    return (
        every(S, z, le(0, loss(S, z))),
        every(S, z, le(loss(S, z), M)),
        every(S, i, z, le(0, shrunk)),
        every(S, i, z, le(shrunk, M)),
        every(S, i, y, z, eq(without(put(S, i, y), i, z), shrunk)),
        every(S, i, j, y, z, eq(twice(put(S, i, y), i, j, z), doubly)),
        every(S, i, j, y, z, eq(twice(put(S, j, y), i, j, z), doubly)),
    )


def uniform_deletion(constant: Term) -> Term:
    """|l(A_S, z) - loss without z_i| <= beta, for all S, i and z."""
    return every(S, i, z, le(absolute(loss(S, z) - without(S, i, z)), constant))


def uniform_deletion_before(constant: Term) -> Term:
    """The same one size lower: the example at i is deleted already, then that at j."""
    change = absolute(without(S, i, z) - twice(S, i, j, z))
    return every(S, i, j, z, _apart(i, j, le(change, constant)))


def uniform_replacement(constant: Term) -> Term:
    """|l(A_S, z) - l(A_S', z)| <= epsilon, where S' has y in the place of z_i."""
    return every(S, i, y, z, le(absolute(loss(S, z) - loss(put(S, i, y), z)), constant))


def per_index_replacement(constant: Term) -> tuple[Term, ...]:
    """|l(A_S, z) - l(A_S', z)| <= e(i), S' with y in the place of z_i: e has this rms over i."""
    change = absolute(loss(S, z) - loss(put(S, i, y), z))
    return (
        every(S, i, y, z, le(change, per_index(i))),
        le(average(i, per_index(i) ** 2), constant**2),
    )


def per_index(index: Term) -> Term:
    """The replacement constant of one index."""
    return app("constant_of", index)


def at_positions(change: Term, constant: Term, positions: Positions) -> Term:
    """A change when the example at i is deleted or replaced: for all i, or its mean over i."""
    if positions is Positions.MEAN:
        return le(average(i, change), constant)
    return every(i, le(change, constant))


def hypothesis_deletion(constant: Term, positions: Positions = Positions.EVERY) -> Term:
    """E |l(A_S, z) - loss without z_i| <= beta_hyp, for all i (or on average over i)."""
    change = E(S, E(z, absolute(loss(S, z) - without(S, i, z))))
    return at_positions(change, constant, positions)


def pointwise_deletion(constant: Term, positions: Positions = Positions.EVERY) -> Term:
    """E |l(A_S, z_i) - loss without z_i at z_i| <= beta_pt, for all i (or on average over i)."""
    own = absolute(loss(S, at(S, i)) - without(S, i, at(S, i)))
    return at_positions(E(S, own), constant, positions)


def pointwise_replacement(constant: Term, positions: Positions = Positions.EVERY) -> Term:
    """E |l(A_S, z_i) - l(A_S', z_i)| <= epsilon_pt, for all i (or on average); S' has y at i."""
    own = absolute(loss(S, at(S, i)) - loss(put(S, i, y), at(S, i)))
    return at_positions(E(S, E(y, own)), constant, positions)


def average_replacement(constant: Term) -> Term:
    """|the mean over i of E l(A_S, y) - l(A_S', y)| <= epsilon, S' with the fresh y at i."""
    change = E(S, E(y, loss(S, y) - loss(put(S, i, y), y)))
    return le(absolute(average(i, change)), constant)


def uniform_average_replacement(constant: Term) -> Term:
    """The mean over i of |l(A_S, z) - l(A_S', z)| <= epsilon, for all S, y and z; S' has y at i.

    Shalev-Shwartz et al. let every i have its own y; that is more than is said here.
    """
    change = absolute(loss(S, z) - loss(put(S, i, y), z))
    return every(S, y, z, le(average(i, change), constant))


def symmetric() -> tuple[Term, ...]:
    """The order of the examples does not matter, for the rule and for the rule after deletion."""
    turned = put(put(S, i, at(S, j)), j, at(S, i))
    k = var("k", "index")
    return (
        every(S, i, j, z, eq(loss(turned, z), loss(S, z))),
        every(S, i, j, z, eq(without(turned, i, z), without(S, j, z))),
        every(
            S, i, j, k, z,
            _apart(i, k, _apart(j, k, eq(without(turned, k, z), without(S, k, z)))),
        ),
    )  # fmt: skip


def elastic_deletion(B: Term, U: Term, B1: Term, D: Term) -> tuple[Term, ...]:
    """|l(A_S, z) - loss without z_i| <= beta(z_i, z)/m, and what B, U, B1 and D bound of beta."""
    change = absolute(loss(S, z) - without(S, i, z))
    return (
        every(S, i, z, le(change, beta(at(S, i), z) / m)),
        *elastic_values_of(beta(y, z), B, U, B1, D),
    )


def elastic_values_of(body: Term, B: Term, U: Term, B1: Term, D: Term) -> tuple[Term, ...]:
    """0 <= beta <= U, row means at most B, mean at most B1, diagonal mean at most D.

    `body` is beta(y, z).
    """
    _written(body)
    return (
        every(y, z, le(0, body)),
        every(y, z, le(body, U)),
        every(y, le(E(z, body), B)),
        le(E(y, E(z, body)), B1),
        le(E(z, replace(body, {y: z})), D),
    )


def elastic_further(body: Term, values: Mapping[str, Term]) -> tuple[Term, ...]:
    """What the further values of an elastic constant bound of beta, those of them that are named.

    Root mean squares of the rows, the columns, the diagonal and of beta at two examples, its fourth
    moment there, and the largest mean of a column. `body` is beta(y, z).
    """
    said = {
        "b_rms": lambda most: le(E(y, E(z, body) ** 2), most**2),
        "c_rms": lambda most: le(E(z, E(y, body) ** 2), most**2),
        "d_rms": lambda most: le(E(z, replace(body, {y: z}) ** 2), most**2),
        "beta_rms": lambda most: le(E(y, E(z, body**2)), most**2),
        "beta_4": lambda most: le(E(y, E(z, body**4)), most**4),
        "c_sup": lambda most: every(z, le(E(y, body), most)),
    }
    return tuple(formula(values[name]) for name, formula in said.items() if name in values)


def elastic_norms(order: Term, norms: Mapping[str, Term]) -> tuple[Term, ...]:
    """What the L_q norms bound of beta, those of them that are named: E X^q <= norm^q.

    X is beta(z, z), the mean of the column E_z' beta(z', z), or its supremum over z'.
    """
    bodies = {
        "diagonal_norm": beta(z, z),
        "column_norm": E(y, beta(y, z)),
        "supremum_norm": bind("sup", ROW, beta(ROW, z)),
    }
    return tuple(
        le(E(z, power(body, order)), power(norms[name], order))
        for name, body in bodies.items()
        if name in norms
    )


def dominated_by(body: Term, profile: Term, B: Term, U: Term) -> tuple[Term, ...]:
    """One function of the tested point is above every row of beta, at most U, with mean at most B.

    This is what product form gives: one average decides about the supremum over all rows.
    """
    return (
        every(y, z, le(body, profile)),
        every(z, le(profile, U)),
        le(E(z, profile), B),
    )


def is_square(body: Term) -> Term:
    """beta(y, z)^2 = beta(y, y) beta(z, z): beta is u(y) u(z) for u(z) = sqrt(beta(z, z)).

    `body` is beta(y, z).
    """
    own = replace(body, {z: y}) * replace(body, {y: z})
    return every(y, z, eq(body**2, own))


def elastic_deletion_before() -> Term:
    """The same beta one size lower: |loss without z_i - without z_i, z_j| <= beta(z_j, z)/(m-1)."""
    change = absolute(without(S, i, z) - twice(S, i, j, z))
    return every(S, i, j, z, _apart(i, j, le(change, beta(at(S, j), z) / (m - 1))))


def largest_row(sample: Term) -> Term:
    """The supremum over z' of the mean of beta(z', z_j) over the sample."""
    return bind("sup", ROW, average(INDEX, beta(ROW, at(sample, INDEX))))


def elsewhere(index: Term, tested: Term) -> Term:
    """1 if two indices differ."""
    return 1 - indicator(eq(index, tested))


def own_row(sample: Term, index: Term) -> Term:
    """The sum of beta(z_i, z_j) over the other examples j, divided by m."""
    entry = beta(at(sample, index), at(sample, TESTED))
    return average(TESTED, elsewhere(index, TESTED) * entry)


def own_rows(sample: Term) -> Term:
    """max_i (1/m) sum over j != i of beta(z_i, z_j)."""
    return bind("sup", OWN, own_row(sample, OWN))


def rows_exceed(level: Term, failure: Term) -> Term:
    """Some own row is above a level with probability at most `failure`: p_eta at B + eta."""
    return tail(own_rows(S), level, failure)


def elastic_replacement(body: Term, B: Term, U: Term, B1: Term) -> tuple[Term, ...]:
    """|l(A_S, z) - l(A_S', z)| <= beta(z_i, y; z)/m, S' with y in the place of z_i.

    `body` is beta(x, y; z), bounded by U, with means over z at most B and a mean over independent
    x, y and z of at most B1.
    """
    _written(body)
    change = absolute(loss(S, z) - loss(put(S, i, y), z))
    return (
        every(S, i, y, z, le(change, replace(body, {x: at(S, i)}) / m)),
        every(x, y, z, le(0, body)),
        every(x, y, z, le(body, U)),
        every(x, y, le(E(z, body), B)),
        le(E(x, E(y, E(z, body))), B1),
    )


def _written(body: Term) -> None:
    """Refuse what is no term of the language: of a normal form, examples could not be renamed."""
    require(formed(body), "the elastic function means nothing", body)


def _apart(first: Term, second: Term, formula: Term) -> Term:
    return implies(negation(eq(first, second)), formula)


def tail(quantity: Term, bound: Term, failure: Term) -> Term:
    """The quantity, a function of S, is above the bound with probability at most `failure`."""
    return le(E(S, indicator(lt(bound, quantity))), failure)


def power(x: Term, exponent: Term) -> Term:
    """x^exponent for x >= 0 and a positive exponent."""
    return indicator(lt(0, x)) * exp(exponent * log(x))


Values = Mapping[str, Term]


def premise(
    notion: Notion,
    neighbour: Neighbour,
    values: Values,
    positions: Positions = Positions.EVERY,
) -> tuple[Term, ...]:
    """That a rule is as stable as a constant with these values says.

    `positions`: a mean over the sample is bounded for every example, or on average over them.
    """
    deletes = neighbour is Neighbour.DELETION
    if notion is Notion.UNIFORM:
        if deletes:
            return (uniform_deletion(values["beta"]),)
        return (uniform_replacement(values["epsilon"]),)
    if notion is Notion.HYPOTHESIS:
        return (hypothesis_deletion(values["beta_hyp"], positions),)
    if notion is Notion.POINTWISE and deletes:
        both = (hypothesis_deletion, "beta_hyp"), (pointwise_deletion, "beta_pt")
        return tuple(formula(values[name], positions) for formula, name in both)
    if notion is Notion.POINTWISE:
        return (pointwise_replacement(values["epsilon_pt"], positions),)
    if notion is Notion.PER_INDEX and not deletes:
        return per_index_replacement(values["epsilon_rms"])
    if notion is Notion.AVERAGE and not deletes:
        return (average_replacement(values["epsilon"]),)
    if notion is Notion.UNIFORM_AVERAGE and not deletes:
        return (uniform_average_replacement(values["epsilon"]),)
    if notion is Notion.ELASTIC and deletes:
        return elastic_deletion(*(values[name] for name in ("B", "U", "B1", "D")))
    if notion is Notion.ELASTIC:
        moved = app("beta", x, y, z)
        return elastic_replacement(moved, *(values[name] for name in ("B", "U", "B1")))
    raise ProofError(f"{neighbour} {notion} has no formula")


def premise_before(notion: Notion, neighbour: Neighbour, values: Values) -> tuple[Term, ...]:
    """The same one size lower: values of the order of 1/m may be m/(m - 1) times as large."""
    if neighbour is Neighbour.DELETION and notion is Notion.UNIFORM:
        return (uniform_deletion_before(values["beta"] * m / (m - 1)),)
    if neighbour is Neighbour.DELETION and notion is Notion.ELASTIC:
        return (elastic_deletion_before(),)
    raise ProofError(f"{neighbour} {notion} has no formula one size lower")


def conclusion(quantity: Quantity, bound: Term, failure: Term, values: Values) -> Term:
    """That a bound holds for a quantity; a tail may fail with probability `failure`."""
    if quantity is Quantity.GAP:
        return tail(gap(S), bound, failure)
    if quantity is Quantity.LOO_GAP:
        return tail(loo_gap(S), bound, failure)
    if quantity is Quantity.ABSOLUTE_GAP:
        return tail(absolute(gap(S)), bound, failure)
    if quantity is Quantity.LOO_ABSOLUTE_GAP:
        return tail(absolute(loo_gap(S)), bound, failure)
    if quantity is Quantity.EXPECTED_GAP:
        return le(E(S, gap(S)), bound)
    if quantity is Quantity.SQUARED_GAP:
        return le(E(S, gap(S) ** 2), bound)
    if quantity is Quantity.LOO_SQUARED_GAP:
        return le(E(S, loo_gap(S) ** 2), bound)
    if quantity is Quantity.MOMENT:
        order = values["order"]
        return le(E(S, power(absolute(gap(S)), order)), power(bound, order))
    raise ProofError(f"{quantity} has no formula")
