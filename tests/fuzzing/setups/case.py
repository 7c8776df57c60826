"""A setup file, and what the commands say of it."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

from stability.setup.algorithms import KINDS
from tests.fuzzing.commands import command
from tests.fuzzing.outcomes import CHECKED, REFUSED, UNCHECKED, Fault, Outcome, Said, faults_of
from tests.fuzzing.setups.checks import Tally, check_rows
from tests.fuzzing.setups.documents import document, text
from tests.fuzzing.setups.mutations import mutated

SOLVED = (
    "sample.size", "algorithm.steps", "algorithm.epochs", "algorithm.step_size",
    "algorithm.regularization", "loss.range", "algorithm", "sample.sizes", "", "\x1b[31m",
)  # fmt: skip
DELTAS = ("0.05", "0.05", "0.05", "0.5", "1e-9", "0.999", "0", "1", "nan", "-1", "1e-400", "abc")
TARGETS = ("0.1", "0.5", "1", "1e-3", "10", "0", "-1", "nan", "1e400", "x", "1e-300")


def case(chance: random.Random, folder: Path) -> Outcome:
    """Write one or two files, run one command on them, judge the answer."""
    file, other = folder / "setup.toml", folder / "other.toml"
    broken = chance.random() < 0.45
    content = text(document(chance))
    file.write_bytes(mutated(chance, content) if broken else content.encode())
    what = chance.choices(
        ("bounds", "text", "calibrate", "compare", "formats", "init"), (10, 3, 2, 2, 2, 0.5)
    )[0]
    delta = "0.05" if chance.random() < 0.7 else chance.choice(DELTAS)
    if what == "bounds":
        return _bounds(file, delta, (what, "broken" if broken else "plain"))
    if what == "text":
        said = command("bounds", str(file), "--delta", delta, *chance.choice(((), ("--all",))))
    elif what == "formats":
        form = chance.choice(("--csv", "--latex"))
        said = command("bounds", str(file), form)
    elif what == "calibrate":
        return _calibrate(chance, file, delta)
    elif what == "compare":
        other.write_text(text(document(chance)))
        files = chance.choice(((file, other), (other, file), (file, file), (file,)))
        said = command("compare", *map(str, files), *chance.choice((("--json",), ())))
    else:
        return _init(chance, folder)
    return _judged(said, (what,))


def _judged(said: Said, notes: tuple[str, ...]) -> Outcome:
    faults = tuple(faults_of(said))
    end = REFUSED if said.status else UNCHECKED
    return Outcome(end, faults, notes, _message(said))


def _message(said: Said) -> str:
    return f"$ stability {' '.join(said.arguments)}\n{said.err[-1500:]}"


def _bounds(file: Path, delta: str, notes: tuple[str, ...]) -> Outcome:
    said = command("bounds", str(file), "--json", "--all", "--delta", delta)
    faults = list(faults_of(said))
    if said.status or faults:
        return Outcome(REFUSED, tuple(faults), (*notes, "refused"), _message(said))
    try:
        printed = said.json()
    except ValueError as error:
        fault = Fault("json", f"{error}: {said.out[:300]}")
        return Outcome(UNCHECKED, (fault,), notes, _message(said))
    tally = Tally()
    faults += check_rows(file, delta, printed, tally)
    faults += _refusals(printed)
    end = CHECKED if tally.checked else UNCHECKED
    if not printed["rows"]:
        end, notes = REFUSED, (*notes, "no theorem applies")
    counts = (f"values checked: {_size(tally.checked)}", f"not reached: {_size(tally.unreached)}")
    return Outcome(end, tuple(faults), (*notes, *counts), _message(said))


def _size(count: int) -> str:
    return "none" if not count else "some" if count < 10 else "many"


def _refusals(printed: Any) -> list[Fault]:
    return [
        Fault("refusal", f"{refusal['theorem']} says no {part}", f"{refusal['theorem']} {part}")
        for refusal in printed["refused"]
        for part in ("hypothesis", "where", "found", "remedy")
        if not refusal[part]
    ]


def _calibrate(chance: random.Random, file: Path, delta: str) -> Outcome:
    solve, target = chance.choice(SOLVED), chance.choice(TARGETS)
    if chance.random() < 0.7:
        solve, target = chance.choice(SOLVED[:5]), chance.choice(TARGETS[:5])
    said = command(
        "calibrate", str(file), "--solve", solve, f"--target={target}", "--delta", delta, "--json"
    )
    faults = list(faults_of(said))
    if said.status == 0 and not faults:
        answer = said.json()
        faults += _put_back(file, answer, target, delta)
        end = CHECKED
    else:
        end = REFUSED
    return Outcome(end, tuple(faults), ("calibrate", solve), _message(said))


def _put_back(file: Path, answer: Any, target: str, delta: str) -> list[Fault]:
    """The answer in the setup gives the bound that was printed, and it meets the target."""
    from stability.bounds.analyse import analyse
    from stability.setup.file import read_setup

    if answer["bound"] > Fraction(target):
        return [Fault("numbers", f"calibrate: {answer['bound']} for a target of {target}")]
    setup = read_setup(file)
    value = answer["value"]
    changed = (
        setup.with_size(value)
        if answer["solve"] == "sample.size"
        else setup.with_value(answer["solve"], value if isinstance(value, int) else str(value))
    )
    again = [b.value for b in analyse(changed, delta).bounds if list(b.path) == answer["path"]]
    if not any(value <= Fraction(target) for value in again):
        return [Fault("numbers", f"calibrate: {answer} put back gives {again}", "put back")]
    return []


def _init(chance: random.Random, folder: Path) -> Outcome:
    kind = chance.choice((*KINDS, "relu-mlp", "ridge", "", "nothing", "\x1b[31m", "sgd "))
    name = chance.choice(("new.toml", "a b.toml", "nowhere/new.toml", "setup.toml", "."))
    flags = [flag for flag in ("--run", "--force") if chance.random() < 0.4]
    said = command("init", str(folder / name), "--kind", kind, *flags)
    outcome = _judged(said, ("init",))
    if said.status or outcome.faults or "--run" in flags:
        return outcome
    return _bounds(folder / name, "0.05", ("init", "its bounds"))
