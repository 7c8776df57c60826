"""A run file, measured, beside refits one by one."""

from __future__ import annotations

import math
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from tests.fuzzing.commands import command
from tests.fuzzing.networks.case import PICTURES, compared
from tests.fuzzing.networks.loop import Changes, Training, Unrepeatable, changes
from tests.fuzzing.outcomes import CHECKED, REFUSED, UNCHECKED, Fault, Outcome, faults_of
from tests.fuzzing.runs import refits
from tests.fuzzing.runs.data import Small, small
from tests.fuzzing.runs.files import LEARNERS, Run, run_file, text
from tests.fuzzing.setups.mutations import mutated

SMALL_IMAGES = ((1, 4, 4), (3, 8, 8), (2, 6, 5))


def case(chance: random.Random, folder: Path) -> Outcome:
    """Write a run file, measure, refit."""
    kind = chance.choice(LEARNERS)
    own = chance.random() < 0.8
    shape = chance.choice(SMALL_IMAGES) if kind == "cnn" and chance.random() < 0.8 else None
    data = small(chance, shape) if own else None
    size = chance.randrange(3, max(4, len(data.labels) - 2)) if data else chance.randrange(5, 40)
    run = run_file(chance, data, size, kind)
    content, broken = text(run), chance.random() < 0.4
    if data is not None:
        data.write(folder / "data.npz")
    (folder / "run.toml").write_bytes(mutated(chance, content) if broken else content.encode())
    said = command(
        "estimate", str(folder / "run.toml"), "--out", str(folder / "out"), "--json",
        pictures=chance.random() < PICTURES,
    )  # fmt: skip
    message = f"$ stability {' '.join(said.arguments)}\n{said.err[-1500:]}"
    faults, notes = list(faults_of(said)), (kind, "broken" if broken else "plain")
    if said.status or faults:
        return Outcome(REFUSED, tuple(faults), (*notes, f"{kind} refused"), message)
    printed = said.json()
    faults += _repeated(chance, folder, printed)
    if broken:  # what was asked for is what the summary says
        run = _as_understood(printed, run)
    try:
        truth = _truth(run, data, printed, kind)
    except Unrepeatable as reason:
        return Outcome(UNCHECKED, tuple(faults), (*notes, f"plain loop: {reason}"), message)
    dtype = run.get("training", {}).get("dtype", "float64")
    faults += compared(printed, truth, dtype, (kind,))
    faults += _bounds(printed)
    return Outcome(CHECKED, tuple(faults), (*notes, f"{kind} checked"), message)


def _repeated(chance: random.Random, folder: Path, printed: Any) -> list[Fault]:
    """Now and then: with --resume nothing changes, and the folder can be made a page."""
    if chance.random() > 0.05:
        return []
    arguments = ("estimate", str(folder / "run.toml"), "--out", str(folder / "out"), "--json")
    again = command(*arguments, "--resume")
    faults = list(faults_of(again))
    if not faults and again.status == 0 and again.json() != printed:
        faults.append(Fault("numbers", "--resume gives another summary"))
    if not faults and again.status == 0:
        page = command("report", str(folder / "out"), "--out", str(folder / "page.html"))
        faults += faults_of(page)
        if page.status:
            faults.append(Fault("refusal", f"report: {page.err[-300:]}"))
    return faults


def _as_understood(printed: Any, run: Run) -> Run:
    found = {name: dict(section) for name, section in printed["run"].items()}
    if "data" in run and "file" in run["data"]:
        found["data"]["file"] = "data.npz"
    return {name: {k: v for k, v in s.items() if v is not None} for name, s in found.items()}


def _truth(run: Run, data: Small | None, printed: Any, kind: str) -> Changes:
    train, test, rows = _parts(run, data)
    deletion, size = run.get("deletion", {}), run["data"]["size"]
    deleted = _deleted(deletion, size)
    if "rows" in deletion:
        deleted = [rows.index(row) for row in deletion["rows"]]
    if len(train.labels) != printed["sample_size"] or len(test.labels) != printed["test_size"]:
        raise AssertionError("sizes of the parts")
    if kind in ("relu-mlp", "cnn"):
        return _network(run, train, test, deleted, printed)
    retrain = deletion.get("convention") == "retrain"
    model, limit = run["model"], printed["loss_range"]
    lam = float(model["regularization"])
    x, test_x = (_flat(part.inputs) for part in (train, test))
    y, test_y = (_zeros_and_ones(part, run) for part in (train, test))
    if kind == "logistic":
        losses = _logistic(run, (x, y, test_x, test_y), train, test, lam, limit)
    elif kind == "kernel-ridge":
        kernel = _kernel(run, (x, y), train.shape)
        losses = refits.kernel_ridge(x, y, test_x, test_y, lam, kernel)
    else:
        x, test_x = (_features(part, model, kind) for part in (x, test_x))
        losses = refits.ridge(x, y, test_x, test_y, lam)
    return refits.refitted(losses, size, deleted, retrain)


def _kernel(run: Run, part: tuple[Any, Any], shape: tuple[int, ...]) -> refits.KernelOf:
    """The kernel that the examples that count make: a label-aware one depends on them."""
    from stability.kernels import LabelAwareKernel
    from stability.runs.file.read import parse_run_file
    from stability.runs.learners.named_kernels import label_free

    x, y = part
    learner: Any = parse_run_file(text({**run} | _named(run))).learner
    plain = label_free(learner, shape) if learner.kernel in ("ntk", "cntk") else None
    values = (
        refits.plain_kernel(learner.kernel, float(learner.bandwidth or 1))
        if plain is None
        else plain.matrix
    )
    if learner.label_system is None:
        return lambda kept: values
    base: Any = SimpleNamespace(matrix=lambda a, b=None: values(a, a if b is None else b))
    return lambda kept: (
        LabelAwareKernel.fit(
            base, x[kept], y[kept].astype(int), learner.label_system, learner.strength
        ).matrix
    )


