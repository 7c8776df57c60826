"""Setups: rules between fields, places, copies with another value, and plain records."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, fields, is_dataclass
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from stability.conventions import OF_LAWS, VALUES, Notion
from stability.errors import SetupError
from stability.setup.algorithms import (
    KINDS,
    Bagging,
    ConstantStep,
    DecayingStep,
    EmpiricalRiskMinimizer,
    GradientDescent,
    KernelMinimizer,
    Subbagging,
)
from stability.setup.setup import AssumedStability, Loss, Sample, Setup, Training, probability
from stability.testing import assumed_setups, setups
from stability.testing.strategies.edits import FULL_SETUPS

QUICK = settings(
    max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
GD = FULL_SETUPS["gd"]


def refused(where: str, build: Any, *arguments: Any, **keywords: Any) -> SetupError:
    with pytest.raises(SetupError) as caught:
        build(*arguments, **keywords)
    assert caught.value.where == where, caught.value
    assert caught.value.allowed
    return caught.value


@pytest.mark.parametrize(
    ("where", "values"),
    [
        ("loss.lipschitz", {"mean_lipschitz": 1}),
        ("loss.lipschitz", {"rms_lipschitz": 1}),
        ("loss.mean_lipschitz", {"lipschitz": 1, "mean_lipschitz": "1.0000001"}),
        ("loss.rms_lipschitz", {"lipschitz": 1, "rms_lipschitz": "1.0000001"}),
        (
            "loss.mean_lipschitz",
            {"lipschitz": 2, "rms_lipschitz": "0.5", "mean_lipschitz": "0.6"},
        ),
    ],
)
def test_mean_rms_supremum_are_in_order(where: str, values: dict[str, Any]) -> None:
    refused(where, Loss, **values)


def test_equal_constants_are_in_order() -> None:
    assert Loss(range=1, lipschitz=1, mean_lipschitz=1, rms_lipschitz=1).rms_lipschitz == 1


def test_steps_or_epochs_but_not_both() -> None:
    refused("algorithm.steps", GradientDescent, step_size=1)
    refused("algorithm.steps", GradientDescent, step_size=1, steps=1, epochs=1)


@pytest.mark.parametrize("value", [0, -1, "x", None, True, float("nan")])
def test_a_bad_step_size_teaches_schedules(value: Any) -> None:
    error = refused("algorithm.step_size", GradientDescent, step_size=value, steps=1)
    assert "schedule" in error.allowed


def test_erm_needs_strong_convexity_of_some_kind() -> None:
    refused("algorithm.regularization", EmpiricalRiskMinimizer)
    assert EmpiricalRiskMinimizer(strong_convexity=1).regularization is None


def test_a_mean_kernel_is_at_most_the_supremum() -> None:
    given_ = {"regularization": 1, "kernel_bound": 1, "admissibility": 1}
    refused("algorithm.mean_sqrt_kernel", KernelMinimizer, **given_, mean_sqrt_kernel="1.001")
    assert KernelMinimizer(**given_, mean_sqrt_kernel=1).mean_sqrt_kernel == 1


def test_a_subset_is_not_larger_than_the_sample() -> None:
    subbags = Subbagging(subsample=10)
    error = refused("algorithm.subsample", Setup, sample=Sample(9), algorithm=subbags)
    assert "sample.size = 9" in error.allowed and "bagging" in error.remedy
    whole = Setup(sample=Sample(10), algorithm=subbags, loss=Loss(range=1))
    refused("algorithm.subsample", whole.with_size, 9)
    refused("algorithm.subsample", whole.with_value, "algorithm.subsample", 11)
    obstacle = whole.cannot_train_on(9)
    assert obstacle is not None and obstacle.where == "algorithm.subsample"
    assert whole.cannot_train_on(11) is None and whole.cannot_train_on(0) is not None
    assert (
        Setup(sample=Sample(9), algorithm=Bagging(subsample=10), loss=Loss(range=1)).sample.size
        == 9
    )


def test_expected_risks_are_named_by_position() -> None:
    refused("training.expected_risks[1]", Training, expected_risks=[1, -1])
    refused("training.expected_risks[0]", Training, expected_risks=["x"])
    assert Training(expected_risks=["0.5"], measured=True).expected_risks == (Fraction(1, 2),)


def test_exactly_one_of_algorithm_and_stability() -> None:
    own = AssumedStability(notion="uniform", values={"beta": 1})
    assert "both" in str(
        refused("setup", Setup, sample=Sample(1), algorithm=GD.algorithm, stability=own).found
    )
    assert "neither" in str(refused("setup", Setup, sample=Sample(1)).found)


@pytest.mark.parametrize(
    ("place", "value"), [("loss", 1), ("training", None), ("algorithm", "sgd"), ("stability", {})]
)
def test_sections_are_frozen_data(place: str, value: Any) -> None:
    refused(place, Setup, **{"sample": Sample(1), "algorithm": GD.algorithm, place: value})
    refused("sample", Setup, sample="many", algorithm=GD.algorithm)


def test_a_whole_number_stands_for_a_sample() -> None:
    assert Setup(sample=7, algorithm=GD.algorithm, loss=Loss(range=1)).sample == Sample(7)  # type: ignore[arg-type]
    refused("sample", Setup, sample=True, algorithm=GD.algorithm)


@pytest.mark.parametrize(("notion", "neighbour"), list(VALUES), ids=str)
def test_values_belong_to_their_notion(notion: str, neighbour: str) -> None:
    names = VALUES[notion, neighbour]  # type: ignore[index]
    values: dict[str, Any] = dict.fromkeys(names, Fraction(1, 2))
    shape = {"notion": str(notion), "neighbour": str(neighbour)}
    kept = AssumedStability(**shape, values=values)
    assert dict(kept.values) == values
    refused("stability.values", AssumedStability, **shape, values={**values, "extra": 1})
    refused("stability.values", AssumedStability, **shape, values={})
    first = names[0]
    for bad in (-1, "x", None):
        refused(
            f"stability.values.{first}", AssumedStability, **shape, values={**values, first: bad}
        )
    refused("stability.values", AssumedStability, **shape, values=7)


@pytest.mark.parametrize(("notion", "neighbour"), list(VALUES), ids=str)
def test_only_means_over_the_sample_average_over_sample_and_algorithm(
    notion: str, neighbour: str
) -> None:
    values: dict[str, Any] = dict.fromkeys(VALUES[notion, neighbour], Fraction(1, 2))  # type: ignore[index]
    shape = {"notion": str(notion), "neighbour": str(neighbour), "values": values}
    for over in ("nothing", "algorithm"):
        assert AssumedStability(**shape, averaged_over=over).averaged_over == over
    together = {**shape, "averaged_over": "sample and algorithm"}
    suprema = ("uniform", "elastic", "argument", "elastic argument", "per-index uniform")
    others = ("total Lipschitz", "L_q coefficients", "smooth regularised minimiser")
    if notion in (*suprema, *others, *OF_LAWS):
        error = refused("stability.averaged_over", AssumedStability, **together)
        assert "'nothing' or 'algorithm'" in error.allowed and "'hypothesis'" in error.remedy
    else:
        assert AssumedStability(**together).averaged_over == "sample and algorithm"


def test_a_notion_with_one_neighbour_only() -> None:
    refused(
        "stability.neighbour",
        AssumedStability,
        notion="hypothesis",
        neighbour="replacement",
        values={"beta_hyp": 1},
    )


@pytest.mark.parametrize("wrong", [{"B": 3}, {"B1": "1.5"}, {"D": "2.5"}])
def test_elastic_values_are_in_order(wrong: dict[str, Any]) -> None:
    values = {"B": 1, "U": 2, "B1": 1, "D": 2, **wrong}
    refused("stability.values", AssumedStability, notion="elastic", values=values)


@pytest.mark.parametrize("delta", [0, 1, -1, 2, "x", None, True, float("nan"), "1e-301"])
def test_a_failure_probability_is_strictly_inside(delta: Any) -> None:
    error = refused("delta", probability, delta)
    assert "total" in error.remedy


@QUICK
@given(setups())
def test_records_are_plain_and_complete(setup: Setup) -> None:
    record = setup.record()
    json.dumps(record)
    assert record["algorithm"]["kind"] == setup.algorithm.kind  # type: ignore[union-attr]
    for section in ("sample", "loss", "algorithm"):
        holder = getattr(setup, section)
        known = {f.name for f in fields(holder) if getattr(holder, f.name) is not None}
        assert known <= set(record[section])


@QUICK
@given(assumed_setups())
def test_assumed_records_are_plain_and_complete(setup: Setup) -> None:
    record = setup.record()
    json.dumps(record)
    own = setup.stability
    assert own is not None
    wanted = VALUES[Notion(own.notion), own.neighbour]  # type: ignore[index]
    assert set(record["stability"]["values"]) == set(wanted)
    assert "algorithm" not in record


@QUICK
@given(setups())
def test_nothing_changes_in_place(setup: Setup) -> None:
    for holder in (setup, setup.loss, setup.sample, setup.algorithm, setup.training):
        assert is_dataclass(holder)
        with pytest.raises(FrozenInstanceError):
            setattr(holder, fields(holder)[0].name, None)
    assert setup == Setup(**{f.name: getattr(setup, f.name) for f in fields(setup)})
    assert hash(setup) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_a_place(kind: str) -> None:
    setup = FULL_SETUPS[kind]
    for section in ("sample", "loss", "algorithm", "training"):
        holder = getattr(setup, section)
        for item in fields(holder):
            place = f"{section}.{item.name}"
            value = setup.value(place)
            assert value == getattr(holder, item.name)
            if value is not None:
                assert setup.with_value(place, value) == setup
    assert setup.value("stability.notion") is None
    assert (setup.value("algorithm.bags") is None) == (kind not in ("bagging", "subbagging"))
    for place, near in (
        ("loss.lipshitz", "loss.lipschitz"),
        ("algoritm.step_size", "algorithm.step_size"),
        ("algorithm.step_siz", "algorithm.step_size"),
        ("training.expected_risk", "training.expected_risks"),
        ("record", ""),
        ("loss.record", ""),
    ):
        refused(place, setup.value, place)
        with pytest.raises(SetupError, match=f"Did you mean {near}" if near else "no such place"):
            setup.value(place)
    refused("loss.nothing", setup.with_value, "loss.nothing", 1)
    refused("nothing.at", setup.with_value, "nothing.at", 1)
    refused("stability.values", setup.with_value, "stability.values", {})


def test_a_number_for_the_step_size_keeps_the_schedule() -> None:
    decaying = GD.with_value("algorithm.step_size", DecayingStep("0.1"))
    assert decaying.with_value("algorithm.step_size", "0.2").value(
        "algorithm.step_size"
    ) == DecayingStep("0.2")
    constant = decaying.with_value("algorithm.step_size", ConstantStep("0.2"))
    assert constant.value("algorithm.step_size") == ConstantStep("0.2")


def test_steps_replace_epochs() -> None:
    passes = Setup(
        sample=Sample(10), algorithm=GradientDescent(step_size=1, epochs=3), loss=Loss(range=1)
    )
    counted = passes.with_value("algorithm.steps", 5)
    assert (counted.value("algorithm.steps"), counted.value("algorithm.epochs")) == (5, None)


def test_another_size_carries_a_constant_along() -> None:
    def own(scaling: str | None) -> Setup:
        given_ = AssumedStability(notion="uniform", values={"beta": "0.1"}, scaling=scaling)
        return Setup(sample=Sample(10), stability=given_, loss=Loss(range=1))

    assert own("constant").with_size(20).stability.values == (("beta", Fraction(1, 10)),)  # type: ignore[union-attr]
    assert own("1/m").with_size(20).stability.values == (("beta", Fraction(1, 20)),)  # type: ignore[union-attr]
    refused("stability.scaling", own(None).with_size, 20)
    assert own(None).with_size(10) == own(None)


@pytest.mark.parametrize(
    ("fourth", "wrong"),
    [("0.0625", None), ("0.2", None), ("0.06", "at least"), ("1.1", "at most loss.lipschitz")],
)
def test_the_fourth_moment_lies_between_the_other_moments(fourth: str, wrong: str | None) -> None:
    """E L^4 is no fourth root: with sqrt(E L^2) = 1/2 and L <= 1 it is 1/16 at least, 1 at most."""
    given = {"lipschitz": 1, "rms_lipschitz": "0.5", "fourth_moment_lipschitz": fourth}
    if wrong is None:
        assert Loss(**given).fourth_moment_lipschitz == Fraction(fourth)  # type: ignore[arg-type]
        return
    with pytest.raises(SetupError, match=f"fourth_moment_lipschitz.*{wrong}"):
        Loss(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "allowed"),
    [
        ({"b_rms": "1.5", "c_sup": 2}, None),
        ({"b_rms": "2.5"}, "B1 <= b_rms <= B"),
        ({"d_rms": "0.1"}, "D <= d_rms <= U"),
        ({"beta_rms": "1.2", "c_rms": "1.3"}, "c_rms <= beta_rms <= U"),
        ({"gamma": 1}, "if known, also b_rms"),
    ],
)
def test_norms_of_an_elastic_constant(more: dict[str, Any], allowed: str | None) -> None:
    values = {"B": 2, "U": 3, "B1": 1, "D": 1, **more}
    if allowed is None:
        assert set(dict(AssumedStability(notion="elastic", values=values).values)) == set(values)  # type: ignore[arg-type]
        return
    with pytest.raises(SetupError, match=allowed):
        AssumedStability(notion="elastic", values=values)  # type: ignore[arg-type]
