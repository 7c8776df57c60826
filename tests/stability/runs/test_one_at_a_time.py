"""Every run has its folder to itself, and the same digits for any number of threads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stability.errors import RunError
from stability.runs.tasks.lock import hold
from stability.runs.tasks.store import LOCK

from .conftest import LOGISTIC, RIDGE

KERNEL = """
data = { name = "digits", size = 300, target = ["1", "3"] }
model = { kind = "kernel-ridge", regularization = 0.01, bandwidth = 2.0 }
deletion.count = 20
"""


@pytest.mark.parametrize("text", [RIDGE, LOGISTIC], ids=["ridge", "logistic"])
def test_a_second_run_in_the_folder_is_refused(text: str, run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    lock = hold(tmp_path / "out" / LOCK)
    try:
        with pytest.raises(RunError, match=rf"another run at work \(process {os.getpid()} on"):
            run(text)
        assert os.listdir(tmp_path / "out") == [LOCK], "nothing was written"
    finally:
        lock.release()
    run(text)


def test_another_study_does_not_replace_what_was_found(run, tmp_path: Path) -> None:
    run(RIDGE)
    before = (tmp_path / "out" / "summary.json").read_bytes()
    with pytest.raises(RunError, match=r"model\.regularization"):
        run(RIDGE.replace("0.1", "0.2"))
    assert (tmp_path / "out" / "summary.json").read_bytes() == before


def test_a_run_that_fails_lets_the_folder_go(run, tmp_path: Path, monkeypatch) -> None:
    def broken(*_):
        raise RuntimeError("half way")

    with monkeypatch.context() as patched:
        patched.setattr("stability.runs.run.write_page", broken)
        with pytest.raises(RuntimeError, match="half way"):
            run(RIDGE)
    assert not (tmp_path / "out" / "summary.json").exists(), "it is written last"
    run(RIDGE)


def test_formulas_give_the_same_digits_for_any_number_of_threads(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text(KERNEL)
    found = []
    for threads in ("1", "2"):
        command = [sys.executable, "-m", "stability", "estimate", str(tmp_path / "run.toml")]
        command += ["--out", str(tmp_path / threads), "--json"]
        variables = {f"{name}_NUM_THREADS": threads for name in ("OMP", "OPENBLAS", "MKL")}
        environment = {**os.environ, **variables}
        done = subprocess.run(command, capture_output=True, env=environment, timeout=300)
        assert done.returncode == 0, done.stderr
        found.append(done.stdout)
    assert found[0] == found[1]
