"""How far the gap moves among samples on which the rows of beta are small, and its mean."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family, picked, swap
from stability_proofs.kernel.notation import E, average, every, maximum, minimum, total
from stability_proofs.kernel.terms import Term, at, eq, implies, le, num, put, var
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.elastic.elastic_walks import (
    B1,
    DELETION,
    DIAGONAL,
    FITTED,
    LEAST,
    LEFT_OUT,
    LOSS_HIGH,
    LOSS_LOW,
    MEAN,
    MOST,
    ROW_MEAN,
    UNTOUCHED,
    B,
    D,
    Form,
    M,
    U,
    both,
    eta,
    walked,
)
from stability_proofs.lemmas.probability.distance import T, apart, apart_between, distance
from stability_proofs.lemmas.probability.marginals import at_index
from stability_proofs.semantics.samples import (
    OWN,
    TESTED,
    S,
    beta,
    elsewhere,
    gap,
    i,
    j,
    loo_gap,
    loss,
    m,
    own_row,
    own_rows,
    risk,
    training_risk,
    without,
    x,
    z,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    at_same,
    averaged,
    by_cases,
    chain,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    sides,
    summed,
    use,
)

a = var("a")


def good(sample: Term) -> Term:
    """That for each example the mean of its row of beta over the others is at most B + eta."""
    return le(own_rows(sample), B + eta)


@lemma(at=(le(0, -a), le(0, U), -maximum(a, -U)), shows=le(0, -maximum(a, -U)))
def below_both(first: Theorem, second: Theorem, least: Term) -> Theorem:
    """x <= min(a, b), from x <= a and x <= b; `least` is minus the maximum of -a and -b."""
    value = first.conclusion.args[0]
    above = [linear(le(-t.conclusion.args[1], -value), t) for t in (first, second)]
    [largest] = [a for a in least.args if a.head == "max"]
    return linear(le(value, least), checker.max_is_least(largest, above))


@lemma(
    given=(ROW_MEAN.conclusion, UNTOUCHED.conclusion, DELETION.conclusion),
    shows=le(risk(S) - risk(T), 2 * B / m * distance(S, T)),
)
def risk_moves() -> Theorem:
    """risk(S) - risk(T) <= 2 B/m distance(S, T)."""
    h, share = apart(S, T, i), one_over(sample_size_positive())
    cost = h * both(at(S, i), at(T, i), x) / m
    apart_means = checker.exchange(E(x, total(i, cost)))
    rows = linear(
        le(E(x, both(at(S, i), at(T, i), x)), 2 * B),
        *(use(ROW_MEAN, at(sample, i)) for sample in (S, T)),
    )
    each = linear(le(E(x, cost), 2 * B / m * h), (apart_between(S, T, i)[0], share, rows))
    goal = le(risk(S) - risk(T), 2 * B / m * distance(S, T))
    return linear(goal, mean(x, walked(FITTED)), apart_means, summed(i, each))


def _entry(index: Term, tested: Term) -> tuple[Theorem, Theorem]:
    """0 <= 1{i not j} beta(z_i, z_j) and that is at most 1{i not j} U."""
    entry, counted = beta(at(S, index), at(S, tested)), elsewhere(index, tested)
    sign = linear(le(0, counted), between(eq(index, tested))[1])
    least, most = (use(f, at(S, index), at(S, tested)) for f in (LEAST, MOST))
    return (
        linear(le(0, counted * entry), (sign, least)),
        linear(le(counted * entry, counted * U), (sign, most)),
    )


@lemma(at=(i,), given=(MOST.conclusion,), shows=le(own_row(S, i), U * (m - 1) / m))
def own_row_at_most(index: Term) -> Theorem:
    """An own row is at most U (m - 1)/m."""
    size, one = sample_size_positive(), picked(TESTED, num(1), index)
    most, share = summed(TESTED, _entry(index, TESTED)[1]), one_over(size)
    goal = le(own_row(S, index), U * (m - 1) / m)
    return linear(goal, (most, share), (U / m, one), nonzero=[size])


def _row_below_cap(form: Form) -> Theorem:
    """Over a good sample the sum of an own row, at the form's scale, is at most cap."""
    size, share = sample_size_positive(), one_over(form.divisors[-1])
    flat, over = own_row_at_most(i), checker.sup_is_above(OWN, own_row_at_most(OWN), i)
    small = linear(le(own_row(S, i), B + eta), over, assume(good(S)))
    whole = total(j, elsewhere(i, j) * beta(at(S, i), at(S, j))) * form.scale
    first, second = (-a for a in form.cap.args[1].args)
    last = (assume(le(0, U)), one_over(size))
    return below_both(
        linear(le(whole, first), small, (small, share, size), nonzero=form.divisors),
        linear(le(whole, second), flat, (flat, share, size), last, nonzero=form.divisors),
        form.cap,
    )


