"""What two examples do to each other's centred gaps, and one to the gap, by contraction.

Taking off the mean over an example is a contraction of second moments. So the gap of z_i moves, as
a function of z_j, by no more than its loss does: |beta|_2/m in root mean square.
"""

from __future__ import annotations

from dataclasses import dataclass

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family
from stability_proofs.kernel.notation import E
from stability_proofs.kernel.terms import Term, at, eq, le, put
from stability_proofs.lemmas.elastic.elastic_remainders import replaced
from stability_proofs.lemmas.elastic.elastic_squares import (
    COLUMNS,
    OWN,
    POINT,
    ROWS,
    b_rms,
    beta_rms,
    c_rms,
    column,
    column_moment,
    d_rms,
    diagonal_moment,
    entry_moment,
    row,
    row_moment,
)
from stability_proofs.lemmas.elastic.elastic_walks import (
    BEFORE,
    DELETION,
    UNTOUCHED,
    UNTOUCHED_BEFORE,
)
from stability_proofs.lemmas.gaps.centred_gaps import centred
from stability_proofs.lemmas.moments.mean_squares import spread_contracted
from stability_proofs.lemmas.moments.moments import minkowski
from stability_proofs.lemmas.moments.pairs import over, spread, spread_below, variance
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import (
    S,
    beta,
    i,
    loss,
    m,
    risk,
    standing,
    twice,
    without,
    x,
    z,
)
from stability_proofs.tactics.elements import settled
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    at_same,
    averaged,
    chain,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    sides,
    use,
)

TWICE_UNTOUCHED = assume(standing(symbol_term("M"))[5])


def fitted_without(index: Term) -> Term:
    """The gap of z_i for what is fitted without it: R(A_S^-i) - l(A_S^-i, z_i)."""
    return E(POINT, without(S, index, POINT)) - without(S, index, at(S, index))


@dataclass(frozen=True)
class Change:
    """What deleting z_j does to the gap of z_i, once both are centred.

    `body`: the gap of z_i; `deleted`: the same with z_j deleted; `kept`: for all S and z it does
    not depend on the example at j; `moved`: the change of the loss at z_i; `same`: body - deleted =
    over(moved, i) - moved; `small`: moved and -moved are at most beta(z_j, z_i) times a share, 0 <
    share.
    """

    index: Term
    other: Term
    body: Term
    deleted: Term
    kept: Theorem
    moved: Term
    same: Theorem
    small: tuple[Theorem, Theorem]
    share: Theorem

    def spread(self, apart: Theorem) -> Theorem:
        """spread(body, j) <= (|beta|_2 share)^2."""
        cost = beta(at(S, self.other), at(S, self.index))
        share = self.share.conclusion.args[1]
        square = mean(S, linear(le(self.moved**2, (cost * share) ** 2), self.small))
        moment = (entry_moment(self.other, self.index, apart), self.share, self.share)
        near = spread_contracted(
            self.body, self.deleted, self.other, self.kept, self.moved, self.index, self.same
        )
        return linear(
            le(spread(self.body, self.other), (beta_rms * share) ** 2), near, square, moment
        )


def of_fit(index: Term, other: Term, apart: Theorem) -> Change:
    """For the rule that is fitted with a fresh example in the place of z_i."""
    new = put(S, index, x)

    def trained(sample: Term, fresh: Term, tested: Term) -> Term:
        return without(put(sample, index, fresh), other, tested)

    deleted = E(x, E(POINT, trained(S, x, POINT)) - trained(S, x, at(S, index)))
    turned = family("put-swap", S, other, z, index, x, apart)
    read = family("at-put-other", S, other, z, index, apart)
    changed = put(S, other, z)

    def kept_at(tested: Term) -> Theorem:
        swapped = at_same(turned, lambda sample: without(sample, other, tested))
        return chain(swapped, use(UNTOUCHED, new, other, z, tested))

    point = at(changed, index)
    own = chain(kept_at(point), at_same(read, lambda there: without(new, other, there)))
    risks = averaged(POINT, equation=kept_at(POINT))
    before = E(POINT, trained(changed, x, POINT)) - trained(changed, x, point)
    after = E(POINT, trained(S, x, POINT)) - trained(S, x, at(S, index))
    kept = averaged(x, equation=linear(eq(before, after), risks, own))
    moved = E(x, loss(new, at(S, index)) - without(new, other, at(S, index)))
    fresh = settled(over(moved, index))
    order = checker.exchange(fresh.conclusion.args[1])
    same = eq(centred(index) - deleted, over(moved, index) - moved)
    there = family("at-put-other", S, index, x, other, apart)
    named = at_same(there, lambda deleted: beta(deleted, at(S, index)))
    up, down = (
        mean(x, linear(le(sign * (loss(new, at(S, index)) - without(new, other, at(S, index))),
                          beta(at(S, other), at(S, index)) / m), bound, (1 / m, named)))
        for sign, bound in zip((1, -1), sides(use(DELETION, new, other, at(S, index))), strict=True)
    )  # fmt: skip
    return Change(
        index, other, centred(index), deleted, for_all(kept, S, z), moved,
        linear(same, fresh, order), (up, down), one_over(sample_size_positive()),
    )  # fmt: skip


