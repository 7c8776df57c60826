"""The claims of `kernel-stability`, each decided by the measured numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from stability_experiments.framework.result import Claim
from stability_experiments.kernels.kernel_stability.bounds import ELASTIC, UNIFORM, Bounds, proved
from stability_experiments.kernels.kernel_stability.measuring import (
    AWARE,
    METHODS,
    SCALED,
    Outcome,
)
from stability_experiments.kernels.kernel_stability.rows import Found

NEAR = 0.25
"""A mean change within this share of another counts as the same."""
ROUNDING = 1e-6


def claims(found: Found, bounds: Bounds, ridges: Sequence[float]) -> Iterator[Claim]:
    """What has to show, and what answers the question."""
    every = [one for outcomes in found.values() for one in outcomes.values()]
    pairs = [
        (outcomes[method.name, ridge], outcomes[method.base, ridge], method.system)
        for outcomes in found.values()
        for method in AWARE
        for ridge in ridges
    ]
    yield from _elasticity(pairs)
    yield from _stability(pairs)
    yield from _scale(found, ridges)
    yield Claim(
        claim="no deletion moves a loss by more than is proved, every label-free kernel, sample "
        "and lambda",
        holds=all(
            proved(one.m, ridge)["U"] >= outcomes[method.name, ridge].summary.U
            for outcomes in found.values()
            for one in list(outcomes.values())[:1]
            for method in METHODS
            if not method.system
            for ridge in ridges
        ),
    )
    yield Claim(
        claim="the elastic plug-in bound is below the uniform one, every kernel and sample",
        holds=all(
            bound[ELASTIC] < bound[UNIFORM]
            for of_pair in bounds.values()
            for bound in of_pair.values()
        ),
    )
    errors = [one.arrays["silent"][0] for one in every if np.isfinite(one.arrays["silent"][0])]
    yield Claim(
        claim="for a label-aware kernel the formula for a fixed kernel gives other changes, by "
        "more than rounding, every sample and lambda",
        holds=bool(errors) and bool(min(errors) > ROUNDING),
    )


def _elasticity(pairs: Sequence[tuple[Outcome, Outcome, str]]) -> Iterator[Claim]:
    yield Claim(
        claim="knowing the labels makes a kernel more elastic: the relative ratio of training "
        "images rises, every label-aware kernel and sample",
        holds=all(_ratio(one) > _ratio(base) for one, base, _ in pairs),
    )


def _stability(pairs: Sequence[tuple[Outcome, Outcome, str]]) -> Iterator[Claim]:
    """None of these is required: they are the answer, whatever it is."""
    yield Claim(
        claim="deletions become more elastic too: their share within the class rises, every "
        "label-aware kernel, sample and lambda",
        holds=all(one.share > base.share for one, base, _ in pairs),
        required=False,
    )
    further = [abs(_ratio(one) - _ratio(base)) for one, base, _ in pairs]
    shifted = [abs(one.share - base.share) for one, base, _ in pairs]
    yield Claim(
        claim="the share of a deletion within the class moves less than half as far as the "
        "relative ratio, in the mean over label-aware kernels, samples and lambdas",
        holds=sum(shifted) < 0.5 * sum(further),
        required=False,
    )
    moved = [one.summary.B1 / base.summary.B1 for one, base, _ in pairs]
    yield Claim(
        claim=f"knowing the labels leaves the mean change by a deletion as it is, within "
        f"{100 * NEAR:g}%, every label-aware kernel, sample and lambda",
        holds=all(abs(ratio - 1) <= NEAR for ratio in moved),
        required=False,
    )


def _scale(found: Found, ridges: Sequence[float]) -> Iterator[Claim]:
    """What of the rise of D and U is scale. Not required: reality decides."""
    for word, name in (("largest change", "U"), ("change at the deleted image itself", "D")):
        rises = np.array(
            [
                [
                    getattr(outcomes[m.name, ridge].summary, name)
                    / getattr(outcomes[method.base, ridge].summary, name)
                    for m in (method, scaled)
                ]
                for outcomes in found.values()
                for method, scaled in zip(AWARE, SCALED, strict=True)
                if method.system == "KR-V1"
                for ridge in ridges
            ]
        )
        yield Claim(
            claim=f"KR-V1 raises the {word}, every sample, strength and lambda (part of it is "
            "scale: its diagonal is larger, so that the same lambda weighs less)",
            holds=bool((rises[:, 0] > 1).all()),
            required=False,
        )
        yield Claim(
            claim=f"KR-V1 raises the {word} at equal scale too, every sample, strength and lambda",
            holds=bool((rises[:, 1] > 1).all()),
            required=False,
        )
        same, equal = np.log(rises).mean(axis=0)
        yield Claim(
            claim=f"most of what KR-V1 adds to the {word} is scale: at equal scale its logarithm "
            "rises less than half as much, in the mean over samples, strengths and lambdas",
            holds=bool(equal < 0.5 * same),
            required=False,
        )


def _ratio(one: Outcome) -> float:
    """The relative ratio, train-train."""
    return float(one.arrays["ratios"][0])
