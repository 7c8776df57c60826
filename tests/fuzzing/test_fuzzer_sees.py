"""The fuzzer is seen to fail: wrong numbers, words, hangs, crashes and memory are faults."""

from __future__ import annotations

import os
import random
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from stability.conventions import Kind
from tests.fuzzing import harness
from tests.fuzzing.harness import run_batch, run_case
from tests.fuzzing.outcomes import CHECKED, Outcome, Said, faults_of
from tests.fuzzing.report import Counts
from tests.fuzzing.setups.case import _bounds
from tests.fuzzing.setups.checks import Tally, check_rows

SETUP = """
sample.size = 1000
loss = { range = 1, lipschitz = 1, mean_lipschitz = 0.4, convex = true }
algorithm = { kind = "erm", regularization = 0.1 }
"""


def _good(chance: random.Random, folder: Path) -> Outcome:
    return Outcome(CHECKED)


def _hangs(chance: random.Random, folder: Path) -> Outcome:
    time.sleep(60)
    return Outcome(CHECKED)


def _crashes(chance: random.Random, folder: Path) -> Outcome:
    os._exit(7)


def _takes_all(chance: random.Random, folder: Path) -> Outcome:
    return Outcome(str(len(bytearray(6 * 2**30))))


@pytest.mark.parametrize(
    ("case", "category"), [(_hangs, "hang"), (_crashes, "crash"), (_takes_all, "memory")]
)
def test_a_case_that_breaks_its_process_is_a_fault(
    case: harness.Case, category: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harness, "SECONDS", 0.5 if category == "hang" else 60.0)
    ended = list(run_batch("setups", case, 0, 3, 1))
    assert [e.number for e in ended] == [3]
    assert [f.category for e in ended for f in e.outcome.faults] == [category]


def test_cases_after_a_broken_one_are_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def sometimes(chance: random.Random, folder: Path) -> Outcome:
        return _crashes(chance, folder) if chance.random() < 0.5 else Outcome(CHECKED)

    ended = list(run_batch("setups", sometimes, 0, 0, 12))
    assert [e.number for e in ended] == list(range(12))
    assert 0 < sum(bool(e.outcome.faults) for e in ended) < 12


@pytest.mark.parametrize(
    "said",
    [
        Said((), 1, "", "error: a fault of this program"),
        Said((), 2, "", "error: something is wrong"),
        Said((), 2, "", ""),
        Said((), 2, "half a table", "error: a: found 1; allowed: 2."),
        Said((), 0, "fine", "Traceback (most recent call last)"),
        Said((), 0, "a \x1b[31m name", ""),
        Said((), 2, "", "error: out of memory: found 1; allowed: 2."),
        Said((), 0, "", "", ("RuntimeWarning at x.py:1: overflow",)),
        Said((), 1, "", "", (), ("KeyError", "KeyError in f.py:g")),
    ],
)
def test_the_manner_of_an_answer_is_judged(said: Said) -> None:
    assert list(faults_of(said))


def test_a_refusal_with_place_and_cause_is_none() -> None:
    assert not list(faults_of(Said((), 2, "", "error: s.toml: loss.range: found 0; allowed: 1.")))


def test_a_changed_number_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "setup.toml"
    file.write_text(SETUP)
    assert not _bounds(file, "0.05", ()).faults
    from stability.bounds.analyse import analyse
    from stability.report.records import analysis_record
    from stability.setup.file import read_setup

    printed = analysis_record(analyse(read_setup(file)))
    assert not list(check_rows(file, "0.05", printed, Tally()))
    for place, entries in (("rows", ("value", "kind")), ("constants", ("values",))):
        for entry in entries:
            first = printed[place][0]
            value = first[entry]
            wrong = {
                "value": lambda v: v * (1 - 1e-9),
                "kind": lambda v: "",
                "values": lambda v: {n: x * (1 - 1e-9) for n, x in v.items()},
            }[entry](value)
            changed = [{**first, entry: wrong}, *printed[place][1:]]
            assert list(check_rows(file, "0.05", {**printed, place: changed}, Tally())), entry


def test_a_theorem_that_is_too_small_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fuzzing.problems import case as problems

    def halved(setup, delta):  # type: ignore[no-untyped-def]
        found = analyse(setup, delta)
        smaller = [
            replace(
                constant,
                values={
                    name: replace(term, expression=term.expression * Fraction(2, 5))
                    for name, term in constant.values.items()
                },
            )
            for constant in found.constants
            if constant.kind in (Kind.UPPER, Kind.EXACT)
        ]
        return replace(found, constants=tuple(smaller))

    analyse = problems.analyse
    monkeypatch.setattr(problems, "analyse", halved)
    ended = [run_case("problems", problems.case, 0, number) for number in range(12)]
    assert any(f.category == "unsafe" for e in ended for f in e.outcome.faults)


def test_faults_are_counted_once_and_kept(tmp_path: Path) -> None:
    counts = Counts(tmp_path, 0)
    for ended in run_batch("setups", _crashes, 0, 0, 3):
        counts.add(ended)
    for ended in run_batch("setups", _good, 0, 3, 2):
        counts.add(ended)
    counts.write({"setups": 1.0})
    record = counts.record({})
    assert record["ends"]["setups"] == {"fault": 3, CHECKED: 2}
    [fault] = record["faults"].values()
    assert fault["times"] == 3
    assert "--case setups:0" in (tmp_path / fault["folder"] / "fault.txt").read_text()
