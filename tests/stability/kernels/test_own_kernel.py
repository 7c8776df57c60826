"""A kernel function of the user's own: what it gives is checked, and told."""

import numpy as np
import pytest
from sklearn.metrics.pairwise import rbf_kernel

from stability.errors import DataError, SetupError
from stability.kernels.own_kernel import KernelFunction
from stability.own_code import OwnCodeError

X = np.random.default_rng(0).normal(size=(80, 3))


def test_a_good_kernel_goes_through():
    kernel = KernelFunction("rbf", rbf_kernel, parameters={"gamma": 1 / 3})
    assert np.abs(kernel.matrix(X) - rbf_kernel(X, X)).max() < 1e-15
    assert np.array_equal(kernel.matrix(X, X[:4]), rbf_kernel(X, X[:4]))
    assert np.allclose(kernel.diagonal(X), 1.0)
    assert (kernel.name, kernel.parameters["gamma"], kernel.knows_labels) == ("rbf", 1 / 3, False)
    assert KernelFunction("labels", rbf_kernel, knows_labels=True).knows_labels
    with pytest.raises(TypeError):
        kernel.parameters["gamma"] = 1


def test_a_singular_kernel_is_positive_semidefinite():
    doubled = np.vstack([X, X])
    found = KernelFunction("linear", lambda a, b: a @ b.T).matrix(doubled)
    assert np.linalg.matrix_rank(found) == 3


def with_eigenvalue(smallest):
    """A kernel function whose matrix at X has eigenvalues 1 and one `smallest`."""
    Q, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(80, 80)))
    values = np.ones(80)
    values[7] = smallest
    return lambda a, b: (Q * values) @ Q.T


def test_the_smallest_eigenvalue_and_its_tolerance():
    for smallest in (0.1, 0.0, -0.5e-9):
        KernelFunction("own", with_eigenvalue(smallest)).matrix(X)
    with pytest.raises(DataError, match=r"kernel 'own': found a smallest eigenvalue of -2e-09 at"):
        KernelFunction("own", with_eigenvalue(-2e-9)).matrix(X)
    KernelFunction("own", with_eigenvalue(-2e-9), tolerance=1e-8).matrix(X)


def test_symmetry_and_its_tolerance():
    def lopsided(by):
        return lambda a, b: rbf_kernel(a, b) + by * (np.arange(len(a))[:, None] == 70)

    found = KernelFunction("own", lopsided(1e-10)).matrix(X)
    assert np.array_equal(found, found.T)
    with pytest.raises(DataError, match=r"between inputs \d+ and 70 and .* other order"):
        KernelFunction("own", lopsided(1e-3)).matrix(X)
    assert KernelFunction("own", lopsided(1e-3)).matrix(X, X[:2]).shape == (80, 2)
    with pytest.raises(DataError, match="other order"):
        KernelFunction("own", lopsided(1e-3)).matrix(X, X)


def boom(a, b):
    raise ValueError("boom")


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (
            lambda a, b: np.ones((len(a), 3)),
            r"found values of shape \(80, 3\).*Give a row for each",
        ),
        (
            lambda a, b: np.full((len(a), len(b)), np.nan),
            r"the value nan at \[0, 0\].*divide by 0 or overflow",
        ),
        (lambda a, b: None, r"found nothing \(None\).*return its values\?"),
        (lambda a, b: [["x"] * len(b)] * len(a), "texts"),
        (lambda a, b: rbf_kernel(a, b) + 1j, "complex numbers"),
    ],
)
def test_values_that_are_refused(function, message):
    with pytest.raises(DataError, match=message):
        KernelFunction("own", function).matrix(X)


def test_other_things_that_are_refused():
    with pytest.raises(OwnCodeError, match=r"kernel 'own': found ValueError: boom \(test_own"):
        KernelFunction("own", boom).matrix(X)
    with pytest.raises(DataError, match="the value -1 at input 0 with itself"):
        KernelFunction("own", lambda a, b: -np.ones((len(a), len(b)))).diagonal(X)
    with pytest.raises(SetupError, match=r"kernel\.function: found an object of type str"):
        KernelFunction("own", "rbf")
    with pytest.raises(SetupError, match=r"kernel\.tolerance"):
        KernelFunction("own", rbf_kernel, tolerance=-1.0)
    with pytest.raises(SetupError, match=r"a matrix \(80, 80\), which needs"):
        KernelFunction("own", boom, memory_bytes=1000).matrix(X)
    with pytest.raises(DataError, match="columns: found examples of 2 numbers"):
        KernelFunction("own", rbf_kernel).matrix(X, X[:, :2])
