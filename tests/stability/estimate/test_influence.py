"""Influence functions against exact deletions, written-out Hessians and per-example gradients."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.func import functional_call, grad, vmap

from stability.conventions import Convention
from stability.datasets import Dataset, load_digits
from stability.errors import DataError, SetupError
from stability.estimate import (
    DeletionBlock,
    ExactHessian,
    GaussNewton,
    LayerFactors,
    agreement,
    delete_logistic,
    fit_logistic,
    gradient_products,
    logistic_network,
    measure_deletions,
    measure_influence,
    pixel_box,
    summarise,
)
from stability.estimate.influence.curvature import gauss_newton_products, hessian
from stability.estimate.influence.influence import _problem
from stability.training import Recipe, train_one
from stability.training.losses import losses


def boxed(data):
    return data.with_inputs(pixel_box(data))


TRAIN, TEST = map(boxed, load_digits().split(150, seed=4))
TEST = TEST.subset(range(120))
LOGISTIC = fit_logistic(TRAIN.inputs, TRAIN.labels, 10, 0.01)
CHOSEN = np.arange(0, 150, 12)
TRUTH = delete_logistic(
    LOGISTIC, (TRAIN.inputs, TRAIN.labels), (TEST.inputs, TEST.labels), CHOSEN, loss_range=99.0
)  # fmt: skip
RIDGELIKE = Recipe(widths=(), step_size=0.3, epochs=1500, batch_size=999, loss="squared",
                   weight_decay=0.2)  # fmt: skip


@pytest.mark.parametrize("method", [ExactHessian(), GaussNewton(damping=0.0)])
def test_regularised_logistic_regression(method):
    model = logistic_network(LOGISTIC)
    found = measure_influence(model, TRAIN, TEST, range(150), TRUTH, method, loss_range=99.0)
    assert found.agreement.pearson > 0.999 and found.agreement.spearman > 0.999
    assert found.agreement.slope == pytest.approx(1.0, abs=0.05)
    assert (found.agreement.deletions, found.agreement.pairs) == (13, 13 * 120)
    assert found.changes.shape == (150, 120) and found.loss_range == 99.0
    assert np.abs(found.diagonal[CHOSEN] / TRUTH.diagonal - 1).max() < 0.1
    assert np.abs(found.training_maximum[CHOSEN] / TRUTH.training_maximum - 1).max() < 0.1
    summary = summarise([found], 150)
    assert summary.U >= summary.D > summary.B1


def test_by_hand():
    """H^-1 g_i / m with the Hessian of softmax regression written out."""
    x, w = TRAIN.inputs, LOGISTIC.weights
    p = np.exp(x @ w.T)
    p /= p.sum(axis=1, keepdims=True)
    curvature = np.einsum("na,ab->nab", p, np.eye(10)) - np.einsum("na,nb->nab", p, p)
    full = np.einsum("nab,ni,nj->aibj", curvature, x, x).reshape(650, 650) / 150
    full += 0.01 * np.eye(650)
    problem = _problem(logistic_network(LOGISTIC), TRAIN, "all")
    assert np.abs(hessian(problem).numpy() - full).max() < 1e-12
    directions = torch.tensor(np.random.default_rng(0).normal(size=(3, 650)))
    moved = gauss_newton_products(problem, directions).numpy()
    assert np.abs(moved - directions.numpy() @ full).max() < 1e-12
    slope = ((p - np.eye(10)[TRAIN.labels])[7][:, None] * x[7][None, :]).ravel()
    shift = np.linalg.solve(full + 0.3 * np.eye(650), slope) / 150
    at = np.exp(TEST.inputs @ w.T)
    at = at / at.sum(axis=1, keepdims=True) - np.eye(10)[TEST.labels]
    expected = np.einsum("na,ni,ai->n", at, TEST.inputs, shift.reshape(10, 65))
    truth = DeletionBlock(np.array([7]), TRUTH.changes[:1], np.zeros(1), np.zeros(1))
    found = measure_influence(logistic_network(LOGISTIC), TRAIN, TEST, [7], truth,
                              ExactHessian(damping=0.3), loss_range=1e9)  # fmt: skip
    assert np.abs(found.changes[0] - expected).max() < 1e-12
    assert 1 < found.condition_number < 10


@pytest.mark.parametrize("convention", [Convention.NULL_STEP, Convention.RETRAIN])
def test_a_quadratic_objective_trained_to_its_minimum(convention):
    """Deletion of one of many examples, first order: right up to the leverage, about p/m."""
    truth = measure_deletions(RIDGELIKE, TRAIN, TEST, [3, 80], convention=convention)
    model = train_one(RIDGELIKE, TRAIN)
    found = measure_influence(
        model, TRAIN, TEST, [80, 3], truth, ExactHessian(), convention=convention
    )
    assert found.agreement.pearson > 0.999 and abs(found.agreement.slope - 1) < 0.06
    assert np.abs(found.changes[1] - truth.changes[0]).max() < 0.1 * np.abs(truth.changes).max()
    [other] = set(Convention) - {convention, Convention.KEEP}
    with pytest.raises(SetupError, match=rf"influence.convention: found '{other}'"):
        measure_influence(model, TRAIN, TEST, [80, 3], truth, ExactHessian(), convention=other)
    untold = DeletionBlock(truth.indices, truth.changes, truth.diagonal, truth.training_maximum)
    wrong = measure_influence(model, TRAIN, TEST, [80, 3], untold, ExactHessian(), convention=other)
    assert wrong.agreement.error > 2 * found.agreement.error


def test_the_last_layer_is_logistic_regression_on_its_features():
    recipe = Recipe(widths=(6,), step_size=0.2, epochs=5, batch_size=10, weight_decay=0.05)
    model = train_one(recipe, TRAIN)
    problem = _problem(model, TRAIN, "last")
    assert len(problem.weights) == 6 * 10 + 10
    hidden = np.maximum(TRAIN.inputs @ model.parameters["linear0.weight"].numpy().T
                        + model.parameters["linear0.bias"].numpy(), 0.0)  # fmt: skip
    p = np.exp(model.outputs(TRAIN))
    p /= p.sum(axis=1, keepdims=True)
    curvature = np.einsum("na,ab->nab", p, np.eye(10)) - np.einsum("na,nb->nab", p, p)
    expected = np.einsum("nab,ni,nj->aibj", curvature, hidden, hidden).reshape(60, 60) / 150
    assert np.abs(hessian(problem).numpy()[:60, :60] - expected - 0.05 * np.eye(60)).max() < 1e-12
    assert np.abs((hessian(problem) - gauss_newton_products(problem, torch.eye(70).double()))
                  .numpy()).max() < 1e-12  # fmt: skip
    truth = measure_deletions(recipe, TRAIN, TEST, [1, 2])
    for kind in ({"network": "cnn", "widths": (2,)}, {"network": own}):
        other = train_one(Recipe(step_size=0.05, epochs=1, batch_size=50, **kind), images(TRAIN))
        small = _problem(other, images(TRAIN), "last")
        assert len(small.weights) == (2 * 16 * 10 + 10 if "widths" in kind else 5 * 10 + 10)
    assert measure_influence(
        model, TRAIN, TEST, [1, 2], truth, ExactHessian(layers="last")
    ).changes.any()


def images(data):
    return Dataset(data.inputs[:, :64], data.labels, data.classes, "images", (8, 8))


def own(shape, classes):
    return torch.nn.Sequential(
        torch.nn.Flatten(), torch.nn.Linear(64, 5), torch.nn.Tanh(), torch.nn.Linear(5, classes)
    )


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    widths=st.lists(st.integers(1, 7), max_size=3).map(tuple),
    loss=st.sampled_from(["cross-entropy", "squared"]),
    seed=st.integers(0, 99),
    block=st.sampled_from([3, 4096]),
)
def test_layer_factors_equal_products_of_gradients(widths, loss, seed, block):
    recipe = Recipe(widths=widths, step_size=0.1, epochs=1, batch_size=20, loss=loss,
                    init_seed=seed)  # fmt: skip
    model = train_one(recipe, TRAIN)

    def gradients(data):
        def one(x, y):
            def loss_of(p):
                return losses(loss, model.network.forward(p, x[None]), y[None]).sum()

            return torch.cat([g.reshape(-1) for g in grad(loss_of)(model.parameters).values()])

        return vmap(one)(torch.tensor(data.inputs), torch.tensor(data.labels)).numpy()

    some, rest = TRAIN.subset(range(10)), TEST.subset(range(7))
    a, b = gradients(some), gradients(rest)
    scale = 1 + np.abs(a @ b.T).max()
    assert np.abs(gradient_products(model, some, rest, block) - a @ b.T).max() < 1e-12 * scale
    assert np.abs(gradient_products(model, some, block_rows=block) - a @ a.T).max() < 1e-11 * scale


def half_frozen(shape, classes):
    module = own(shape, classes)
    module[1].requires_grad_(False)
    return module


@pytest.mark.parametrize(
    "kind", [{"network": "cnn", "widths": (2,)}, {"network": own}, {"network": half_frozen}]
)
def test_layer_factors_of_other_networks(kind):
    """Convolutions and modules of the user's own; with float32, inputs are rounded before."""
    data = images(TRAIN).subset(range(9))
    for dtype, near in (("float64", 1e-12), ("float32", 1e-7)):
        recipe = Recipe(step_size=0.05, epochs=1, batch_size=50, dtype=dtype, **kind)
        model = train_one(recipe, images(TRAIN))
        slopes = _problem(model, data, "all").gradients(np.arange(9)).numpy()
        found = gradient_products(model, data)
        assert np.abs(found - slopes @ slopes.T).max() < near * np.abs(found).max()


