"""The batched training against the plain loop."""

import gc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.multiprocessing.reductions import StorageWeakRef

from stability.conventions import Convention
from stability.datasets import load_digits
from stability.errors import SetupError
from stability.training import (
    Recipe,
    batched,
    build_network,
    deletions,
    replacements,
    stack,
    train_batched,
    train_one,
    train_variants,
)
from stability.training.batched import models_per_chunk
from stability.training.start import tensors

TRAIN, TEST = load_digits().split(45, seed=1)
RECIPE = Recipe(widths=(10,), step_size=0.2, epochs=3, batch_size=8, weight_decay=0.01)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    widths=st.lists(st.integers(1, 9), max_size=3),
    batch_size=st.integers(1, 50),
    decay=st.sampled_from([0.0, 0.1]),
    seed=st.integers(0, 99),
    deleted=st.lists(st.integers(-1, 44), min_size=1, max_size=4),
)
def test_batched_equals_one_by_one(widths, batch_size, decay, seed, deleted):
    recipe = Recipe(
        widths=tuple(widths), step_size=0.2, epochs=2, batch_size=batch_size, weight_decay=decay,
        init_seed=seed, order_seed=seed + 1,
    )  # fmt: skip
    [stack] = train_batched(recipe, TRAIN, deleted)
    losses = stack.losses(TEST)
    for k, position in enumerate(deleted):
        alone = train_one(recipe, TRAIN, None if position == -1 else position)
        for name, values in alone.parameters.items():
            assert (values - stack.model(k).parameters[name]).abs().max() < 1e-10
        assert np.abs(alone.losses(TEST) - losses[k]).max() < 1e-10


def test_a_small_budget_makes_chunks_and_changes_nothing():
    deleted = [-1, 3, 7, 11, 20]
    [whole] = train_batched(RECIPE, TRAIN, deleted)
    small = list(train_batched(RECIPE, TRAIN, deleted, memory_bytes=60_000))
    assert len(small) > 1
    assert np.concatenate([stack.deleted for stack in small]).tolist() == deleted
    joined = np.concatenate([stack.losses(TEST) for stack in small])
    assert np.abs(joined - whole.losses(TEST)).max() < 1e-10


