"""How one trains: the sample, the loss, the algorithm. Frozen data with allowed values.

Numbers are stored exactly, as fractions. A Python float means the binary number it is; a string,
`Decimal` or `Fraction` means exactly what it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any

from stability.errors import SetupError, did_you_mean, shown
from stability.setup.algorithms import KINDS, Algorithm, ConstantStep, DecayingStep
from stability.setup.contradictions import check_together
from stability.setup.fields import Exact, at_least, check_fields, declarations, exact, quantity
from stability.setup.loss import Loss
from stability.setup.own_constant import AssumedStability
from stability.setup.plain import field_words, plain_fields
from stability.setup.told import ToldSection
from stability.setup.training import Training
from stability.told import Told

__all__ = [
    "AssumedStability",
    "Dropped",
    "Loss",
    "Sample",
    "Setup",
    "Training",
    "probability",
]


@dataclass(frozen=True)
class Sample(ToldSection):
    """The sample: `size` examples drawn independently from one distribution.

    `folds`: into how many parts, as equal as they can be, a cross-validation cuts it, if there is
    one; bounds on its error ask for it.

    >>> Sample(60000).size
    60000
    """

    size: int = quantity(at_least(1), "m, the number of training examples", example="60000")
    folds: int | None = quantity(
        at_least(2),
        "K, the number of folds of a cross-validation, for bounds on its error",
        default=None,
        example="5",
        symbol="folds",
    )

    def __post_init__(self) -> None:
        check_fields(self, "sample")


@dataclass(frozen=True)
class Dropped:
    """A value that a setup had and has no more: it belonged to `found` at the place `changed`."""

    place: str
    changed: str
    found: Any

    def __str__(self) -> str:
        step = getattr(self.found, "size", None) or getattr(self.found, "c", None)
        return f"nothing now: it belonged to {self.changed} = {shown(step or self.found)}"


@dataclass(frozen=True, kw_only=True)
class Setup(Told):
    """A training setup: all that a theorem may read. Exactly one of algorithm and stability.

    `dropped` is filled in by `with_value` and `with_size`: values that belong to what was changed,
    such as risks that were measured with another step size, are not carried over.

    Raises SetupError for what cannot hold together: see `stability.setup.contradictions`.

    >>> from stability.setup.algorithms import GradientDescent
    >>> setup = Setup(
    ...     sample=Sample(1000),
    ...     loss=Loss(range=1, lipschitz=1, smoothness="0.25", convex=True),
    ...     algorithm=GradientDescent(step_size="0.1", steps=100),
    ... )
    >>> setup.with_value("sample.size", 2000).sample.size
    2000
    """

    sample: Sample
    loss: Loss = field(default_factory=Loss)
    algorithm: Algorithm | None = None
    training: Training = field(default_factory=Training)
    stability: AssumedStability | None = None
    dropped: tuple[Dropped, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        if isinstance(self.sample, int) and not isinstance(self.sample, bool):
            object.__setattr__(self, "sample", Sample(self.sample))
        kinds = {"sample": Sample, "loss": Loss, "training": Training}
        optional = {"algorithm": Algorithm, "stability": AssumedStability}
        for name, kind in {**kinds, **optional}.items():
            value = getattr(self, name)
            if not isinstance(value, kind) and not (name in optional and value is None):
                raise SetupError(
                    where=name, found=value, allowed=f"a {kind.__name__} (frozen data)"
                )
        if (self.algorithm is None) == (self.stability is None):
            both = self.algorithm is not None
            raise SetupError(
                where="setup",
                found="both [algorithm] and [stability]"
                if both
                else "neither [algorithm] nor [stability]",
                allowed="exactly one of them",
                remedy="Describe how you train, or give your own stability constant.",
            )
        check_together(self.value, self.steps)

    @property
    def steps(self) -> int | None:
        """The number of steps that training takes, None for what has no steps."""
        return None if self.algorithm is None else self.algorithm.steps_at(self.sample.size)

    def cannot_train_on(self, size: int) -> SetupError | None:
        """Why the algorithm cannot train on a sample of another size, None if it can."""
        try:
            self._turned("sample.size", sample=replace(self.sample, size=size))
        except SetupError as error:
            return error
        return None

    def value(self, place: str) -> Any:
        """The value at a place such as `algorithm.step_size`, None if the setup has none there.

        Raises SetupError, with the nearest name, for a place that no setup has.
        """
        section, _, name = place.partition(".")
        if section in SECTIONS:
            holder = getattr(self, section)
            found = getattr(holder, name, _NOTHING) if name else holder
            if found is not _NOTHING:
                return found
        if name not in _names(section):
            known = [f"{s}.{n}" for s in SECTIONS for n in sorted(_names(s))]
            raise SetupError(
                where=place,
                found="no such place in any setup",
                allowed="section.field, with the sections " + ", ".join(SECTIONS),
                remedy=did_you_mean(place, known, show=str),
            )
        return None

    def with_value(self, place: str, value: Any) -> Setup:
        """The same setup with another value at `section.field`; a number for `step_size` keeps
        the schedule, another sample size does what `with_size` does. Values that belong to what was
        there before (`Declaration.belongs_to`) are dropped.

        Raises SetupError if there is no such place or the value is not allowed, and for another
        loss beside a constant of your own, which belongs to the loss that it was found for.
        """
        if place == "sample.size":
            return self.with_size(value)
        section, _, name = place.partition(".")
        holder = getattr(self, section, None)
        if not is_dataclass(holder) or name not in {f.name for f in fields(holder)}:
            raise SetupError(
                where=place, found="no such place in this setup", allowed="section.field"
            )
        if name == "step_size" and isinstance(getattr(holder, name), DecayingStep):
            value = (
                value if isinstance(value, (ConstantStep, DecayingStep)) else DecayingStep(value)
            )
        if name == "steps" and getattr(holder, "epochs", None) is not None:
            return self._turned(place, **{section: replace(holder, steps=value, epochs=None)})  # type: ignore[arg-type]
        changed = self._turned(place, **{section: replace(holder, **{name: value})})  # type: ignore[arg-type]
        if self.stability is not None and changed.loss != self.loss:
            raise SetupError(
                where="stability.values",
                found=f"a constant for {place} = {shown(getattr(holder, name))}",
                allowed=f"one for {place} = {shown(getattr(changed.loss, name))}",
                remedy="Nothing says how a constant of your own depends on the loss: write a setup "
                "with the values for this one.",
            )
        return changed

    def with_size(self, size: int) -> Setup:
        """The same setup with another sample size (epochs, if given, set the steps anew).

        A constant of your own is carried over as its scaling says. Raises SetupError if it has
        none and the size is another one, or if the algorithm cannot train on so few examples.
        """
        resized = self._turned("sample.size", sample=replace(self.sample, size=size))
        own = self.stability
        if own is None or size == self.sample.size or own.scaling == "constant":
            return resized
        if own.scaling is None:
            raise SetupError(
                where="stability.scaling",
                found=None,
                allowed='"constant" or "1/m"',
                remedy=f"The constant is known at m = {self.sample.size} only, not at {size}.",
            )
        factor = Fraction(self.sample.size, size)
        scaled = tuple((name, value * factor) for name, value in own.values)
        return replace(resized, stability=replace(own, values=scaled))

    def _turned(self, place: str, **sections: Any) -> Setup:
        """With other sections, which differ at a place, without the values that belong to it."""
        before = self.value(place)
        section, _, name = place.partition(".")
        if getattr(sections[section], name) == before:
            return replace(self, **sections)
        known = [d for d in self.dropped if d.place != place]
        for at in ("algorithm", "training"):
            holder = sections.get(at, getattr(self, at))
            gone = [n for n in _belonging(holder, place) if f"{at}.{n}" != place]
            if gone:
                sections[at] = replace(holder, **dict.fromkeys(gone))
                known += [Dropped(f"{at}.{n}", place, before) for n in gone]
        return replace(self, **sections, dropped=tuple(known))

    def told(self) -> tuple[str, ...]:
        """Every section of which something is known, a line each."""
        lines = [f"A training setup with m = {self.sample.size}"]
        lines += [f"  [{name}] {field_words(getattr(self, name))}" for name in self.record()]
        return (*lines, "next: stability.analyse(setup)")

    def record(self) -> dict[str, Any]:
        """The setup as plain values, for JSON: sections of numbers, strings and truth values."""
        sections = {
            item.name: plain_fields(getattr(self, item.name))
            for item in fields(self)
            if item.name in SECTIONS and getattr(self, item.name) is not None
        }
        return {name: section for name, section in sections.items() if section}


SECTIONS = tuple(item.name for item in fields(Setup) if item.compare)
_NOTHING = object()


def _belonging(section: Any, place: str) -> Iterator[str]:
    """The fields of a section whose values belong to a place of the setup.

    An error that is known to be 0 belongs to none: what has it minimises exactly.
    """
    if section is None:
        return
    for name, declared in declarations(section).items():
        value = getattr(section, name)
        if value is None or not {place, place.partition(".")[0]} & set(declared.belongs_to):
            continue
        if value != 0 or section.measured is not False:
            yield name


@cache
def _names(section: str) -> frozenset[str]:
    """The fields that a section may have; an algorithm those of every kind."""
    plain = {"sample": Sample, "loss": Loss, "training": Training, "stability": AssumedStability}
    kinds = tuple(KINDS.values()) if section == "algorithm" else (plain.get(section),)
    names = frozenset(item.name for kind in kinds if kind is not None for item in fields(kind))
    return names | {"kind", "title"} if section == "algorithm" else names


def probability(delta: Exact, where: str = "delta") -> Fraction:
    """A failure probability strictly between 0 and 1, exactly; SetupError otherwise.

    >>> probability("0.05")
    Fraction(1, 20)
    """
    try:
        value = exact(delta)
    except (ValueError, TypeError):
        value = None
    if value is None or not 0 < value < 1:
        raise SetupError(
            where=where,
            found=delta,
            allowed="a number strictly between 0 and 1",
            remedy="It is the total probability with which a bound may fail, such as 0.05.",
        )
    return value
