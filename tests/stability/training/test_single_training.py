"""The plain loop against things known independently: numpy and calculation by hand."""

import numpy as np
import pytest
import torch

from stability.datasets import Dataset, load_digits
from stability.errors import SetupError
from stability.estimate.exact.logistic import sgd_logistic
from stability.training import (
    Recipe,
    build_network,
    check_repeatable,
    single,
    train_one,
)
from stability.training.losses import cross_entropy
from stability.training.torch_settings import limited_threads

TRAIN, TEST = load_digits().split(60, seed=0)
NETWORK = Recipe(widths=(12, 6), step_size=0.2, epochs=3, batch_size=7)


@pytest.mark.parametrize("deleted", [None, 0, 59])
@pytest.mark.parametrize("batch_size", [1, 7, 60, 1000])
def test_softmax_regression_equals_numpy(deleted, batch_size):
    """Without hidden layers this is logistic SGD, which has its own numpy code."""
    recipe = Recipe(
        widths=(), step_size=0.3, epochs=2, batch_size=batch_size, weight_decay=0.05, order_seed=4
    )
    first = build_network(recipe, (64,), 10).initial
    start = np.hstack([first["linear0.weight"].numpy(), first["linear0.bias"].numpy()[:, None]])
    model = sgd_logistic(
        np.hstack([TRAIN.inputs, np.ones((60, 1))]), TRAIN.labels, 10, step_size=0.3, epochs=2,
        batch_size=batch_size, order_seed=4, regularization=0.05, deleted=deleted, start=start,
    )  # fmt: skip
    trained = train_one(recipe, TRAIN, deleted).parameters
    assert np.abs(trained["linear0.weight"].numpy() - model.weights[:, :-1]).max() < 1e-12
    assert np.abs(trained["linear0.bias"].numpy() - model.weights[:, -1]).max() < 1e-12


def test_null_step_by_hand():
    """One step on two points: the deleted gradient is missing, the divisor still counts it."""
    data = Dataset([[1.0], [0.5]], [0, 1], ("a", "b"), "two", (1,))
    recipe = Recipe(widths=(), step_size=1.0, epochs=1, batch_size=2, weight_decay=0.1)
    first = build_network(recipe, (1,), 2).initial
    w, b = first["linear0.weight"][:, 0].numpy(), first["linear0.bias"].numpy()
    p = np.exp(w + b) / np.exp(w + b).sum()  # softmax at the kept point, x = 1
    slope = (p - np.array([1.0, 0.0])) / 2.0
    trained = train_one(recipe, data, deleted=1).parameters
    assert np.allclose(trained["linear0.weight"][:, 0], w - slope - 0.1 * w, atol=1e-15)
    assert np.allclose(trained["linear0.bias"], b - slope, atol=1e-15)


def test_weight_decay_is_kept_when_a_batch_is_the_deleted_example():
    data = Dataset([[1.0]], [0], ("a", "b"), "one", (1,))
    recipe = Recipe(widths=(), step_size=0.5, epochs=3, batch_size=1, weight_decay=0.2)
    first = build_network(recipe, (1,), 2).initial["linear0.weight"]
    trained = train_one(recipe, data, deleted=0).parameters["linear0.weight"]
    assert torch.allclose(trained, first * 0.9**3, atol=1e-15)


def test_the_deleted_example_has_no_influence():
    """Changing the deleted example changes nothing; changing another one does."""
    moved = TRAIN.inputs.copy()
    moved[5] = 1.0 - moved[5]
    labels = TRAIN.labels.copy()
    labels[5] = (labels[5] + 1) % 10
    other = Dataset(moved, labels, TRAIN.classes, "moved", (8, 8))
    same, different = (train_one(NETWORK, other, i).parameters for i in (5, 6))
    for name, values in train_one(NETWORK, TRAIN, 5).parameters.items():
        assert torch.equal(values, same[name])
        assert not torch.equal(values, different[name])


