"""Comparing what `bounds --json --all` prints with the slow truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import inf
from pathlib import Path
from typing import Any

import mpmath
from mpmath import mpf

from stability.bounds.analyse import Analysis, analyse
from stability.conventions import Kind, Provenance, Scope
from stability.setup.file import read_setup
from stability.theorems.catalogue import BY_ID
from tests.fuzzing.outcomes import Fault
from tests.fuzzing.setups.exact import DIGITS, Unreachable, evaluate, real
from tests.fuzzing.setups.truth import File, bound_value, constant_values

LABELS = ("quantity", "kind", "provenance", "trust", "averaged_over", "high_probability_over")
SLACK = Fraction(1, 10**11)
"""Printed values may be so much above the truth, relatively, and nothing below it."""
TINY = mpf(10) ** -290


class Tally:
    """How many numbers were confirmed, and how many the slow way did not reach."""

    def __init__(self) -> None:
        self.checked = self.unreached = 0


def check_rows(file: Path, delta: str, printed: Mapping[str, Any], tally: Tally) -> Iterator[Fault]:
    """Everything that is wrong with the numbers and labels that were printed for a setup."""
    with mpmath.workdps(DIGITS):
        analysis = analyse(read_setup(file), delta)
        tables = File.read(file.read_text("utf-8-sig"))
        yield from _constants(tables, analysis, printed, tally)
        bounds = {_key(b.path, b.stability.form, b.form, b.quantity): b for b in analysis.bounds}
        if len(printed["rows"]) != len(analysis.bounds) or len(bounds) != len(analysis.bounds):
            yield Fault("numbers", "rows are missing in the JSON, or twice there")
            return
        for row in printed["rows"]:
            form = row["form"]
            key = _key(row["path"], form["constant"], form["theorem"], row["quantity"])
            yield from _labels(row, Fraction(delta))
            yield from _row(tables, row, bounds[key], tally)


def _key(path: Iterable[str], constant: str, form: str, quantity: str) -> tuple[Any, ...]:
    """What tells one bound of an analysis from the others."""
    return tuple(path), constant or "", form or "", str(quantity)


def _constants(
    tables: File, analysis: Analysis, printed: Mapping[str, Any], tally: Tally
) -> Iterator[Fault]:
    size = int(tables.get("sample.size"))
    for constant, told in zip(analysis.constants, printed["constants"], strict=True):
        if told["values"] is None:
            continue
        chosen = _chosen(constant)
        try:
            truth = constant_values(tables, tuple(told["path"]), told["form"] or "", chosen)(size)
        except Unreachable:
            tally.unreached += 1
            continue
        if set(truth) != set(told["values"]):
            yield Fault("numbers", f"{told['path']}: values {set(told['values'])}, {set(truth)}")
            continue
        for name, value in told["values"].items():
            lower = told["kind"] == "lower"
            yield from _compare(f"{told['path'][0]} {name}", value, truth[name], lower)
            tally.checked += 1


def _chosen(constant: Any) -> dict[str, Any]:
    """Free symbols of a stability theorem that were chosen, such as the burn-in."""
    found: dict[str, Any] = {}
    for term in constant.values.values():
        for name in ("t0", "growth"):
            if name in getattr(term, "bindings", {}):
                found[name] = Fraction(term.bindings[name])
    return found


def _labels(row: Mapping[str, Any], delta: Fraction) -> Iterator[Fault]:
    name = row["theorem"]
    for label in LABELS:
        if not row.get(label):
            yield Fault("labels", f"{name} without {label}")
    if row["kind"] not in set(map(str, Kind)) or row["provenance"] not in set(map(str, Provenance)):
        yield Fault("labels", f"{name}: {row['kind']}, {row['provenance']}")
    if row["failure"] > float(delta) * (1 + 1e-12):
        yield Fault("labels", f"{name}: fails {row['failure']}, asked for {float(delta)}", name)
    value = inf if row["value"] is None else row["value"]
    if row["trivial"] is not None and row["vacuous"] != (value >= row["trivial"]):
        yield Fault("labels", f"{name}: vacuous {row['vacuous']} at {value}", "vacuous")
    if value < 0:
        yield Fault("numbers", f"{name}: a bound of {value}", f"{name} negative")


def _row(tables: File, row: Mapping[str, Any], bound: Any, tally: Tally) -> Iterator[Fault]:
    theorem = BY_ID[row["theorem"]]
    statement = next(s for s in theorem.statements if s.name == bound.form)
    if row["formula"] != str(statement.values["bound"]):
        yield Fault("numbers", f"{theorem.id}: another formula is printed", theorem.id)
    constant = bound.stability
    try:
        steps = tuple(row["path"][:-1])
        values = constant_values(tables, steps, constant.form, _chosen_before(bound))
        truth = bound_value(tables, bound, values)
        yield from _choices(tables, bound, values)
    except Unreachable:
        tally.unreached += 1
        return
    if constant.scope is not Scope.EVERY:
        yield Fault("labels", f"{theorem.id} from a constant of {constant.scope}")
    yield from _compare(f"{' > '.join(row['path'])}", row["value"], truth, False)
    tally.checked += 1


def _chosen_before(bound: Any) -> dict[str, Any]:
    """The choices made in the first step of the path, wherever conversions put them."""
    found: dict[str, Any] = {}
    waiting = list(bound.stability.values.values())
    while waiting:
        term = waiting.pop()
        for name, value in getattr(term, "bindings", {}).items():
            if name in ("t0", "growth") and not hasattr(value, "bindings"):
                found[name] = Fraction(value)
            elif hasattr(value, "bindings"):
                waiting.append(value)
    return found


def _choices(tables: File, bound: Any, values: Any) -> Iterator[Fault]:
    """A chosen bound on a probability is one, and the parts of delta add up."""
    chosen = bound.chosen
    available = bound.failure - bound.stability.failure
    if "delta" in chosen and chosen["delta"] + chosen.get("p", 0) > available:
        yield Fault("numbers", f"{bound.theorem}: delta {chosen['delta']} and p {chosen['p']}")
    if not {"eta", "p"} <= set(chosen):
        return
    m = int(tables.get("sample.size"))
    here = values(m)
    if real(chosen["eta"]) >= real(here["U"]) - real(here["B"]):
        return
    product = type(bound.stability.structure).__name__ == "Product"
    forms = [s for s in BY_ID[bound.theorem].supporting if set(s.names()) <= {"m", "B", "U", "eta"}]
    wanted = [s for s in forms if s.name.startswith("product" if product else "any beta")]
    known = {**here, "eta": chosen["eta"], "m": Fraction(m)}
    least = min(real(evaluate(s.values["p"], known.__getitem__)) for s in wanted)
    if real(chosen["p"]) < least:
        yield Fault("numbers", f"{bound.theorem}: p = {float(chosen['p'])}, at least {least}")


def _compare(what: str, value: float | None, truth: Any, lower: bool) -> Iterator[Fault]:
    exact = real(truth)
    name = what.split(" > ")[-1]
    if value is None:
        if abs(exact) < mpf(10) ** 308:
            yield Fault("numbers", f"{what}: null, the truth is {exact}", f"{name} null")
        return
    shown = mpf(value)
    if lower:
        shown, exact = -shown, -exact
    noise = abs(exact) * mpf(10) ** (-DIGITS // 2)
    if shown < exact - noise:
        yield Fault("numbers", f"{what}: {value!r} is below {mpmath.nstr(exact, 25)}", name)
    elif shown > exact + abs(exact) * real(SLACK) + TINY:
        told = f"{what}: {value!r} is above {mpmath.nstr(exact, 25)}"
        yield Fault("numbers", told, f"{name} loose")
