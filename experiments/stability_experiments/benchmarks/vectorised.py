"""A million settings of the elastic theorem in one call, against a loop of sympy substitutions."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from stability.theorems.catalogue import BY_ID
from stability.theorems.statements.symbols import symbol
from stability.theorems.statements.term import vectorised

SETTINGS = 1_000_000
LOOP = 200


def run(settings: int = SETTINGS, loop: int = LOOP, seed: int = 0) -> Iterator[str]:
    """Both ways on the same settings; the loop is timed on a part and compared per setting."""
    statement = BY_ID["elastic-finite-emp"].statements[0].values["bound"]
    values = _settings(settings, seed)
    start = perf_counter()
    fast = vectorised(statement)(**values)
    together = perf_counter() - start
    start = perf_counter()
    slow = [
        float(statement.subs({symbol(n): float(v[i]) for n, v in values.items()}).evalf())
        for i in range(loop)
    ]
    each = (perf_counter() - start) / loop
    agreement = float(np.max(np.abs(fast[:loop] / np.array(slow) - 1)))
    yield (
        f"elastic-finite-emp, {settings:,} settings in one call: {together:.2f} s; sympy "
        f"substitution: {each * 1e3:.2f} ms each; ratio {each * settings / together:,.0f}; "
        f"largest relative difference on {loop} settings {agreement:.1e}"
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
