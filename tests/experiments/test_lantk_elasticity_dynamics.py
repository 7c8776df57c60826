"""Images of two digits: how they are made, what is watched, and a small run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stability.elasticity import normalised, relative_ratio
from stability.kernels.empirical import EmpiricalKernel
from stability.training.single import train_one
from stability_experiments.common.images import digit_images
from stability_experiments.framework.run import run_experiment
from stability_experiments.kernels.lantk_elasticity_dynamics import body
from stability_experiments.kernels.lantk_elasticity_dynamics.body import Size
from stability_experiments.kernels.lantk_elasticity_dynamics.claims import claims
from stability_experiments.kernels.lantk_elasticity_dynamics.composites import (
    DIGITS,
    Composites,
    composites,
)
from stability_experiments.kernels.lantk_elasticity_dynamics.experiment import EXPERIMENT
from stability_experiments.kernels.lantk_elasticity_dynamics.numbers import (
    OTHER,
    PAIRS,
    TRAINED,
    Course,
)
from stability_experiments.kernels.lantk_elasticity_dynamics.watching import (
    GROUPS,
    Training,
    group_means,
    seen,
    watch,
)

SMALL = Training(width=24, epochs=4, every=2, step_size=0.01)


def made(per_group: int = 5) -> Composites:
    train, *_ = digit_images(None, 900, 10_000, 0)
    return composites(train, per_group, np.random.default_rng(0))


def test_each_half_shows_the_digit_of_its_label_and_no_digit_twice() -> None:
    train, *_ = digit_images(None, 900, 10_000, 0)
    found = made()
    assert (
        found.images.shape == (20, 8, 16) and np.bincount(found.labels @ [2, 1]).tolist() == [5] * 4
    )
    digits = {
        tuple(np.round(2 * x - 1, 6).ravel()): int(y)
        for x, y in zip(train.inputs, train.labels, strict=True)
    }
    halves = []
    for side in (0, 1):
        for image, label in zip(found.images, found.labels[:, side], strict=True):
            half = tuple(np.round(image[:, 8 * side : 8 * side + 8], 6).ravel())
            assert digits[half] == DIGITS[side][label]
            halves.append(half)
    assert len(set(halves)) == 40


def test_groups_are_pairs_of_different_images_by_what_they_share() -> None:
    labels = np.array([[0, 0], [0, 0], [0, 1], [1, 0], [1, 1]])
    shared = labels[:, None] == labels[None]
    similarity = shared @ [1.0, 10.0] + 100 * np.eye(5)
    assert group_means(similarity, labels) == [1.0 * left + 10.0 * right for left, right in GROUPS]


def test_what_is_seen_at_the_end_is_that_of_the_trained_network() -> None:
    part = made()
    arrays = watch(SMALL, (part, part), 1, seed=3)
    assert np.asarray(arrays["epochs"]).tolist() == [0, 2, 4]
    model = train_one(SMALL.recipe(3), part.labelled(1))
    K = EmpiricalKernel.of(model).matrix(part.images)
    ratio = 100 * relative_ratio(K, np.diagonal(K), part.labels[:, 1])
    assert np.asarray(arrays["ratios"])[-1, 0, 1] == pytest.approx(ratio, abs=1e-9)
    wanted = group_means(normalised(K), part.labels)
    np.testing.assert_allclose(np.asarray(arrays["groups"])[-1, 0], wanted, atol=1e-12)
    assert seen(model, part, 1)[6:] != seen(model, part, 0)[6:]


def test_a_course_is_told_by_the_side_that_is_trained_on() -> None:
    ratios = np.array([[[50.0, 60.0]], [[51.0, 60.0]]])
    groups = np.array([[[0.1, 0.2, 0.3, 0.4]], [[0.1, 0.2, 0.3, 0.4]]])
    left, right = (Course(side, {"ratios": ratios, "groups": groups}) for side in (0, 1))
    assert (left.rise(0, TRAINED), left.rise(0, OTHER)) == (1.0, 0.0)
    assert (right.rise(0, TRAINED), right.rise(0, OTHER)) == (0.0, 1.0)
    # GROUPS are (left shared, right shared): 0.2 is left only
    assert [left.group(0, pair)[0] for pair in PAIRS] == [0.1, 0.2, 0.3, 0.4]
    assert [right.group(0, pair)[0] for pair in PAIRS] == [0.1, 0.3, 0.2, 0.4]


def test_a_small_run_raises_the_ratio_of_what_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = Training(width=64, epochs=30, every=15, step_size=0.01)
    monkeypatch.setitem(body.SIZES, "smoke", Size(training, per_group=15, seeds=2))
    result = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *_: None).findings
    assert all(
        claim.holds
        for claim in result.claims
        if claim.claim.startswith("training images: training raises")
    )
    rises = {row.name: row.computed for row in result.rows if row.name.startswith("rise of")}
    for side in ("left", "right"):
        start = (
            f"rise of the relative ratio in points, training images, trained on the {side} digit, "
        )
        assert rises[start + TRAINED] > rises[start + OTHER]
    assert (tmp_path / "dynamics.png").stat().st_size > 5000


def course(side: int, **changes: float) -> Course:
    """Numbers that show what is claimed, some of them changed."""
    end = {TRAINED: 52.0, OTHER: 51.9, PAIRS[1]: 0.5, PAIRS[2]: 0.3, "accuracy": 95.0} | changes
    ratios, groups = np.full((2, 2, 2), 52.0), np.full((2, 2, 4), 0.5)
    ratios[0, :, side] = 51.9
    ratios[1, :, side], ratios[1, :, 1 - side] = end[TRAINED], end[OTHER]
    groups[1, :, 0], groups[1, :, 1 + side], groups[1, :, 2 - side] = (
        0.3,
        end[PAIRS[1]],
        end[PAIRS[2]],
    )
    accuracies = np.full((2, 2), end["accuracy"])
    return Course(side, {"ratios": ratios, "groups": groups, "accuracies": accuracies})


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({TRAINED: 51.85}, ["training raises the ratio"]),
        ({OTHER: 52.2}, ["it raises it more", "it does not raise it"]),
        ({PAIRS[1]: 0.2}, ["pairs that do not share"]),
        ({PAIRS[2]: 0.6}, ["pairs that do not share"]),
        ({"accuracy": 60.0}, ["the network learns"]),
    ],
)
@pytest.mark.parametrize("side", [0, 1])
def test_claims_follow_the_numbers(side: int, changes, broken: list[str]) -> None:
    assert all(claim.holds for claim in claims([course(0), course(1)]))
    courses = [course(1 - side), course(side, **changes), course(side, **changes)]
    missed = [claim.claim for claim in claims(courses) if not claim.holds]
    assert missed
    assert all(any(part in claim for part in broken) for claim in missed)
    assert all(any(part in claim for claim in missed) for part in broken)