def test_what_falls_back_is_in_the_result_and_warned_of():
    def normed(shape, classes):
        return torch.nn.Sequential(
            torch.nn.Flatten(), torch.nn.Linear(65, 5), torch.nn.LayerNorm(5), torch.nn.Tanh(),
            torch.nn.Linear(5, classes),
        )  # fmt: skip

    model = train_one(Recipe(network=normed, step_size=0.1, epochs=1, batch_size=50), TRAIN)
    truth = DeletionBlock(np.array([3]), np.zeros((1, 120)) + 0.1, np.zeros(1), np.zeros(1))
    with pytest.warns(UserWarning, match=r"example by example.*2.weight \(LayerNorm\), 2.bias"):
        found = measure_influence(model, TRAIN, TEST, [3], truth, LayerFactors())
    assert found.fell_back == ("2.weight (LayerNorm)", "2.bias (LayerNorm)")
    at_test, slopes = _problem(model, TEST, "all"), _problem(model, TRAIN, "all")
    expected = slopes.gradients(np.array([3])) @ at_test.gradients(np.arange(120)).T / 150
    base = np.minimum(model.losses(TEST), found.loss_range)
    cut = np.clip(base + expected.numpy()[0], 0, found.loss_range) - base
    inside = model.losses(TEST) < found.loss_range
    assert np.abs(found.changes[0] - cut)[inside].max() < 1e-12
    with pytest.warns(UserWarning, match="LayerNorm"):
        gradient_products(model, TRAIN.subset([0]))


