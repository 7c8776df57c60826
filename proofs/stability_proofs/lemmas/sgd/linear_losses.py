"""An instance: linear losses, each a slope in the direction of the sign of its example.

Gradients do not depend on the weights, so that runs part wherever they meet different examples. The
slope is the largest that is at most L and for which the losses of all runs fit [0, M].
"""

from __future__ import annotations

from collections.abc import Mapping

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, root_squared
from stability_proofs.kernel.notation import dot, every, indicator, minimum, sqrt, total
from stability_proofs.kernel.terms import (
    NATURAL,
    Term,
    at,
    bind,
    eq,
    implies,
    le,
    lt,
    num,
    replace,
    var,
)
from stability_proofs.lemmas.sgd.run_losses import step_positive_at
from stability_proofs.semantics import instances
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.instances import sign, unit
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, z
from stability_proofs.semantics.training import PLACE, START, k, r, refill, step_size, t, visit, w
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import linear, one_over, summed, use

L, M = map(symbol_term, ("L", "M"))
s = var("step of the instance", NATURAL)
STEPS = total(s, step_size(s), 1, LAST)
SLOPE_SQUARED = minimum(L * L, M / (2 * STEPS))
SLOPE = sqrt(SLOPE_SQUARED)
LOSS = M / 2 + SLOPE * sign(z) * dot(unit, w - START)
TRUE = le(num(0), num(0))
SIGNS, SIGN_OF_PLUS, SIGN_OF_MINUS, UNIT = map(assume, instances.given())


def direction(point: Term) -> Term:
    """The gradient at an example."""
    return SLOPE * sign(point) * unit


ELSE = 1 - indicator(eq(PLACE, k))
SHARES: Mapping[str, Term] = {
    "run": visit(r, s, PLACE),
    "skipped": ELSE * visit(r, s, PLACE),
    "retrained": ELSE * visit(r, s, PLACE) + refill(r, k, s, PLACE),
}
"""The share of an example in the batch of step s, for each run."""


def path(head: str) -> Term:
    """The sum of the moves of a run in t steps."""
    move = step_size(s) * total(PLACE, SHARES[head] * direction(at(S, PLACE)))
    return bind("sum", s, move, 1, t)


def weights(head: str) -> Term:
    """The weights of a run after t steps. (A sum over no steps is subtracted: it is 0.)"""
    whole = path(head)
    return START - (whole - replace(whole, {t: num(0)}))


INSTANCE: Mapping[str, Term] = {
    "cost": LOSS,
    "measured": LOSS,
    "slope": direction(z),
    "penalty": num(0),
    "pull": 0 * w,
    "steepness": SLOPE,
    "inside": TRUE,
    "projected": w,
    "L_mean": SLOPE,
    "L_rms": SLOPE,
    "L_4": SLOPE,
    **{head: weights(head) for head in SHARES},
}


@lemma(given=(le(1, LAST), every(s, implies(le(1, s), lt(0, step_size(s))))), shows=lt(0, STEPS))
def steps_positive() -> Theorem:
    """0 < the sum of the step sizes: one of them is taken."""
    long = assume(le(1, LAST))
    known = step_positive_at(s, assume(le(1, s)))
    others = summed(s, linear(le(0, step_size(s)), known), 1, LAST - 1)
    last = checker.last_of(STEPS, long)
    return linear(lt(0, STEPS), last, others, step_positive_at(LAST, long))


@lemma(
    given=(le(1, LAST), lt(0, L), lt(0, M), every(s, implies(le(1, s), lt(0, step_size(s))))),
    shows=eq(SLOPE**2, SLOPE_SQUARED),
)
def slope_squared() -> Theorem:
    """SLOPE^2 is the smaller of L^2 and M/(2 sum of steps)."""
    least = checker.max_is_least(
        SLOPE_SQUARED.args[1],
        [
            linear(le(-(L * L), 0), (assume(lt(0, L)), assume(lt(0, L)))),
            linear(le(-(M / (2 * STEPS)), 0), (assume(lt(0, M)), one_over(steps_positive()))),
        ],
    )
    return root_squared(linear(le(0, SLOPE_SQUARED), least))


@lemma(
    given=(le(1, LAST), lt(0, L), lt(0, M), every(s, implies(le(1, s), lt(0, step_size(s))))),
    shows=(le(SLOPE**2, L * L), le(2 * SLOPE**2 * STEPS, M)),
)
def slope_fits() -> tuple[Theorem, Theorem]:
    """SLOPE^2 <= L^2, and 2 SLOPE^2 sum of steps <= M."""
    positive, squared = steps_positive(), slope_squared()
    tops = [checker.max_is_above(SLOPE_SQUARED.args[1], which) for which in (0, 1)]
    whole = le(2 * SLOPE**2 * STEPS, M)
    fits = linear(whole, (STEPS, squared), (positive, tops[1]), nonzero=[positive])
    return linear(le(SLOPE**2, L * L), squared, tops[0]), fits


def walk(sample: Term) -> Term:
    """How far a run goes against `unit`, over SLOPE: the sum of steps times the mean sign."""
    return total(s, step_size(s) * total(PLACE, SHARES["run"] * sign(at(sample, PLACE))), 1, LAST)


@lemma(
    at=(S, z),
    given=(UNIT.conclusion,),
    shows=eq(
        M / 2
        + SLOPE
        * sign(z)
        * dot(
            unit,
            START
            - (
                total(s, step_size(s) * total(k, visit(r, s, k) * direction(at(S, k))), 1, LAST)
                - total(s, step_size(s) * total(k, visit(r, s, k) * direction(at(S, k))), 1, 0)
            )
            - START,
        ),
        M / 2 - SLOPE**2 * sign(z) * walk(S),
    ),
)
def last_loss(sample: Term, point: Term) -> tuple[Term, Theorem]:
    """The loss at a point after the run, and that it is M/2 - SLOPE^2 sign walk."""
    final = replace(INSTANCE["run"], {t: LAST, S: sample})
    loss = replace(LOSS, {w: final, z: point})
    step = step_size(s) * total(PLACE, SHARES["run"] * sign(at(sample, PLACE)))
    none = checker.empty(total(s, step, 1, num(0)), linear(lt(0, 1)))
    scale = SLOPE**2 * sign(point)
    value = linear(
        eq(loss, M / 2 - scale * walk(sample)),
        (scale * dot(unit, unit), none),
        (scale * walk(sample), UNIT),
    )
    return loss, value


@lemma(at=(z,), given=(SIGNS.conclusion,), shows=eq(sign(z) * sign(z), 1))
def square_of_sign(point: Term) -> Theorem:
    """sign^2 = 1."""
    return use(SIGNS, point)
