"""The fast path is for what a module is made of; modules of the same form train the same."""

from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn

from stability.conventions import Convention
from stability.datasets import load_digits
from stability.training import Recipe, batched, train_batched, train_one
from stability.training.engines.layers import perceptron_layers
from stability.training.networks.network import network_from

TRAIN, TEST = load_digits().split(30, seed=3)
A, B = "0.weight", "0.bias"


def hooked():
    layer = nn.Linear(4, 4)
    layer.register_forward_hook(lambda module, inputs, output: 2 * output)
    return layer


def hooked_backwards():
    layer = nn.Linear(4, 4)
    layer.register_full_backward_pre_hook(lambda module, slopes: (2 * slopes[0],))
    return layer


def replaced():
    layer = nn.ReLU()
    layer.forward = torch.tanh
    return layer


def frozen():
    return nn.Linear(4, 4).requires_grad_(False)


def used_again():
    layer = nn.Linear(4, 4)
    return nn.Sequential(layer, nn.ReLU(), layer)


def tied():
    one, two = nn.Linear(4, 4), nn.Linear(4, 4)
    two.weight = one.weight
    return nn.Sequential(one, nn.ReLU(), two)


class Louder(nn.Linear):
    def forward(self, input):
        return 2 * super().forward(input)


def sequence(*parts):
    return nn.Sequential(*parts)


YES = {
    "linear": (nn.Linear(4, 3), (4,), (("weight", "bias"),)),
    "no bias": (sequence(nn.Linear(4, 3, bias=False)), (4,), ((A, None),)),
    "flattened": (sequence(nn.Flatten(), nn.Linear(4, 3)), (1, 2, 2), (("1.weight", "1.bias"),)),
    "nested": (
        sequence(sequence(nn.Identity(), nn.Linear(4, 5)), nn.ReLU(), nn.Linear(5, 3)),
        (4,),
        (("0.1.weight", "0.1.bias"), ("2.weight", "2.bias")),
    ),
    "one ReLU twice": (
        (lambda relu: sequence(nn.Linear(4, 4), relu, nn.Linear(4, 4), relu, nn.Linear(4, 3)))(
            nn.ReLU()
        ),
        (4,),
        ((A, B), ("2.weight", "2.bias"), ("4.weight", "4.bias")),
    ),
}
NO = {
    "another activation": (sequence(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 3)), (4,)),
    "two activations": (sequence(nn.Linear(4, 4), nn.ReLU(), nn.ReLU(), nn.Linear(4, 3)), (4,)),
    "an activation at the end": (sequence(nn.Linear(4, 3), nn.ReLU()), (4,)),
    "no activation": (sequence(nn.Linear(4, 4), nn.Linear(4, 3)), (4,)),
    "rows of an image": (nn.Linear(2, 3), (2, 2)),
    "flattened in part": (sequence(nn.Flatten(2), nn.Linear(4, 3)), (1, 2, 2)),
    "a hook": (sequence(hooked(), nn.ReLU(), nn.Linear(4, 3)), (4,)),
    "a hook on the way back": (sequence(hooked_backwards(), nn.ReLU(), nn.Linear(4, 3)), (4,)),
    "a forward of its own": (sequence(nn.Linear(4, 4), replaced(), nn.Linear(4, 3)), (4,)),
    "not trained": (sequence(frozen(), nn.ReLU(), nn.Linear(4, 3)), (4,)),
    "a layer twice": (used_again(), (4,)),
    "a shared weight": (tied(), (4,)),
    "a class of its own": (sequence(Louder(4, 3)), (4,)),
    "normalised weights": (sequence(nn.utils.parametrizations.weight_norm(nn.Linear(4, 3))), (4,)),
    "nothing": (nn.Sequential(), (4,)),
}


@pytest.mark.parametrize("name", YES)
def test_perceptrons(name):
    module, shape, layers = YES[name]
    assert perceptron_layers(network_from(module, shape)) == layers


@pytest.mark.parametrize("name", NO)
def test_other_modules(name):
    module, shape = NO[name]
    assert perceptron_layers(network_from(module, shape)) is None


@pytest.mark.parametrize("bias", [(True, True), (False, True), (True, False), (False, False)])
@pytest.mark.parametrize("convention", [Convention.NULL_STEP, Convention.RETRAIN])
@pytest.mark.parametrize("rule", [{}, {"momentum": 0.5, "weight_decay": 0.1}])
def test_an_own_module_of_this_form_trains_stacked(monkeypatch, bias, convention, rule):
    def own(shape, classes):
        return nn.Sequential(
            nn.Flatten(), nn.Linear(64, 6, bias=bias[0]), nn.ReLU(),
            nn.Linear(6, classes, bias=bias[1]),
        )  # fmt: skip

    def never(*arguments):
        raise AssertionError("trained with vmap")

    monkeypatch.setattr(batched, "VmappedNetworks", never)
    recipe = Recipe(network=own, step_size=0.1, epochs=2, batch_size=7, **rule)
    [stack] = train_batched(recipe, TRAIN, [7, 12], convention=convention)
    for k, i in enumerate((7, 12)):
        alone = train_one(recipe, TRAIN, i, convention=convention)
        for name, values in alone.parameters.items():
            assert (stack.parameters[name][k] - values).abs().max() < 1e-10
        assert np.abs(alone.losses(TEST) - stack.losses(TEST)[k]).max() < 1e-10


def test_a_name_and_an_own_module_of_the_same_weights_train_the_same():
    named = Recipe(widths=(6,), step_size=0.1, epochs=2, batch_size=7)
    first = train_one(named, TRAIN).network.initial

    def own(shape, classes):
        parts = OrderedDict(flatten=nn.Flatten(), linear0=nn.Linear(64, 6), relu0=nn.ReLU(),
                            linear1=nn.Linear(6, 10))  # fmt: skip
        module = nn.Sequential(parts).double()
        module.load_state_dict(first)
        return module

    other = Recipe(network=own, step_size=0.1, epochs=2, batch_size=7)
    [one], [two] = (train_batched(recipe, TRAIN, [-1, 4]) for recipe in (named, other))
    assert all(torch.equal(p, two.parameters[n]) for n, p in one.parameters.items())
    assert np.array_equal(one.losses(TEST), two.losses(TEST))
