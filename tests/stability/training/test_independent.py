"""Trainings that share nothing: all at once against one by one with autograd."""

import numpy as np
import pytest
import torch
from torch import nn

from stability.datasets import load_digits
from stability.datasets.dataset import Dataset
from stability.datasets.shapes import split_shapes
from stability.errors import SetupError
from stability.training.engines.layers import pooled_layers
from stability.training.engines.stacked_convolutions import StackedConvolutions
from stability.training.independent import batched
from stability.training.independent.batched import train_independent
from stability.training.independent.settings import IndependentTraining
from stability.training.independent.single import train_trial
from stability.training.networks.architectures.digit_cnn import DigitCnn
from stability.training.networks.architectures.lenet import LeNet
from stability.training.networks.architectures.mlp import MultilayerPerceptron
from stability.training.networks.network import network_from
from stability.training.observing import Recording

SHAPES, _ = split_shapes(12, 1, seed=0)
COLOURS = Dataset(
    np.random.default_rng(0).uniform(-1, 1, size=(9, 3, 17, 18)), np.arange(9) % 2, ("a", "b")
)


def odd(shape, classes):
    """One block only, an odd kernel of 4, sides that pooling cuts, and one linear layer."""
    return nn.Sequential(
        nn.Conv2d(shape[0], 3, 4), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(3, 2, 2), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(2 * 3 * 3, classes),
    )  # fmt: skip


def tanh(shape, classes):
    """Nothing that is written by hand."""
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 5), nn.Tanh(), nn.Linear(5, classes))


@pytest.mark.parametrize(
    ("network", "train", "step_size"),
    [
        (LeNet(), SHAPES, 0.05),
        (LeNet(), COLOURS, 0.05),
        (odd, COLOURS, 0.1),
        (MultilayerPerceptron(widths=(6, 5)), load_digits().subset(np.arange(40)), 0.05),
        (tanh, load_digits().subset(np.arange(40)), 0.05),
    ],
)
def test_all_at_once_equals_one_by_one(network, train, step_size, monkeypatch):
    """Also in chunks, the second of them with a single trial."""
    monkeypatch.setattr(batched, "TOGETHER", 2)
    training = IndependentTraining(network=network, step_size=step_size, steps=15, trials=3, seed=5)
    found = train_independent(training, train)
    assert found.logits.shape == (15, 3, len(train.classes))
    assert (found.labels == train.labels[found.samples]).all()
    for trial in range(3):
        model, logits = train_trial(training, train, trial)
        scale = np.abs(logits).max()
        assert np.abs(found.logits[:, trial] - logits).max() < 1e-10 * scale
        for name, values in model.parameters.items():
            away = (found.parameters[name][trial] - values).abs().max()
            assert away < 1e-10 * values.abs().max()
    assert len(np.unique(found.logits[0].round(6), axis=0)) == 3  # starts differ


def test_a_step_is_that_of_autograd_to_twelve_digits():
    module = LeNet().module((1, 20, 20), 3).double()
    with torch.no_grad():
        for layer in (module.convolution0, module.convolution1):
            layer.weight[0], layer.bias[0] = 0.0, 0.5  # all places equal, their patches are not
    network = network_from(module, (1, 20, 20))
    layers = pooled_layers(network)
    first = {n: torch.stack([p, 2 * p]) for n, p in network.initial.items()}
    training = IndependentTraining(network=LeNet(), step_size=1.0, steps=1, trials=2)
    engine = StackedConvolutions(training.recipe, layers, (1, 20, 20), first)
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(2, 1, 400, generator=generator, dtype=torch.float64)
    images[:, :, :130] = 0.0  # a black border: maxima with ties
    labels = torch.tensor([[2], [0]])
    engine.step(images, labels, torch.full((1,), 0.5, dtype=torch.float64), 1.0)
    for k in range(2):
        own = {n: p[k].clone().requires_grad_() for n, p in first.items()}
        loss = nn.functional.cross_entropy(network.forward(own, images[k]), labels[k]) / 2
        slopes = torch.autograd.grad(loss, list(own.values()))
        for (name, values), slope in zip(engine.parameters().items(), slopes, strict=True):
            assert slope.abs().max() > 0
            assert (first[name][k] - values[k] - slope).abs().max() < 1e-12 * (
                1 + slope.abs().max()
            )


def test_trials_are_looked_at_on_the_way_and_draw_the_same_whatever_the_others():
    few, more = (
        IndependentTraining(network=LeNet(), step_size=0.02, steps=6, trials=k, seed=1)
        for k in (1, 3)
    )
    seen = Recording([0, 6], lambda model: model.outputs(SHAPES)[0])
    done: list[int] = []
    found = train_independent(more, SHAPES, observe=seen, progress=lambda n, _: done.append(n))
    assert done[-1] == 18 and seen[6].shape == (3, 3)
    assert np.abs(seen[0] - seen[6]).max() > 1e-6
    alone = train_independent(few, SHAPES)
    assert np.abs(alone.logits[:, 0] - found.logits[:, 0]).max() < 1e-12
    assert (alone.samples[:, 0] == found.samples[:, 0]).all()
    assert found.samples.shape == (6, 3) and len(np.unique(found.samples, axis=1).T) == 3


def test_float32_is_near():
    kinds = {"network": LeNet(), "step_size": 0.02, "steps": 6, "trials": 2}
    exact, rough = (
        train_independent(IndependentTraining(dtype=d, **kinds), SHAPES).logits
        for d in ("float64", "float32")
    )
    assert 1e-12 < np.abs(exact - rough).max() < 1e-5


def test_a_training_that_diverges_is_named():
    training = IndependentTraining(network=LeNet(), step_size=1e150, steps=30, trials=2)
    with pytest.raises(SetupError, match=r"trial [01], step \d+.*not finite.*smaller step_size"):
        train_independent(training, SHAPES)
    with pytest.raises(SetupError, match=r"steps.*found 0"):
        IndependentTraining(network=LeNet(), step_size=0.1, steps=0, trials=2)


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.convolution0.__setattr__("stride", (2, 2)),
        lambda m: m.convolution1.__setattr__("padding", (1, 1)),
        lambda m: m.pool0.__setattr__("stride", 1),
        lambda m: m.pool1.__setattr__("ceil_mode", True),
        lambda m: m.flatten.__setattr__("start_dim", 0),
        lambda m: m.relu0.register_forward_hook(lambda *args: None),
        lambda m: m.linear0.bias.requires_grad_(False),
        lambda m: m.__setitem__(1, nn.Tanh()),
        lambda m: m.__delitem__(2),
    ],
)
def test_what_is_not_plain_is_left_to_autograd(change):
    assert pooled_layers(network_from(DigitCnn().module((1, 28, 28), 3), (1, 28, 28))) is not None
    module = LeNet().module((1, 28, 28), 3)
    change(module)
    assert pooled_layers(network_from(module, (1, 28, 28))) is None