def test_one_model_per_chunk_at_least():
    network = build_network(RECIPE, (8, 8), 10)
    assert models_per_chunk(RECIPE, network, TRAIN, 1) == 1
    double = models_per_chunk(RECIPE, network, TRAIN, 2**30)
    assert models_per_chunk(RECIPE, network, TRAIN, 2**29) in (double // 2, double // 2 + 1)
    weights = 8 * (64 * 10 + 10 + 10 * 10 + 10)
    assert 3 * weights < 2**30 / double < 3 * weights + 20 * 8 * 8 * (64 + 2 * 10 + 3 * 10)


def test_progress_counts_up_to_the_total():
    seen = []
    stacks = train_batched(
        RECIPE,
        TRAIN,
        [-1, 0, 1, 2, 3],
        progress=lambda done, total: seen.append((done, total)),
        memory_bytes=60_000,
    )
    assert seen == []  # nothing is trained before it is asked for
    list(stacks)
    done = [d for d, _ in seen]
    assert {t for _, t in seen} == {15}
    assert done == sorted(set(done)) and done[-1] == 15


def test_the_same_call_repeats_bit_for_bit():
    first, second = (next(train_batched(RECIPE, TRAIN, [-1, 4, 5])) for _ in range(2))
    assert all(torch.equal(v, second.parameters[n]) for n, v in first.parameters.items())


def test_float32_is_kept():
    recipe = Recipe(widths=(4,), step_size=0.1, epochs=1, batch_size=9, dtype="float32")
    [stack] = train_batched(recipe, TRAIN, [0, 1])
    assert stack.parameters["linear0.weight"].dtype == torch.float32
    assert train_one(recipe, TRAIN).parameters["linear0.weight"].dtype == torch.float32
    assert stack.losses(TEST).dtype == np.float64


def test_divergence_names_step_and_example():
    recipe = Recipe(widths=(8,), step_size=1e299, epochs=5, batch_size=20)
    with pytest.raises(SetupError, match=r"without example 7, step [2-4] of 15"):
        list(train_batched(recipe, TRAIN, [7, 8]))
    late = Recipe(widths=(), step_size=1e200, epochs=1, batch_size=60, weight_decay=1e200)
    with pytest.raises(SetupError, match="training, step 1 of 1"):
        list(train_batched(late, TRAIN, [-1]))


@pytest.mark.parametrize("loss", ["cross-entropy", "squared"])
@pytest.mark.parametrize("step_size", [1e6, 1e20, 1e60, 1e150])
def test_divergence_is_seen_at_the_same_step(loss, step_size):
    recipe = Recipe(widths=(16,), step_size=step_size, epochs=6, batch_size=10, loss=loss)

    def message(train):
        with pytest.raises(SetupError) as caught:
            train()
        return caught.value.where

    try:
        train_one(recipe, TRAIN, 7)
    except SetupError as error:
        assert message(lambda: list(train_batched(recipe, TRAIN, [7]))) == error.where
        assert "without example 7, step " in error.where
    else:
        list(train_batched(recipe, TRAIN, [7]))
        assert loss == "cross-entropy"  # large but finite weights


def test_bad_arguments_are_refused_at_once():
    with pytest.raises(SetupError, match="0 to 44"):
        train_batched(RECIPE, TRAIN, [45])
    with pytest.raises(SetupError, match="memory_bytes"):
        train_batched(RECIPE, TRAIN, [1], memory_bytes=0)


@pytest.mark.parametrize("kind", ["deletion", "replacement"])
def test_inputs_that_are_not_shared_count_in_the_budget(kind):
    """Every model that trains on other examples has its own copy of the inputs of a batch."""
    recipe = Recipe(widths=(2,), step_size=0.1, epochs=1, batch_size=40)
    positions = list(range(30))
    inputs = 2 * 40 * 64 * 8
    budget = 5 * inputs
    network = build_network(recipe, (8, 8), 10)
    assert models_per_chunk(recipe, network, TRAIN, budget, shared=False) < 5
    assert models_per_chunk(recipe, network, TRAIN, budget) >= 10
    variants = (
        deletions(positions, 45, Convention.RETRAIN)
        if kind == "deletion"
        else replacements(positions, TEST.subset(positions), TRAIN)
    )
    sizes = [len(s.variants) for s in train_variants(recipe, TRAIN, variants, memory_bytes=budget)]
    assert sum(sizes) == 30 and max(sizes) < 5
    shared = train_batched(recipe, TRAIN, positions, memory_bytes=budget)
    assert max(len(stack.variants) for stack in shared) >= 10


@pytest.mark.parametrize("kind", ["relu-mlp", "cnn"])
def test_losses_keep_to_the_budget_too(monkeypatch, kind):
    recipe = Recipe(network=kind, widths=(6,), step_size=0.1, epochs=1, batch_size=9)
    whole, part = (
        next(train_batched(recipe, TRAIN, range(4), memory_bytes=b)) for b in (2**40, 2**17)
    )
    evaluated = []
    for name in ("stacked_outputs", "outputs_apart"):
        true = getattr(stack, name)

        def noted(network, parameters, inputs, true=true):
            evaluated.append(len(inputs))
            return true(network, parameters, inputs)

        monkeypatch.setattr(stack, name, noted)
    expected = whole.losses(TEST)
    assert evaluated == [len(TEST)]
    evaluated.clear()
    assert np.abs(part.losses(TEST) - expected[: len(part.variants)]).max() < 1e-10
    assert sum(evaluated) == len(TEST)
    floats = 6 + 10 if kind == "relu-mlp" else 6 * 64 + 6 * 16 + 10
    assert max(evaluated) * (len(part.variants) if kind == "relu-mlp" else 1) * floats * 8 < 2**17


@pytest.mark.parametrize("kind", ["relu-mlp", "cnn"])
def test_nothing_of_the_data_is_kept_after_a_measurement(monkeypatch, kind):
    """Tensors may hold one another where neither Python nor its collector sees it."""
    recipe = Recipe(network=kind, widths=(6,), step_size=0.1, epochs=1, batch_size=9)
    made = []

    def noted(recipe, data):
        inputs, labels = tensors(recipe, data)
        made.append(StorageWeakRef(inputs.untyped_storage()))
        return inputs, labels

    monkeypatch.setattr(batched, "tensors", noted)
    monkeypatch.setattr(stack, "tensors", noted)
    for part in train_batched(recipe, TRAIN, range(4), memory_bytes=2**17):
        part.losses(TEST)
    del part
    gc.collect()
    assert len(made) >= 3
    assert all(storage.expired() for storage in made)
