"""The words that tables and pages use, and what each means to a reader."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from stability.conventions import Kind, Provenance, Quantity, Trust
from stability.rounding import given
from stability.setup.algorithms import Algorithm, ConstantStep, DecayingStep
from stability.setup.fields import declarations
from stability.setup.setup import Setup
from stability.theorems.kinds.labels import OF_THE_RUN
from stability.theorems.kinds.symbol_values import loss_range, range_origin

QUANTITY_LATEX: Mapping[str, str] = MappingProxyType(
    {
        Quantity.GAP: r"R - R_{\mathrm{emp}}",
        Quantity.LOO_GAP: r"R - R_{\mathrm{loo}}",
        Quantity.ABSOLUTE_GAP: r"|R - R_{\mathrm{emp}}|",
        Quantity.EXPECTED_GAP: r"\mathbb{E}[R - R_{\mathrm{emp}}]",
        Quantity.SQUARED_GAP: r"\mathbb{E}(R - R_{\mathrm{emp}})^2",
        Quantity.LOO_SQUARED_GAP: r"\mathbb{E}(R - R_{\mathrm{loo}})^2",
        Quantity.LOO_ABSOLUTE_GAP: r"|R - R_{\mathrm{loo}}|",
        Quantity.KFOLD_SQUARED_GAP: r"\mathbb{E}(R_K - R_{\mathrm{cv}})^2",
        Quantity.MOMENT: r"\|R - R_{\mathrm{emp}}\|_q",
        Quantity.EXCESS_RISK: r"R - \inf_{h \in \mathcal{H}} R(h)",
        Quantity.RANDOMISED_GAP: r"\mathbb{E}_Q[R - R_{\mathrm{emp}}]",
        Quantity.RANDOMISED_KL: r"\mathrm{kl}(\mathbb{E}_Q R_{\mathrm{emp}}/M, \mathbb{E}_Q R/M)",
        Quantity.DRAWN_KL: r"\mathrm{kl}(R_{\mathrm{emp}}(h)/M, R(h)/M)",
        Quantity.DISTANCE: r"|A(S) - \mathbb{E} A|",
        Quantity.SQUARED_DISTANCE: r"\mathbb{E}|A(S) - \mathbb{E} A|^2",
    }
)
"""Each quantity as a formula; R the test risk, R_emp the training risk, H the class in which the
training risk is nearly the least."""

LEGEND: tuple[tuple[str, str], ...] = (
    (str(Kind.UPPER), "a guarantee: the quantity is at most this number"),
    (str(Kind.EXACT), "the quantity is this number"),
    (str(Kind.LOWER), "no theorem of this form can promise less than this number"),
    (
        str(Kind.ASYMPTOTIC),
        "holds only for sample sizes large enough, nobody says how large: promises nothing here",
    ),
    (str(Kind.ESTIMATE), "computed from measurements without a guarantee: promises nothing"),
    (
        str(Provenance.PROVED),
        "the constant follows from the hypotheses on the training setup by theorems; the word "
        "beside it says whose",
    ),
    (
        str(Provenance.CERTIFIED),
        "the constant was measured; the chance that it is too small is part of the "
        "failure probability",
    ),
    (str(Provenance.ASSUMED), "the constant was given by you and taken on trust"),
    (str(Provenance.PLUG_IN), "the constant was measured on one trained model, with no confidence"),
    (
        str(Trust.DERIVED),
        "every theorem from the setup to the number has a derivation that the checker of this "
        "project accepts: `stability prove ID --steps` shows it",
    ),
    (
        str(Trust.SECOND_HAND),
        "a theorem on the way is as its source states it, without a derivation here: "
        "`stability prove ID` says why",
    ),
    (
        str(Trust.OWN),
        "a theorem on the way is of your own: this library vouches for nothing that rests on it",
    ),
    ("one-sided", "how far the test loss may be above the training loss"),
    ("two-sided", "the same, and how far it may be below"),
    (OF_THE_RUN, "speaks of the very run that was made, not of an average over runs"),
    (
        "mean over the algorithm",
        "speaks of the gap averaged over the algorithm's own randomness, not of one run; squares, "
        "norms and absolute values are taken of that mean",
    ),
    ("vacuous", "says no more than the range of the loss gives for nothing"),
)
"""What the words in tables mean."""


def algorithm_words(algorithm: Algorithm | None) -> str:
    """An algorithm in a few words.

    >>> from stability.setup.algorithms import StochasticGradientDescent
    >>> algorithm_words(StochasticGradientDescent(step_size="0.001", epochs=2))
    'stochastic gradient descent, shuffled, step size 0.001, no weight decay, 2 epochs'
    """
    if algorithm is None:
        return "your own stability constant"
    parts = [algorithm.title]
    if order := getattr(algorithm, "order", None):
        parts.append(order)
    if getattr(algorithm, "batch_size", 1) != 1:
        parts.append(f"batches of {algorithm.batch_size}")  # type: ignore[attr-defined]
    step = getattr(algorithm, "step_size", None)
    if isinstance(step, ConstantStep):
        parts.append(f"step size {given(step.size)}")
    if isinstance(step, DecayingStep):
        parts.append(f"step size {given(step.c)}/t")
    for name, declared in declarations(algorithm).items():
        value = getattr(algorithm, name)
        if declared.untold and not value:
            parts.append(declared.untold)
        elif declared.told and value is not None:
            parts.append(declared.told.format(value if isinstance(value, str) else given(value)))
    if length := duration_words(algorithm):
        parts.append(length)
    return ", ".join(parts)


def duration_words(algorithm: Algorithm | None) -> str:
    """How long training runs, "" for what is not iterative."""
    for name in ("steps", "epochs"):
        count = getattr(algorithm, name, None)
        if count is not None:
            return f"{count} {name if count != 1 else name[:-1]}"
    return ""


def losses_words(setup: Setup) -> str:
    """The range of the losses, and the place in the setup that it was read from.

    >>> from stability.setup.setup import Loss, Sample, Setup
    >>> from stability.setup.algorithms import NearestNeighbours
    >>> losses_words(
    ...     Setup(sample=Sample(50), loss=Loss(range=2), algorithm=NearestNeighbours(neighbours=3))
    ... )
    'losses lie in [0, 2] (loss.range)'
    """
    limit = loss_range(setup)
    if limit is None:
        return "the range of the losses is not known"
    return f"losses lie in [0, {given(limit)}] ({range_origin(setup)})"


def setup_words(setup: Setup) -> str:
    """A setup in one line.

    >>> from stability.setup.algorithms import EmpiricalRiskMinimizer
    >>> from stability.setup.setup import Sample, Setup
    >>> setup_words(Setup(sample=Sample(50), algorithm=EmpiricalRiskMinimizer(regularization=1)))
    'regularised empirical risk minimisation, regularisation 1, m = 50'
    """
    return f"{algorithm_words(setup.algorithm)}, m = {setup.sample.size}"