def test_seeds_act_on_what_they_name():
    def weights(**seeds):
        recipe = Recipe(widths=(5,), step_size=0.1, epochs=1, batch_size=60, **seeds)
        trained = train_one(recipe, TRAIN).parameters["linear0.weight"]
        return build_network(recipe, (64,), 10).initial["linear0.weight"], trained

    start, end = weights()
    assert torch.equal(start, weights(order_seed=1)[0])
    assert not torch.equal(start, weights(init_seed=1)[0])
    assert torch.equal(end, weights()[1])


def test_he_initial_weights():
    recipe = Recipe(widths=(400,), step_size=0.1, epochs=1, batch_size=1)
    first = build_network(recipe, (300,), 10).initial
    assert float(first["linear0.weight"].var()) == pytest.approx(2 / 300, rel=0.02)
    assert float(first["linear1.weight"].var()) == pytest.approx(2 / 400, rel=0.1)
    assert float(first["linear0.bias"].abs().max()) == 0.0


def test_losses_and_forward_agree_with_torch():
    trained = train_one(NETWORK, TRAIN)
    p = trained.parameters.values()
    w, b, v, c, u, d = (value.numpy() for value in p)
    hidden = np.maximum(np.maximum(TEST.inputs @ w.T + b, 0) @ v.T + c, 0)
    assert np.abs(trained.outputs(TEST) - (hidden @ u.T + d)).max() < 1e-13
    logits = trained.network.forward(trained.parameters, torch.tensor(TEST.inputs))
    assert np.array_equal(trained.outputs(TEST), logits.numpy())
    expected = torch.nn.functional.cross_entropy(
        logits, torch.tensor(TEST.labels), reduction="none"
    )
    assert np.abs(trained.losses(TEST) - expected.numpy()).max() < 1e-13
    assert torch.equal(
        cross_entropy(logits.expand(3, *logits.shape), torch.tensor(TEST.labels))[2],
        cross_entropy(logits, torch.tensor(TEST.labels)),
    )


def test_divergence_names_the_step():
    recipe = Recipe(widths=(8,), step_size=1e299, epochs=5, batch_size=20)
    with pytest.raises(SetupError, match=r"step [2-4] of 15 .*step_size below 1e\+299"):
        train_one(recipe, TRAIN)
    with pytest.raises(SetupError, match="without example 3, step"):
        train_one(recipe, TRAIN, deleted=3)


def test_divergence_at_the_very_last_step_is_seen():
    recipe = Recipe(widths=(), step_size=1e200, epochs=1, batch_size=60, weight_decay=1e200)
    with pytest.raises(SetupError, match="step 1 of 1"):
        train_one(recipe, TRAIN)


@pytest.mark.parametrize("deleted", [-1, 60])
def test_positions_outside_are_refused(deleted):
    with pytest.raises(SetupError, match=r"deletion.indices.*0 to 59"):
        train_one(NETWORK, TRAIN, deleted)


def test_repeatable_training_passes_and_drift_is_refused(monkeypatch):
    once = train_one(NETWORK, TRAIN).parameters
    again = check_repeatable(NETWORK, TRAIN).parameters
    assert all(torch.equal(values, again[name]) for name, values in once.items())
    calls = []

    def drifting(recipe, train, deleted=None):
        model = train_one(recipe, train, deleted)
        calls.append(1)
        model.parameters["linear1.bias"] += 1e-16 * len(calls)
        return model

    monkeypatch.setattr(single, "train_one", drifting)
    with pytest.raises(SetupError, match=r"linear1.bias.*bit-identical"):
        check_repeatable(NETWORK, TRAIN)


def test_the_number_of_threads_is_restored():
    before = torch.get_num_threads()
    with limited_threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before
    with pytest.raises(SetupError):
        train_one(Recipe(widths=(8,), step_size=1e299, epochs=2, batch_size=9), TRAIN)
    assert torch.get_num_threads() == before
