"""`network-bounds-mnist`: plug-in bounds of networks, and how much of them is chaos of training.

A ReLU perceptron and a small convolutional network, cross-entropy cut to [0, log 10], shuffled SGD
without momentum. Images of every digit are deleted in turn (null step: same start, same order, one
example skipped). The bounds use constants seen on one sample: they are estimates, never bounds.

Beside the deletions stand two placebos that have nothing to do with any image: initial weights
changed by 1e-7, relatively, and by as much as one deletion moves them. With small steps ("calm")
deletions stand out from the first by far; with large ones ("unruly") they drown in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from stability.datasets.dataset import Dataset
from stability.runs.tasks.threads import on_one_thread
from stability_experiments.bounds.network_bounds_mnist.claims import claims
from stability_experiments.bounds.network_bounds_mnist.outcome import Outcome
from stability_experiments.bounds.network_bounds_mnist.pictures import draw
from stability_experiments.bounds.network_bounds_mnist.settings import CALM, SIZES, Setting, Size
from stability_experiments.common.images import digit_images
from stability_experiments.common.retraining import class_rows, precision_row, retrain
from stability_experiments.framework.result import Experiment, Findings, Preset, Progress, Row

NAME = "network-bounds-mnist"


def body(preset: str, data: Path | None, seed: int, out: Path, progress: Progress) -> Findings:
    """Every setting with its deletions and placebos, and what shows."""
    size = SIZES[preset]
    train, test, name = digit_images(data, size.training, size.test, seed)
    size = size.within(len(train))
    outcomes: dict[Setting, Outcome] = {}
    rows: list[Row] = []
    with on_one_thread():
        for setting in size.settings():
            part = train.random_subset(setting.size, seed)
            found = retrain(
                setting.recipe(seed, name), part, test, size.per_class, size.runs, seed,
                lambda done, total, what=str(setting): progress(what, done, total),
            )  # fmt: skip
            outcomes[setting] = Outcome(setting, found)
            rows.extend(outcomes[setting].rows())
        rows.extend(_precision(size, outcomes, train, test, seed))
    for at in (sweep.at for sweep in size.sweeps):
        rows.extend(class_rows(str(at), outcomes[at].retraining.signal))
    full = preset == "paper" and data is not None
    return Findings(
        rows=tuple(rows),
        claims=claims(size, outcomes, data is not None, full),
        figures=draw(out, size, outcomes, name),
        scaled_down=f"{name}: at most {size.training} training images, {len(test)} test images, "
        f"{size.per_class} deletions per class; how the published networks were trained is not "
        "known",
    )


def _precision(
    size: Size, outcomes: Mapping[Setting, Outcome], train: Dataset, test: Dataset, seed: int
) -> Iterator[Row]:
    for at in (sweep.at for sweep in size.sweeps if sweep.at.pace == CALM):
        part = train.random_subset(at.size, seed)
        yield precision_row(str(at), outcomes[at].retraining, part, test, seed)


EXPERIMENT = Experiment(
    name=NAME,
    shows="plug-in bounds of networks on digits, deletions beside a placebo that drowns some",
    presets=(Preset(name="smoke", minutes=0.7), Preset(name="paper", minutes=30)),
    body=body,
)
