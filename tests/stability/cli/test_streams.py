"""Standard output holds results alone, and says so when it cannot take them; pipes are no files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RIDGE = """
data = { name = "digits", size = 40, target = ["3"] }
model = { kind = "ridge", regularization = 0.1 }
deletion.count = 3
"""
OWN = """
data = { name = "digits", size = 40 }
network.kind = "own"
training = { step_size = 0.1, epochs = 1, batch_size = 20 }
deletion = { count = 2, placebos = 0 }
evaluation.size = 10
"""
PRINTING = """
import os
from torch import nn

print("the file is loaded")

def build(shape, classes):
    print("a module is built")
    os.write(1, b"and a library writes past Python")
    return nn.Sequential(nn.Flatten(), nn.Linear(64, classes))
"""


def stability(*arguments: object, stdout=subprocess.PIPE, **how) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "stability", *map(str, arguments)]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, timeout=300, **how)


@pytest.mark.parametrize("workers", [1, 2])
def test_json_is_whole_when_code_of_the_user_prints(workers: int, tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(PRINTING)
    (tmp_path / "run.toml").write_text(OWN)
    network = ("--network", f"{tmp_path}/nets.py:build", "--workers", workers)
    found = stability(
        "estimate", tmp_path / "run.toml", "--out", tmp_path / "out", "--json", *network
    )
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["learner"] == "own"
    assert b"the file is loaded" in found.stderr and b"a library writes" in found.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full here")
def test_output_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text(RIDGE)
    estimate = ("estimate", tmp_path / "run.toml", "--out", tmp_path / "out")
    for command in (("theorems", "--json"), ("--version",), (*estimate, "--json")):
        with open("/dev/full", "wb") as full:
            found = stability(*command, stdout=full)
        words = found.stderr.decode()
        assert found.returncode == 2 and words.count("\n") == 1, (command, words)
        assert words.startswith("error: standard output: found the error 'No space left"), words


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    for command, reader, lines in (("theorems", "head -1", 1), ("--version", "true", 0)):
        both = f"{sys.executable} -m stability {command} | {reader}"
        found = subprocess.run(["bash", "-c", both], capture_output=True, timeout=300)
        assert found.stdout.count(b"\n") == lines and found.stderr == b"", command


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes_devices_and_folders_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    text = RIDGE.replace('"digits"', '"file", file = "pipe"')
    (tmp_path / "run.toml").write_text(text)
    out = ("--out", tmp_path / "out")
    for place, what in ((tmp_path / "pipe", "a named pipe"), ("/dev/zero", "a device")):
        command = ("bounds", place) if what == "a device" else ("estimate", place, *out)
        found = stability(*command)
        assert found.returncode == 2, found.stderr
        assert f"it is {what}, not a plain file" in found.stderr.decode()
    found = stability("estimate", tmp_path / "run.toml", *out)
    assert found.returncode == 2 and b"it is a named pipe, not a plain file" in found.stderr
    network = ("--network", f"{tmp_path}/pipe.py:build")
    (tmp_path / "pipe").rename(tmp_path / "pipe.py")
    (tmp_path / "run.toml").write_text(OWN)
    found = stability("estimate", tmp_path / "run.toml", *out, *network)
    assert found.returncode == 2 and b"it is a named pipe, not a plain file" in found.stderr
    found = stability("bounds", tmp_path)
    assert found.returncode == 2 and b"it is a folder, not a plain file" in found.stderr
