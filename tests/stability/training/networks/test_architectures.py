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
    assert list(architectures()) == [
        "cnn",
        "deep-tanh",
        "digit-cnn",
        "lenet",
        "mlp",
        "relu-mlp",
        "residual-mlp",
    ]
    model = train_one(Recipe(network="deep-tanh", **kinds), train)
    assert np.isfinite(model.losses(test)).all() and len(model.parameters) == 6
    deeper = architectures()["deep-tanh"](layers=3)
    assert len(train_one(Recipe(network=deeper, **kinds), train).parameters) == 8
    with pytest.raises(SetupError, match=r"recipe.widths: found \(3,\).*'deep-tanh'"):
        Recipe(network="deep-tanh", widths=(3,), **kinds)
    with pytest.raises(SetupError, match=r"network.layers.*the number of layers"):
        architectures()["deep-tanh"](layers=0)


def test_without_the_file_it_is_not_there():
    assert list(architectures()) == ["cnn", "digit-cnn", "lenet", "mlp", "relu-mlp", "residual-mlp"]
    with pytest.raises(SetupError, match=r"recipe.network.*'cnn', .*'residual-mlp', or a function"):
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


@pytest.mark.parametrize(
    ("kind", "fields", "shape"),
    [
        ("mlp", {"widths": (5, 4)}, (3,)),
        ("mlp", {"widths": (5,), "activation": "sigmoid"}, (1, 2, 2)),
        ("residual-mlp", {"width": 6}, (3,)),
        ("digit-cnn", {}, (1, 28, 28)),
        ("digit-cnn", {}, (3, 32, 32)),
        ("lenet", {}, (3, 32, 32)),
    ],
)
def test_published_networks_start_from_torchs_weights(kind, fields, shape):
    """Uniform up to 1/sqrt(fan-in), weights and biases, and a seed of their own."""
    network = architectures()[kind](**fields)
    recipes = [Recipe(network=network, step_size=0.1, epochs=1, batch_size=5, init_seed=s)
               for s in (0, 0, 1)]  # fmt: skip
    first, again, other = (build_network(recipe, shape, 2).initial for recipe in recipes)
    fan_in = 1
    for name, values in first.items():
        if name.endswith("weight"):
            fan_in = int(np.prod(values.shape[1:]))
        assert torch.equal(values, again[name]) and not torch.equal(values, other[name])
        limit = fan_in**-0.5
        assert float(values.abs().max()) <= limit * (1 + 1e-6)
        if values.numel() > 200:
            assert abs(float(values.std()) * 3**0.5 / limit - 1) < 0.1


def test_linear_twins_are_linear():
    network = architectures()["mlp"](widths=(7, 5), activation="identity")
    recipe = Recipe(network=network, step_size=0.1, epochs=1, batch_size=5)
    built = build_network(recipe, (3,), 2)
    x = torch.randn(4, 3, dtype=torch.float64)
    at = [built.evaluate(built.initial, v) for v in (x, 2 * x, 0 * x)]
    assert torch.allclose(at[1] - at[2], 2 * (at[0] - at[2]), atol=1e-12)


def test_the_residual_network_adds_its_layers():
    built = build_network(
        Recipe(network=architectures()["residual-mlp"](width=4), step_size=0.1, epochs=1,
               batch_size=5), (3,), 1,
    )  # fmt: skip
    w = {name: values.numpy() for name, values in built.initial.items()}
    x = np.linspace(-1, 1, 6).reshape(2, 3)
    first = np.maximum(x @ w["linear0.weight"].T + w["linear0.bias"], 0)
    second = np.maximum(first @ w["linear1.weight"].T + w["linear1.bias"], 0)
    expected = (first + second) @ w["linear2.weight"].T + w["linear2.bias"]
    assert np.allclose(built.evaluate(built.initial, torch.tensor(x)).numpy(), expected)


@pytest.mark.parametrize("kind", ["digit-cnn", "lenet"])
def test_small_images_are_refused_by_networks_that_pool_twice(kind):
    with pytest.raises(SetupError, match=r"at least 16 x 16 pixels"):
        architectures()[kind]().module((1, 8, 8), 2)
