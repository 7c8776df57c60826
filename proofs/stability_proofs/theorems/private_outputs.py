"""Differential privacy: derivations of `stability.theorems.private_outputs`."""

from __future__ import annotations

from stability.conventions import Averaged, Neighbour, Notion
from stability.theorems.kinds import ConversionStatement, StabilityStatement
from stability_proofs.kernel import checker
from stability_proofs.kernel.axioms import GAUSSIAN_TRADE_OFF, HOEFFDING
from stability_proofs.kernel.checker import Theorem, assume, elementary, root_squared
from stability_proofs.kernel.notation import E, exp, minimum, normal, sqrt
from stability_proofs.kernel.terms import (
    ProofError,
    Term,
    eq,
    le,
    lt,
    num,
    opened,
    replace,
    var,
)
from stability_proofs.lemmas.analysis.exponential import (
    exp_minus,
    exp_positive,
    exponents_in_order,
)
from stability_proofs.lemmas.analysis.maxima import below_both
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.semantics import privacy
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.privacy import affine, cost, g, output, output_without, score, w
from stability_proofs.semantics.randomised import r, realised, realised_without
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, i, y, z
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    at_same,
    averaged,
    discharge,
    for_all,
    linear,
    mean,
    one_over,
    restated,
    use,
)

DELETION = Neighbour.DELETION
M = symbol_term("M")
NAMES = ("dp_epsilon", "dp_delta", "dp_mu", "dp_rho", "dp_variation")
VALUES = {name: symbol_term(name) for name in NAMES}
epsilon, delta, mu, rho, variation = VALUES.values()
NEW = privacy.NEW
LOW, HIGH, HERE, GONE, AFFINE, UNTOUCHED = map(assume, privacy.standing(M))
x = privacy.x


def _premises(notion: Notion, neighbour: Neighbour) -> tuple[Theorem, Theorem]:
    """What the guarantee says, in both orders of two neighbours."""
    forth, back = privacy.premise(notion, neighbour, Averaged.ALGORITHM, VALUES)
    return assume(forth), assume(back)


def guarantee(claim: Claim) -> Derived:
    """What the accountant guarantees is what is stated."""
    form = claim.statement
    if not isinstance(form, StabilityStatement):
        raise ProofError("no form of a guarantee")
    return Derived(_premises(form.notion, form.neighbour))


# ------------------------------------------------------------------------------- to replacement


def to_replacement(claim: Claim) -> Derived:
    """From S to S without z_i, and on to S with y in its place: the guarantee is used twice."""
    rule = claim.statement
    if not isinstance(rule, ConversionStatement):
        raise ProofError("no rule of a conversion")
    twice = {
        Notion.PURE_PRIVACY: _twice_pure,
        Notion.PRIVACY: _twice,
        Notion.GAUSSIAN_PRIVACY: _twice_gaussian,
    }[rule.takes[0]]
    away, back = _premises(rule.takes[0], DELETION)
    tests = privacy.is_test(g)
    bounds = tuple(map(assume, tests))
    untouched = at_same(use(UNTOUCHED, S, r, i, y), lambda of: score(g, of))
    left = averaged(r, equation=untouched)

    def through(first: Theorem, second: Theorem) -> Theorem:
        """The two steps for a test, put together."""
        one, other = (use(step, g, *bounds) for step in (first, second))
        return for_all(discharge(twice(one, other, left), *tests), S, i, y, g)

    forth = through(use(away, S, i), use(back, NEW, i))
    there = through(use(away, NEW, i), use(back, S, i))
    return Derived((forth, there))


def _doubled() -> Theorem:
    return restated(
        elementary("exp-sum", epsilon, epsilon), eq(exp(2 * epsilon), exp(epsilon) * exp(epsilon))
    )


def _ends(first: Theorem, second: Theorem) -> tuple[Term, Term]:
    """The means p and p' of a test at the two neighbours, from p <= ... q and q <= ... p'."""
    return first.conclusion.args[0], _last(second.conclusion.args[1])


def _last(x: Term) -> Term:
    """The one mean in a sum of products."""
    if x.head == "E":
        return x
    return next(_last(part) for part in x.args if isinstance(part, Term) and _has_mean(part))


def _has_mean(x: Term) -> bool:
    return x.head == "E" or any(isinstance(part, Term) and _has_mean(part) for part in x.args)


def _twice_pure(first: Theorem, second: Theorem, left: Theorem) -> Theorem:
    """p <= e^eps q <= e^(2 eps) p'."""
    p, last = _ends(first, second)
    factor = exp_positive(epsilon)
    parts = first, (factor, second), (exp(epsilon), left), (last, _doubled())
    return linear(le(p, exp(2 * epsilon) * last), *parts)


