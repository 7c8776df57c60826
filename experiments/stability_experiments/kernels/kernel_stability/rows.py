"""The rows of `kernel-stability`: means over the pairs of classes, each pair in the note."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from stability.conventions import Kind
from stability_experiments.framework.result import Row
from stability_experiments.kernels.kernel_stability.bounds import ELASTIC, UNIFORM, Bounds, proved
from stability_experiments.kernels.kernel_stability.measuring import AWARE, METHODS, Outcome

Found = Mapping[str, Mapping[tuple[str, float], Outcome]]
"""By pair of classes, then by the name of the kernel and the ridge."""
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
PLACES = ("train-train", "test-train")
THRESHOLD = "told apart at the mean training prediction"


def over(found: Found, method: str, ridge: float, number: Number) -> list[float]:
    """A number on every pair."""
    return [number(outcomes[method, ridge]) for outcomes in found.values()]


def rows(found: Found, bounds: Bounds, ridges: Sequence[float], middle: float) -> Iterator[Row]:
    """Elasticity of kernels and of deletions first, then stability, what theorems make of it, and
    the silent formula."""
    yield from _ratios(found, 0, middle)
    for what, number in EVERYWHERE.items():
        for ridge in sorted(ridges, key=lambda r: r != middle):
            for method in METHODS:
                values = over(found, method.name, ridge, number)
                note = THRESHOLD if what.startswith("accuracy") else ""
                yield from _row(found, f"{what}, {method.name}, lambda={ridge:g}", values, note)
    for what, number in MIDDLE.items():
        for method in METHODS:
            values = over(found, method.name, middle, number)
            yield from _row(found, f"{what}, {method.name}, lambda={middle:g}", values)
    yield from _ratios(found, 1, middle)
    yield from _proved(found, ridges)
    yield from _plug_in(bounds, middle)
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


def _ratios(found: Found, k: int, ridge: float) -> Iterator[Row]:
    """Of one side of `PLACES`; the ridge does not matter."""
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


def _plug_in(bounds: Bounds, middle: float) -> Iterator[Row]:
    for theorem, word in ((UNIFORM, "uniform"), (ELASTIC, "elastic")):
        for method in METHODS:
            values = [of_pair[method.name][theorem] for of_pair in bounds.values()]
            name = f"{word} plug-in bound on the gap, {method.name}, lambda={middle:g}"
            yield from _row(bounds, name, values, "an estimate from measured constants")


def _row(pairs: Iterable[str], name: str, values: Sequence[float], note: str = "") -> Iterator[Row]:
    """The mean over the pairs; nothing where a pair has no such number."""
    if np.isfinite(values).all():
        told = ", ".join(f"{pair} {value:.4g}" for pair, value in zip(pairs, values, strict=True))
        yield Row(
            name=name, computed=float(np.mean(values)), note="; ".join(filter(None, (told, note)))
        )
