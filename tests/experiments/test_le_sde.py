"""The experiments on the locally elastic SDE, made small: rows, claims, pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stability.dynamics import LocallyElasticSDE, constant_strengths, separation_ratio
from stability_experiments.common.elastic_paths import followed, simplex_start
from stability_experiments.dynamics.le_sde_neural_collapse import body as collapse
from stability_experiments.dynamics.le_sde_neural_collapse.courses import COURSES, Course
from stability_experiments.dynamics.le_sde_phase_transition import body as transition
from stability_experiments.dynamics.le_sde_phase_transition import claims, paths
from stability_experiments.dynamics.le_sde_phase_transition.rows import rows
from stability_experiments.dynamics.le_sde_phase_transition.schedules import SCHEDULES
from stability_experiments.framework.finding import find
from stability_experiments.framework.run import run_experiment

TINY = {
    "le-sde-phase-transition": (transition, transition.Size(20, 60, 30, (5, 4), 4, 20)),
    "le-sde-neural-collapse": (collapse, collapse.Size(10, 30)),
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
    for long in ("schedule_paths", "boundary", "pair_paths", "phase_cells"):
        monkeypatch.setattr(module, long, None, raising=False)  # all of it is stored
    again = run_experiment(find(name), "smoke", None, 0, tmp_path, lambda *args: None, resume=True)
    assert again.findings == first.findings


def test_all_times_are_reached_and_trials_are_apart() -> None:
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
