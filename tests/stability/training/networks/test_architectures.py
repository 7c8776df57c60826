"""Networks with a name: found by looking, declared in one file, started as they always were."""

import sys

import numpy as np
import pytest
import torch

from stability.datasets import load_digits
from stability.errors import SetupError
from stability.runs.learners.network import OwnArchitecture
from stability.training import Recipe, architectures, build_network, train_one
from stability.training.networks import architectures as folder

ONE_FILE = """
from __future__ import annotations
from dataclasses import dataclass
from typing import ClassVar
from stability.setup.fields import at_least, quantity
from stability.training.networks.architecture import Architecture

@dataclass(frozen=True, kw_only=True)
class Deep(Architecture):
    kind: ClassVar[str] = "deep-tanh"
    title: ClassVar[str] = "tanh layers of one width"
    layers: int = quantity(at_least(1), "the number of layers", default=2, example="2")

    def module(self, shape, classes):
        import torch
        from torch import nn
        parts = [nn.Flatten()]
        for _ in range(self.layers):
            parts += [nn.LazyLinear(5), nn.Tanh()]
        module = nn.Sequential(*parts, nn.Linear(5, classes))
        module(torch.zeros(1, *shape))
        return module
"""


@pytest.fixture
def one_more(tmp_path, monkeypatch):
    """A folder with one more file, looked into as well."""
    (tmp_path / "deep_tanh.py").write_text(ONE_FILE)
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    architectures.cache_clear()
    yield
    architectures.cache_clear()
    del sys.modules[f"{folder.__name__}.deep_tanh"]


def test_a_new_network_is_one_file(one_more):
    train, test = load_digits().split(20, seed=0)
    kinds = {"step_size": 0.1, "epochs": 1, "batch_size": 5}
    assert list(architectures()) == ["cnn", "deep-tanh", "relu-mlp"]
    model = train_one(Recipe(network="deep-tanh", **kinds), train)
    assert np.isfinite(model.losses(test)).all() and len(model.parameters) == 6
    deeper = architectures()["deep-tanh"](layers=3)
    assert len(train_one(Recipe(network=deeper, **kinds), train).parameters) == 8
    with pytest.raises(SetupError, match=r"recipe.widths: found \(3,\).*'deep-tanh'"):
        Recipe(network="deep-tanh", widths=(3,), **kinds)
    with pytest.raises(SetupError, match=r"network.layers.*the number of layers"):
        architectures()["deep-tanh"](layers=0)


def test_without_the_file_it_is_not_there():
    assert list(architectures()) == ["cnn", "relu-mlp"]
    with pytest.raises(SetupError, match=r"recipe.network.*'cnn', 'relu-mlp', or a function"):
        Recipe(network="deep-tanh", step_size=0.1, epochs=1, batch_size=5)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_he_weights_are_drawn_by_numpy_in_the_order_of_the_layers(dtype):
    """Stored runs rest on these numbers, bit for bit."""
    shapes = {
        "relu-mlp": [(6, 32), (3, 6)],
        "cnn": [(6, 2, 3, 3), (3, 6 * 2 * 2)],
    }
    for kind, layers in shapes.items():
        recipe = Recipe(network=kind, widths=(6,), step_size=0.1, epochs=1, batch_size=5,
                        init_seed=7, dtype=dtype)  # fmt: skip
        found = list(build_network(recipe, (2, 4, 4), 3).initial.values())
        generator = np.random.default_rng(7)
        for shape, weight, bias in zip(layers, found[::2], found[1::2], strict=True):
            deviation = np.sqrt(2.0 / np.prod(shape[1:]))
            drawn = torch.tensor(generator.normal(0.0, deviation, size=shape))
            assert torch.equal(weight, drawn.to(getattr(torch, dtype)))
            assert bias.shape == shape[:1] and not bias.any()


def test_one_seed_of_the_initial_weights():
    kinds = {"step_size": 0.1, "epochs": 1, "batch_size": 5}
    kind = architectures()["relu-mlp"]
    named, declared = (
        Recipe(network="relu-mlp", widths=(3,), init_seed=4, **kinds),
        Recipe(network=kind(widths=(3,), init_seed=4), init_seed=4, **kinds),
    )
    first, second = (build_network(recipe, (5,), 2).initial for recipe in (named, declared))
    assert all(torch.equal(p, second[n]) for n, p in first.items())
    with pytest.raises(SetupError, match=r"recipe.init_seed: found 0 beside a network with 4"):
        Recipe(network=kind(widths=(3,), init_seed=4), **kinds)


def test_a_file_that_wants_an_own_network_does_not_make_one():
    with pytest.raises(SetupError, match=r"network.kind: found 'own'.*--network FILE.py:FUNCTION"):
        OwnArchitecture()((3,), 2)
