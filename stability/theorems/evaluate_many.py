"""`evaluate_many`: the bounds that a theorem gives for many settings, in one call.

What `evaluate` does for one setting of symbols, on arrays, and the rest of what `analyse` does: the
failure probability is shared out among the parts of a bound, symbols that follow from others are
filled in, and of several forms of one bound the smallest counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.conventions import Name, Quantity
from stability.errors import SetupError
from stability.theorems.catalogue import named
from stability.theorems.kinds import GeneralizationTheorem, Theorem
from stability.theorems.kinds.failure_split import FailureSplit
from stability.theorems.kinds.generalization_theorem import GeneralizationStatement
from stability.theorems.kinds.shares import best_shares
from stability.theorems.kinds.support import Shape
from stability.theorems.statements.minimise import fast, names_of
from stability.theorems.statements.term import vectorised
from stability.told import Told

Floats = NDArray[np.float64]
TOGETHER = 20_000
"""Settings that are looked at together: their arrays fit into a processor's cache."""


@dataclass(frozen=True, eq=False)
class ManyBounds(Told):
    """Bounds of one theorem, an entry for each setting; arrays of one shape.

    `values` are upper bounds, rounded up; `form` is the position in `forms` of the statement that
    gives the entry. `chosen` holds the failure probabilities of the parts, 0 for a part that this
    statement does not speak of.
    """

    values: Floats
    forms: tuple[str, ...]
    form: NDArray[np.int64]
    chosen: Mapping[Name, Floats]

    def told(self) -> tuple[str, ...]:
        """How many there are and how large, and how often each form gives the bound."""
        if not self.values.size:
            return ("no bounds: the arrays are empty",)
        counts = np.bincount(self.form.ravel(), minlength=len(self.forms))
        return (
            f"{self.values.size} upper bounds, an array of shape {self.values.shape}, "
            f"from {float(self.values.min())!r} to {float(self.values.max())!r}",
            *(
                f"  {name or 'the statement'}: {n}"
                for name, n in zip(self.forms, counts, strict=True)
                if n
            ),
            "the array is .values",
        )


def evaluate_many(
    theorem: str | Theorem, values: Mapping[Name, ArrayLike], quantity: Quantity | None = None
) -> ManyBounds:
    """The bounds of a theorem for arrays of its symbols, which are broadcast.

    `theorem` is the identifier of one of the catalogue, or a theorem, such as one of your own.
    `values` as for `evaluate`, as arrays of floats, each of which means the binary number that it
    is; `delta` is the total failure probability, of a theorem that shares it out among parts as
    well. A norm of an elastic constant (`beta_rms`, `c_sup`, ...) that is left out follows from the
    four numbers; of one that is given the smaller counts. Statements that assume a form of the
    elastic constant, such as a product, are left out. `quantity` is what is bounded, by default
    the first that the theorem speaks of. Every entry is at least the exact value at the symbols and
    parts of the failure probability that it stands for, and at most 1e-12 above it, relatively; the
    parts are those of a search, about the best ones, and add up to at most `delta`.

    Raises SetupError for a theorem that is none of a bound, that chooses something else than the
    parts of a failure probability, or that has no such quantity; for symbols that are missing or
    not used; and for values outside their range.

    >>> numbers = {"m": [1000, 60000], "M": 1, "B": 2, "U": 9, "B1": 1, "D": 2, "delta": 0.05}
    >>> evaluate_many("elastic-split", numbers).values.round(4).tolist()
    [0.0744, 0.0059]
    """
    stated = _of_bounds(named(theorem) if isinstance(theorem, str) else theorem)
    wanted = quantity or stated.statements[0].quantity
    statements = [s for s in stated.statements if s.quantity is wanted and s.structure is None]
    if not statements:
        raise SetupError(
            where="quantity",
            found=str(wanted),
            allowed="one of "
            + ", ".join(dict.fromkeys(str(s.quantity) for s in stated.statements)),
        )
    arrays = _spread(stated, statements, values)
    shape = next(iter(arrays.values())).shape
    size = int(np.prod(shape))
    flat = {name: array.reshape(size) for name, array in arrays.items()}
    bounds, form = np.empty(size), np.zeros(size, dtype=np.int64)
    chosen = {name: np.zeros(size) for name in _parts(stated)}
    for start in range(0, size, TOGETHER):
        block = slice(start, start + TOGETHER)
        part = {name: array[block] for name, array in flat.items()}
        for position, statement in enumerate(statements):
            value, shares = _bound(stated, statement, part)
            better = value < bounds[block] if position else np.ones(value.shape, dtype=bool)
            bounds[block] = np.where(better, value, bounds[block])
            form[block] = np.where(better, position, form[block])
            for name, array in chosen.items():
                array[block] = np.where(better, shares.get(name, 0.0), array[block])
    return ManyBounds(
        bounds.reshape(shape),
        tuple(statement.name for statement in statements),
        form.reshape(shape),
        {name: array.reshape(shape) for name, array in chosen.items()},
    )


