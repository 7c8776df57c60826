"""Privacy to uniform stability: the derivation of `dp-to-uniform`."""

from __future__ import annotations

from stability.conventions import Notion
from stability.theorems.kinds import ConversionStatement
from stability_proofs.kernel import checker
from stability_proofs.kernel.axioms import GAUSSIAN_TRADE_OFF, HOEFFDING
from stability_proofs.kernel.checker import Theorem, assume, elementary, root_squared
from stability_proofs.kernel.notation import E, exp, sqrt
from stability_proofs.kernel.terms import ProofError, Term, eq, le, lt, num, replace, var
from stability_proofs.lemmas.analysis.exponential import (
    exp_minus,
    exp_positive,
    exponents_in_order,
)
from stability_proofs.lemmas.analysis.maxima import below_both
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.semantics import privacy
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.privacy import affine, cost, output, output_without, score, w
from stability_proofs.semantics.randomised import r, realised, realised_without
from stability_proofs.semantics.samples import S, i, y, z
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    averaged,
    for_all,
    linear,
    mean,
    one_over,
    restated,
    use,
)
from stability_proofs.theorems.private_outputs import (
    DELETION,
    NEW,
    M,
    delta,
    epsilon,
    mu,
    premises,
    rho,
)

LOW, HIGH, HERE, GONE, AFFINE = map(assume, privacy.standing(M)[:5])


def to_uniform(claim: Claim) -> Derived:
    """The loss over M, and 1 minus it, are tests; M times the largest difference of their means."""
    rule = claim.statement
    if not isinstance(rule, ConversionStatement):
        raise ProofError("no rule of a conversion")
    notion, neighbour = rule.takes
    forth, back = premises(notion, neighbour)
    if neighbour is DELETION:
        new, place, after = (), (S, i), output_without(S, i)
        gone, link = realised_without(S, r, i, z), use(GONE, S, r, i, z)
    else:
        new, place, after = (y,), (S, i, y), output(NEW)
        gone, link = realised(NEW, r, z), use(HERE, NEW, r, z)
    apart = {
        Notion.PURE_PRIVACY: _pure_apart,
        Notion.PRIVACY: _apart,
        Notion.GAUSSIAN_PRIVACY: _gaussian_apart,
        Notion.CONCENTRATED_PRIVACY: _concentrated_apart,
        Notion.TOTAL_VARIATION: _variation_apart,
    }[notion]
    [value] = claim.values.values()
    here = output(S)
    up = apart(use(forth, *place), use(back, *place), here, after, value)
    down = apart(use(back, *place), use(forth, *place), after, here, value)
    same = averaged(r, equation=use(HERE, S, r, z))
    same_gone = averaged(r, equation=link)
    change = E(r, realised(S, r, z)) - E(r, gone)
    above = linear(le(change, value), up, same, same_gone)
    below = linear(le(-change, value), down, same, same_gone)
    return Derived((for_all(absolute_below(above, below), S, i, *new, z),))


def _mean_of(factor: Term, shift: Term, of: Term) -> Theorem:
    """The mean at an output of a l(., z) + b is a times that of the loss, plus b."""
    return averaged(r, equation=use(AFFINE, factor, shift, z, of))


def _loss(of: Term) -> Term:
    return E(r, cost(of, z))


def _in_unit_interval(factor: Term, shift: Term) -> tuple[Theorem, Theorem]:
    """0 <= l/M <= 1 at every output, and so for 1 - l/M."""
    positive, value = assume(lt(0, M)), use(AFFINE, factor, shift, z, w)
    share = one_over(positive)
    facts = (use(LOW, w, z), share), (use(HIGH, w, z), share), value
    of = score(affine(factor, shift, z), w)
    goals = le(0, of), le(of, 1)
    low, high = (linear(goal, *facts, nonzero=[positive]) for goal in goals)
    return low, high


def _test(says: Theorem, turned: bool) -> Theorem:
    """What a guarantee says of the loss over M, or of 1 minus it."""
    factor, shift = (-1 / M, num(1)) if turned else (1 / M, num(0))
    low, high = (for_all(side, w) for side in _in_unit_interval(factor, shift))
    return use(says, affine(factor, shift, z), low, high)


def _links(one: Term, other: Term) -> list[Theorem]:
    """The means of the loss over M, and of 1 minus it, at two outputs."""
    pairs = ((1 / M, num(0)), (-1 / M, num(1)))
    return [_mean_of(*pair, of) for pair in pairs for of in (one, other)]


def _pure_apart(forth: Theorem, back: Theorem, one: Term, other: Term, value: Term) -> Theorem:
    """p <= e^eps q and 1 - q <= e^eps (1 - p), each times e^-eps, added up."""
    return _apart_by(forth, back, one, other, value, num(0))


def _apart(forth: Theorem, back: Theorem, one: Term, other: Term, value: Term) -> Theorem:
    """p <= e^eps q + delta and 1 - q <= e^eps (1 - p) + delta, times e^-eps, added up."""
    return _apart_by(forth, back, one, other, value, delta)


