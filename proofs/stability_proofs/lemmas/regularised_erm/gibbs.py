"""Distributions that minimise cost plus relative entropy, and how close two of them are."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, exp_log, root_squared
from stability_proofs.kernel.notation import E, absolute, every, exp, log, sqrt
from stability_proofs.kernel.terms import Term, app, eq, le, lt, num, var
from stability_proofs.lemmas.analysis.exponential import exp_minus, exp_positive
from stability_proofs.lemmas.analysis.limits import limit, n
from stability_proofs.lemmas.analysis.roots import equal_by_squares
from stability_proofs.tactics.lemma import for_any, lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    absolute_below,
    by_cases,
    discharge,
    for_all,
    linear,
    mean,
    one_over,
    put_equal,
    restated,
    use,
)

slack = var("slack")

h, lam, M, a = var("h", "hypothesis"), var("lam"), var("M"), var("a")
C, G, B = (app(name, h) for name in ("C", "G", "B"))
P, Q = (app(name, h) for name in ("P", "Q"))


@lemma(at=(h, for_any(lt(0, P), h)), shows=lt(0, E(h, P)))
def mean_positive(x: Term, positive: Theorem) -> Theorem:
    """0 < E body, from 0 < body for arbitrary x: some value is at most the mean."""
    body = positive.conclusion.args[1]
    goal = lt(0, E(x, body))
    least = assume(le(E(x, -body), -body))
    low = linear(goal, least, positive)
    return checker.somewhere(x, -body, low)


@cache
def _pointwise() -> Theorem:
    """(sqrt g - sqrt q)^2 <= g log g - g L - g + q for q = exp L and 0 <= g.

    log g - L >= 2 - 2 exp((L - log g)/2), which is 2 - 2 sqrt q/sqrt g.
    """
    g, level = var("g"), var("L")
    nonnegative, q = assume(le(0, g)), exp(level)
    q_root = root_squared(linear(le(0, q), exp_positive(level)))
    apart = (sqrt(g) - sqrt(q)) ** 2
    goal = le(apart, g * log(g) - g * level - g + q)
    roots = (elementary("sqrt", g), elementary("sqrt", q))

    def decide(sign: Theorem) -> Theorem:
        g_root = root_squared(nonnegative)
        if sign.conclusion.head == "<=":
            zero = checker.antisymmetric(sign, nonnegative)
            return linear(goal, g_root, q_root, roots, (log(g) - level - 2, zero))
        half = (level - log(g)) / 2
        value, back = exp(half), exp_log(sign)
        tangent = elementary("exp-tangent", half)
        double = restated(elementary("exp-sum", half, half), eq(exp(level - log(g)), value * value))
        split = elementary("exp-sum", level, -log(g))
        inverse = exp_minus(log(g))
        squares = linear(
            eq((sqrt(g) * value) * (sqrt(g) * value), sqrt(q) * sqrt(q)),
            (value * value, g_root),
            q_root,
            (g, double),
            (g, restated(split, eq(exp(level - log(g)), q * exp(-log(g))))),
            (q, inverse),
            (q * exp(-log(g)), back),
        )
        signs = (
            linear(le(0, sqrt(g) * value), (roots[0], exp_positive(half))),
            roots[1],
        )
        same = equal_by_squares(sqrt(g) * value, sqrt(q), squares, *signs)
        return linear(
            goal, g_root, q_root, (sign, tangent), (2 * sqrt(g), same), (2 * value, g_root)
        )

    return by_cases(le(g, 0), decide)


@cache
def _tilted_averages() -> Theorem:
    """E G B = E q B for 0 <= B <= M, q in proportion to exp(-C/lam), if G is no worse than q.

    By the pointwise bound E (sqrt G - sqrt q)^2 is at most the difference of the objectives over
    lam, so 0; and (G - q) B <= M ((n + 1) (sqrt G - sqrt q)^2 + 2 (G + q)/(n + 1))/2 for every n.
    """
    weight = exp(-C / lam)
    whole = E(h, weight)
    q = weight / whole
    premises = (
        lt(0, lam),
        every(h, le(0, G)),
        eq(E(h, G), 1),
        le(E(h, G * C) + lam * E(h, G * log(G)), E(h, q * C) + lam * E(h, q * log(q))),
        every(h, le(0, B)),
        every(h, le(B, M)),
    )
    positive, density, one, better, least, most = map(assume, premises)
    some = mean_positive(h, exp_positive(-C / lam))
    level = -C / lam - log(whole)
    x = exp(level)
    split = restated(elementary("exp-sum", -C / lam, -log(whole)), eq(x, weight * exp(-log(whole))))
    same = linear(
        eq(x, q),
        split,
        (weight / whole, exp_minus(log(whole))),
        (weight * exp(-log(whole)) / whole, exp_log(some)),
        nonzero=[some],
    )
    log_q = put_equal(same, elementary("log-exp", level))
    entropy = checker.congruence(E(h, num(0)), h, linear(eq(q * log(q), q * level), (q, log_q)))
    unit = linear(eq(E(h, q), 1), nonzero=[some])
    lemma = checker.substitute(_pointwise(), {var("g"): G, var("L"): level})
    near = mean(h, checker.apply(checker.discharge(le(0, G), lemma), use(density, h)))
    total = checker.congruence(E(h, num(0)), h, same)
    root_g, root_x = sqrt(G), sqrt(x)
    apart = (root_g - root_x) ** 2
    nothing = linear(
        le(E(h, apart), 0),
        near,
        (better, one_over(positive)),
        one,
        total,
        unit,
        entropy,
        (log(whole), one),
        (log(whole), unit),
        nonzero=[positive],
    )
    roots = (
        root_squared(use(density, h)),
        root_squared(linear(le(0, x), exp_positive(level))),
    )
    count = linear(lt(0, n + 1), checker.natural(n))

    low, high = use(least, h), use(most, h)
    range_sign = linear(le(0, M), low, high)
    both = ((n + 1) * apart + 2 * (G + x) / (n + 1)) / 2
    both_sign = linear(
        le(0, both),
        (count, linear(le(0, apart), Square(root_g - root_x))),
        (use(density, h), one_over(count)),
        (exp_positive(level), one_over(count)),
    )

    def not_above(sign: int) -> Theorem:
        """E sign (G - x) B <= 0."""
        mixed = (n + 1) * (root_g - root_x) - sign * (root_g + root_x)
        pointwise = linear(
            le(sign * (G - x), both),
            Square(mixed, (one_over(count),)),
            Square(root_g - root_x, (one_over(count),)),
            *roots,
            *((1 / (n + 1), root) for root in roots),
            nonzero=[count],
        )
        scaled = linear(le(sign * (G - x) * B, both * M), (pointwise, low), (both_sign, high))
        close = linear(
            le(sign * (E(h, G * B) - E(h, x * B)), 2 * M / (n + 1)),
            mean(h, scaled),
            (range_sign, count, nothing),
            (M / (n + 1), one),
            (M / (n + 1), total),
            (M / (n + 1), unit),
            nonzero=[count],
        )
        return limit(for_all(close, n), num(0), 2 * M)

    moved = checker.congruence(E(h, num(0)), h, linear(eq(x * B, q * B), (B, same)))
    return discharge(
        checker.antisymmetric(
            linear(le(E(h, G * B), E(h, q * B)), not_above(1), moved),
            linear(le(E(h, q * B), E(h, G * B)), not_above(-1), moved),
        ),
        *premises,
    )


@lemma(
    at=(
        app("cost", h),
        app("chosen", h),
        app("values", h),
        lt(0, lam),
        every(h, le(0, app("chosen", h))),
        eq(E(h, app("chosen", h)), 1),
        le(
            E(h, app("chosen", h) * app("cost", h))
            + lam * E(h, app("chosen", h) * log(app("chosen", h))),
            E(h, exp(-app("cost", h) / lam) / E(h, exp(-app("cost", h) / lam)) * app("cost", h))
            + lam
            * E(
                h,
                exp(-app("cost", h) / lam)
                / E(h, exp(-app("cost", h) / lam))
                * log(exp(-app("cost", h) / lam) / E(h, exp(-app("cost", h) / lam))),
            ),
        ),
        every(h, le(0, app("values", h))),
        every(h, le(app("values", h), M)),
    ),
    shows=eq(
        E(h, app("chosen", h) * app("values", h)),
        E(h, exp(-app("cost", h) / lam) / E(h, exp(-app("cost", h) / lam)) * app("values", h)),
    ),
)
def tilted_averages(cost: Term, chosen: Term, values: Term, *premises: Theorem) -> Theorem:
    """E chosen values = E q values, q in proportion to exp(-cost/lam); all of them terms in h.

    Premises: 0 < lam; chosen is a density; its objective is at most that of q; values in [0, M].
    """
    lemma = _tilted_averages()
    for head, body in (("C", cost), ("G", chosen), ("B", values)):
        lemma = checker.interpret(lemma, head, (h,), body)
    return use(lemma, *premises)


@cache
def _close_averages() -> Theorem:
    """|E P B/E P - E Q B/E Q| <= a M for 0 <= B <= M, if neither weight is below exp(-a) times
    the other: the normalised one of smaller mean is at least exp(-a) times the other."""
    e = exp(-a)
    premises = (
        le(0, a),
        every(h, lt(0, P)),
        every(h, lt(0, Q)),
        every(h, le(e * Q, P)),
        every(h, le(e * P, Q)),
        every(h, le(0, B)),
        every(h, le(B, M)),
    )
    sign, p, q, p_above, q_above, least, most = map(assume, premises)
    share, tangent = exp_positive(-a), elementary("exp-tangent", -a)
    low, high = use(least, h), use(most, h)
    weights = {
        P: (use(p, h), use(p_above, h), mean_positive(h, use(p, h))),
        Q: (use(q, h), use(q_above, h), mean_positive(h, use(q, h))),
    }

    def close(f: Term, g: Term, smaller: Theorem) -> Theorem:
        """Both ways, from E f <= E g."""
        (_, above, f_mean), (other, _, g_mean) = weights[f], weights[g]
        divisors = [f_mean, g_mean]
        over = [one_over(mean) for mean in divisors]

        def share_of(values: Term, nonnegative: Theorem) -> tuple[Theorem, Theorem]:
            """0 <= the average over g, and exp(-a) times it is at most that over f."""
            averages = E(h, f * values) / E(h, f), E(h, g * values) / E(h, g)
            scaled = mean(h, linear(le(e * g * values, f * values), (above, nonnegative)))
            some = mean(h, linear(le(0, g * values), (other, nonnegative)))
            return linear(le(0, averages[1]), (some, over[1])), linear(
                le(e * averages[1], averages[0]),
                (scaled, over[0]),
                (share, some, smaller, *over),
                nonzero=divisors,
            )

        sign_low, below = share_of(B, low)
        sign_high, above_it = share_of(M - B, linear(le(0, M - B), high))
        gain = E(h, f * B) / E(h, f) - E(h, g * B) / E(h, g)
        facts = (tangent, sign_low), (tangent, sign_high), (sign, sign_low), (sign, sign_high)
        up = linear(le(gain, a * M), above_it, below, *facts, nonzero=divisors)
        down = linear(le(-gain, a * M), above_it, below, *facts, nonzero=divisors)
        return absolute_below(up, down)

    goal = le(absolute(E(h, P * B) / E(h, P) - E(h, Q * B) / E(h, Q)), a * M)

    def decide(order: Theorem) -> Theorem:
        if order.conclusion.head == "<=":
            return close(P, Q, order)
        return restated(close(Q, P, linear(le(E(h, Q), E(h, P)), order)), goal)

    return discharge(by_cases(le(E(h, P), E(h, Q)), decide), *premises)


@lemma(
    at=(
        app("first", h),
        app("second", h),
        app("values", h),
        slack,
        le(0, slack),
        every(h, lt(0, app("first", h))),
        every(h, lt(0, app("second", h))),
        every(h, le(exp(-slack) * app("second", h), app("first", h))),
        every(h, le(exp(-slack) * app("first", h), app("second", h))),
        every(h, le(0, app("values", h))),
        every(h, le(app("values", h), M)),
    ),
    shows=le(
        absolute(
            E(h, app("first", h) * app("values", h)) / E(h, app("first", h))
            - E(h, app("second", h) * app("values", h)) / E(h, app("second", h))
        ),
        slack * M,
    ),
)
def close_averages(
    first: Term, second: Term, values: Term, slack: Term, *premises: Theorem
) -> Theorem:
    """|E first values/E first - E second values/E second| <= slack M, all of them terms in h.

    The premises: 0 <= slack; both weights are positive; neither is below exp(-slack) times the
    other; values in [0, M].
    """
    lemma = checker.substitute(_close_averages(), {a: slack})
    for head, body in (("P", first), ("Q", second), ("B", values)):
        lemma = checker.interpret(lemma, head, (h,), body)
    return use(lemma, *premises)
