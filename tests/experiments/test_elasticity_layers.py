"""Layers: what is looked at, what is claimed, and that a run goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stability.datasets import load_digits
from stability.elasticity import EmpiricalKernel, data_separation, one_output
from stability.training.single import train_one
from stability_experiments.elasticity.elasticity_layers import body, depths
from stability_experiments.elasticity.elasticity_layers.body import SIZES, Size
from stability_experiments.elasticity.elasticity_layers.claims import claims
from stability_experiments.elasticity.elasticity_layers.depths import Deep, Looked, contrast, look
from stability_experiments.elasticity.elasticity_layers.experiment import EXPERIMENT
from stability_experiments.framework.run import run_experiment
from stability_experiments.framework.stored import read_result

TINY = Size(training=80, test=40, depths=(2, 4), width=8, epochs=2, per_class=2, seeds=2)


def test_a_contrast_looks_at_sizes_and_leaves_self_pairs_out() -> None:
    part = np.array([[9.0, -2.0, 1.0], [-2.0, 9.0, -1.0], [1.0, -1.0, 9.0]])
    assert contrast(part, np.array([0, 0, 1])) == pytest.approx(np.log(2))


def test_what_is_seen_is_what_the_library_says() -> None:
    train, test = load_digits().split(80, seed=0)
    deep = Deep("digits", 2, width=8, epochs=2, per_class=3)
    found = Looked(deep, {k: np.asarray(v) for k, v in look(deep, train, test, 1).items()})
    model = train_one(deep.recipe(1), train)
    kernel = EmpiricalKernel.of(model)
    separation = data_separation(kernel, train.inputs, train.labels)
    assert np.allclose(found.fuzziness("after"), separation.fuzziness)
    assert len(separation.fuzziness) == 4 and found.contrast("after").shape == (3,)
    assert found.number("r after") == pytest.approx(separation.correlation)
    x = train.subset(depths.positions_per_class(train.labels, 3, 1))
    parts = [
        EmpiricalKernel.of(model, one_output(k)).layers(x.inputs) for k in range(10)
    ]  # fmt: skip
    sums = [sum(p[name] for p in parts) for name in parts[0]]
    assert found.contrast("after") == pytest.approx([contrast(s, x.labels) for s in sums])
    assert found.number("whole after") == pytest.approx(contrast(sum(sums), x.labels))
    traces = np.array([np.trace(s) for s in sums])
    assert found.share("after") == pytest.approx(traces / traces.sum())
    right = model.outputs(test).argmax(axis=1) == test.labels
    assert found.number("test accuracy after") == right.mean()
    assert found.number("factor before") != found.number("factor after")


@pytest.mark.parametrize("preset", ["smoke", "paper"])
def test_presets_have_several_depths_and_seeds(preset: str) -> None:
    size = SIZES[preset]
    assert size.seeds >= (5 if preset == "paper" else 3) and len(size.depths) >= 3


def test_a_run_goes_on_with_what_is_stored(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(body.SIZES, "smoke", TINY)
    first = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None)
    assert all((tmp_path / name).stat().st_size > 5000 for name in first.findings.figures)
    monkeypatch.setattr(body, "look", dict)  # all of it is stored
    monkeypatch.setattr(body, "draw", lambda *args: first.findings.figures)  # once is enough
    result = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None, resume=True)
    assert result.findings == first.findings
    assert (first.resumed, result.resumed, read_result(tmp_path).resumed) == (False, True, True)
    names = [row.name for row in result.findings.rows]
    assert len(names) == len(set(names))
    assert "digits" in (result.findings.scaled_down or "")


def looked(depth: int, **changes: float | list[float]) -> Looked:
    """Numbers that show what is claimed; some of them changed."""
    layers = np.arange(depth + 2)
    arrays = {
        "fuzziness after": np.exp(-layers), "contrast after": 0.1 + layers[:-1] / depth,
        "fuzziness before": np.exp(layers), "contrast before": 0.1 - 0.1 * layers[:-1] / depth,
        "factor before": 2.0, "factor after": 0.5, "r after": -0.99, "whole before": 0.1,
        "whole after": 0.8,
    } | {name.replace("_", " "): value for name, value in changes.items()}  # fmt: skip
    return Looked(Deep("digits", depth, 8, 1, 2), {k: np.asarray(v) for k, v in arrays.items()})


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"r_after": -0.8}, "falls along a line"),
        ({"factor_before": 0.9}, "grows from layer to layer"),
        ({"factor_after": 1.15}, "grows from layer to layer"),
        ({"whole_after": 0.05}, "raises the class contrast"),
        ({"contrast_after": [1.0, 0.5, 0.4, 0.2, 0.1]}, "the last layer's part"),
        ({"contrast_after": [1.0, 0.5, 0.4, 0.2, 0.1]}, "of the last layer's part more"),
        ({"contrast_after": [1.0, 0.5, 0.4, 0.2, 0.1]}, "where training separates"),
    ],
)
def test_claims_follow_the_numbers(changes, broken: str) -> None:
    good, bad = ({x.deep: [x] for x in (looked(2), looked(4, **c))} for c in ({}, changes))
    assert [c.claim for c in claims(good) if not c.holds] == []
    assert any(broken in c.claim for c in claims(bad) if not c.holds)
