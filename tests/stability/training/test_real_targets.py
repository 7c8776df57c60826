"""Networks on real targets and with losses of one's own, to the bits of plain torch loops."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from stability.conventions import Convention
from stability.datasets import Dataset
from stability.errors import DataError, SetupError
from stability.estimate import measure_deletions
from stability.estimate.retraining.deletion import checked_range
from stability.own_code import OwnCodeError
from stability.training import Recipe, build_network, check_repeatable, train_batched, train_one
from stability.training.losses import TARGET_LOSSES

NUMBERS = np.random.default_rng(0)
X = NUMBERS.normal(size=(8, 3))
Y = 2 * X[:, 0] - X[:, 1] + 0.1 * NUMBERS.normal(size=8)
DATA = Dataset(X, targets=Y)
CLASSES = Dataset(X, (Y > 0).astype(int), ("no", "yes"))
HOW = {"step_size": 0.05, "epochs": 4, "batch_size": 3, "order_seed": 3}
ADAMW = {
    **HOW, "optimiser": "adamw", "weight_decay": 0.1, "schedule": "cosine", "clip_norm": 1.0,
    "loss": "squared",
}  # fmt: skip


def normalised(shape, outputs):
    return nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.GELU(), nn.Linear(4, outputs))


def cubed(outputs, truth):
    return (outputs[:, 0] - truth).abs() ** 3


def by_torch(recipe, kept, loss):
    """The losses (8,) after training on the kept examples, with torch's own parts alone."""
    module = build_network(recipe, (3,), 0)
    module = module.alone(module.initial)
    optimiser = torch.optim.AdamW(module.parameters(), lr=0.05, weight_decay=0.1)
    steps = recipe.epochs * -(-len(kept) // recipe.batch_size)
    x, y, generator, step = torch.tensor(X), torch.tensor(Y), np.random.default_rng(3), 0
    for _ in range(recipe.epochs):
        order = generator.permutation(8)
        order = order[np.isin(order, kept)]
        for start in range(0, len(order), recipe.batch_size):
            batch = order[start : start + recipe.batch_size]
            rate = 0.05 * ((1 + np.cos(np.pi * step / steps)) / 2)
            optimiser.param_groups[0]["lr"] = rate
            optimiser.zero_grad()
            loss(module(x[batch]), y[batch]).mean().backward()
            nn.utils.clip_grad_norm_(module.parameters(), 1.0)
            optimiser.step()
            step += 1
    with torch.no_grad():
        return loss(module(x), y).numpy()


@pytest.mark.parametrize("name", ["squared", "absolute", "own"])
def test_deletions_with_adamw_are_plain_retrainings_to_the_last_bit(name):
    loss = cubed if name == "own" else TARGET_LOSSES[name].each
    recipe = Recipe(
        network=normalised, together=False, **{**ADAMW, "loss": cubed if name == "own" else name}
    )
    found = measure_deletions(
        recipe, DATA, DATA, range(8), convention=Convention.RETRAIN, loss_range=1e4
    )
    everything = np.arange(8)
    full = by_torch(recipe, everything, loss)
    assert (found.base_test == full).all() and found.rounding == 0.0
    for i in range(8):
        without = by_torch(recipe, np.delete(everything, i), loss)
        assert (found.changes[i] == without - full).all()
    assert np.abs(found.changes).max() > 1e-3


def test_together_the_same_up_to_rounding():
    alone, many = (Recipe(network=normalised, together=t, **ADAMW) for t in (False, None))
    for convention in (Convention.NULL_STEP, Convention.RETRAIN):
        one, other = (
            np.concatenate(
                [s.losses(DATA) for s in train_batched(r, DATA, [1, 5], convention=convention)]
            )
            for r in (alone, many)
        )
        assert 0.0 < np.abs(one - other).max() < 1e-12 or (one == other).all()


@pytest.mark.parametrize("name", ["squared", "absolute"])
def test_perceptrons_have_the_slopes_of_autograd(name):
    recipe = Recipe(widths=(5,), loss=name, **HOW)
    [stack] = train_batched(recipe, DATA, [-1, 2])
    for place, deleted in enumerate((None, 2)):
        alone = train_one(recipe, DATA, deleted)
        assert np.abs(stack.losses(DATA)[place] - alone.losses(DATA)).max() < 1e-12
    own = Recipe(widths=(5,), loss=TARGET_LOSSES[name].each, **HOW)
    [again] = train_batched(own, DATA, [-1, 2])
    assert np.abs(again.losses(DATA) - stack.losses(DATA)).max() < 1e-12


def test_a_single_output_names_classes():
    """Halfway between the labels, or at 0 for a logit: not the largest of one output."""
    for loss in ("binary-squared", "binary-cross-entropy"):
        model = train_one(Recipe(loss=loss, **{**HOW, "epochs": 40}), CLASSES)
        assert model.accuracy(CLASSES) > 0.8 > CLASSES.labels.mean()


def test_losses_belong_to_their_data():
    for loss, data in (("cross-entropy", DATA), ("absolute", CLASSES)):
        with pytest.raises(SetupError, match=r"training.loss: found .* for data with"):
            train_one(Recipe(loss=loss, **HOW), data)
    with pytest.raises(SetupError, match="loss_range: found nothing, for a loss without"):
        checked_range(Recipe(loss="squared", **HOW), DATA, DATA, None)
    two = Dataset(X, targets=np.stack([Y, Y], axis=1))
    with pytest.raises(DataError, match="2 targets for each example"):
        train_one(Recipe(loss="squared", **HOW), two)
    with pytest.raises(SetupError, match=r"recipe.loss: found 'a.py:f'.*or a function"):
        Recipe(loss="a.py:f", **HOW)


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (lambda o, y: ((o[:, 0] - y) ** 2).mean(), r"shape \(\).*not their mean"),
        (lambda o, y: (o[:, 0] - y) ** 2 * len(y), "not the same for an example alone"),
        (lambda o, y: (o[:, 0] - y) ** 2 - 100.0, "a loss of -"),
        (lambda o, y: 3, "found 3 for outputs"),
    ],
)
def test_what_is_no_loss_of_single_examples_is_refused(loss, words):
    with pytest.raises(SetupError, match=words):
        check_repeatable(Recipe(loss=loss, **HOW), DATA)


def test_an_error_in_a_loss_is_told():
    def broken(outputs, truth):
        raise ValueError("no such thing")

    with pytest.raises(OwnCodeError, match="no such thing"):
        train_one(Recipe(loss=broken, **HOW), DATA)
