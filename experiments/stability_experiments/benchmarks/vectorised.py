"""A million settings of an elastic theorem in one call, against a loop of sympy substitutions.

The exponential tail, and the split tail: for that one the call also shares out the failure
probability in each setting, which the loop is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np
import sympy

from stability.theorems.catalogue import BY_ID
from stability.theorems.evaluate_many import ManyBounds, evaluate_many
from stability.theorems.statements.term import vectorised

SETTINGS = 1_000_000
LOOP = 200


def run(settings: int = SETTINGS, loop: int = LOOP, seed: int = 0) -> Iterator[str]:
    """Both ways on the same settings; the loop is timed on a part and compared per setting."""
    values = _settings(settings, seed)
    statement = BY_ID["elastic-finite-emp"].statements[0].values["bound"]
    start = perf_counter()
    fast = vectorised(statement)(**values)
    together = perf_counter() - start
    slow, each = _substituted([statement] * loop, values)
    yield _line("elastic-finite-emp", fast, together, slow, each)
    given = {n: v for n, v in values.items() if n not in ("eta", "p")}
    start = perf_counter()
    found = evaluate_many("elastic-split", given)
    together = perf_counter() - start
    slow, each = _substituted(*_split(found, given, loop))
    yield _line("elastic-split, parts of delta found", found.values, together, slow, each)


def _split(
    found: ManyBounds, given: dict[str, np.ndarray], loop: int
) -> tuple[list[sympy.Expr], dict[str, np.ndarray]]:
    """The statement that gives each of the first bounds, and all its symbols."""
    norms = {"beta_rms": np.sqrt(given["U"]) * np.sqrt(given["B1"]), "c_sup": given["U"]}
    statements = BY_ID["elastic-split"].statements
    expressions = [statements[k].values["bound"] for k in found.form[:loop]]
    return expressions, {**given, **norms, **found.chosen}


def _substituted(
    expressions: list[sympy.Expr], values: dict[str, np.ndarray]
) -> tuple[np.ndarray, float]:
    """The values of the first settings by substitution, and the seconds of each."""
    start = perf_counter()
    found = [
        float(e.subs({s: float(values[s.name][i]) for s in e.free_symbols}).evalf())
        for i, e in enumerate(expressions)
    ]
    return np.array(found), (perf_counter() - start) / len(expressions)


def _line(name: str, fast: np.ndarray, together: float, slow: np.ndarray, each: float) -> str:
    off = float(np.max(np.abs(fast[: len(slow)] / slow - 1)))
    return (
        f"{name}, {len(fast):,} settings in one call: {together:.2f} s; sympy substitution: "
        f"{each * 1e3:.2f} ms each; ratio {each * len(fast) / together:,.0f}; largest relative "
        f"difference on {len(slow)} settings {off:.1e}"
    )


def _settings(count: int, seed: int) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(seed)
    top = generator.uniform(0.1, 50.0, count)
    row = top * generator.uniform(0.01, 1.0, count)
    return {
        "m": generator.integers(10, 10**6, count).astype(float),
        "delta": generator.uniform(1e-6, 0.5, count),
        "M": np.ones(count),
        "U": top,
        "B": row,
        "B1": row * generator.uniform(0.1, 1.0, count),
        "D": top * generator.uniform(0.0, 1.0, count),
        "eta": generator.uniform(0.0, 10.0, count),
        "p": generator.uniform(0.0, 0.1, count),
    }
