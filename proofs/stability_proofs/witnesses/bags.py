"""Witnesses of bagging: all bags of two examples enumerated, with and without replacement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations, combinations_with_replacement
from types import MappingProxyType
from typing import Any

from stability.theorems.kinds.hypotheses import trains_by
from stability_proofs.kernel.terms import NATURAL, VECTOR
from stability_proofs.semantics.claims import Claim
from stability_proofs.witnesses.least import with_least_constants
from stability_proofs.witnesses.witness import Witness, scaled
from stability_proofs.witnesses.worlds import World

SUBSAMPLE, DRAWS = 2, 2
Bag = tuple[int, ...]
SIGNS = ((-1, Fraction(1, 2)), (1, Fraction(1, 2)))


@dataclass(frozen=True)
class Bags:
    """Bags of so many examples, places in order, with their law."""

    size: int
    law: tuple[tuple[Bag, Fraction], ...]

    def stand_in(self, bag: Bag, place: int) -> int:
        """The first example that is not in the bag."""
        return next((p for p in range(self.size) if p not in bag), place)

    def swapped(self, bag: Bag, place: int) -> Bag:
        """The bag with the stand-in in the place of an example."""
        new = self.stand_in(bag, place)
        return tuple(sorted(new if p == place else p for p in bag))


def subsets(size: int) -> Bags:
    """Two different examples."""
    pairs = tuple(combinations(range(size), SUBSAMPLE))
    return Bags(size, tuple((bag, Fraction(1, len(pairs))) for bag in pairs))


def drawn(size: int) -> Bags:
    """Two draws with replacement: bags of two different examples come in two orders."""
    pairs = combinations_with_replacement(range(size), SUBSAMPLE)
    return Bags(size, tuple((bag, Fraction(len(set(bag)), size**SUBSAMPLE)) for bag in pairs))


@cache
def votes(bags: Bags) -> World:
    """The mean vote, -1 or 1, of the distinct examples of a bag; a deleted one does not vote.

    It moves by 1/k if one of k is dropped: base is 1/2. The loss is the prediction.
    """

    @cache
    def predicted(sample: tuple[int, ...], bag: Bag, dropped: int | None = None) -> Fraction:
        total = sum(sample[i] for i in set(bag) if i != dropped)
        return Fraction(total, len(set(bag)))

    functions: dict[str, Callable[..., Any]] = {
        "predicted": lambda s, bag, z: predicted(s, bag),
        "dropped": lambda s, bag, i, z: predicted(s, bag, i),
        "fee": lambda p, z: p,
    }
    return _world(bags, functions, base=Fraction(1, 2))


@cache
def presence(bags: Bags) -> World:
    """The prediction is 1 if the first example is in the bag, else 0.

    The deletion of the first example moves the average by a little more than eps.
    """

    def left_average(sample: Any, place: int, point: int) -> Fraction:
        others = [(bag, p) for bag, p in bags.law if place not in bag]
        return _of_first(others) / sum((p for _, p in others), Fraction(0))

    functions: dict[str, Callable[..., Any]] = {
        "predicted": lambda s, bag, z: int(0 in bag),
        "dropped": lambda s, bag, i, z: int(0 in bag and i != 0),
        "left_average": left_average,
    }
    return _world(bags, functions, eps=Fraction(99, 100) * _of_first(bags.law))


def _of_first(law: Iterable[tuple[Bag, Fraction]]) -> Fraction:
    """How often the first example is in a bag."""
    return sum((p for bag, p in law if 0 in bag), Fraction(0))


def _world(bags: Bags, functions: Mapping[str, Callable[..., Any]], **values: Any) -> World:
    size = bags.size
    laws = {
        "example": SIGNS,
        "index": [(k, Fraction(1, size)) for k in range(size)],
        "draw": [(k, Fraction(1, DRAWS)) for k in range(DRAWS)],
        "seed": bags.law,
    }
    of_bags: dict[str, Callable[..., Any]] = {
        "in_bag": lambda bag, place: place in bag,
        "distinct": lambda bag: len(set(bag)),
        "swapped": bags.swapped,
        "stand_in": bags.stand_in,
        "alpha": lambda t: Fraction(1),
    }
    numbers = {
        **dict.fromkeys(("L", "L_mean", "L_rms", "L_4", "mu", "gamma"), Fraction(1)),
        "subsample": Fraction(SUBSAMPLE),
        "length": SUBSAMPLE,
        **values,
    }
    tried = [Fraction(n, 2) for n in (-2, 0, 1, 2)]
    trials = {NATURAL: range(size + 1), VECTOR: (), "real": tried}
    return World(laws, {**of_bags, **functions}, numbers, trials)


def uneven(world: World) -> World:
    """Bags with the first example are ten times as probable beside the others."""
    raised = [(bag, (10 if 0 in bag else 1) * p) for bag, p in world.laws["seed"]]
    total = sum(p for _, p in raised)
    size = len(world.laws["index"])
    return presence(Bags(size, tuple((bag, p / total) for bag, p in raised)))


def draws_with_replacement(claim: Claim) -> bool:
    """Whether bags are drawn with replacement."""
    own = getattr(claim.statement, "hypotheses", ())
    return trains_by("bagging") in (*claim.theorem.hypotheses, *own)


def voting(claim: Claim) -> World:
    """Votes of subsets of three examples, or of two draws of two examples."""
    found = votes(drawn(2) if draws_with_replacement(claim) else subsets(3))
    return with_least_constants(found, claim.allowed)


VOTES = Witness(
    "two bags of two examples, of m = 3 without replacement, of m = 2 with; the mean vote, -1 or "
    "1, of the distinct ones",
    voting,
    "base and the range of predictions are said to be four times smaller",
    scaled(Fraction(1, 4), "base", "prediction_range"),
)
PRESENCE = Witness(
    "all bags of two of m = 3 examples; the prediction is whether the first is in the bag",
    lambda claim: presence(drawn(3) if draws_with_replacement(claim) else subsets(3)),
    "bags with the first example are ten times as probable, beside the others",
    uneven,
)
WITNESSES: Mapping[str, tuple[Witness, ...]] = MappingProxyType(
    {
        "elisseeff2005-subbagging": (VOTES,),
        "elisseeff2005-bagging": (VOTES,),
        "soloff2024-bagging": (PRESENCE,),
    }
)
