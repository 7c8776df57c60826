"""Networks trained apart on one example at a time, with the logits of the examples recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Course:
    """Trainings of a LeNet by SGD with batch size 1; validated at `looks` times, evenly apart."""

    trials: int
    steps: int
    step_size: float
    looks: int
    dtype: str = "float32"

    @property
    def seen(self) -> NDArray[np.int64]:
        """The steps before which the networks are validated, the last one after all steps."""
        return np.linspace(0, self.steps, self.looks).round().astype(np.int64)


def recorded(
    course: Course,
    train: Dataset,
    clean: NDArray[np.int64],
    validation: Dataset,
    seed: int,
    progress: Callable[[int, int], None],
) -> Arrays:
    """What the trainings recorded.

    `train`: with the labels that are used; `clean` (n,): what they would be without mistakes.
    "logits" (steps, trials, classes) of the drawn example before the step on it, "used" and "clean"
    (steps, trials), its labels; "accuracy" and "loss" (looks, trials) on the validation data.
    """
    from stability.training.independent.batched import train_independent
    from stability.training.independent.settings import IndependentTraining
    from stability.training.networks.architectures.lenet import LeNet
    from stability.training.observing import Recording

    training = IndependentTraining(
        network=LeNet(), step_size=course.step_size, steps=course.steps, trials=course.trials,
        seed=seed, dtype=course.dtype,
    )  # fmt: skip
    seen = Recording(course.seen.tolist(), lambda model: _scores(model.outputs(validation)))

    def _scores(outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        from scipy.special import log_softmax

        right = outputs.argmax(axis=1) == validation.labels
        own = log_softmax(outputs, axis=1)[np.arange(len(validation)), validation.labels]
        return np.array([right.mean(), -own.mean()])

    found = train_independent(training, train, observe=seen, progress=progress)
    scores = np.stack([seen[step] for step in course.seen.tolist()])
    return {
        "logits": found.logits.astype(np.float32),
        "used": found.labels.astype(np.int8),
        "clean": clean[found.samples].astype(np.int8),
        "accuracy": scores[:, :, 0],
        "loss": scores[:, :, 1],
    }
