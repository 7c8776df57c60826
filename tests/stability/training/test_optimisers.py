"""Steps, momentum, Adam and schedules against torch.optim; convolutions against torch.nn."""

import numpy as np
import pytest
import torch

from stability.datasets import Dataset, load_digits
from stability.errors import SetupError
from stability.training import Recipe, batch_order, build_network, train_batched, train_one

TRAIN, TEST = load_digits().split(30, seed=3)


def by_torch(recipe, optimiser, schedule, module):
    """The training written with torch's own optimisers and schedules."""
    x, y = torch.tensor(TRAIN.inputs).reshape(-1, 1, 8, 8), torch.tensor(TRAIN.labels)
    for batch in batch_order(30, recipe.batch_size, recipe.epochs, recipe.order_seed):
        optimiser.zero_grad()
        out = module(x[batch])
        if recipe.loss == "squared":
            ((out - torch.eye(10)[y[batch]]) ** 2).sum(dim=1).mean().backward()
        else:
            torch.nn.functional.cross_entropy(out, y[batch]).backward()
        if recipe.clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(module.parameters(), recipe.clip_norm)
        optimiser.step()
        schedule.step()
    return list(module.parameters())


def perceptron(shape=(1, 8, 8), classes=10):
    return torch.nn.Sequential(
        torch.nn.Flatten(), torch.nn.Linear(64, 7), torch.nn.ReLU(), torch.nn.Linear(7, 10)
    ).double()


def convolutional(shape=(1, 8, 8), classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 3, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(3, 4, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Linear(16, 10),
    ).double()  # fmt: skip


def constant(optimiser):
    return torch.optim.lr_scheduler.LambdaLR(optimiser, lambda t: 1.0)


CASES = {
    "momentum": (
        {"step_size": 0.05, "momentum": 0.9, "weight_decay": 0.01},
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
        constant,
    ),
    "adam": (
        {"step_size": 0.01, "optimiser": "adam", "weight_decay": 0.02},
        lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.02),
        constant,
    ),
    "cosine": (
        {"step_size": 0.1, "schedule": "cosine"},
        lambda p: torch.optim.SGD(p, lr=0.1),
        lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=15),
    ),
    "steps": (
        {"step_size": 0.1, "schedule": "step", "decay_every": 2, "decay_factor": 0.5},
        lambda p: torch.optim.SGD(p, lr=0.1),
        lambda o: torch.optim.lr_scheduler.StepLR(o, 2 * 5, gamma=0.5),
    ),
    "adamw": (
        {"step_size": 0.01, "optimiser": "adamw", "weight_decay": 0.2},
        lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.2),
        constant,
    ),
    "clipped": (
        {"step_size": 0.1, "momentum": 0.9, "clip_norm": 0.5, "weight_decay": 0.1},
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1),
        constant,
    ),
    "warm-up": (
        {"step_size": 0.1, "schedule": "cosine", "warm_up": 4},
        lambda p: torch.optim.SGD(p, lr=0.1),
        lambda o: torch.optim.lr_scheduler.LambdaLR(
            o, lambda t: (t + 1) / 4 if t < 4 else (1 + np.cos(np.pi * (t - 4) / 11)) / 2
        ),
    ),
    "squared": (
        {"step_size": 0.05, "loss": "squared", "momentum": 0.5},
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.5),
        constant,
    ),
}


