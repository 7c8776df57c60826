"""A stability constant of one's own, in place of an algorithm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stability.conventions import (
    FURTHER_VALUES,
    MEANS,
    VALUES,
    Averaged,
    Convention,
    Notion,
)
from stability.errors import SetupError
from stability.setup.fields import (
    FLAG,
    NON_NEGATIVE,
    ZERO,
    Allowed,
    check_fields,
    one_of,
    quantity,
    unquoted,
)
from stability.setup.told import ToldSection

BETWEEN = (
    ("B1", "b_rms", "B"),
    ("B1", "c_rms", "c_sup"),
    ("B1", "c_rms", "U"),
    ("B1", "c_sup", "U"),
    ("D", "d_rms", "U"),
    ("b_rms", "beta_rms", "U"),
    ("c_rms", "beta_rms", "U"),
    ("B1", "beta_rms", "beta_4"),
    ("B1", "beta_4", "U"),
    ("u_mean", "u_rms", "u_sup"),
)
"""Values of a constant that are in order, where they are given."""


class NamedNumbers(Allowed):
    """Numbers of at least 0 by name, stored as pairs."""

    def convert(self, value: Any) -> tuple[tuple[str, Fraction], ...]:
        """The pairs; ValueError or TypeError for what is no table of numbers."""
        given = dict(value)
        if not given:
            raise ValueError("an empty table")
        return tuple((str(n), NON_NEGATIVE.part(f".{n}", v)) for n, v in given.items())

    def read(self, where: str, value: Any) -> Any:
        """A table of numbers. Raises SetupError for anything else."""
        if not isinstance(value, Mapping):
            raise SetupError(where=where, found=value, allowed=self.text)
        return {name: unquoted(f"{where}.{name}", number) for name, number in value.items()}


@dataclass(frozen=True, kw_only=True)
class AssumedStability(ToldSection):
    """Your own stability constant in place of an algorithm: what follows has provenance `assumed`.

    `notion`, `neighbour` and the names of `values` belong together (see the table `VALUES` of
    `stability.conventions`). `convention` says what deletion means; it has to be that of the
    leave-one-out error you have in mind. `averaged_over`: "sample and algorithm" is for notions
    that are means over the sample only. `scaling`: how the values depend on the sample size m,
    "constant" or "1/m"; missing means they are known at this m only, and theorems that also need
    them at m - 1 refuse. For the notion "elastic" the values are those of beta in
    |l(A_S, z) - l(A_S^-i, z)| <= beta(z_i, z)/m, and a scaling promises that one function beta
    serves m and m - 1: the same with "constant", one that falls like 1/m with "1/m". Constants of
    (pointwise) hypothesis stability are taken as means over the position of the deleted example.
    `symmetric`: whether any two examples may change places without changing what is learned, also
    after a deletion; missing means that nobody says so, and theorems on such rules refuse.
    An elastic constant may
    also give the norms of beta (the table `FURTHER_VALUES`); theorems that use them take for each
    the smaller of its value and of what the four numbers say. `structure`:
    "product" if beta(z', z) = u(z') v(z), which bounds the probability that a mean of beta is
    large; "square" if it is u(z') u(z), which says more of its higher moments.

    >>> AssumedStability(notion="uniform", values={"beta": "1e-5"}).neighbour
    'deletion'
    """

    notion: str = quantity(
        one_of(*dict.fromkeys(str(n) for n, _ in VALUES)), "the notion", example='"uniform"'
    )
    values: tuple[tuple[str, Fraction], ...] = quantity(
        NamedNumbers("a table of name = number"),
        "the numbers that go with notion and neighbour, by name",
        example="{ beta = 1e-5 }",
    )
    neighbour: str = quantity(
        one_of("deletion", "replacement"),
        "which samples are neighbours",
        default="deletion",
        example='"deletion"',
    )
    convention: str | None = quantity(
        one_of(*(str(c) for c in Convention)),
        "what deletion means",
        default=None,
        example='"retrain"',
    )
    averaged_over: str = quantity(
        one_of("nothing", "algorithm", "sample and algorithm"),
        "the randomness that the constant averages over",
        default="nothing",
        example='"nothing"',
    )
    scaling: str | None = quantity(
        one_of("constant", "1/m"),
        "how the constant depends on the sample size",
        default=None,
        example='"1/m"',
    )
    structure: str | None = quantity(
        one_of("product", "square"),
        "the form of an elastic constant, if it has one",
        default=None,
        example='"product"',
    )
    symmetric: bool | None = quantity(
        FLAG,
        "whether any two examples may change places without changing what is learned, also after "
        "a deletion",
        default=None,
        example="true",
    )

    def __post_init__(self) -> None:
        check_fields(self, "stability")
        wanted = VALUES.get((self.notion, self.neighbour))  # type: ignore[call-overload]
        if wanted is None:
            other = "replacement" if self.neighbour == "deletion" else "deletion"
            raise SetupError(
                where="stability.neighbour",
                found=self.neighbour,
                allowed=f"{other!r} for the notion {self.notion!r}",
            )
        given = dict(self.values)
        further = FURTHER_VALUES.get((self.notion, self.neighbour), ())  # type: ignore[call-overload]
        if not set(wanted) <= set(given) <= {*wanted, *further}:
            raise SetupError(
                where="stability.values",
                found=", ".join(given) or "nothing",
                allowed=f"for {self.notion} {self.neighbour} stability exactly: "
                + ", ".join(wanted)
                + (f"; if known, also {', '.join(further)}" if further else ""),
            )
        self._check_words()
        if self.averaged_over == Averaged.BOTH and self.notion not in MEANS:
            raise SetupError(
                where="stability.averaged_over",
                found=self.averaged_over,
                allowed=f"'nothing' or 'algorithm' for the notion {self.notion!r}",
                remedy="Only what is itself a mean over the sample can be a mean over both: "
                + ", ".join(repr(str(n)) for n in Notion if n in MEANS)
                + ".",
            )
        checked = tuple((name, given[name]) for name in (*wanted, *further) if name in given)
        object.__setattr__(self, "values", checked)
        value = dict(checked)
        if self.notion == Notion.ELASTIC and not (
            value["B1"] <= value["B"] <= value["U"] and value.get("D", ZERO) <= value["U"]
        ):
            raise SetupError(
                where="stability.values",
                found=", ".join(f"{k} = {float(v):g}" for k, v in checked),
                allowed="B1 <= B <= U and D <= U",
                remedy="U is the largest beta(z', z), B the largest row mean, B1 the mean.",
            )
        for names in BETWEEN:
            numbers = [value[name] for name in names if name in value]
            if numbers != sorted(numbers):
                raise SetupError(
                    where="stability.values",
                    found=", ".join(f"{k} = {float(v):g}" for k, v in checked),
                    allowed=" <= ".join(name for name in names if name in value),
                    remedy="A root mean square lies between the mean and the supremum.",
                )

    def _check_words(self) -> None:
        """Raise SetupError for a word that says nothing of this notion and neighbour."""
        if self.convention is not None and self.neighbour != "deletion":
            raise SetupError(
                where="stability.convention",
                found=self.convention,
                allowed="nothing for replacement",
                remedy="It says what deletion means; a replaced example is not deleted.",
            )
        if self.structure is not None and self.notion != Notion.ELASTIC:
            raise SetupError(
                where="stability.structure",
                found=self.structure,
                allowed=f"nothing for the notion {self.notion!r}",
                remedy="It is the form of an elastic beta(z', z).",
            )
