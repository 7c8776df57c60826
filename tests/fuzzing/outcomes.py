"""What a case of the fuzzer ends in, and how the output of a command is judged."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

CHECKED, UNCHECKED, REFUSED = "number, checked", "number, not checked", "refusal"
"""The good ends: numbers that a plain loop confirms, numbers that it cannot reach, a refusal."""
FAULT = "fault"

PLACE_AND_CAUSE = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"error: .+: found .+; allowed: .+",  # SetupError, DataError, RunError
        r"error: \S+ does not apply: .+; .+ is .+",  # Refusal
        r"error: .+ at .+: .+",  # EvaluationError
        r"error: .+`stability.* --help` explains\.",  # a mistake in the use of a command
        r"error: (no|nothing|there is no bound) .+",  # Infeasible
        r"error: .+ (applies|reaches|meets|gives) .+",  # Infeasible
    )
)
"""What a refusal looks like that says where and why."""
LEAKS = (
    re.compile(r"Traceback \(most recent call last\)"),
    re.compile(r"<[\w.]+ object at 0x[0-9a-f]+>"),
    re.compile(r"\bNotImplemented\b"),
)
LONGEST_MESSAGE = 3000


@dataclass(frozen=True)
class Fault:
    """Something that must not happen: what kind, and where as far as that is known."""

    category: str
    detail: str
    signature: str = ""

    @property
    def key(self) -> str:
        """Faults with one key count as the same fault."""
        return f"{self.category}: {self.signature or _shape(self.detail)}"


@dataclass(frozen=True)
class Outcome:
    """How one case ended. `notes` are small facts that are counted, such as the command."""

    end: str
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    message: str = ""

    def record(self) -> dict[str, Any]:
        """Plain values, for a pipe or a file."""
        return asdict(self)

    @staticmethod
    def of(record: dict[str, Any]) -> Outcome:
        """The outcome that `record` gave."""
        faults = tuple(Fault(**fault) for fault in record["faults"])
        return Outcome(record["end"], faults, tuple(record["notes"]), record["message"])


def _shape(text: str) -> str:
    """A message without what differs from case to case."""
    text = re.sub(r"/\S+", "PATH", text)
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "TEXT", text)
    return re.sub(r"-?\d[\d.,e+-]*", "N", text)[:160]


@dataclass(frozen=True)
class Said:
    """What a command line printed and how it ended; `error` is an exception that got out."""

    arguments: tuple[str, ...]
    status: int
    out: str
    err: str
    warnings: tuple[str, ...] = ()
    error: tuple[str, str] | None = None
    user_code: bool = field(default=False)

    def json(self) -> Any:
        """Standard output as strict JSON; ValueError if it is none."""

        def refuse(word: str) -> Any:
            raise ValueError(f"{word} in JSON")

        return json.loads(self.out, parse_constant=refuse)


def faults_of(said: Said) -> Iterable[Fault]:
    """What is wrong with the manner of an answer, whatever it says."""
    if said.error is not None:
        yield Fault("a fault of the program", said.error[0], said.error[1])
        return
    if said.status not in (0, 2):
        yield Fault("status", f"{said.status}: {said.err[-400:]}")
    if "out of memory" in said.err:
        yield Fault("memory", said.err[-400:])
    for warning in said.warnings:
        yield Fault("warning", warning)
    yield from _wrong_words(said)
    if said.status == 2:
        yield from _wrong_refusal(said)


def _wrong_words(said: Said) -> Iterable[Fault]:
    shown = said.err if said.user_code else said.out + said.err
    for leak in LEAKS:
        if leak.search(shown):
            yield Fault("words", f"{leak.pattern} in {shown[-600:]}", leak.pattern)
    for character in set(shown) - {"\n", "\t"}:
        if unicodedata.category(character) in ("Cc", "Cs"):
            yield Fault("words", f"a control character {character!r} is printed", "control")
            break


def _wrong_refusal(said: Said) -> Iterable[Fault]:
    message = said.err[said.err.find("error: ") :]
    if "error: " not in said.err:
        yield Fault("refusal", f"status 2 without a message: {said.err[-300:]!r}")
    elif not any(pattern.match(message) for pattern in PLACE_AND_CAUSE):
        yield Fault("refusal", f"no place or no cause: {message[:400]}")
    elif len(message) > LONGEST_MESSAGE:
        yield Fault("refusal", f"a message of {len(message)} characters: {message[:200]}", "long")
    if said.out.strip() and not said.user_code:
        yield Fault("refusal", f"status 2 after output: {said.out[:200]}", "output")


def whole(folder: Path) -> dict[str, str]:
    """The small files of a case, as text, for a report."""
    found = {}
    for path in sorted(folder.glob("*")):
        if path.is_file() and path.stat().st_size < 20_000:
            found[path.name] = path.read_text(errors="replace")
    return found
