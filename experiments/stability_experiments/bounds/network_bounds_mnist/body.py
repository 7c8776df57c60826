"""The body of `network-bounds-mnist`: every setting with its deletions and placebos."""

from __future__ import annotations

from functools import partial

from stability.runs.tasks.threads import on_one_thread
from stability_experiments.bounds.network_bounds_mnist.claims import claims
from stability_experiments.bounds.network_bounds_mnist.outcome import Outcome
from stability_experiments.bounds.network_bounds_mnist.pictures import draw
from stability_experiments.bounds.network_bounds_mnist.settings import CALM, SIZES, Setting
from stability_experiments.common.images import digit_images
from stability_experiments.common.retraining import (
    class_rows,
    precision_row,
    retrain,
    training_device,
)
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import ExperimentFindings, Row


def findings(context: Context) -> ExperimentFindings:
    """Every setting with its deletions and placebos, and what shows."""
    size, seed = SIZES[context.preset], context.seed
    train, test, name = digit_images(context.data, size.training, size.test, seed)
    size = size.within(len(train))
    stages = context.stages(
        {"size": size, "device": training_device()},
        (train.fingerprint, test.fingerprint),
        ("torch",),
    )
    outcomes: dict[Setting, Outcome] = {}
    rows: list[Row] = []
    with on_one_thread():
        for setting in size.settings():
            part = train.random_subset(setting.size, seed)
            found = retrain(
                setting.recipe(seed, name), part, test, size.per_class, size.runs, seed,
                partial(context.progress, str(setting)),
                cached=stages.cached, place=setting.place,
            )  # fmt: skip
            outcomes[setting] = Outcome(setting, found)
            rows.extend(outcomes[setting].rows())
        for at in (sweep.at for sweep in size.sweeps if sweep.at.pace == CALM):
            part, one = train.random_subset(at.size, seed), outcomes[at].retraining
            rows.append(
                precision_row(str(at), one, part, test, seed, cached=stages.cached, place=at.place)
            )
    for at in (sweep.at for sweep in size.sweeps):
        rows.extend(class_rows(str(at), outcomes[at].retraining.signal))
    real = context.data is not None
    return ExperimentFindings(
        rows=tuple(rows),
        claims=claims(size, outcomes, real, real and context.preset == "paper"),
        figures=draw(context.out, size, outcomes, name),
        scaled_down=f"{name}: at most {size.training} training images, {len(test)} test images, "
        f"{size.per_class} deletions per class; how the published networks were trained is not "
        "known",
    )
