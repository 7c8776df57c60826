"""The library's checks and readers, tried on setups at both sides of every edge.

A check has to accept exactly the setups of which `edges` says that the hypothesis holds, a reader
has to find what `symbols` says. Whatever is found is found by looking: a check or reader that is
right on all of these setups and wrong on another one passes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from stability.errors import StabilityError
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.hypothesis import Hypothesis, Reads
from stability.theorems.kinds.symbol_values import Reader
from stability.theorems.statements.term import Term
from stability_proofs.semantics.setups import symbols
from stability_proofs.semantics.setups.edges import Edge, edge_of, pool
from stability_proofs.semantics.setups.plain import Plain, built, built_constant, constant_of

CONSTANTS = (
    constant_of(),
    constant_of(constant__symmetric=False),
    constant_of(constant__averaged_over="nothing"),
    constant_of(constant__averaged_over="sample and algorithm"),
    constant_of(constant__values=("beta",)),
)


@cache
def setups() -> tuple[tuple[Plain, Any], ...]:
    """The pool, each in plain form and as the library's data."""
    return tuple((plain, built(plain)) for plain in pool())


@cache
def constants() -> tuple[tuple[Plain, Stability], ...]:
    """Constants, in both forms."""
    return tuple((plain, built_constant(plain)) for plain in CONSTANTS)


def given_to(hypothesis: Hypothesis, edge: Edge) -> tuple[tuple[Plain, Any], ...]:
    """What a hypothesis is tried on: what stands at its own edge, and the pool."""
    own = (*edge.inside, *edge.outside)
    if hypothesis.reads is Reads.CONSTANT:
        return (*((plain, built_constant(plain)) for plain in own), *constants())
    return (*((plain, built(plain)) for plain in own), *setups())


def why_not_as_said(hypothesis: Hypothesis) -> str | None:
    """Where a check does not accept what the hypothesis says, or None."""
    if hypothesis.check is None:
        return None
    return _tried(hypothesis, hypothesis.check, hypothesis.reads)


@cache
def _tried(hypothesis: Hypothesis, check: Callable[..., Any], reads: Reads) -> str | None:
    edge = edge_of(hypothesis)
    if edge is None:
        return f"what the hypothesis {hypothesis.id} says of a setup is not written down"
    if edge.of_constant is not (reads is Reads.CONSTANT):
        return f"the check of {hypothesis.id} looks at a {reads}"
    for plain, given in given_to(hypothesis, edge):
        says = edge.says(plain)
        try:
            accepts = hypothesis.failure(given) is None
        except Exception as error:  # a check is not trusted: one that breaks checks nothing
            return f"the check of {hypothesis.id} broke: {type(error).__name__}: {error}"
        if accepts is not says:
            did, should = ("accepts", "does not hold") if accepts else ("refuses", "holds")
            return f"the check of {hypothesis.id} {did} {told(plain)}, where it {should}"
    return None


def told(plain: Plain) -> str:
    """What is particular about a setup, in words: its kind, and what differs from that kind's."""
    from stability_proofs.semantics.setups.plain import CONSTANT, setup_of

    kind = plain["algorithm.kind"]
    usual = {**setup_of(kind), **{k: v for k, v in CONSTANT.items() if k.startswith("constant.")}}
    changed = [f"{place} = {_shown(v)}" for place, v in plain.items() if usual.get(place) != v]
    ours = {p for p in usual if not p.startswith("constant.")}
    changed += [f"no {place}" for place in sorted(ours - set(plain))]
    return ", ".join([kind, *changed])


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{_shown(value['c'])}/t"
    return f"{float(value):.13g}" if isinstance(value, Fraction) else str(value)


def why_not_read(theorem: str, name: str, reader: Reader) -> str | None:
    """Where a reader does not find what the symbol stands for, or None."""
    meaning = symbols.meaning_of(theorem, name)
    if meaning is None:
        return f"no setup says what {name} is"
    own = name in symbols.OWN.get(theorem, {})
    if reader.measured is not (name in symbols.MEASURED and not own):
        return f"{name} is read as {'' if reader.measured else 'not '}measured"
    return _read(name, reader, meaning)


@cache
def _read(name: str, reader: Reader, meaning: symbols.Meaning) -> str | None:
    for plain, setup in setups():
        wanted = meaning(plain)
        try:
            found = _number(reader.read(setup), plain["sample.size"])
        except StabilityError as error:
            found = error
        root = isinstance(wanted, symbols.Raised)
        if not (_is_root(found, wanted) if root else found == wanted):
            where = told(plain)
            return f"{name} is read at {reader.place} as {found}, where it is {wanted}: {where}"
    return None


def _number(value: Any, size: int) -> Any:
    """A value as a rational, or the two ends of it where it is none."""
    if not isinstance(value, Term):
        return value
    enclosed = value.enclosure(size)
    return enclosed.high if enclosed.is_exact else (enclosed.low, enclosed.high)


def _is_root(found: Any, wanted: symbols.Raised) -> bool:
    power, value = wanted.power, wanted.value
    if not (isinstance(found, tuple) and len(found) == 2):
        return isinstance(found, Fraction) and found**power == value
    low, high = found
    return low**power <= value <= high**power and high - low < Fraction(1, 10**20)