def of_left_out(index: Term, other: Term, apart: Theorem, others: Theorem) -> Change:
    """For the rule that is fitted without z_i; `others`: 0 < m - 1, `apart`: i is not j."""
    changed, point = put(S, other, z), at(S, index)

    def removed(sample: Term, tested: Term) -> Term:
        return twice(sample, index, other, tested)

    deleted = E(POINT, removed(S, POINT)) - removed(S, point)
    read = family("at-put-other", S, other, z, index, apart)
    own = chain(
        use(UNTOUCHED_BEFORE, S, index, other, z, at(changed, index)),
        at_same(read, lambda there: removed(S, there)),
    )
    risks = averaged(POINT, equation=use(UNTOUCHED_BEFORE, S, index, other, z, POINT))
    before = E(POINT, removed(changed, POINT)) - removed(changed, at(changed, index))
    kept = linear(eq(before, deleted), risks, own)
    moved = without(S, index, point) - removed(S, point)
    new = put(S, index, POINT)
    fresh = settled(over(moved, index))
    gone = averaged(
        POINT,
        equation=linear(
            eq(
                without(new, index, POINT) - removed(new, POINT),
                without(S, index, POINT) - removed(S, POINT),
            ),
            use(UNTOUCHED, S, index, POINT, POINT),
            use(TWICE_UNTOUCHED, S, index, other, POINT, POINT),
        ),
    )
    same = eq(fitted_without(index) - deleted, over(moved, index) - moved)
    up, down = sides(use(BEFORE, S, index, other, point, apart))
    return Change(
        index, other, fitted_without(index), deleted, for_all(kept, S, z), moved,
        linear(same, fresh, gone), (up, down), one_over(others),
    )  # fmt: skip


@lemma(
    at=(i,),
    given=(ROWS.conclusion, UNTOUCHED.conclusion, DELETION.conclusion),
    shows=le(E(S, (risk(S) - over(risk(S), i)) ** 2), (b_rms / m) ** 2),
)
def own_risk(index: Term) -> Theorem:
    """E (R - its mean over z_i)^2 <= (|b|_2/m)^2: it moves by b(z_i)/m when z_i is deleted."""
    left = E(POINT, without(S, index, POINT))
    kept = for_all(averaged(POINT, equation=use(UNTOUCHED, S, index, z, POINT)), S, z)
    near = spread_below(risk(S), left, index, kept)
    up, down = risk_moves(index)
    square = mean(S, linear(le((risk(S) - left) ** 2, (row(at(S, index)) / m) ** 2), (up, down)))
    share = one_over(sample_size_positive())
    goal = le(E(S, (risk(S) - over(risk(S), index)) ** 2), (b_rms / m) ** 2)
    moment = (row_moment(index), share, share)
    return linear(goal, variance(risk(S), index), near, square, moment)


@lemma(
    at=(i,),
    given=(DELETION.conclusion,),
    shows=(
        le(risk(S) - E(z, without(S, i, z)), row(at(S, i)) / m),
        le(E(z, without(S, i, z)) - risk(S), row(at(S, i)) / m),
    ),
)
def risk_moves(index: Term) -> tuple[Theorem, Theorem]:
    """R(A_S) - R(A_S^-i), and minus that, is at most b(z_i)/m."""
    left, level = E(POINT, without(S, index, POINT)), row(at(S, index)) / m
    up, down = (mean(POINT, bound) for bound in sides(use(DELETION, S, index, POINT)))
    return linear(le(risk(S) - left, level), up), linear(le(left - risk(S), level), down)


@lemma(
    at=(i,),
    given=(ROWS.conclusion, DELETION.conclusion),
    shows=le(E(S, (risk(S) - E(z, without(S, i, z))) ** 2), (b_rms / m) ** 2),
)
def left_out_square(index: Term) -> Theorem:
    """E (R(A_S) - R(A_S^-i))^2 <= (|b|_2/m)^2."""
    left = E(POINT, without(S, index, POINT))
    square = mean(
        S, linear(le((risk(S) - left) ** 2, (row(at(S, index)) / m) ** 2), risk_moves(index))
    )
    share = one_over(sample_size_positive())
    goal = le(E(S, (risk(S) - left) ** 2), (b_rms / m) ** 2)
    return linear(goal, square, (row_moment(index), share, share))


def tested_loss(index: Term) -> Term:
    """What a fresh example in the place of z_i in training does to the loss at z_i."""
    new, point = put(S, index, x), at(S, index)
    return E(x, loss(new, point)) - loss(S, point)


@lemma(
    at=(i,),
    given=(
        OWN.conclusion,
        COLUMNS.conclusion,
        UNTOUCHED.conclusion,
        DELETION.conclusion,
        le(0, d_rms),
        le(0, c_rms),
    ),
    shows=le(E(S, tested_loss(i) ** 2), ((d_rms + c_rms) / m) ** 2),
)
def tested_loss_square(index: Term) -> Theorem:
    """E of its square <= ((|d|_2 + |c|_2)/m)^2: it is at most (beta(z_i, z_i) + c(z_i))/m."""
    point, own = at(S, index), beta(at(S, index), at(S, index))
    level = own + column(point)

    def within(sign: int) -> Theorem:
        return linear(
            le(sign * tested_loss(index), level / m), mean(x, replaced(index, point, -sign))
        )

    square = mean(S, linear(le(tested_loss(index) ** 2, (level / m) ** 2), (within(1), within(-1))))
    signs = (assume(le(0, root)) for root in (d_rms, c_rms))
    moment = minkowski(diagonal_moment(index), column_moment(index), own, column(point), *signs)
    share = one_over(sample_size_positive())
    goal = le(E(S, tested_loss(index) ** 2), ((d_rms + c_rms) / m) ** 2)
    return linear(goal, square, (moment, share, share))
