"""A data file of a user's own, measured with a model of which everything is known."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np

from tests.fuzzing.commands import command
from tests.fuzzing.files.arrays import write
from tests.fuzzing.networks.case import compared, toml
from tests.fuzzing.outcomes import CHECKED, REFUSED, UNCHECKED, Fault, Outcome, faults_of
from tests.fuzzing.runs import refits
from tests.fuzzing.runs.data import Small

LAMBDA = 0.1
NAMES = (("inputs", "X", "x", "images", "data"), ("labels", "y", "Y", "label"))


def case(chance: random.Random, folder: Path) -> Outcome:
    """Write a file and a run of ridge regression on it; refit with numpy."""
    file, what = write(chance, folder)
    run: dict[str, Any] = {
        "data": {
            "name": "file", "file": file.name, "size": 4, "seed": chance.randrange(3),
            "target": [chance.choice(("0", "1", "1", "cat", "a", "True", "7"))],
        },
        "model": {"kind": "ridge", "regularization": LAMBDA},
        "deletion": {"count": 2},
    }  # fmt: skip
    if chance.random() < 0.3:
        run["data"]["largest"] = chance.choice((1, 255))
    (folder / "run.toml").write_text(toml(run))
    said = command("estimate", "run.toml", "--out", str(folder / "out"), "--json", pictures=False)
    if file.is_symlink() or file.is_fifo():
        file.unlink()
    faults = list(faults_of(said))
    message = f"{what}\n$ stability {' '.join(said.arguments)}\n{said.err[-1500:]}"
    if said.status or faults:
        return Outcome(REFUSED, tuple(faults), (f"{what}: refused",), message)
    printed = said.json()
    try:
        truth = _truth(file, run, printed)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        fault = Fault("numbers", f"numbers of a file that numpy cannot use: {reason}", reason[:60])
        return Outcome(UNCHECKED, (fault,), (what,), message)
    faults += compared(printed, truth, "float64", (what,))
    return Outcome(CHECKED, tuple(faults), (f"{what}: checked",), message)


def _truth(file: Path, run: dict[str, Any], printed: Any) -> Any:
    with np.load(file, allow_pickle=False) as arrays:
        inputs, labels = (_one_of(arrays, names) for names in NAMES)
        classes = [str(name) for name in arrays["classes"]] if "classes" in arrays.files else None
    labels = labels.reshape(len(labels))
    if labels.dtype.kind == "S":
        labels = np.char.decode(labels, "utf-8")
    if labels.dtype.kind == "f":
        labels = labels.astype(int)
    if classes is None or labels.dtype.kind == "U":
        names = np.array([str(label) for label in labels.tolist()])
    else:
        names = np.array(classes)[labels.astype(int)]
    inputs = inputs.astype(np.float64).reshape(len(inputs), -1)
    inputs = inputs / float(run["data"].get("largest", 1))
    ones = np.isin(names, run["data"]["target"]).astype(int)
    train, test = Small(inputs, ones).split(4, run["data"]["seed"])
    x, test_x = (np.hstack([p.inputs, np.ones((len(p.inputs), 1))]) for p in (train, test))
    losses = refits.ridge(x, train.labels, test_x, test.labels, LAMBDA)
    deleted = sorted(np.random.default_rng(0).choice(4, 2, replace=False).tolist())
    if printed["test_size"] != len(test.labels):
        raise AssertionError("the size of the test part")
    return refits.refitted(losses, 4, deleted, retrain=False)


def _one_of(arrays: Any, names: tuple[str, ...]) -> Any:
    """The array that is meant: the one with the first name, else the only one there is."""
    there = [name for name in names if name in arrays.files]
    if there[0] != names[0] and len(there) > 1:
        raise AssertionError("two arrays that could be meant")
    return arrays[there[0]]
