"""What has to stand beside every value that is shown: one record of labels for all formats."""

from __future__ import annotations

from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from stability.conventions import (
    LINEAR,
    TWO_SIDED,
    Averaged,
    Kind,
    Over,
    Provenance,
    Quantity,
    Trust,
)

EXPECTATION = "in expectation"
OF_THE_RUN = "of the very run"


@dataclass(frozen=True, kw_only=True)
class Labels:
    """What a value speaks of and what it promises.

    `quantity`: what is bounded, None for a stability constant. `kind`: what the number promises.
    `provenance`: where the constant comes from. `trust`: whether every theorem on the path is
    derived here. `high_probability_over`: what the probability is over, `failure` how large the
    total failure probability is (0 in expectation). `averaged_over`: the randomness over which the
    quantity is averaged, None if that is whatever a constant not given averages over. `range`: M,
    where losses lie in [0, M], None if it is not known or not used, and `range_from` the place that
    it was read from, "" if there is none.

    Every format shows each of these. The names of the fields are those of JSON and CSV; the words
    for people are the properties.

    >>> labels = Labels(
    ...     quantity=Quantity.ABSOLUTE_GAP, kind=Kind.UPPER, provenance=Provenance.PROVED,
    ...     trust=Trust.DERIVED, high_probability_over=Over.SAMPLE, averaged_over=Averaged.NOTHING,
    ...     failure=Fraction(1, 20), range=Fraction(1), range_from="loss.range",
    ... )
    >>> print(", ".join(labels.words))
    absolute-gap, two-sided, of the very run, upper, proved, derived here, fails 0.05 over sample
    >>> labels.losses
    'losses lie in [0, 1] (loss.range)'
    """

    quantity: Quantity | None
    kind: Kind
    provenance: Provenance
    trust: Trust
    high_probability_over: Over
    averaged_over: Averaged | None
    failure: Fraction
    range: Fraction | None
    range_from: str

    @property
    def sides(self) -> str:
        """ "two-sided" if test losses may be on either side of training losses, or "one-sided"."""
        if self.quantity is None:
            return ""
        return "two-sided" if self.quantity in TWO_SIDED else "one-sided"

    @property
    def average(self) -> str:
        """What is averaged over. A square or a norm is taken over the sample, and of the mean over
        the algorithm if there is one."""
        over, probable = self.averaged_over, self.high_probability_over is not Over.NOTHING
        if over is None:
            return "averaged as its constant is"
        if self.quantity is None:
            return "" if over is Averaged.NOTHING else f"mean over {over}"
        if over is Averaged.NOTHING:
            return OF_THE_RUN if probable else "mean over the sample"
        if not probable and (self.quantity in LINEAR or over is Averaged.BOTH):
            return f"mean over {Averaged.BOTH}"
        return "mean over the algorithm" if probable else "of the mean over the algorithm"

    @property
    def chance(self) -> str:
        """With which probability it may fail, and over what: "in expectation" if with none."""
        if self.high_probability_over is Over.NOTHING:
            return EXPECTATION if self.quantity is not None else ""
        return f"fails {_number(self.failure)} over {self.high_probability_over}"

    @property
    def losses(self) -> str:
        """The range of the losses, and where it was read."""
        if self.range is None:
            return "the range of the losses is not used"
        return f"losses lie in [0, {_number(self.range)}] ({self.range_from})"

    @property
    def words(self) -> tuple[str, ...]:
        """All but the range, which is the same for every bound of a setup: phrases to be joined."""
        quantity = "" if self.quantity is None else str(self.quantity)
        promise = (str(self.kind), str(self.provenance), str(self.trust), self.chance)
        return tuple(filter(None, (quantity, self.sides, self.average, *promise)))

    def record(self) -> dict[str, Any]:
        """The labels as plain values, by name."""
        values = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        return {"quantity": values.pop("quantity"), "sides": self.sides, **values}


def _number(value: Fraction) -> str:
    return f"{float(value):.12g}"


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Fraction) else None if value is None else str(value)
