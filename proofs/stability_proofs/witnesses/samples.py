"""Witnesses of bounds on the gap: a loss that hardly depends on the sample, on tossed coins.

The bounds are those of the mean of so many coins and a little more. Where the stated bound is less
than the largest gap that there is, it fails with positive probability.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from stability_proofs.semantics.claims import Claim
from stability_proofs.witnesses import slack
from stability_proofs.witnesses.least import with_least_constants
from stability_proofs.witnesses.rules import NONE, Sample, additive, world_of_rule
from stability_proofs.witnesses.witness import Break, Witness, scaled, with_functions
from stability_proofs.witnesses.worlds import Law, World

HALF = Fraction(1, 2)
SEEDS: Law = ((HALF, HALF), (3 * HALF, HALF))
"""Factors of what the sample does, with mean 1."""


@dataclass(frozen=True)
class Coins:
    """Examples 1, with this chance, and 0; the loss at an example is what it shows.

    At 1 it is less by remembered/m for every 1 of the sample, times the seed if there are seeds.
    """

    size: int = 5
    chance: Fraction = HALF
    remembered: Fraction = Fraction(1, 50)
    seeds: Law = NONE

    @property
    def words(self) -> str:
        """What they are, in words."""
        seeded = ", times a drawn 1/2 or 3/2" if len(self.seeds) > 1 else ""
        return (
            f"m = {self.size} coins that show 1 with probability {self.chance}, else 0; the loss "
            f"is what they show, at 1 less {self.remembered.numerator}/"
            f"({self.remembered.denominator} m) for every 1 of the sample{seeded}"
        )

    def world(self, claim: Claim, values: Mapping[str, Any]) -> World:
        """The world, with the least constants for which the premises of a claim hold."""
        rule = additive(Fraction, self._influence, self.size)
        law = ((0, 1 - self.chance), (1, self.chance))
        every = {"M": Fraction(1), **values}
        world = world_of_rule(rule, law, self.size, seeds=self.seeds, values=every)
        near = {"distance": lambda x, y: abs(x - y)}
        return with_least_constants(with_functions(world, near), claim.allowed)

    def _influence(self, shown: int, tested: int) -> Fraction:
        return -self.remembered * shown * tested


def memorised(world: World) -> World:
    """Two examples are memorised: loss 0 at them, 1 elsewhere; one example makes no losses.

    All numbers stay as they were.
    """
    count = 8
    law = [(k, Fraction(1, count)) for k in range(count)]
    new = world_of_rule(_memory, law, 2, values=world.values)
    return with_functions(new, {"distance": lambda x, y: abs(x - y)})


def _memory(left: Sample, seed: Any, point: int) -> Fraction:
    return Fraction(len(left) % 2 == 0 and point not in left)


MEMORISED = "a rule that memorises two examples of eight is said to be as stable"
CONSTANTS = (
    *("beta", "epsilon", "epsilon_rms", "B", "U", "B1", "D"),
    *("diagonal_norm", "column_norm", "supremum_norm"),
    *("b_rms", "c_rms", "d_rms", "beta_rms", "beta_4", "c_sup"),
)


def narrower(factor: int) -> Break:
    """A range of losses, and constants, that are too small."""
    words = f"M, and the constant, are said to be {factor} times smaller"
    return words, scaled(Fraction(1, factor), "M", *CONSTANTS)


def tossing(coins: Coins, *, broken: Break = (MEMORISED, memorised), **values: Any) -> Witness:
    """Coins with numbers that a statement needs beside the least constants."""

    def world(claim: Claim) -> World | None:
        return None if claim.said else coins.world(claim, values)

    return Witness(coins.words, world, *broken)


FEW, MANY = Fraction(18, 100), Fraction(3, 10)
FORGETFUL = Coins(remembered=Fraction(1, 200))
BIASED = Coins(chance=Fraction(3, 4), remembered=Fraction(1, 200))
SEEDED = Coins(remembered=Fraction(1, 100), seeds=SEEDS)
MOSTLY_ONE = Coins(chance=Fraction(83, 100), remembered=Fraction(1, 1000), seeds=SEEDS)
FINITE = (
    tossing(Coins(6, remembered=Fraction(1, 200)), delta=Fraction(9, 100), eta=Fraction(1, 800)),
    slack.WITNESS,
)
SPLIT = {"delta_1": FEW, "delta_2": Fraction(3, 5), "delta_3": Fraction(1, 10), "delta": FEW}
LIPSCHITZ = {"delta": FEW, "eta": Fraction(1, 100), "Lambda": Fraction(1, 200)}

WITNESSES: Mapping[str, tuple[Witness, ...]] = MappingProxyType(
    {
        "bousquet2002-lemma9": (tossing(Coins(), delta=FEW),),
        "bousquet2002-thm11-emp": (tossing(BIASED, delta=MANY, broken=narrower(10)),),
        "bousquet2002-thm11-loo": (tossing(BIASED, delta=MANY, broken=narrower(10)),),
        "bousquet2002-thm12-emp": (tossing(Coins(), delta=FEW),),
        "bousquet2002-thm12-loo": (tossing(Coins(), delta=FEW),),
        "mohri2018-replacement": (tossing(Coins(), delta=FEW),),
        "feldman2018-second-moment": (tossing(Coins(), delta=FEW, broken=narrower(5)),),
        "feldman2018-chebyshev": (tossing(BIASED, delta=MANY, broken=narrower(5)),),
        "bousquet2020-moment": (tossing(Coins(), delta=FEW, order=3, broken=narrower(20)),),
        "bousquet2020-tail": (tossing(Coins(), delta=FEW, broken=narrower(50)),),
        "bousquet2020-rms": (tossing(Coins(), delta=FEW, order=3, broken=narrower(20)),),
        "elisseeff2005-thm9": (tossing(MOSTLY_ONE, delta=2 * MANY, broken=narrower(50)),),
        "elisseeff2005-thm12": (tossing(MOSTLY_ONE, delta=2 * MANY, broken=narrower(50)),),
        "elisseeff2005-thm15-emp": (tossing(SEEDED, delta=MANY, broken=narrower(10)),),
        "elisseeff2005-thm15-loo": (tossing(SEEDED, delta=MANY, broken=narrower(10)),),
        "deng2021-asymptotic": (tossing(FORGETFUL, **LIPSCHITZ, broken=narrower(50)),),
        "elastic-finite-emp": FINITE,
        "elastic-finite-loo": FINITE,
        "elastic-moments": (
            tossing(Coins(), delta=FEW, order=3, broken=narrower(20)),
            slack.WITNESS,
        ),
        "elastic-second-moment": (tossing(Coins(), delta=FEW), slack.WITNESS),
        "elastic-chebyshev": (tossing(FORGETFUL, delta=MANY), slack.WITNESS),
        "elastic-second-moment-loo": (tossing(Coins(), delta=FEW), slack.WITNESS),
        "elastic-chebyshev-loo": (tossing(FORGETFUL, delta=MANY), slack.WITNESS),
        "elastic-second-moment-kfold": (
            tossing(Coins(), delta=FEW, folds=2, broken=narrower(5)),
            slack.WITNESS,
        ),
        "elastic-split": (tossing(FORGETFUL, **SPLIT), slack.WITNESS),
        "elastic-split-loo": (tossing(FORGETFUL, **SPLIT), slack.WITNESS),
        "uniform-split": (tossing(FORGETFUL, **SPLIT),),
        "elastic-split-fourth": (tossing(FORGETFUL, **SPLIT), slack.WITNESS),
        "uniform-split-fourth": (tossing(FORGETFUL, **SPLIT),),
        "uniform-second-moment": (tossing(Coins(), delta=FEW, broken=narrower(5)),),
        "uniform-chebyshev": (tossing(BIASED, delta=MANY, broken=narrower(5)),),
    }
)
