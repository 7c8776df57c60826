"""Which positions were deleted: what one of them says of the others, and who consumes what."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from stability.bounds.analyse import Analysis, analyse
from stability.conventions import AT_POSITIONS, Notion, Positions, Provenance
from stability.errors import DataError, Refusal, SetupError, shown
from stability.estimate import certified_hypothesis, certified_mean, certified_pointwise
from stability.setup.algorithms import EmpiricalRiskMinimizer, StochasticGradientDescent
from stability.setup.setup import AssumedStability, Loss, Sample, Setup
from stability.theorems.catalogue import CONVERSIONS, GENERALIZATION_THEOREMS, STABILITY_THEOREMS
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.hypotheses import SYMMETRIC

SIZE = 4
SETUP = Setup(
    sample=Sample(SIZE), loss=Loss(range=1), algorithm=EmpiricalRiskMinimizer(regularization=1)
)
SAMPLES = 3000


def certified(changes: Any, **how: Any) -> Stability:
    return certified_hypothesis(
        changes, how.pop("setup", SETUP), "retrain", "0.01",
        **{"symmetric": False, "randomised": False, **how},
    )  # fmt: skip


def changes_at(position: int) -> float:
    """A rule that is not symmetric: only the deletion of the first example changes nothing."""
    return 0.0 if position == 0 else 1.0


RANDOM = np.random.default_rng(0).integers(0, SIZE, size=SAMPLES)
BY_POSITION = np.tile([changes_at(i) for i in range(SIZE)], (SAMPLES, 1))


def test_one_position_says_nothing_of_a_rule_that_is_not_symmetric() -> None:
    """Whatever is deleted but the first example moves every loss: R - R_loo is 1 - 1/m."""
    with pytest.raises(SetupError) as caught:
        certified(BY_POSITION[:, 0], positions=0)
    assert (caught.value.where, caught.value.found) == ("positions", 0)
    assert "draw the position anew for every sample" in caught.value.remedy
    with pytest.raises(SetupError, match="randomised"):
        certified(BY_POSITION[:, 0], positions=0, symmetric=True, randomised=True)
    said = certified(BY_POSITION[:, 0], positions=0, symmetric=True)
    assert said.at_every_position and said.positions is Positions.EVERY


def test_a_random_position_gives_the_mean_over_positions() -> None:
    found = certified(np.vectorize(changes_at)(RANDOM), positions="random")
    assert found.positions is Positions.MEAN and not found.at_every_position
    assert 1 - 1 / SIZE < found.at()["beta_hyp"] < 0.85
    every = certified(BY_POSITION, positions="every")
    assert every.positions is Positions.EVERY and every.at() == {"beta_hyp": 1.0}


def test_every_position_has_its_share_of_the_failure() -> None:
    small = BY_POSITION / 10
    found = certified(small, positions="every").at()["beta_hyp"]
    share = Fraction(1, 100) / SIZE
    one = certified_mean(small[:, 1], 0.0, 1.0, share).upper
    assert found == pytest.approx(one, rel=1e-15) and found >= one
    with pytest.raises(DataError, match=r"one column for each position"):
        certified(small[:, 0], positions="every")
    with pytest.raises(DataError, match="diagonal"):
        certified_pointwise(
            small, small[:, 1:], SETUP, "retrain", "0.01",
            positions="every", symmetric=False, randomised=False,
        )  # fmt: skip


@pytest.mark.parametrize("positions", ["all", SIZE, -1, True, 0.5, None])
def test_what_is_no_position(positions: Any) -> None:
    with pytest.raises(SetupError) as caught:
        certified(BY_POSITION[:, 0], positions=positions, symmetric=True)
    assert caught.value.where == "positions"


def test_nothing_is_chosen_for_the_user() -> None:
    for missing in ("positions", "symmetric", "randomised"):
        how = {"positions": "random", "symmetric": False, "randomised": False}
        with pytest.raises(TypeError, match=missing):
            certified_hypothesis(
                BY_POSITION[:, 0], SETUP, "retrain", "0.01",
                **{k: v for k, v in how.items() if k != missing},
            )  # fmt: skip
    with pytest.raises(SetupError, match="may change places"):
        certified(BY_POSITION[:, 0], positions="random", symmetric=None)


def test_one_order_for_all_samples_is_not_symmetric() -> None:
    ordered = StochasticGradientDescent(step_size=1, steps=4, batch_size=1, order="shuffled")
    setup = replace(SETUP, algorithm=ordered)
    with pytest.raises(SetupError, match="looks at the order"):
        certified(BY_POSITION[:, 0], setup=setup, positions=0, symmetric=True)
    whole = replace(SETUP, algorithm=replace(ordered, batch_size=SIZE))
    assert certified(BY_POSITION[:, 0], setup=whole, positions=0, symmetric=True).symmetric
    anew = {"positions": "random", "symmetric": True, "randomised": True}
    assert certified(BY_POSITION[:, 0], setup=setup, **anew).symmetric


def rows(analysis: Analysis) -> set[str]:
    return {b.theorem for b in analysis.bounds if b.provenance is Provenance.CERTIFIED}


def test_a_mean_over_positions_feeds_what_needs_no_more() -> None:
    """Theorem 9 of Elisseeff et al. is true of the rule above: its gap is 1 - 1/m."""
    values = np.vectorize(changes_at)(RANDOM)
    mean = certified(values, positions="random")
    assert rows(analyse(SETUP, measured=[mean])) == {"elisseeff2005-thm9"}
    both = certified_pointwise(
        values, values, SETUP, "retrain", "0.01",
        positions="random", symmetric=False, randomised=False,
    )  # fmt: skip
    found = analyse(SETUP, measured=[both])
    assert rows(found) == {"elisseeff2005-thm9", "elisseeff2005-thm12"}
    [thm12] = [b for b in found.of("elisseeff2005-thm12") if b.path[0].startswith("measured")][:1]
    assert thm12.stability.positions is Positions.MEAN
    for theorem in found.refused:
        assert theorem.hypothesis and theorem.remedy
    gap = 1 - 1 / SIZE
    assert all(b.value > gap for b in found.of("elisseeff2005-thm9"))
    same = certified(values, positions="random", symmetric=True)
    assert "bousquet2002-thm11-loo" in rows(analyse(SETUP, measured=[same]))


def test_every_consumer_says_which_it_takes() -> None:
    """Those that need all positions refuse a mean over them, the others do not."""
    mean = certified(np.vectorize(changes_at)(RANDOM), positions="random")
    seen = set()
    for theorem in (*GENERALIZATION_THEOREMS, *CONVERSIONS):
        if not any(s.takes[0] in AT_POSITIONS for s in theorem.statements):
            assert "positions" not in theorem.conventions
            continue
        assert theorem.conventions["positions"] == str(theorem.positions)
        seen.add(theorem.id)
        if theorem.positions is Positions.EVERY:
            assert SYMMETRIC in theorem.hypotheses
            with pytest.raises(Refusal):
                theorem._check_positions(mean, theorem.positions)
        else:
            theorem._check_positions(mean, theorem.positions)
    assert seen == {
        "bousquet2002-lemma9", "bousquet2002-thm11-emp", "bousquet2002-thm11-loo",
        "elisseeff2005-thm9", "elisseeff2005-thm12", "deletion-to-replacement",
    }  # fmt: skip
    assert {t.symmetric for t in STABILITY_THEOREMS} == {True, False}


def own(symmetric: bool | None) -> Setup:
    constant = AssumedStability(
        notion="hypothesis", values={"beta_hyp": "1e-4"}, scaling="1/m", symmetric=symmetric
    )
    return Setup(sample=Sample(1000), loss=Loss(range=1), stability=constant)


@pytest.mark.parametrize("symmetric", [None, False])
def test_a_constant_of_your_own_is_symmetric_if_you_say_so(symmetric: bool | None) -> None:
    found = analyse(own(symmetric))
    assert not found.of("bousquet2002-thm11-loo") and found.of("elisseeff2005-thm9")
    [refusal] = [r for r in found.refused if r.theorem == "bousquet2002-thm11-loo"]
    assert (refusal.where, refusal.found) == ("stability.symmetric", shown(symmetric))
    assert refusal.remedy.startswith("Write symmetric = true in [stability] if ")
    [constant] = found.constants
    assert (constant.notion, constant.positions) == (Notion.HYPOTHESIS, Positions.MEAN)
    assert analyse(own(True)).of("bousquet2002-thm11-loo")
