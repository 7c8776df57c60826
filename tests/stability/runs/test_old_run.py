"""A run directory of version 0.1.0 goes on with its settings, data and shards, to its summary."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from stability.cli.app import app
from stability.runs.tasks.manifest import versions

OLD = Path(__file__).with_name("old_run")
"""`stability estimate run.toml --out out` as it was, without the pictures."""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The old directory with the versions of the libraries that are here, which must agree."""
    out = tmp_path / "out"
    shutil.copytree(OLD / "out", out)
    for path in out.glob("*/manifest.json"):
        manifest = json.loads(path.read_text())
        manifest["versions"] = versions(("torch",))
        path.write_text(json.dumps(manifest))
    return out


def resumed(out: Path) -> Any:
    return CliRunner().invoke(
        app, ["estimate", str(OLD / "run.toml"), "--out", str(out), "--resume"]
    )


def differences(old: Any, new: Any, at: str = "summary") -> list[str]:
    """Where two plain values differ; last digits of means may, on another machine."""
    if isinstance(old, dict) and isinstance(new, dict):
        missing = [f"{at}.{key}: no longer there" for key in old.keys() - new.keys()]
        both = sorted(old.keys() & new.keys())
        return missing + [d for k in both for d in differences(old[k], new[k], f"{at}.{k}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [d for i, (a, b) in pairs for d in differences(a, b, f"{at}[{i}]")]
    same = old == pytest.approx(new, rel=1e-9) if isinstance(old, float) else old == new
    return [] if same else [f"{at}: {old!r} before, {new!r} now"]


def test_an_old_run_goes_on_to_the_same_summary(copied: Path) -> None:
    before = json.loads((OLD / "out" / "summary.json").read_text())
    kept = {path.name for path in copied.glob("*/shard-*")}
    done = resumed(copied)
    assert done.exit_code == 0, done.output
    after = json.loads((copied / "summary.json").read_text())
    for record in (before, after):
        del record["made_with"]
    [sharper] = [b for b in before["bounds"] if b["theorem"] == "elastic-chebyshev"]
    [now] = [b for b in after["bounds"] if b["theorem"] == "elastic-chebyshev"]
    assert now.pop("value") < sharper.pop("value"), "the theorem was sharpened since"
    added = [after["bounds"].pop() for _ in range(2)]
    assert [bound["theorem"] for bound in added] == ["elastic-split", "uniform-split"]
    assert differences(before, after) == []
    assert {path.name for path in copied.glob("*/shard-*")} == kept


def test_a_changed_number_is_seen(copied: Path) -> None:
    before = json.loads((OLD / "out" / "summary.json").read_text())
    changed = json.loads(json.dumps(before))
    changed["constants"]["B"]["value"] *= 1.0001
    del changed["gap"]
    assert len(differences(before, changed)) == 2
