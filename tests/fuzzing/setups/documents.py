"""Random setup files: sections and keys come from the declared fields, values from near edges."""

from __future__ import annotations

import random
from dataclasses import MISSING, fields
from fractions import Fraction

from stability.conventions import VALUES
from stability.setup.algorithms import KINDS
from stability.setup.fields import Allowed, Declaration, declarations
from stability.setup.setup import AssumedStability, Loss, Training
from stability.theorems.statements.symbols import MEANINGS

Document = dict[str, dict[str, str]]
"""Section to key to the text of a value, as TOML writes it."""

NUMBERS = ("1", "0.5", "0.1", "1.0", "2", "0.01", "1e-3", "0.25", "3.7", "1e-5", "10.0", "0.3333")
EDGES = ("1e-300", "1e300", "1e-12", "1e12", "1e-30", "1e30", "0.9999999999", "1.0000000001")
SIZES = ("1", "2", "3", "5", "10", "64", "100", "128", "513", "1000", "60000", "1000000")
LARGE = ("4294967297", "1000000000000", "1000000000000000000000")
UNIT = ("0.05", "0.5", "1e-9", "0.999999", "0.01", "0")
STEPS = ("1", "2", "3", "7", "10", "60", "100", "1000", "60000")


def document(chance: random.Random) -> Document:
    """A setup that is mostly valid; every optional key may be there or not."""
    found: Document = {"sample": {"size": _whole(chance)}}
    own = chance.random() < 0.18
    kind = "" if own else chance.choice((*KINDS, "sgd", "sgd", "sgd", "gd", "gd", "erm"))
    loss = _section(chance, Loss, keep=0.75)
    if chance.random() < 0.8:
        loss.setdefault("range", chance.choice(NUMBERS))
    if chance.random() < 0.9:
        loss["measured_failure"] = chance.choice(("0", "0.01", "0.001"))
        if chance.random() < 0.7:
            del loss["measured_failure"]
    if {"mean_lipschitz", "rms_lipschitz"} & set(loss) and chance.random() < 0.97:
        loss.setdefault("lipschitz", chance.choice(NUMBERS))
    _ordered(chance, loss, ("mean_lipschitz", "rms_lipschitz", "lipschitz"))
    found["loss"] = loss
    if own:
        found["stability"] = _stability(chance)
    else:
        found["algorithm"] = _algorithm(chance, kind)
        _fits(chance, found)
    if not own and chance.random() < 0.4:
        found["training"] = _section(chance, Training, keep=0.8)
        if "expected_risks" in found["training"]:
            found["training"]["expected_risks"] = _risks(chance, found)
        if "steps" not in found["algorithm"] and chance.random() < 0.9:
            found["training"].pop("expected_risks", None)
        if chance.random() < 0.9 and "erm_error" in found["training"]:
            found["training"]["erm_error"] = chance.choice(("0", loss.get("range", "1")))
        if not {"expected_risks", "erm_error"} & set(found["training"]):
            del found["training"]
    return found


def text(found: Document) -> str:
    """The file."""
    parts = []
    for section, keys in found.items():
        lines = [f"{key} = {value}" for key, value in keys.items()]
        parts.append("\n".join([f"[{section}]", *lines]))
    return "\n\n".join(parts) + "\n"


def _number(chance: random.Random) -> str:
    if chance.random() < 0.04:
        return chance.choice(EDGES)
    if chance.random() < 0.3:
        return f"{10 ** chance.uniform(-6, 3):.{chance.choice((1, 3, 12))}g}"
    return chance.choice(NUMBERS)


def _whole(chance: random.Random) -> str:
    if chance.random() < 0.04:
        return chance.choice(LARGE)
    if chance.random() < 0.3:
        return str(chance.randrange(1, 3000))
    return chance.choice(SIZES)


def _value(chance: random.Random, declared: Declaration) -> str:
    allowed: Allowed = declared.allowed
    if allowed.choices:
        return f'"{chance.choice(allowed.choices)}"'
    if allowed.flag:
        return chance.choice(("true", "true", "true", "false"))
    if allowed.each is not None:
        return "[" + ", ".join(_number(chance) for _ in range(chance.randrange(1, 6))) + "]"
    if allowed.word:
        return '"text"'
    if allowed.whole:
        return _whole(chance)
    if allowed.high is not None and allowed.high <= 1:
        return chance.choice(UNIT)
    return _number(chance)


def _section(chance: random.Random, of: type, keep: float) -> dict[str, str]:
    needed = {item.name for item in fields(of) if item.default is MISSING}
    found = {
        name: _value(chance, declared)
        for name, declared in declarations(of).items()
        if chance.random() < (0.97 if name in needed else keep)
    }
    if "measured" in declarations(of) and chance.random() < 0.97:
        found["measured"] = chance.choice(("true", "false"))
    return found


