"""A network of a user's own, measured, beside a plain loop of trainings."""

from __future__ import annotations

import contextlib
import io
import json
import math
import random
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tests.fuzzing.commands import command
from tests.fuzzing.networks.loop import Training, Unrepeatable, changes, factory_of
from tests.fuzzing.networks.modules import module_file
from tests.fuzzing.outcomes import CHECKED, REFUSED, UNCHECKED, Fault, Outcome, faults_of
from tests.fuzzing.runs.data import Small, small

PICTURES = 0.1
"""The share of cases that draw their page, which takes longer than all the rest."""
TOLERANCE = {"float64": 1e-6, "float32": 2e-2}


def case(chance: random.Random, folder: Path) -> Outcome:
    """Write data, a module and a run file; measure; train the same in a plain loop."""
    data = small(chance)
    oddity = chance.choice((0.0, 0.15, 0.4))
    written = module_file(chance, data.shape, oddity)
    (folder / "nets.py").write_text(written.text)
    data.write(folder / "data.npz")
    size = chance.randrange(4, max(5, len(data.labels) - 3))
    settings = _settings(chance)
    run = {
        "data": {"name": "file", "file": "data.npz", "size": size, "seed": chance.randrange(5)},
        "network": {"kind": "own", "init_seed": chance.randrange(3)},
        "training": settings,
        "deletion": _deletion(chance, size),
    }
    if chance.random() < 0.3:
        run["bound"] = {"range": chance.choice((0.3, 1.0, 5.0, 100.0))}
    (folder / "run.toml").write_text(toml(run))
    with torch_as_it_was():
        said = command(
            "estimate", str(folder / "run.toml"), "--out", str(folder / "out"),
            "--network", f"{folder / 'nets.py'}:net", "--json", user_code=True,
            pictures=chance.random() < PICTURES,
        )  # fmt: skip
        return _judged(said, folder, data, run, written.tags)


@contextlib.contextmanager
def torch_as_it_was() -> Iterator[None]:
    """Undo what a user's file sets in torch: the default precision, the random generator."""
    before, state = torch.get_default_dtype(), torch.get_rng_state()
    try:
        yield
    finally:
        torch.set_default_dtype(before)
        torch.set_rng_state(state)


def _settings(chance: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {
        "step_size": chance.choice((0.05, 0.2, 0.01)),
        "epochs": chance.choice((1, 1, 2, 3)),
        "batch_size": chance.choice((1, 2, 3, 5, 64)),
    }
    for name, values, share in (
        ("optimiser", ("adam",), 0.2),
        ("momentum", (0.9, 0.5), 0.2),
        ("weight_decay", (0.1, 0.01), 0.3),
        ("loss", ("squared",), 0.2),
        ("schedule", ("cosine", "step"), 0.2),
        ("dropout_seed", (0, 7), 0.6),
        ("dtype", ("float32",), 0.15),
        ("order_seed", (1, 2), 0.3),
    ):
        if chance.random() < share:
            found[name] = chance.choice(values)
    if found.get("optimiser") == "adam":
        found.pop("momentum", None)
    return found


def _deletion(chance: random.Random, size: int) -> dict[str, Any]:
    wanted = chance.sample(range(size), chance.choice((1, 2, 3)))
    found: dict[str, Any] = {"indices": sorted(wanted), "placebos": chance.choice((0, 1, 2))}
    if chance.random() < 0.6:
        found["convention"] = chance.choice(("null-step", "keep-1/m", "retrain"))
    return found


def toml(run: dict[str, dict[str, Any]]) -> str:
    """Sections of plain values as TOML."""
    return (
        "\n\n".join(
            "\n".join(
                [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in keys.items())]
            )
            for name, keys in run.items()
        )
        + "\n"
    )


def _judged(
    said: Any, folder: Path, data: Small, run: dict[str, Any], tags: tuple[str, ...]
) -> Outcome:
    faults = list(faults_of(said))
    message = f"{', '.join(tags)}\n$ stability {' '.join(said.arguments)}\n{said.err[-1500:]}"
    if said.status or faults:
        return Outcome(REFUSED, tuple(faults), (_reason(said.err),), message)
    try:
        printed = json.loads((folder / "out" / "summary.json").read_text())
        said.json()
    except ValueError as error:
        return Outcome(UNCHECKED, (Fault("json", f"{error}: {said.out[:300]}"),), (), message)
    training = _training(data, run)
    limit = printed["loss_range"]
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
        ):
            warnings.simplefilter("ignore")
            make = factory_of(folder / "nets.py", "net")
            truth = changes(training, make, run["deletion"]["indices"], limit)
    except Unrepeatable as reason:
        fault = Fault("numbers", f"numbers although {reason}: {', '.join(tags)}", str(reason))
        return Outcome(UNCHECKED, (fault,), (), message)
    except Exception as error:
        return Outcome(UNCHECKED, (), (f"plain loop: {type(error).__name__}",), message)
    faults = list(compared(printed, truth, run["training"].get("dtype", "float64"), tags))
    return Outcome(CHECKED, tuple(faults), ("checked",), message)


def compared(printed: Any, truth: Any, dtype: str, tags: tuple[str, ...]) -> list[Fault]:
    """Printed constants and losses beside those of the plain loop."""
    found = {n: printed["constants"][n]["value"] for n in ("B", "U", "B1", "D")}
    found |= {n: printed["gap"][n] for n in ("training_loss", "test_loss")}
    wanted = {**truth.constants, "training_loss": truth.training_loss}
    wanted["test_loss"] = truth.test_loss
    m, wrong = printed["sample_size"], []
    scale = max(1.0, *map(abs, wanted.values()))
    for name, value in found.items():
        if value is None:  # said to be degenerate: nothing moved
            if wanted[name] > 1e-9 or printed["constants"]["status"] != "degenerate":
                wrong.append(f"{name} = nothing, plain loop {wanted[name]}")
            continue
        close = TOLERANCE[dtype] * max(abs(wanted[name]), 1e-3 * m * scale)
        if not math.isclose(value, wanted[name], rel_tol=0.0, abs_tol=close):
            wrong.append(f"{name} = {value}, plain loop {wanted[name]}")
    if not wrong:
        return []
    return [Fault("numbers", f"{'; '.join(wrong)} ({', '.join(tags)})", wrong[0].split(" ")[0])]


def _training(data: Small, run: dict[str, Any]) -> Training:
    train, test = data.split(run["data"]["size"], run["data"]["seed"])
    settings = {**run["training"], "init_seed": run["network"]["init_seed"]}
    return Training(
        train.inputs, train.labels, test.inputs, test.labels, data.classes, data.shape, settings,
        run["deletion"].get("convention", "null-step"),
    )  # fmt: skip


def _reason(err: str) -> str:
    start = err.find("error: ")
    found = err[start:].partition("found ")[2] if start >= 0 else err
    return f"refused: {found[:60].splitlines()[0] if found else ''}"
