"""Layer factors against gradients that torch.func forms example by example."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.func import grad, vmap

from stability.training.networks.factors.collect import collect_factors
from stability.training.networks.factors.factor import Factor
from stability.training.networks.factors.tiles import products_in_tiles
from stability.training.networks.network import network_from

EXAMPLES, CLASSES = 5, 3


def number(outputs, weighting):
    """Something that is not linear in the outputs."""
    return (torch.tanh(outputs) * weighting).sum()


def points(shape, count=EXAMPLES, seed=0):
    generator = torch.Generator().manual_seed(seed)
    make = {"generator": generator, "dtype": torch.float64}
    return torch.randn(count, *shape, **make), torch.randn(count, CLASSES, **make)


def by_torch(network, inputs, targets):
    """The gradients (n, *shape) in every parameter, one example after the other."""

    def value(parameters, x, y):
        return number(network.evaluate(parameters, x[None]), y[None])

    pairs = zip(inputs, targets, strict=True)
    each = [grad(value)(network.initial, x, y) for x, y in pairs]
    return {name: torch.stack([one[name] for one in each]) for name in network.initial}


def compared(module, shape):
    """The factors of a module, after a look at all their gradients and inner products."""
    network = network_from(module.double(), shape)
    inputs, targets = points(shape)
    more, others = points(shape, 2, seed=1)
    found = collect_factors(network, network.initial, inputs, targets, number)
    right = collect_factors(network, network.initial, more, others, number)
    expected, there = by_torch(network, inputs, targets), by_torch(network, more, others)
    gradients = found.gradients()
    assert set(gradients) == set(expected)
    for name, values in expected.items():
        assert gradients[name].shape == values.shape
        assert (gradients[name] - values).abs().max() < 1e-10
    parts = found.layer_products(right)
    assert sorted(name for layer in parts for name in layer) == sorted(expected)
    for layer, part in parts.items():
        rows, columns = (
            torch.cat([one[name].flatten(1) if one[name].dim() > 1 else one[name][:, None]
                       for name in layer], dim=1) for one in (expected, there)
        )  # fmt: skip
        assert (part - rows @ columns.T).abs().max() < 1e-10
    assert (found.products(right) - sum(parts.values())).abs().max() < 1e-10
    return found


class Residual(nn.Module):
    """Two branches added, twice through the same layers."""

    def __init__(self, channels, groups, bias):
        super().__init__()
        self.enter = nn.Conv2d(2, channels, 3, padding="same", bias=bias)
        self.inner = nn.Conv2d(channels, channels, 3, padding=1, groups=groups, bias=bias)
        self.leave = nn.Linear(channels, CLASSES, bias=bias)

    def forward(self, x):
        x = self.enter(x)
        for _ in range(2):
            x = x + self.inner(torch.tanh(x))
        return self.leave(x.mean(dim=(2, 3)))


class Tied(nn.Module):
    """Two layers of which the weight is shared, or the bias, or both."""

    def __init__(self, width, same_weight, same_bias):
        super().__init__()
        self.enter = nn.Linear(4, width)
        self.one, self.two = nn.Linear(width, width), nn.Linear(width, width)
        if same_weight:
            self.two.weight = self.one.weight
        if same_bias:
            self.two.bias = self.one.bias
        self.leave = nn.Linear(width, CLASSES)

    def forward(self, x):
        x = torch.tanh(self.enter(x))
        return self.leave(torch.tanh(self.two(torch.tanh(self.one(x)))))


class Sequenced(nn.Module):
    """Layers whose first axis is no axis of examples: time comes first."""

    def __init__(self, steps):
        super().__init__()
        self.enter, self.leave = nn.Linear(2, 4), nn.Linear(4, CLASSES)

    def forward(self, x):
        return self.leave(torch.tanh(self.enter(x.transpose(0, 1)))).sum(dim=0)


class ByHand(nn.Module):
    """A layer written out; the weight of another is used a second time, outside of it."""

    def __init__(self):
        super().__init__()
        self.layer, self.leave = nn.Linear(4, 4), nn.Linear(4, CLASSES)
        self.scale = nn.Parameter(torch.tensor(1.5))

    def forward(self, x):
        x = nn.functional.linear(x, self.layer.weight) * self.scale
        return self.leave(torch.tanh(x @ self.layer.weight)) + self.layer.bias.sum()


class Computed(nn.Module):
    """Layers whose weights are computed from parameters, beside biases that are parameters."""

    def __init__(self, computed, layer):
        super().__init__()
        self.computed, self.layer = computed, layer
        self.bias = nn.Parameter(torch.randn(4))
        self.leave = nn.Linear(4, CLASSES)

    def forward(self, x):
        weight = self.computed(self.layer.weight)
        return self.leave(nn.functional.linear(torch.tanh(self.layer(x)), weight, self.bias))


COMPUTED = {
    "the same, transposed": lambda weight: weight.T,
    "its values elsewhere": lambda weight: weight.flip(0),
    "scaled": lambda weight: weight / weight.norm(),
}


@pytest.mark.parametrize("name", COMPUTED)
def test_a_weight_computed_from_parameters_is_another_use_of_them(name):
    torch.manual_seed(0)
    found = compared(Computed(COMPUTED[name], nn.Linear(4, 4)), (4,))
    assert found.fell_back == ("layer.weight (Linear)",)
    assert ("layer.bias",) in [factor.parameters for factor in found.factors]


def normalised(layer):
    return nn.utils.parametrizations.weight_norm(layer)


@pytest.mark.parametrize("bias", [True, False])
def test_normalised_weights(bias):
    torch.manual_seed(0)
    convolution = normalised(nn.Conv2d(2, 3, 3, bias=bias))
    flat = normalised(nn.Linear(12, CLASSES, bias=bias))
    found = compared(nn.Sequential(convolution, nn.Tanh(), nn.Flatten(), flat), (2, 4, 4))
    assert len(found.fell_back) == 4 and all("original" in name for name in found.fell_back)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(widths=st.lists(st.integers(1, 6), max_size=3), bias=st.booleans(), seed=st.integers(0, 9))
def test_dense_networks(widths, bias, seed):
    torch.manual_seed(seed)
    sizes = [4, *widths]
    parts = [
        part
        for a, b in zip(sizes, widths, strict=False)
        for part in (nn.Linear(a, b, bias=bias), nn.Tanh())
    ]
    assert compared(nn.Sequential(*parts, nn.Linear(sizes[-1], CLASSES)), (4,)).fell_back == ()


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")  # torch's own
@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    size=st.tuples(st.integers(4, 6), st.integers(4, 6)),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)) | st.sampled_from(["same", "valid"]),
    dilation=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    groups=st.sampled_from([1, 2]),
    bias=st.booleans(),
    mode=st.sampled_from(["zeros", "circular"]),
    seed=st.integers(0, 9),
)
def test_convolutions(size, kernel, stride, padding, dilation, groups, bias, mode, seed):
    torch.manual_seed(seed)
    kernel = tuple(min(k, (n - 1) // d + 1) for k, d, n in zip(kernel, dilation, size, strict=True))
    stride = (1, 1) if padding == "same" else stride
    layer = nn.Conv2d(2, 4, kernel, stride, padding, dilation, groups, bias, mode)
    head = nn.Sequential(layer, nn.Tanh(), nn.AdaptiveAvgPool2d(2), nn.Flatten(),
                         nn.Linear(16, CLASSES))  # fmt: skip
    assert compared(head, (2, *size)).fell_back == ()


@settings(max_examples=8, deadline=None, derandomize=True)
@given(groups=st.sampled_from([1, 2, 4]), bias=st.booleans(), seed=st.integers(0, 9))
def test_residual_sums_and_layers_used_again(groups, bias, seed):
    torch.manual_seed(seed)
    assert compared(Residual(4, groups, bias), (2, 5, 4)).fell_back == ()


@pytest.mark.parametrize(
    ("same", "layers"),
    [
        ((True, True), {("one.weight", "one.bias")}),
        ((True, False), {("one.weight",), ("one.bias",), ("two.bias",)}),
        ((False, True), {("one.weight",), ("two.weight",), ("one.bias",)}),
    ],
)
def test_weights_and_biases_shared_by_two_modules(same, layers):
    torch.manual_seed(0)
    found = compared(Tied(3, *same), (4,))
    assert found.fell_back == ()
    others = {("enter.weight", "enter.bias"), ("leave.weight", "leave.bias")}
    assert {factor.parameters for factor in found.factors} - others == layers


@pytest.mark.parametrize("steps", [3, EXAMPLES])
def test_examples_are_never_taken_for_positions(steps):
    """With as many steps as examples, an axis of time would pass for one of examples."""
    torch.manual_seed(0)
    assert compared(Sequenced(steps), (steps, 2)).fell_back == ()


def test_a_weight_with_another_use_and_own_parameters_fall_back_and_are_named():
    torch.manual_seed(0)
    found = compared(ByHand(), (4,))
    assert set(found.fell_back) == {
        "scale (ByHand)", "layer.weight (Linear)", "layer.bias (Linear)",
    }  # fmt: skip
    assert ("leave.weight", "leave.bias") in [factor.parameters for factor in found.factors]


def test_other_layers_fall_back_and_are_named():
    torch.manual_seed(0)
    normed = nn.Sequential(nn.Linear(4, 6), nn.LayerNorm(6), nn.Tanh(), nn.Linear(6, CLASSES))
    assert compared(normed, (4,)).fell_back == ("1.weight (LayerNorm)", "1.bias (LayerNorm)")


def test_a_module_that_vmap_cannot_take_falls_back_as_a_whole():
    class Branching(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(4, CLASSES)

        def forward(self, x):
            return self.layer(x) if float(x.sum()) > 0 else self.layer(-x)

    torch.manual_seed(0)
    assert len(compared(Branching(), (4,)).fell_back) == 2


def test_gradients_are_formed_only_where_that_is_less_work():
    """Wide layers at one position: products of factors. Many positions of few channels: formed."""

    def factor(positions, inputs, outputs):
        make = {"generator": torch.Generator().manual_seed(0), "dtype": torch.float64}
        return Factor(("w",), (torch.Size((outputs, inputs)),),
                      torch.randn(3, positions, 1, inputs, **make),
                      torch.randn(3, positions, 1, outputs, **make))  # fmt: skip

    for positions, inputs, outputs, formed in ((1, 30, 40, 0), (2, 30, 40, 0), (64, 3, 4, 12)):
        one = factor(positions, inputs, outputs)
        assert one.numbers == positions * (inputs + outputs) + formed
        rows = one.formed().flatten(1)
        assert (one.products(one) - rows @ rows.T).abs().max() < 1e-10 * rows.square().sum()


@pytest.mark.parametrize("block", [None, 2, 5, 6])
def test_tiles_put_the_same_matrix_together(block):
    torch.manual_seed(0)
    network = network_from(Residual(4, 1, True).double(), (2, 5, 4))
    rows, columns = points((2, 5, 4)), points((2, 5, 4), 3, seed=1)
    whole = torch.cat([g.flatten(1) for g in by_torch(network, *rows).values()], dim=1)
    across = torch.cat([g.flatten(1) for g in by_torch(network, *columns).values()], dim=1)
    for other, expected in ((None, whole @ whole.T), (columns, whole @ across.T)):
        found, fell_back = products_in_tiles(network, network.initial, rows, other, number, block)
        assert abs(found - expected.numpy()).max() < 1e-10 and fell_back == ()


def test_vmap_and_the_loop_of_the_oracle_agree():
    torch.manual_seed(0)
    network = network_from(Residual(4, 2, True).double(), (2, 5, 4))
    inputs, targets = points((2, 5, 4))

    def value(parameters, x, y):
        return number(network.evaluate(parameters, x[None]), y[None])

    together = vmap(grad(value), (None, 0, 0))(network.initial, inputs, targets)
    for name, values in by_torch(network, inputs, targets).items():
        assert (values - together[name]).abs().max() < 1e-12
