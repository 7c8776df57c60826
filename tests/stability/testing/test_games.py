"""The games say what they are: constants and gaps against brute force over all samples."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from stability.conventions import Averaged, Convention, Neighbour, Notion
from stability.setup.algorithms import (
    DecayingStep,
    EmpiricalRiskMinimizer,
    GradientDescent,
    StochasticGradientDescent,
)
from stability.setup.setup import Loss, Sample, Setup
from stability.testing import (
    GAMES,
    ClassToy,
    CurvedLosses,
    DiagonalCounterexample,
    LinearLosses,
    MeanEstimation,
    MemorisingRule,
    RareMemoriser,
    try_law,
)
from stability.testing.laws import game_laws
from stability.testing.laws.law import BROKEN, HOLDS
from stability.testing.oracles.descents import step_sizes_of, weights_of_steps
from stability.theorems.catalogue import BY_ID

DELETION, REPLACEMENT = Neighbour.DELETION, Neighbour.REPLACEMENT


@pytest.mark.parametrize("game", GAMES, ids=str)
def test_laws_are_distributions(game) -> None:
    for law in (game.gaps(), game.loo_gaps()):
        assert sum(chance for _, chance in law) == 1
        assert all(chance >= 0 and abs(value) <= game.M for value, chance in law)


def test_a_bound_on_the_expected_gap_is_one_sided(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that fares better off the sample than on it breaks no bound on the gap itself."""

    class Lucky(DiagonalCounterexample):
        def gaps(self):
            return ((-self.M, Fraction(1)),)

    monkeypatch.setattr(game_laws, "GAMES", (Lucky(1000, Fraction(1, 10)),))
    (law,) = (law for law in game_laws.GAME_LAWS if law.name == "holds on games")
    for theorem, verdict in (
        ("hardt2016-expectation", HOLDS),
        ("mohri2018-replacement", HOLDS),
        ("shalev2010-lemma11", HOLDS),
        ("feldman2018-second-moment", BROKEN),
        ("elastic-chebyshev", BROKEN),
    ):
        assert try_law(law, BY_ID[theorem], 1, seed=0).verdict == verdict, theorem


@pytest.mark.parametrize("game", GAMES, ids=str)
def test_values_are_in_order(game) -> None:
    constants = game.constants()
    beta = constants[Notion.UNIFORM, DELETION]["beta"]
    assert constants[Notion.HYPOTHESIS, DELETION]["beta_hyp"] <= beta
    assert constants[Notion.POINTWISE, DELETION]["beta_pt"] <= beta
    assert constants[Notion.UNIFORM, REPLACEMENT]["epsilon"] <= 2 * beta
    elastic = constants.get((Notion.ELASTIC, DELETION))
    if elastic:
        assert elastic["B1"] <= elastic["B"] <= elastic["U"] == game.m * beta
        assert elastic["D"] <= elastic["U"]


@pytest.mark.parametrize(("m", "q"), [(1, "0.5"), (3, "0.3"), (5, "0.9")])
def test_mean_estimation_against_every_sample(m: int, q: str) -> None:
    q_ = Fraction(q)
    game, gaps, loo = MeanEstimation(m, q_), {}, {}
    for sample in product((0, 1), repeat=m):
        chance = Fraction(1)
        for z in sample:
            chance *= q_ if z else 1 - q_
        w = Fraction(sum(sample), m)
        risk = q_ * (1 - w) + (1 - q_) * w
        train = sum(abs(w - z) for z in sample) / Fraction(m)
        left_out = sum(abs(w - Fraction(z, m) - z) for z in sample) / Fraction(m)
        gaps[risk - train] = gaps.get(risk - train, 0) + chance
        loo[risk - left_out] = loo.get(risk - left_out, 0) + chance
    for law, true in ((game.gaps(), gaps), (game.loo_gaps(), loo)):
        found: dict[Fraction, Fraction] = {}
        for value, chance in law:
            found[value] = found.get(value, Fraction(0)) + chance
        assert found == true
    mean = sum(value * chance for value, chance in gaps.items())
    assert mean == game.constants()[Notion.AVERAGE, REPLACEMENT]["epsilon"]


@pytest.mark.parametrize(("m", "q"), [(2, "0.5"), (3, "0.2")])
def test_rare_memoriser_against_every_sample(m: int, q: str) -> None:
    q_ = Fraction(q)
    game = RareMemoriser(m, q_)
    hyp = pt = replaced = moved = Fraction(0)
    for marks in product((0, 1), repeat=m + 1):  # the last is the fresh example's mark
        chance = Fraction(1)
        for mark in marks:
            chance *= q_ if mark else 1 - q_
        full, without = any(marks[:m]), any(marks[1:m])
        other = any(marks[1:])  # the first replaced by the fresh one
        hyp += chance * abs(full - without)  # a fresh point: M if memorised, else 0
        pt += chance * without  # the deleted point: 0 in the sample, M outside it
        replaced += chance * other
        # left-out risk against the population risk
        left_out = sum(any(marks[:i] + marks[i + 1 : m]) for i in range(m))
        moved += chance * (full - Fraction(left_out, m))
    constants = game.constants()
    assert constants[Notion.POINTWISE, DELETION] == {"beta_hyp": hyp, "beta_pt": pt}
    assert constants[Notion.POINTWISE, REPLACEMENT] == {"epsilon_pt": replaced}
    assert sum(value * chance for value, chance in game.loo_gaps()) == moved


