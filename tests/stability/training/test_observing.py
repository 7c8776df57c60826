"""Watching a training: many models at once are seen as each of them alone."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from stability.conventions import Convention
from stability.datasets import load_digits
from stability.errors import SetupError
from stability.training import (
    Observer,
    Recipe,
    Recording,
    deletions,
    placebos,
    replacements,
    train_batched,
    train_one,
    train_variants,
)
from stability.training.single import train_variant

TRAIN, TEST = load_digits().split(23, seed=1)
BY = TEST.subset([3, 4])
VARIANTS = {
    "null step": deletions([4, 9], 23),
    "keep": deletions([4, 9], 23, Convention.KEEP),
    "retrain": deletions([4, 9], 23, Convention.RETRAIN),
    "replacement": replacements([4, 9], BY, TRAIN),
    "placebo": placebos([5, 6], 1e-3),
}


def smooth(shape, classes):
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 4), nn.Tanh(), nn.Linear(4, classes))


def dropping(shape, classes):
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 4), nn.Dropout(), nn.Linear(4, classes))


NETWORKS = {
    "stacked": {"widths": (5,)},
    "softmax": {"widths": ()},
    "vmapped": {"network": smooth},
    "masks": {"network": dropping, "dropout_seed": 2},
    "convolutions": {"network": "cnn", "widths": (2,)},
}
RULES = {
    "sgd": {"step_size": 0.05, "weight_decay": 0.1},
    "momentum": {"step_size": 0.05, "momentum": 0.7, "schedule": "cosine"},
    "adam": {"step_size": 0.01, "optimiser": "adam", "schedule": "step", "decay_every": 1},
}


def states(train):
    """What an observer of every step sees: step to parameters, joined over chunks."""
    seen = {}
    observer = Observer(range(9), lambda step, state: seen.setdefault(step, []).append(state))
    train(observer)
    return seen


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(sorted(VARIANTS)),
    network=st.sampled_from(sorted(NETWORKS)),
    rule=st.sampled_from(sorted(RULES)),
    chunks=st.booleans(),
)
def test_states_of_many_equal_those_of_each_alone(kind, network, rule, chunks):
    recipe = Recipe(epochs=2, batch_size=6, order_seed=3, **NETWORKS[network], **RULES[rule])
    variants = VARIANTS[kind]
    budget = 1 if chunks else 2**30

    def together(observer):
        list(train_variants(recipe, TRAIN, variants, observe=observer, memory_bytes=budget))

    many = states(together)
    assert sorted(many) == list(range(9)) and len(many[0]) == (2 if chunks else 1)
    for place in range(2):
        alone = states(lambda observer, k=place: watched_alone(recipe, variants, k, observer))
        for step, [model] in alone.items():
            stack = next(s for s in many[step] if s.first <= place < s.first + len(s.variants))
            assert stack.deleted[place - stack.first] == variants.changed[place]
            for name, values in model.parameters.items():
                assert (stack.parameters[name][place - stack.first] - values).abs().max() < 1e-10
    name = next(iter(model.parameters))
    assert (alone[8][0].parameters[name] - alone[0][0].parameters[name]).abs().max() > 1e-4


def watched_alone(recipe, variants, place, observer):
    train_variant(recipe, TRAIN, variants, place, observe=observer)


@pytest.mark.parametrize("network", sorted(NETWORKS))
def test_the_last_state_is_the_result_and_watching_changes_nothing(network):
    recipe = Recipe(epochs=2, batch_size=6, step_size=0.05, **NETWORKS[network])
    seen = {}
    observer = Observer([0, 8], seen.__setitem__)
    [stack] = train_batched(recipe, TRAIN, [-1, 4], observe=observer)
    [plain] = train_batched(recipe, TRAIN, [-1, 4])
    for name, values in stack.parameters.items():
        assert torch.equal(values, seen[8].parameters[name])
        assert torch.equal(values, plain.parameters[name])
        assert not torch.equal(values, seen[0].parameters[name])
        assert torch.equal(seen[0].parameters[name][0], stack.network.initial[name])
    watched = train_one(recipe, TRAIN, observe=observer)
    for name, values in train_one(recipe, TRAIN).parameters.items():
        assert torch.equal(values, watched.parameters[name])
        assert torch.equal(values, seen[8].parameters[name])


def test_an_observer_may_keep_and_change_what_it_gets():
    recipe = Recipe(widths=(5,), epochs=1, batch_size=6, step_size=0.05)

    def spoil(step, state):
        for values in state.parameters.values():
            values.zero_()

    [spoiled] = train_batched(recipe, TRAIN, [4], observe=Observer(range(5), spoil))
    [plain] = train_batched(recipe, TRAIN, [4])
    for one, two in ((spoiled, plain), (train_one(recipe, TRAIN, observe=Observer([2], spoil)),
                                        train_one(recipe, TRAIN))):  # fmt: skip
        assert all(torch.equal(p, two.parameters[n]) for n, p in one.parameters.items())


def test_a_recording_is_the_same_for_one_and_for_many():
    recipe = Recipe(widths=(5,), epochs=2, batch_size=6, step_size=0.05)

    def logits(model):
        return model.outputs(TEST.subset(range(7)))

    many, alone = Recording([0, 3, 8], logits), Recording([0, 3, 8], logits)
    list(train_batched(recipe, TRAIN, [4, 9], observe=many, memory_bytes=1))
    last = [train_one(recipe, TRAIN, i, observe=alone) for i in (4, 9)]
    for step in (0, 3, 8):
        assert many[step].shape == (2, 7, 10)
        assert np.abs(many[step] - alone[step]).max() < 1e-10
    assert np.array_equal(alone[8], np.stack([logits(model) for model in last]))
    assert np.abs(many[8] - many[0]).max() > 1e-3
    with pytest.raises(KeyError):
        many[5]


@pytest.mark.parametrize("step", [-1, 9])
def test_steps_that_are_not_there_are_refused_at_once(step):
    recipe = Recipe(widths=(5,), epochs=2, batch_size=6, step_size=0.05)
    observer = Observer([0, step], lambda step, state: None)
    for call in (
        lambda: train_one(recipe, TRAIN, observe=observer),
        lambda: train_batched(recipe, TRAIN, [4], observe=observer),
    ):
        with pytest.raises(SetupError, match=r"observe.steps.*0 \(before.*to 8"):
            call()


@pytest.mark.parametrize("steps", [[1.7], np.linspace(0, 8, 4), [float("nan")], "12", 3])
def test_steps_are_whole_numbers(steps):
    with pytest.raises(SetupError, match=r"observe.steps: found .*; allowed: a list of whole"):
        Observer(steps, lambda step, state: None)
