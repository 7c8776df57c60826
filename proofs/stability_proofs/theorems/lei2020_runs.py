"""Lei and Ying (2020): on-average model stability of SGD, derived."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, root_squared
from stability_proofs.kernel.notation import average, norm, sqrt, square, total
from stability_proofs.kernel.terms import HORIZON, NATURAL, Term, bind, eq, le, lt, num, var
from stability_proofs.lemmas.analysis.recursions import (
    Sequence,
    added_up_until,
    product_after,
    product_nonnegative,
    shifted_product,
    solved_until,
)
from stability_proofs.lemmas.analysis.recursions import t as tau
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.lemmas.convexity.vectors import norm_squared
from stability_proofs.lemmas.sgd.batch_slopes import NEW
from stability_proofs.lemmas.sgd.batch_steps import after, gamma, step_positive
from stability_proofs.lemmas.sgd.drawn_runs import AVERAGED, WITHIN
from stability_proofs.lemmas.sgd.mean_moves import (
    ORDER,
    growth,
    one_more_move,
    one_more_square,
    over_all,
)
from stability_proofs.lemmas.sgd.mean_slopes import mean_slope, mean_square, risk
from stability_proofs.lemmas.sgd.run_losses import start_together
from stability_proofs.lemmas.sgd.two_runs import replacement
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.on_average import LAST, q
from stability_proofs.semantics.reading import symbol_facts
from stability_proofs.semantics.samples import S, y
from stability_proofs.semantics.training import k, m, r, run, step_size, t
from stability_proofs.tactics.vocabulary import (
    Square,
    discharge,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    summed,
    use,
)


def _distance(size: Callable[[Term], Term]) -> Sequence:
    """The mean of the distance of the runs after a step, or of its square."""

    def distance(step: Term) -> Term:
        return average(k, over_all(size(run(S, ORDER, step) - run(NEW, ORDER, step))))

    return distance


def _starts(size: Callable[[Term], Term]) -> Theorem:
    """It is 0 at the start."""
    together = checker.substitute(start_together(replacement()), {r: ORDER})
    if size is square:
        far = together.conclusion.args[0]
        vector = run(S, ORDER, num(0)) - run(NEW, ORDER, num(0))
        length = elementary("sqrt", far.args[0])
        together = linear(le(square(vector), 0), (together, length), norm_squared(vector))
    each = summed(k, mean(S, mean(y, mean(q, together))))
    goal = le(_distance(size)(num(0)), 0)
    return linear(goal, (each, one_over(sample_size_positive())))


def _each(step: Theorem) -> Theorem:
    """What a step does, for every step up to the horizon."""
    return for_all(discharge(step, WITHIN.conclusion), t)


def convex_l1(claim: Claim) -> Derived:
    """A step parts the runs by alpha times both slopes at an example, in a share 1/m of the draws.

    By exchange both slopes are alike on average; |slope|^2 <= 2 gamma loss; Jensen for the root.
    """
    size = sample_size_positive()
    each, once = summed(k, one_more_move()), one_over(size)
    rate = 2 * sqrt(num(2)) * sqrt(gamma) / m
    added: Sequence = lambda step: rate * step_size(step) * sqrt(risk(step))  # noqa: E731
    distance = _distance(norm)
    step = linear(
        le(distance(after), distance(t) + added(after)),
        (each, once),
        (mean_slope(), step_positive(), once),
        nonzero=[size],
    )
    bound = added_up_until(num(0), HORIZON, distance, added, _each(step), _starts(norm))
    return Derived((use(bound, LAST, AVERAGED),))


def convex_l2(claim: Claim) -> Derived:
    """The same for squares: (d + x)^2 <= (1 + g) d^2 + (1 + 1/g) x^2 where the example is drawn."""
    size, free = sample_size_positive(), assume(lt(0, growth))
    each, once = summed(k, one_more_square()), one_over(size)
    kept = 1 + growth / m
    factor = 8 * (1 + 1 / growth) * gamma / m
    rates: Sequence = lambda step: kept  # noqa: E731
    added: Sequence = lambda step: factor * step_size(step) ** 2 * risk(step)  # noqa: E731
    distance = _distance(square)
    positive = step_positive()
    step = linear(
        le(distance(after), kept * distance(t) + added(after)),
        (each, once),
        (mean_square(), positive, positive, once),
        (mean_square(), positive, positive, once, one_over(free)),
        nonzero=[size],
    )
    sign = linear(le(0, kept), (free, once))
    signs = for_all(sign, var("n", NATURAL))
    facts = (_each(step), signs, _starts(square))
    until = solved_until(num(0), HORIZON, distance, rates, added, *facts)
    bound = use(until, LAST, AVERAGED)
    # the stated sum counts the steps that are left
    left = var("power", NATURAL)
    power = bind("prod", left, kept, 1, LAST - tau)
    within = assume(le(tau, LAST))
    shifted = shifted_product(kept, tau, LAST, within)
    term = step_size(tau) ** 2 * risk(tau)
    same = linear(eq(term * product_after(rates, tau, LAST), term * power), (term, shifted))
    sums = checker.congruence(total(tau, num(0), 1, LAST), tau, same)
    stated = total(tau, term * power, 1, LAST)
    known = (
        use(assume(symbol_facts("F")[0]), tau, assume(le(1, tau))),
        linear(le(0, power), use(product_nonnegative(rates, tau, signs), LAST), shifted),
    )
    terms = linear(le(0, term * power), Square(step_size(tau), known))
    whole = linear(le(0, stated), summed(tau, terms, 1, LAST))
    inner, smooth = 8 + 8 / growth, assume(lt(0, gamma))
    signs_of = {
        gamma: linear(le(0, gamma), smooth),
        m: linear(le(0, m), size),
        inner: linear(le(0, inner), one_over(free)),
        stated: whole,
    }
    epsilon = sqrt(gamma) / sqrt(m) * sqrt(inner) * sqrt(stated)
    value = _squared(epsilon, signs_of, size)
    goal = le(bound.conclusion.args[0], epsilon**2)
    return Derived((linear(goal, bound, value, (factor, sums)),))


def _squared(epsilon: Term, signs: Mapping[Term, Theorem], size: Theorem) -> Theorem:
    """epsilon^2 = gamma inner stated/m, the roots of these taken one by one."""
    smooth, count, inner, stated = signs
    of_smooth, of_count, of_inner, of_stated = map(root_squared, signs.values())
    over = 1 / sqrt(count) / sqrt(count)
    return linear(
        eq(epsilon**2, smooth / count * inner * stated),
        (sqrt(inner) ** 2 * sqrt(stated) ** 2 * over, of_smooth),
        (smooth * sqrt(stated) ** 2 * over, of_inner),
        (smooth * inner * over, of_stated),
        (smooth * inner * stated * over / count, of_count),
        nonzero=[root_positive(size), size],
    )
