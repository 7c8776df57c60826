"""Networks of the user's own: what is refused, with the reason, and what is not."""

from threading import Lock

import numpy as np
import pytest
import torch
from torch import nn

from stability.conventions import Convention
from stability.datasets import load_digits
from stability.errors import SetupError
from stability.training import Recipe, check_repeatable, train_batched, train_one
from stability.training.torch_settings import masks

TRAIN, TEST = load_digits().split(40, seed=3)


def recipe_of(*parts, **fields):
    def factory(shape, classes):
        return nn.Sequential(nn.Flatten(), *(part() for part in parts))

    return Recipe(network=factory, **({"step_size": 0.1, "epochs": 2, "batch_size": 9} | fields))


def wide():
    return nn.Linear(64, 12)


def last():
    return nn.Linear(12, 10)


def frozen(part):
    return lambda: part().eval()


class Noisy(nn.Module):
    def forward(self, x):
        return x + torch.rand(()) * 1e-9


class Centred(nn.Module):
    def forward(self, x):
        return x - x.mean(dim=0)


class Counting(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("seen", torch.zeros(()))

    def forward(self, x):
        self.seen += 1
        return x


class Replacing(Counting):
    def forward(self, x):
        self.seen = self.seen + 1
        return x + 0.1 * self.seen


class Drifting(nn.Module):
    """Not to be seen in one look: every call of the module is a little different."""

    calls = 0

    def forward(self, x):
        Drifting.calls += 1
        return x + 1e-15 * Drifting.calls


class Branching(nn.Module):
    """Three small examples and each of them alone go the same way at most weights, not at all."""

    def forward(self, x):
        return x if bool(x.sum() > 0) else -x


def giving(function):
    """A layer whose outputs go through a function."""

    class Giving(nn.Linear):
        def forward(self, input):
            return function(super().forward(input))

    return Giving(64, 10)


def locked():
    """A layer that cannot be copied."""
    layer = nn.Linear(64, 10)
    layer.lock = Lock()
    return layer


class AlwaysDropping(nn.Module):
    def forward(self, x):
        return nn.functional.dropout(x, 0.3, training=True)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (Centred, "outputs that depend on the other examples of the batch"),
        (AlwaysDropping, "random numbers also when it is evaluated"),
    ],
)
def test_dropout_with_a_seed_excuses_nothing_else(part, words):
    """What mixes examples, or still draws numbers when it is evaluated, is found beside dropout."""
    recipe = recipe_of(wide, part, nn.Dropout, last, dropout_seed=3)
    with pytest.raises(SetupError, match=words):
        train_one(recipe, TRAIN)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([wide, nn.Dropout, last], r"dropout without a seed \(2: Dropout\).*dropout_seed"),
        ([wide, nn.RReLU, last], "dropout without a seed"),
        ([wide, lambda: nn.BatchNorm1d(12), last], r"training mode \(2: BatchNorm1d\).*GroupNorm"),
        ([wide, lambda: nn.BatchNorm1d(12, track_running_stats=False).eval(), last], "BatchNorm1d"),
        ([wide, Noisy, last], "draws random numbers also when it is evaluated"),
        ([wide, Centred, last], "depend on the other examples"),
        ([wide, Counting, last], r"buffer that changes while training \(2.seen\)"),
        ([wide, Replacing, last], r"buffer that changes while training \(2.seen\)"),
        ([wide], r"outputs of shape \(3, 12\)"),
        ([lambda: giving(lambda x: (x, x))], "outputs of type tuple; allowed: one tensor"),
        ([lambda: giving(lambda x: {"logits": x})], "outputs of type dict"),
        ([lambda: giving(lambda x: x.argmax(1))], "outputs of type torch.int64"),
        ([lambda: nn.Linear(5, 10)], r"RuntimeError: mat1 and mat2.*\(3, 1, 8, 8\)"),
        ([locked], r"TypeError.*lock.*copy.deepcopy"),
        ([wide, Branching, last], "depend on the other examples"),
        ([], "without parameters"),
    ],
)
def test_refused_with_the_reason(parts, words):
    for call in (
        lambda r: train_one(r, TRAIN),
        lambda r: train_batched(r, TRAIN, [1]),
        lambda r: check_repeatable(r, TRAIN),
    ):
        with pytest.raises(SetupError, match=words):
            call(recipe_of(*parts))


