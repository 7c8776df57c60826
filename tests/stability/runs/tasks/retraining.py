"""Real work for runs: retraining a small network without each of some examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from stability.datasets import load_digits
from stability.estimate import measure_deletions
from stability.runs.tasks import Manifest, Task, describe_run
from stability.training import Recipe, check_repeatable

RECIPE = Recipe(widths=(10,), step_size=0.2, epochs=4, batch_size=9, weight_decay=1e-3)
SPLIT = (80, 2)


def retraining(count: int, chunk: int) -> tuple[list[Task], Manifest]:
    """Tasks, one for each deleted position from 0 on, and the manifest of the run."""
    tasks = [Task(f"without example {i}", i) for i in range(count)]
    train, test = load_digits().split(*SPLIT)
    manifest = describe_run(
        tasks, RECIPE, data=train.fingerprint + test.fingerprint,
        seeds={"split": SPLIT[1]}, chunk=chunk, packages=["torch"],
    )  # fmt: skip
    return tasks, manifest


def retrain(note: Callable[[int], None] | None = None) -> Callable[[list[int]], Sequence[Any]]:
    """The function of the run: it trains the models of a chunk together.

    `note` hears of every position before its model is trained. Nested, so that it travels to other
    processes by value.
    """
    recipe, split = RECIPE, SPLIT

    def changes(positions: list[int]) -> list[dict[str, Any]]:
        train, test = load_digits().split(*split)
        for position in positions:
            if note is not None:
                note(position)
        model = check_repeatable(recipe, train)
        found = measure_deletions(recipe, train, test, positions, baseline=model)
        return [
            {"changes": row, "diagonal": own, "training_maximum": top, "rounding": found.rounding}
            for row, own, top in zip(
                found.changes, found.diagonal, found.training_maximum, strict=True
            )
        ]

    return changes
