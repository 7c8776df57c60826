"""`stability elasticity`: what it writes against the library called by hand, and wrong input."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from typer.testing import CliRunner

from stability.cli.app import app
from stability.datasets import load_digits
from stability.elasticity import EmpiricalKernel, measure_elasticity
from stability.runs.elasticity import measure as measuring
from stability.training import Recipe, train_one

RUN = """
[data]
name = "digits"
size = 60
[network]
kind = "relu-mlp"
widths = [8]
[training]
step_size = 0.2
epochs = 6
batch_size = 12
[evaluation]
size = 50
[elasticity]
examples = 30
"""


def run(*arguments, status=0):
    result = CliRunner().invoke(app, [str(a) for a in arguments], prog_name="stability")
    assert result.exit_code == status, result.output + result.stderr
    assert "Traceback" not in result.output
    return result


def written(tmp_path, text=RUN, name="run.toml"):
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("elasticity")
    result = run("elasticity", written(folder), "--out", folder / "out")
    return folder / "out", result


def test_the_numbers_are_those_of_the_library(done):
    out, result = done
    train, everything = load_digits().split(60, 0)
    test = everything.subset(np.arange(50))
    with np.load(out / "similarity.npz") as stored:
        points = test.subset([int(np.flatnonzero(test.rows == r)[0]) for r in stored["rows"]])
        recipe = Recipe(widths=(8,), step_size=0.2, epochs=6, batch_size=12)
        model = train_one(recipe, train)
        by_hand = measure_elasticity(EmpiricalKernel.of(model), points.inputs, points.labels)
        assert np.allclose(stored["kernel"], by_hand.kernel, rtol=1e-10)
        assert np.allclose(stored["similarity"], by_hand.similarity)
        untrained = EmpiricalKernel(model.network)
        before = measure_elasticity(untrained, points.inputs, points.labels)
        assert np.allclose(stored["kernel_untrained"], before.kernel, rtol=1e-10)
    summary = json.loads((out / "elasticity.json").read_text())
    means = by_hand.means(10)
    assert summary["trained"]["within"] == pytest.approx(means.within)
    assert summary["trained"]["across"] == pytest.approx(means.across)
    assert summary["points"] == 30 and len(points) == 30
    assert summary["trained"]["separation"]["features"] == list(by_hand.separation.names)
    assert summary["verdict"] in " ".join(result.output.split())
    ratio = means.within / means.across
    assert f"{ratio:.3g}" in result.output


def test_the_page_holds_the_pictures_and_the_verdict(done, tmp_path):
    out, _ = done
    run("report", out, "--out", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    summary = json.loads((out / "elasticity.json").read_text())
    assert summary["verdict"].split(":")[0] in page and page.count("<img") == 3
    for png in ("similarity.png", "class-map.png", "layers.png"):
        assert (out / png).read_bytes()[:4] == b"\x89PNG"


def test_a_stopped_run_goes_on_after_the_training(tmp_path, monkeypatch, done):
    """Stopped at the first look, it is not trained again, and the result is the same."""
    file, out = written(tmp_path), tmp_path / "out"

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(measuring.Look, "stored", stop)
        assert "--resume goes on" in run("elasticity", file, "--out", out, status=2).stderr
    assert not (out / "elasticity.json").exists()
    trained = []
    honest = measuring.check_repeatable
    with monkeypatch.context() as patch:
        patch.setattr(measuring, "check_repeatable", lambda *a: trained.append(1) or honest(*a))
        run("elasticity", file, "--out", out, "--resume")
    assert trained == []
    first, again = ((f / "elasticity.json").read_text() for f in (done[0], out))
    assert first == again


def test_another_run_in_the_folder_is_refused(done, tmp_path):
    other = written(tmp_path, RUN.replace("epochs = 6", "epochs = 7"))
    result = run("elasticity", other, "--out", done[0], "--resume", status=2)
    assert "training.epochs" in result.stderr


def test_json_is_what_is_stored(tmp_path):
    text = RUN.replace("size = 60", "size = 30").replace("epochs = 6", "epochs = 1")
    result = run("elasticity", written(tmp_path, text), "--out", tmp_path / "out", "--json")
    stored = json.loads((tmp_path / "out" / "elasticity.json").read_text())
    assert json.loads(result.stdout) == stored


OWN = """
import torch
from torch import nn

