"""Modules of every kind: measured as a plain loop measures them, or refused with the reason."""

import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from stability.datasets import load_digits
from stability.errors import SetupError
from stability.estimate import measure_deletions
from stability.training import Recipe, train_one
from stability.training.recipe import batch_order

TRAIN, TEST = load_digits().split(24, seed=0)
TEST = TEST.subset(np.arange(10))
DELETED = [3, 11]
KEYS = {"step_size": 0.1, "epochs": 2, "batch_size": 7}


class By(nn.Module):
    """Layers, and what forward does with them."""

    def __init__(self, forward, *layers):
        super().__init__()
        self.own, self.l = forward, nn.ModuleList(layers)

    def forward(self, x):
        return self.own(self, x)


def flat(x):
    return x.flatten(1)


def by(forward, *layers):
    """A function that makes the module; `layers` are functions, so that weights are drawn then."""
    return lambda shape, classes: By(forward, *(layer(classes) for layer in layers))


def head(classes):
    return nn.Linear(64, classes)


class Depth(nn.Module):
    """Stochastic depth."""

    def __init__(self, classes):
        super().__init__()
        self.a, self.b = nn.Linear(64, 64), nn.Linear(64, classes)

    def forward(self, x):
        x = flat(x)
        if not self.training or torch.rand(()) > 0.5:
            x = x + self.a(x)
        return self.b(x)


