"""The claims of `elasticity-training`, each decided by the measured numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from stability_experiments.elasticity.elasticity_training.numbers import Course
from stability_experiments.elasticity.elasticity_training.watching import (
    GROUPS,
    TEN,
    TWO,
    Watched,
)
from stability_experiments.framework.result import Claim

Found = Mapping[Watched, Sequence[Course]]


def claims(found: Found) -> tuple[Claim, ...]:
    """What has to show, and whether it does, on every data set."""
    return (*_two(found), *_ten(found))


def _of(found: Found, task: str) -> dict[tuple[str, float], Sequence[Course]]:
    return {(w.data, w.share): courses for w, courses in found.items() if w.task == task}


def _two(found: Found) -> Iterator[Claim]:
    two = _of(found, TWO)
    shares = sorted({share for _, share in two})
    data = sorted({name for name, _ in two})
    yield Claim(
        claim="two classes: before the first step two digits of one label are about as similar as "
        "two of different labels (contrast below 0.1)",
        holds=all(
            abs(c.label_contrast("relative")[0]) < 0.1 for group in two.values() for c in group
        ),
    )
    yield Claim(
        claim="two classes: training makes points of one digit stand out more from the other "
        "digits of their label, large steps, every seed",
        holds=all(
            c.digit_contrast("relative")[-1] > c.digit_contrast("relative")[0]
            for name in data
            for c in two[name, shares[-1]]
        ),
    )
    yield Claim(
        claim="two classes: it does so more with large steps than with small ones, every seed",
        holds=all(
            b.digit_contrast("relative")[-1] > a.digit_contrast("relative")[-1]
            for name in data
            for a, b in zip(two[name, shares[0]], two[name, shares[-1]], strict=True)
        ),
    )
    yield Claim(
        claim="two classes: at the end the digit, which was not taught, counts for more than the "
        "label, which was, every training",
        holds=all(
            c.digit_contrast("relative")[-1] > c.label_contrast("relative")[-1]
            for group in two.values()
            for c in group
        ),
    )
    yield Claim(
        claim="two classes: at the end points of one digit are more similar than points of two, of "
        "one label or not, every training",
        holds=all(
            c.number(f"relative, {GROUPS[0]}")[-1] > c.number(f"relative, {other}")[-1]
            for group in two.values()
            for c in group
            for other in GROUPS[1:]
        ),
    )


def _ten(found: Found) -> Iterator[Claim]:
    ten = _of(found, TEN)
    largest = max(share for _, share in ten)
    every = [c for group in ten.values() for c in group]
    large = [c for (_, share), group in ten.items() for c in group if share == largest]
    yield Claim(
        claim="ten classes: the kernel knows classes before training, and more at the end, large "
        "steps, every seed",
        holds=all(0 < c.number("kernel")[0] < c.number("kernel")[-1] for c in large),
    )
    yield Claim(
        claim="ten classes: before training probabilities and residual know no classes (contrast "
        "below 0.05), every training",
        holds=all(abs(c.number("observed and residual")[0]) < 0.05 for c in every),
    )
    yield Claim(
        claim="ten classes: at the end they know classes better than the kernel does, large steps, "
        "every seed",
        holds=all(c.number("observed and residual")[-1] > c.number("kernel")[-1] for c in large),
    )
    yield Claim(
        claim="ten classes: at the end all three factors together carry more class structure than "
        "the kernel alone, every training",
        holds=all(c.number("all")[-1] > c.number("kernel")[-1] for c in every),
    )
    yield Claim(
        claim="ten classes, large steps: test accuracy rises above 0.8, every seed",
        holds=all(c.number("accuracy")[-1] > 0.8 for c in large),
    )
