"""Values inside and just outside what a declared field allows, generated from the declaration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from stability.errors import SetupError
from stability.runs.learners.sklearn_estimator import Parameters
from stability.runs.study.data_keys import ClassWeights, ColumnName, Mark
from stability.setup.algorithms import KINDS, ConstantStep, DecayingStep
from stability.setup.fields import NON_NEGATIVE, Allowed, declarations
from stability.setup.setup import AssumedStability, Loss, Sample, Training
from stability.testing.strategies.edits import FULL_LOSS, FULL_SETUPS, FULL_TRAINING
from stability.training.settings import LossChoice

HAIR = Fraction(1, 10**12)
OF_ITS_OWN: dict[type, tuple[tuple[Any, ...], tuple[Any, ...]]] = {
    LossChoice: (
        ("cross-entropy", "absolute", "losses.py:own"),
        (7, [], {}, "", "losses.py", "entropy", True),
    ),
    ClassWeights: (
        ((("spam", 10.0),), {"ham": 0.5}),
        (7, "spam", {}, [1], {"a": 0}, {"a": "x"}, {"a": -1.0}, True),
    ),
    ColumnName: (("a", 0, -1), (object(), [], {}, 1.5, "", " ", True, b"text")),
    Mark: ((";", "\t"), (object(), [], 1, "", "ab", "\n", '"')),
    Parameters: (((("C", 1.0),), ()), (object(), 7, 1.5, "C", [1], {"a": {"b": 1}}, True)),
}
"""Values inside and outside of what no declaration but a class of its own says."""


@dataclass(frozen=True)
class Case:
    """A dataclass, a valid instance, and the name of its section in messages."""

    kind: type
    valid: Any
    section: str

    def __str__(self) -> str:
        return self.kind.__name__

    def rebuilt(self, **changed: Any) -> Any:
        """The valid instance with other values."""
        given = {f.name: getattr(self.valid, f.name) for f in fields(self.valid)}
        return self.kind(**{**given, **changed})


CASES = (
    Case(Sample, Sample(10), "sample"),
    Case(Loss, FULL_LOSS, "loss"),
    Case(Training, FULL_TRAINING, "training"),
    Case(
        AssumedStability,
        AssumedStability(notion="uniform", values=(("beta", Fraction(1)),)),
        "stability",
    ),
    Case(ConstantStep, ConstantStep("0.1"), "algorithm.step_size"),
    Case(DecayingStep, DecayingStep("0.1"), "algorithm.step_size"),
    *(Case(kind, FULL_SETUPS[name].algorithm, "algorithm") for name, kind in KINDS.items()),
)


def outside(allowed: Allowed) -> Iterator[Any]:
    """Values that a declaration does not allow: just outside, of another type, not finite."""
    if type(allowed) in OF_ITS_OWN:
        yield from OF_ITS_OWN[type(allowed)][1]
        return
    yield from (object(), [], {}, 1j, float("nan"))
    if allowed.flag:
        yield from (0, 1, "true", Fraction(1))
        return
    if allowed.choices:
        yield from ("", "no such choice", allowed.choices[0].swapcase(), 1, True)
        return
    if allowed.word:
        yield from ("", " ", 1, True, b"text")
        return
    if allowed.each is not None:
        yield from ("text", 1, True, {"a": 1}, *([value] for value in outside(allowed.each)))
        yield [next(inside(allowed.each)), object()]
        return
    yield from (True, "abc", "", "1e", "nan", "inf", float("inf"), "-inf", b"1", "1/0", "1e301")
    step = Fraction(1) if allowed.whole else HAIR
    if allowed.low is not None:
        yield allowed.low if allowed.open_low else allowed.low - step
        yield from (-1, "-1e300", -(10**301))
    if allowed.high is not None:
        yield allowed.high if allowed.open_high else allowed.high + step
        yield allowed.high + 1
    if allowed.whole:
        yield from ((allowed.low or 0) + Fraction(1, 2), "1.5", 2.5)


def inside(allowed: Allowed) -> Iterator[Any]:
    """Values at the edge of what a declaration allows."""
    if type(allowed) in OF_ITS_OWN:
        yield from OF_ITS_OWN[type(allowed)][0]
        return
    if allowed.flag:
        yield from (True, False)
        return
    if allowed.choices:
        yield from allowed.choices
        return
    if allowed.word:
        yield from ("a", "two words")
        return
    if allowed.each is not None:
        yield tuple(inside(allowed.each))
        return
    step = Fraction(1) if allowed.whole else HAIR
    if allowed.low is not None:
        yield allowed.low + step if allowed.open_low else allowed.low
    if allowed.high is not None:
        yield allowed.high - step if allowed.open_high else allowed.high
    if allowed.high is None:
        yield from (7, "7", 7.0, Fraction(7), "7e2")


def declared(case: Case) -> Iterator[tuple[str, Allowed, bool]]:
    """Name, declaration and optionality of every declared field."""
    for name, about in declarations(case.kind).items():
        yield name, about.allowed, about.optional


def tells(error: SetupError, where: str, allowed: Allowed) -> bool:
    """Whether a refusal names the place, or a part of it, and what is allowed there."""
    if error.where == where:
        return allowed.text in str(error)
    parts = allowed.each or NON_NEGATIVE
    return error.where.startswith((f"{where}[", f"{where}.")) and parts.text in str(error)
