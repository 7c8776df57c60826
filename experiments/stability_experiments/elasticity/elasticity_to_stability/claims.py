"""The claims of `elasticity-to-stability`, each decided by the measured numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.retraining import stands_out
from stability_experiments.elasticity.elasticity_to_stability.factors import (
    FACTORS,
    KERNEL,
    OBSERVED,
)
from stability_experiments.elasticity.elasticity_to_stability.factors import (
    RESIDUAL as SLOPES,
)
from stability_experiments.elasticity.elasticity_to_stability.pairs import (
    DELETION,
    INFLUENCE,
    NOTHING,
    RESIDUAL,
    SIMILARITY,
    STEP,
    TRUTHS,
)
from stability_experiments.elasticity.elasticity_to_stability.relations import (
    CLASSES,
    FIXED,
    KINDS,
    MATES,
    PAIRS,
    PEARSON,
    RANK,
)
from stability_experiments.elasticity.elasticity_to_stability.rows import WHOLE, Seen, told
from stability_experiments.framework.result import Claim


def claims(found: Mapping[str, Seen]) -> tuple[Claim, ...]:
    """What has to show, and whether it does, on every data set."""
    return tuple(
        claim
        for data, seen in found.items()
        for claim in (*_relations(data, seen), *_factors(data, seen))
    )


def _values(
    seen: Seen, measure: str, level: str, kind: str = RANK, truth: str = DELETION
) -> tuple[float, ...]:
    return seen.relations[measure, truth, level, kind].values


def _each_above(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(a > b for a, b in zip(one, other, strict=True))


def _relations(data: str, seen: Seen) -> Iterator[Claim]:
    placebo = _values(seen, SIMILARITY, CLASSES, truth=NOTHING)
    yield Claim(
        claim=f"{data}: class by class, relative similarity follows what deletions do further than "
        f"it follows a placebo, every seed: {told(seen, SIMILARITY, CLASSES)}",
        holds=_each_above(_values(seen, SIMILARITY, CLASSES), placebo),
    )
    one, *placebos = (seen.relations[SIMILARITY, t, FIXED, RANK] for t in TRUTHS)
    yield Claim(
        claim=f"{data}: for a given test example relative similarity ranks the deletions that move "
        f"it better than chance (intervals apart from both placebos): "
        f"{told(seen, SIMILARITY, FIXED)}",
        holds=all(one.low > p.high for p in placebos),
    )
    yield Claim(
        claim=f"{data}: pair by pair relative similarity alone says which deletion moves which "
        f"loss (rank correlation at least 0.5): {told(seen, SIMILARITY, PAIRS)}; what it knows are "
        "classes: for a test example and deletions of one class "
        f"{seen.relations[SIMILARITY, DELETION, MATES, RANK]} is left",
        holds=seen.relations[SIMILARITY, DELETION, PAIRS, RANK].mean >= 0.5,
        required=False,
    )
    yield Claim(
        claim=f"{data}: influence, which adds both residuals and the curvature to the kernel, "
        "follows deletions further than relative similarity, pair by pair and class by class, "
        f"every seed: {told(seen, INFLUENCE, PAIRS, PEARSON)}; class by class "
        f"{told(seen, INFLUENCE, CLASSES, PEARSON)}",
        holds=all(
            _each_above(_values(seen, INFLUENCE, level, k), _values(seen, SIMILARITY, level, k))
            for level in (PAIRS, CLASSES)
            for k in KINDS
        ),
    )
    yield Claim(
        claim=f"{data}: among deleted examples of one class the residual tells more than "
        f"similarity, every seed: kernel times residual {told(seen, RESIDUAL, MATES)}",
        holds=_each_above(_values(seen, RESIDUAL, MATES), _values(seen, SIMILARITY, MATES)),
    )
    yield Claim(
        claim=f"{data}: pair by pair influence reaches Pearson 0.8 in the mean over seeds",
        holds=seen.relations[INFLUENCE, DELETION, PAIRS, PEARSON].mean >= 0.8,
        required=False,
    )
    pushed = seen.relations[STEP, NOTHING, PAIRS, RANK]
    yield Claim(
        claim=f"{data}: part of the agreement pair by pair is that some test examples move "
        f"whatever is done: change by one step follows even a push that deletes nothing "
        f"(rank correlation above 0.2): {pushed}",
        holds=pushed.mean > 0.2,
        required=False,
    )
    yield Claim(
        claim=f"{data}: in the median cell of classes a deletion moves losses at least twice as "
        "far as a push of its size in a random direction, every seed",
        holds=all(stands_out(p.retraining.pushed).middle >= 2.0 for p in seen.pairs),
        required=False,
    )


def _factors(data: str, seen: Seen) -> Iterator[Claim]:
    start = {name: seen.carried(name)[:, 0] for name in FACTORS}
    end = {name: seen.carried(name)[:, -1] for name in (*FACTORS, WHOLE)}
    shares = ", ".join(
        f"{words} {100 * end[name].mean() / end[WHOLE].mean():.0f}%"
        for name, words in FACTORS.items()
    )
    yield Claim(
        claim=f"{data}: before training the tangent kernel carries the class structure of a step, "
        "the other factors less than 0.05 each, every seed: "
        f"{Mean.of(start[KERNEL]).value:.2f} of log(within / across)",
        holds=all(
            abs(a) < 0.05 < b and abs(c) < 0.05
            for a, b, c in zip(start[OBSERVED], start[KERNEL], start[SLOPES], strict=True)
        ),
    )
    yield Claim(
        claim=f"{data}: after training the probabilities at the observed point and the residual at "
        f"the updated point together carry more of it than the kernel, every seed: {shares} of "
        f"{end[WHOLE].mean():.2f}",
        holds=bool((end[OBSERVED] + end[SLOPES] > end[KERNEL]).all()),
    )
    yield Claim(
        claim=f"{data}: each of the two alone carries more than the kernel then, every seed",
        holds=bool((end[OBSERVED] > end[KERNEL]).all() and (end[SLOPES] > end[KERNEL]).all()),
        required=False,
    )
