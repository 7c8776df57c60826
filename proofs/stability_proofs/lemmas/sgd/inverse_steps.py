"""Steps 1/(mu t) on strongly convex losses: how the distance of two runs, times t, grows."""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import num_over, total
from stability_proofs.kernel.terms import le, lt
from stability_proofs.lemmas.analysis.recursions import HERE, Sequence, added_up, n, s, t
from stability_proofs.lemmas.sgd.batch_steps import after, gamma, mu, same_batch_strongly_convex
from stability_proofs.lemmas.sgd.burn_in import Later
from stability_proofs.lemmas.sgd.run_losses import share
from stability_proofs.lemmas.sgd.two_runs import Other, further
from stability_proofs.semantics import training
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.training import step_size
from stability_proofs.tactics.vocabulary import cut, discharge, for_all, linear, one_over, use


def _steps() -> tuple[Theorem, Theorem]:
    """alpha_(t + 1) <= 2/(gamma + mu) and alpha_(t + 1) mu <= 1, from gamma/mu < s + 1 <= t + 1."""
    (inverse,) = training.decaying_steps(num_over(1, mu))
    value = use(assume(inverse), after)
    curvature, smooth = assume(lt(0, mu)), assume(lt(0, gamma))
    count = linear(lt(0, after), checker.natural(training.t))
    one = linear(le(1, after), checker.natural(training.t))
    beyond = linear(le(gamma / mu, after), assume(lt(gamma / mu, s + 1)), assume(le(s, training.t)))
    size, both = step_size(after), linear(lt(0, gamma + mu), curvature, smooth)
    part = one_over(count)
    contracts = linear(le(size * mu, 1), (mu, value), (one, part), nonzero=[curvature, count])
    smoother = linear(
        le(size * gamma, 1), (gamma, value), (beyond, part), nonzero=[curvature, count]
    )
    twice = linear(le(size * (gamma + mu), 2), contracts, smoother)
    near = linear(le(size, 2 / (gamma + mu)), (twice, one_over(both)), nonzero=[both])
    return near, contracts


def later(other: Other) -> Later:
    """After s <= T steps, gamma/mu < s + 1 and gamma/mu < T: every share weighs 1/(mu T)."""
    (inverse,) = training.decaying_steps(num_over(1, mu))
    value = use(assume(inverse), after)
    curvature, count = assume(lt(0, mu)), linear(lt(0, after), checker.natural(training.t))
    step = further(other, cut(same_batch_strongly_convex(), *_steps()))
    far: Sequence = lambda step: step * other.distance(step)  # noqa: E731
    terms: Sequence = lambda step: share(step) * other.reach / mu  # noqa: E731
    here = other.distance(training.t)
    shrunk = linear(
        le(far(after), far(training.t) + terms(after)),
        (step, count),
        (after * (mu * here - share(after) * other.reach), value),
        nonzero=[curvature, count],
    )
    always = for_all(discharge(shrunk, le(s, training.t)), training.t)
    adds = for_all(use(always, HERE, linear(le(s, HERE), checker.natural(n))), n)
    apart = assume(le(other.distance(s), 0))
    starts = linear(le(far(s), 0), (checker.natural(s), apart))
    bound = added_up(s, far, terms, adds, starts)
    known = linear(le(0, LAST - s), assume(le(s, LAST)))
    at_end = checker.specialise(bound, LAST - s, known)
    least = linear(le(0, gamma / mu), (assume(lt(0, gamma)), one_over(curvature)))
    steps = linear(lt(0, LAST), least, assume(lt(gamma / mu, LAST)))
    weight: Sequence = lambda step: 1 / mu / LAST  # noqa: E731
    shares = total(t, share(t) * weight(t), s + 1, LAST)
    divided = linear(
        le(other.distance(LAST), other.reach * shares), (at_end, one_over(steps)), nonzero=[steps]
    )
    sign = linear(le(0, weight(t)), (one_over(curvature), one_over(steps)))
    return Later(s, weight, divided, sign)
