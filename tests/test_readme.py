"""What the README shows is what the library does: its setup, its table, its test example."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"


def blocks(language: str) -> list[str]:
    found: list[str] = []
    inside: str | None = None
    for line in README.read_text().splitlines(keepends=True):
        if not line.startswith("```"):
            if inside == language:
                found[-1] += line
        elif inside is None:
            inside = line.strip("`\n")
            if inside == language:
                found.append("")
        else:
            inside = None
    return found


def test_the_setup_gives_the_table(tmp_path: Path) -> None:
    (setup,) = blocks("toml")
    path = tmp_path / "setup.toml"
    path.write_text(setup)
    shown = next(b for b in blocks("") if b.startswith("Bounds at"))
    run = subprocess.run(
        [sys.executable, "-m", "stability.cli", "bounds", str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100"},
        check=True,
    )
    printed = [line.rstrip() for line in run.stdout.splitlines()]
    told = [line.rstrip() for line in shown.splitlines() if line.strip() not in ("", "...")]
    missing = [line for line in told if line not in printed]
    assert not missing


def test_the_example_of_a_test_passes_and_can_fail() -> None:
    (example,) = [b for b in blocks("python") if "def test_" in b]
    names: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), names)
    names["test_my_theorem"]()  # type: ignore[operator]
    wrong: dict[str, object] = {}
    exec(compile(example.replace("2 * beta", "2 / (1 + beta)"), "README.md", "exec"), wrong)
    with pytest.raises(AssertionError, match="mine2026-mean"):
        wrong["test_my_theorem"]()  # type: ignore[operator]


def test_commands_named_in_the_readme_exist() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "stability.cli", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for command in set(
        re.findall(
            r"`?stability (init|bounds|compare|calibrate|theorems|evaluate)", README.read_text()
        )
    ):
        assert command in listed
    makefile = README.with_name("Makefile").read_text()
    for target in set(re.findall(r"`make (\w+)`", README.read_text())):
        assert f"\n{target}:" in makefile
