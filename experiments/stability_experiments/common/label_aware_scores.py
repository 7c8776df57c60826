"""Kernel regression with and without knowledge of the labels, by method and split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.kernels import KernelTask, label_aware_score, label_free_score
from stability.kernels.label_aware.strength_choice import PROTOCOLS, Score
from stability.kernels.label_aware.systems import SYSTEMS
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.framework.result import Row

BASE = "label-free"
WORDS = {
    BASE: "label-free kernel",
    "KR-V1": "KR-V1",
    "KR-V2": "KR-V2",
    "pair-V1": "pair features V1",
    "pair-V2": "pair features V2",
}


def scores(task: KernelTask, seed: int) -> dict[str, NDArray[np.float64]]:
    """Accuracy in per cent, strength, condition number and whether positive (4,), by method.

    Methods that know labels have the strength of either protocol: "KR-V1, validation".
    """
    found = {BASE: _numbers(label_free_score(task))}
    for system in SYSTEMS:
        for protocol in PROTOCOLS:
            score = label_aware_score(task, system, protocol=protocol, seed=seed)
            found[f"{system}, {protocol}"] = _numbers(score)
    return found


def _numbers(score: Score) -> NDArray[np.float64]:
    return np.array([100 * score.accuracy, score.strength, score.condition_number, score.positive])


@dataclass(frozen=True)
class Splits:
    """The scores of all methods on some splits of one task."""

    name: str
    scores: Sequence[Mapping[str, NDArray[np.float64]]]

    def accuracies(self, method: str, protocol: str = "validation") -> NDArray[np.float64]:
        """Per cent on each split."""
        key = method if method == BASE else f"{method}, {protocol}"
        return np.array([split[key][0] for split in self.scores])

    def gains(self, method: str, protocol: str = "validation") -> NDArray[np.float64]:
        """How much more, in points, than the label-free kernel on the same split."""
        return self.accuracies(method, protocol) - self.accuracies(BASE)

    def told(self, method: str, protocol: str = "validation") -> str:
        """Strengths and conditioning, in words."""
        if method == BASE:
            worst = max(split[method][2] for split in self.scores)
            return f"condition number up to {worst:.2g}"
        numbers = [split[f"{method}, {protocol}"] for split in self.scores]
        strengths = ", ".join(f"{s:g}" for s in sorted({n[1] for n in numbers}))
        indefinite = sum(not n[3] for n in numbers)
        words = f"lambda {strengths}; condition number up to {max(n[2] for n in numbers):.2g}"
        return words + (f"; not positive definite on {indefinite} splits" if indefinite else "")


def rows_of(
    splits: Splits,
    published: Mapping[str, float],
    source: str,
    tolerances: tuple[float, float],
    note: str,
) -> Iterator[Row]:
    """Accuracies beside published ones, then gains over the label-free kernel beside theirs.

    `published` accuracies by method; `tolerances` of accuracies and of gains.
    """
    for method, words in WORDS.items():
        yield Mean.of(splits.accuracies(method)).row(
            f"accuracy in %, {splits.name}, {words}", published.get(method),
            tolerances[0] if method in published else None,
            source if method in published else None, note=f"{splits.told(method)}; {note}",
        )  # fmt: skip
    for method, words in list(WORDS.items())[1:]:
        known = method in published
        gain = published[method] - published[BASE] if known else None
        for protocol in PROTOCOLS:
            chosen = "lambda chosen on test images" if protocol == "test" else "lambda validated"
            beside = known and protocol == "test"
            yield Mean.of(splits.gains(method, protocol)).row(
                f"gain in points, {splits.name}, {words}, {chosen}",
                gain if beside else None, tolerances[1] if beside else None,
                source if beside else None, note=f"{splits.told(method, protocol)}; {note}",
            )  # fmt: skip
