"""The contract: every law that every theorem obeys, and how to try them on your own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from stability.testing.laws.float_laws import FLOAT_LAWS
from stability.testing.laws.game_laws import GAME_LAWS
from stability.testing.laws.law import BROKEN, HOLDS, Law, LawResult, try_law
from stability.testing.laws.record_laws import RECORD_LAWS
from stability.testing.laws.refusal_laws import REFUSAL_LAWS
from stability.testing.laws.strength_laws import STRENGTH_LAWS
from stability.testing.laws.twins import TWIN_LAWS
from stability.testing.laws.value_laws import VALUE_LAWS
from stability.theorems.kinds import Theorem

CONTRACT: tuple[Law, ...] = (
    *RECORD_LAWS,
    *VALUE_LAWS,
    *FLOAT_LAWS,
    *REFUSAL_LAWS,
    *STRENGTH_LAWS,
    *TWIN_LAWS,
    *GAME_LAWS,
)
"""Every law, by name in `Law.name`."""


def check_contract(theorem: Theorem, *, examples: int = 50, seed: int = 0) -> list[LawResult]:
    """Try every law on a theorem: one result per law, broken ones with a counterexample.

    `examples` is the number of random settings per law; the same seed gives the same results.

    >>> from stability.theorems.mohri2018 import replacement
    >>> results = check_contract(replacement(), examples=5)
    >>> {result.verdict for result in results} <= {"holds", "does not apply"}
    True
    """
    return [try_law(law, theorem, examples, seed) for law in CONTRACT]


def check_catalogue(
    theorems: Iterable[Theorem], *, examples: int = 50, seed: int = 0
) -> list[LawResult]:
    """Every law on every theorem, and that no identifier is used twice."""
    tried = tuple(theorems)
    counted = Counter(theorem.id for theorem in tried)
    results = [
        LawResult(
            "unique identifier",
            name,
            BROKEN if times > 1 else HOLDS,
            f"{times} theorems are called {name}" if times > 1 else "",
        )
        for name, times in counted.items()
    ]
    for theorem in tried:
        results += check_contract(theorem, examples=examples, seed=seed)
    return results


def assert_contract(theorem: Theorem, *, examples: int = 50, seed: int = 0) -> None:
    """Raise AssertionError, with every counterexample, if a theorem breaks a law.

    >>> from dataclasses import replace
    >>> from stability.theorems.mohri2018 import replacement
    >>> wrong = replace(replacement(), monotone={"delta": 1, "M": 1, "epsilon": 1})
    >>> assert_contract(wrong, examples=5)
    Traceback (most recent call last):
      ...
    AssertionError: mohri2018-replacement, law ...
    """
    broken = [
        r for r in check_contract(theorem, examples=examples, seed=seed) if r.verdict == BROKEN
    ]
    if broken:
        raise AssertionError("\n".join(map(str, broken)))
