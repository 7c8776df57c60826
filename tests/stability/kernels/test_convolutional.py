"""The convolutional tangent kernel against plain loops, random networks and the analytic kernel."""

import numpy as np
import pytest
import torch
from torch import nn

from stability.errors import DataError, SetupError
from stability.kernels import convolutional
from stability.kernels.analytic import NeuralTangentKernel
from stability.kernels.convolutional import Batches, ConvolutionalTangentKernel
from stability.kernels.empirical import EmpiricalKernel
from stability.training.networks.network import network_from

CASES = [
    ((1, 1, 1), (1, 1)),
    ((2, 4, 4), (1, 2)),
    ((3, 4, 3), (1, 1, 2, 1)),
    ((2, 5, 4), (1, 2, 2)),
    ((1, 6, 3), (2, 1, 2, 1)),
    ((2, 3, 3), (1,)),
]


def padding(size, stride):
    """Zeros before and after n pixels, as padding SAME of TensorFlow has them."""
    total = max((-(-size // stride) - 1) * stride + 3 - size, 0)
    return total // 2, total - total // 2


def after_convolution(maps, stride):
    """Means over windows of covariances (h, w, h, w) of all pixels, window by window."""
    h, w = maps.shape[:2]
    (top, low), (left, right) = padding(h, stride), padding(w, stride)
    padded = np.pad(maps, [(top, low), (left, right)] * 2)
    places = [(i, j) for i in range(-(-h // stride)) for j in range(-(-w // stride))]
    out = np.empty((-(-h // stride), -(-w // stride)) * 2)
    for i, j in places:
        for k, l in places:  # noqa: E741
            a, b, c, d = (stride * place for place in (i, j, k, l))
            out[i, j, k, l] = np.einsum("ijij", padded[a : a + 3, b : b + 3, c : c + 3, d : d + 3])
    return out / 9


def by_loops(x, y, strides, pooling):
    """K(x, y) with the covariances of all pairs of pixels."""
    pairs = {"xy": (x, y), "xx": (x, x), "yy": (y, y)}
    S = {name: np.einsum("cab,cde->abde", u, v) / len(x) for name, (u, v) in pairs.items()}
    T = np.zeros_like(S["xy"])
    for step, stride in enumerate(strides):
        if step > 0:
            own = {name: np.einsum("abab->ab", S[name + name]) for name in "xy"}
            for name in ("xy", "xx", "yy"):
                norms = np.sqrt(np.multiply.outer(own[name[0]], own[name[1]]))
                cosine = np.clip(S[name] / np.where(norms == 0, 1, norms), -1, 1)
                angle = np.arccos(cosine)
                S[name] = norms * (np.sin(angle) + (np.pi - angle) * cosine) / (2 * np.pi)
                if name == "xy":
                    T = T * (np.pi - angle) / (2 * np.pi)
        S = {name: after_convolution(maps, stride) for name, maps in S.items()}
        T = after_convolution(T, stride) + S["xy"]
    both = T + S["xy"]
    return both.mean() if pooling else np.einsum("abab->ab", both).mean()


def images(n, shape, seed=0):
    X = np.random.default_rng(seed).normal(size=(n, *shape))
    if shape[1] > 3:
        X[0, :, :3] = 0.0  # patches of zeros
    return X


@pytest.mark.parametrize("pooling", [False, True])
@pytest.mark.parametrize(("shape", "strides"), CASES)
def test_plain_loops_over_all_pairs_of_pixels(shape, strides, pooling):
    kernel = ConvolutionalTangentKernel(shape, strides, pooling)
    X, Y = images(3, shape), images(2, shape, seed=1)
    expected = np.array([[by_loops(x, y, strides, pooling) for y in Y] for x in X])
    assert np.abs(kernel.matrix(X, Y) - expected).max() < 1e-14 * np.abs(expected).max()
    flat = kernel.matrix(X.reshape(3, -1), Y.reshape(2, -1))
    assert np.array_equal(flat, kernel.matrix(X, Y))
    own = [by_loops(x, x, strides, pooling) for x in X]
    assert np.abs(kernel.diagonal(X) / own - 1).max() < 1e-14


class Scaled(nn.Module):
    """A layer with N(0, 1) weights, divided by the root of how many numbers a unit takes."""

    def __init__(self, inner, pad=None):
        super().__init__()
        self.inner, self.pad = inner, nn.ZeroPad2d(pad) if pad else nn.Identity()
        nn.init.normal_(inner.weight)
        self.scale = inner.weight[0].numel() ** -0.5

    def forward(self, x):
        return self.inner(self.pad(x)) * self.scale


class Mean(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


def random_network(shape, strides, pooling, channels):
    layers, inputs, size = [], shape[0], shape[1:]
    for stride in strides:
        pad = (*padding(size[1], stride), *padding(size[0], stride))
        inner = nn.Conv2d(inputs, channels, 3, stride=stride, bias=False)
        layers += [Scaled(inner, pad), nn.ReLU()]
        inputs, size = channels, tuple(-(-n // stride) for n in size)
    layers[-1] = Mean() if pooling else nn.Flatten()  # no ReLU behind the last convolution
    last = channels * (1 if pooling else size[0] * size[1])
    layers.append(Scaled(nn.Linear(last, 1, bias=False)))
    return network_from(nn.Sequential(*layers).double(), shape)


@pytest.mark.parametrize("pooling", [False, True])
def test_the_mean_over_random_networks(pooling):
    """With one ReLU the mean is that of infinitely many channels at any number of them."""
    torch.manual_seed(0)
    shape, strides = (2, 4, 3), (1, 2)
    X = images(3, shape)
    networks = (random_network(shape, strides, pooling, 24) for _ in range(56))
    kernels = np.array([EmpiricalKernel(network).matrix(X) for network in networks])
    errors = kernels.std(0, ddof=1) / len(kernels) ** 0.5

    def off(strides, pooling):
        kernel = ConvolutionalTangentKernel(shape, strides, pooling)
        return (np.abs(kernels.mean(0) - kernel.matrix(X)) / errors).max()

    assert off(strides, pooling) < 4
    assert min(off(strides, not pooling), off((1, 1), pooling), off((1, 2, 1), pooling)) > 6


def test_one_pixel_is_a_fully_connected_network():
    """Windows hold one pixel of nine: variance 1/9. The last layer adds the last covariance."""
    shape = (4, 1, 1)
    X = images(5, shape)
    points = X.reshape(5, 4) / 2
    network = NeuralTangentKernel(depth=1, weight_std=1 / 3)
    norms = np.linalg.norm(points, axis=1) / 3
    angle = np.arccos(np.clip(points @ points.T / 9 / np.outer(norms, norms), -1, 1))
    means = np.outer(norms, norms) * (np.sin(angle) + (np.pi - angle) * np.cos(angle))
    expected = network.matrix(points) + means / (2 * np.pi) / 9
    for pooling in (False, True):
        kernel = ConvolutionalTangentKernel(shape, (1, 1), pooling)
        assert np.abs(kernel.matrix(X) - expected).max() < 1e-15


@pytest.mark.parametrize("pooling", [False, True])
def test_batches_equal_the_whole_and_the_matrix_is_symmetric_and_psd(pooling, monkeypatch):
    shape, strides = (2, 6, 4), (1, 1, 2, 1)
    kernel = ConvolutionalTangentKernel(shape, strides, pooling)
    X = np.concatenate([images(7, shape), images(2, shape)])  # two images come twice
    whole = kernel.matrix(X)
    assert np.array_equal(whole, whole.T)
    assert np.array_equal(np.diag(whole), kernel.diagonal(X))
    assert np.abs(whole[[0, 1], [7, 8]] / np.diag(whole)[:2] - 1).max() < 1e-15
    eigenvalues = np.linalg.eigvalsh(whole)
    assert eigenvalues[0] > -1e-14 * eigenvalues[-1]
    scaled = kernel.matrix(3.0 * X, X)
    assert np.abs(scaled - 3.0 * whole).max() < 1e-14 * np.abs(scaled).max()
    for batches in (Batches(4, 2, 40), Batches(5, 3, 200), Batches(3, 9, 1)):
        monkeypatch.setitem(convolutional.BATCHES, "cpu", batches)
        for parts in (kernel.matrix(X), kernel.matrix(X, X.copy())):
            assert np.abs(parts - whole).max() < 1e-15 * np.abs(whole).max()


def test_threads_of_torch_are_left_as_they_were():
    before = torch.get_num_threads()
    ConvolutionalTangentKernel((1, 4, 4)).matrix(images(2, (1, 4, 4)))
    assert torch.get_num_threads() == before


def test_what_is_refused():
    kernel = ConvolutionalTangentKernel((3, 4, 4), memory_bytes=2**10)
    with pytest.raises(DataError, match=r"\(2, 3, 5, 5\); allowed: .* takes inputs of shape"):
        kernel.matrix(np.ones((2, 3, 5, 5)))
    with pytest.raises(DataError, match=r"\(2, 4, 4, 3\); allowed"):
        kernel.matrix(np.ones((2, 4, 4, 3)))  # channels last: as many numbers, other images
    with pytest.raises(DataError, match="rows of different lengths"):
        kernel.diagonal([np.ones((3, 4, 4)), np.ones((3, 5, 5))])
    with pytest.raises(DataError, match=r"inputs\[1\]: found an example of zeros \(1 of 2\)"):
        kernel.matrix(np.stack([np.ones((3, 4, 4)), np.zeros((3, 4, 4))]))
    with pytest.raises(SetupError, match=r"a matrix \(12, 12\), which needs"):
        kernel.matrix(np.ones((12, 3, 4, 4)))
    with pytest.raises(SetupError, match=r"kernel\.strides: found \(1, 3\)"):
        ConvolutionalTangentKernel((3, 4, 4), (1, 3))
    with pytest.raises(SetupError, match=r"kernel\.shape"):
        ConvolutionalTangentKernel((3, 4, 0))
    with pytest.raises(SetupError, match=r"kernel\.device: found 'tpu'; allowed: 'cpu' or 'cuda'"):
        ConvolutionalTangentKernel((3, 4, 4), device="tpu")


@pytest.mark.parametrize("pooling", [False, True])
def test_no_image_in_a_box_has_a_larger_value_with_itself(pooling):
    kernel = ConvolutionalTangentKernel((2, 4, 5), (1, 2), pooling=pooling)
    rng = np.random.default_rng(0)
    sides = rng.uniform(0.1, 2.0, size=40)
    images = sides * rng.uniform(-1, 1, size=(30, 40))
    images[:4] = sides * np.sign(images[:4])  # corners of the box
    own, top = kernel.diagonal(images), kernel.largest_own_value(sides)
    assert (own <= top).all() and kernel.largest_own_value(np.zeros(40)) == 0.0
    if not pooling:
        assert own[:4] == pytest.approx(top, rel=1e-9)