@pytest.mark.parametrize("network", ["relu-mlp", "cnn", "own"])
@pytest.mark.parametrize("case", CASES)
def test_equals_torch(case, network):
    fields, optimiser_of, schedule_of = CASES[case]
    kind = {
        "relu-mlp": {"widths": (7,)},
        "cnn": {"network": "cnn", "widths": (3, 4)},
        "own": {"network": convolutional},
    }[network]
    recipe = Recipe(**fields, **kind, epochs=3, batch_size=7)
    module = perceptron() if network == "relu-mlp" else convolutional()
    built = build_network(recipe, (8, 8), 10)
    with torch.no_grad():
        for p, value in zip(module.parameters(), built.initial.values(), strict=True):
            p.copy_(value)
    optimiser = optimiser_of(module.parameters())
    expected = by_torch(recipe, optimiser, schedule_of(optimiser), module)
    alone = train_one(recipe, TRAIN).parameters
    [stack] = train_batched(recipe, TRAIN, [4, -1])
    without = train_one(recipe, TRAIN, 4).parameters
    for name, value in zip(alone, expected, strict=True):
        assert (alone[name] - value).abs().max() < 1e-12
        assert (stack.parameters[name][1] - value).abs().max() < 1e-10
        assert (stack.parameters[name][0] - without[name]).abs().max() < 1e-10
    assert (without[name] - alone[name]).abs().max() > 1e-6


@pytest.mark.parametrize("shape", [(28, 28), (3, 32, 32)])
def test_convolutional_shapes(shape):
    recipe = Recipe(network="cnn", widths=(4, 6), step_size=0.1, epochs=1, batch_size=2)
    size, side = int(np.prod(shape)), shape[-1] // 4
    built = build_network(recipe, shape, 5)
    assert built.initial["convolution0.weight"].shape == (4, 1 if len(shape) == 2 else 3, 3, 3)
    assert built.initial["linear.weight"].shape == (5, 6 * side * side)
    assert built.evaluate(built.initial, torch.rand(2, size, dtype=torch.float64)).shape == (2, 5)
    data = Dataset(np.random.default_rng(0).uniform(size=(4, size)), [0, 1, 2, 3],
                   tuple("abcde"), "noise", shape)  # fmt: skip
    [stack] = train_batched(recipe, data, [0, 1], memory_bytes=2**40)
    alone = train_one(recipe, data, 1)
    assert np.abs(stack.losses(data)[1] - alone.losses(data)).max() < 1e-10


def test_convolutions_need_images():
    recipe = Recipe(network="cnn", widths=(4, 6, 8, 9), step_size=0.1, epochs=1, batch_size=2)
    with pytest.raises(SetupError, match=r"halvings for inputs \(1, 8, 8\).*16 x 16"):
        build_network(recipe, (8, 8), 10)
    with pytest.raises(SetupError, match="halvings"):
        build_network(recipe, (64,), 10)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"network": "cnn"}, "recipe.widths: found nothing.*channels of the blocks"),
        ({"network": perceptron, "widths": (3,)}, "beside a network of your own"),
        ({"optimiser": "adam", "momentum": 0.5}, "recipe.momentum"),
    ],
)
def test_combinations_that_mean_nothing(fields, words):
    with pytest.raises(SetupError, match=words):
        Recipe(step_size=0.1, epochs=1, batch_size=2, **fields)


def test_a_module_is_drawn_from_its_seed_and_nothing_else_is_disturbed():
    torch.manual_seed(1)
    recipe = Recipe(network=perceptron, step_size=0.1, epochs=1, batch_size=9, init_seed=5)
    before = torch.random.get_rng_state()
    first = build_network(recipe, (8, 8), 10).initial
    assert torch.equal(before, torch.random.get_rng_state())
    torch.manual_seed(2)
    again = build_network(recipe, (8, 8), 10).initial
    assert all(torch.equal(p, again[n]) for n, p in first.items())
    other = Recipe(network=perceptron, step_size=0.1, epochs=1, batch_size=9, init_seed=6)
    assert not torch.equal(first["1.weight"], build_network(other, (8, 8), 10).initial["1.weight"])


def test_a_gpu_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    recipe = Recipe(step_size=0.1, epochs=1, batch_size=9, device="cuda")
    for call in (lambda: train_one(recipe, TRAIN), lambda: train_batched(recipe, TRAIN, [1])):
        with pytest.raises(SetupError, match=r"recipe.device: found 'cuda'"):
            call()
