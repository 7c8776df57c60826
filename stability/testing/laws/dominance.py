"""The finite-sample elastic bound is never worse than uniform stability with the constant U/m."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from stability.conventions import Averaged, Convention, Neighbour, Notion, Positions
from stability.setup.fields import Exact, exact
from stability.setup.setup import AssumedStability, Loss, Sample, Setup
from stability.theorems.catalogue import BY_ID
from stability.theorems.kinds import GeneralizationTheorem
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.constant import Stability, Structure
from stability.theorems.statements.symbols import symbol
from stability.theorems.statements.term import Enclosure, Term


@dataclass(frozen=True, eq=False)
class Dominance:
    """The elastic bound with the best eta, and Theorem 12 of Bousquet and Elisseeff with U/m."""

    elastic: Bound
    uniform: Enclosure

    @property
    def holds(self) -> bool:
        """Whether the elastic bound is at most the uniform one."""
        return self.elastic.enclosure.low <= self.uniform.high

    @property
    def equal(self) -> bool:
        """Whether the two agree as far as their enclosures tell."""
        return self.holds and self.uniform.low <= self.elastic.enclosure.high


def elastic_stability(
    m: int,
    M: Exact,
    B: Exact,
    U: Exact,
    B1: Exact,
    D: Exact,
    structure: Structure = None,
) -> Stability:
    """An elastic constant with given values that do not depend on the sample size."""
    values = {"B": exact(B), "U": exact(U), "B1": exact(B1), "D": exact(D)}
    setup = Setup(
        sample=Sample(m),
        loss=Loss(range=M),  # type: ignore[arg-type]
        stability=AssumedStability(
            notion="elastic", values=tuple(values.items()), scaling="constant"
        ),
    )
    return Stability(
        setup=setup,
        notion=Notion.ELASTIC,
        neighbour=Neighbour.DELETION,
        convention=Convention.KEEP,
        averaged_over=Averaged.NOTHING,
        values={name: Term(symbol(name), {name: value}) for name, value in values.items()},
        path=("given",),
        symmetric=True,
        positions=Positions.EVERY,
        structure=structure,
    )


def dominance(
    m: int,
    delta: Exact,
    M: Exact,
    B: Exact,
    U: Exact,
    B1: Exact,
    D: Exact,
    structure: Structure = None,
    *,
    theorem: GeneralizationTheorem | None = None,
) -> Dominance:
    """Both bounds on R - R_emp at one setting, B1 <= B <= U and D <= U.

    `structure` is what is known of beta beyond the four numbers; `theorem` another elastic theorem
    than the library's. Raises SetupError if the four numbers are not in order.

    >>> dominance(1000, "0.05", 1, B="0.7", U="0.7", B1="0.7", D="0.7").equal
    True
    """
    elastic = theorem or BY_ID["elastic-finite-emp"]
    uniform = BY_ID["bousquet2002-thm12-emp"]
    bound = elastic.apply(elastic_stability(m, M, B, U, B1, D, structure), exact(delta))  # type: ignore[union-attr]
    given = {"m": m, "delta": exact(delta), "M": exact(M), "beta": Fraction(exact(U), m)}
    return Dominance(
        elastic=bound, uniform=Term(uniform.statements[0].values["bound"], given).enclosure()
    )
