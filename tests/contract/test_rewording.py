"""Ids are for programs, words for people: other words for every text at once change no verdict, no
number, no rounding, and no selection of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from stability.bounds.analyse import Analysis, analyse
from stability.bounds.calibrate import calibrate
from stability.conventions import Name
from stability.errors import SetupError
from stability.report.rows import bound_rows, constant_row, refusals
from stability.setup.file import read_setup
from stability.theorems.catalogue import CATALOGUE
from stability.theorems.evaluate import evaluate
from stability.theorems.kinds.hypotheses import CONVEX, trains_by
from stability_proofs.ledger.ledger import prove

from .recorded_bounds import FOLDER, SETUPS
from .rewording import Rewording, other_words, reworded


def ledger() -> Any:
    """The verdicts on every fourth theorem, and the axioms that they rest on."""
    entries = map(prove, CATALOGUE[::4])
    return {entry.id: (entry.verdict, entry.axioms) for entry in entries}


def _analysis(analysis: Analysis) -> Any:
    listed = refusals(analysis, all_rows=False)
    return {
        "bounds": [(b.path, b.form, b.value, b.vacuous, b.chosen) for b in analysis.bounds],
        "constants": [constant_row(c).values for c in analysis.constants if not c.unspecified],
        "refused": [(r.theorem, r.hypothesis_id, r.where) for r in analysis.refused],
        "rows": [
            (row.theorem, row.value.removeprefix("about "), row.trivial, row.at_larger_size)
            for row in bound_rows(analysis, all_rows=False)
        ],
        "listed": [row.theorems for row in listed.rows],
        "not listed": (listed.other_algorithms, listed.other_notions),
    }


def bounds() -> Any:
    """What tables show of the fourteen setups: rows, rounded numbers, refusals, selections."""
    found = {name: analyse(read_setup(FOLDER / f"{name}.toml")) for name in SETUPS}
    return {name: _analysis(analysis) for name, analysis in found.items()}


def numbers() -> Any:
    """A statement chosen by what is given, a number solved for, and a mistake."""
    given = {"beta": "1e-3", "m": 1000, "delta": "0.05", "M": 1}
    tail = evaluate("bousquet2002-thm12-emp", given)
    spread = evaluate("elisseeff2005-thm15-emp", {**given, "rho": "0.01", "T": 50})
    answer = calibrate(read_setup(FOLDER / "erm.toml"), "0.5", "sample.size")
    with pytest.raises(SetupError) as wrong:
        evaluate("bousquet2002-thm12-emp", {**given, "bta": 1})
    return tail.enclosure, spread.enclosure, answer.value, answer.path, wrong.value.where


PROGRAMS: tuple[Callable[[], Any], ...] = (ledger, bounds, numbers)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_reworded_texts_change_nothing(program: Callable[[], Any]) -> None:
    before = program()
    with other_words(CATALOGUE) as found:
        assert program() == before
    assert len(found.texts) > 500


def test_every_text_of_a_theorem_is_reworded_and_comes_back() -> None:
    def said() -> list[str]:
        records = [(t.title, t.source.title, t.source.authors, t.source.note) for t in CATALOGUE]
        hypotheses = [h.text for t in CATALOGUE for h in t.hypotheses]
        return [text for record in records for text in record] + hypotheses

    before = said()
    with other_words(CATALOGUE):
        assert said() == list(map(reworded, before))
    assert said() == before


def by_title() -> Any:
    """What must not be: a kind of algorithm recognised by the words of a hypothesis."""
    texts = [h.text for t in CATALOGUE for h in t.hypotheses]
    return sum(text.split(",")[0] == trains_by("sgd").text for text in texts)


def by_text() -> Any:
    """The same: a hypothesis recognised by its words."""
    return sum("convex" in h.text for t in CATALOGUE for h in t.hypotheses)


def by_refusal() -> Any:
    """The same: a refusal recognised by its words."""
    refused = analyse(read_setup(FOLDER / "erm.toml")).refused
    return sum(refusal.hypothesis.startswith("trained by ") for refusal in refused)


@pytest.mark.parametrize("program", (by_title, by_text, by_refusal))
def test_a_program_that_compares_texts_is_seen(program: Callable[[], Any]) -> None:
    before = program()
    assert before > 0
    with other_words(CATALOGUE):
        assert program() != before
    assert program() == before


@dataclass(frozen=True)
class Newcomer:
    """Something that nobody told the walk about."""

    id: Name
    words: str
    pairs: tuple[tuple[Name, str], ...]


def test_new_texts_are_found_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{Rewording.__module__}.PACKAGES", (__name__,))
    new = Newcomer("one-id", "words", (("sgd", "more words"),))
    walk = Rewording()
    walk.other((new, CONVEX))
    assert new == Newcomer("one-id", "WORDS", (("sgd", "MORE ~ WORDS"),))
    walk.undo()
    assert new == replace(new, words="words") and new.words == "words"