def test_the_printed_theorem_11_fails_for_the_memoriser() -> None:
    game = MemorisingRule(1000)
    values = game.constants()[Notion.POINTWISE, DELETION]
    delta = 0.05
    printed = ((1 + 12 * game.m * float(values["beta_pt"])) / (2 * game.m * delta)) ** 0.5
    assert printed < 1 and game.gaps() == ((1, 1),)


def test_a_bias_without_the_diagonal_fails() -> None:
    game = DiagonalCounterexample(1000, Fraction(1, 2))
    elastic = game.constants()[Notion.ELASTIC, DELETION]
    assert (
        2 * elastic["B"] / game.m
        == 0
        < game.gaps()[0][0]
        <= (elastic["B1"] + elastic["D"]) / game.m
    )


@pytest.mark.parametrize(
    "game", [MeanEstimation(5, Fraction(1, 2)), RareMemoriser(5, Fraction(1, 9)), ClassToy(5, 100)]
)
def test_draws_follow_the_seed(game) -> None:
    draws = [game.gap(seed) for seed in range(200)]
    assert draws == [game.gap(seed) for seed in range(200)]
    assert len(set(draws)) > 1
    if hasattr(game, "gaps"):
        assert set(draws) <= {float(value) for value, _ in game.gaps()}
        mean = float(sum(value * chance for value, chance in game.gaps()))
        assert np.mean(draws) == pytest.approx(mean, abs=5 * np.std(draws) / 200**0.5)


def test_the_toy_has_the_constants_it_claims() -> None:
    """Deleting an example of class c moves p_c by at most K/m, and nothing else."""
    toy = ClassToy(4, 12)
    generator = np.random.default_rng(0)
    classes, labels = generator.integers(0, 4, 12), generator.integers(0, 2, 12)

    def p(keep: np.ndarray) -> np.ndarray:
        ones = np.bincount(classes[keep], weights=labels[keep], minlength=4)
        return np.clip(4 / 12 * ones, 0, 1)

    everything = np.ones(12, dtype=bool)
    for i in range(12):
        keep = everything.copy()
        keep[i] = False
        moved = np.abs(p(everything) - p(keep))
        assert moved[classes[i]] <= float(toy.elastic()["U"]) / 12 + 1e-12
        assert np.all(np.delete(moved, classes[i]) == 0)
    groups = toy.groups()
    chance = 1 / 4
    assert groups.b[0] == 4 * chance and groups.v[0] == 16 * chance * (1 - chance)


def run_linear(slopes: list[Fraction], steps: tuple[Fraction, ...], mu: Fraction) -> Fraction:
    """Gradient descent on mean z w + mu/2 w^2, from 0."""
    w = Fraction(0)
    for step in steps:
        w -= step * (sum(slopes) / len(slopes) + mu * w)
    return w


@pytest.mark.parametrize("step", ["0.1", DecayingStep("0.2")])
@pytest.mark.parametrize("mu", [None, "0.5"])
def test_linear_losses_against_training(step, mu) -> None:
    """The exact constants are those of training on the worst sample, with and without a point."""
    m, L = 5, Fraction(2)
    setup = Setup(
        sample=Sample(m),
        loss=Loss(range=1, lipschitz=L, smoothness=1, convex=True),
        algorithm=GradientDescent(step_size=step, steps=6, weight_decay=mu or 0),
    )
    steps, mu_ = step_sizes_of(setup), Fraction(mu or 0)
    worst = [L] + [-L] * (m - 1)
    full = run_linear(worst, steps, mu_)
    kept = run_linear([Fraction(0), *worst[1:]], steps, mu_)
    retrained = run_linear(worst[1:], steps, mu_)
    swapped = run_linear([-L, *worst[1:]], steps, mu_)
    game = LinearLosses(setup)
    for convention, other in ((Convention.NULL_STEP, kept), (Convention.RETRAIN, retrained)):
        exact = game.exact(Averaged.NOTHING, DELETION, convention)
        assert exact["beta"] == L * abs(full - other)
        assert exact["U"] == m * exact["beta"]
    assert game.exact(Averaged.NOTHING, REPLACEMENT, None)["epsilon"] == L * abs(full - swapped)


