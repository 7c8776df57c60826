"""What a training sees, on everything or without one example: scaled inputs, balanced weights."""

from __future__ import annotations

from typing import Any

from stability.datasets import Dataset
from stability.runs.class_weights import balanced
from stability.runs.data import Parts
from stability.runs.scaling import scaled
from stability.runs.study.study import Study


def as_trained(
    study: Study[Any], parts: Parts, without: int | None = None
) -> tuple[Dataset, Dataset]:
    """All training examples and the test examples as a training without one of them sees them.

    A scaling that is fitted again, and weights that balance the classes, come from the other
    examples; what does not depend on them is what a training on everything sees.
    """
    train, test = parts.problem
    if study.data.balanced:
        train = train.weighted(balanced(train.labels, without))
    return scaled(study.data.scaling, train, test, without if study.rescales else None)
