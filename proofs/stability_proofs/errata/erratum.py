"""What an erratum is: a statement as printed, an instance in which it fails, and the correction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

Number = Fraction | float


class Method(StrEnum):
    """How the numbers of an instance are known."""

    EXACT = "exact"
    QUADRATURE = "quadrature"
    SIMULATION = "simulation, 99.9% confidence"


class Relation(StrEnum):
    """What a statement says of a quantity."""

    AT_MOST = "at most"
    EQUAL = "equal to"


@dataclass(frozen=True)
class Comparison:
    """What a statement claims of a quantity of an instance, and what holds there.

    The quantity lies between `low` and `high`: the same number if it is known exactly, the ends of
    the error of a quadrature, or of a confidence interval.
    """

    quantity: str
    claimed: Number
    low: Number
    high: Number
    relation: Relation = Relation.AT_MOST

    @property
    def fails(self) -> bool:
        """Whether the claim is false wherever between the ends the quantity is."""
        above = self.claimed < self.low
        return above or (self.relation is Relation.EQUAL and self.high < self.claimed)

    @property
    def holds(self) -> bool:
        """Whether the claim is true wherever the quantity is; an equality: as far as is known."""
        below = self.high <= self.claimed
        return below if self.relation is Relation.AT_MOST else not self.fails


def exactly(
    quantity: str, claimed: Number, found: Number, relation: Relation = Relation.AT_MOST
) -> Comparison:
    """A comparison with a quantity that is known exactly."""
    return Comparison(quantity, claimed, found, found, relation)


@dataclass(frozen=True)
class Evidence:
    """The printed and the corrected statement in one instance."""

    printed: Comparison
    corrected: Comparison

    @property
    def refutes(self) -> bool:
        """Whether the printed statement fails there and the corrected one holds."""
        return self.printed.fails and self.corrected.holds


@dataclass(frozen=True)
class Erratum:
    """A statement that fails as printed.

    `evidence` computes both statements in the instance that is described, `control` those in
    another one, described by `spared`, in which the printed statement does hold. `theorem` is the
    identifier of the corrected statement in the library, if it is there. `missing` says what is not
    known of the printed statement; with it nothing printed is called refuted.
    """

    slug: str
    source: str
    printed: str
    instance: str
    method: Method
    corrected: str
    theorem: str | None
    evidence: Callable[[], Evidence]
    spared: str
    control: Callable[[], Evidence]
    missing: str = ""
