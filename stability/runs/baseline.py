"""Accuracies beside what is right without learning, and how the test examples were chosen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stability.rounding import rounded
from stability.runs.data import Parts

TRAINED_WELL, TESTED_WELL = "training accuracy", "test accuracy"
"""Facts of a fit."""


def largest_class(parts: Parts) -> tuple[str, float, float]:
    """The largest class of the training examples, its share of them and of the test examples.

    They are those of the problem as the learner sees it: two classes if there is a target.
    """
    train, test = parts.problem
    counts = np.bincount(train.labels, minlength=len(train.classes))
    largest = int(counts.argmax())
    shares = (float((part.labels == largest).mean()) for part in (train, test))
    return train.classes[largest], next(shares), next(shares)


def accuracies(parts: Parts, facts: Mapping[str, float]) -> list[str]:
    """Each accuracy that was measured, beside that of naming the largest class each time."""
    if not parts.problem[0].has_labels:
        return []
    name, *shares = largest_class(parts)
    return [
        f"{what} {rounded(facts[what], 3)} (always naming {name}: {rounded(share, 3)})"
        for what, share in zip((TRAINED_WELL, TESTED_WELL), shares, strict=True)
        if what in facts
    ]


def split_words(parts: Parts) -> str:
    """How examples were divided into training and test; "" where somebody else did it."""
    if not parts.drawn:
        return ""
    if not parts.train.has_labels:
        return "test examples drawn at random"
    return "test examples drawn at random, not class by class (not stratified)"