def _apart_by(
    forth: Theorem, back: Theorem, one: Term, other: Term, value: Term, slack: Term
) -> Theorem:
    positive, share = assume(lt(0, M)), exp_positive(-epsilon)
    straight, turned = _test(forth, False), _test(back, True)
    inverse = exp_minus(epsilon)
    difference = _loss(one) - _loss(other)
    links = _links(one, other)
    p, q = _loss(one), _loss(other)
    e = exp(epsilon)
    scaled = [(by, link) for by in (M, M * e) for link in links]
    above = le(p, e * q + M * slack), le(M - q, e * (M - p) + M * slack)
    first, second = (
        linear(goal, (told, positive), *scaled, nonzero=[positive])
        for goal, told in zip(above, (straight, turned), strict=True)
    )
    added = linear(
        le((1 + exp(-epsilon)) * difference, M * (1 - (1 - 2 * slack) * exp(-epsilon))),
        (first, share),
        (second, share),
        (q, inverse),
        (M - p, inverse),
    )
    more = linear(lt(0, 1 + exp(-epsilon)), share)
    return linear(le(difference, value), (added, one_over(more)), nonzero=[more])


def _gaussian_apart(forth: Theorem, back: Theorem, one: Term, other: Term, value: Term) -> Theorem:
    """The trade-off of the loss over M, and the largest window of the normal law."""
    del back
    positive = assume(lt(0, M))
    links = _links(one, other)
    test = affine(1 / M, num(0), z)
    p, q = (E(r, score(test, of)) for of in (one, other))
    says = _test(forth, False)
    low, high = _in_unit_interval(1 / M, num(0))
    above = mean(r, checker.substitute(low, {w: other}))
    most = mean(r, checker.substitute(high, {w: one}))
    axiom = checker.substitute(
        GAUSSIAN_TRADE_OFF.theorem(), {var("p"): p, var("q"): q, var("mu"): mu}
    )
    sign = linear(le(0, mu), assume(lt(0, mu)))
    found = use(axiom, above, most, sign, says)
    goal = le(_loss(one) - _loss(other), value)
    return linear(goal, (found, positive), *((M, a) for a in links), nonzero=[positive])


def _variation_apart(forth: Theorem, back: Theorem, one: Term, other: Term, value: Term) -> Theorem:
    """The loss over M is a test."""
    del back
    positive = assume(lt(0, M))
    goal = le(_loss(one) - _loss(other), value)
    facts = ((M, a) for a in _links(one, other))
    return linear(goal, (_test(forth, False), positive), *facts, nonzero=[positive])


def _concentrated_apart(
    forth: Theorem, back: Theorem, one: Term, other: Term, value: Term
) -> Theorem:
    """e^(a p - rho) <= E e^(a g) <= e^(a q + a^2/8), so p - q <= rho/a + a/8; a = sqrt(8 rho).

    For g = l/M; and p - q <= 1.
    """
    del back
    positive, some = assume(lt(0, M)), assume(lt(0, rho))
    two, root = sqrt(num(2)), sqrt(rho)
    a = 2 * two * root
    factor = a / M
    test = affine(factor, num(0), z)
    of_root, of_two = root_positive(some), root_positive(linear(lt(0, num(2))))
    steep = linear(lt(0, factor), (of_root, of_two, one_over(positive)))
    says = use(forth, test)
    one_link, other_link = (_mean_of(factor, num(0), of) for of in (one, other))
    pointwise = use(AFFINE, factor, num(0), z, other)
    body = score(test, other)
    s = var("s", "seeds")
    there = checker.substitute(pointwise, {r: s})
    away = replace(other, {r: s})
    lows, highs = use(LOW, away, z), use(HIGH, other, z)
    near = linear(
        le(body - replace(body, {r: s}), a),
        pointwise,
        there,
        (steep, lows),
        (steep, highs),
        nonzero=[positive],
    )
    axiom = checker.interpret(HOEFFDING.theorem(), "F", (r,), body)
    axiom = checker.substitute(axiom, {var("c"): a})
    lemma = use(axiom, for_all(near, r, s))
    centre = E(r, body)
    split = restated(
        elementary("exp-sum", centre, body - centre),
        eq(exp(body), exp(centre) * exp(body - centre)),
    )
    grown = averaged(r, equation=split)
    joined = elementary("exp-sum", centre, a * a / 8)
    mean_here = E(r, score(test, one))
    order = linear(
        le(exp(mean_here - rho), exp(centre + a * a / 8)),
        says,
        grown,
        (exp_positive(centre), lemma),
        joined,
    )
    below = exponents_in_order(order)
    squares = root_squared(linear(le(0, rho), some)), root_squared(linear(le(0, num(2))))
    p, q = _loss(one), _loss(other)
    scaled = linear(
        le(factor * (p - q), a * (two * root / 2)),
        below,
        one_link,
        other_link,
        (4 * rho, squares[1]),
        (num(4), squares[0]),
        (two * two, squares[0]),
        (rho, squares[1]),
    )
    over = one_over(steep)
    rooted = linear(
        le(p - q, M * (two * root / 2)), (scaled, over), nonzero=[of_root, of_two, positive]
    )
    high, low = mean(r, use(HIGH, one, z)), mean(r, use(LOW, other, z))
    share, difference = one_over(positive), (p - q) / M
    whole = linear(le(difference, 1), (high, share), (low, share), nonzero=[positive])
    part = linear(le(difference, two * root / 2), (rooted, share), nonzero=[positive])
    return linear(le(p - q, value), (below_both(whole, part), positive), nonzero=[positive])
