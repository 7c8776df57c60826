"""The body of `neurashed-implicit-regularization`: rows beside closed forms, claims, pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from stability.dynamics import FixedRates
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.dynamics.neurashed_implicit_regularization.pictures import draw
from stability_experiments.dynamics.neurashed_implicit_regularization.training import (
    BATCHES,
    EPOCHS,
    EXPOSURES,
    RATE,
    SPURIOUS,
    SPURIOUS_BATCHES,
    Floats,
    dominant,
    effective_features,
    spurious,
)
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import Claim, ExperimentFindings, Row

Found = Mapping[int, Mapping[str, Floats]]
CLOSED, SIMULATED = "closed form", "simulation of the same specification"
ACCURACIES = {1: 1.0, 2: 1.0, 3: 1.0, 4: 1.0, 6: 0.917, 8: 0.798, 12: 0.723, 24: 0.679, 50: 0.677}
"""On decorrelated instances, by batch size, 20 seeds."""
EFFECTIVE = {1: 1.004, 2: 1.44, 4: 3.0}


@dataclass(frozen=True)
class Size:
    """Seeds of both parts, and test instances of the second."""

    dominant: int
    spurious: int
    tested: int


SIZES = {"smoke": Size(20, 20, 600), "paper": Size(200, 100, 2000)}


def findings(context: Context) -> ExperimentFindings:
    """Every batch size, and what shows."""
    size = SIZES[context.preset]
    stages = context.stages({"size": size}, ())
    total = len(BATCHES) + len(SPURIOUS_BATCHES)
    one: dict[int, dict[str, Floats]] = {}
    two: dict[int, dict[str, Floats]] = {}
    for b in BATCHES:
        context.progress("batch sizes", len(one), total)
        seeds = range(context.seed, context.seed + size.dominant)
        one[b] = stages.cached(f"dominant-{b}", lambda b=b, seeds=seeds: dominant(b, seeds))
    for b in SPURIOUS_BATCHES:
        context.progress("batch sizes", len(one) + len(two), total)
        seeds = range(context.seed, context.seed + size.spurious)
        two[b] = stages.cached(
            f"spurious-{b}", lambda b=b, seeds=seeds: spurious(b, seeds, size.tested)
        )
    context.progress("batch sizes", total, total)
    return ExperimentFindings(
        rows=(*_dominant_rows(one), *_spurious_rows(two)),
        claims=tuple(_claims(one, two)),
        figures=draw(context.out, one, two),
        scaled_down=None if context.preset == "paper" else "fewer seeds and test instances",
    )


def expected_factors(batch_size: int) -> tuple[float, float]:
    """exp of the mean ln factor of A (and C) and of B at the end, in closed form.

    In a batch of b of the four patterns, without replacement, A fires unless both of its own are
    missing; a step counts b/4, so that a pass has the growth of one full batch.

    >>> [round(value, 3) for value in expected_factors(2)]
    [5.234, 16.285]
    """
    rule = FixedRates()
    missing = {1: 1 / 2, 2: 1 / 6, 4: 0.0}[batch_size]
    passive = np.exp(EPOCHS * ((1 - missing) * rule.growth - missing * rule.decay))
    return float(passive), float(np.exp(EPOCHS * rule.growth))


def expected_ratio(batch_size: int) -> float:
    """E ln(spurious/robust) after so many exposures: -N (1 - p)^b (a + d)."""
    rule = FixedRates()
    return -EXPOSURES * (1 - RATE) ** batch_size * (rule.growth + rule.decay)


def ratio_error(batch_size: int, seeds: int) -> float:
    """The standard error of the mean of ln(spurious/robust) over seeds, in closed form.

    Each step of a spurious feature is a coin that shows tails with probability (1 - p)^b.
    """
    rule, tails = FixedRates(), (1 - RATE) ** batch_size
    coins = EXPOSURES // batch_size / (SPURIOUS * seeds)
    return float(batch_size * (rule.growth + rule.decay) * np.sqrt(tails * (1 - tails) * coins))


def _dominant_rows(found: Found) -> Iterator[Row]:
    for b, one in found.items():
        last = one["log_factors"][-1]
        passive, dominant_one = expected_factors(b)
        tolerance = 1e-9 if b != 2 else 4 * float(last[:, 0].std() / np.sqrt(len(last)))
        for name, k, expected in (("A", 0, passive), ("B", 1, dominant_one), ("C", 2, passive)):
            yield Mean.of(last[:, k]).row(
                f"ln factor of {name}, batch {b}", float(np.log(expected)),
                1e-9 if name == "B" else tolerance, CLOSED, required=name == "B" or b != 2,
                note=f"factor {np.exp(last[:, k].mean()):.3f}, in closed form {expected:.3f}",
            )  # fmt: skip
        count = float(effective_features(last.mean(axis=0)))
        yield Row(
            name=f"effective number of features, batch {b}", computed=count,
            published=EFFECTIVE[b], tolerance=0.02, source=SIMULATED, required=b != 2,
            note="(sum f^2)^2 / sum f^4 of the geometric means",
        )  # fmt: skip


def _spurious_rows(found: Found) -> Iterator[Row]:
    for b, one in found.items():
        error = ratio_error(b, len(one["ratio"]))
        yield Mean.of(one["ratio"]).row(
            f"mean ln(spurious/robust), batch {b}", expected_ratio(b), 4 * error, CLOSED
        )
    for b, one in found.items():
        yield Mean.of(one["decorrelated"]).row(
            f"accuracy, decorrelated, batch {b}", ACCURACIES[b], 0.025, SIMULATED
        )
    for b, one in found.items():
        yield Mean.of(one["swapped"]).row(f"accuracy, swapped, batch {b}")
    for b, one in found.items():
        yield Mean.of(one["training"]).row(f"accuracy, as in training, batch {b}")


def _claims(one: Found, two: Found) -> Iterator[Claim]:
    counts = [effective_features(found["log_factors"][-1].mean(axis=0)) for found in one.values()]
    strongest = [found["log_factors"][-1][:, 1] for found in one.values()]
    yield Claim(
        claim="batches of one leave the dominant feature alone: 1.01 effective features at most",
        holds=bool(counts[0] < 1.01),
    )
    yield Claim(
        claim="full batches leave all features equal",
        holds=bool(abs(counts[-1] - 3) < 1e-6),
    )
    yield Claim(
        claim="the larger the batch, the more features",
        holds=bool((np.diff(counts) > 0).all()),
    )
    yield Claim(
        claim="the factor of the dominant feature is the same for every batch size",
        holds=bool(np.ptp(np.concatenate(strongest)) < 1e-9),
    )
    accuracies = [found["decorrelated"].mean() for found in two.values()]
    yield Claim(
        claim="where spurious features come loose, accuracy does not increase with the batch size "
        "(beyond two standard errors)",
        holds=all(
            after <= before + 2 * np.hypot(*(_error(found["decorrelated"]) for found in pair))
            for before, after, pair in zip(
                accuracies, accuracies[1:], zip(two.values(), list(two.values())[1:], strict=False),
                strict=False,
            )
        ),
    )  # fmt: skip
    yield Claim(
        claim="there batches of at most four are always right, full batches less than 0.75",
        holds=bool(min(accuracies[:4]) > 0.995 and accuracies[-1] < 0.75),
    )
    yield Claim(
        claim="on instances as in training all batch sizes are always right",
        holds=all(bool((found["training"] == 1).all()) for found in two.values()),
    )


def _error(values: Floats) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values)))
