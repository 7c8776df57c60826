"""Plug-in bounds of networks: what enters them, and claims that can break."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stability.conventions import Convention, Kind, Provenance
from stability.datasets import load_digits
from stability.theorems.kinds.constant import Groups
from stability_experiments.bounds.network_bounds_mnist import body
from stability_experiments.bounds.network_bounds_mnist.claims import claims
from stability_experiments.bounds.network_bounds_mnist.experiment import EXPERIMENT
from stability_experiments.bounds.network_bounds_mnist.outcome import Outcome
from stability_experiments.bounds.network_bounds_mnist.settings import (
    CALM,
    CONVOLUTIONAL,
    PERCEPTRON,
    SIZES,
    UNRULY,
    Setting,
    Size,
    Sweep,
)
from stability_experiments.common.retraining import retrain
from stability_experiments.framework.run import run_experiment

BASE = Setting(PERCEPTRON, CALM, 60, (4,), 2)
TINY = Size(
    test=60,
    per_class=2,
    runs=2,
    sweeps=(
        Sweep(BASE, epochs=(1, 2), widths=(2, 4), sizes=(50, 60)),
        Sweep(Setting(PERCEPTRON, UNRULY, 60, (4,), 2), epochs=(1, 2)),
        Sweep(Setting(CONVOLUTIONAL, CALM, 50, (2,), 1)),
    ),
)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    train, test = load_digits().split(BASE.size, seed=1)
    recipe = BASE.recipe(0, "digits")
    return Outcome(BASE, retrain(recipe, train, test, 2, 2, 0, lambda done, total: None))


def test_one_thing_varies_along_an_axis() -> None:
    sweep = TINY.sweeps[0]
    assert [s.epochs for s in sweep.along("epochs")] == [1, 2]
    assert [s.widths for s in sweep.along("width")] == [(2,), (4,)]
    assert [s.size for s in sweep.along("m")] == [50, 60]
    assert sweep.settings()[0] == BASE and len(sweep.settings()) == 4
    assert TINY.training == 60 and TINY.within(55).training == 55
    assert [s.size for s in TINY.within(20).sweeps[0].along("m")] == [20]
    assert len(TINY.settings()) == 7


@pytest.mark.parametrize("preset", ["smoke", "paper"])
def test_presets_vary_epochs_width_and_size_and_delete_enough(preset: str) -> None:
    size = SIZES[preset]
    for axis in ("epochs", "width", "m"):
        assert size.sweeps[0].at in size.sweeps[0].along(axis)
        assert len(size.sweeps[0].along(axis)) >= 3
    assert {s.network for s in size.settings()} == {PERCEPTRON, CONVOLUTIONAL}
    assert len({str(s) for s in size.settings()}) == len(size.settings())
    assert size.per_class >= (20 if preset == "paper" else 5)


def test_recipes_are_plain_sgd_whose_steps_depend_on_the_pace() -> None:
    calm, unruly = (replace(BASE, pace=p).recipe(3, "mnist") for p in (CALM, UNRULY))
    assert calm.step_size < unruly.step_size and calm.momentum == calm.weight_decay == 0
    assert (calm.init_seed, calm.order_seed, calm.dtype) == (3, 3, "float64")
    assert replace(BASE, pace=UNRULY).recipe(3, "digits").step_size > unruly.step_size
    assert BASE.recipe(3, "digits").step_size > calm.step_size


def test_every_number_is_an_estimate_from_all_pairs(outcome: Outcome) -> None:
    for bound in outcome.bounds.values():
        assert (bound.kind, bound.provenance) == (Kind.ESTIMATE, Provenance.PLUG_IN)
    found = outcome.retraining.deletions
    own, elsewhere = np.abs(found.diagonal).max(), found.training_maximum.max()
    assert (
        pytest.approx(BASE.size * max(np.abs(found.changes).max(), elsewhere)) == outcome.summary.U
    )
    assert elsewhere >= own > 0
    elastic = outcome.bounds["elastic tail"].stability
    assert elastic.convention is Convention.NULL_STEP
    structure = elastic.structure
    assert isinstance(structure, Groups)
    assert len(structure.b) == len(found.deleted) == 20
    assert all(
        "plug-in" in r.note and "promises nothing" in r.note
        for r in outcome.rows()
        if "estimate" in r.name
    )


def test_what_the_placebo_alone_would_give(outcome: Outcome) -> None:
    runs = np.abs(outcome.retraining.placebo.changes).mean(axis=1)
    assert outcome.placebo_constant == pytest.approx(60 * runs.max())
    assert outcome.placebo_constant < 1e-4 * outcome.summary.B


def test_end_to_end_on_embedded_digits(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(body.SIZES, "smoke", TINY)
    result = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None)
    figures = [tmp_path / name for name in result.findings.figures]
    assert len(figures) == 5 and all(f.stat().st_size > 5000 for f in figures)
    names = [row.name for row in result.findings.rows]
    assert len(names) == len(set(names))
    assert sum(name.startswith("deletion over placebo, 3 deleted") for name in names) == 3
    held = {claim.claim: claim.holds for claim in result.findings.claims}
    assert held["every measured gap is below every estimate beside it"]
    assert not held["unruly perceptron: after 2 epochs a quarter of the cells drown"]
    assert "digits" in (result.findings.scaled_down or "")


@pytest.fixture(scope="module")
def outcomes() -> dict[Setting, Outcome]:
    train, test = load_digits().split(60, seed=1)
    return {
        s: Outcome(s, retrain(s.recipe(0, "digits"), train.random_subset(s.size, 0), test, 1, 1, 0,
                              lambda done, total: None))
        for s in TINY.settings()
    }  # fmt: skip


def broken(found: dict[Setting, Outcome]) -> set[str]:
    return {
        claim.claim.split(":")[-1].strip()
        for claim in claims(TINY, found, True, True)
        if not claim.holds
    }


def test_claims_follow_the_numbers(outcomes: dict[Setting, Outcome]) -> None:
    drowned = dict(outcomes)
    last = TINY.sweeps[1].along("epochs")[-1]
    one = outcomes[last].retraining
    loud = replace(one.signal, placebo=np.full(10, 1e3))
    placebo = replace(one.placebo, changes=one.placebo.changes + 1e3)
    drowned[last] = Outcome(last, replace(one, signal=loud, pushed=loud, placebo=placebo))
    before, after = broken(outcomes), broken(drowned)
    assert {"after 2 epochs a quarter of the cells drown"} <= before - after
    assert any("the placebo alone would" in claim for claim in before - after)
    first = TINY.sweeps[1].along("epochs")[0]
    drowned[first] = replace(drowned[last], setting=first)
    assert "after the first epoch no class drowns in the placebo" in broken(drowned) - before
    noisy = dict(outcomes)
    calm = outcomes[BASE].retraining
    quiet = replace(calm.placebo, changes=calm.placebo.changes + 1e-1)
    noisy[BASE] = Outcome(
        BASE, replace(calm, placebo=quiet, signal=replace(calm.signal, placebo=np.ones(10)))
    )
    new = broken(noisy) - before
    assert "no class drowns in the placebo, every setting" in new
    assert any("less than a tenth of B" in claim for claim in new)


def test_claims_on_shapes_break_when_the_order_is_turned(
    outcomes: dict[Setting, Outcome],
) -> None:
    sweep = TINY.sweeps[0]
    for axis, words in (
        ("epochs", ("larger the uniform estimate", "larger after the longest training")),
        ("width", ("than the narrowest",)),
        ("m", ("smaller the elastic tail estimate",)),
    ):
        low, high = sweep.along(axis)
        turned = {**outcomes, low: outcomes[high], high: outcomes[low]}
        for word in words:
            states = [any(word in claim for claim in broken(o)) for o in (outcomes, turned)]
            assert sorted(states) == [False, True], word


def test_claims_on_the_deleted_class_follow_the_map(outcomes: dict[Setting, Outcome]) -> None:
    def turned(setting: Setting, diagonal: float) -> dict[Setting, Outcome]:
        one = outcomes[setting].retraining
        mean = np.where(np.eye(10, dtype=bool), diagonal, 1.0)
        grid = replace(one.signal.deletions, mean=mean, pairs=np.ones((10, 10), dtype=int))
        signal = replace(one.signal, deletions=grid)
        return {**outcomes, setting: Outcome(setting, replace(one, signal=signal))}

    more = "images of the deleted class move more than others, every setting"
    assert more in broken(turned(BASE, 0.9)) and more not in broken(turned(BASE, 5.0))
    last = TINY.sweeps[1].along("epochs")[-1]
    for diagonal, breaks in ((1e3, True), (1e-3, False)):
        found = broken(turned(last, diagonal))
        assert breaks == any("tells the deleted class more" in claim for claim in found)


def test_a_claim_on_pushes_breaks_when_deletions_do_more(
    outcomes: dict[Setting, Outcome],
) -> None:
    claim, pushes = "a push of the size of a deletion does as much", []
    for placebo in (1e3, 1e-9):
        found = dict(outcomes)
        for setting in TINY.sweeps[1].along("epochs"):
            one = outcomes[setting].retraining
            pushed = replace(one.pushed, placebo=np.full(10, placebo))
            found[setting] = Outcome(setting, replace(one, pushed=pushed))
        pushes.append(any(claim in name for name in broken(found)))
    assert pushes == [False, True]


def test_the_gap_claim_breaks_when_a_gap_is_above(outcomes: dict[Setting, Outcome]) -> None:
    claim = "every measured gap is below every estimate beside it"
    one = outcomes[BASE].retraining
    found = replace(one.deletions, base_test=one.deletions.base_test + 1e9)
    assert claim not in broken(outcomes)
    assert claim in broken({**outcomes, BASE: Outcome(BASE, replace(one, deletions=found))})
