"""The rows of `kernel-stability`: means over the pairs of classes, each pair in the note."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from stability.conventions import Kind
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.framework.result import Row
from stability_experiments.kernels.kernel_stability.bounds import ELASTIC, UNIFORM, Bounds, proved
from stability_experiments.kernels.kernel_stability.measuring import (
    AWARE,
    EVERY,
    METHODS,
    SCALED,
    Outcome,
)
from stability_experiments.kernels.kernel_stability.problems import Floats, Place

Found = Mapping[Place, Mapping[tuple[str, float], Outcome]]
"""By sample of a pair of classes, then by the name of the kernel and the ridge."""
Number = Callable[[Outcome], float]
EVERYWHERE: Mapping[str, Number] = {
    "share of changes within the class in %": lambda one: one.share,
    "mean change by a deletion, B1": lambda one: one.summary.B1,
    "largest change seen, U": lambda one: one.summary.U,
    "accuracy in %": lambda one: one.number("accuracy"),
}
"""Rows for every ridge. Changes are m |change of the loss|."""
MIDDLE: Mapping[str, Number] = {
    "mean change within the class": lambda one: one.within,
    "mean change in the other class": lambda one: one.across,
    "largest mean change, B": lambda one: one.summary.B,
    "mean change at the deleted image, D": lambda one: one.summary.D,
}
"""Rows for the ridge in the middle."""
RISES: Mapping[str, Number] = {
    "D": lambda one: one.summary.D,
    "U": lambda one: one.summary.U,
}
PLACES = ("train-train", "test-train")
THRESHOLD = "told apart at the mean training prediction"


def over(found: Found, method: str, ridge: float, number: Number) -> Floats:
    """A number (pairs, samples) on every sample."""
    return table({place: number(outcomes[method, ridge]) for place, outcomes in found.items()})


def table(values: Mapping[Place, float]) -> Floats:
    """Values (pairs, samples); the pairs in their order."""
    pairs = names(values)
    return np.array([[v for (name, _), v in values.items() if name == pair] for pair in pairs])


def names(places: Mapping[Place, object]) -> list[str]:
    """The pairs of classes, each once."""
    return list(dict.fromkeys(pair for pair, _ in places))


def rows(found: Found, bounds: Bounds, ridges: Sequence[float], middle: float) -> Iterator[Row]:
    """What labels do to stability, and what of it is scale, first; then elasticity of kernels and
    of deletions, all constants, what theorems make of them, and the silent formula."""
    ordered = sorted(ridges, key=lambda r: r != middle)
    for ridge in ordered:
        yield from _rises(found, ridge)
    yield from _ratios(found, 0, middle)
    for what, number in EVERYWHERE.items():
        note = THRESHOLD if what.startswith("accuracy") else ""
        for ridge in ordered:
            for method in EVERY if ridge == middle else METHODS:
                values = over(found, method.name, ridge, number)
                yield from _row(found, f"{what}, {method.name}, lambda={ridge:g}", values, note)
    for what, number in MIDDLE.items():
        for method in EVERY:
            values = over(found, method.name, middle, number)
            yield from _row(found, f"{what}, {method.name}, lambda={middle:g}", values)
    yield from _ratios(found, 1, middle)
    yield from _proved(found, ridges)
    yield from _plug_in(found, bounds, middle)
    for ridge in ridges:
        for method in AWARE:
            silent = over(found, method.name, ridge, lambda one: 100 * one.arrays["silent"][0])
            means = over(found, method.name, ridge, lambda one: one.arrays["silent"][1])
            yield from _row(
                found, f"error of the formula for a fixed kernel in % of the mean change, "
                f"{method.name}, lambda={ridge:g}", silent,
                "what a silent use of that formula would report; its mean change is "
                f"{np.mean(means):.4g} times the exact one",
            )  # fmt: skip


def _rises(found: Found, ridge: float) -> Iterator[Row]:
    """A constant with labels over the one without: with the same lambda, and at equal scale."""
    for word, number in RISES.items():
        for pair in zip(AWARE, SCALED, strict=True):
            scale = over(found, pair[0].name, ridge, lambda one: one.number("scale")).mean()
            notes = (
                f"the mean K(x, x) is {scale:.4g} times as large",
                f"lambda times {scale:.4g}, the mean K(x, x), so that the ridge weighs as much",
            )
            for method, note in zip(pair, notes, strict=True):
                ratio = over(found, method.name, ridge, number) / over(
                    found, method.base, ridge, number
                )
                name = f"{word} with labels over without, {method.name}, lambda={ridge:g}"
                yield from _row(found, name, ratio, note)


def _ratios(found: Found, k: int, ridge: float) -> Iterator[Row]:
    """Of one side of `PLACES`; the ridge does not matter, nor the scale."""
    for method in METHODS:
        ratio = over(found, method.name, ridge, lambda one: one.arrays["ratios"][k])
        yield from _row(found, f"relative ratio in %, {PLACES[k]}, {method.name}", ratio)


def _proved(found: Found, ridges: Sequence[float]) -> Iterator[Row]:
    sizes = {one.m for outcomes in found.values() for one in outcomes.values()}
    [m] = sizes
    for ridge in ridges:
        known = proved(m, ridge)
        free = "label-free kernels, K(x, x) = 1 for every image"
        yield Row(
            name=f"proved limit of U, lambda={ridge:g}", computed=known["U"], kind=Kind.UPPER,
            note=f"{free}; sigma^2/(2 lambda) with sigma = 2 + 1/sqrt(lambda); label-aware kernels "
            "have none",
        )  # fmt: skip
        yield Row(
            name=f"proved uniform bound on the gap, lambda={ridge:g}", computed=known[UNIFORM],
            kind=Kind.UPPER, note=f"{free}; elastic: {known[ELASTIC]:.4g}; losses lie in [0, 1], "
            f"so it says {'nothing' if min(known.values()) >= 1 else 'something'} at m = {m}",
        )  # fmt: skip


def _plug_in(found: Found, bounds: Bounds, middle: float) -> Iterator[Row]:
    for theorem, word in ((UNIFORM, "uniform"), (ELASTIC, "elastic")):
        for method in EVERY:
            values = table({place: known[method.name][theorem] for place, known in bounds.items()})
            note = "an estimate from measured constants"
            if method.system:
                definite = over(found, method.name, middle, lambda one: one.number("positive"))
                note += (
                    "; training minimises something only where K + m lambda is positive definite: "
                    f"it is on {int(definite.sum())} of {definite.size} samples, looked at without "
                    "deletions"
                )
            name = f"{word} plug-in bound on the gap, {method.name}, lambda={middle:g}"
            yield from _row(bounds, name, values, note)


def _row(
    places: Mapping[Place, object], name: str, values: Floats, note: str = ""
) -> Iterator[Row]:
    """The mean over the pairs and its standard error over the samples; nothing where a sample has
    no such number."""
    if np.isfinite(values).all():
        means = zip(names(places), values.mean(axis=1), strict=True)
        told = ", ".join(f"{pair} {value:.4g}" for pair, value in means)
        mean = Mean.of(values.mean(axis=0))
        yield Row(
            name=name, computed=mean.value, standard_error=mean.error,
            note="; ".join(filter(None, (told, note))),
        )  # fmt: skip
