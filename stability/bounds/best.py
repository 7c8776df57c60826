"""The best bound on a quantity: one rule, which tables, pictures, pages and calibration share.

1. What answers: a bound on the quantity itself; for the gap (how far the test loss is above the
   training loss) also one on its absolute value, which says more; so for the leave-one-out gap.
2. What is guaranteed: kinds `upper` and `exact`, unless the constant is a plug-in. Nothing else is
   ever the best.
3. What rests on something of your own, a constant (`assumed`) or a theorem (`of your own`), counts
   where nothing rests on less of it: nobody but you vouches for that.
4. Of these the smallest number is the best, whatever it averages over and whether its theorems are
   derived here or second hand. If it averages over the algorithm and another bound is of the very
   run, that one is named beside it; so is the best of what is derived here if the smallest is
   second hand. If a theorem of your own gives a smaller number than the best, that is named too.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from stability.conventions import TWO_SIDED, Averaged, Kind, Provenance, Quantity, Trust
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.constant import Rule

ABSOLUTE = {
    Quantity.GAP: Quantity.ABSOLUTE_GAP,
    Quantity.LOO_GAP: Quantity.LOO_ABSOLUTE_GAP,
}
"""Quantities, and their absolute values."""
_QUANTITIES, _AVERAGED = list(Quantity), list(Averaged)


@dataclass(frozen=True, eq=False)
class Best:
    """The best guaranteed bound on a quantity, and what has to be named beside it.

    `of_the_run`: the best that averages over nothing, if `bound` averages over the algorithm and
    there is one. `derived`: the best that is derived here, if `bound` is not and there is one.
    `own`: the best that rests on theorems of your own, if `bound` does not and is larger.
    """

    quantity: Quantity
    bound: Bound
    of_the_run: Bound | None
    derived: Bound | None
    own: Bound | None = None


def best(bounds: Iterable[Bound], quantity: Quantity | str = Quantity.GAP) -> Best | None:
    """The best guaranteed bound on a quantity among some, by the rule above; None if there is none.

    >>> from stability.bounds.analyse import analyse
    >>> from stability.setup.algorithms import EmpiricalRiskMinimizer
    >>> from stability.setup.setup import Loss, Sample, Setup
    >>> setup = Setup(
    ...     sample=Sample(60000),
    ...     loss=Loss(range=1, lipschitz=1, mean_lipschitz="0.5", convex=True),
    ...     algorithm=EmpiricalRiskMinimizer(regularization="0.1"),
    ... )
    >>> found = best(analyse(setup).bounds)
    >>> found.bound.theorem, found.bound.quantity.value
    ('elastic-split', 'gap')
    """
    asked = Quantity(quantity)
    rows = ranked(bounds, asked)
    if not rows:
        return None
    first = rows[0]
    others = [b for b in rows if b.trust is not Trust.OWN or first.trust is Trust.OWN]
    run = next((b for b in others if b.averaged_over is Averaged.NOTHING), None)
    derived = next((b for b in others if b.trust is Trust.DERIVED), None)
    smaller = [b for b in rows if b.trust is Trust.OWN and b.value < first.value]
    own = min(smaller, key=lambda b: (b.value, rank(b)), default=None)
    return Best(
        quantity=asked,
        bound=first,
        of_the_run=None if first.averaged_over is Averaged.NOTHING else run,
        derived=None if first.trust is Trust.DERIVED else derived,
        own=None if first.trust is Trust.OWN else own,
    )


def answers(quantity: Quantity) -> tuple[Quantity, ...]:
    """The quantities whose bounds are bounds on this one as well."""
    return (quantity, ABSOLUTE[quantity]) if quantity in ABSOLUTE else (quantity,)


def guaranteed(bound: Bound) -> bool:
    """Whether the number is a guarantee: an upper bound that does not rest on a plug-in."""
    return bound.kind in (Kind.UPPER, Kind.EXACT) and bound.provenance is not Provenance.PLUG_IN


def of_your_own(bound: Bound) -> str:
    """The theorems of your own that a bound rests on, in words; "" if there are none."""
    own = [rule for rule in bound.rules if rule.trust is Trust.OWN]
    named = (f"{r.id} ({r.origin.place})" if r.origin is not None else r.id for r in own)
    return f"{'theorems' if len(own) > 1 else 'a theorem'} of your own, {' and '.join(named)}" * (
        bound.trust is Trust.OWN
    )


def own_record(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """The theorems of your own among some, and what each was read from, as plain values."""
    own = (rule for rule in rules if rule.trust is Trust.OWN)
    return [{"id": r.id, **({} if r.origin is None else r.origin.told)} for r in own]


def ranked(bounds: Iterable[Bound], quantity: Quantity) -> tuple[Bound, ...]:
    """The guaranteed bounds that answer, the best first."""
    asked = answers(quantity)
    return tuple(sorted((b for b in bounds if guaranteed(b) and b.quantity in asked), key=rank))


def rank(bound: Bound) -> tuple[Any, ...]:
    """The key by which bounds that answer one question are sorted, the best first.

    Of equal numbers the one that averages over less, then the two-sided one, is better.
    """
    return (
        not guaranteed(bound),
        (bound.provenance is Provenance.ASSUMED) + (bound.trust is Trust.OWN),
        bound.value,
        _AVERAGED.index(bound.averaged_over),
        bound.quantity not in TWO_SIDED,
        bound.trust is not Trust.DERIVED,
        bound.path,
    )


def ordered(bounds: Iterable[Bound], quantity: Quantity) -> tuple[Bound, ...]:
    """Bounds in the order of tables: those that answer first, the best at the top; then the others
    by quantity."""
    asked = answers(quantity)

    def key(bound: Bound) -> tuple[Any, ...]:
        group = 0 if bound.quantity in asked else 1 + _QUANTITIES.index(bound.quantity)
        return group, rank(bound)

    return tuple(sorted(bounds, key=key))


def best_of_each(bounds: Sequence[Bound], group: Callable[[Bound], Hashable]) -> tuple[Bound, ...]:
    """The best of each group, in the order in which groups appear."""
    found: dict[Hashable, Bound] = {}
    for bound in bounds:
        other = found.setdefault(group(bound), bound)
        if rank(bound) < rank(other):
            found[group(bound)] = bound
    return tuple(found.values())
