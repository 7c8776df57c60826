"""Recipes: validation, and the order in which the examples are visited."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from stability.errors import SetupError
from stability.training import Recipe, batch_order
from stability.training.settings import TrainingSettings

GOOD = {"widths": (8, 4), "step_size": 0.1, "epochs": 2, "batch_size": 5}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("widths", (0,)),
        ("widths", 8),
        ("widths", (2.5,)),
        ("step_size", 0.0),
        ("step_size", -1.0),
        ("step_size", float("nan")),
        ("step_size", float("inf")),
        ("step_size", "a tenth"),
        ("weight_decay", -0.1),
        ("epochs", 0),
        ("epochs", 1.5),
        ("epochs", True),
        ("batch_size", 0),
        ("threads", 0),
        ("order_seed", -1),
        ("init_seed", None),
        ("network", "transformer"),
        ("loss", "hinge"),
        ("optimiser", "rmsprop"),
        ("schedule", "linear"),
        ("device", "tpu"),
        ("momentum", 1.0),
        ("momentum", -0.1),
        ("decay_every", 0),
        ("decay_factor", 0.0),
        ("dropout_seed", -1),
        ("dtype", "float16"),
    ],
)
def test_refusals_name_the_field(field, value):
    with pytest.raises(SetupError, match=rf"recipe\.{field}"):
        Recipe(**(GOOD | {field: value}))


def test_recipes_are_values():
    assert Recipe(**GOOD) == Recipe(**(GOOD | {"widths": [8, 4]}))
    assert hash(Recipe(**GOOD)) == hash(Recipe(**GOOD))
    with pytest.raises(AttributeError):
        Recipe(**GOOD).epochs = 3  # type: ignore[misc]


def test_every_epoch_visits_everything_once_in_a_new_order():
    batches = list(batch_order(11, 4, 3, seed=5))
    assert [len(b) for b in batches] == [4, 4, 3] * 3
    assert len(batches) == Recipe(**(GOOD | {"epochs": 3, "batch_size": 4})).steps(11)
    epochs = [np.concatenate(batches[k : k + 3]) for k in (0, 3, 6)]
    for epoch in epochs:
        assert sorted(epoch.tolist()) == list(range(11))
    assert not np.array_equal(epochs[0], epochs[1])


def test_order_depends_on_the_seed_only():
    first = np.concatenate(list(batch_order(9, 2, 2, seed=1)))
    assert np.array_equal(first, np.concatenate(list(batch_order(9, 5, 2, seed=1))))
    assert not np.array_equal(first, np.concatenate(list(batch_order(9, 2, 2, seed=2))))


def test_numbers_are_the_floats_nearest_to_what_is_written():
    for written in ("0.1", Decimal("0.1"), Fraction(1, 10), 0.1):
        stored = Recipe(**(GOOD | {"step_size": written})).step_size
        assert type(stored) is float and stored == 0.1
    third = Recipe(**(GOOD | {"step_size": Fraction(1, 3)})).step_size
    assert third == 1 / 3


def test_a_run_file_says_training_where_python_says_recipe():
    wrong = {"step_size": 0.1, "epochs": 2, "batch_size": 5, "optimiser": "adam", "momentum": 0.5}
    for kind, place in ((TrainingSettings, "training"), (Recipe, "recipe")):
        with pytest.raises(SetupError, match="0 for Adam") as caught:
            kind(**wrong)
        assert caught.value.where == f"{place}.momentum"