def test_layer_factors_are_influence_without_curvature():
    model = logistic_network(LOGISTIC)
    found = measure_influence(model, TRAIN, TEST, CHOSEN, TRUTH, LayerFactors(2.0), loss_range=99.0)
    expected = gradient_products(model, TRAIN.subset(CHOSEN), TEST) / (2.0 * 150)
    assert np.abs(found.changes - expected).max() < 1e-13
    damped = measure_influence(
        model, TRAIN, TEST, CHOSEN, TRUTH, ExactHessian(2e6), loss_range=99.0
    )
    assert np.abs(damped.changes * 1e6 - found.changes).max() < 1e-5 * np.abs(found.changes).max()


def test_predictions_stay_in_the_range():
    model = logistic_network(LOGISTIC)
    limit = 2.0
    found = measure_influence(model, TRAIN, TEST, CHOSEN, TRUTH, LayerFactors(1e-4),
                              loss_range=limit)  # fmt: skip
    base = np.minimum(model.losses(TEST), limit)
    assert (base + found.changes).min() >= -1e-12 and (base + found.changes).max() <= limit + 1e-12


def test_agreement_by_hand():
    found = agreement([[0.0, 1.0], [2.0, 3.0]], [[0.0, 2.0], [4.0, 7.0]])
    assert found.slope == pytest.approx(2.3) and found.spearman == pytest.approx(1.0)
    assert found.error == pytest.approx(np.sqrt((1 + 4 + 16) / (4 + 16 + 49)))
    assert found.pearson == pytest.approx(np.corrcoef([0, 1, 2, 3], [0, 2, 4, 7])[0, 1])
    assert (found.deletions, found.pairs) == (2, 4)
    assert "Pearson 0.99" in str(found)
    still = agreement([[0.0, 0.0]], [[0.0, 1.0]])
    assert np.isnan(still.pearson) and still.error == 1.0


