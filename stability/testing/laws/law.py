"""What a law is, and how one is tried: on random values, shrunk to a small counterexample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, errors
from hypothesis import strategies as st

from stability.theorems.kinds import Theorem

Draw = Callable[[st.SearchStrategy[Any]], Any]
HOLDS, BROKEN, NOT_APPLICABLE = "holds", "broken", "does not apply"


class _Broken(Exception):
    """A counterexample, in words."""


class _Seen(Exception):
    """What was looked for has been seen."""


@dataclass(frozen=True)
class Search:
    """Random search for an example, `examples` tries from `seed`."""

    examples: int
    seed: int

    def seen(self, predicate: Callable[[Draw], bool]) -> bool:
        """Whether some random values satisfy a predicate, which draws them itself."""

        def attempt(draw: Draw) -> None:
            if predicate(draw):
                raise _Seen

        try:
            self._run(attempt, (Phase.generate,))
        except _Seen:
            return True
        return False

    def counterexample(self, complaint: Callable[[Draw], str | None]) -> str | None:
        """The complaint about the smallest values found, or None. A crash is a complaint too."""

        def attempt(draw: Draw) -> None:
            try:
                found = complaint(draw)
            except errors.HypothesisException:
                raise
            except Exception as error:
                raise _Broken(f"{type(error).__name__}: {error}") from error
            if found is not None:
                raise _Broken(found)

        try:
            self._run(attempt, (Phase.generate, Phase.shrink))
        except _Broken as broken:
            return str(broken)
        except errors.Unsatisfiable:
            return "no admissible values were found, so nothing was tried"
        return None

    def _run(self, attempt: Callable[[Draw], None], phases: tuple[Phase, ...]) -> None:
        @hypothesis.seed(self.seed)
        @hypothesis.settings(
            max_examples=self.examples,
            phases=phases,
            database=None,
            deadline=None,
            verbosity=Verbosity.quiet,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(st.data())
        def one(data: st.DataObject) -> None:
            attempt(data.draw)

        one()


@dataclass(frozen=True)
class Law:
    """A law that theorems obey.

    `broken_by(theorem, search)` gives a counterexample in words, or None. `applies` says for which
    theorems it makes sense.
    """

    name: str
    text: str
    broken_by: Callable[[Any, Search], str | None]
    applies: Callable[[Theorem], bool] = lambda theorem: True


def for_all(
    name: str,
    text: str,
    complaint: Callable[[Any, Draw], str | None],
    applies: Callable[[Theorem], bool] = lambda theorem: True,
) -> Law:
    """A law about random values: `complaint(theorem, draw)` draws them and says what is wrong."""
    return Law(
        name,
        text,
        lambda theorem, search: search.counterexample(lambda draw: complaint(theorem, draw)),
        applies,
    )


@dataclass(frozen=True)
class LawResult:
    """What came of trying one law on one theorem.

    `verdict` is "holds", "broken" or "does not apply"; `counterexample` says in words what was
    found if the law is broken.
    """

    law: str
    theorem: str
    verdict: str
    counterexample: str = ""

    def __str__(self) -> str:
        told = f": {self.counterexample}" if self.counterexample else ""
        return f"{self.theorem}, law {self.law!r} {self.verdict}{told}"


def try_law(law: Law, theorem: Theorem, examples: int, seed: int) -> LawResult:
    """One law on one theorem."""
    if not law.applies(theorem):
        return LawResult(law.name, theorem.id, NOT_APPLICABLE)
    try:
        found = law.broken_by(theorem, Search(examples, seed))
    except Exception as error:  # a theorem that cannot even be read breaks the law
        found = f"{type(error).__name__}: {error}"
    return LawResult(law.name, theorem.id, BROKEN if found else HOLDS, found or "")
