"""The experiments on neurashed, made small: rows, claims, pictures, and claims that fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stability_experiments.dynamics.neurashed_implicit_regularization import body as implicit
from stability_experiments.dynamics.neurashed_information_bottleneck import body as bottleneck
from stability_experiments.dynamics.neurashed_information_bottleneck import courses as bits
from stability_experiments.dynamics.neurashed_local_elasticity import body as elastic
from stability_experiments.dynamics.neurashed_local_elasticity import courses
from stability_experiments.dynamics.neurashed_local_elasticity.claims import claims
from stability_experiments.dynamics.neurashed_lottery_ticket import body as lottery
from stability_experiments.dynamics.neurashed_lottery_ticket import tickets
from stability_experiments.dynamics.neurashed_stability import body as stable
from stability_experiments.dynamics.neurashed_stability import certificate
from stability_experiments.dynamics.neurashed_stability.cases import Case
from stability_experiments.framework.finding import find
from stability_experiments.framework.run import run_experiment

TINY = {
    "neurashed-implicit-regularization": (implicit, implicit.Size(4, 4, 100)),
    "neurashed-information-bottleneck": (bottleneck, bottleneck.Size(2, 400)),
    "neurashed-local-elasticity": (elastic, elastic.Size(2, 6, 40)),
    "neurashed-lottery-ticket": (lottery, lottery.Size(3, 100, (12,))),
    "neurashed-stability": (stable, stable.Size(60, 3, (40,), (1,), 2, 100, 30, 60)),
}


LONG = ("dominant", "followed", "first_training", "ticket_accuracies", "deleted", "changes")
"""What takes long, in one experiment or another."""


@pytest.mark.parametrize("name", TINY)
def test_a_small_run_shows_its_numbers_and_goes_on(name, tmp_path: Path, monkeypatch) -> None:
    module, size = TINY[name]
    monkeypatch.setitem(module.SIZES, "smoke", size)
    for place in (certificate, stable):
        monkeypatch.setattr(place, "TOGETHER", 30)
    first = run_experiment(find(name), "smoke", None, 0, tmp_path, lambda *args: None)
    rows = {row.name: row for row in first.findings.rows}
    assert len(rows) == len(first.findings.rows)
    assert first.findings.scaled_down
    wrong = [r.name for r in rows.values() if r.required and not r.agrees]
    assert wrong == []
    assert [r.name for r in rows.values() if r.agrees is False and not r.note] == []
    held = [c.holds for c in first.findings.claims if c.required]
    assert sum(held) >= len(held) - 3, [c.claim for c in first.findings.claims if not c.holds]
    for figure in first.findings.figures:
        assert (tmp_path / figure).stat().st_size > 5000
    monkeypatch.setattr(module, "draw", lambda *args: first.findings.figures)
    for long in (
        "dominant",
        "followed",
        "first_training",
        "ticket_accuracies",
        "deleted",
        "changes",
    ):
        monkeypatch.setattr(module, long, None, raising=False)  # all of it is stored
    again = run_experiment(find(name), "smoke", None, 0, tmp_path, lambda *args: None, resume=True)
    assert again.findings == first.findings


def test_closed_forms_of_batches_are_those_of_enumeration() -> None:
    """Of the six pairs of four patterns one lacks those of A; the growth of a pass is that of B."""
    up, down = np.log(1.007), -np.log(0.99)
    passive, dominant = implicit.expected_factors(2)
    assert np.log(passive) == pytest.approx(400 * (5 * up - down) / 6)
    assert dominant == pytest.approx(1.007**400)
    assert implicit.expected_ratio(1) == pytest.approx(-600 * 0.7 * (up + down))
    assert implicit.ratio_error(1, 5) == pytest.approx((up + down) * np.sqrt(0.21 * 600 / (10 * 5)))


def test_claims_on_batches_follow_the_numbers() -> None:
    epochs = np.arange(3.0)
    flat = {b: {"epochs": epochs, "log_factors": np.zeros((3, 2, 3))} for b in (1, 2, 4)}
    wrong = {
        b: {"ratio": np.zeros(2), "training": np.full(2, 0.9), "swapped": np.zeros(2),
            "decorrelated": np.full(2, 0.1 + 0.01 * b)}
        for b in implicit.SPURIOUS_BATCHES
    }  # fmt: skip
    held = {c.claim for c in implicit._claims(flat, wrong) if c.holds}
    assert held == {
        "full batches leave all features equal",
        "the factor of the dominant feature is the same for every batch size",
    }


def test_claims_on_information_follow_the_numbers() -> None:
    found = {
        c: {"input": np.full((len(c.seen), 2), 0.5), "class": np.full((len(c.seen), 2), 0.7),
            "noise": np.array(0.001)}
        for c in bits.COURSES
    }  # fmt: skip
    assert [c.claim for c in bottleneck._claims(found) if c.holds] == []


def test_claims_on_elasticity_follow_the_numbers() -> None:
    """With what is seen before training at every moment only the orderings are left."""

    def still(course, values):
        moments = len(course.seen)
        groups = np.tile(np.array(values), (moments, 2, 1))
        return {"small": groups, "step": groups, "accuracy": np.ones((moments, 2))}

    found = {c: still(c, (0.8, 0.4, 0.1)) for c in courses.COURSES}
    held = [c.claim for c in claims(found) if c.holds]
    assert len(held) == 4 and any("elasticity is not accuracy" in claim for claim in held)
    found[courses.FULL] = still(courses.FULL, (0.3, 0.4, 0.1))
    found[courses.GATED] = {**found[courses.GATED], "accuracy": np.full((6, 2), 0.5)}
    held = [c.claim for c in claims(found) if c.holds]
    assert len(held) == 1 and "batches of 16" in held[0]


def test_tickets_keep_what_they_say() -> None:
    values = np.random.default_rng(0).normal(size=(3, 21))
    kept = tickets.kept_features(values, 12, seed=1)
    assert tuple(kept) == tickets.TICKETS
    assert all((flags.sum(axis=1) == 12).all() for flags in kept.values())
    for seed in range(3):
        large, small = kept["largest of all"][seed], kept["smallest of all"][seed]
        assert values[seed][large].min() > values[seed][~large].max()
        assert values[seed][small].max() < values[seed][~small].min()
    reach = tickets.tree_population().graph.reach
    poor = np.where(reach[0], -10.0, 0.0)[None] + values
    assert (kept_of_first := tickets.kept_features(poor, 4, 0))["largest of all"][0, :2].sum() == 0
    assert (kept_of_first["largest of each class"][0] & reach[0]).sum() >= 1
    assert (tickets.kept_features(-poor, 4, 0)["smallest of each class"][0] & reach[0]).sum() >= 1


def test_silent_features_send_nothing_and_still_let_others_fire() -> None:
    kept = np.ones((1, 21), dtype=bool)
    whole = tickets.ticket_accuracies({"all": kept}, "silent", [0], 100)
    removed = tickets.ticket_accuracies({"all": kept}, "removed", [0], 100)
    assert whole["again"] == pytest.approx(removed["again"]) and whole["again"] > 0.9
    assert whole["first"] == pytest.approx(whole["again"], abs=0.02), "ties are rare"
    kept[0, 14:] = False  # nothing is left of level 3
    nothing = tickets.ticket_accuracies({"low": kept}, "silent", [0], 100)
    assert nothing["again"] == pytest.approx(0.25)
    labels = tickets.tree_population().sample(100, [tickets.TEST]).labels
    assert nothing["first"] == pytest.approx((labels == 0).mean()), "all are called the first class"


def test_how_far_five_seeds_can_be() -> None:
    values = np.array([0.5] * 15 + [0.6] * 5)
    assert lottery.as_far(values, 0.6) == pytest.approx(1 / 15504, abs=0.002)
    assert lottery.as_far(values, 0.5) == pytest.approx(3003 / 15504, abs=0.03)
    assert lottery.as_far(values, 0.525) > 0.5


def test_deletions_and_certificates_are_those_of_the_library() -> None:
    case = Case(20, 2)
    found = stable.deleted(case, 3, 30)
    seen = stable.Seen(case, 3, 30, found)
    assert seen.reading.summary.sample_size == 20 and seen.kin.shape == (3,)
    moved = 20 * np.abs(found["changes"]).mean(axis=1)
    assert pytest.approx(moved.max()) == seen.reading.summary.B
    constant, analysis = certificate.certified(
        case, {"changes": np.full(50, 0.01), "diagonal": np.full(50, 0.02)}
    )
    assert constant.provenance.value == "certified" and constant.at()["beta_hyp"] > 0.01
    assert {bound.kind.value for bound in analysis.bounds} == {"upper"}
    assert "apart" in str(replace(case, form="apart"))
