"""Functions of independent seeds that one draw moves by little: McDiarmid's inequality for them."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker, families
from stability_proofs.kernel.axioms import MCDIARMID_SEEDS
from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    elementary,
    interpret,
    root_squared,
    substitute,
)
from stability_proofs.kernel.notation import E, every, indicator, log, size, sqrt, total
from stability_proofs.kernel.terms import Term, app, at, eq, le, lt, num, put, var
from stability_proofs.lemmas.analysis.exponential import log_of_inverse
from stability_proofs.lemmas.probability.concentration import log_is_positive
from stability_proofs.semantics.randomised import d, r, realised, x
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import by_cases, discharge, linear, mean, put_equal, use

S = var("S", "sample")
z = var("z", "example")
i = var("i", "index")
a, level = var("a"), var("level")

rho, delta = var("rho"), var("delta")
draws = size("draw")


def spread(level: Term) -> Term:
    """rho sqrt(2 draws level), the root taken factor by factor."""
    return rho * sqrt(num(2)) * sqrt(draws) * sqrt(level)


@cache
def _tail() -> Theorem:
    """P(F > E F + rho sqrt(2 draws log(1/delta))) <= delta, if one seed moves F by 2 rho."""
    F = app("F", r)
    premises = (
        every(r, d, x, le(F - app("F", put(r, d, x)), 2 * rho)),
        le(0, rho),
        lt(0, delta),
        lt(delta, 1),
    )
    differences, nonnegative, positive, below_one = map(assume, premises)
    level, count = log(1 / delta), linear(lt(0, draws), checker.at_least_one("draw"))
    known = log_is_positive(positive, below_one)
    t = spread(level)
    chance = E(r, indicator(lt(E(r, F) + t, F)))
    goal = le(chance, delta)

    roots = tuple(elementary("sqrt", of) for of in (num(2), draws, level))

    def moving(some: Theorem) -> Theorem:
        sign = linear(le(0, t), (some, *roots))
        axiom = substitute(MCDIARMID_SEEDS.theorem(), {var("c"): 2 * rho, var("t"): t})
        bound = use(axiom, differences, linear(lt(0, 2 * rho), some), sign)
        two = root_squared(linear(le(0, num(2))))
        squares = [root_squared(linear(le(0, of.conclusion.args[1]), of)) for of in (count, known)]
        exponent = linear(
            eq(-2 * t * t / (draws * (2 * rho) * (2 * rho)), -level),
            (sqrt(draws) ** 2 * sqrt(level) ** 2 / draws, two),
            (sqrt(level) ** 2 / draws, squares[0]),
            squares[1],
            nonzero=[count, some],
        )
        return put_equal(log_of_inverse(positive), put_equal(exponent, bound))

    def still(none: Theorem) -> Theorem:
        walked = families.walk(r, d, x, F, 2 * rho, var("any", "seed"), use(differences, r, d, x))
        other = var("x'", "seeds")
        low = linear(le(F - app("F", other), 0), walked, (checker.natural(draws), none))
        event = lt(E(r, F) + t, F)
        never = linear(le(F, E(r, F) + t), mean(other, low), (nonnegative, *roots))
        return linear(
            goal,
            mean(r, linear(le(indicator(event), 0), checker.indicator(never, event))),
            positive,
        )

    def decide(sign: Theorem) -> Theorem:
        return still(sign) if sign.conclusion.head == "<=" else moving(sign)

    return discharge(by_cases(le(rho, 0), decide), *premises)


@lemma(
    at=(
        E(z, realised(S, r, z)) - total(i, realised(S, r, at(S, i))) * a,
        every(
            r,
            d,
            x,
            le(
                E(z, realised(S, r, z))
                - total(i, realised(S, r, at(S, i))) * a
                - (
                    E(z, realised(S, put(r, d, x), z))
                    - total(i, realised(S, put(r, d, x), at(S, i))) * a
                ),
                2 * rho,
            ),
        ),
        level,
        le(0, rho),
        lt(0, level),
        lt(level, 1),
    ),
    shows=le(
        E(
            r,
            indicator(
                lt(
                    E(r, E(z, realised(S, r, z)) - total(i, realised(S, r, at(S, i))) * a)
                    + spread(log(1 / level)),
                    E(z, realised(S, r, z)) - total(i, realised(S, r, at(S, i))) * a,
                )
            ),
        ),
        level,
    ),
)
def seeds_tail(body: Term, differences: Theorem, level: Term, *facts: Theorem) -> Theorem:
    """P(body > E body + rho sqrt(2 draws log(1/level))) <= level, for a function of r.

    `differences`: for all r, d, x, another seed x at d lowers it by at most 2 rho. The facts:
    0 <= rho, 0 < level and level < 1.
    """
    lemma = interpret(_tail(), "F", (r,), body)
    moved = facts[0].conclusion.args[1]
    return use(substitute(lemma, {rho: moved, delta: level}), differences, *facts)
