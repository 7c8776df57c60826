"""`evaluate`: a theorem, values for its symbols, and the number between two decimals."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import sympy
from mpmath import mpf

from stability.setup.fields import Allowed
from stability.theorems.catalogue import CATALOGUE
from stability.theorems.kinds import Statement, Theorem
from stability.theorems.statements.symbols import MEANINGS, alpha
from tests.fuzzing.commands import command
from tests.fuzzing.outcomes import CHECKED, REFUSED, UNCHECKED, Fault, Outcome, faults_of
from tests.fuzzing.setups.exact import DIGITS, Unreachable, evaluate, real

ODD = ("nan", "inf", "-1", "0", "1e400", "1e-400", "x", "", "1/3", "1/0", "0x10", "1,2", "true")
NUMBERS = ("1", "0.5", "0.1", "2", "1e-3", "3.7", "1e-9", "1e9", "0.3333", "1/3", "1e-40", "1e40")
WHOLE = ("1", "2", "3", "7", "10", "100", "1000", "60000", "1e6", "1e12", "1e25")
LADDERS = (("L_mean", "L_rms", "L"), ("kappa_mean", "kappa"), ("B1", "B", "U"), ("b", "U_row"))


def case(chance: random.Random, folder: Path) -> Outcome:
    """Run `evaluate` on one theorem and check value, ends and what is printed."""
    theorem = chance.choice(CATALOGUE)
    statement = chance.choice(theorem.statements)
    given = _values(chance, theorem, statement)
    name = theorem.id if chance.random() < 0.98 else chance.choice(("", "x", theorem.id[:-1]))
    arguments = [f"{n}={v}" for n, v in given.items()]
    if statement.name and chance.random() < 0.7:
        arguments += ["--form", statement.name]
    shape = chance.choice(("--json", "--json", "--json", "--exact", ""))
    said = command("evaluate", name, *arguments, *([shape] if shape else []))
    faults = list(faults_of(said))
    message = f"$ stability {' '.join(said.arguments)}\n{said.err[-1500:]}"
    if said.status or faults:
        return Outcome(REFUSED, tuple(faults), ("refused",), message)
    if shape != "--json":
        return Outcome(UNCHECKED, (), (shape or "plain",), message)
    answer = said.json()
    with mpmath.workdps(DIGITS):
        try:
            faults = list(_checked(theorem, answer, given))
        except Unreachable as reason:
            return Outcome(UNCHECKED, (), (f"not reached: {reason}",), message)
    return Outcome(CHECKED, tuple(faults), (shape,), message)


def _values(chance: random.Random, theorem: Theorem, statement: Statement) -> dict[str, str]:
    decays = chance.random() < 0.4
    names = set(statement.names("decay" if decays else "constant"))
    if "alpha" in names and decays:
        names = names - {"alpha"} | {"c"}
    found = {n: _value(chance, MEANINGS[n].allowed) for n in sorted(names)}
    for ladder in LADDERS:
        there = [n for n in ladder if n in found]
        ordered = sorted((found[n] for n in there), key=Fraction)
        if chance.random() < 0.95:
            found.update(zip(there, ordered, strict=True))
    if "T" in found and chance.random() < 0.8:
        found["T"] = chance.choice(("1", "2", "5", "30", "200"))
    if "t0" in found and "T" in found:
        found["t0"] = chance.choice(("1", found["T"], "2"))
    if "M" in found and chance.random() < 0.3:
        del found["M"]
    change = chance.random()
    if change < 0.08 and found:
        found[chance.choice(list(found))] = chance.choice(ODD)
    elif change < 0.12 and found:
        del found[chance.choice(list(found))]
    elif change < 0.16:
        found[chance.choice((*MEANINGS, "nothing", "\x1b[31m"))] = "1"
    return found


def _value(chance: random.Random, allowed: Allowed) -> str:
    if allowed.whole:
        return chance.choice(WHOLE)
    if allowed.high is not None and allowed.high <= 1:
        return chance.choice(("0.05", "0.5", "1e-9", "0.999999", "0.01", "1e-60"))
    if allowed.low == 2:
        return chance.choice(("2", "3", "2.5", "10"))
    if not allowed.open_low and chance.random() < 0.1:
        return "0"
    if chance.random() < 0.3:
        return f"{10 ** chance.uniform(-6, 3):.3g}"
    return chance.choice(NUMBERS)


def _checked(theorem: Theorem, answer: Mapping[str, Any], given: dict[str, str]) -> Iterator[Fault]:
    fitting = (
        s
        for s in theorem.statements
        if s.name == answer["form"] and set(s.values) == set(answer["values"])
    )
    statement = next((s for s in fitting if s.names() <= {*given, "M", "m", "alpha"}), None)
    if statement is None:
        raise Unreachable("not known which statement was taken")
    numbers = {n: Fraction(v) for n, v in given.items() if "," not in v}
    numbers.setdefault("M", Fraction(1))
    if "T" in numbers and "draws" in statement.names() and "T" not in statement.names():
        numbers.setdefault("draws", numbers["T"])
    schedule = "decay" if "c" in numbers and "alpha" not in numbers else "constant"
    constant = sympy.Symbol("alpha_constant", positive=True)

    def prepared(expression: sympy.Expr) -> sympy.Expr:
        if schedule == "constant":
            return expression.replace(alpha, lambda index: constant)
        return expression

    def lookup(name: str) -> Any:
        if name == "alpha_constant":
            return numbers["alpha"]
        if name == "alpha":
            return lambda t: numbers["c"] / t
        if name == "F":
            return lambda t: numbers["F"]
        if name in numbers:
            return numbers[name]
        by_schedule = statement.derived.get(name, {})
        if schedule in by_schedule:
            return evaluate(prepared(by_schedule[schedule]), lookup)
        raise Unreachable(f"no value of {name}")

    for name, printed in answer["values"].items():
        truth = real(evaluate(prepared(statement.values[name]), lookup))
        low, high = map(mpf, printed["enclosure"])
        noise = abs(truth) * mpf(10) ** (-DIGITS // 2)
        if not low - noise <= truth <= high + noise:
            told = f"{theorem.id} {name}: {mpmath.nstr(truth, 40)} outside {printed['enclosure']}"
            yield Fault("numbers", told, theorem.id)
        value, lower = printed["value"], answer["kind"] == "lower"
        if value is None:
            if truth < mpf(10) ** 308:
                yield Fault("numbers", f"{theorem.id} {name}: null for {truth}", "null")
        elif (mpf(value) > truth + noise) if lower else (mpf(value) < truth - noise):
            told = f"{theorem.id} {name}: {value!r} for {mpmath.nstr(truth, 25)}"
            yield Fault("numbers", told, f"{theorem.id} rounding")
        elif abs(mpf(value) - truth) > abs(truth) * mpf(10) ** -12 + mpf(10) ** -300:
            told = f"{theorem.id} {name}: {value!r} for {mpmath.nstr(truth, 25)}"
            yield Fault("numbers", told, f"{theorem.id} loose")