def _parts(run: Run, data: Small | None) -> tuple[Small, Small, Any]:
    seed, size = run["data"].get("seed", 0), run["data"]["size"]
    if data is None:
        from stability.datasets import load_digits

        digits = load_digits()
        images = np.asarray(digits.inputs).reshape(-1, *digits.shape)
        data = Small(images, np.asarray(digits.labels))
    else:
        data = Small(data.inputs / float(run["data"].get("largest", 1)), data.labels)
    train, test = data.split(size, seed)
    points = run.get("evaluation", {}).get("size")
    if points is not None:
        test = Small(test.inputs[:points], test.labels[:points])
    rows = np.random.default_rng(seed).permutation(len(data.labels))[:size].tolist()
    return train, test, rows


def _deleted(deletion: dict[str, Any], size: int) -> list[int]:
    if "indices" in deletion:
        return list(deletion["indices"])
    count = deletion.get("count")
    if count is None or count == size:
        return list(range(size))
    generator = np.random.default_rng(deletion.get("seed", 0))
    return sorted(generator.choice(size, count, replace=False).tolist())


def _flat(inputs: Any) -> Any:
    return np.asarray(inputs, dtype=np.float64).reshape(len(inputs), -1)


def _zeros_and_ones(part: Small, run: Run) -> Any:
    target = run["data"].get("target")
    if target is None:
        return part.labels
    return np.isin(part.labels, [int(name) for name in target]).astype(np.float64)


def _features(x: Any, model: dict[str, Any], kind: str) -> Any:
    if kind == "ridge":
        return np.hstack([x, np.ones((len(x), 1))])
    count, generator = model["features"], np.random.default_rng(model.get("init_seed", 0))
    limit = float(model.get("bias_limit", 1.0))
    weights = generator.normal(0.0, float(model.get("weight_deviation", 1.0)), (count, x.shape[1]))
    biases = generator.uniform(-limit, limit, count)
    return np.maximum(x @ weights.T + biases, 0.0) / math.sqrt(count)


def _logistic(
    run: Run, arrays: tuple[Any, ...], train: Small, test: Small, lam: float, limit: float
) -> refits.Losses:
    x, y, test_x, test_y = arrays
    classes = 2 if run["data"].get("target") else _classes(run, train, test)
    model = run["model"]
    norm = float(np.linalg.norm(np.full(x.shape[1], _top(run))))
    intercept = model.get("intercept", "penalised")
    if intercept != "none":
        x, test_x = (np.hstack([part, np.ones((len(part), 1))]) for part in (x, test_x))
        norm = math.hypot(norm, 1.0)
    if model.get("scaling", "as-given") == "unit-ball":
        x, test_x = x / norm, test_x / norm
    weights = np.full((classes, x.shape[1]), lam)
    if intercept == "free":
        weights[:, -1] = 0.0
    whole = y.astype(int), test_x, test_y.astype(int)
    return refits.logistic(x, *whole, weights, classes, float(limit))


def _classes(run: Run, train: Small, test: Small) -> int:
    if run["data"]["name"] == "digits":
        return 10
    return int(max(train.labels.max(), test.labels.max())) + 1


def _top(run: Run) -> float:
    """The largest size of an input that the file declares possible; pixels are in [0, 1]."""
    ends = run["data"].get("range")
    top = 1.0 if ends is None else float(max(map(abs, ends)))
    return top / float(run["data"].get("largest", 1)) if ends is not None else top


def _network(run: Run, train: Small, test: Small, deleted: list[int], printed: Any) -> Changes:
    from stability.runs.file.read import parse_run_file
    from stability.runs.learners.network import recipe_of
    from stability.training.start import build_network

    if run["data"].get("target"):
        train, test = (
            Small(part.inputs, _zeros_and_ones(part, run).astype(int)) for part in (train, test)
        )
    classes = 2 if run["data"].get("target") else _classes(run, train, test)
    study = parse_run_file(text({**run, "data": {**run["data"], "name": "digits"}} | _named(run)))
    recipe = recipe_of(study)

    def make(shape: tuple[int, ...], count: int) -> Any:
        from copy import deepcopy

        return deepcopy(build_network(recipe, shape, count).module)

    training = Training(
        train.inputs, train.labels, test.inputs, test.labels, classes, train.shape,
        run["training"], run.get("deletion", {}).get("convention", "null-step"),
    )  # fmt: skip
    return changes(training, make, deleted, printed["loss_range"])


def _named(run: Run) -> Run:
    data = {k: v for k, v in run["data"].items() if k in ("size", "seed", "target")}
    return {"data": {**data, "name": "digits"}}


def _bounds(printed: Any) -> list[Fault]:
    wrong = []
    for bound in printed["bounds"]:
        measured = bound["provenance"] == "plug-in"
        if measured != (bound["kind"] == "estimate"):
            wrong.append(Fault("labels", f"{bound['name']}: {bound['kind']} {bound['provenance']}"))
        if bound["value"] is not None and bound["vacuous"] != (bound["value"] >= bound["trivial"]):
            wrong.append(Fault("labels", f"{bound['name']}: vacuous is {bound['vacuous']}"))
    return wrong