@lemma(
    at=(FITTED,),
    given=(
        MOST.conclusion,
        LOSS_HIGH.conclusion,
        LEAST.conclusion,
        LOSS_LOW.conclusion,
        UNTOUCHED.conclusion,
        DELETION.conclusion,
        le(0, U),
        good(S),
        good(T),
    ),
    shows=le(
        training_risk(T) - training_risk(S), (2 * minimum(B + eta, U) + M) / m * distance(S, T)
    ),
)
def tests_move(form: Form) -> Theorem:
    """The mean of what is tested, at T minus at S, is at most (2 cap + M)/m distance(S, T)."""
    h, weights = apart(S, T, i), form.scale * elsewhere(i, j) * apart(S, T, i)
    both_rows = beta(at(S, i), at(S, j)) + beta(at(T, i), at(T, j))
    cost = weights * both_rows
    h_sign, scale_sign = apart_between(S, T, i)[0], one_over(form.divisors[-1])

    def own(sample: Term, point: Term) -> Term:
        return form.value(sample, j, point)

    def at_place(known: Theorem) -> Theorem:
        """At the examples of index j: M if they differ, else the exchanges of the others."""
        goal = le(own(T, at(T, j)) - own(S, at(S, j)), apart(S, T, j) * M + total(i, cost))
        value = checker.indicator(known, eq(at(S, j), at(T, j)))
        if known.conclusion.head != "=":
            ends = use(form.low, S, j, at(S, j)), use(form.high, T, j, at(T, j))
            least = _entry(i, j)[0]
            entries = (least, checker.substitute(least, {S: T}))
            positive = linear(le(0, cost), *((scale_sign, h_sign, entry) for entry in entries))
            return linear(goal, *ends, summed(i, positive), (M, value))
        back = checker.substitute(walked(form), {S: T, T: S, x: at(S, j)})
        moved = at_same(known, lambda point: own(T, point))
        weight = form.share(i, j) * h
        tested = at_same(known, lambda point: total(i, weight * beta(at(T, i), point)))
        one = picked(i, form.scale * h * both_rows, j)
        nothing = (form.scale * checker.replace(both_rows, {i: j}), value)
        return linear(goal, back, moved, tested, (M, value), one, nothing)

    size = sample_size_positive()
    places = summed(j, by_cases(eq(at(S, j), at(T, j)), at_place))
    turned = checker.exchange(total(j, total(i, cost)))
    caps = [_row_below_cap(form), checker.substitute(_row_below_cap(form), {S: T})]
    each = linear(le(total(j, cost), 2 * h * form.cap), *((h_sign, cap) for cap in caps))
    own_mean = [average(j, own(s, at(s, j))) for s in (T, S)]
    goal = le(own_mean[0] - own_mean[1], (2 * form.cap + M) / m * distance(S, T))
    share = one_over(size)
    return linear(goal, (places, share), (1 / m, turned), (summed(i, each), share), nonzero=[size])


@lemma(
    at=(FITTED,),
    given=(
        ROW_MEAN.conclusion,
        MOST.conclusion,
        LOSS_HIGH.conclusion,
        LEAST.conclusion,
        LOSS_LOW.conclusion,
        UNTOUCHED.conclusion,
        DELETION.conclusion,
        le(0, U),
    ),
    shows=every(
        S,
        T,
        implies(
            good(S),
            good(T),
            le(gap(S) - gap(T), (2 * B + 2 * minimum(B + eta, U) + M) / m * distance(S, T)),
        ),
    ),
)
@cache
def differences(form: Form) -> Theorem:
    """gap(S) - gap(T) <= C/m distance(S, T), for good samples S and T."""
    at_other = checker.replace(form.gap, {S: T})
    goal = le(form.gap - at_other, form.constant / m * distance(S, T))
    derived = linear(goal, risk_moves(), tests_move(form))
    inside = checker.discharge(good(S), checker.discharge(good(T), derived))
    return for_all(inside, S, T)


