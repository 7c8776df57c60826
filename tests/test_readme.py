"""What the README shows is what the library does: its setup, its table, its test example."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stability.cli.app import app

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
    setup = blocks("toml")[0]
    path = tmp_path / "setup.toml"
    path.write_text(setup)
    shown = next(b for b in blocks("") if b.startswith("The best guaranteed bound"))
    run = subprocess.run(
        [sys.executable, "-m", "stability.cli.app", "bounds", str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100"},
        check=True,
    )
    printed = [line.rstrip() for line in run.stdout.splitlines()]
    told = [line.rstrip() for line in shown.splitlines() if line.strip() not in ("", "...")]
    missing = [line for line in told if line not in printed]
    assert not missing


def test_the_run_file_gives_the_measurements(tmp_path: Path) -> None:
    """Other machines may round differently in training, so numbers are compared to 2%."""
    text = blocks("toml")[1]
    (tmp_path / "run.toml").write_text(text)
    arguments = ["estimate", str(tmp_path / "run.toml"), "--out", str(tmp_path / "results")]
    done = CliRunner().invoke(app, arguments, env={"COLUMNS": "160"})
    assert done.exit_code == 0, done.output
    printed = [words(line) for line in done.stdout.splitlines()]
    shown = next(b for b in blocks("") if b.startswith("ReLU perceptron"))
    told = [words(line) for line in shown.splitlines() if line.strip() not in ("", "...")]
    assert len(told) > 7
    for line in told:
        assert any(alike(line, other) for other in printed), line


def words(line: str) -> list[str]:
    return line.replace("*", " * ").replace("±", " ± ").split()


def alike(told: list[str], now: list[str]) -> bool:
    """The words told are those printed, or the beginning of them; numbers within 2%."""
    number = re.compile(r"[0-9.]+")
    return len(told) <= len(now) and all(
        float(a) == pytest.approx(float(b), rel=0.02)
        if number.fullmatch(a.rstrip(",.")) and number.fullmatch(b.rstrip(",."))
        else a == b
        for a, b in zip((w.rstrip(",") for w in told), (w.rstrip(",") for w in now), strict=False)
    )


def test_the_network_of_ones_own_can_be_measured(tmp_path: Path) -> None:
    (network,) = [b for b in blocks("python") if "nn.Sequential" in b]
    (tmp_path / "nets.py").write_text(network)
    text = blocks("toml")[1].replace('"relu-mlp"', '"own"').replace("widths = [32]", "")
    (tmp_path / "run.toml").write_text(text.replace("count = 50", "count = 2"))
    arguments = ["estimate", str(tmp_path / "run.toml"), "--out", str(tmp_path / "results")]
    done = CliRunner().invoke(app, [*arguments, "--network", f"{tmp_path / 'nets.py'}:small"])
    assert done.exit_code == 0, done.output


def test_the_kernel_of_ones_own_can_be_named() -> None:
    from stability.runs import parse_run_file

    data = '[data]\nname = "digits"\nsize = 50\ntarget = ["3"]\n'
    assert parse_run_file(data + blocks("toml")[2]).learner.kernel == "kernels.py:smooth"


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
        [sys.executable, "-m", "stability.cli.app", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    named = set(re.findall(r"(?m)(?:`|^)stability ([a-z]+)", README.read_text()))
    assert {"bounds", "estimate", "report", "experiment"} <= named
    for command in named:
        assert command in listed
    makefile = README.with_name("Makefile").read_text()
    for target in set(re.findall(r"`make (\w+)`", README.read_text())):
        assert f"\n{target}:" in makefile