class Recurrent(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.r, self.b = nn.LSTM(8, 6, batch_first=True), nn.Linear(6, classes)

    def forward(self, x):
        return self.b(self.r(x.reshape(-1, 8, 8))[0][:, -1])


class Attention(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.r = nn.TransformerEncoderLayer(8, 2, 12, dropout=0.0, batch_first=True)
        self.b = nn.Linear(8, classes)

    def forward(self, x):
        return self.b(self.r(x.reshape(-1, 8, 8)).mean(1))


class Scaled(nn.Module):
    """A number that begins at 0, times something that is given by a function of the outputs."""

    def __init__(self, classes, function):
        super().__init__()
        self.a, self.g, self.function = head(classes), nn.Parameter(torch.zeros(())), function

    def forward(self, x):
        y = self.a(flat(x))
        return y + self.g * self.function(y)


class Complex(nn.Module):
    """A buffer that is complex, beside real parameters."""

    def __init__(self, classes):
        super().__init__()
        self.a = head(classes)
        self.register_buffer("turn", torch.exp(1j * torch.linspace(0, 3, 64)))

    def forward(self, x):
        return self.a((flat(x) * self.turn).real)


class HalfHooked(torch.autograd.Function):
    """The identity, with gradients scaled by the largest of the batch."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return x.clone()

    @staticmethod
    def setup_context(ctx, inputs, output):
        pass

    @staticmethod
    def backward(ctx, slope):
        return slope / (slope.abs().max() + 1.0)


def tied(shape, classes):
    one, two = nn.Linear(64, 64), nn.Linear(64, 64)
    two.weight = one.weight
    return nn.Sequential(nn.Flatten(), one, nn.Tanh(), two, nn.Linear(64, classes))


def weight_decides(module, x):
    y = module.l[0](flat(x))
    return y if float(module.l[0].weight.detach().sum()) > 0 else 2.0 * y


def in_numpy(module, x):
    return module.l[0](torch.from_numpy(flat(x).numpy()))


MEASURED = {
    "a parameter that takes no part": by(
        lambda s, x: s.l[0](flat(x)), head, lambda c: nn.Linear(3, 3)
    ),
    "lazy layers": lambda shape, c: nn.Sequential(nn.Flatten(), nn.LazyLinear(5), nn.LazyLinear(c)),
    "a double network": lambda shape, c: nn.Sequential(nn.Flatten(), head(c)).double(),
    "recurrent": lambda shape, c: Recurrent(c),
    "attention": lambda shape, c: Attention(c),
    "normalised weights": lambda shape, c: nn.Sequential(
        nn.Flatten(), nn.utils.parametrizations.weight_norm(head(c))
    ),
    "tied": tied,
    "control flow on a weight": by(weight_decides, head),
    "numpy": by(in_numpy, head),
    "a number read with item()": by(lambda s, x: s.l[0](flat(x)) * float(flat(x).max() > 0), head),
    "a ReLU in place": lambda shape, c: nn.Sequential(
        nn.Flatten(), nn.Linear(64, 6), nn.ReLU(inplace=True), nn.Linear(6, c)
    ),
    "embedding": by(
        lambda s, x: s.l[0]((flat(x) * 15).long()).mean(1), lambda c: nn.Embedding(20, c)
    ),
    "a complex buffer": lambda shape, c: Complex(c),
    "half of it frozen": lambda shape, c: nn.Sequential(
        nn.Flatten(), nn.Linear(64, 6).requires_grad_(False), nn.Tanh(), nn.Linear(6, c)
    ),
    "a weight from 0": lambda shape, c: Scaled(c, torch.tanh),
    "the head registered first": by(
        lambda s, x: s.l[0](torch.tanh(s.l[1](flat(x)))),
        lambda c: nn.Linear(6, c), lambda c: nn.Linear(64, 6),
    ),
}  # fmt: skip


def plain_loop(factory, deleted):
    """Losses (n_test,) after training without the gradient of one example, in plain torch."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = factory((1, 8, 8), 10)
        with torch.no_grad():
            module(torch.zeros(3, 1, 8, 8, dtype=next(module.parameters()).dtype)
                   if "LazyLinear" not in str(module) else torch.zeros(3, 1, 8, 8))  # fmt: skip
        complex_ones = {n: b for n, b in module.named_buffers() if b.is_complex()}
        module = module.double()
        for name, values in complex_ones.items():
            setattr(module, name, values.to(torch.complex128))
    x = torch.tensor(TRAIN.inputs).reshape(-1, 1, 8, 8)
    y = torch.tensor(TRAIN.labels)
    trained = [p for p in module.parameters() if p.requires_grad]
    for batch in batch_order(24, 7, 2, seed=0):
        each = F.cross_entropy(module(x[batch].clone()), y[batch], reduction="none")
        keep = torch.tensor([float(i != deleted) for i in batch], dtype=torch.float64)
        loss = (each * keep).sum() / len(batch)
        slopes = torch.autograd.grad(loss, trained, allow_unused=True)
        with torch.no_grad():
            for p, slope in zip(trained, slopes, strict=True):
                if slope is not None:
                    p -= 0.1 * slope
    with torch.no_grad():
        out = module.eval()(torch.tensor(TEST.inputs).reshape(-1, 1, 8, 8))
    losses = F.cross_entropy(out, torch.tensor(TEST.labels), reduction="none")
    return np.clip(losses.numpy(), 0.0, 9.0)


@pytest.mark.filterwarnings("ignore:Casting complex values")  # torch's own, of the plain loop
@pytest.mark.parametrize("name", MEASURED)
def test_measured_as_a_plain_loop_measures(name):
    factory = MEASURED[name]
    found = measure_deletions(Recipe(network=factory, **KEYS), TRAIN, TEST, DELETED, loss_range=9.0)
    base = plain_loop(factory, None)
    assert np.abs(found.base_test - base).max() < 1e-9
    for row, deleted in zip(found.changes, DELETED, strict=True):
        assert np.abs(row - (plain_loop(factory, deleted) - base)).max() < 1e-9
        assert np.abs(row).max() > 1e-6


def test_stochastic_depth_with_a_seed_is_the_same_for_one_and_for_many():
    recipe = Recipe(network=lambda shape, c: Depth(c), dropout_seed=4, **KEYS)
    found = measure_deletions(recipe, TRAIN, TEST, DELETED)
    base, without = (train_one(recipe, TRAIN, i).losses(TEST) for i in (None, 11))
    limit = found.loss_range
    change = np.clip(without, 0, limit) - np.clip(base, 0, limit)
    assert np.abs(found.changes[1] - change).max() < 1e-10


def changing_its_weights(module, x):
    with torch.no_grad():
        module.l[0].weight.clamp_(-0.05, 0.05)
    return module.l[0](flat(x))


class Remembering(nn.Module):
    """A memory outside of any buffer."""

    def __init__(self, classes):
        super().__init__()
        self.a, self.before = head(classes), 0.0

    def forward(self, x):
        y = self.a(flat(x))
        out, self.before = y + 0.01 * self.before, float(y.detach().mean())
        return out


def differentiating(module, x):
    x = flat(x).requires_grad_(True)
    y = module.l[0](x)
    return y + torch.autograd.grad(y.sum(), x, create_graph=True)[0].sum(1, keepdim=True)


def drawing_in_numpy(module, x):
    return module.l[0](flat(x)) + np.random.rand()  # noqa: NPY002


def half(shape, classes):
    return nn.Sequential(nn.Flatten(), head(classes)).to(torch.bfloat16)


def scripted(shape, classes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return torch.jit.script(nn.Sequential(nn.Flatten(), head(classes)))


def complex_weights(shape, classes):
    module = nn.Module()
    module.w = nn.Parameter(torch.randn(64, classes, dtype=torch.cfloat))
    module.forward = lambda x: (flat(x).to(module.w.dtype) @ module.w).abs()
    return module


REFUSED = {
    "tuple": (by(lambda s, x: (s.l[0](flat(x)), None), head), "outputs of type tuple"),
    "dict": (by(lambda s, x: {"logits": s.l[0](flat(x))}, head), "outputs of type dict"),
    "float": (
        by(lambda s, x: s.l[0](flat(x).float()), head),
        "runs in float32 only: forward casts to it.*dtype = 'float32'",
    ),
    "script": (scripted, "TorchScript module.*before torch.jit.script"),
    "squeeze": (
        by(lambda s, x: s.l[0](flat(x)).squeeze(), head),
        r"shape \(10,\) for 1 example;.*squeeze\(\)",
    ),
    "stochastic depth": (lambda shape, c: Depth(c), "stochastic depth.*dropout_seed"),
    "gradients needed": (by(differentiating, head), "takes derivatives inside forward"),
    "half precision": (half, "parameters in bfloat16"),
    "half precision inside": (
        by(lambda s, x: s.l[0](flat(x).bfloat16().to(x.dtype)), head),
        "computes in bfloat16",
    ),
    "complex": (complex_weights, "complex parameters.*torch.complex"),
    "mixed once moved": (
        lambda shape, c: Scaled(c, lambda y: y.mean(0, keepdim=True)),
        "depend on the other examples",
    ),
    "random once moved": (
        lambda shape, c: Scaled(c, lambda y: torch.randn(())),
        "random numbers also when it is evaluated",
    ),
    "numpy's chance": (by(drawing_in_numpy, head), "draws from Python's numpy.random"),
    "input changed": (by(lambda s, x: s.l[0](flat(x).mul_(2.0)), head), "its input in place"),
    "weights changed": (by(changing_its_weights, head), "a parameter that forward itself changes"),
    "a memory": (lambda shape, c: Remembering(c), "not the same when the module is called again"),
    "gradients mixed": (
        by(lambda s, x: HalfHooked.apply(s.l[0](flat(x))), head),
        "gradients that depend on the other examples",
    ),
    "cut off": (by(lambda s, x: s.l[0](flat(x)).detach(), head), "cut off from every parameter"),
    "not finite": (by(lambda s, x: s.l[0](flat(x)) / 0, head), "not finite"),
    "raising": (by(lambda s, x: {}["a"], head), r"KeyError: 'a' \(test_module_table.py, line"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason(name):
    factory, words = REFUSED[name]
    recipe = Recipe(network=factory, **KEYS)
    for call in (
        lambda: train_one(recipe, TRAIN),
        lambda: measure_deletions(recipe, TRAIN, TEST, DELETED),
    ):
        with pytest.raises(SetupError, match=words):
            call()


def test_a_factory_that_raises_is_told_with_its_line():
    recipe = Recipe(network=lambda shape, classes: classes / 0, **KEYS)
    with pytest.raises(SetupError, match=r"recipe.network.*ZeroDivision.*module_table.py, line"):
        train_one(recipe, TRAIN)


def test_what_mixes_only_where_the_data_lie_is_found_after_training():
    """The made-up examples lie between 0 and 1."""

    def beyond(module, x):
        y = module.l[0](flat(x))
        return y + (flat(x).max() > 5.0) * 0.1 * y.mean(0, keepdim=True)

    scaled = TRAIN.__class__(10.0 * TRAIN.inputs, TRAIN.labels, TRAIN.classes, "far", TRAIN.shape)
    recipe = Recipe(network=by(beyond, head), **KEYS)
    train_one(recipe, scaled)
    with pytest.raises(SetupError, match="depend on the other examples"):
        measure_deletions(recipe, scaled, scaled, DELETED)


def test_a_model_that_diverged_in_finite_numbers_is_refused():
    recipe = Recipe(widths=(8,), step_size=1e6, epochs=2, batch_size=7)
    assert np.isfinite(train_one(recipe, TRAIN).losses(TRAIN)).all()
    with pytest.raises(SetupError, match=r"has diverged: its mean training loss.*below 1e\+06"):
        measure_deletions(recipe, TRAIN, TEST, DELETED)
