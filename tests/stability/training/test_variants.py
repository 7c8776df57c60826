"""What null step, retrain, replace and placebo mean, by hand and against training alone."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from stability.conventions import Convention
from stability.datasets import Dataset, load_digits
from stability.errors import DataError, SetupError
from stability.training import (
    Recipe,
    build_network,
    deletions,
    placebos,
    replacements,
    train_batched,
    train_one,
    train_variants,
)
from stability.training.networks.initial import perturbed
from stability.training.single import train_variant
from stability.training.variants import batches

TRAIN, TEST = load_digits().split(23, seed=1)
RECIPES = st.builds(
    Recipe,
    widths=st.lists(st.integers(1, 6), max_size=2).map(tuple),
    step_size=st.just(0.02),
    epochs=st.just(2),
    batch_size=st.sampled_from([1, 5, 11, 22, 40]),  # 11: a last batch of one example
    weight_decay=st.sampled_from([0.0, 0.1]),
    momentum=st.sampled_from([0.0, 0.7]),
    loss=st.sampled_from(["cross-entropy", "squared"]),
    schedule=st.sampled_from(["constant", "cosine", "step"]),
    decay_every=st.just(1),
    order_seed=st.integers(0, 9),
) | st.builds(
    Recipe,
    widths=st.just((5,)),
    step_size=st.just(0.01),
    epochs=st.just(2),
    batch_size=st.sampled_from([1, 6]),
    weight_decay=st.sampled_from([0.0, 0.1]),
    optimiser=st.just("adam"),
)


def same(model, other):
    return all(
        float((p - other.parameters[n]).abs().max()) < 1e-10 for n, p in model.parameters.items()
    )


def replaced(i, by, k):
    """The training data with example i replaced by example k of `by`."""
    inputs, labels = TRAIN.inputs.copy(), TRAIN.labels.copy()
    inputs[i], labels[i] = by.inputs[k], by.labels[k]
    return Dataset(inputs, labels, TRAIN.classes, "replaced", (8, 8))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(recipe=RECIPES, positions=st.lists(st.integers(0, 22), min_size=1, max_size=3))
def test_every_variant_equals_training_alone(recipe, positions):
    by = TEST.subset(range(len(positions)))
    [null] = train_batched(recipe, TRAIN, positions)
    [again] = train_batched(recipe, TRAIN, positions, convention=Convention.RETRAIN)
    [other] = train_variants(recipe, TRAIN, replacements(positions, by, TRAIN))
    [placebo] = train_variants(recipe, TRAIN, placebos([-1, 3], 1e-3))
    for k, i in enumerate(positions):
        assert same(train_one(recipe, TRAIN, i), null.model(k))
        assert same(train_one(recipe, TRAIN, i, convention=Convention.RETRAIN), again.model(k))
        assert same(train_one(recipe, replaced(i, by, k)), other.model(k))
    assert same(train_one(recipe, TRAIN), placebo.model(0))
    start = perturbed(build_network(recipe, (8, 8), 10).initial, 1e-3, 3)
    assert same(train_one(recipe, TRAIN, start=start), placebo.model(1))
    assert not same(placebo.model(0), placebo.model(1))


def test_retrain_takes_the_deleted_out_of_the_same_order():
    recipe = Recipe(step_size=0.1, epochs=2, batch_size=3, order_seed=4)
    full = list(batches(recipe, 7, deletions([-1], 7)))
    again = list(batches(recipe, 7, deletions([2, 5], 7, Convention.RETRAIN)))
    assert [b.index.shape for b in again] == [(2, 3), (2, 3)] * 2  # one step less: 6 = 3 + 3
    assert [len(b.index) for b in full] == [3, 3, 1] * 2
    for epoch in (0, 1):
        order = np.concatenate([b.index for b in full[3 * epoch : 3 * epoch + 3]])
        for k, i in enumerate((2, 5)):
            rest = np.concatenate([b.index[k] for b in again[2 * epoch : 2 * epoch + 2]])
            assert rest.tolist() == [j for j in order if j != i]
    assert all(b.share.tolist() == [1 / 3] * 3 for b in again)


def test_null_step_and_replace_keep_order_and_divisors():
    recipe = Recipe(step_size=0.1, epochs=1, batch_size=4, order_seed=4)
    full = [b.index for b in batches(recipe, 7, deletions([-1], 7))]
    for index, b in zip(full, batches(recipe, 7, deletions([2, -1], 7)), strict=True):
        assert b.index.tolist() == index.tolist()
        assert b.share[1].tolist() == [1 / len(index)] * len(index)
        assert b.share[0].tolist() == [(j != 2) / len(index) for j in index]
    two = Dataset([[0.5]] * 7, [0] * 7, ("a", "b"), "two", (1,))
    by = Dataset([[0.1], [0.9]], [1, 1], ("a", "b"), "by", (1,))
    for index, b in zip(full, batches(recipe, 7, replacements([2, 5], by, two)), strict=True):
        assert b.index[0].tolist() == [7 if j == 2 else j for j in index]
        assert b.index[1].tolist() == [8 if j == 5 else j for j in index]
        assert b.share.tolist() == [1 / len(index)] * len(index)


def test_retraining_on_a_full_batch_divides_by_one_less():
    """One step from 0 weights with momentum 0: the mean of the others' gradients."""
    recipe = Recipe(widths=(), step_size=1.0, epochs=1, batch_size=99)
    first = build_network(recipe, (64,), 10).initial
    x = TRAIN.inputs
    logits = x @ first["linear0.weight"].numpy().T
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    slopes = (p - np.eye(10)[TRAIN.labels])[:, :, None] * x[:, None, :]
    for convention, divisor in (("retrain", 22), ("null-step", 23), ("keep-1/m", 23)):
        [stack] = train_batched(recipe, TRAIN, [6], convention=Convention(convention))
        expected = (
            first["linear0.weight"].numpy() - np.delete(slopes, 6, axis=0).sum(axis=0) / divisor
        )
        assert np.abs(stack.parameters["linear0.weight"][0].numpy() - expected).max() < 1e-13


