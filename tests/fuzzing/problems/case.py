"""A problem that is counted out, and the setup file that says what is true of it."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from stability.bounds.analyse import analyse
from stability.errors import SetupError
from stability.setup.file import read_setup
from tests.fuzzing.outcomes import CHECKED, REFUSED, Fault, Outcome
from tests.fuzzing.problems.found import Gaps, Seen
from tests.fuzzing.problems.line import Descent, Losses, samples
from tests.fuzzing.problems.minimisers import averaged, minimiser, weights_of

UP = 1 + 1e-9
"""Constants in the file are so much above what was counted in floats."""
MOST_RUNS = 260


def case(chance: random.Random, folder: Path) -> Outcome:
    """Count a problem out, describe it in a file, and see that no bound is too small."""
    what = chance.choices(("descent", "erm", "gibbs"), (5, 2, 1))[0]
    made = {"descent": _descent, "erm": _erm, "gibbs": _gibbs}[what](chance)
    sections, seen, gaps, m = made
    text = "\n".join(
        "\n".join([f"[{name}]", *(f"{k} = {v}" for k, v in keys.items())])
        for name, keys in sections.items()
    )
    file, delta = folder / "setup.toml", chance.choice(("0.05", "0.5", "0.9", "0.99"))
    file.write_text(text + "\n")
    message = f"$ stability bounds setup.toml --json --all --delta {delta}"
    try:
        found = analyse(read_setup(file), delta)
    except SetupError as error:
        return Outcome(REFUSED, (), (what, "refused"), f"{message}\n{error}")
    printed = {
        "constants": [constant.record() for constant in found.constants],
        "rows": [_row(bound) for bound in found.bounds],
    }
    faults = [*_below(printed, seen, m), *_beaten(printed, gaps)]
    end = CHECKED if printed["constants"] else REFUSED
    return Outcome(end, tuple(faults), (what, *_speaking(printed)), message)


def _row(bound: Any) -> dict[str, Any]:
    """What is compared of a bound; the sizes from which it says something take long to find."""
    return {
        "theorem": bound.theorem,
        "path": bound.path,
        "kind": str(bound.kind),
        "quantity": str(bound.quantity),
        "averaged_over": str(bound.averaged_over),
        "failure": float(bound.failure),
        "value": bound.value,
        "chosen": bound.chosen,
    }


def _speaking(printed: Any) -> tuple[str, ...]:
    return tuple(f"constant: {c['id']}" for c in printed["constants"])


def _losses(chance: random.Random, families: tuple[str, ...]) -> Losses:
    kinds = chance.choice((2, 2, 3))
    draw = np.random.default_rng(chance.randrange(2**32))
    family = chance.choice(families)
    equal = chance.random() < 0.4
    slope = np.full(kinds, 1.0) if equal else draw.uniform(0.05, 1.0, kinds)
    return Losses(
        family,
        slope,
        draw.choice([-2.0, -0.5, 0.0, 0.5, 2.0], kinds),
        chance.choice((0.05, 0.5, 1.0, 4.0)),
        draw.choice([-1.0, 1.0], kinds),
        chance.choice((0.0, 0.0, 0.0, 0.3, 1.0)),
    )


def _descent(chance: random.Random) -> Any:
    losses = _losses(chance, ("huber", "hinge", "line", "wave"))
    m, order = chance.choice((1, 2, 2, 3, 4)), chance.choice(("gd", "shuffled", "with-replacement"))
    steps = chance.randrange(1, 9 if order == "gd" else 6)
    while order == "with-replacement" and m**steps > MOST_RUNS:
        steps -= 1
    while order == "shuffled" and math.factorial(m) ** -(-steps // m) > MOST_RUNS:
        steps -= 1
    limit = 2 / max(losses.curvature, 1e-3)
    size = limit * chance.choice((0.1, 0.5, 0.5, 1.0, 1.0, 1.5))
    size = min(size, chance.choice((1.0, 8.0)))
    decay = chance.choice((0.0, 0.0, 0.0, 0.1, 1.0))
    decays = chance.random() < 0.35
    mu = losses.bend + decay
    if decays and mu and chance.random() < 0.5:
        size = 1 / mu
    radius = chance.choice((None, None, 0.3, 3.0))
    size = float(f"{size:.6g}")
    sizes = tuple(size / t if decays else size for t in range(1, steps + 1))
    method = Descent(order, steps, sizes, decay, radius)
    seen, gaps, hull, risks, ends = _counted(losses, method, m)
    kind = "gd" if order == "gd" else "sgd"
    keys: dict[str, str] = {"kind": f'"{kind}"', "steps": str(steps)}
    keys["step_size"] = f'{{ schedule = "decay", c = {size!r} }}' if decays else repr(size)
    if kind == "sgd":
        keys["order"] = f'"{order}"'
    if radius is not None:
        keys["radius"] = repr(radius)
    if decay:
        keys["weight_decay"] = repr(decay)
    if losses.bend:
        keys["strong_convexity"] = repr(losses.bend * (1 - 1e-12))
    wide = (decays and mu > 0) or chance.random() < 0.5
    loss, shift = _described(chance, losses, hull if wide else ends, hull)
    found = {"sample": {"size": str(m)}, "loss": loss, "algorithm": keys}
    if chance.random() < 0.5:
        found["training"] = {"expected_risks": str([float(r + shift) * UP for r in risks])}
        found["training"]["measured"] = "false"
    return found, seen, gaps, m


def _described(
    chance: random.Random, losses: Losses, where: Any, hull: Any
) -> tuple[dict[str, str], float]:
    """What is true of the losses, and what was added to them so that they lie in [0, M]."""
    points = np.linspace(*where, 41)
    values = losses.values(points)
    low = float(values.min())
    signed = losses.family == "line"
    shift = -low if low < 0 or (signed and chance.random() < 0.5) else 0.0
    slopes = np.abs(losses.slopes(np.linspace(*hull, 201))).max(axis=1)
    found = {
        "range": repr(max(float(values.max()) + shift, 1e-6) * UP),
        "lipschitz": repr(max(float(slopes.max()), 1e-6) * UP),
        "smoothness": repr(max(losses.curvature, 1e-6) * UP),
        "convex": "true" if losses.convex else "false",
    }
    if losses.family != "line":
        found["nonnegative"] = "true"
    if chance.random() < 0.6:
        found["mean_lipschitz"] = repr(max(float(slopes.mean()), 1e-6) * UP)
    if chance.random() < 0.5:
        found["rms_lipschitz"] = repr(max(float(np.sqrt((slopes**2).mean())), 1e-6) * UP)
    return found, shift


def _counted(losses: Losses, method: Descent, m: int) -> Any:
    """Every sample, every order: changes, gaps, where iterates are, risks before each step."""
    kinds, orders = len(losses), method.orders(m)
    seen, gaps, low, high = Seen(kinds), [], 0.0, 0.0
    ends: list[float] = []
    risks = np.zeros(method.steps + 1)
    finals: dict[tuple[int, ...], Any] = {}
    for sample in samples(kinds, m):
        path = method.run(losses, sample, orders)
        finals[sample] = losses.values(path[-1])
        low, high = min(low, path.min()), max(high, path.max())
        ends += [path[-1].min(), path[-1].max()]
        along = losses.values(path)
        risks += along[list(sample)].mean(axis=(0, 2)) / kinds**m
        here = finals[sample]
        gaps.append(here.mean(axis=0) - here[list(sample)].mean(axis=0))
        for place, z in enumerate(sample):
            skipped = method.run(losses, sample, orders, skipped=place)
            low, high = min(low, skipped.min()), max(high, skipped.max())
            ends += [skipped[-1].min(), skipped[-1].max()]
            seen.add("null-step", z, here, losses.values(skipped[-1]))
            if m > 1:
                fewer = (*sample[:place], *sample[place + 1 :])
                again = method.run(losses, fewer, method.orders(m - 1))
                low, high = min(low, again.min()), max(high, again.max())
                ends += [again[-1].min(), again[-1].max()]
                seen.add_in_mean("retrain", z, here, losses.values(again[-1]))
    for sample, here in finals.items():
        for place, z in enumerate(sample):
            for other in range(kinds):
                changed = (*sample[:place], other, *sample[place + 1 :])
                seen.add("replacement", z, here, finals[changed])
    return seen, Gaps(np.array(gaps)), (low, high), risks, (min(ends), max(ends))


def _erm(chance: random.Random) -> Any:
    losses = replace(_losses(chance, ("huber", "hinge", "line")), bend=0.0)
    m, lam = chance.choice((1, 2, 3, 4)), chance.choice((0.05, 0.5, 2.0))
    kernel = losses.family != "huber" and not losses.centre.any() and chance.random() < 0.7
    strength, kinds = 2 * lam if kernel else lam, len(losses)

    def trained(sample: Any, divisor: int, without: int | None) -> float:
        return minimiser(losses, weights_of(sample, kinds, divisor, without), strength)

    seen, gaps, points = _minimised(
        m, kinds, trained, lambda w: losses.values(np.array([w])), chance
    )
    where = (min(points), max(points))
    loss, _ = _described(chance, losses, where, where)
    del loss["smoothness"]
    keys = {"kind": '"erm"', "regularization": repr(lam)}
    if kernel:
        keys = {
            "kind": '"kernel-erm"',
            "regularization": repr(lam),
            "kernel_bound": repr(float(losses.slope.max())),
            "admissibility": "1.0",
            "mean_sqrt_kernel": repr(float(losses.slope.mean()) * (1 - 1e-15)),
        }
        if float(losses.slope.mean()) >= float(losses.slope.max()):
            del keys["mean_sqrt_kernel"]
        loss = {"range": loss["range"]}
    return {"sample": {"size": str(m)}, "loss": loss, "algorithm": keys}, seen, gaps, m


def _gibbs(chance: random.Random) -> Any:
    draw = np.random.default_rng(chance.randrange(2**32))
    kinds, hypotheses = chance.choice((2, 3)), chance.choice((2, 3, 6))
    base, m = chance.choice((1.0, 5.0, 0.2)), chance.choice((1, 2, 3, 4))
    table = base * draw.choice([0.0, 1.0, 0.5], (kinds, hypotheses))
    lam = chance.choice((0.1, 1.0, 5.0)) * base

    def trained(sample: Any, divisor: int, without: int | None) -> Any:
        return averaged(table, weights_of(sample, kinds, divisor, without), lam)

    seen, gaps, _ = _minimised(m, kinds, trained, lambda found: found[:, None], chance)
    keys = {"kind": '"gibbs"', "regularization": repr(lam), "base_range": repr(base)}
    found = {"sample": {"size": str(m)}, "algorithm": keys}
    if chance.random() < 0.5:
        found["loss"] = {"range": repr(base)}
    return found, seen, gaps, m


def _minimised(m: int, kinds: int, trained: Any, losses: Any, chance: random.Random) -> Any:
    """Every sample: changes by deletion (both meanings) and replacement, and gaps."""
    seen, gaps, finals, points = Seen(kinds), [], {}, []
    for sample in samples(kinds, m):
        point = trained(sample, m, None)
        points.append(point)
        finals[sample] = here = losses(point)
        gaps.append(here.mean(axis=0) - here[list(sample)].mean(axis=0))
        for place, z in enumerate(sample):
            kept = trained(sample, m, place)
            points.append(kept)
            seen.add("keep-1/m", z, here, losses(kept))
            if m > 1:
                again = trained(sample, m - 1, place)
                points.append(again)
                seen.add("retrain", z, here, losses(again))
    for sample, here in finals.items():
        for place, z in enumerate(sample):
            for other in range(kinds):
                changed = (*sample[:place], other, *sample[place + 1 :])
                seen.add("replacement", z, here, finals[changed])
    return seen, Gaps(np.array(gaps)), points


def _below(printed: Any, seen: Seen, m: int) -> list[Fault]:
    """Constants below what was counted."""
    wrong = []
    for constant in printed["constants"]:
        upper = constant["kind"] in ("upper", "exact") and constant["scope"] == "every problem"
        if not upper or constant["values"] is None or constant["notion"] not in (
            "uniform", "elastic"
        ):  # fmt: skip
            continue
        what = constant["convention"] or "replacement"
        counted = seen.values(what, constant["averaged_over"], m)
        for name, least in counted.items():
            value = constant["values"].get(name)
            if value is not None and value < least * (1 - 1e-7) - 1e-11:
                told = f"{constant['id']} ({what}): {name} = {value}, counted {least}"
                wrong.append(Fault("unsafe", told, f"{constant['id']} {what} {name}"))
    return wrong


def _beaten(printed: Any, gaps: Gaps) -> list[Fault]:
    """Guaranteed bounds below the truth."""
    wrong = []
    for row in printed["rows"]:
        if row["kind"] not in ("upper", "exact") or row["value"] is None:
            continue
        value, averaged_over, quantity = row["value"], row["averaged_over"], row["quantity"]
        bad = ""
        if quantity == "expected-gap" and gaps.mean() > value * (1 + 1e-7) + 1e-11:
            bad = f"E gap = {gaps.mean()}"
        elif quantity in ("gap", "absolute-gap") and averaged_over != "sample and algorithm":
            above = gaps.above(value, averaged_over, quantity == "absolute-gap")
            if above > row["failure"] + 1e-9:
                bad = f"larger with probability {above}, printed {row['failure']}"
        elif quantity in ("squared-gap", "moment"):
            over = "nothing" if averaged_over == "sample and algorithm" else averaged_over
            truth = gaps.square(over)
            truth = math.sqrt(truth) if quantity == "moment" else truth
            if row["chosen"].get("order", 2) == 2 and truth > value * (1 + 1e-7) + 1e-11:
                bad = f"counted {truth}"
        if bad:
            told = f"{' > '.join(row['path'])} ({quantity}): {value}, {bad}"
            wrong.append(Fault("unsafe", told, f"{row['theorem']} {quantity}"))
    return wrong