def test_linear_losses_under_sgd_against_every_draw() -> None:
    m, L, count = 3, Fraction(1), 3
    setup = Setup(
        sample=Sample(m),
        loss=Loss(range=1, lipschitz=L, smoothness=1, convex=True),
        algorithm=StochasticGradientDescent(step_size="0.1", steps=count, order="with-replacement"),
    )
    worst, other = [L, -L, -L], [-L, -L, -L]
    mean = Fraction(0)
    for draws in product(range(m), repeat=count):
        mean += sum(Fraction(1, 10) * (worst[i] - other[i]) for i in draws)
    exact = LinearLosses(setup).exact(Averaged.ALGORITHM, REPLACEMENT, None)
    assert exact["epsilon"] == L * mean / m**count
    sure = LinearLosses(setup).factor(Averaged.NOTHING)
    assert sure == m * Fraction(3, 10)


def test_linear_losses_of_minimisers() -> None:
    m, L, mu = 4, Fraction(1), Fraction(1, 2)
    setup = Setup(
        sample=Sample(m),
        loss=Loss(range=1, lipschitz=L, convex=True),
        algorithm=EmpiricalRiskMinimizer(regularization=mu),
    )
    worst = [L] + [-L] * (m - 1)
    full, kept = -sum(worst) / m / mu, -sum(worst[1:]) / m / mu
    retrained = -sum(worst[1:]) / (m - 1) / mu
    game = LinearLosses(setup)
    assert game.exact(Averaged.NOTHING, DELETION, Convention.KEEP)["beta"] == L * abs(full - kept)
    assert game.exact(Averaged.NOTHING, DELETION, Convention.RETRAIN)["beta"] == L * abs(
        full - retrained
    )


def test_no_room_for_a_linear_problem() -> None:
    base = Setup(
        sample=Sample(4),
        loss=Loss(range=1, lipschitz=1, smoothness=2, convex=True),
        algorithm=GradientDescent(step_size=1, steps=2, radius="0.5"),
    )
    assert LinearLosses(base).exact(Averaged.NOTHING, DELETION, Convention.KEEP) == {}
    curved = base.with_value("algorithm.radius", None).with_value("algorithm.strong_convexity", 2)
    assert LinearLosses(curved).exact(Averaged.NOTHING, DELETION, Convention.KEEP) == {}
    with_room = base.with_value("algorithm.radius", 2)
    assert LinearLosses(with_room).exact(Averaged.NOTHING, DELETION, Convention.KEEP)


def clipped(w: Fraction, curvature: Fraction, L: Fraction) -> Fraction:
    return max(-L, min(L, curvature * w))


@pytest.mark.parametrize("curvature", [Fraction(-1), Fraction(1)])
@pytest.mark.parametrize("step", ["0.05", "2.5"])
def test_curved_losses_against_training(curvature: Fraction, step: str) -> None:
    """The witness is what training does on clipped losses, within slope L and inside the bend."""
    m, L = 6, Fraction(1)
    setup = Setup(
        sample=Sample(m),
        loss=Loss(range=1, lipschitz=L, smoothness=1),
        algorithm=GradientDescent(step_size=step, steps=5),
    )
    least = CurvedLosses(setup, curvature).least(Averaged.NOTHING, DELETION)
    assert least is not None

    def end(slope: Fraction) -> Fraction:
        w = Fraction(0)
        for size in step_sizes_of(setup):
            w -= size * ((m - 1) * clipped(w, curvature, L) + slope) / m
        return w

    slope = L
    reachable = [
        abs(x) / m
        for x in CurvedLosses(setup, curvature)._path(
            step_sizes_of(setup), curvature * (1 - Fraction(1, m))
        )
    ]
    slope = min(L, L / max(reachable))
    assert least == L * abs(end(slope))
    doubled = CurvedLosses(setup, curvature).least(Averaged.NOTHING, REPLACEMENT)
    assert doubled == L * abs(end(slope) - end(-slope))


def test_curved_losses_under_sgd_against_every_draw() -> None:
    m, L, count, step = 3, Fraction(1), 4, Fraction(1, 10)
    for order in ("with-replacement", "shuffled"):
        setup = Setup(
            sample=Sample(m if order == "with-replacement" else count),
            loss=Loss(range=1, lipschitz=L, smoothness=1),
            algorithm=StochasticGradientDescent(step_size=step, steps=count, order=order),
        )
        size = setup.sample.size
        if order == "with-replacement":
            paths = list(product(range(size), repeat=count))
        else:
            from itertools import permutations

            paths = list(permutations(range(size)))
        ends = []
        for draws in paths:
            w = Fraction(0)
            for i in draws:
                w -= step * (L if i == 0 else clipped(w, Fraction(-1), L))
            ends.append(w)
        found = CurvedLosses(setup, Fraction(-1)).least(Averaged.ALGORITHM, DELETION)
        assert found == L * abs(sum(ends)) / len(ends)
        if order == "shuffled":
            sure = CurvedLosses(setup, Fraction(-1)).least(Averaged.NOTHING, DELETION)
            assert sure == L * max(abs(w) for w in ends)


def test_weights_of_steps() -> None:
    steps = (Fraction(1, 2), Fraction(1, 3))
    assert weights_of_steps(steps, Fraction(1)) == (Fraction(1, 3), Fraction(1, 3))
    assert weights_of_steps(steps, Fraction(0)) == steps