def test_not_a_module_is_refused():
    recipe = Recipe(network=lambda shape, classes: 5, step_size=0.1, epochs=1, batch_size=2)
    with pytest.raises(SetupError, match="a function that gives a int"):
        train_one(recipe, TRAIN)


def test_a_module_in_place_of_the_function_that_makes_it_is_refused():
    recipe = Recipe(network=nn.Linear(64, 10), step_size=0.1, epochs=1, batch_size=2)
    with pytest.raises(SetupError, match=r"a module \(Linear\).*a function.*Make the module in"):
        train_one(recipe, TRAIN)


def test_drift_that_one_look_does_not_show_is_seen_by_training_twice():
    with pytest.raises(SetupError, match=r"training twice.*bit-identical.*Take chance out"):
        check_repeatable(recipe_of(wide, Drifting, last), TRAIN)


@pytest.mark.parametrize(
    "part",
    [
        frozen(nn.Dropout),
        lambda: nn.Dropout(0.0),
        frozen(lambda: nn.BatchNorm1d(12)),
        lambda: nn.LayerNorm(12),
        lambda: nn.GroupNorm(3, 12),
    ],
)
@pytest.mark.parametrize("convention", [Convention.NULL_STEP, Convention.RETRAIN])
def test_accepted_and_equal_to_training_alone(part, convention):
    recipe = recipe_of(wide, part, nn.Tanh, last)
    [stack] = train_batched(recipe, TRAIN, [7, 30], convention=convention)
    for k, i in enumerate((7, 30)):
        alone = train_one(recipe, TRAIN, i, convention=convention)
        assert np.abs(alone.losses(TEST) - stack.losses(TEST)[k]).max() < 1e-10


@pytest.mark.parametrize("convention", [Convention.NULL_STEP, Convention.RETRAIN])
def test_dropout_with_a_seed_is_the_same_for_one_and_for_many(convention):
    recipe = recipe_of(wide, nn.ReLU, nn.Dropout, last, dropout_seed=3)
    check_repeatable(recipe, TRAIN)
    [stack] = train_batched(recipe, TRAIN, [7, 30], convention=convention)
    for k, i in enumerate((7, 30)):
        alone = train_one(recipe, TRAIN, i, convention=convention)
        assert np.abs(alone.losses(TEST) - stack.losses(TEST)[k]).max() < 1e-10
    other = recipe_of(wide, nn.ReLU, nn.Dropout, last, dropout_seed=4)
    without = recipe_of(wide, nn.ReLU, last)
    seen = [train_one(r, TRAIN).losses(TEST).mean() for r in (recipe, other, without)]
    assert len({round(float(s), 6) for s in seen}) == 3


class Attending(nn.Module):
    """Twelve numbers as three of four, through an attention layer that drops some."""

    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(4, 1, 8, dropout=0.3, batch_first=True)

    def forward(self, x):
        return self.layer(x.reshape(-1, 3, 4)).flatten(1)


def test_masks_inside_attention_are_those_of_training_alone():
    """Under vmap torch draws them otherwise: such networks are trained side by side."""
    recipe = recipe_of(wide, Attending, last, dropout_seed=3)
    [stack] = train_batched(recipe, TRAIN, [7, 30])
    for k, i in enumerate((7, 30)):
        alone = train_one(recipe, TRAIN, i)
        assert np.abs(alone.losses(TEST) - stack.losses(TEST)[k]).max() < 1e-10


def test_parts_that_need_no_gradient_stay():
    def half():
        return wide().requires_grad_(False)

    model = train_one(recipe_of(half, nn.ReLU, last), TRAIN)
    assert set(model.parameters) == {"3.weight", "3.bias"}


def test_every_step_draws_its_own_masks_and_leaves_no_trace():
    recipe = recipe_of(dropout_seed=3)
    before = torch.random.get_rng_state()

    def drawn(step):
        with masks(recipe, step, True):
            return torch.rand(5)

    assert torch.equal(drawn(0), drawn(0)) and not torch.equal(drawn(0), drawn(1))
    assert torch.equal(before, torch.random.get_rng_state())
