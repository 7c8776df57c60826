"""Two runs of SGD on one sample whose draws differ in one: how far apart they are at the end.

One step differs. It makes a distance of at most 2 L alpha_t, which later steps do not enlarge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, substitute
from stability_proofs.kernel.families import picked
from stability_proofs.kernel.notation import dot, every, indicator, norm, size, square, total
from stability_proofs.kernel.terms import (
    VECTOR,
    Term,
    app,
    at,
    eq,
    implies,
    le,
    lt,
    negation,
    num,
    put,
    replace,
    var,
)
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.analysis.recursions import Sequence, added_up, s
from stability_proofs.lemmas.analysis.recursions import t as step_number
from stability_proofs.lemmas.analysis.sums import ones
from stability_proofs.lemmas.convexity.projections import closer
from stability_proofs.lemmas.convexity.vectors import (
    norm_by_products,
    norm_nonnegative,
    norm_scaled,
    triangle,
)
from stability_proofs.lemmas.sgd.batch_slopes import L, L_nonnegative, slope_along, steep_at_most
from stability_proofs.lemmas.sgd.batch_steps import after, step_positive
from stability_proofs.lemmas.sgd.partial_batches import (
    at_portions,
    i,
    same_portions,
    slope_of,
    stepped,
)
from stability_proofs.lemmas.sgd.run_losses import nowhere_apart
from stability_proofs.semantics import draws, training
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.draws import draw_of
from stability_proofs.semantics.randomised import d, r, x
from stability_proofs.semantics.samples import S
from stability_proofs.semantics.training import PLACE, slope, step_size, t, v, w
from stability_proofs.tactics.lemma import for_any, lemma
from stability_proofs.tactics.vocabulary import by_cases, cut, equal, for_all, linear, summed, use

gamma = var("gamma")

X = var("x", VECTOR)
OTHER = put(r, d, x)
"""The draws with x in the place of the one at d."""


@dataclass(frozen=True)
class Path:
    """A run on S for draws r, perhaps without the example at k.

    `at(r, t)`: its weights; `share(order)`: the portion of the example at `i` in step t + 1;
    `moves(r)`: at(r, t + 1) is the step from at(r, t); `starts(r)`: at(r, 0) is the start;
    `inside(r, t)`: at(r, t) is inside; `small(r)`: the shares sum to 1 at most, none is negative;
    `same`: from draw t + 1 of r and of `OTHER` being one, their shares are equal at PLACE.
    """

    at: Callable[[Term, Term], Term]
    share: Callable[[Term], Term]
    moves: Callable[[Term], Theorem]
    starts: Callable[[Term], Theorem]
    inside: Callable[[Term, Term], Theorem]
    small: Callable[[Term], tuple[Theorem, Theorem]]
    same: Callable[[Theorem], Theorem]

    def distance(self, step: Term) -> Term:
        """How far apart the weights for r and for `OTHER` are."""
        return norm(self.at(r, step) - self.at(OTHER, step))

    def slope(self, seeds: Term) -> Term:
        """The slope of the batch of step t + 1 at v."""
        return slope_of(v, self.share(seeds))


def _some() -> Path:
    """Any run that moves by portions of the examples."""

    def weights(seeds: Term, step: Term) -> Term:
        return app("weights", seeds, step, sort=VECTOR)

    def share(seeds: Term) -> Term:
        return app("portion", seeds, t, i)

    def moves(seeds: Term) -> Theorem:
        points = stepped(weights(seeds, t), share(seeds))
        return for_any(eq(weights(seeds, after), training.projected(points)), t)

    def small(seeds: Term) -> tuple[Theorem, Theorem]:
        fewer = for_any(le(total(i, share(seeds)), 1), t)
        return for_any(every(i, le(0, share(seeds))), t), fewer

    return Path(
        at=weights,
        share=share,
        moves=moves,
        starts=lambda seeds: assume(eq(weights(seeds, num(0)), training.START)),
        inside=lambda seeds, step: use(assume(every(t, training.inside(weights(seeds, t)))), step),
        small=small,
        same=lambda known: use(
            assume(every(t, i, implies(known.conclusion, eq(share(OTHER), share(r))))),
            t,
            PLACE,
            known,
        ),
    )


def _bounded(path: Path, seeds: Term) -> Theorem:
    """|batch slope| <= L, at v inside."""
    nonnegative, sums = path.small(seeds)
    share, point = replace(path.share(seeds), {i: PLACE}), at(S, PLACE)
    here, far = dot(slope(v, point), X), norm_nonnegative(X)
    single = linear(le(here, L * norm(X)), slope_along(point), (steep_at_most(point), far))
    scaled = linear(le(share * here, share * L * norm(X)), (use(nonnegative, PLACE), single))
    goal = le(dot(path.slope(seeds), X), L * norm(X))
    products = linear(goal, summed(PLACE, scaled), (sums, L_nonnegative(), far))
    return norm_by_products(products, X, L_nonnegative())


def _change(path: Path) -> Theorem:
    """|change of the batch slope| <= 2 L 1{the draw of the step is that at d}, at v inside."""
    first, second = path.slope(r), path.slope(OTHER)
    this = eq(draw_of(after), d)
    most = 2 * L * indicator(this)
    goal = le(norm(second - first), most)

    def decide(known: Theorem) -> Theorem:
        value = checker.indicator(known, this)
        if known.conclusion == this:
            apart = triangle(second, -first)
            turn = checker.same(norm(-first), norm(first))
            bounds = _bounded(path, r), _bounded(path, OTHER)
            return linear(goal, apart, turn, *bounds, (-2 * L, value))
        shares = path.same(known)
        here = dot(slope(v, at(S, PLACE)), X)
        low, high = shares.conclusion.args
        scaled = linear(eq(low * here, high * here), (here, shares))
        sums = checker.congruence(total(PLACE, num(0)), PLACE, scaled)
        products = linear(le(dot(second - first, X), 0 * norm(X)), sums)
        still = norm_by_products(products, X, linear(le(0, 0)))
        return linear(goal, still, (-2 * L, value))

    return by_cases(this, decide)


def _closer(path: Path) -> Theorem:
    """The distance after step t + 1 is that before at most, plus 2 L alpha if the draw differs."""
    here, there = path.at(r, t), path.at(OTHER, t)
    share, other = path.share(r), path.share(OTHER)
    same = at_portions(same_portions(), share, *path.small(r))
    same = cut(substitute(same, {w: here, v: there}), path.inside(r, t), path.inside(OTHER, t))
    alpha, turn = step_size(after), path.slope(OTHER) - path.slope(r)
    added = 2 * L * alpha * indicator(eq(draw_of(after), d))
    near, different = stepped(v, share), stepped(v, other)
    scaled = norm_scaled(linear(le(0, alpha), step_positive()), turn)
    change = linear(le(norm(near - different), added), scaled, (step_positive(), _change(path)))
    change = cut(substitute(change, {v: there}), path.inside(OTHER, t))
    points, between_them = (stepped(here, share), stepped(there, other)), stepped(there, share)
    ahead = triangle(points[0] - between_them, between_them - points[1])
    moves = path.moves(r), path.moves(OTHER)
    last = closer(points, moves)
    goal = le(path.distance(after), path.distance(t) + added)
    return linear(goal, last, ahead, same, change)


@lemma(
    at=lambda: (_some(),),
    given=(
        training.steps_never_grow()[0],
        draws.one_per_step(),
        training.projection(),
        lt(0, gamma),
        eq(app("weights", r, 0, sort=VECTOR), training.START),
        every(draws.z, le(0, training.steepness(draws.z))),
        every(draws.z, le(training.steepness(draws.z), L)),
        every(s, training.inside(app("weights", r, s, sort=VECTOR))),
        every(s, le(step_size(s), 2 / gamma)),
        eq(app("weights", OTHER, 0, sort=VECTOR), training.START),
        every(s, training.inside(app("weights", OTHER, s, sort=VECTOR))),
        every(s, i, le(0, app("portion", r, s, i))),
        every(s, le(total(i, app("portion", r, s, i)), 1)),
        every(s, implies(le(1, s), lt(0, step_size(s)))),
        every(s, i, le(0, app("portion", OTHER, s, i))),
        every(s, le(total(i, app("portion", OTHER, s, i)), 1)),
        every(X, w, le(training.penalty(X) + dot(training.pull(X), w - X), training.penalty(w))),
        every(
            X,
            draws.z,
            implies(
                training.inside(X), le(square(slope(X, draws.z)), training.steepness(draws.z) ** 2)
            ),
        ),
        every(
            X,
            w,
            draws.z,
            le(
                training.cost(X, draws.z) + dot(slope(X, draws.z), w - X), training.cost(w, draws.z)
            ),
        ),
        every(
            s,
            i,
            implies(
                negation(eq(draw_of(s + 1), d)),
                eq(app("portion", OTHER, s, i), app("portion", r, s, i)),
            ),
        ),
        every(
            s,
            eq(
                app("weights", r, s + 1, sort=VECTOR),
                training.moved(
                    app("weights", r, s, sort=VECTOR),
                    total(
                        i,
                        app("portion", r, s, i)
                        * slope(app("weights", r, s, sort=VECTOR), at(S, i)),
                    ),
                    s + 1,
                ),
            ),
        ),
        every(
            X,
            w,
            draws.z,
            le(
                square(
                    slope(X, draws.z) + training.pull(X) - (slope(w, draws.z) + training.pull(w))
                ),
                gamma**2 * square(X - w),
            ),
        ),
        every(
            s,
            eq(
                app("weights", OTHER, s + 1, sort=VECTOR),
                training.moved(
                    app("weights", OTHER, s, sort=VECTOR),
                    total(
                        i,
                        app("portion", OTHER, s, i)
                        * slope(app("weights", OTHER, s, sort=VECTOR), at(S, i)),
                    ),
                    s + 1,
                ),
            ),
        ),
    ),
    shows=le(
        norm(app("weights", r, LAST, sort=VECTOR) - app("weights", OTHER, LAST, sort=VECTOR)),
        2 * L * step_size(num(1)),
    ),
)
def distance(path: Path) -> Theorem:
    """The final distance is at most 2 L alpha_1: no step is larger, and one draw is in one step."""
    step, first = step_number, step_size(num(1))
    this = eq(draw_of(step), d)
    terms: Sequence = lambda n: 2 * L * step_size(n) * indicator(eq(draw_of(n), d))  # noqa: E731
    start = nowhere_apart(path.starts(r), path.starts(OTHER))
    bound = use(added_up(num(0), path.distance, terms, for_all(_closer(path), t), start), LAST)
    (never_grow,) = training.steps_never_grow()
    largest = use(assume(never_grow), step, assume(le(1, step)))
    least, _ = between(this)
    goal = le(terms(step), 2 * L * first * indicator(this))
    sums = summed(step, linear(goal, (largest, L_nonnegative(), least)), 1, LAST)
    once = use(assume(draws.one_per_step()), d)
    return linear(le(path.distance(LAST), 2 * L * first), bound, sums, (2 * L * first, once))


@lemma(given=(draws.one_per_step(),), shows=eq(size("draw"), LAST))
def draws_counted() -> Theorem:
    """There are as many draws as steps."""
    here = indicator(eq(draw_of(step_number), d))
    once = use(assume(draws.one_per_step()), d)
    pairs = checker.congruence(total(d, num(0)), d, once)
    turned_over = checker.exchange(total(d, total(step_number, here, 1, LAST)))
    one = linear(eq(total(d, here), 1), picked(d, num(1), draw_of(step_number)))
    steps = checker.congruence(total(step_number, num(0), 1, LAST), step_number, one)
    count = use(substitute(ones(), {s: num(0)}), LAST)
    return equal(size("draw"), LAST, pairs, turned_over, steps, count)
