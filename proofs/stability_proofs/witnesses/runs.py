"""Witnesses of stability theorems about training: linear losses, which attain many, and others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

from stability.theorems.kinds.hypotheses import (
    PROJECTED,
    STRONGLY_CONVEX_STEPS,
    constant_steps,
    decaying_steps,
    step_is_inverse_strong_convexity,
)
from stability.theorems.statements.closed_sums import CONSTANT, DECAY
from stability_proofs.semantics.claims import Claim
from stability_proofs.witnesses.least import with_least_constants
from stability_proofs.witnesses.losses import (
    HALF,
    SLOPES,
    Losses,
    bowls,
    concave,
    kinked,
    linear,
    parabolas,
)
from stability_proofs.witnesses.orders import Orders, full, shuffled, with_replacement
from stability_proofs.witnesses.training import risks_before, rushing, trained, with_losses_of_draws
from stability_proofs.witnesses.witness import Break, Witness, scaled, with_functions
from stability_proofs.witnesses.worlds import Law, World

ONE_SIDED: Law = ((1.5, HALF), (-0.5, HALF))
MU = 0.8
SLOWING = "slowing"
PACES: Mapping[str, Callable[[float], Callable[[int], float]]] = {
    CONSTANT: lambda size: lambda t: size,
    DECAY: lambda size: lambda t: size / t if t else 0.0,
    SLOWING: lambda size: lambda t: size / (1 + t / 4),
}
"""Step sizes by the first one: the same in every step, c/t, or slowly falling."""


@cache
def run_of(losses: Losses, visits: Orders, pace: str, size: float) -> World:
    """Runs with these losses, orders and step sizes; a constant that needs a burn-in has t0 = 1."""
    found = trained(losses, visits, PACES[pace](size), c=size, t0=1, growth=1.0)
    return with_functions(found, risks_before(found)) if visits.batch == 1 else found


def assumed_by(claim: Claim) -> frozenset[str]:
    """What the theorem and the statement assume: the ids of their hypotheses."""
    own = getattr(claim.statement, "hypotheses", ())
    return frozenset(h.id for h in (*claim.theorem.hypotheses, *own))


def pace_of(claim: Claim) -> str:
    """How step sizes may go."""
    assumed = assumed_by(claim)
    if (
        claim.schedule == DECAY
        or {decaying_steps().id, step_is_inverse_strong_convexity().id} & assumed
    ):
        return DECAY
    if claim.schedule == CONSTANT or constant_steps().id in assumed:
        return CONSTANT
    return SLOWING


RUSHED: Break = ("runs take steps three times as large as the step sizes", rushing(3.0))


def smaller(factor: int, *names: str) -> Break:
    """Numbers that are said to be smaller than they are."""
    words = f"{', '.join(names)} are said to be {factor} times smaller"
    return words, scaled(1 / factor, *names)


FLATTER = smaller(10, "L", "L_mean", "L_rms", "L_4", "M", "rho")


def running(
    visits: Orders,
    losses: Losses,
    size: float,
    broken: Break,
    *,
    strongly_convex: Losses | None = None,
    projected: bool = False,
) -> Witness:
    """Runs in these orders, with other losses for claims on strongly convex ones.

    `projected`: for claims on projected runs alone.
    """

    def world(claim: Claim) -> World | None:
        assumed = assumed_by(claim)
        if projected and PROJECTED.id not in assumed:
            return None
        curved = strongly_convex if STRONGLY_CONVEX_STEPS.id in assumed else None
        found = run_of(curved or losses, visits, pace_of(claim), size)
        if claim.deletion is None:
            return found
        return with_least_constants(with_losses_of_draws(found, claim.deletion), claim.allowed)

    decay = "" if strongly_convex is None else ", with weight decay for strong convexity"
    return Witness(f"{losses.words}{decay}; {visits.words}", world, *broken)


def lines(visits: Orders, law: Law = SLOPES, size: float = 0.5, broken: Break = RUSHED) -> Witness:
    """Linear losses, with weight decay where strong convexity is asked for."""
    return running(visits, linear(law), size, broken, strongly_convex=linear(law, mu=MU))


def discs(visits: Orders) -> Witness:
    """Quadratic losses on a disc."""
    return running(visits, bowls(), 0.8, FLATTER)


def kinks(visits: Orders) -> tuple[Witness, ...]:
    """Losses with a kink on a large interval, and one example on a small one."""
    single = full if visits.batch == visits.size else with_replacement
    return (
        running(visits, kinked(), 0.5, FLATTER),
        running(single(1, 4), kinked(0.5), 0.5, FLATTER, projected=True),
    )


DRAWN, LONGER = with_replacement(2, 2), with_replacement(2, 3)
PAIRS = with_replacement(2, 2, 2)
SHUFFLED = shuffled(3, 3, 2)
SMOOTH = running(DRAWN, parabolas(), 0.5, smaller(10, "gamma"))
CONCAVE = running(LONGER, concave(), 0.5, FLATTER)

WITNESSES: Mapping[str, tuple[Witness, ...]] = MappingProxyType(
    {
        "elastic-gd": (lines(full(2, 2)), discs(full(2, 3))),
        "elastic-sgd": (lines(PAIRS), discs(PAIRS)),
        "elastic-sgd-shuffled": (lines(SHUFFLED, ONE_SIDED), discs(SHUFFLED)),
        "elastic-sgd-shuffled-strongly-convex": (lines(SHUFFLED, ONE_SIDED), discs(SHUFFLED)),
        "elastic-sgd-nonconvex": (CONCAVE,),
        "hardt2016-convex": (lines(DRAWN), discs(LONGER)),
        "hardt2016-strongly-convex": (lines(DRAWN, size=1 / MU, broken=FLATTER), discs(LONGER)),
        "hardt2016-strongly-convex-decaying": (
            running(DRAWN, linear(mu=MU, radius=1.5 / MU), 1 / MU, FLATTER),
        ),
        "hardt2016-nonconvex": (CONCAVE,),
        "bassily2020-gd": kinks(full(2, 3)),
        "bassily2020-sgd": kinks(LONGER),
        "lei2020-convex-l1": (SMOOTH,),
        "lei2020-convex-l2": (SMOOTH,),
        "sgd-coordinate-change": (lines(DRAWN), discs(LONGER)),
    }
)
