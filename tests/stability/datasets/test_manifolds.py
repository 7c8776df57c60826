"""The six manifolds: where their points lie, and distances against paths walked in small steps."""

import numpy as np
import pytest

from stability.datasets.manifolds import MANIFOLDS, manifold
from stability.errors import SetupError

SIZE = 20


@pytest.mark.parametrize("name", MANIFOLDS)
def test_samples_are_balanced_repeatable_and_as_drawn(name):
    one, again, other = (manifold(name).sample(SIZE, seed) for seed in (0, 0, 1))
    assert np.array_equal(one.data.inputs, again.data.inputs)
    assert not np.array_equal(one.data.inputs, other.data.inputs)
    assert np.bincount(one.data.labels).tolist() == [SIZE, SIZE]
    blue = manifold(name).place(one.parameters[one.blue], 1)
    assert np.array_equal(one.data.inputs[one.blue], blue)


@pytest.mark.parametrize("name", MANIFOLDS)
def test_distances_are_a_metric_of_the_blue_points(name):
    D = manifold(name).sample(SIZE, 3).distances()
    assert D.shape == (SIZE, SIZE) and np.allclose(D, D.T)
    assert np.abs(np.diagonal(D)).max() < 1e-7 and (D >= 0).all()
    assert (D[:, None, :] <= D[:, :, None] + D[None, :, :] + 1e-9).all()


def test_points_lie_on_their_surfaces():
    for label, size in enumerate((11, 13)):
        box = MANIFOLDS["boxes"]
        p = box.draw(np.random.default_rng(0), 50, label)
        x, y, z = box.place(p, label).T
        assert np.allclose(np.abs(y) + 1.2 * np.abs(x), size) and (np.abs(z) <= 1).all()
        assert (y > 0).sum() == 25
        sphere = MANIFOLDS["spheres"]
        p = sphere.draw(np.random.default_rng(0), 50, label)
        assert np.allclose(np.linalg.norm(sphere.place(p, label), axis=1), (20, 10)[label])


def test_distances_on_the_boxes_are_lengths_of_paths():
    """Unfold the blue box: walk around it in x, corners at x = 0 and x = +-13/1.2."""
    rng = np.random.default_rng(1)
    half, corner = 13 / 1.2, np.hypot(1, 1.2)
    a, b = (MANIFOLDS["boxes"].draw(rng, 30, 1) for _ in range(2))

    def around(p):
        """Length along the rim from (-half, 0) over the upper sheet."""
        x, _, sheet = p.T
        return np.where(sheet > 0, corner * (x + half), corner * (3 * half - x))

    whole = 4 * corner * half
    gap = np.abs(around(a)[:, None] - around(b))
    expected = np.hypot(np.minimum(gap, whole - gap), a[:, None, 1] - b[:, 1])
    assert np.allclose(MANIFOLDS["boxes"].geodesic(a, b), expected)
    assert whole == pytest.approx(67.69, abs=0.01)  # the published crease at 11 gives 68.73


def test_great_circles_and_angles_go_the_short_way():
    poles = np.array([[0.0, 0.0], [np.pi, 0.0], [np.pi / 2, 1.0]])
    found = MANIFOLDS["spheres"].geodesic(poles, poles)
    assert np.allclose(found[0], [0, np.pi, np.pi / 2])
    ends = np.array([[-np.pi + 0.1], [np.pi - 0.1]])
    assert MANIFOLDS["torus"].geodesic(ends, ends)[0, 1] == pytest.approx(0.2)


def test_the_two_classes_never_meet():
    for shape in MANIFOLDS.values():
        sample = shape.sample(200, 0)
        red, blue = (sample.data.inputs[sample.data.labels == c] for c in (0, 1))
        assert np.linalg.norm(red[:, None] - blue, axis=2).min() > 1e-3, shape.name


def test_bad_input_is_named():
    with pytest.raises(SetupError, match=r"manifold: found 'tours'.*Did you mean 'torus'"):
        manifold("tours")
    with pytest.raises(SetupError, match="per_class"):
        manifold("torus").sample(1, 0)