MLP = train_one(Recipe(widths=(4,), step_size=0.1, epochs=2, batch_size=20), TRAIN)
WIDE = train_one(Recipe(widths=(120,), step_size=0.1, epochs=1, batch_size=150), TRAIN)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ExactHessian(damping=-1.0), SetupError, "influence.damping"),
        (lambda: GaussNewton(layers="first"), SetupError, "influence.layers"),
        (lambda: agreement([[1.0]], [[1.0, 2.0]]), DataError, "agreement"),
        (lambda: agreement([[1.0, np.nan]], [[1.0, 2.0]]), DataError, "agreement"),
        (
            lambda: measure_influence(MLP, TRAIN, TEST, [1], TRUTH, ExactHessian()),
            SetupError, r"true deletion of example 0.*beside true deletions",
        ),
        (
            lambda: measure_influence(MLP, TRAIN, TEST, CHOSEN, TRUTH, ExactHessian(1e-6)),
            SetupError, r"more than 0\.\d+: the least eigenvalue of the Hessian is -0\.",
        ),
        (
            lambda: measure_influence(WIDE, TRAIN, TEST, CHOSEN, TRUTH, ExactHessian()),
            SetupError, r"9130 weights.*at most 8000",
        ),
        (
            lambda: measure_influence(
                MLP, TRAIN, TEST, CHOSEN, TRUTH, GaussNewton(damping=1e-9, iterations=2)
            ),
            SetupError, "2 iterations are enough",
        ),
    ],
)  # fmt: skip
def test_refusals(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_oracle_of_the_oracle():
    """functional_call and the written-out forward pass agree on the user's module."""
    recipe = Recipe(network=own, step_size=0.1, epochs=1, batch_size=50)
    model = train_one(recipe, images(TRAIN))
    module = own((1, 8, 8), 10).double()
    out = functional_call(module, model.parameters, (torch.tensor(images(TRAIN).inputs),))
    assert np.abs(out.detach().numpy() - model.outputs(images(TRAIN))).max() < 1e-14


@pytest.mark.parametrize("convention", [Convention.NULL_STEP, Convention.RETRAIN])
def test_layer_factors_know_the_convention(convention):
    """grad(z) . (grad(z_i) + decay w) / (m - 1) for retraining, grad(z) . grad(z_i) / m else."""
    recipe = Recipe(widths=(5,), step_size=0.2, epochs=3, batch_size=10, weight_decay=0.3)
    truth = measure_deletions(recipe, TRAIN, TEST, [3, 80], convention=convention, loss_range=1e9)
    model = train_one(recipe, TRAIN)
    found = measure_influence(model, TRAIN, TEST, [3, 80], truth, LayerFactors(scale=0.5),
                              convention=convention, loss_range=1e9)  # fmt: skip
    problem, at_test = _problem(model, TRAIN, "all"), _problem(model, TEST, "all")
    pushes, divisor = problem.gradients(np.array([3, 80])), 150
    if convention is Convention.RETRAIN:
        pushes, divisor = pushes + 0.3 * problem.weights, 149
    expected = pushes @ at_test.gradients(np.arange(120)).T / (divisor * 0.5)
    assert np.abs(found.changes - expected.numpy()).max() < 1e-12


def test_losses_cut_elsewhere_than_the_true_ones_are_refused():
    recipe = Recipe(widths=(), step_size=0.3, epochs=2, batch_size=30, weight_decay=0.1)
    truth = measure_deletions(recipe, TRAIN, TEST, [3], loss_range=1.5)
    model = train_one(recipe, TRAIN)
    with pytest.raises(SetupError, match=r"influence.loss_range.*allowed: 1.5"):
        measure_influence(model, TRAIN, TEST, [3], truth, GaussNewton())
    measure_influence(model, TRAIN, TEST, [3], truth, GaussNewton(), loss_range=1.5)
    with pytest.raises(SetupError, match=r"loss_range: found -1.5"):
        measure_influence(model, TRAIN, TEST, [3], truth, GaussNewton(), loss_range=-1.5)


def test_conjugate_gradients_reach_the_tolerance_for_every_direction():
    """Directions are solved together; a residual of all of them may hide that of one."""
    recipe = Recipe(widths=(6,), step_size=0.2, epochs=5, batch_size=10, weight_decay=0.05)
    problem = _problem(train_one(recipe, TRAIN), TRAIN, "all")
    slopes = problem.gradients(np.arange(32))
    for tolerance in (1e-1, 1e-2, 1e-4):
        method = GaussNewton(damping=0.0, tolerance=tolerance)
        solved = method.solve(problem, slopes).directions
        residual = gauss_newton_products(problem, solved) - slopes
        assert float((residual.norm(dim=1) / slopes.norm(dim=1)).max()) <= tolerance