def test_the_placebo_moves_every_weight_a_little():
    start = {"w": torch.full((4000,), 2.0, dtype=torch.float64), "b": torch.zeros(3)}
    moved = perturbed(start, 1e-7, seed=5)
    relative = (moved["w"] - 2.0) / 2.0
    assert 0.95e-7 < float(relative.std()) < 1.05e-7 and abs(float(relative.mean())) < 1e-8
    assert torch.equal(moved["b"], start["b"])
    assert not torch.equal(moved["w"], perturbed(start, 1e-7, seed=6)["w"])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: deletions([0], 5, "forget"), SetupError, "deletion.convention"),
        (lambda: deletions([0, -1], 5, Convention.RETRAIN), SetupError, "without any"),
        (lambda: deletions([0], 1, Convention.RETRAIN), SetupError, "without one of 1"),
        (lambda: deletions([5], 5), SetupError, "0 to 4"),
        (lambda: replacements([0, 1], TEST.subset([0]), TRAIN), DataError, "for 2 positions"),
        (lambda: replacements([23], TEST.subset([0]), TRAIN), SetupError, "0 to 22"),
        (lambda: placebos([-2]), SetupError, "placebo.seeds"),
        (lambda: placebos([1], 0.0), SetupError, "placebo.relative"),
    ],
)
def test_refusals(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("positions", [[True, False], [0.0, 1.0], np.array([1.7]), ["1"]])
def test_masks_and_fractions_are_no_positions(positions):
    """A mask read as positions would delete examples 0 and 1, a fraction the one below it."""
    recipe = Recipe(step_size=0.1, epochs=1, batch_size=5)
    for call in (
        lambda: deletions(positions, 23),
        lambda: replacements(positions, TEST.subset(range(len(positions))), TRAIN),
        lambda: train_one(recipe, TRAIN, deleted=positions[0]),
    ):
        with pytest.raises(SetupError, match=r"positions of type.*whole numbers.*flatnonzero"):
            call()


def test_one_variant_alone_is_the_same_training():
    """`train_variant` is the oracle of every kind of variant, for the place asked for."""
    recipe = Recipe(widths=(4,), step_size=0.05, epochs=2, batch_size=5)
    by = TEST.subset([3, 4, 5])
    for variants in (
        deletions([2, -1, 22], 23),
        deletions([2, 5, 22], 23, Convention.RETRAIN),
        replacements([2, 5, 22], by, TRAIN),
        placebos([7, -1, 8], 1e-2),
    ):
        [stack] = train_variants(recipe, TRAIN, variants)
        for place in range(3):
            assert same(train_variant(recipe, TRAIN, variants, place), stack.model(place))
        assert not same(train_variant(recipe, TRAIN, variants, 0), stack.model(2))
