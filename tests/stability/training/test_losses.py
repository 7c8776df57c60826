"""Every loss that is trained: slopes and curvature are its derivatives, and all engines agree."""

import numpy as np
import pytest
import torch
from torch.func import grad, jacrev

from stability.datasets.dataset import Dataset
from stability.errors import SetupError
from stability.training import Recipe, train_batched, train_one
from stability.training.losses import LOSSES, losses
from stability.training.settings import TrainingSettings


def example(loss: str, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Outputs (5, K) and labels (5,) for a loss."""
    generator = torch.Generator().manual_seed(seed)
    classes = LOSSES[loss].classes or 4
    outputs = 2 * torch.randn(5, LOSSES[loss].outputs(classes), generator=generator)
    return outputs.double(), torch.randint(0, classes, (5,), generator=generator)


@pytest.mark.parametrize("loss", LOSSES)
def test_slopes_are_the_gradient(loss):
    outputs, labels = example(loss)
    expected = grad(lambda f: losses(loss, f, labels).sum())(outputs)
    found = LOSSES[loss].slopes(outputs.clone(), labels)
    assert torch.allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_slopes_of_many_models_are_those_of_each(loss):
    outputs, labels = example(loss)
    many = torch.stack([outputs, -3 * outputs])
    found = LOSSES[loss].slopes(many.clone(), labels)
    for one, alone in zip(many, found, strict=True):
        assert torch.allclose(LOSSES[loss].slopes(one.clone(), labels), alone, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_curvature_is_the_second_derivative(loss):
    outputs, labels = example(loss)
    moved = torch.randn_like(outputs)
    found = LOSSES[loss].curvature(outputs, moved)
    for f, y, direction, expected in zip(outputs, labels, moved, found, strict=True):
        second = jacrev(grad(lambda g, y=y: losses(loss, g[None], y[None]).sum()))(f)
        assert torch.allclose(second @ direction, expected, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_labels_are_told_apart(loss):
    """A loss is smaller for outputs that point to the label."""
    count = LOSSES[loss].classes or 3
    one = LOSSES[loss].outputs(count) == 1
    right = torch.tensor([[-4.0], [5.0]]) if one else 5 * torch.eye(3)
    right = right if "cross" in loss or not one else torch.tensor([[0.1], [0.9]])
    labels = torch.arange(len(right))
    wrong = (labels + 1) % len(right)
    assert (losses(loss, right, labels) < losses(loss, right, wrong)).all()


@pytest.mark.parametrize("loss", [name for name, kind in LOSSES.items() if kind.classes == 2])
@pytest.mark.parametrize("widths", [(), (6,)])
def test_binary_losses_train_one_output_in_every_engine(loss, widths):
    rng = np.random.default_rng(0)
    data = Dataset(rng.normal(size=(12, 3)), rng.integers(0, 2, 12), ("no", "yes"), "tiny")
    recipe = Recipe(widths=widths, step_size=0.05, epochs=3, batch_size=4, loss=loss)
    alone = train_one(recipe, data, 5)
    assert alone.outputs(data).shape == (12, 1)
    [stack] = train_batched(recipe, data, [-1, 5])
    assert np.allclose(stack.model(1).outputs(data), alone.outputs(data), atol=1e-12)
    assert not np.allclose(stack.model(0).outputs(data), alone.outputs(data), atol=1e-6)


def test_binary_losses_refuse_three_classes():
    data = Dataset(np.eye(3), [0, 1, 2], ("a", "b", "c"), "tiny")
    recipe = Recipe(step_size=0.1, epochs=1, batch_size=3, loss="binary-squared")
    with pytest.raises(SetupError, match=r"data of 3 classes.*data of 2 classes"):
        train_one(recipe, data)


def test_settings_know_every_loss():
    for loss in LOSSES:
        assert TrainingSettings(step_size=1, epochs=1, batch_size=1, loss=loss).loss == loss
    with pytest.raises(SetupError, match="cross-entropy"):
        TrainingSettings(step_size=1, epochs=1, batch_size=1, loss="hinge")
