"""Pages of the site as steps: files that a reader writes, commands, examples in Python.

- "Write `PATH`" before a block: the block is a file;
- a block `console`: `$ command`, and below it lines that it prints, in this order ("..." stands for
  any lines); `> FILE` keeps what is printed;
- commands with `--workers` or `--dask` are parsed and not run;
- a block `python` with `>>>`: a doctest; all of a page share their names.

Other blocks show something that is not run. They may not hold a command.
"""

from __future__ import annotations

import doctest
import re
import runpy
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from stability.cli.app import app
from tests.console_blocks import commands

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WRITE = re.compile(r"Write\s+`([^`]+)`[^`]*$")
COMMAND = re.compile(r"^(?:\$ |stability )", re.MULTILINE)
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
NUMBER = re.compile(r"-?[0-9.]+(?:e-?[0-9]+)?")


ELSEWHERE = ("pip", "dask", "sbatch")
"""Commands of others, which are not run."""


@dataclass(frozen=True)
class Write:
    """A file."""

    path: str
    text: str


@dataclass(frozen=True)
class Run:
    """A command, and lines of what it prints."""

    command: str
    printed: tuple[str, ...]


@dataclass(frozen=True)
class Try:
    """Examples in Python."""

    text: str


Step = Write | Run | Try


def steps(text: str) -> tuple[Step, ...]:
    """The steps of a page, in order. ValueError for a command where it is not run."""
    found: list[Step] = []
    start = 0
    for block in BLOCK.finditer(text):
        said, (kind, body) = text[start : block.start()], block.groups()
        start = block.end()
        if kind == "console":
            found += [Run(*one) for one in commands(body)]
        elif write := WRITE.search(said):
            found.append(Write(write[1], body))
        elif kind == "python" and body.startswith(">>> "):
            found.append(Try(body))
        elif COMMAND.search(body):
            raise ValueError(f"a command in a block that is not run:\n{body}")
    return tuple(found)


@dataclass
class Reader:
    """Somebody who follows a page in a folder, which is the current one."""

    names: dict[str, Any] = field(default_factory=dict)

    def follow(self, step: Step) -> None:
        """Do what the page says; AssertionError if something else happens."""
        if isinstance(step, Write):
            path = Path(step.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text)
            for line in step.text.splitlines() if path.suffix == ".sh" else ():
                if COMMAND.match(line.strip()):
                    parsed(line.strip())
        elif isinstance(step, Try):
            self._try(step.text)
        elif step.command.split()[0] in ELSEWHERE:
            return
        elif "--dask" in step.command or "--workers" in step.command:
            parsed(step.command)
        else:
            compare(step, output_of(step.command))

    def _try(self, text: str) -> None:
        test = doctest.DocTestParser().get_doctest(text, self.names, "page", None, 0)
        test.globs = self.names  # the parser makes a copy
        told: list[str] = []
        doctest.DocTestRunner(optionflags=FLAGS).run(test, out=told.append, clear_globs=False)
        assert not told, "".join(told)


def output_of(command: str) -> str:
    """What a command prints; it has to end well."""
    line, _, kept = command.partition(" > ")
    program, *arguments = shlex.split(line)
    if program == "pytest":
        return _tests(*arguments)
    assert program == "stability", command
    done = CliRunner().invoke(app, arguments, env={"COLUMNS": "100"})
    assert done.exit_code == 0, f"$ {command}\n{done.output}"
    if kept:
        Path(kept).write_text(done.stdout)
        return ""
    return done.output


def parsed(command: str) -> None:
    """That a command which takes a cluster, or long, has arguments and options that there are."""
    name, *arguments = shlex.split(command)[1:]
    commands = typer.main.get_command(app)
    commands.commands[name].make_context(name, arguments)  # type: ignore[attr-defined]


def _tests(path: str) -> str:
    """The tests of a file, called one by one as pytest would call them; all have to pass."""
    tests = [test for name, test in runpy.run_path(path).items() if name.startswith("test_")]
    for test in tests:
        test()
    return f"{len(tests)} passed"


def compare(step: Run, output: str) -> None:
    """Every line that the page shows is printed, in this order; numbers are within 2%."""
    rest = [_words(line) for line in output.splitlines()]
    for line in step.printed:
        hits = [i for i, printed in enumerate(rest) if _holds(printed, _words(line))]
        assert hits, f"$ {step.command}\nprints no line {line!r} there:\n{output}"
        rest = rest[hits[0] + 1 :]


def _words(line: str) -> list[str]:
    return line.replace("*", " * ").replace("±", " ± ").split()


def _holds(printed: list[str], told: list[str]) -> bool:
    places = range(len(printed) - len(told) + 1)
    return any(all(map(_alike, printed[i:], told)) for i in places)


def _alike(printed: str, told: str) -> bool:
    a, b = printed.strip(",.:;()[]"), told.strip(",.:;()[]")
    if NUMBER.fullmatch(a) and NUMBER.fullmatch(b):
        return abs(float(a) - float(b)) <= 0.02 * abs(float(b))
    return a == b
