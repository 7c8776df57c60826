"""A witness of what privacy gives: a bit that is 1 with chance 2/3 if some example is, else 1/3."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from math import log
from types import MappingProxyType

import numpy as np
from scipy.stats import norm

from stability_proofs.kernel.terms import NATURAL, REAL, VECTOR
from stability_proofs.semantics.claims import Claim
from stability_proofs.witnesses.witness import Witness, scaled
from stability_proofs.witnesses.worlds import World

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
Sample = tuple[int, ...]
Seeds = tuple[int]
NAMES = ("dp_epsilon", "dp_delta", "dp_mu", "dp_rho", "dp_variation")


def told(sample: Sample, seeds: Seeds) -> int:
    """The bit: two of three seeds tell the truth."""
    return int(max(sample) if seeds[0] else not max(sample))


def _others(sample: Sample, place: int) -> Sample:
    return sample[:place] + sample[place + 1 :]


def _cost(bit: int, point: int) -> int:
    return int(bit != point)


def _expected(sample: Sample, point: int) -> Fraction:
    return sum((THIRD * _cost(told(sample, (s,)), point) for s in range(3)), Fraction(0))


@cache
def answers() -> World:
    """Two fair bits as examples; losses are 1 where the answer is not the point."""
    nothing = np.zeros(1)
    functions = {
        "output": told,
        "output_without": lambda s, r, i: told(_others(s, i), r),
        "score": lambda g, bit: g[bit],
        "loss_of_output": _cost,
        "affine": lambda a, b, z: (a * _cost(0, z) + b, a * _cost(1, z) + b),
        "realised": lambda s, r, z: _cost(told(s, r), z),
        "realised_without": lambda s, r, i, z: _cost(told(_others(s, i), r), z),
        "loss": _expected,
        "without": lambda s, i, z: _expected(_others(s, i), z),
        **dict.fromkeys(("twice", "realised_twice"), lambda *_: 0),
        **dict.fromkeys(("weights", "weights_without"), lambda *_: nothing),
        "alpha": lambda t: 1.0,
    }
    laws = {
        "example": [(0, HALF), (1, HALF)],
        "index": [(0, HALF), (1, HALF)],
        "draw": [(0, Fraction(1))],
        "seed": [(seed, THIRD) for seed in range(3)],
    }
    level = float(norm.ppf(1 / 3))
    values = {
        **dict.fromkeys(("L", "L_mean", "L_rms", "L_4", "mu", "gamma"), 1.0),
        "M": 1,
        "dp_epsilon": log(2),
        "dp_delta": Fraction(1, 1000),
        "dp_mu": -2 * level,
        "dp_rho": log(2) / 3,
        "dp_variation": THIRD,
    }
    tests = ((0, 1), (1, 0), (-log(2) / 2, log(2) / 2))
    trials = {
        "function": tests,
        "output": (0, 1),
        REAL: (level, 0.0, -level),
        NATURAL: (0, 1),
        VECTOR: (nothing,),
    }
    return World(laws, functions, values, trials)


def world(claim: Claim) -> World:
    """One world for all claims."""
    del claim
    return answers()


WITNESS = Witness(
    "m = 2 fair bits; the output tells with chance 2/3 whether one of them is 1, else the "
    "opposite; loss 1 where it is not the point that is tested",
    world,
    "the budget is said to be a quarter of what it is",
    scaled(Fraction(1, 4), *NAMES),
)
WITNESSES: Mapping[str, tuple[Witness, ...]] = MappingProxyType(
    dict.fromkeys(("dp-guarantee", "dp-to-replacement", "dp-to-uniform"), (WITNESS,))
)
