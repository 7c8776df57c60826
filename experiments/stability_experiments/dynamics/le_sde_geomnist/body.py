"""The body of `le-sde-geomnist`: trainings for every share of wrong labels, and what they show."""

from __future__ import annotations

from functools import partial

from stability_experiments.dynamics.le_sde_geomnist.claims import claims
from stability_experiments.dynamics.le_sde_geomnist.courses import SIZES, Seen, told, trained
from stability_experiments.dynamics.le_sde_geomnist.pictures import draw
from stability_experiments.dynamics.le_sde_geomnist.rows import rows
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import ExperimentFindings


def findings(context: Context) -> ExperimentFindings:
    """Every training, then rows, claims and pictures."""
    size = SIZES[context.preset]
    stages = context.stages({"size": size}, (), ("scipy", "torch"))
    total = len(size.shares) * size.course.trials * size.course.steps
    seen: dict[float, Seen] = {}
    for share in size.shares:
        before = len(seen) * total // len(size.shares)

        def progress(done: int, _: int, before: int = before) -> None:
            context.progress("trainings", before + done, total)

        seen[share] = Seen(
            share,
            size,
            stages.cached(
                told(share).replace(" = ", "-").replace("/", "-of-"),
                partial(trained, share, size, context.seed, progress),
            ),
        )
    course = size.course
    less = (
        f"{course.trials} trainings of each kind, not 100; class means over {size.block} "
        "iterations together, not one"
    )
    faster = f"step size {course.step_size:g} for {course.steps:,} iterations, not 0.005 for 10,000"
    return ExperimentFindings(
        rows=tuple(rows(seen)),
        claims=tuple(claims(seen)),
        figures=draw(context.out, seen),
        scaled_down=less if context.preset == "paper" else f"{faster}; {less}; fewer shares",
    )