def _twice(first: Theorem, second: Theorem, left: Theorem) -> Theorem:
    """p <= e^eps (e^eps p' + delta) + delta; and p <= 1."""
    p, last = _ends(first, second)
    factor, ratio = exp_positive(epsilon), exp(2 * epsilon)
    low, high = (mean(r, use(assume(bound), of)) for bound, of in _of_means(p, last))
    parts = first, (factor, second), (exp(epsilon), left), (last, _doubled())
    both = (1 + exp(epsilon)) * delta
    rest = p - ratio * last
    above = linear(le(rest, both), *parts)
    at_most_one = linear(le(rest, 1), high, (exp_positive(2 * epsilon), low))
    return linear(le(p, ratio * last + minimum(num(1), both)), below_both(at_most_one, above))


def _of_means(p: Term, last: Term) -> tuple[tuple[Term, Term], tuple[Term, Term]]:
    """What says that a test is at least 0 at the second output and at most 1 at the first."""
    at_least, at_most = privacy.is_test(g)
    one, other = (opened(mean_, r).args[1] for mean_ in (p, last))
    return (at_least, other), (at_most, one)


def _twice_gaussian(first: Theorem, second: Theorem, left: Theorem) -> Theorem:
    """If p' <= Phi(x), then q <= Phi(x + mu), and p <= Phi(x + 2 mu)."""
    start = assume(use(second, x).conclusion.args[0])
    middle = use(second, x, start)
    end = use(first, x + mu)
    there = linear(end.conclusion.args[0], middle, left)
    last = use(end, there)
    shown = restated(last, le(last.conclusion.args[0], normal(x + 2 * mu)))
    return for_all(discharge(shown, start.conclusion), x)


# --------------------------------------------------------------------------------- to uniform


def to_uniform(claim: Claim) -> Derived:
    """The loss over M, and 1 minus it, are tests; M times the largest difference of their means."""
    rule = claim.statement
    if not isinstance(rule, ConversionStatement):
        raise ProofError("no rule of a conversion")
    notion, neighbour = rule.takes
    forth, back = _premises(notion, neighbour)
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


def _test(says: Theorem, turned: bool) -> Theorem:
    """What a guarantee says of the loss over M, or of 1 minus it."""
    positive = assume(lt(0, M))
    share = one_over(positive)
    factor, shift = (-1 / M, num(1)) if turned else (1 / M, num(0))
    low, high, value = use(LOW, w, z), use(HIGH, w, z), use(AFFINE, factor, shift, z, w)
    test = affine(factor, shift, z)
    facts = (low, share), (high, share), value
    at_least = linear(le(0, score(test, w)), *facts, nonzero=[positive])
    at_most = linear(le(score(test, w), 1), *facts, nonzero=[positive])
    return use(says, test, for_all(at_least, w), for_all(at_most, w))


def _links(one: Term, other: Term) -> list[Theorem]:
    """The means of the loss over M, and of 1 minus it, at two outputs."""
    pairs = ((1 / M, num(0)), (-1 / M, num(1)))
    return [_mean_of(*pair, of) for pair in pairs for of in (one, other)]


def _bounded_share(found: Theorem, goal: Term, size: Term) -> Theorem:
    """From (1 + s) d <= M (...) to d <= M (...)/(1 + s), s = e^-eps."""
    positive = linear(lt(0, 1 + exp(-epsilon)), exp_positive(-epsilon))
    return linear(goal, (found, one_over(positive)), nonzero=[positive])


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
    first = linear(
        le(p, e * q + M * slack), (straight, positive), *((M, a) for a in links),
        *((M * e, a) for a in links), nonzero=[positive],
    )  # fmt: skip
    second = linear(
        le(M - q, e * (M - p) + M * slack), (turned, positive), *((M, a) for a in links),
        *((M * e, a) for a in links), nonzero=[positive],
    )  # fmt: skip
    added = linear(
        le((1 + exp(-epsilon)) * difference, M * (1 - (1 - 2 * slack) * exp(-epsilon))),
        (first, share),
        (second, share),
        (q, inverse),
        (M - p, inverse),
        (num(1), inverse),
        (M, inverse),
        (p, inverse),
    )
    return _bounded_share(added, le(difference, value), value)


def _gaussian_apart(forth: Theorem, back: Theorem, one: Term, other: Term, value: Term) -> Theorem:
    """The trade-off of the loss over M, and the largest window of the normal law."""
    del back
    positive = assume(lt(0, M))
    links = _links(one, other)
    test = affine(1 / M, num(0), z)
    p, q = (E(r, score(test, of)) for of in (one, other))
    says = _test(forth, False)
    low = linear(
        le(0, score(test, w)),
        (use(LOW, w, z), one_over(positive)),
        use(AFFINE, 1 / M, num(0), z, w),
    )
    high = linear(
        le(score(test, w), 1),
        (use(HIGH, w, z), one_over(positive)),
        use(AFFINE, 1 / M, num(0), z, w),
        nonzero=[positive],
    )
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