def table(shape, classes):
    return nn.Sequential(nn.Linear(shape[0], 6), nn.LayerNorm(6), nn.Tanh(), nn.Linear(6, classes))

def dropout(shape, classes):
    return nn.Sequential(nn.Linear(shape[0], 6), nn.Dropout(0.5), nn.Linear(6, classes))

def batch_norm(shape, classes):
    return nn.Sequential(nn.Linear(shape[0], 6), nn.BatchNorm1d(6), nn.Linear(6, classes))

class Dead(nn.Module):
    def __init__(self, inputs, classes):
        super().__init__()
        self.first = nn.Linear(inputs, 4, bias=False)
        self.last = nn.Linear(4, classes, bias=False)
        nn.init.constant_(self.first.weight, -1.0)

    def forward(self, x):
        return self.last(torch.relu(self.first(x.abs())))

def dead(shape, classes):
    return Dead(shape[0], classes)
"""


def own(tmp_path, function, classes=3, **more):
    """A run on a table of one's own with a network of one's own."""
    rng = np.random.default_rng(0)
    labels = np.arange(40) % classes
    inputs = rng.normal(size=(40, 4)) + 3 * np.eye(4)[labels]
    np.savez(tmp_path / "table.npz", inputs=inputs, labels=labels)
    (tmp_path / "nets.py").write_text(OWN)
    text = RUN.replace('name = "digits"\nsize = 60', 'name = "file"\nfile = "table.npz"\nsize = 20')
    text = text.replace('kind = "relu-mlp"\nwidths = [8]', 'kind = "own"')
    text = text.replace("size = 50", "size = 20").replace("examples = 30", "examples = 12")
    file = written(tmp_path, text)
    nets = f"{tmp_path / 'nets.py'}:{function}"
    return run("elasticity", file, "--out", tmp_path / "out", "--network", nets, **more)


def test_a_table_and_a_module_of_ones_own(tmp_path):
    result = own(tmp_path, "table")
    assert "within its class" in result.output.replace("\n", " ")
    summary = json.loads((tmp_path / "out" / "elasticity.json").read_text())
    assert any("LayerNorm" in name for name in summary["trained"]["formed_one_by_one"])
    assert summary["trained"]["within"] > summary["trained"]["across"]
    run("report", tmp_path / "out", "--out", tmp_path / "page.html")
    assert "network table of nets.py" in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("dropout", r"dropout without a seed.*dropout_seed"),
        ("batch_norm", r"batch normalisation in training mode.*GroupNorm"),
        ("dead", r"K\(x, x\) = 0.*dead network"),
    ],
)
def test_networks_that_cannot_be_looked_at(tmp_path, function, words):
    error = own(tmp_path, function, status=2).stderr
    assert re.search(words, error) and error.startswith("error: ")


def test_one_class_is_refused(tmp_path):
    error = own(tmp_path, "table", classes=1, status=2).stderr
    assert "class" in error and "error: " in error


def test_a_model_has_no_updates(tmp_path):
    text = """
        data = { name = "digits", size = 50, target = ["3"] }
        model = { kind = "ridge", regularization = 0.1 }
    """
    error = run("elasticity", written(tmp_path, text), "--out", tmp_path / "o", status=2).stderr
    assert re.search(r"\[model\]: found 'ridge'.*\[network\]", error)


def test_the_template_says_it_and_is_a_run(tmp_path):
    run("init", tmp_path / "new.toml", "--run")
    text = (tmp_path / "new.toml").read_text()
    assert "[elasticity]" in text and "examples = 200" in text
