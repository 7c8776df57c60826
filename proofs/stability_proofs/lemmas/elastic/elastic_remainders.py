"""The remainder of the gap under an elastic constant: z_i is deleted, a fresh example added."""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem
from stability_proofs.kernel.families import family
from stability_proofs.kernel.notation import E
from stability_proofs.kernel.terms import Term, at, le, put, var
from stability_proofs.lemmas.elastic.elastic_squares import POINT, column, row
from stability_proofs.lemmas.elastic.elastic_walks import DELETION, UNTOUCHED, both
from stability_proofs.lemmas.gaps.centred_gaps import remainder
from stability_proofs.semantics.samples import S, beta, loss, m, risk, x, y
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import at_same, linear, mean, sides, use

i = var("i", "index")


def weight(index: Term) -> Term:
    """m times what bounds the remainder."""
    point = at(S, index)
    return row(point) + E(y, row(y)) + beta(point, point) + column(point)


@lemma(
    at=(i, POINT, 1),
    given=(UNTOUCHED.conclusion, DELETION.conclusion),
    shows=le(
        1 * (loss(S, POINT) - loss(put(S, i, x), POINT)),
        (beta(at(S, i), POINT) + beta(x, POINT)) / m,
    ),
)
def replaced(index: Term, tested: Term, sign: int) -> Theorem:
    """The loss moves by at most (beta(z_i, z) + beta(x, z))/m, either way: delete, then add."""
    new = put(S, index, x)
    read = at_same(family("at-put", S, index, x), lambda there: beta(there, tested))
    before, after = sides(use(DELETION, S, index, tested)), sides(use(DELETION, new, index, tested))
    kept = use(UNTOUCHED, S, index, x, tested)
    goal = le(sign * (loss(S, tested) - loss(new, tested)), both(at(S, index), x, tested) / m)
    return linear(goal, *before, *after, kept, (1 / m, read))


@lemma(
    at=(i, 1),
    given=(UNTOUCHED.conclusion, DELETION.conclusion),
    shows=le(1 * remainder(i), weight(i) / m),
)
def remainder_within(index: Term, sign: int) -> Theorem:
    """The remainder, either way, is at most weight/m."""
    new, point = put(S, index, x), at(S, index)
    change = (risk(S) - risk(new)) - (loss(S, point) - loss(new, point))
    risks, own = mean(POINT, replaced(index, POINT, sign)), replaced(index, point, -sign)
    cost = (row(point) + row(x) + both(point, x, point)) / m
    averaged_over = mean(x, linear(le(sign * change, cost), risks, own))
    return linear(le(sign * remainder(index), weight(index) / m), averaged_over)
