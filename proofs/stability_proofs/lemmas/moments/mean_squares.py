"""The second moment of a mean of functions of the sample, from their products."""

from __future__ import annotations

from collections.abc import Callable

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem
from stability_proofs.kernel.notation import E, average, every, indicator
from stability_proofs.kernel.terms import Term, app, eq, le, negation, num, put, replace, var
from stability_proofs.lemmas.moments.pairs import (
    over,
    redrawn,
    spread,
    spread_below,
    squared_mean,
    variance,
)
from stability_proofs.semantics.samples import S, i, j, z
from stability_proofs.tactics.lemma import for_any, lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    averaged,
    by_cases,
    for_all,
    linear,
    mean,
)

a, k = var("a"), var("k")
BODY = app("body", S, i)


@lemma(
    at=lambda: (BODY, for_any(le(E(S, BODY**2), a), i)),
    shows=le(E(S, average(i, BODY) ** 2), a),
)
def below_each(body: Term, own: Theorem) -> Theorem:
    """E (mean of t_i)^2 <= a, from E t_i^2 <= a."""
    level, second = own.conclusion.args[1], replace(body, {i: j})
    both = mean(S, linear(le(0, (body - second) ** 2), Square(body - second)))
    goal = le(E(S, body * second), level + indicator(eq(j, i)) * num(0))
    products = linear(goal, both, own, checker.substitute(own, {i: j}))
    whole = squared_mean(body, for_all(products, i, j))
    return linear(le(E(S, average(i, body) ** 2), level), whole)


def below_pairs(body: Term, own: Theorem, pair: Callable[[Theorem], Theorem]) -> Theorem:
    """E (mean of t_i)^2 <= k + (a - k)/m, from E t_i^2 <= a and E t_i t_j <= k, unless i = j.

    `pair` gives the latter from the fact that j is not i.
    """
    level, second = own.conclusion.args[1], replace(body, {i: j})
    here = eq(j, i)
    least = pair(checker.assume(negation(here))).conclusion.args[1]

    def product(known: Theorem) -> Theorem:
        goal = le(E(S, body * second), least + indicator(here) * (level - least))
        value = (level - least, checker.indicator(known, here))
        if known.conclusion.head != "=":
            return linear(goal, pair(known), value)
        same = at_same(known, lambda index: E(S, body * replace(body, {i: index})))
        return linear(goal, own, same, value)

    return squared_mean(body, for_all(by_cases(here, product), i, j))


@lemma(
    at=(app("body", S), j),
    shows=le(E(S, (app("body", S) - over(app("body", S), j)) ** 2), E(S, app("body", S) ** 2)),
)
def contracted(body: Term, index: Term) -> Theorem:
    """E (X - over(X, i))^2 <= E X^2."""
    mean_of = over(body, index)
    square = mean(S, linear(le(0, mean_of**2), Square(mean_of)))
    goal = le(E(S, (body - mean_of) ** 2), E(S, body**2))
    return linear(goal, variance(body, index), redrawn(body**2, index), square)


@lemma(
    at=lambda: (
        app("body", S),
        app("deleted", S),
        j,
        every(S, z, eq(app("deleted", put(S, j, z)), app("deleted", S))),
        app("moved", S),
        i,
        for_any(
            eq(
                app("body", S) - app("deleted", S),
                over(app("moved", S), i) - app("moved", S),
            ),
            S,
        ),
    ),
    shows=le(spread(app("body", S), j), E(S, app("moved", S) ** 2)),
)
def spread_contracted(
    body: Term, deleted: Term, other: Term, kept: Theorem, moved: Term, index: Term, same: Theorem
) -> Theorem:
    """spread(body, other) <= E moved^2.

    `kept`: for all S and z, `deleted` does not depend on the example at `other`; `same`: body -
    deleted = over(moved, index) - moved.
    """
    whole, value = body - deleted, over(moved, index) - moved
    equal = averaged(S, equation=linear(eq(whole**2, value**2), (whole + value, same)))
    goal = le(spread(body, other), E(S, moved**2))
    return linear(goal, spread_below(body, deleted, other, kept), equal, contracted(moved, index))