def _algorithm(chance: random.Random, kind: str) -> dict[str, str]:
    keys = _section(chance, KINDS[kind], keep=0.45)
    if "step_size" in declarations(KINDS[kind]):
        keys.pop("steps", None), keys.pop("epochs", None)
        keys[chance.choice(("steps", "steps", "epochs"))] = chance.choice(STEPS)
        size = chance.choice(("0.1", "0.01", "1e-3", "1e-5", "2", "0.5", "1"))
        if chance.random() < 0.4:
            size = f'{{ schedule = "decay", c = {size} }}'
        keys["step_size"] = size
    if "measured" in keys and not {"base_stability", "optimization_error"} & set(keys):
        del keys["measured"]
    return {"kind": f'"{kind}"', **keys}


def _fits(chance: random.Random, found: Document) -> None:
    """Raise or lower what would contradict something else, mostly."""
    if chance.random() < 0.1:
        return
    keys, loss, size = found["algorithm"], found["loss"], int(found["sample"]["size"])
    for name in ("batch_size", "neighbours", "subsample"):
        if name in keys and int(keys[name]) > size:
            keys[name] = str(chance.randrange(1, min(size, 200) + 1))
    for small, large in (("mean_sqrt_kernel", "kernel_bound"),):
        if small in keys and large in keys:
            _ordered(chance, keys, (small, large))
    if "base_range" in keys and "range" in loss:
        keys["base_range"] = loss["range"]
    if "strong_convexity" in keys and "smoothness" in loss and chance.random() < 0.8:
        low, high = sorted((keys["strong_convexity"], loss["smoothness"]), key=Fraction)
        keys["strong_convexity"], loss["smoothness"] = low, high
    if "step_size" in keys and chance.random() < 0.6:
        _wanted_steps(chance, keys, loss)


def _wanted_steps(chance: random.Random, keys: dict[str, str], loss: dict[str, str]) -> None:
    """A run as theorems want it: known constants, steps at the edge of what they allow."""
    loss |= {"lipschitz": chance.choice(("1", "2")), "convex": chance.choice(("true", "false"))}
    for name in ("mean_lipschitz", "rms_lipschitz"):
        if name in loss:
            loss[name] = chance.choice(("0.5", "1", "0.25"))
    if "rms_lipschitz" in loss and "mean_lipschitz" in loss:
        loss["rms_lipschitz"] = "1"
    loss["smoothness"] = "2"
    if chance.random() < 0.4:
        keys.pop("strong_convexity", None)
    if chance.random() < 0.6:
        keys.pop("weight_decay", None)
    size = chance.choice(("0.1", "0.5", "1", "1.000001", "0.25", "0.01"))
    if "strong_convexity" in keys:
        keys["strong_convexity"] = chance.choice(("0.5", "1", "2", "0.01"))
        if chance.random() < 0.5:
            size = str(1 / Fraction(keys["strong_convexity"]))
    decays = chance.random() < 0.4
    keys["step_size"] = f'{{ schedule = "decay", c = {size} }}' if decays else size
    if chance.random() < 0.6:
        keys.pop("batch_size", None)
        keys.pop("radius", None)
        loss["nonnegative"] = "true"


def _ordered(chance: random.Random, keys: dict[str, str], names: tuple[str, ...]) -> None:
    there = [name for name in names if name in keys]
    if chance.random() < 0.05:
        return
    if chance.random() < 0.1:
        keys.update(dict.fromkeys(there, "1.5"))
    values = sorted((keys[name] for name in there), key=Fraction)
    keys.update(zip(there, values, strict=True))


def _risks(chance: random.Random, found: Document) -> str:
    steps = found.get("algorithm", {}).get("steps", "3")
    count = int(steps) + chance.choice((0, 1, 1, 1, 1, 0, 1, -1)) if int(steps) < 2000 else 3
    risks = [_number(chance) for _ in range(max(count, 1))]
    if "range" in found["loss"] and chance.random() < 0.9:
        risks[-1] = found["loss"]["range"]
    return "[" + ", ".join(risks) + "]"


def _stability(chance: random.Random) -> dict[str, str]:
    keys = _section(chance, AssumedStability, keep=0.5)
    (notion, neighbour), names = chance.choice(list(VALUES.items()))
    keys |= {"notion": f'"{notion}"', "neighbour": f'"{neighbour}"'}
    values = {n: _whole(chance) if MEANINGS[n].allowed.whole else _number(chance) for n in names}
    _ordered(chance, values, ("B1", "B", "U"))
    if "D" in values and chance.random() < 0.9:
        values["D"] = min(values["D"], values["U"], key=Fraction)
    if notion != "elastic" and chance.random() < 0.95:
        keys.pop("structure", None)
    keys["values"] = "{ " + ", ".join(f"{n} = {v}" for n, v in values.items()) + " }"
    if chance.random() < 0.6:
        keys.pop("averaged_over", None)
    if neighbour == "replacement" and chance.random() < 0.9:
        keys.pop("convention", None)
    return keys
