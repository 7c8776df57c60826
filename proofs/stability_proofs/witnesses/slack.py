"""A witness of what supports free symbols: how often rows of beta exceed B + eta, and its norms."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

from stability.theorems.finite_elastic import P_NOTHING
from stability.theorems.kinds.support import Shape
from stability_proofs.semantics.claims import Claim
from stability_proofs.witnesses.least import with_least_constants
from stability_proofs.witnesses.witness import Witness, enlarged, with_functions
from stability_proofs.witnesses.worlds import World

SIZE, GROUPS = 5, 2
LAW = ((0, Fraction(9, 10)), (1, Fraction(1, 10)))
WEIGHTS = (Fraction(9, 10), Fraction(1))
ETA = Fraction(69, 100)


def beta(deleted: int, tested: int) -> Fraction:
    """beta(z', z) = u(z') z with u(0) = 9/10 and u(1) = 1."""
    return WEIGHTS[deleted] * tested


@cache
def base(eta: Fraction) -> World:
    """The table, the same as a product, as two groups, and as a ball about 1/2."""
    functions: dict[str, Callable[..., Any]] = {
        "beta": beta,
        "profile": Fraction,
        "group": lambda deleted: 1 + deleted,
        "row": lambda k, tested: beta(min(k, GROUPS) - 1, tested),
        "ball": lambda point: 1,
        "to centre": lambda point, ball: Fraction(1, 2),
        "distance": lambda x, y: abs(x - y),
    }
    values = {
        "eta": eta,
        "k": GROUPS,
        "number of groups": GROUPS,
        "Lambda": Fraction(1, 10),
        "radius": Fraction(1, 2),
        "balls": 1,
        "order": 2,
    }
    laws = {"example": LAW, "index": [(k, Fraction(1, SIZE)) for k in range(SIZE)]}
    world = World(laws, functions, values, {"natural": range(1, GROUPS + 1)})
    return with_functions(world, {"q": lambda k: exceeding(WEIGHTS[k - 1], eta)})


def exceeding(weight: Fraction, eta: Fraction) -> Fraction:
    """How often the mean of one row over the sample exceeds B + eta."""
    level = LAW[1][1] + eta
    samples = product(LAW, repeat=SIZE)
    total = Fraction(0)
    for sample in samples:
        if weight * sum(shown for shown, _ in sample) / SIZE > level:
            chance = Fraction(1)
            for _, p in sample:
                chance *= p
            total += chance
    return total


def world(claim: Claim) -> World | None:
    """The table with the least constants, for the forms of p and of norms; a square is z' z."""
    if not claim.said:
        return None
    eta = Fraction(9, 10) if claim.statement.name == P_NOTHING.name else ETA
    table = base(eta)
    if getattr(claim.statement, "shape", None) is Shape.SQUARE:
        table = with_functions(table, {"beta": lambda deleted, tested: deleted * tested})
    return with_least_constants(table, claim.allowed)


WITNESS = Witness(
    "m = 5 examples, 1 with probability 1/10, else 0; beta(z', z) = u(z') z, u(0) = 9/10 "
    "(0 where it is a square), u(1) = 1",
    world,
    "beta is five times as large as its constants say",
    enlarged(5, "beta", "row"),
)