@lemma(
    at=(FITTED,),
    given=(LOSS_LOW.conclusion, LOSS_HIGH.conclusion),
    shows=(le(-M, gap(S)), le(gap(S), M)),
)
def gap_range(form: Form) -> tuple[Theorem, Theorem]:
    """-M <= gap(S) and gap(S) <= M."""
    size = sample_size_positive()
    risks = mean(x, use(LOSS_LOW, S, x)), mean(x, use(LOSS_HIGH, S, x))
    tests = [summed(j, use(end, S, j, at(S, j))) for end in (form.low, form.high)]
    share = one_over(size)
    low = linear(le(-M, form.gap), risks[0], (tests[1], share), nonzero=[size])
    return low, linear(le(form.gap, M), risks[1], (tests[0], share), nonzero=[size])


def _own_to_fresh(f: Callable[[Term, Term, Term], Term]) -> Theorem:
    """E_S f(S, i, z_i) = E_S E_z f(S', i, z), S' with z at i: the two change places."""
    new = put(S, i, z)
    moved = swap(S, i, z, f(S, i, at(S, i)))
    read = at_same(family("at-put", S, i, z), lambda point: f(new, i, point))
    return chain(moved, averaged(S, z, equation=read))


def _mean_of_gap(form: Form, bound: Term, at_one: Theorem) -> Theorem:
    """E gap <= bound, from E risk - E (what is tested on the example at i) <= bound."""
    size = sample_size_positive()
    apart_sums = checker.exchange(E(S, total(i, form.value(S, i, at(S, i)))))
    share = one_over(size)
    goal = le(E(S, form.gap), bound)
    return linear(goal, (summed(i, at_one), share), (1 / m, apart_sums), nonzero=[size])


@lemma(
    given=(DIAGONAL.conclusion, MEAN.conclusion, UNTOUCHED.conclusion, DELETION.conclusion),
    shows=le(E(S, gap(S)), (B1 + D) / m),
)
def mean_gap() -> Theorem:
    """E (R - R_emp) <= (B1 + D)/m: delete the example at i, add the tested one in its place."""
    new, share = put(S, i, z), one_over(sample_size_positive())
    before, _ = sides(use(DELETION, S, i, z))
    _, after = sides(use(DELETION, new, i, z))
    read = at_same(family("at-put", S, i, z), lambda point: beta(point, z))
    change = linear(
        le(loss(S, z) - loss(new, z), both(at(S, i), z, z) / m),
        before,
        after,
        use(UNTOUCHED, S, i, z, z),
        (1 / m, read),
    )
    law = at_index(lambda point: E(z, beta(point, z)), i)
    own = _own_to_fresh(FITTED.value)
    bound = (B1 + D) / m
    at_one = linear(
        le(E(S, risk(S)) - E(S, loss(S, at(S, i))), bound),
        mean(S, mean(z, change)),
        own,
        (1 / m, law),
        (MEAN, share),
        (DIAGONAL, share),
    )
    return _mean_of_gap(FITTED, bound, at_one)


@lemma(
    given=(MEAN.conclusion, UNTOUCHED.conclusion, DELETION.conclusion),
    shows=le(E(S, loo_gap(S)), B1 / m),
)
def mean_loo_gap() -> Theorem:
    """E (R - R_loo) <= B1/m: what is fitted without z_i has not seen it."""
    share = one_over(sample_size_positive())
    own = _own_to_fresh(without)
    kept = averaged(S, z, equation=use(UNTOUCHED, S, i, z, z))
    change, _ = sides(use(DELETION, S, i, z))
    law = at_index(lambda point: E(z, beta(point, z)), i)
    at_one = linear(
        le(E(S, risk(S)) - E(S, without(S, i, at(S, i))), B1 / m),
        mean(S, mean(z, change)),
        own,
        kept,
        (1 / m, law),
        (MEAN, share),
    )
    return _mean_of_gap(LEFT_OUT, B1 / m, at_one)
