"""How stable an algorithm is (`Stability`), as frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from stability.conventions import (
    Averaged,
    Convention,
    Kind,
    Name,
    Neighbour,
    Notion,
    Positions,
    Provenance,
    Scope,
    Trust,
)
from stability.errors import Refusal, UnsafeMixture
from stability.rounding import rounded, rounded_down, rounded_up
from stability.setup.setup import Setup
from stability.theorems.statements.composed import composed
from stability.theorems.statements.symbols import MEANINGS
from stability.theorems.statements.term import Term
from stability.told import Told


@dataclass(frozen=True)
class Product:
    """An elastic constant of product form: beta(z', z) = u(z') v(z), or non-decreasing in u(z').

    The rows are then ordered: that of the largest u(z') has the largest mean over every sample.
    `square`: it is u(z') u(z) with one function u.

    Source: this project, form (b) of the bounds on p_eta.
    """

    square: bool = False


@dataclass(frozen=True, eq=False)
class Groups:
    """One row of beta per group of deleted points: mean `b`, variance `v` and maximum `top`.

    Arrays of shape (rows,). With values from data the result is a plug-in estimate; with
    population values it is form (a) of the bounds on p_eta.
    """

    b: NDArray[np.float64]
    v: NDArray[np.float64]
    top: NDArray[np.float64]


Structure = Product | Groups | None
"""What is known of an elastic constant beyond its four numbers."""


@dataclass(frozen=True)
class Origin:
    """What a theorem of your own was read from, such as the file mine.py.

    `told` are the same in plain values: the file, and the sha256 of it and of what it imports.
    """

    place: str
    told: Mapping[str, Any] = field(default_factory=dict, compare=False)


class Rule(Protocol):
    """A theorem, as what was made by it knows it."""

    @property
    def id(self) -> str:
        """Its identifier."""
        ...

    @property
    def trust(self) -> Trust:
        """Whether it is derived here, second hand or of your own."""
        ...

    @property
    def origin(self) -> Origin | None:
        """What it was read from, if it is of your own."""
        ...

    def needs(self, form: Name) -> tuple[str, ...]:
        """The hypotheses in words, with those of its statement of that name."""
        ...


@dataclass(frozen=True, eq=False, kw_only=True)
class Stability(Told):
    """How far the loss can move when one example is deleted or replaced.

    `values` are terms in the sample size, named as `stability.conventions.VALUES` says; `.at(m)`
    gives them as floats on the safe side. `convention` says what deletion means (None for
    replacement); `averaged_over` what randomness the constant averages over. `failure` is the
    probability that measured constants in it are too small. `path` holds the ids of the theorem
    and conversions it came through, `rules` these themselves (no rule made a constant of your own,
    or a measured one). `sizes` is "every", or "this" if the values are known at the
    setup's sample size only. `steps` is the number of steps, if it follows the sample size and the
    constant compares runs of m and of m - 1 examples: it then holds at the sizes at which these
    are equally long. `not_in_place` says why a constant that deletes in place cannot stand for one
    of m - 1 examples. `trust` is that of the least trusted theorem on the path, "derived here" if
    there is none. `symmetric` says whether the rule ignores the order of the examples, also
    after a deletion (None: nobody says); of a rule with randomness, its expected losses do. A mean
    over the sample (hypothesis, pointwise) is bounded at every position of the example, or on
    average over the `positions`. `made_for` is filled in: it keeps a copy from being moved to
    another setup.

    Raises UnsafeMixture for a copy with another setup.
    """

    setup: Setup
    notion: Notion
    neighbour: Neighbour
    convention: Convention | None
    averaged_over: Averaged
    values: Mapping[str, Term]
    path: tuple[str, ...]
    symmetric: bool | None
    positions: Positions
    kind: Kind = Kind.UPPER
    scope: Scope = Scope.EVERY
    provenance: Provenance = Provenance.PROVED
    failure: Fraction = Fraction(0)
    structure: Structure = None
    sizes: str = "every"
    steps: Term | None = None
    not_in_place: Refusal | None = None
    form: str = ""
    trust: Trust = Trust.SECOND_HAND
    unspecified: tuple[str, ...] = field(default=())
    rules: tuple[Rule, ...] = field(default=(), repr=False)
    made_for: Setup | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.made_for is None:
            object.__setattr__(self, "made_for", self.setup)
        elif self.made_for != self.setup:
            raise UnsafeMixture(
                f"{self.path[0]}: a constant belongs to the setup that it was made for and cannot "
                "be moved to another one; make it anew there"
            )

    @property
    def deletes_in_place(self) -> bool:
        """Whether the constant was proved for skipping examples in a run of m.

        Null-step and keep-1/m constants then hold with the same value when another example is
        already skipped, or one m/(m - 1) times as large, which is what leave-one-out bounds ask of
        the size m - 1. Where that is not so, `not_in_place` says why.
        """
        in_place = self.convention in (Convention.NULL_STEP, Convention.KEEP)
        return in_place and self.provenance in (Provenance.PROVED, Provenance.CERTIFIED)

    @property
    def at_every_position(self) -> bool:
        """Whether it holds for each example that may be deleted or replaced, not on average only.

        Under a symmetric rule no position differs from another: examples are independent draws.
        That a law is symmetric says nothing of two runs that share their randomness, though.
        """
        alike = self.symmetric is True and self.averaged_over is not Averaged.BOTH
        return self.positions is Positions.EVERY or alike

    def as_long_at(self, size: int) -> bool:
        """Whether runs with one example fewer are as long at a sample size, where they have to be.

        Source: passes over m and over m - 1 examples have ceil(m/s) and ceil((m - 1)/s) steps.
        """
        return self.steps is None or as_long(self.steps, size)

    def at(self, size: int | None = None) -> dict[str, float]:
        """Every value at a sample size (default: the setup's), rounded to the safe side.

        Upper bounds are rounded up, lower bounds down. Raises UnsafeMixture for another size than
        the setup's if the values are known at that one only, or if runs with one example fewer
        are shorter there and the constant is about runs that are equally long.
        """
        wanted = self.setup.sample.size if size is None else size
        if self.sizes == "this" and wanted != self.setup.sample.size:
            raise UnsafeMixture(
                f"{self.path[0]} is known at m = {self.setup.sample.size} only, not at {wanted}; "
                "say how it scales (stability.scaling)"
            )
        if not self.as_long_at(wanted):
            raise UnsafeMixture(
                f"{self.path[0]} compares runs that are equally long; at m = {wanted} one example "
                "fewer makes them shorter: give algorithm.steps in place of epochs"
            )
        if self.kind is Kind.LOWER:
            return {name: term.enclosure(wanted).lower for name, term in self.values.items()}
        return {name: term.upper(wanted) for name, term in self.values.items()}

    def told(self) -> tuple[str, ...]:
        """The values on the safe side, where they come from and what they promise."""
        deleted = f"{self.neighbour}{f', {self.convention}' if self.convention else ''}"
        promise = (str(self.kind), str(self.provenance), str(self.trust))
        mean = "" if self.averaged_over is Averaged.NOTHING else f", mean over {self.averaged_over}"
        return (
            f"{self.notion} stability ({deleted}{mean}) at m = {self.setup.sample.size}, "
            f"by {' > '.join(self.path)}",
            *self._value_lines(),
            f"It is: {', '.join(promise)}.",
        )

    def _value_lines(self) -> tuple[str, ...]:
        if self.unspecified:
            return (f"  a formula only: the source does not give {', '.join(self.unspecified)}",)
        size, lower = self.setup.sample.size, self.kind is Kind.LOWER
        ends = {name: term.enclosure(size) for name, term in self.values.items()}
        if self.kind is Kind.ESTIMATE or self.provenance is Provenance.PLUG_IN:
            told = {n: f"about {rounded((e.low + e.high) / 2)}" for n, e in ends.items()}
        elif lower:
            told = {n: f"at least {rounded_down(e.low)}" for n, e in ends.items()}
        else:
            told = {n: f"at most {rounded_up(e.high)}" for n, e in ends.items()}
        return tuple(f"  {name}: {words}" for name, words in told.items())

    def told_latex(self) -> str:
        """Each value as a formula in the symbols of the setup."""
        formulas = {name: composed(term) for name, term in self.values.items()}
        return r",\quad ".join(
            f"{MEANINGS[name].latex if name in MEANINGS else name} = {found.latex}"
            for name, found in formulas.items()
            if found is not None
        )

    def record(self) -> dict[str, Any]:
        """The constant as plain values, for JSON."""
        return {
            "id": self.path[0],
            "path": list(self.path),
            "form": self.form,
            "notion": str(self.notion),
            "neighbour": str(self.neighbour),
            "convention": str(self.convention) if self.convention else None,
            "averaged_over": str(self.averaged_over),
            "symmetric": self.symmetric,
            "positions": str(self.positions),
            "kind": str(self.kind),
            "scope": str(self.scope),
            "provenance": str(self.provenance),
            "failure": float(self.failure),
            "trust": str(self.trust),
            "values": None if self.unspecified else self.at(),
            "unspecified": list(self.unspecified),
        }


def as_long(steps: Term, size: int) -> bool:
    """Whether a number of steps is the same for one example fewer.

    >>> import sympy
    >>> m = sympy.Symbol("m", integer=True, positive=True)
    >>> passes = Term(sympy.ceiling(m / 10), {})
    >>> as_long(passes, 20), as_long(passes, 21)
    (True, False)
    """
    here, before = steps.enclosure(size), steps.previous().enclosure(size)
    return here.is_exact and here == before
