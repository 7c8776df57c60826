"""Networks beside models of training: exact answers where a model holds, claims that fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stability.datasets import load_digits
from stability.dynamics import LocallyElasticSDE, constant_strengths, mean_features
from stability.dynamics.sde.model import directions
from stability.elasticity import EmpiricalKernel, finite_steps, loss_slopes
from stability.training import train_one
from stability_experiments.dynamics.training_models_vs_networks import body, relations
from stability_experiments.dynamics.training_models_vs_networks.claims import claims
from stability_experiments.dynamics.training_models_vs_networks.graph import grow
from stability_experiments.dynamics.training_models_vs_networks.hierarchy import superclasses
from stability_experiments.dynamics.training_models_vs_networks.impacts import (
    class_elasticity,
    lengths,
)
from stability_experiments.dynamics.training_models_vs_networks.network import Trained, watch
from stability_experiments.dynamics.training_models_vs_networks.relations import (
    chance,
    other_classes,
    p_value,
)
from stability_experiments.dynamics.training_models_vs_networks.strengths import (
    added_up,
    mean_of_others,
    modes,
    predict,
    strengths,
)
from stability_experiments.framework.finding import find
from stability_experiments.framework.run import run_experiment

SMALL = Trained(width=6, step_size=0.05, epochs=1, updated=2, observed=2, moments=2)
PROBED = [0, *np.unique(np.geomspace(1, 100, 40).round()).astype(int).tolist()]


def exact(alpha: float, beta: float, classes: int = 4) -> dict[str, np.ndarray]:
    """What would be seen of a network for which the L-model holds exactly."""
    ode = LocallyElasticSDE(constant_strengths(alpha, beta), kind="L-model")
    q = directions(classes)
    start = q * np.linspace(0.5, 1.5, classes)[:, None]
    looks = np.arange(1.0, 101.0)
    means = mean_features(ode, start, looks - 1.0)
    shown = mean_features(ode, start, np.maximum(np.array(PROBED) - 1.0, 0.0))
    u = np.einsum("slc,lc->sl", shown, q)
    E = (alpha - beta) * np.eye(classes) + beta
    moved = np.einsum("kl,sl,lc->slkc", E, u, q)
    return {"looks": looks, "means": means, "probed": np.array(PROBED), "shown": shown,
            "moved": moved}  # fmt: skip


@pytest.mark.parametrize("beta", [0.01, -0.02])
def test_where_the_l_model_holds_logits_and_updates_say_the_same(beta) -> None:
    seen = exact(0.05, beta)
    found = strengths(seen)
    assert found.tried == pytest.approx(np.tile([[0.05], [beta]], len(PROBED)))
    assert found.from_logits[:, -1] == pytest.approx([99 * 0.05, 99 * beta])
    assert found.from_updates[:, -1] == pytest.approx([99 * 0.05, 99 * beta], rel=0.01)
    assert found.along == pytest.approx(np.tile([[1.0], [np.sign(beta)]], len(PROBED)))
    assert found.follows == pytest.approx(np.ones(len(PROBED)))
    told = predict("L-model", seen["means"], seen["looks"], seen["means"], 10)
    assert told.error < 1e-9 and told.means.shape == (90, 4, 4)
    u = np.einsum("tkc,kc->tk", seen["means"], directions(4))
    together, unequal = modes(found.from_logits, 4)[:, -1]
    assert together == pytest.approx(np.log(u[-1].mean() / u[0].mean()))
    assert unequal == pytest.approx(np.log(u[-1].std() / u[0].std()))


def test_strengths_that_fall_like_one_over_time_add_up_to_logarithms() -> None:
    found = added_up(np.array([7.0, 1.0, 1 / 10, 1 / 100]), [0, 1, 10, 100])
    assert found == pytest.approx([0.0, 0.0, np.log(10), np.log(100)])
    others = mean_of_others([np.ones((2, 2, 2)), 3 * np.ones((2, 2, 2)), np.zeros((2, 2, 2))], 2)
    assert (others == 2.0).all()


def test_the_hierarchy_joins_what_is_confused() -> None:
    table = np.full((5, 5), 0.01)
    for a, b in ((0, 3), (1, 4)):
        table[a, b] = 0.2  # one way is enough
    assert superclasses(table, "abcde", 3) == {"a d": ["a", "d"], "b e": ["b", "e"],
                                               "only c": ["c"]}  # fmt: skip


def test_lengths_are_those_of_small_changes() -> None:
    generator = np.random.default_rng(0)
    z, moved = generator.normal(size=(2, 3, 4))

    def softmax(values):
        return np.exp(values) / np.exp(values).sum(axis=-1, keepdims=True)

    step = (softmax(z + 1e-6 * moved) - softmax(z)) / 1e-6
    found = lengths(moved, z)
    assert found[0] == pytest.approx(np.linalg.norm(moved, axis=1))
    assert found[1] == pytest.approx(np.linalg.norm(step, axis=1), rel=1e-4)


def test_a_network_is_moved_as_steps_that_are_made_move_it() -> None:
    digits = load_digits()
    train, test = digits.subset(np.arange(50)), digits.subset(np.arange(100, 150))
    one = replace(SMALL, step_size=1e-6, epochs=2, updated=50, observed=50)  # it hardly moves
    found = watch(one, train, test, 3)
    assert found["means"].shape == (100, 10, 10) and found["probed"].tolist() == [0, 1, 100]
    model = train_one(one.recipe(3), train)
    outputs = np.asarray(model.outputs(test))
    assert found["shown"][-1][4] == pytest.approx(outputs[test.labels == 4].mean(axis=0), abs=1e-5)
    kernel = EmpiricalKernel.of(model)
    slopes = loss_slopes("cross-entropy", kernel.outputs(train.inputs), train.labels)
    made, own = (
        -1e-6 * finite_steps(kernel, train.inputs, slopes, data.inputs, 1e-6)
        for data in (test, train)
    )
    of = made[train.labels == 2][:, test.labels == 7].mean(axis=(0, 1))
    assert found["moved"][-1][2, 7] == pytest.approx(of, rel=1e-3)
    sizes = np.linalg.norm(made, axis=-1), np.linalg.norm(own, axis=-1).diagonal()
    table = class_elasticity(*sizes, train.labels, test.labels, 10)
    assert found["elasticity"][-1][0] == pytest.approx(table, rel=1e-3)


def test_the_graph_knows_classes_by_their_names() -> None:
    names = ("a", "b", "c", "d")
    found = grow({"x": ["d", "a"], "y": ["c", "b"]}, names, [0, 400], [0, 1])
    assert found["elasticity"].shape == (2, 2, 2, 4, 4) and found["accuracy"].min() > 0.9
    S = found["elasticity"].mean(axis=(0, 1))[0]
    for one, mate in ((0, 3), (1, 2), (2, 1), (3, 0)):
        assert S[one].argsort()[::-1].tolist()[:2] == [one, mate]
    shown = found["shown"][-1].mean(axis=0)
    assert (shown.argmax(axis=1) == np.arange(4)).all()


def test_chance_is_what_renaming_gives() -> None:
    table = np.random.default_rng(1).random((8, 8))
    assert other_classes(table, 3 * table + 1) == pytest.approx(1.0)
    assert other_classes(table, np.eye(8)) == 0.0
    found = chance(table, table, 0)
    assert abs(found.mean()) < 0.05 and p_value(1.0, found) <= 0.002
    assert p_value(-1.0, found) == 1.0


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A tiny run: what was found, and the result."""
    kept = {}

    def draw(out: Path, found):
        kept["found"] = found
        return drawn(out, found)

    drawn, out = body.draw, tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        amount = body.Amount(training=120, test=80, split=200, trained=SMALL)
        patch.setitem(body.SIZES, "smoke", body.Size(amount, None, 2, 2))
        patch.setattr(body, "draw", draw)
        patch.setattr(relations, "RELABELLINGS", 39)
        name = find("training-models-vs-networks")
        result = run_experiment(name, "smoke", None, 0, out, lambda *args: None)
    return kept["found"], result, out


def test_a_small_run_shows_its_numbers(run) -> None:
    found, result, out = run
    names = [row.name for row in result.findings.rows]
    assert len(set(names)) == len(names) and result.findings.scaled_down
    assert (out / "bridge.png").stat().st_size > 5000
    assert sorted(c for group in found.tree.values() for c in group) == sorted(found.classes)
    assert len(found.tree) == 4 and found.kin.max() == 2


def test_claims_follow_the_numbers(run) -> None:
    found, _, _ = run

    def held(networks):
        changed = replace(found, networks=networks)
        return [c.holds for c in claims(changed)], [c.claim for c in claims(changed)]

    same, other = np.eye(10), 0.1 * np.ones((10, 10))
    rising = np.stack([np.stack([other + k * same] * 2) for k in range(len(found.probed))])
    results = []
    for tables in (rising, rising[::-1]):
        flags, words = held([{**one, "elasticity": tables} for one in found.networks])
        results.append(
            flags[next(k for k, w in enumerate(words) if "predictions of networks" in w)]
        )
    assert results == [True, False]
