"""What a printed constant and bound should be: read from the file and the statements by other code.

The places of symbols are typed here a second time, so that a symbol read from a wrong place shows.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sympy
from mpmath import sqrt

from stability.conventions import Convention, Neighbour, Notion
from stability.theorems.catalogue import BY_ID
from stability.theorems.kinds import Conversion, GeneralizationTheorem, StabilityTheorem
from stability.theorems.kinds.constant import Product
from tests.fuzzing.setups.exact import Lookup, Unreachable, evaluate, real

Values = Callable[[int], dict[str, Any]]
"""Named values as a function of the sample size."""


@dataclass(frozen=True)
class File:
    """A setup file as plain tables of exact numbers."""

    tables: Mapping[str, Mapping[str, Any]]

    @staticmethod
    def read(text: str) -> File:
        """The tables of a TOML text."""
        return File(tomllib.loads(text, parse_float=Decimal))

    def get(self, place: str) -> Any:
        """The number or text at a place such as "loss.range", None if there is none."""
        section, _, key = place.partition(".")
        value = self.tables.get(section, {}).get(key)
        return Fraction(value) if _is_number(value) else value

    @property
    def kind(self) -> str | None:
        """The kind of the algorithm."""
        return self.get("algorithm.kind")

    @property
    def decay(self) -> Fraction | None:
        """The c of steps c/t, None for constant steps."""
        step = self.get("algorithm.step_size")
        if isinstance(step, Mapping) and step["schedule"] == "decay":
            return Fraction(step["c"])
        return None

    @property
    def constant(self) -> Fraction | None:
        """The size of constant steps."""
        step = self.get("algorithm.step_size")
        if isinstance(step, Mapping):
            return Fraction(step["size"]) if step["schedule"] == "constant" else None
        return step

    def steps(self, m: int) -> Fraction | None:
        """The number of steps on m examples."""
        if self.get("algorithm.steps") is not None:
            return self.get("algorithm.steps")
        epochs = self.get("algorithm.epochs")
        if epochs is None:
            return None
        batch = self.get("algorithm.batch_size") or 1
        return epochs if self.kind == "gd" else epochs * math.ceil(Fraction(m) / batch)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


PLACES = {
    "L": "loss.lipschitz",
    "gamma": "loss.smoothness",
    "M": "loss.range",
    "lam": "algorithm.regularization",
    "kappa": "algorithm.kernel_bound",
    "sigma": "algorithm.admissibility",
    "k": "algorithm.neighbours",
    "subsample": "algorithm.subsample",
    "base": "algorithm.base_stability",
    "draws": "algorithm.bags",
    "radius": "algorithm.radius",
    "inverse_temperature": "algorithm.inverse_temperature",
    "prediction_range": "algorithm.prediction_range",
    "distance_left": "algorithm.optimization_error",
    "erm_error": "training.erm_error",
}
"""Symbols that are a number of the file."""


def bound_symbols(file: File, theorem: str, m: int) -> Lookup:
    """What each symbol stands for at a sample size."""
    risks = [Fraction(r) for r in file.get("training.expected_risks") or ()]
    steps = file.steps(m)

    def mean() -> Any:
        for name in ("mean_lipschitz", "rms_lipschitz", "lipschitz"):
            if file.get(f"loss.{name}") is not None:
                if name == "lipschitz" and fourth() is not None:
                    return fourth()
                return file.get(f"loss.{name}")
        return None

    def fourth() -> Any:
        given = file.get("loss.fourth_moment_lipschitz")
        return None if given is None else sqrt(sqrt(real(given)))

    def rms() -> Any:
        known = [file.get(f"loss.{n}") for n in ("lipschitz", "mean_lipschitz", "rms_lipschitz")]
        top, average, root = known
        if average is None and fourth() is None:
            return root if root is not None else top
        candidates = [] if average is None else [sqrt(real(top * average))]
        candidates += [real(x) for x in (root, fourth()) if x is not None]
        return min(candidates)

    def fourth_root() -> Any:
        top, square = file.get("loss.lipschitz"), rms()
        if top is None or square is None:
            return None
        product = sqrt(real(top) * real(square))
        return product if fourth() is None else min(product, fourth())

    def strong() -> Any:
        parts = [file.get("algorithm.weight_decay")]
        parts += [file.get(f"algorithm.{name}") for name in ("strong_convexity", "pl_constant")]
        parts += [file.get("algorithm.regularization")] if file.kind == "erm" else []
        return sum((part for part in parts if part is not None), Fraction(0)) or None

    def smooth() -> Any:
        found, decay = file.get("loss.smoothness"), file.get("algorithm.weight_decay")
        return None if found is None else found + (decay or 0)

    def alpha(t: int) -> Any:
        return file.constant if file.decay is None else file.decay / t

    def output_risk() -> Any:
        return risks[int(steps)] if steps is not None and len(risks) > steps else None

    special: dict[str, Callable[[], Any]] = {
        "m": lambda: Fraction(m),
        "L_mean": mean,
        "L_rms": rms,
        "L_4": fourth_root,
        "mu": strong,
        "gamma": smooth,
        "T": lambda: steps,
        "alpha": lambda: alpha,
        "c": lambda: file.decay,
        "batch": lambda: file.get("algorithm.batch_size") or Fraction(1),
        "kappa_mean": lambda: (
            file.get("algorithm.mean_sqrt_kernel") or file.get("algorithm.kernel_bound")
        ),
        "training_risk": output_risk,
        "F": lambda: lambda t: risks[t - 1],
        "order": lambda: None,
    }
    if file.kind == "gibbs" and theorem.startswith(("bousquet2002-thm24", "gibbs-exp")):
        special["M"] = lambda: file.get("algorithm.base_range")
    if file.kind == "gibbs" and file.get("loss.range") is None:
        special["M"] = lambda: file.get("algorithm.base_range")
    if theorem == "hardt2016-strongly-convex-decaying":
        special["rho"] = lambda: file.get("loss.range")
    if theorem.startswith("mou2018"):
        special["L"] = lambda: 2 * file.get("loss.lipschitz")
    if theorem == "charles2018-pl" or file.kind == "pl":
        special["distance"] = lambda: file.get("algorithm.optimization_error")

    def lookup(name: str) -> Any:
        value = special[name]() if name in special else file.get(PLACES.get(name, "none.none"))
        if value is None:
            raise Unreachable(f"no second typing of {name}")
        return value

    return lookup


def with_values(*known: Mapping[str, Any], otherwise: Lookup) -> Lookup:
    """Values first, then what is read from the file."""

    def lookup(name: str) -> Any:
        for values in known:
            if name in values:
                return values[name]
        return otherwise(name)

    return lookup


def value_of(
    file: File, statement: Any, expression: sympy.Expr, lookup: Lookup, known: Mapping[str, Any]
) -> Any:
    """An expression of a statement, derived symbols computed first."""
    schedule = "constant" if file.decay is None else "decay"
    derived: dict[str, Any] = {}
    for name, by_schedule in getattr(statement, "derived", {}).items():
        if name not in known and schedule in by_schedule:
            derived[name] = _value(file, by_schedule[schedule], lookup)
    return _value(file, expression, with_values(derived, otherwise=lookup))


def _value(file: File, expression: sympy.Expr, lookup: Lookup) -> Any:
    from stability.theorems.statements.symbols import alpha

    step = sympy.Symbol("alpha_constant", positive=True)
    if file.decay is None:
        expression = expression.replace(alpha, lambda index: step)

    def also(name: str) -> Any:
        return file.constant if name == "alpha_constant" else lookup(name)

    return evaluate(expression, also)


def constant_values(file: File, path: tuple[str, ...], form: str, chosen: Mapping) -> Values:
    """The values of the constant at the end of a path of a source and conversions."""
    source = path[0]
    values: Values
    if source == "assumed":
        values, shape = _assumed(file)
    else:
        theorem = BY_ID[source]
        assert isinstance(theorem, StabilityTheorem)
        statement = next(s for s in theorem.statements if s.name == form)
        shape = (statement.notion, statement.neighbour)

        def first(m: int) -> dict[str, Any]:
            lookup = with_values(chosen, otherwise=bound_symbols(file, source, m))
            found = {
                name: value_of(file, statement, expression, lookup, chosen)
                for name, expression in statement.values.items()
            }
            with suppress(Unreachable):  # all of the further values, or none
                found |= {
                    name: value_of(file, statement, expression, lookup, chosen)
                    for name, expression in statement.extras.items()
                }
            return found

        values = first
    for step in path[1:]:
        values, shape = _converted(file, step, values, shape)
    return values


def _assumed(file: File) -> tuple[Values, tuple[Notion, Neighbour]]:
    given = {n: Fraction(v) for n, v in file.get("stability.values").items()}
    size, scaling = int(file.get("sample.size")), file.get("stability.scaling")
    shape = (
        Notion(file.get("stability.notion")),
        Neighbour(file.get("stability.neighbour") or "deletion"),
    )

    def values(m: int) -> dict[str, Any]:
        if scaling is None and m != size:
            raise Unreachable("a constant known at one size only")
        factor = Fraction(size, m) if scaling == "1/m" else Fraction(1)
        return {name: value * factor for name, value in given.items()}

    return values, shape


def _converted(
    file: File, step: str, before: Values, shape: tuple[Notion, Neighbour]
) -> tuple[Values, tuple[Notion, Neighbour]]:
    conversion = BY_ID[step]
    assert isinstance(conversion, Conversion)
    statement = next(s for s in conversion.statements if s.takes == shape)

    def values(m: int) -> dict[str, Any]:
        old = before(m)
        lookup = with_values(old, otherwise=bound_symbols(file, step, m))
        new = {
            name: value_of(file, statement, expression, lookup, old)
            for name, expression in statement.values.items()
        }
        return {**old, **new} if conversion.keeps_values else new

    return values, statement.gives


def bound_value(file: File, bound: Any, values: Values) -> Any:
    """The right side of a bound at the file's sample size, with the choices it was printed with."""
    theorem = BY_ID[bound.theorem]
    assert isinstance(theorem, GeneralizationTheorem)
    statement = next(s for s in theorem.statements if s.name == bound.form)
    m = int(file.get("sample.size"))
    known = values(m)
    in_place = bound.stability.convention in (Convention.NULL_STEP, Convention.KEEP) and str(
        bound.provenance
    ) in ("proved", "certified")
    if theorem.at_previous_size and not in_place:
        known = _larger(theorem, known, values, m)
    given = {**_norms(known), **_fourth(known, bound.stability.structure), **bound.chosen}
    given.setdefault("delta", bound.failure - bound.stability.failure)
    lookup = with_values(given, otherwise=bound_symbols(file, bound.theorem, m))
    return value_of(file, statement, statement.values["bound"], lookup, given)


