"""The body of `elasticity-clustering-mnist`: every pair and seed, with rows and claims."""

from __future__ import annotations

from stability_experiments.common.pair_clustering.methods import KERNELIZED, Method
from stability_experiments.common.pair_clustering.pairs import load_images
from stability_experiments.common.pair_clustering.pictures import draw_starts, draw_table
from stability_experiments.common.pair_clustering.published import (
    CNN,
    DIGIT_PAIRS,
    FNN,
    LINEAR,
    MNIST_LINES,
)
from stability_experiments.common.pair_clustering.rows import (
    file_rows,
    start_rows,
    step_rows,
    table_rows,
)
from stability_experiments.elasticity.elasticity_clustering_mnist.claims import claims
from stability_experiments.elasticity.elasticity_clustering_mnist.sizes import SIZES
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import ExperimentFindings

SHOWN = (Method(LINEAR, KERNELIZED), Method(FNN, KERNELIZED), Method(CNN, KERNELIZED))
"""The methods whose starts are drawn."""


def findings(context: Context) -> ExperimentFindings:
    """Every pair and seed, and what shows."""
    size, seed = SIZES[context.preset], context.seed
    data = "digits" if context.data is None else "mnist"
    places = {} if data == "digits" else {pair: k for k, pair in enumerate(DIGIT_PAIRS)}
    stages = context.stages(
        {"size": size},
        [load_images(data, context.data).fingerprint],
        ("torch", "scikit-learn"),
        workers=size.workers,
    )
    given = (seed, stages, context.data, context.progress)
    found = size.study(data).run("pairs", *given)
    rows = [*table_rows(found, MNIST_LINES, places), *step_rows(found), *start_rows(found)]
    if size.wide:
        wide = size.wide_study(data).run("width-40960", *given)
        more = ", width 40,960"
        rows += [*table_rows(wide, MNIST_LINES, places, more), *step_rows(wide, more)]
    from_file = list(file_rows(context, stages, found, MNIST_LINES, places)) if places else []
    return ExperimentFindings(
        rows=(*rows, *from_file),
        claims=claims(found, places, from_file, smoke=context.preset == "smoke"),
        figures=(
            draw_table(
                context.out / "methods.png", found, MNIST_LINES, places,
                "Two digits told apart by networks that only saw them together",
            ),
            draw_starts(context.out / "starts.png", found, SHOWN),
        ),
        scaled_down=size.scaled_down
        + ("" if places else "; embedded digits, three times enlarged, instead of MNIST"),
    )  # fmt: skip
