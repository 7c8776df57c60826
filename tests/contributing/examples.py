"""The worked examples of CONTRIBUTING.md as steps that can be followed in a copy of the tree.

An example is a section `### ...` below `## Worked examples`. Its steps, in the order of the page:

- "Write `PATH`" before a block: the block is a new file;
- "In `PATH`, below `LINE`, add" before a block: the block goes below (or "above") the one line that
  reads so;
- "In `PATH`, change `OLD` to `NEW`", without a block: the one place that reads so;
- "This goes on from the example above": its steps come first;
- a block `console`: `$ command` is run in the copy, and the lines below it have to be found in what
  it prints, in this order ("..." stands for any lines).
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.console_blocks import commands

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "CONTRIBUTING.md"

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WRITE = re.compile(r"Write\s+`([^`]+)`")
CHANGE = re.compile(r"In\s+`([^`]+)`,\s+change\s+`([^`]+)`\s+to\s+`([^`]+)`")
INSERT = re.compile(r"In\s+`([^`]+)`,\s+(below|above)\s+`([^`]+)`,\s+add")


@dataclass(frozen=True)
class Write:
    """A new file."""

    path: str
    text: str

    def follow(self, folder: Path) -> None:
        """Write it; nothing may be there."""
        path = folder / self.path
        assert not path.exists(), f"{self.path} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.text)


@dataclass(frozen=True)
class Insert:
    """Lines that go below or above the one line that reads so."""

    path: str
    side: str
    line: str
    text: str

    def follow(self, folder: Path) -> None:
        """Insert them; there has to be exactly one such line."""
        path = folder / self.path
        lines = path.read_text().splitlines(keepends=True)
        found = [i for i, line in enumerate(lines) if line.strip() == self.line.strip()]
        assert len(found) == 1, f"{self.path} has {len(found)} lines {self.line!r}"
        lines.insert(found[0] + (self.side == "below"), self.text)
        path.write_text("".join(lines))


@dataclass(frozen=True)
class Change:
    """Another text in the one place that reads so."""

    path: str
    old: str
    new: str

    def follow(self, folder: Path) -> None:
        """Replace it; there has to be exactly one such place."""
        path = folder / self.path
        text = path.read_text()
        assert text.count(self.old) == 1, f"{self.path}: {text.count(self.old)} of {self.old!r}"
        path.write_text(text.replace(self.old, self.new))


@dataclass(frozen=True)
class Run:
    """A command, and lines of what it prints."""

    command: str
    printed: tuple[str, ...]

    def follow(self, folder: Path) -> None:
        """Run it in the copy; it has to end well and print these lines in this order."""
        words = shlex.split(self.command)
        start = {"stability": ["-m", "stability"], "pytest": ["-m", "pytest"]}[words[0]]
        places = [folder, folder / "proofs", folder / "experiments"]
        path = os.pathsep.join(map(str, places))
        done = subprocess.run(
            [sys.executable, *start, *words[1:]],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path, "COLUMNS": "100"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        output = done.stdout + done.stderr
        assert done.returncode == 0, f"$ {self.command}\n{output}"
        rest = [" ".join(line.split()) for line in output.splitlines()]
        for line in self.printed:
            wanted = " ".join(line.split())
            hits = [i for i, text in enumerate(rest) if wanted in text]
            assert hits, f"$ {self.command}\nprints no line {line!r} there:\n{output}"
            rest = rest[hits[0] + 1 :]


Step = Write | Insert | Change | Run


@dataclass(frozen=True)
class Example:
    """A worked example: what is added, and the steps."""

    title: str
    steps: tuple[Step, ...]

    @property
    def files(self) -> frozenset[str]:
        """The files of the project that it touches; examples of use are written to none."""
        changed = (step.path for step in self.steps if not isinstance(step, Run))
        return frozenset(p for p in changed if p.split("/")[0] in KEPT)

    def follow(self, folder: Path) -> None:
        """All steps in a copy of the tree."""
        for step in self.steps:
            step.follow(folder)


KEPT = ("stability", "proofs", "experiments", "tests")
"""The folders that a copy of the tree holds."""


def examples(text: str) -> tuple[Example, ...]:
    """The worked examples of the page. ValueError for a block that is no step."""
    _, _, part = text.partition("\n## Worked examples\n")
    part = re.split(r"^## ", part, flags=re.MULTILINE)[0]
    sections = re.split(r"^### ", part, flags=re.MULTILINE)[1:]
    found: list[Example] = []
    for section in sections:
        goes_on = "This goes on from the example above" in section
        found.append(_example(section, found[-1].steps if goes_on else ()))
    return tuple(found)


def _example(section: str, before: tuple[Step, ...]) -> Example:
    title, _, body = section.partition("\n")
    steps = list(before)
    start = 0
    for block in BLOCK.finditer(body):
        said = body[start : block.start()]
        start = block.end()
        steps += [Change(*found) for found in CHANGE.findall(said)]
        kind, text = block.groups()
        if kind == "console":
            steps += [Run(*found) for found in commands(text)]
        elif insert := INSERT.search(said):
            steps.append(Insert(*insert.groups(), text))
        elif write := WRITE.search(said):
            steps.append(Write(write[1], text))
        else:
            raise ValueError(f"{title}: a block without Write, In or console:\n{text}")
    steps += [Change(*found) for found in CHANGE.findall(body[start:])]
    return Example(title, tuple(steps))
