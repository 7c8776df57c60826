"""The experiments on the locally elastic SDE, made small: rows, claims, pictures."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.linalg import expm

from stability.dynamics import LocallyElasticSDE, constant_strengths, separation_ratio
from stability_experiments.common import elastic_paths
from stability_experiments.common.elastic_paths import followed, simplex_start
from stability_experiments.dynamics.le_sde_neural_collapse import body as collapse
from stability_experiments.dynamics.le_sde_neural_collapse.courses import COURSES, Course
from stability_experiments.dynamics.le_sde_phase_transition import body as transition
from stability_experiments.dynamics.le_sde_phase_transition import claims, paths
from stability_experiments.dynamics.le_sde_phase_transition.rows import rows
from stability_experiments.dynamics.le_sde_phase_transition.schedules import SCHEDULES
from stability_experiments.dynamics.le_sde_stability import body as stable
from stability_experiments.dynamics.le_sde_stability import constants
from stability_experiments.dynamics.le_sde_stability.cases import Case, deleted
from stability_experiments.framework.finding import find
from stability_experiments.framework.run import run_experiment

TINY = {
    "le-sde-phase-transition": (transition, transition.Size(20, 60, 30, (5, 4), 4, 20)),
    "le-sde-neural-collapse": (collapse, collapse.Size(10, 30)),
    "le-sde-stability": (stable, stable.Size(30, 1, 20, (30, 300, 3000))),
}


@pytest.mark.parametrize("name", TINY)
def test_a_small_run_shows_its_numbers_and_goes_on(name, tmp_path: Path, monkeypatch) -> None:
    module, size = TINY[name]
    monkeypatch.setitem(module.SIZES, "smoke", size)
    monkeypatch.setattr(transition, "BOUNDARIES", (3,))
    first = run_experiment(find(name), "smoke", None, 0, tmp_path, lambda *args: None)
    rows_by_name = {row.name: row for row in first.findings.rows}
    assert len(rows_by_name) == len(first.findings.rows)
    assert [r.name for r in rows_by_name.values() if r.required and not r.agrees] == []
    assert [r.name for r in rows_by_name.values() if r.agrees is False and not r.note] == []
    assert [c.claim for c in first.findings.claims if not c.holds] == []
    for figure in first.findings.figures:
        assert (tmp_path / figure).stat().st_size > 5000
    monkeypatch.setattr(module, "draw", lambda *args: first.findings.figures)
    monkeypatch.setattr(Course, "follow", None)
    for long in ("schedule_paths", "boundary", "pair_paths", "phase_cells", "deleted"):
        monkeypatch.setattr(module, long, None, raising=False)  # all of it is stored
    again = run_experiment(find(name), "smoke", None, 0, tmp_path, lambda *args: None, resume=True)
    assert again.findings == first.findings


def test_all_times_are_reached_and_trials_are_apart(monkeypatch) -> None:
    monkeypatch.setattr(elastic_paths, "TOGETHER", 25)
    model = LocallyElasticSDE(constant_strengths(0.1), noise=1.0)
    looks = [3.0, 7.5, 100.0]
    found = followed(
        model, simplex_start(2, 4), looks, {"ratio": separation_ratio, "features": lambda X: X},
        trials=50, steps=5, seed=0,
    )  # fmt: skip
    assert found["ratio"].shape == (3, 50) and len(np.unique(found["ratio"])) == 150
    for now, features in zip(looks, found["features"], strict=True):
        assert features.var(axis=2).mean() == pytest.approx(now * (1 - 1 / 4), rel=0.1)


def test_claims_and_rows_follow_the_numbers() -> None:
    """If nothing ever moves, no claim on what separates holds, and no table is matched."""
    times, trials = len(paths.CURVE), 6
    flat = {"share": np.full((times, trials), 0.5), "ratio": np.full((times, trials), 4.0)}
    one = {name: np.full(trials, 0.5) for name in ("share", "ratio", "accuracy")}
    seen = transition.Seen(
        schedules=dict.fromkeys(SCHEDULES, flat),
        boundaries={3: {"scales": np.array([1.0, 1.5, 2.0]),
                        "slopes": np.array([[-0.5, 0.01], [0.0, 0.01], [0.5, 0.01]])}},
        pairs=dict.fromkeys(transition._pairs(), one),
        phase={"share": np.full((3, 2, 2), 0.5), "exponents": np.array([0.5, 1.5]),
               "scales": np.array([1.0, 2.0])},
    )  # fmt: skip
    assert [c.claim[:12] for c in claims.claims(seen) if c.holds] == ["at c = K/2 d"]
    wrong = [row for row in rows(seen) if row.required and not row.agrees]
    assert len(wrong) > 30 and "critical constant, K = 3" not in {row.name for row in wrong}


def test_collapse_is_told_from_what_only_looks_like_it() -> None:
    still = {
        "distance": np.full((30, 4), 0.001), "alignment": np.full((30, 4), 1.0),
        "norms": np.ones((30, 4)), "accuracy": np.ones((30, 4)),
        "cosines": np.full((30, 4, 6), -0.5), "variability": np.ones((30, 4)),
    }  # fmt: skip
    found = dict.fromkeys(COURSES, still)
    held = [c.claim for c in collapse._claims(found) if c.holds]
    assert len(held) == 1 and held[0].startswith("with beta = -0.01 cosines")
    mirrored = {**still, "alignment": np.zeros((30, 4))}
    assert collapse._collapsed(still) and not collapse._collapsed(mirrored)
    conditions = {c: collapse._collapses(c) for c in COURSES if c.kind == "L-model"}
    assert all(grows == (course.beta < 0) for course, grows in conditions.items())


def test_deletions_are_those_of_the_ode_without_the_sample() -> None:
    """Of each class the others follow a matrix exponential; divisors stay."""
    case, n = Case(3, 0.5), 4
    found = deleted(case, n, 5, 3)
    train, test = case.drawn(n, 3), case.drawn(5, 1_000_003)
    alpha = 0.02 * constants.TIME / 3
    pull = alpha * np.kron(0.5 * np.eye(3) + 0.5, np.ones((n, n)) / n)
    ends = []
    for gone in (None, 1 * n + 2):
        heard = pull.copy()
        if gone is not None:
            heard[:, gone] = 0.0
        ends.append((expm(heard) @ train.reshape(3 * n, 3)).reshape(3, n, 3))
    move = (ends[0] - train)[:, :1]
    shift = (ends[1] - ends[0])[:, 0]
    np.testing.assert_allclose(found["shifts"][1, 2], np.linalg.norm(shift, axis=-1), rtol=1e-6)
    before = case.losses(test + move)
    after = case.losses(test + move + shift[:, None])
    np.testing.assert_allclose(found["changes"][6], (after - before).ravel(), atol=1e-7)
    assert case.losses(np.zeros((3, 1, 3))).ravel().tolist() == [case.limit] * 3


@pytest.mark.parametrize("share", [-0.25, 0.0, 1.0])
def test_no_deleted_tuple_moves_a_class_further_than_its_limit(share: float) -> None:
    case, n = Case(3, share), 4
    limit, largest = constants.tuple_limit(case, n), 0.0
    base = 0.02 * constants.TIME / 3 * (share + (1 - share) * np.eye(3))
    for signs in product([-1.0, 1.0], repeat=6):
        others, gone = np.array(signs[:3]), np.array(signs[3:])
        whole = expm(base) - np.eye(3)
        fewer = expm((1 - 1 / n) * base) - np.eye(3)
        moved = fewer @ others - whole @ ((n - 1) * others + gone) / n
        largest = max(largest, float(np.abs(moved).max()))
    assert largest == pytest.approx(limit)


def test_constants_that_are_given_are_called_assumed() -> None:
    found = constants.by_class(Case(3, 0.5), 50)
    assert {bound.provenance.value for bound in found.bounds} == {"assumed"}
    assert {bound.kind.value for bound in found.bounds} == {"upper"}
    limits = constants.Limits.of(Case(3, 0.5), 50)
    [given] = [c.at() for c in found.constants if c.path == ("assumed",)]
    assert given["U"] == given["D"] == pytest.approx(150 * np.sqrt(2) * limits.own, rel=1e-5)
    assert given["B"] == pytest.approx(50 * np.sqrt(2) * (limits.own + 2 * limits.other))
    [tuples] = [c.at() for c in constants.of_tuples(Case(3, 0.0), 50).constants if len(c.path) == 1]
    assert tuples["beta"] == pytest.approx(
        np.sqrt(2) * constants.tuple_limit(Case(3, 0.0), 50), rel=1e-5
    )