def _norms(known: Mapping[str, Any]) -> dict[str, Any]:
    """The norms of an elastic constant: the smaller of its own and what the four numbers say."""
    if not {"B", "U", "B1", "D"} <= set(known):
        return dict(known)
    B, U, B1, D = (real(known[name]) for name in ("B", "U", "B1", "D"))
    most = {
        "b_rms": sqrt(B * B1),
        "c_rms": sqrt(U * B1),
        "d_rms": sqrt(U * D),
        "beta_rms": sqrt(U * B1),
        "c_sup": U,
    }
    own = {name: min(real(known[name]), x) if name in known else x for name, x in most.items()}
    return {**known, **own}


def _fourth(known: Mapping[str, Any], structure: Any) -> dict[str, Any]:
    """The smallest that is known of |beta|_4."""
    if "U" not in known:
        return {}
    U = real(known["U"])
    found = [U, *(real(known[name]) for name in ("beta_4",) if name in known)]
    if "beta_rms" in known:
        found.append(sqrt(U * real(known["beta_rms"])))
    if isinstance(structure, Product) and structure.square and "d_rms" in known:
        found.append(real(known["d_rms"]))
    return {"beta_4": min(found)}


def _larger(
    theorem: GeneralizationTheorem, here: Mapping[str, Any], values: Values, m: int
) -> dict[str, Any]:
    before, found = values(m - 1), {}
    for name, value in here.items():
        if name in ("rho", "draws"):
            found[name] = value
            continue
        factor = Fraction(m - 1, m) if name in theorem.scales_down else Fraction(1)
        other = before[name]
        if isinstance(other, Fraction) and isinstance(value, Fraction):
            found[name] = max(value, factor * other)
        else:
            found[name] = max(real(value), real(factor) * real(other))
    return found
