"""Similarity during training: what is looked at, what is claimed, and that a run goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stability.datasets import load_digits
from stability.elasticity import EmpiricalKernel, LocalElasticity, step_limit, three_factors
from stability.elasticity.links import sigmoid
from stability.training.single import train_one
from stability_experiments.elasticity.elasticity_training import body, watching
from stability_experiments.elasticity.elasticity_training.body import SIZES, Amount, Size
from stability_experiments.elasticity.elasticity_training.claims import claims
from stability_experiments.elasticity.elasticity_training.experiment import EXPERIMENT
from stability_experiments.elasticity.elasticity_training.numbers import Course
from stability_experiments.elasticity.elasticity_training.watching import (
    GROUPS,
    SEEN,
    TEN,
    TWO,
    Watched,
    halved,
    observed_steps,
    watch,
)
from stability_experiments.framework.run import run_experiment

TINY = Size(
    digits=Amount(training=100, test=60, width=12, epochs=2),
    mnist=Amount(training=100, test=60, width=12, epochs=2),
    looks=3,
    per_class=2,
    seeds=2,
)


def watched(task: str, share: float = 1.0) -> Watched:
    return Watched("digits", task, share, width=12, epochs=3, looks=3, per_class=3)


def test_looks_are_ever_further_apart() -> None:
    assert observed_steps(1000, 4) == [0, 1, 10, 100, 1000]
    assert observed_steps(3, 10) == [0, 1, 2, 3]


@pytest.mark.parametrize("task", [TWO, TEN])
def test_what_is_seen_at_the_end_is_that_of_the_trained_network(task: str) -> None:
    train, test = load_digits().split(100, seed=0)
    one = watched(task, 0.5)
    course = Course(one, {k: np.asarray(v) for k, v in watch(one, train, test, 1).items()})
    inside, outside = (halved(d) if task == TWO else d for d in (train, test))
    step = float(course.arrays["step size"])
    model = train_one(one.recipe(1, step), inside)
    assert course.steps.tolist() == [0, 1, 2, 6]
    start = EmpiricalKernel.of(train_one(one.recipe(1, 1e-12), inside))
    points = train.random_subset(100, 1).inputs
    limit = step_limit(start, points, one.recipe(1, 1.0).loss)
    assert step == pytest.approx(0.5 * limit, rel=1e-6)
    chosen = watching.positions_per_class(test.labels, one.per_class, 1)
    digits, x = test.labels[chosen], test.inputs[chosen]
    same = (digits[:, None] == digits[None]) & ~np.eye(len(x), dtype=bool)
    outputs = model.outputs(outside)
    if task == TWO:
        right = (outputs[:, 0] > 0) == (test.labels > 4)
        S = LocalElasticity(EmpiricalKernel.of(model)).matrix(x)
        assert course.number(f"relative, {GROUPS[0]}")[-1] == pytest.approx(S[same].mean())
        other = (digits[:, None] > 4) != (digits[None] > 4)
        assert course.number(f"relative, {GROUPS[2]}")[-1] == pytest.approx(S[other].mean())
        middle = (digits[:, None] != digits[None]) & ~other
        assert course.number(f"relative, {GROUPS[1]}")[-1] == pytest.approx(S[middle].mean())
        P = LocalElasticity(EmpiricalKernel.of(model, sigmoid)).matrix(x)
        found = course.number(f"probability, {GROUPS[2]}")[-1]
        assert found == pytest.approx(np.median(P[other]))
        gap = np.log(S[middle].mean() / S[other].mean())
        assert course.label_contrast("relative")[-1] == pytest.approx(gap)
    else:
        right = outputs.argmax(axis=1) == test.labels
        factors = three_factors(EmpiricalKernel.of(model), x, digits).contrasts(digits)
        for name, value in factors.items():
            assert course.number(name)[-1] == pytest.approx(value)
    assert course.number("accuracy")[-1] == right.mean()


@pytest.mark.parametrize("preset", ["smoke", "paper"])
def test_presets_have_seeds_for_intervals_and_both_kinds_of_steps(preset: str) -> None:
    size = SIZES[preset]
    assert size.seeds >= (5 if preset == "paper" else 3)
    assert size.shares[0] < 0.1 < size.shares[1] < 0.5


def test_a_run_goes_on_with_what_is_stored(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(body.SIZES, "smoke", TINY)
    first = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None)
    assert all((tmp_path / name).stat().st_size > 5000 for name in first.findings.figures)
    monkeypatch.setattr(body, "watch", dict)  # all of it is stored
    monkeypatch.setattr(body, "draw", lambda *args: first.findings.figures)  # once is enough
    result = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None, resume=True)
    assert result.findings == first.findings
    names = [row.name for row in result.findings.rows]
    assert len(names) == len(set(names)) == 4 + 4 * (len(SEEN[TWO]) + len(SEEN[TEN]))
    assert "no MNIST" in (result.findings.scaled_down or "")


def courses(change: dict[tuple[str, str], list[float]]) -> dict[Watched, list[Course]]:
    """Numbers that show what is claimed, at the start and at the end; some of them changed."""
    good: dict[tuple[str, str], list[float]] = {
        (TWO, f"{form}, {group}"): [0.5, end]
        for form in ("relative", "normalised", "probability")
        for group, end in zip(GROUPS, (0.8, 0.4, 0.3), strict=True)
    } | {(TEN, "kernel"): [0.2, 0.5], (TEN, "all"): [0.3, 0.9], (TEN, "accuracy"): [0.1, 0.9],
         (TEN, "observed and residual"): [0.0, 0.7]}  # fmt: skip
    found = {}
    for task in (TWO, TEN):
        seen = np.array([(good | change).get((task, n), [1.0, 1.0]) for n in SEEN[task]]).T
        for share in (0.02, 0.2):
            more = seen.copy()
            if task == TWO and share > 0.1:
                more[1, SEEN[TWO].index(f"relative, {GROUPS[0]}")] *= 2
            one = watched(task, share)
            found[one] = [Course(one, {"steps": np.array([0, 9]), "seen": more})]
    return found


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({(TWO, f"relative, {GROUPS[1]}"): [0.9, 0.5]}, "before the first step"),
        ({(TWO, f"relative, {GROUPS[1]}"): [0.5, 2.0]}, "stand out more"),
        ({(TWO, f"relative, {GROUPS[2]}"): [0.5, 0.1]}, "counts for more than the label"),
        (
            {(TWO, f"relative, {GROUPS[0]}"): [0.5, 0.1]},
            "more similar than points of two",
        ),
        ({(TEN, "kernel"): [0.5, 0.2]}, "the kernel knows classes"),
        ({(TEN, "all"): [0.3, 0.1]}, "all three factors together"),
        ({(TEN, "observed and residual"): [0.2, 0.7]}, "know no classes"),
        ({(TEN, "observed and residual"): [0.0, 0.4]}, "know classes better"),
        ({(TEN, "accuracy"): [0.1, 0.5]}, "accuracy rises"),
    ],
)
def test_claims_follow_the_numbers(change, broken: str) -> None:
    assert [c.claim for c in claims(courses({})) if not c.holds] == []
    failed = [c.claim for c in claims(courses(change)) if not c.holds]
    assert any(broken in claim for claim in failed), failed
    equal = {
        w: [replace(c, arrays=next(iter(courses({}).values()))[0].arrays) for c in group]
        if w.task == TWO else group
        for w, group in courses({}).items()
    }  # fmt: skip
    assert any("more with large steps" in c.claim for c in claims(equal) if not c.holds)
