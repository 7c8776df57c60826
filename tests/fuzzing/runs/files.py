"""Random run files: every learner, any key, values that mostly go together."""

from __future__ import annotations

import random
from typing import Any

from stability.runs.file.read import FORMAT
from stability.runs.learners.kernel_keys import DEFAULTS
from stability.runs.learners.registry import SECTIONS
from stability.setup.fields import Declaration, declarations
from tests.fuzzing.networks.case import toml
from tests.fuzzing.runs.data import Small

Run = dict[str, dict[str, Any]]
NUMBERS = (0.1, 1.0, 0.01, 0.5, 3.0, 1e-3, 10.0)
LEARNERS = ("ridge", "random-features", "kernel-ridge", "logistic", "relu-mlp", "cnn")


def run_file(chance: random.Random, data: Small | None, size: int, kind: str) -> Run:
    """A run of a learner on `data.npz`, or on the digits."""
    section = next(name for name, kinds in SECTIONS.items() if kind in kinds)
    trained = section == "network"
    names = list(map(str, range(10 if data is None else data.classes)))
    found: Run = {"data": {"size": size, "seed": chance.randrange(4)}}
    found["data"] |= {"name": "digits"} if data is None else {"name": "file", "file": "data.npz"}
    if kind == "logistic" and data is not None and chance.random() < 0.9:
        found["data"]["largest"] = chance.choice((1, 1, 2.5))
    if data is not None and chance.random() < 0.3:
        found["data"] |= {"range": [0, chance.choice((1, 2))], "range_source": "its makers"}
    if data is not None and data.inputs.ndim == 4 and chance.random() < 0.5:
        found["data"]["channels"] = "first"
    if (not trained and kind != "logistic") or chance.random() < 0.1:
        found["data"]["target"] = chance.sample(names, chance.randrange(1, len(names)))
    found[section] = {"kind": kind, **_some(chance, SECTIONS[section][kind], 0.6)}
    if kind == "kernel-ridge" and chance.random() < 0.95:
        found[section] = _of_one_kernel(found[section])
    if trained:
        found["training"] = _training(chance)
        if "widths" in found["network"]:
            found["network"]["widths"] = [chance.randrange(1, 4)]
    deletion: dict[str, Any] = {"count": min(chance.randrange(1, 5), size)}
    if chance.random() < 0.5:
        deletion = {"indices": sorted(chance.sample(range(size), min(3, size)))}
    if chance.random() < 0.1:
        deletion = {"rows": [chance.randrange(size)]}
    if chance.random() < 0.5:
        allowed = ("null-step", "keep-1/m", "retrain") if trained else ("keep-1/m", "retrain")
        deletion["convention"] = chance.choice(allowed[:1] if kind == "logistic" else allowed)
    if chance.random() < 0.7 or trained:
        deletion["placebos"] = chance.choice((0, 1, 2))
    if chance.random() < 0.3:
        deletion["seed"] = chance.randrange(3)
    found["deletion"] = deletion
    if data is None or chance.random() < 0.3:
        found["evaluation"] = {"size": chance.choice((2, 3, 30))}
    if chance.random() < 0.4:
        found["bound"] = {"delta": chance.choice((0.05, 0.5, 1e-6))}
        if chance.random() < 0.3:
            found["bound"]["range"] = chance.choice((1.0, 0.2, 3.0))
    return found


def text(run: Run) -> str:
    """The file."""
    return toml(run)


def _of_one_kernel(model: dict[str, Any]) -> dict[str, Any]:
    """The keys that go with the kernel that was chosen."""
    own = DEFAULTS[model.get("kernel", "gaussian")]
    others = {key for keys in DEFAULTS.values() for key in keys if key not in own}
    if "label_system" not in model:
        others.add("label_strength")
    return {key: value for key, value in model.items() if key not in others}


def _training(chance: random.Random) -> dict[str, Any]:
    training: Any = FORMAT.sections["training"]
    found = _some(chance, training, 0.25)
    found |= {"step_size": chance.choice((0.1, 0.01)), "epochs": chance.choice((1, 2))}
    found["batch_size"] = chance.choice((2, 3, 4))
    found.pop("device", None)
    if found.get("optimiser") == "adam":
        found.pop("momentum", None)
    return found


def _some(chance: random.Random, kind: type, share: float) -> dict[str, Any]:
    return {
        name: _value(chance, declared)
        for name, declared in declarations(kind).items()
        if (not declared.optional and name in _required(kind)) or chance.random() < share
    }


def _required(kind: type) -> set[str]:
    from dataclasses import MISSING, fields

    return {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}


def _value(chance: random.Random, declared: Declaration) -> Any:
    allowed = declared.allowed
    if allowed.choices:
        return chance.choice(allowed.choices)
    if allowed.flag:
        return chance.random() < 0.5
    if allowed.each is not None:
        return [chance.randrange(1, 4) for _ in range(chance.choice((1, 1, 2)))]
    if allowed.word:
        return "text"
    if allowed.whole:
        return chance.choice((1, 2, 3, 5))
    if allowed.high is not None:
        return chance.choice((0.0, 0.5, 0.9))
    return chance.choice(NUMBERS)
