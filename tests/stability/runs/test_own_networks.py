"""Networks on real targets, with AdamW, schedules, clipping and losses of one's own, in runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stability import measure
from stability.errors import RunError, SetupError
from stability.runs.learners.network import recipe_of
from stability.runs.learners.network_training import NetworkTraining
from stability.runs.learners.own_network import own_network
from stability.training import train_one

NETS = """
from torch import nn
def small(shape, outputs):
    return nn.Sequential(nn.Linear(shape[0], 6), nn.LayerNorm(6), nn.GELU(), nn.Linear(6, outputs))
def huber(outputs, targets):
    d = (outputs[:, 0] - targets).abs()
    return (d < 1) * d**2 / 2 + (d >= 1) * (d - 0.5)
"""
RUN = """
data = { name = "file", file = "FOLDER/flats.csv", size = 30, targets = "rent", range = [-9, 9], \
range_source = "us" }
network = { kind = "own" }
[training]
optimiser = "adamw"
step_size = 0.05
weight_decay = 0.1
epochs = 2
batch_size = 10
loss = "absolute"
schedule = "cosine"
warm_up = 2
clip_norm = 1.0
together = false
[deletion]
indices = [3, 17]
placebos = 1
convention = "retrain"
[bound]
range = 20
"""


@pytest.fixture
def flats(tmp_path: Path) -> pd.DataFrame:
    numbers = np.random.default_rng(1)
    table = pd.DataFrame(numbers.normal(size=(40, 3)), columns=list("abc"))
    table["rent"] = 2 * table["a"] - table["b"]
    table.to_csv(tmp_path / "flats.csv", index=False)
    (tmp_path / "nets.py").write_text(NETS)
    return table


def test_deletions_of_a_run_are_plain_retrainings_to_the_last_bit(flats, tmp_path, run) -> None:
    own = own_network(f"{tmp_path}/nets.py:small")
    found, summary = run(RUN.replace("FOLDER", str(tmp_path)), own=own)
    recipe, train, test = recipe_of(found.study), found.parts.train, found.parts.test
    full = train_one(recipe, train).losses(test)
    assert (found.measured.base_test == full).all()
    for place, i in enumerate((3, 17)):
        without = train_one(recipe, train, i, convention="retrain").losses(test)
        assert found.summary.row_mean[place] == 30 * np.abs(without - full).mean() > 0
    assert "training accuracy" not in found.measured.facts
    algorithm = found.study.learner.algorithm(found.study)
    assert isinstance(algorithm, NetworkTraining) and not hasattr(algorithm, "step_size")
    assert summary["run"]["training"]["optimiser"] == "adamw"
    assert [bound.kind.value for _, bound in found.plug_in] == ["estimate"] * 6


def test_a_loss_of_the_users_own_is_read_recorded_and_watched(flats, tmp_path, run) -> None:
    own = own_network(f"{tmp_path}/nets.py:small")
    text = RUN.replace("FOLDER", str(tmp_path)).replace('"absolute"', '"nets.py:huber"')
    how = {"own": own, "file": tmp_path / "run.toml"}
    found, summary = run(text, **how)
    recorded = summary["run"]["network"]
    assert recorded["loss_function"] == "huber" and len(recorded["loss_sha256"]) == 64
    y = found.parts.train.targets
    outputs = train_one(recipe_of(found.study), found.parts.train).outputs(found.parts.train)[:, 0]
    d = np.abs(outputs - y)
    expected = np.where(d < 1, d**2 / 2, d - 0.5)
    assert found.measured.base_training == pytest.approx(expected, abs=1e-12)
    other = (tmp_path / "nets.py").read_text().replace("d - 0.5", "d - 0.4")
    (tmp_path / "nets.py").write_text(other)
    with pytest.raises(RunError):
        found.study.learner.require_same_code()
    with pytest.raises(RunError, match="another study"):
        run(text, **{**how, "own": own_network(f"{tmp_path}/nets.py:small")})
    with pytest.raises(SetupError, match="no function 'hubr'"):
        run(text.replace(":huber", ":hubr"), "new", **how)
    with pytest.raises(SetupError, match=r"bound.range: found nothing"):
        run(text.replace("range = 20", ""), "none", **how)


def test_the_same_numbers_in_python(flats, tmp_path, run) -> None:
    own = own_network(f"{tmp_path}/nets.py:small")
    found, _ = run(RUN.replace("FOLDER", str(tmp_path)), own=own)
    recipe = recipe_of(found.study)
    train, test = found.parts.train, found.parts.test
    again = measure(
        recipe, train.inputs, train.targets, test=(test.inputs, test.targets),
        deletions=[3, 17], loss_range=20, convention="retrain", placebos=1, progress=False,
    )  # fmt: skip
    for one, other in zip(found.constants, again.findings.constants, strict=True):
        assert (one.name, one.value) == (other.name, other.value)
    assert (again.findings.signals["deletion"].placebo == found.signals["deletion"].placebo).all()
    assert set(again.influential()["row"]) == {3, 17}
