"""The body of `gap-vs-bounds`: the gap at every sample size, beside every bound on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from stability.conventions import Kind
from stability.estimate.exact.logistic import LogisticModel
from stability.rounding import rounded_up
from stability.runs.tasks import Task
from stability.runs.tasks.threads import on_one_thread
from stability_experiments.bounds.gap_vs_bounds.bounds import (
    CERTIFICATE,
    CONFIDENCE,
    DELTA,
    LOSS_RANGE,
    REGULARIZATION,
    Outcome,
    failure_at_most,
    outcome,
)
from stability_experiments.bounds.gap_vs_bounds.pictures import draw
from stability_experiments.bounds.gap_vs_bounds.samples import (
    SEEN,
    Drawing,
    Draws,
    Population,
    load_population,
    whole_minimiser,
)
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import Claim, ExperimentFindings, Row

COMPONENTS = 20
DECAY = float(REGULARIZATION)
PAIRS = (
    ("elastic-finite-emp", "bousquet2002-thm12-emp"),
    ("elastic-chebyshev", "feldman2018-chebyshev"),
    ("elastic-split", "uniform-split"),
)
"""Elastic theorems and the uniform ones that they generalise."""
KEEP = "keep-1/m"
CHUNK = 20
"""Samples that are stored together."""


@dataclass(frozen=True)
class Size:
    """How much of everything a preset uses; half of the samples certify, half try the bounds.

    `part` of MNIST is the pool; `digits` are the sample sizes when the embedded digits are.
    """

    part: str
    sizes: tuple[int, ...]
    samples: int
    digits: tuple[int, ...]


SIZES = {
    "smoke": Size(part="test", sizes=(250, 1000, 4000), samples=340, digits=(100, 400, 1500)),
    "paper": Size(
        part="all",
        sizes=(500, 2000, 6000, 20000, 60000),
        samples=2000,
        digits=(100, 200, 400, 800, 1500),
    ),
}


def findings(context: Context) -> ExperimentFindings:
    """Draw, learn and bound at every sample size."""
    size, seed = SIZES[context.preset], context.seed
    population = load_population(context.data, size.part, COMPONENTS)
    stages = context.stages({"size": size}, (population.fingerprint,), ("scipy", "scikit-learn"))
    outcomes = []
    with on_one_thread():
        found = stages.cached("population", lambda: _minimise(population))
        whole = LogisticModel(found["weights"], DECAY, float(found["gradient_norm"]))
        for m in size.digits if context.data is None else size.sizes:
            drawing = Drawing(population, whole, m, float(LOSS_RANGE), seed)
            drawn = stages.tasks(
                f"samples-of-{m}",
                [Task(f"sample {k}", k) for k in range(size.samples)],
                drawing,
                chunk=CHUNK,
                progress=partial(context.progress, f"samples of {m} examples"),
            )
            outcomes.append(outcome(population, Draws(m, *(drawn[name] for name in SEEN))))
    pool = f"{population.name}, {len(population):,} images"
    draw(context.out / "gap.png", outcomes, pool)
    learner = Row(
        name="accuracy of the minimiser on the whole population",
        computed=whole.accuracy(population.features, population.labels),
        note=f"{COMPONENTS} principal components and a constant, lambda = {REGULARIZATION}",
    )
    seen, *others = ([row for o in outcomes for row in part(o)] for part in PARTS)
    full = context.preset == "paper" and context.data is not None
    return ExperimentFindings(
        rows=(*seen, learner, *(row for part in others for row in part)),
        claims=claims(outcomes),
        figures=("gap.png",),
        scaled_down=None
        if full
        else f"a pool of {pool}, {size.samples} samples each, m up to {outcomes[-1].size}",
    )


def _minimise(population: Population) -> dict[str, ArrayLike]:
    model = whole_minimiser(population, DECAY)
    return {"weights": model.weights, "gradient_norm": model.gradient_norm}


def _seen(o: Outcome) -> Iterator[Row]:
    """What the gap did, and how far the best bounds are above it."""
    low, middle, high = (float(np.quantile(o.trial.gaps, share)) for share in (0.05, 0.5, 0.95))
    yield Row(
        name=f"gap, 95% quantile, m={o.size}",
        computed=high,
        note=f"median {middle:.3g}, 5% quantile {low:.3g}, {len(o.trial)} samples",
    )
    yield Row(
        name=f"mean gap, m={o.size}",
        computed=o.trial.mean_gap,
        standard_error=o.trial.mean_gap_error,
        note="the gap of the minimiser on P, of mean 0, is subtracted in every sample",
    )
    for notion in ("uniform", "elastic"):
        yield _slack(o, notion, "proved")


def _slack(o: Outcome, notion: str, promise: str) -> Row:
    best = o.best(notion, promise)
    return Row(
        name=f"slack of the best {promise} {notion}".strip() + f" bound, m={o.size}",
        computed=best.slack,
        note=f"{best.theorem}, {rounded_up(best.value, 4)}, over the 95% quantile of the "
        f"{best.quantity}",
    )


def _constants(o: Outcome) -> Iterator[Row]:
    """Stability that was seen, certified and proved, and what the certified one is good for."""
    for constant in o.constants:
        name = f"{constant.name} constant"
        yield Row(name=f"{name}, seen, m={o.size}", computed=constant.seen)
        yield Row(
            name=f"{name}, certified, m={o.size}",
            computed=constant.narrow,
            kind=Kind.UPPER,
            note="certified, fails with probability at most "
            f"{float(CERTIFICATE / 2):g}, from the proved range [0, U/m] of a change; "
            f"{rounded_up(constant.wide, 3)} from the range [0, M] of the loss",
        )
        yield Row(
            name=f"{name}, proved, m={o.size}",
            computed=constant.proved,
            kind=Kind.UPPER,
            note="proved for P",
        )
    yield Row(
        name=f"uniform constant U/m, m={o.size}",
        computed=o.uniform,
        kind=Kind.UPPER,
        note=f"proved for P; largest row mean B/m {rounded_up(o.elastic, 4)}",
    )
    yield _slack(o, "", "certified")


def _bounds(o: Outcome) -> Iterator[Row]:
    for line in o.lines:
        kind = Kind.UPPER if line.promises else Kind.ASYMPTOTIC
        yield Row(name=f"{line.name}, m={o.size}", computed=line.value, note=line.note, kind=kind)


PARTS = (_seen, _constants, _bounds)
"""The rows of one sample size, the most telling first."""


def claims(outcomes: list[Outcome]) -> tuple[Claim, ...]:
    """What has to show, and whether it does."""
    delta = float(DELTA)
    tails = [line for o in outcomes for line in o.lines if line.promises and line.tried]
    each = 1.0 - (1.0 - CONFIDENCE) / len(tails)
    return (
        Claim(
            claim=f"each of {len(tails)} proved and certified bounds failed in at most a share "
            f"{delta:g} of the samples",
            holds=all(line.failures <= delta * line.tried for line in tails),
        ),
        Claim(
            claim=f"with confidence {CONFIDENCE:g} for all of them at once, each fails with "
            f"probability at most {delta:g} (Clopper-Pearson)",
            holds=all(failure_at_most(x.failures, x.tried, each) <= delta for x in tails),
        ),
        Claim(
            claim="the 95% quantile of the gap, or of its size, is below every bound on it",
            holds=all(line.seen < line.value for line in tails),
        ),
        Claim(
            claim="the mean gap plus three standard errors is below every bound on it, proved or "
            "certified on other samples",
            holds=all(
                o.trial.mean_gap + 3 * o.trial.mean_gap_error < line.value
                for o in outcomes
                for line in o.lines
                if not line.tried
            ),
        ),
        Claim(
            claim="certified constants are above the means on other samples",
            holds=all(
                constant.seen < min(constant.narrow, constant.wide)
                for o in outcomes
                for constant in o.constants
            ),
        ),
        Claim(
            claim="no deletion moved the mean loss by more than B/m or the loss at the deleted "
            "example by more than U/m, and the means are below the proved constants",
            holds=all(_below_proved(o) for o in outcomes),
        ),
        Claim(
            claim="elastic is never above uniform, exponential tail, second moment and split",
            holds=all(
                o.value(elastic, form) <= o.value(uniform, form)
                for o in outcomes
                for elastic, uniform in PAIRS
                for form in (KEEP, "retrain")
            ),
        ),
        Claim(
            claim="at some m the uniform exponential bound is vacuous and the elastic one is not",
            holds=any(
                o.value(PAIRS[0][0], KEEP) < LOSS_RANGE <= o.value(PAIRS[0][1], KEEP)
                for o in outcomes
            ),
            required=False,
        ),
    )


def _below_proved(o: Outcome) -> bool:
    halves = (o.certifying, o.trial)
    return (
        all(half.changes.max() <= o.elastic for half in halves)
        and all(half.diagonal.max() <= o.uniform for half in halves)
        and all(constant.seen <= constant.proved for constant in o.constants)
    )
