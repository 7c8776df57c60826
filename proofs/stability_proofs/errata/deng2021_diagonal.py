"""The main theorem of Deng, He and Su at a given m: its first term lacks the diagonal.

Of K equally likely points the rule memorises those of its sample: the loss is 1 - b on them and 1
elsewhere. Its elastic function is beta(z', z) = m b for z' = z and 0 else: B = B1 = m b/K, while
D = U = m b. The gap is b times the share of points that are not in the sample.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from math import log, sqrt
from typing import Any

from stability.conventions import Neighbour, Notion
from stability.theorems.evaluate import evaluate
from stability_proofs.errata.erratum import Comparison, Erratum, Evidence, Method, exactly
from stability_proofs.kernel.notation import E
from stability_proofs.semantics import samples
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.witnesses.least import with_least_constants
from stability_proofs.witnesses.rules import Sample, world_of_rule

SOURCE = "Deng, He and Su 2021, main theorem (as remembered)"
NAMES = ("B", "U", "B1", "D")
SIZE, DELTA = 2, Fraction(1, 2)
LEVEL = 16
"""U in the instance of the whole bound, for every m."""


def memory(left: Sample, seed: Any, point: int) -> Fraction:
    """Loss 0 on the sample and 1 elsewhere."""
    return Fraction(point not in left)


def bias(points: int) -> Evidence:
    """The mean gap for b = 1 and m = 2, beside 2 B/m and (B1 + D)/m."""
    law = [(k, Fraction(1, points)) for k in range(points)]
    world = world_of_rule(memory, law, SIZE, values={"M": Fraction(1)})
    constants = {name: symbol_term(name) for name in NAMES}
    elastic = samples.premise(Notion.ELASTIC, Neighbour.DELETION, constants)
    world = with_least_constants(world, elastic)
    found = world.value(E(samples.S, samples.gap(samples.S)))
    B, _, B1, D = (world.values[name] for name in NAMES)
    quantity = "E(R - R_emp)"
    return Evidence(
        exactly(quantity, 2 * B / SIZE, found), exactly(quantity, (B1 + D) / SIZE, found)
    )


def whole_bound(size: int, points: int, eta: Fraction) -> Evidence:
    """The failure probability of the whole bound for b = U/m, beside that of the finite-m one.

    The sample holds between 1 and m points, so that the gap lies between b (1 - m/K) and b.
    """
    largest = Fraction(LEVEL, size)
    least = largest * (1 - Fraction(size, points))
    B = Fraction(LEVEL, points)
    tail = sqrt(2 * log(2 / DELTA) / size)
    printed = 2 * B / size + 2 * (2 * B + eta + 1) * tail
    numbers = {"B": B, "U": LEVEL, "B1": B, "D": LEVEL, "eta": LEVEL - B, "p": 0, "M": 1}
    finite = evaluate("elastic-finite-emp", {**numbers, "m": size, "delta": DELTA}).value
    return Evidence(*(_failure(bound, least, largest) for bound in (float(printed), finite)))


def _failure(bound: float, least: Fraction, largest: Fraction) -> Comparison:
    """The probability that a gap between these two exceeds the bound, as far as they tell."""
    quantity = f"probability that the gap > {bound:.4g}"
    return Comparison(quantity, DELTA, float(least > bound), float(largest > bound))


BIAS = Erratum(
    slug="deng2021-bias",
    source=SOURCE,
    printed="E(R - R_emp) <= 2 sup_z' E_z beta(z', z)/m, the first term of the bound",
    instance="m = 2 of 8 equally likely points; loss 0 on the sample, 1 elsewhere: "
    "beta(z', z) = 2 for z' = z, else 0",
    method=Method.EXACT,
    corrected="E(R - R_emp) <= (B1 + D)/m with the diagonal D = E beta(z, z)",
    theorem="elastic-finite-emp",
    evidence=partial(bias, 8),
    spared="2 points",
    control=partial(bias, 2),
)
WHOLE = Erratum(
    slug="deng2021-finite",
    source=SOURCE,
    printed="R - R_emp <= 2 B/m + 2 (2 B + eta + M) sqrt(2 log(2/delta)/m) with probability "
    "1 - delta, at a given m rather than for m large enough",
    instance="m = 16 of a million equally likely points; loss 0 on the sample, 1 elsewhere: "
    "beta(z', z) = 16 for z' = z, else 0; eta = 1/100, delta = 1/2",
    method=Method.EXACT,
    corrected="(B1 + D)/m as bias; failure probability and spread as in the finite-sample theorem",
    theorem="elastic-finite-emp",
    evidence=partial(whole_bound, 16, 10**6, Fraction(1, 100)),
    spared="the same beta at m = 400 million (81 U^6 <= 4 m eta^6 with eta = 1), so that the loss "
    "on the sample is 1 - 16/m; 10^12 points",
    control=partial(whole_bound, 4 * 10**8, 10**12, Fraction(1)),
)