def _bound(
    theorem: GeneralizationTheorem, statement: GeneralizationStatement, given: dict[Name, Floats]
) -> tuple[Floats, dict[Name, Floats]]:
    """The bound of one statement, and the failure probabilities of its parts."""
    expression, names = statement.values["bound"], statement.names()
    parts = tuple(name for name in _parts(theorem) if name in names)
    shares: dict[Name, Floats] = {}
    if parts:
        order = names_of(expression)
        function = fast(expression, order)

        def search(found: Mapping[Name, Floats]) -> Floats:
            value = function(*({**given, **found}[name] for name in order))
            return np.where(np.isfinite(value), value, np.inf)

        shares = best_shares(search, parts, given["delta"])
    known = {**given, **shares}
    rigorous = vectorised(expression, statement.domain)
    return rigorous(**{name: known[name] for name in sorted(names)}), shares


def _of_bounds(theorem: Theorem) -> GeneralizationTheorem:
    if not isinstance(theorem, GeneralizationTheorem) or theorem.unspecified:
        raise SetupError(
            where="theorem",
            found=theorem.id,
            allowed="a theorem that bounds a gap, with every constant given by its source",
            remedy="`stability theorems` lists them; `evaluate` evaluates any statement.",
        )
    if theorem.choose is not None and not isinstance(theorem.choose.search, FailureSplit):
        raise SetupError(
            where="theorem",
            found=f"{theorem.id}, which chooses {', '.join(theorem.choose.domains)}",
            allowed="a theorem that chooses nothing but the parts of the failure probability",
            remedy="Use `vectorised` of its statement, with values of your own for these.",
        )
    return theorem


def _parts(theorem: GeneralizationTheorem) -> tuple[Name, ...]:
    search = theorem.choose.search if theorem.choose is not None else None
    return search.parts if isinstance(search, FailureSplit) else ()


def _spread(
    theorem: GeneralizationTheorem,
    statements: list[GeneralizationStatement],
    values: Mapping[Name, ArrayLike],
) -> dict[Name, Floats]:
    """The symbols as arrays of one shape, with those that follow from others."""
    needed = frozenset().union(*(s.names() for s in statements)) - set(_parts(theorem))
    if _parts(theorem):
        needed |= {"delta"}
    follow = [s for s in theorem.supporting if s.shape is Shape.ANY and not s.domain]
    implied = {n: s for s in follow for n in s.values if n in needed and len(s.values) == 1}
    sources = frozenset().union(*(implied[n].names() for n in implied))
    missing = sorted((needed | (sources if implied else frozenset())) - set(values) - set(implied))
    extra = sorted(set(values) - needed - sources - {"m", "M"})
    if missing or extra:
        raise SetupError(
            where="values",
            found=f"nothing for {', '.join(missing)}" if missing else ", ".join(extra),
            allowed=f"for {theorem.id}: {', '.join(sorted(needed | sources))}",
            remedy=f"{', '.join(sorted(implied))} may be left out." if implied else "",
        )
    arrays = {n: np.asarray(v, dtype=np.float64) for n, v in values.items()}
    for name, support in implied.items():
        inside = {n: arrays[n] for n in support.names()}
        bound = vectorised(support.values[name], support.domain)(**inside)
        arrays[name] = np.minimum(arrays.get(name, bound), bound)
    shape = np.broadcast_shapes(*(a.shape for a in arrays.values()))
    return {n: np.array(np.broadcast_to(a, shape)) for n, a in arrays.items()}
