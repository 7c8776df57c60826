"""How one trains: the sample, the loss, the algorithm. Frozen data with allowed values.

Numbers are stored exactly, as fractions. A Python float means the binary number it is; a string,
`Decimal` or `Fraction` means exactly what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from stability.conventions import MEANS, VALUES, Averaged, Convention, Notion
from stability.errors import SetupError, did_you_mean, shown
from stability.setup.algorithms import KINDS, Algorithm, ConstantStep, DecayingStep
from stability.setup.contradictions import check_together
from stability.setup.fields import (
    FLAG,
    NON_NEGATIVE,
    POSITIVE,
    SHARE,
    ZERO,
    Allowed,
    Exact,
    Number,
    at_least,
    check_fields,
    exact,
    list_of,
    one_of,
    quantity,
    unquoted,
)
from stability.setup.plain import plain_fields


@dataclass(frozen=True)
class Sample:
    """The sample: `size` examples drawn independently from one distribution.

    >>> Sample(60000).size
    60000
    """

    size: int = quantity(at_least(1), "m, the number of training examples", example="60000")

    def __post_init__(self) -> None:
        check_fields(self, "sample")


@dataclass(frozen=True, kw_only=True)
class Loss:
    """What is known of the loss l(w, z). Fields left at None are not known.

    `range`: the losses that are evaluated, of trained hypotheses, lie in [0, range]; left out, it
    follows from the algorithm where that says it (`base_range`), and is not known elsewhere.
    `lipschitz`: the supremum over z of
    L(z), the Lipschitz constant of l(., z) in the weights, on a convex set that holds all iterates;
    it serves the loss that is trained on, without a regulariser, and the one that is evaluated.
    `mean_lipschitz` is E L(z), `rms_lipschitz` is sqrt(E L(z)^2). `smoothness`: the gradients that
    steps follow, those of the loss that is trained on plus its regulariser (weight decay adds its
    lambda), are that Lipschitz, for all weights. `convex`, `nonnegative`: for all weights as well,
    also those that training never reaches. `measured_failure`: if the mean or rms constants are
    upper confidence bounds from data, the probability that one of them is too small; it becomes
    part of every total failure probability that uses them, and what follows is then `certified`,
    not `proved`.

    Raises SetupError for values that are not allowed, or if not mean <= rms <= supremum.

    >>> Loss(range=1, lipschitz=1, mean_lipschitz="0.5").mean_lipschitz
    Fraction(1, 2)
    """

    range: Number | None = quantity(
        POSITIVE,
        "M: the losses of trained hypotheses, also of those trained without an example, lie in "
        "[0, M] on every example",
        default=None,
        example="1.0",
        shown=True,
        symbol="M",
    )
    lipschitz: Number | None = quantity(
        POSITIVE,
        "L, the supremum over z of the Lipschitz constants L(z) of the loss in the weights: of the "
        "loss that is trained on, without a regulariser, and of the one that is evaluated",
        default=None,
        example="1.0",
        shown=True,
        symbol="L",
    )
    mean_lipschitz: Number | None = quantity(
        POSITIVE, "E L(z)", default=None, example="0.5", shown=True
    )
    rms_lipschitz: Number | None = quantity(POSITIVE, "sqrt(E L(z)^2)", default=None, example="0.6")
    smoothness: Number | None = quantity(
        POSITIVE,
        "gamma: the gradients that steps follow are gamma-Lipschitz in the weights, for all "
        "weights; gradients of the loss plus its regulariser: weight decay adds its lambda",
        default=None,
        example="0.25",
        shown=True,
        symbol="gamma",
    )
    convex: bool | None = quantity(
        FLAG,
        "whether the loss that is trained on, l(., z), is convex for every z",
        default=None,
        example="true",
        shown=True,
    )
    nonnegative: bool | None = quantity(
        FLAG,
        "whether l(w, z) >= 0 for every z and all weights w, also those never reached, of the "
        "loss that is trained on and of the one that is evaluated",
        default=None,
        example="true",
    )
    measured_failure: Number = quantity(
        SHARE,
        "the probability that a measured mean or rms is too small",
        default=Fraction(0),
        example="0.0",
    )

    def __post_init__(self) -> None:
        check_fields(self, "loss")
        ladder = [
            (name, getattr(self, name))
            for name in ("mean_lipschitz", "rms_lipschitz", "lipschitz")
            if getattr(self, name) is not None
        ]
        if ladder and self.lipschitz is None:
            raise SetupError(
                where="loss.lipschitz",
                found="nothing, beside " + ladder[0][0],
                allowed="a number of at least " + ladder[0][0],
                remedy="A mean says nothing without the supremum: theorems need it too.",
            )
        for (low, a), (high, b) in pairwise(ladder):
            if a > b:
                raise SetupError(
                    where=f"loss.{low}",
                    found=a,
                    allowed=f"at most loss.{high} = {float(b):g}",
                    remedy="The order is mean <= root mean square <= supremum.",
                )


@dataclass(frozen=True, kw_only=True)
class Training:
    """Measured or assumed quantities of the run that some theorems need.

    `expected_risks`: E F_S(w_1), ..., one per step, the training risk before each step; an
    optional last entry, one more than there are steps, is that of the output. The entries before
    steps are in the loss that is trained on, the last one is in the loss that is evaluated: give
    them all in the loss as it is trained on, not cut, which is at least the cut one.
    `erm_error`: how far the training risk of the output may be above the least one in a class of
    models, in expectation; excess risks compare with the best model of that class.

    >>> Training(erm_error="0.01").erm_error
    Fraction(1, 100)
    """

    expected_risks: tuple[Fraction, ...] | None = quantity(
        list_of(NON_NEGATIVE, "a list of numbers of at least 0, one per step"),
        "E F_S(w_1), E F_S(w_2), ...: the training risk before each step, not cut",
        default=None,
        example="[0.69, 0.52, 0.44]",
    )
    erm_error: Number | None = quantity(
        NON_NEGATIVE,
        "the excess of the training risk over the least one in a class of models",
        default=None,
        example="0.01",
        symbol="erm_error",
    )

    def __post_init__(self) -> None:
        check_fields(self, "training")


class NamedNumbers(Allowed):
    """Numbers of at least 0 by name, stored as pairs."""

    def convert(self, value: Any) -> tuple[tuple[str, Fraction], ...]:
        """The pairs; ValueError or TypeError for what is no table of numbers."""
        given = dict(value)
        if not given:
            raise ValueError("an empty table")
        return tuple((str(n), NON_NEGATIVE.part(f".{n}", v)) for n, v in given.items())

    def read(self, where: str, value: Any) -> Any:
        """A table of numbers. Raises SetupError for anything else."""
        if not isinstance(value, Mapping):
            raise SetupError(where=where, found=value, allowed=self.text)
        return {name: unquoted(f"{where}.{name}", number) for name, number in value.items()}


@dataclass(frozen=True, kw_only=True)
class AssumedStability:
    """Your own stability constant in place of an algorithm: what follows has provenance `assumed`.

    `notion`, `neighbour` and the names of `values` belong together (see the table `VALUES` of
    `stability.conventions`). `convention` says what deletion means; it has to be that of the
    leave-one-out error you have in mind. `averaged_over`: "sample and algorithm" is for notions
    that are means over the sample only. `scaling`: how the values depend on the sample size m,
    "constant" or "1/m"; missing means they are known at this m only, and theorems that also need
    them at m - 1 refuse. For the notion "elastic" the values are those of beta in
    |l(A_S, z) - l(A_S^-i, z)| <= beta(z_i, z)/m, and a scaling promises that one function beta
    serves m and m - 1: the same with "constant", one that falls like 1/m with "1/m". Constants of
    (pointwise) hypothesis stability are taken as means over the position of the deleted example.
    `symmetric`: whether any two examples may change places without changing what is learned, also
    after a deletion; missing means that nobody says so, and theorems on such rules refuse.
    `structure`:
    "product" if beta(z', z) = u(z') v(z), which bounds the probability that a mean of beta is
    large.

    >>> AssumedStability(notion="uniform", values={"beta": "1e-5"}).neighbour
    'deletion'
    """

    notion: str = quantity(
        one_of(*dict.fromkeys(str(n) for n, _ in VALUES)), "the notion", example='"uniform"'
    )
    values: tuple[tuple[str, Fraction], ...] = quantity(
        NamedNumbers("a table of name = number"),
        "the numbers that go with notion and neighbour, by name",
        example="{ beta = 1e-5 }",
    )
    neighbour: str = quantity(
        one_of("deletion", "replacement"),
        "which samples are neighbours",
        default="deletion",
        example='"deletion"',
    )
    convention: str | None = quantity(
        one_of(*(str(c) for c in Convention)),
        "what deletion means",
        default=None,
        example='"retrain"',
    )
    averaged_over: str = quantity(
        one_of("nothing", "algorithm", "sample and algorithm"),
        "the randomness that the constant averages over",
        default="nothing",
        example='"nothing"',
    )
    scaling: str | None = quantity(
        one_of("constant", "1/m"),
        "how the constant depends on the sample size",
        default=None,
        example='"1/m"',
    )
    structure: str | None = quantity(
        one_of("product"),
        "the form of an elastic constant, if it has one",
        default=None,
        example='"product"',
    )
    symmetric: bool | None = quantity(
        FLAG,
        "whether any two examples may change places without changing what is learned, also after "
        "a deletion",
        default=None,
        example="true",
    )

    def __post_init__(self) -> None:
        check_fields(self, "stability")
        wanted = VALUES.get((self.notion, self.neighbour))  # type: ignore[call-overload]
        if wanted is None:
            other = "replacement" if self.neighbour == "deletion" else "deletion"
            raise SetupError(
                where="stability.neighbour",
                found=self.neighbour,
                allowed=f"{other!r} for the notion {self.notion!r}",
            )
        given = dict(self.values)
        if set(given) != set(wanted):
            raise SetupError(
                where="stability.values",
                found=", ".join(given) or "nothing",
                allowed=f"for {self.notion} {self.neighbour} stability exactly: "
                + ", ".join(wanted),
            )
        if self.averaged_over == Averaged.BOTH and self.notion not in MEANS:
            raise SetupError(
                where="stability.averaged_over",
                found=self.averaged_over,
                allowed=f"'nothing' or 'algorithm' for the notion {self.notion!r}",
                remedy="Only what is itself a mean over the sample can be a mean over both: "
                + ", ".join(repr(str(n)) for n in Notion if n in MEANS)
                + ".",
            )
        checked = tuple((name, given[name]) for name in wanted)
        object.__setattr__(self, "values", checked)
        value = dict(checked)
        if self.notion == Notion.ELASTIC and not (
            value["B1"] <= value["B"] <= value["U"] and value.get("D", ZERO) <= value["U"]
        ):
            raise SetupError(
                where="stability.values",
                found=", ".join(f"{k} = {float(v):g}" for k, v in checked),
                allowed="B1 <= B <= U and D <= U",
                remedy="U is the largest beta(z', z), B the largest row mean, B1 the mean.",
            )


@dataclass(frozen=True, kw_only=True)
class Setup:
    """A training setup: all that a theorem may read. Exactly one of algorithm and stability.

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
        if self.algorithm is not None:
            self.algorithm.check_size(self.sample.size)
            loss = {"smoothness": self.loss.smoothness, "range": self.loss.range}
            check_together(self.algorithm, loss)

    def cannot_train_on(self, size: int) -> SetupError | None:
        """Why the algorithm cannot train on a sample of another size, None if it can."""
        try:
            replace(self, sample=Sample(size))
        except SetupError as error:
            return error
        return None

    def value(self, place: str) -> Any:
        """The value at a place such as `algorithm.step_size`, None if the setup has none there.

        Raises SetupError, with the nearest name, for a place that no setup has.
        """
        section, _, name = place.partition(".")
        holder = getattr(self, section, None) if section in SECTIONS else None
        if section in SECTIONS and (not name or hasattr(holder, name)):
            return getattr(holder, name) if name else holder
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
        the schedule, another sample size does what `with_size` does.

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
            return replace(self, **{section: replace(holder, steps=value, epochs=None)})  # type: ignore[arg-type]
        changed = replace(self, **{section: replace(holder, **{name: value})})  # type: ignore[arg-type]
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
        resized = replace(self, sample=Sample(size))
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

    def record(self) -> dict[str, Any]:
        """The setup as plain values, for JSON: sections of numbers, strings and truth values."""
        sections = {
            item.name: plain_fields(getattr(self, item.name))
            for item in fields(self)
            if getattr(self, item.name) is not None
        }
        return {name: section for name, section in sections.items() if section}


SECTIONS = tuple(item.name for item in fields(Setup))


def _names(section: str) -> set[str]:
    """The fields that a section may have; an algorithm those of every kind."""
    plain = {"sample": Sample, "loss": Loss, "training": Training, "stability": AssumedStability}
    kinds = tuple(KINDS.values()) if section == "algorithm" else (plain.get(section),)
    names = {item.name for kind in kinds if kind is not None for item in fields(kind)}
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
