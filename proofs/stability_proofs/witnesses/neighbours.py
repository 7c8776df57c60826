"""A witness of voting by nearest neighbours: examples with a mark that no two of them share.

Every example has a label, 0 or 1, and a mark with a continuous law, and is as far from another as
both marks add up to (all paths lead through one place). All that matters of marks is their order.
Independent continuous marks come in every order with the same probability, and so do different ones
of a few: so an expectation over an example is here the mean over those whose marks none of the
examples spoken of has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import permutations, product
from types import MappingProxyType
from typing import Any, NamedTuple

from stability_proofs.kernel.terms import NATURAL, VECTOR
from stability_proofs.semantics.claims import Claim
from stability_proofs.witnesses.witness import Witness, enlarged
from stability_proofs.witnesses.worlds import Bound, Law, World

SIZE = 3
MARKS = tuple(range(SIZE + 1))
"""As many as there are examples at a time: a sample and a point."""
LABELS = (0, 1)


class Example(NamedTuple):
    """An example."""

    mark: int
    label: int


EXAMPLES = tuple(Example(mark, label) for mark in MARKS for label in LABELS)
Sample = tuple[Example, ...]


@dataclass(frozen=True, eq=False)
class Marked(World):
    """A world in which the marks of examples are different."""

    def law(self, sort: str, bound: Bound = ()) -> Law:
        """Examples, and samples, whose marks are none of those of the bound examples."""
        if sort not in ("example", "sample"):
            return super().law(sort, bound)
        return _law(sort, frozenset(_marks(bound)))


def _marks(bound: Any) -> list[int]:
    if isinstance(bound, Example):
        return [bound.mark]
    parts = bound if isinstance(bound, tuple) else ()
    return [mark for part in parts for mark in _marks(part)]


@cache
def _law(sort: str, taken: frozenset[int]) -> Law:
    free = [mark for mark in MARKS if mark not in taken]
    count = 1 if sort == "example" else SIZE
    found = [
        tuple(Example(*pair) for pair in zip(marks, labels, strict=True))
        for marks in permutations(free, count)
        for labels in product(LABELS, repeat=count)
    ]
    chance = Fraction(1, len(found))
    return [(examples[0] if sort == "example" else examples, chance) for examples in found]


def far(example: Example, point: Example) -> int:
    """The distance, for different examples."""
    return example.mark + point.mark


def ranked(sample: Sample, place: int, point: Example, deleted: int | None = None) -> int:
    """How many examples that are left are closer."""
    return sum(
        far(other, point) < far(sample[place], point)
        for i, other in enumerate(sample)
        if i != deleted
    )


@cache
def one_neighbour() -> World:
    """The loss is 1 where the label of the one nearest neighbour is another."""
    functions: dict[str, Callable[..., Any]] = {
        "far": far,
        "rank": ranked,
        "rank_left": lambda s, k, i, z: ranked(s, i, z, k),
        "ballot": lambda example: 2.0 * example.label - 1.0,
        "verdict": lambda votes, point: int((votes > 0) != point.label),
        "alpha": lambda t: 1.0,
    }
    laws = {
        "example": _law("example", frozenset()),
        "index": [(i, Fraction(1, SIZE)) for i in range(SIZE)],
    }
    values = {**dict.fromkeys(("L", "L_mean", "L_rms", "L_4", "mu", "gamma"), 1.0), "k": 1}
    trials = {
        "example": EXAMPLES,
        "sample": list(product(EXAMPLES, repeat=SIZE))[::7],
        VECTOR: (-1.0, 0.0, 1.0),
        NATURAL: range(SIZE + 1),
    }
    return Marked(laws, functions, values, trials)


def world(claim: Claim) -> World:
    """One world for all claims."""
    return one_neighbour()


WITNESSES: Mapping[str, tuple[Witness, ...]] = MappingProxyType(
    {
        "elisseeff2005-knn": (
            Witness(
                "m = 3 examples with labels 0 or 1 at random and continuous marks, which add up "
                "to distances; one neighbour votes",
                world,
                "losses are three times as large as the 0-1 loss",
                enlarged(3, "verdict"),
            ),
        ),
    }
)
