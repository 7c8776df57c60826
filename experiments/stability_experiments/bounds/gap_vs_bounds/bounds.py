"""Every bound on the gap of logistic regression on a known population, tried on samples of it.

sup L(z), E L(z) and E L(z)^2 are facts about the population, so what follows from them is proved
for it. What is certified comes from the first half of the samples and is tried on the second.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.stats import binomtest

from stability.bounds.analyse import Analysis, analyse
from stability.conventions import Convention, Kind, Notion, Quantity
from stability.estimate.statistics.independent import (
    MEASURED,
    certified_mean,
    certified_mean_gap,
    certified_pointwise,
)
from stability.rounding import rounded_up
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.setup.setup import Loss, Sample, Setup
from stability.theorems.evaluate import evaluate
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.constant import Stability
from stability_experiments.bounds.gap_vs_bounds.samples import Draws, Population

DELTA, CERTIFICATE = Fraction(1, 20), Fraction(1, 200)
CONFIDENCE = 0.95
LOSS_RANGE = Fraction("2.302585092994046")
REGULARIZATION = "0.03"
TAILS = (Quantity.GAP, Quantity.ABSOLUTE_GAP)
QUANTITIES = (*TAILS, Quantity.EXPECTED_GAP)
NARROW, WIDE = "certified, changes in [0, U/m]", "certified, changes in [0, M]"
POINTWISE_THEOREM = "bousquet2002-thm11-emp"


@dataclass(frozen=True)
class Line:
    """One bound beside what was seen of the quantity that it bounds.

    `seen`: the 95% quantile of the gap or of its size, or the mean gap. The bound failed in
    `failures` of `tried` samples, both 0 for bounds on the mean gap. `promise`: proved, certified,
    or asymptotic (nothing is promised at any one sample size).
    """

    quantity: Quantity
    theorem: str
    notion: str
    form: str
    promise: str
    value: float
    seen: float
    failures: int
    tried: int

    @property
    def name(self) -> str:
        """What tells it from the other bounds at one sample size."""
        return f"{self.quantity}: {self.theorem}, {self.notion}, {self.form}"

    @property
    def promises(self) -> bool:
        """Whether it is a bound at this sample size."""
        return self.promise != str(Kind.ASYMPTOTIC)

    @property
    def slack(self) -> float:
        """How many times what was seen it is."""
        return self.value / self.seen

    @property
    def note(self) -> str:
        """What a row says beside the number."""
        parts = [self.promise if self.promises else f"{self.promise}: promises nothing"]
        if self.tried:
            limit = failure_at_most(self.failures, self.tried, CONFIDENCE)
            parts.append(
                f"failed in {self.failures} of {self.tried} samples, so with probability at most "
                f"{rounded_up(limit, 2)} (Clopper-Pearson, confidence {CONFIDENCE:g})"
            )
        what = "95% quantile" if self.tried else "mean"
        parts.append(f"{self.slack:.3g} times the {what} seen")
        if self.value >= LOSS_RANGE:
            parts.append("vacuous")
        return "; ".join(parts)


@dataclass(frozen=True)
class Constant:
    """A constant in expectation over the sample, keep-1/m.

    `seen`: its mean on the second half of the samples. `narrow` and `wide` are certified on the
    first half: from the range [0, U/m] that is proved for every change, and from that of the loss.
    """

    name: str
    seen: float
    narrow: float
    wide: float
    proved: float


@dataclass(frozen=True)
class Outcome:
    """Everything at one sample size: both halves of the samples, constants and bounds.

    `uniform` is U/m, which no deletion exceeds at any point; `elastic` is B/m, which none exceeds
    on average over the points.
    """

    certifying: Draws
    trial: Draws
    uniform: float
    elastic: float
    constants: tuple[Constant, Constant]
    lines: tuple[Line, ...]

    @property
    def size(self) -> int:
        """The sample size m."""
        return self.trial.size

    def best(self, notion: str, promise: str) -> Line:
        """The smallest bound on the gap of one run, of a notion (any, if it is "") and promise."""
        fitting = [
            line
            for line in self.lines
            if line.tried and line.promise == promise and notion in ("", line.notion)
        ]
        return min(fitting, key=lambda line: line.value)

    def value(self, theorem: str, form: str) -> float:
        """The smallest bound of one theorem, one-sided where it has both."""
        return min(x.value for x in self.lines if (x.theorem, x.form) == (theorem, form))


def describe(population: Population, size: int) -> Setup:
    """The learner on samples of a size; what it says of the population is exact, rounded up."""
    return Setup(
        sample=Sample(size),
        loss=Loss(
            range=LOSS_RANGE,
            lipschitz=population.lipschitz_supremum,
            mean_lipschitz=population.lipschitz_mean,
            rms_lipschitz=population.lipschitz_rms,
            fourth_moment_lipschitz=population.lipschitz_fourth_moment,
            convex=True,
        ),
        algorithm=EmpiricalRiskMinimizer(regularization=REGULARIZATION),
    )


def outcome(population: Population, drawn: Draws) -> Outcome:
    """Certify on the first half of the samples, and try every bound on the second."""
    half = len(drawn) // 2
    certifying, trial = drawn.part(0, half), drawn.part(half, len(drawn))
    setup = describe(population, drawn.size)
    measured = certified_pointwise(
        certifying.changes,
        certifying.diagonal,
        setup,
        Convention.KEEP,
        CERTIFICATE,
        positions=0,
        symmetric=True,
        randomised=False,
    )
    analysis = analyse(setup, DELTA, measured=[measured])
    elastic = _elastic(analysis)
    constants = _constants(certifying, trial, elastic, measured)
    lines = [_tried(bound, trial) for bound in analysis.bounds if bound.quantity in QUANTITIES]
    lines.append(_from_narrow(setup, constants, trial))
    mean_gap = certified_mean_gap(certifying.gaps, _above(LOSS_RANGE), CERTIFICATE)
    lines.append(
        line(
            Quantity.EXPECTED_GAP, "measured", "mean gap", "certified, gaps in [-M, M]",
            "certified", mean_gap.upper, trial,
        )
    )  # fmt: skip
    return Outcome(certifying, trial, elastic["U"], elastic["B"], constants, _grouped(lines))


def _elastic(analysis: Analysis) -> dict[str, float]:
    """The proved values of B, U, B1 and D, keep-1/m, over m: changes of the loss."""
    [values] = [
        constant.at()
        for constant in analysis.constants
        if (constant.notion, constant.convention) == (Notion.ELASTIC, Convention.KEEP)
    ]
    size = analysis.setup.sample.size
    return {name: math.nextafter(value / size, math.inf) for name, value in values.items()}


def _constants(
    certifying: Draws, trial: Draws, elastic: dict[str, float], measured: Stability
) -> tuple[Constant, Constant]:
    wide, share = measured.at(), CERTIFICATE / 2
    top = min(elastic["U"], _above(LOSS_RANGE))
    return (
        Constant(
            "hypothesis",
            float(trial.changes.mean()),
            certified_mean(certifying.changes, 0.0, top, share).upper,
            wide["beta_hyp"],
            elastic["B1"],
        ),
        Constant(
            "pointwise",
            float(trial.diagonal.mean()),
            certified_mean(certifying.diagonal, 0.0, top, share).upper,
            wide["beta_pt"],
            elastic["D"],
        ),
    )


def _tried(bound: Bound, trial: Draws) -> Line:
    measured = bound.path[0] == MEASURED
    notion = str(bound.stability.notion)
    if "elastic-to-pointwise" in bound.path:
        notion += " from elastic"
    form = WIDE if measured else bound.stability.form
    promise = bound.kind if bound.kind is Kind.ASYMPTOTIC else bound.provenance
    return line(bound.quantity, bound.theorem, notion, form, str(promise), bound.value, trial)


def _from_narrow(setup: Setup, constants: tuple[Constant, Constant], trial: Draws) -> Line:
    """Theorem 11 with the smaller certificates: they take their share of delta, it has the rest."""
    hypothesis, pointwise = constants
    found = evaluate(
        POINTWISE_THEOREM,
        {
            "m": setup.sample.size,
            "M": LOSS_RANGE,
            "delta": DELTA - CERTIFICATE,
            "beta_hyp": Fraction(hypothesis.narrow),
            "beta_pt": Fraction(pointwise.narrow),
        },
    )
    notion = str(Notion.POINTWISE)
    return line(Quantity.GAP, POINTWISE_THEOREM, notion, NARROW, "certified", found.value, trial)


def line(
    quantity: Quantity,
    theorem: str,
    notion: str,
    form: str,
    promise: str,
    value: float,
    trial: Draws,
) -> Line:
    """A bound beside the samples on which it is tried."""
    failures, tried, seen = 0, 0, trial.mean_gap
    if quantity in TAILS:
        gaps = np.abs(trial.gaps) if quantity is Quantity.ABSOLUTE_GAP else trial.gaps
        failures, tried = int((gaps > value).sum()), len(gaps)
        seen = float(np.quantile(gaps, 1.0 - float(DELTA)))
    return Line(quantity, theorem, notion, form, promise, value, seen, failures, tried)


def _grouped(lines: list[Line]) -> tuple[Line, ...]:
    """By quantity, then theorem by theorem, the theorem of the smallest value first."""

    def groups() -> Iterator[list[Line]]:
        for quantity, theorem in {(x.quantity, x.theorem): None for x in lines}:
            group = [x for x in lines if (x.quantity, x.theorem) == (quantity, theorem)]
            yield sorted(group, key=lambda x: x.value)

    def place(group: list[Line]) -> tuple[int, float]:
        return QUANTITIES.index(group[0].quantity), group[0].value

    return tuple(line for group in sorted(groups(), key=place) for line in group)


def failure_at_most(failures: int, tried: int, confidence: float) -> float:
    """The exact one-sided upper confidence limit of a probability (Clopper and Pearson, 1934).

    >>> round(failure_at_most(0, 59, 0.95), 4)  # 1 - 0.05^(1/59)
    0.0495
    """
    test = binomtest(failures, tried, alternative="less")
    return float(test.proportion_ci(confidence, method="exact").high)


def _above(value: Fraction) -> float:
    return math.nextafter(float(value), math.inf)
