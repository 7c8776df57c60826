"""Averages of base predictions over bags, with and without an example.

Every seed is a bag: `in_bag(s, i)` says that the example at i is in the bag s, and `distinct(s)`
counts those that are. `predicted(S, s, z)` is the base prediction at z from the bag s of S, and
`dropped(S, s, i, z)` that from the bag without the example at i. The prediction is the average over
the bags r = (r_1, ..., r_draws), or over all bags; its loss is `fee(p, z)`.

After a deletion either the bags are kept and the example is dropped from them, or they are fresh
bags of the other examples. Fresh subsets without replacement are coupled with the old ones: where
the deleted example is in a subset, one of the others that are not takes its place, chosen
uniformly. That is a uniform subset of the others, `swapped(s, i)`, with `stand_in(s, i)` in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from stability_proofs.kernel.notation import E, absolute, every, indicator, size, total
from stability_proofs.kernel.terms import (
    FORMULA,
    HORIZON,
    NATURAL,
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
    var,
)
from stability_proofs.semantics.minimisers import fee, p
from stability_proofs.semantics.minimisers import q as other_prediction
from stability_proofs.semantics.randomised import d, r, x
from stability_proofs.semantics.samples import INDEX, S, i, j, z
from stability_proofs.semantics.training import k

s = var("s", "seed")
count, other = var("count", NATURAL), var("other", "index")
DRAW, BAG = var("draw of bag", "draw"), var("bag", "seed")
"""Bound in predictions; no derivation uses these names."""
DRAWN, POSITION = var("drawn", "draws"), var("position", NATURAL)
"""Independent uniform draws of examples, and which of them is meant."""


def in_bag(bag: Term, place: Term) -> Term:
    """That the example at a place is in a bag."""
    return app("in_bag", bag, place, sort=FORMULA)


def distinct(bag: Term) -> Term:
    """How many examples are in a bag."""
    return app("distinct", bag, sort=NATURAL)


def predicted(sample: Term, bag: Term, point: Term) -> Term:
    """The base prediction."""
    return app("predicted", sample, bag, point)


def dropped(sample: Term, bag: Term, place: Term, point: Term) -> Term:
    """The base prediction with an example dropped from the bag."""
    return app("dropped", sample, bag, place, point)


def swapped(bag: Term, place: Term) -> Term:
    """The bag with the stand-in in the place of an example that is in it."""
    return app("swapped", bag, place, sort="seed")


def stand_in(bag: Term, place: Term) -> Term:
    """The example that takes the place of another."""
    return app("stand_in", bag, place, sort="index")


def over_bags(prediction: Term, seeds: Term = r) -> Term:
    """The average over the bags of a prediction that is a term in s."""
    return total(DRAW, replace(prediction, {s: at(seeds, DRAW)})) / size("draw")


def over_all_bags(prediction: Term) -> Term:
    """The average over all bags."""
    return E(s, prediction)


def bags() -> tuple[Term, ...]:
    """How many examples are in a bag, and that bags do not tell examples apart.

    Given the number of distinct examples in it, all are in a bag with the same probability.
    """
    return (
        every(s, eq(distinct(s), total(INDEX, indicator(in_bag(s, INDEX))))),
        every(i, j, count, eq(held(i), held(j))),
    )


def held(place: Term) -> Term:
    """The probability that an example is in a bag with `count` distinct ones."""
    return E(s, indicator(in_bag(s, place)) * indicator(eq(distinct(s), count)))


def missing(place: Term) -> Term:
    """1 if the example is not in the bag s."""
    return 1 - indicator(in_bag(s, place))


def drawn_independently(subsample: Term) -> Term:
    """Who is missing from a bag is as if the examples in it were drawn independently.

    The draws B_1, B_2, ... are uniform; the probability that neither i nor j is in a bag is that of
    none of the first `subsample` of them being i or j.
    """
    drawn = at(DRAWN, POSITION)
    neither = (1 - indicator(eq(drawn, i))) * (1 - indicator(eq(drawn, j)))
    never = E(DRAWN, bind("prod", POSITION, neither, 1, subsample))
    return every(i, j, eq(E(s, missing(i) * missing(j)), never))


def all_averaged(subsample: Term) -> Term:
    """That expectations over draws are over all that are in a bag."""
    return le(subsample, HORIZON)


def pairs_alike() -> Term:
    """All pairs of two examples are in a bag with the same probability."""
    first, second = (E(s, (1 - missing(a)) * (1 - missing(b))) for a, b in ((i, j), (k, other)))
    same = eq(first, second)
    return every(i, j, k, other, implies(negation(eq(i, j)), negation(eq(k, other)), same))


def fresh_bags() -> tuple[Term, ...]:
    """Bags of the other examples have the law of the bags that an example is missing from."""
    others = left_average(S, i, z) * E(s, missing(i))
    return (every(S, i, z, eq(others, E(s, missing(i) * predicted(S, s, z)))),)


def left_average(sample: Term, place: Term, point: Term) -> Term:
    """The average over all bags of the other examples."""
    return app("left_average", sample, place, point)


def predictions_in_unit_interval() -> tuple[Term, ...]:
    """Base predictions lie in [0, 1]."""
    of = predicted(S, s, z)
    return (every(S, s, z, le(0, of)), every(S, s, z, le(of, 1)))


def fraction_moved(eps: Term, most: Term) -> Term:
    """The share of examples whose deletion moves the average over all bags by more than eps."""
    change = absolute(over_all_bags(predicted(S, s, z)) - left_average(S, i, z))
    moved = total(i, indicator(lt(eps, change)))
    return every(S, z, le(moved / size(), most))


def dropping() -> tuple[Term, ...]:
    """Who is not in a bag can be dropped from it without a change."""
    away = negation(in_bag(s, i))
    same = eq(dropped(S, s, i, z), predicted(S, s, z))
    return (every(S, s, i, z, implies(away, same)),)


def subsets(subsample: Term) -> tuple[Term, ...]:
    """Bags without replacement: all examples in them are distinct; and fresh ones of the others."""
    here, away = in_bag(s, i), negation(in_bag(s, i))
    new = swapped(s, i)
    without = dropped(S, new, stand_in(s, i), z)
    return (
        every(s, eq(distinct(s), subsample)),
        every(s, i, implies(here, in_bag(new, stand_in(s, i)))),
        every(S, s, i, z, implies(here, eq(without, dropped(S, s, i, z)))),
        every(S, s, i, z, implies(away, eq(predicted(S, new, z), predicted(S, s, z)))),
    )


def with_replacement(subsample: Term) -> tuple[Term, ...]:
    """Bags with replacement hold between 1 and as many distinct examples as are drawn."""
    return (every(s, le(1, distinct(s))), every(s, le(distinct(s), subsample)))


def base_stability(base: Term, subsample: Term) -> tuple[Term, ...]:
    """A base prediction moves by at most base subsample/k if one of k distinct is dropped."""
    change = absolute(predicted(S, s, z) - dropped(S, s, i, z))
    moved = le(change, base * subsample / distinct(s))
    return (every(S, s, i, z, implies(in_bag(s, i), moved)),)


def lipschitz(L: Term) -> tuple[Term, ...]:
    """The loss is L-Lipschitz in the prediction."""
    change = absolute(fee(p, z) - fee(other_prediction, z))
    return (every(p, other_prediction, z, le(change, L * absolute(p - other_prediction))),)


def constants_hold(after: Term, values: Mapping[str, Term]) -> tuple[Term, ...]:
    """That beta bounds the change of the expected loss, and rho the influence of one of the draws.

    `after`: the base prediction after the deletion of the example at k. For finitely many bags in
    expectation over them, and for the average over all bags.
    """
    losses = [
        lambda seeds, of=of: fee(over_bags(of, seeds), z) for of in (predicted(S, s, z), after)
    ]
    before, gone = (E(r, loss(r)) for loss in losses)
    all_before, all_gone = (fee(over_all_bags(of), z) for of in (predicted(S, s, z), after))
    other = put(r, d, x)
    moves = [absolute(loss(r) - loss(other)) for loss in losses]
    return (
        every(S, k, z, le(absolute(before - gone), values["beta"])),
        every(S, k, z, le(absolute(all_before - all_gone), values["beta"])),
        every(S, r, d, x, z, le(moves[0], values["rho"])),
        every(S, r, k, d, x, z, le(moves[1], values["rho"])),
        eq(size("draw"), values["draws"]),
    )


def in_an_interval(width: Term) -> tuple[Term, ...]:
    """Base predictions, also from bags without an example, lie in an interval of that length."""
    apart = absolute(predicted(S, s, z) - predicted(S, x, z))
    after = absolute(dropped(S, s, i, z) - dropped(S, x, i, z))
    return (every(S, s, x, z, le(apart, width)), every(S, s, x, i, z, le(after, width)))
