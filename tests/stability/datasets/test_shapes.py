"""Drawn shapes: what is on the images, how they are split, and labels that are made wrong."""

from __future__ import annotations

import numpy as np
import pytest

from stability.datasets import load, load_geomnist
from stability.datasets.dataset import Dataset
from stability.datasets.label_noise import flipped_labels
from stability.datasets.shapes import SHAPES, drawing, geometric_shapes, split_shapes
from stability.errors import DataError, SetupError

IMAGES = geometric_shapes(20, seed=0)


@pytest.mark.parametrize(
    ("shape", "area"),
    [("triangle", 20 * 21.86 / 2), ("rectangle", 8 * 16), ("ellipse", np.pi * 6 * 12)],
)
def test_shapes_have_their_size_and_place(shape: str, area: float) -> None:
    drawn = drawing(shape, 0.0)
    assert set(np.unique(drawn)) == {0.0, 1.0}
    assert drawn.sum() == pytest.approx(area, rel=0.2)  # pixels on the edge count
    rows, columns = np.nonzero(drawn)
    assert rows.mean() == pytest.approx(16.0, abs=0.5)
    centre = (16 - 8 * 3**0.5 + 2 * 24) / 3 if shape == "triangle" else 16.0
    assert columns.mean() == pytest.approx(centre, abs=0.5)


def test_the_parameter_moves_or_scales() -> None:
    for shape in ("triangle", "rectangle"):
        np.testing.assert_array_equal(drawing(shape, 1.0)[1:, 1:], drawing(shape, 0.0)[:-1, :-1])
    assert drawing("ellipse", 1.0).sum() > drawing("ellipse", 0.0).sum() * 1.2


def test_images_are_turned_blurred_and_shuffled() -> None:
    assert IMAGES.inputs.min() >= 0.0 and IMAGES.inputs.max() <= 1.0 and IMAGES.range
    assert np.bincount(IMAGES.labels).tolist() == [20, 20, 20] and IMAGES.classes == SHAPES
    assert (np.diff(IMAGES.labels) != 0).sum() > 20
    grid = IMAGES.inputs.reshape(-1, 32, 32)
    y, x = np.mgrid[:32, :32] - 15.5
    angles = []
    for image in grid[IMAGES.labels == 2]:
        weight = image / image.sum()
        along = np.sum(weight * x * y) * 2, np.sum(weight * (x * x - y * y))
        angles.append(np.degrees(np.arctan2(*along)) / 2 % 180)
    angles = np.sort(angles)
    gaps = np.sort(np.diff([*angles, angles[0] + 180]))
    np.testing.assert_allclose(gaps, [*[176 / 20] * 19, 180 - 19 * 176 / 20], atol=0.5)  # pixels
    inner = np.abs(grid[IMAGES.labels == 1] - 0.5) < 0.49
    assert inner.any(axis=(1, 2)).all()  # grey edges


def test_a_seed_decides() -> None:
    assert geometric_shapes(5, seed=3) == geometric_shapes(5, seed=3)
    assert geometric_shapes(5, seed=3) != geometric_shapes(5, seed=4)
    with pytest.raises(SetupError, match="per_class: found 0"):
        geometric_shapes(0, seed=0)


def test_a_split_shares_no_image_and_keeps_classes_even() -> None:
    train, test = split_shapes(6, 3, seed=1)
    assert [np.bincount(part.labels).tolist() for part in (train, test)] == [[6] * 3, [3] * 3]
    together = np.concatenate([train.inputs, test.inputs])
    assert len(np.unique(together, axis=0)) == 27


def test_it_is_read_by_name() -> None:
    pooled = load("geomnist", part="all", dtype="float32")
    train, test = load_geomnist(), load_geomnist("test")
    assert len(train) == len(test) == 1500 and len(pooled) == 3000
    np.testing.assert_array_equal(pooled.labels, np.concatenate([train.labels, test.labels]))
    np.testing.assert_allclose(pooled.inputs[1500:], test.inputs, atol=1e-7)
    with pytest.raises(SetupError, match=r"geomnist.part: found 'training'.*'train'"):
        load_geomnist("training")


@pytest.mark.parametrize(("share", "flipped"), [(0.0, 0), (0.3, 6), (2 / 3, 13), (0.8, 16)])
def test_labels_are_flipped_in_equal_parts(share: float, flipped: int) -> None:
    noisy = flipped_labels(IMAGES, share, seed=0)
    np.testing.assert_array_equal(noisy.inputs, IMAGES.inputs)
    for label in range(3):
        counts = np.bincount(noisy.labels[IMAGES.labels == label], minlength=3)
        assert counts[label] == 20 - flipped
        others = np.delete(counts, label)
        assert others.sum() == flipped and np.ptp(others) <= 1
    if share:
        assert noisy != flipped_labels(IMAGES, share, seed=1)


def test_label_noise_that_cannot_be() -> None:
    with pytest.raises(SetupError, match="a number from 0 to 1"):
        flipped_labels(IMAGES, 1.2, seed=0)
    with pytest.raises(DataError, match="at least two"):
        flipped_labels(Dataset([[0.0]], [0], ("a",)), 0.5, seed=0)
