"""The body of `elasticity-manifolds`: every network and seed, with rows and claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from stability_experiments.common.elasticity_networks import (
    EPOCHS,
    Net,
    Seen,
    measured,
    published_widths,
)
from stability_experiments.common.elasticity_numbers import Mean, pearson
from stability_experiments.elasticity.elasticity_manifolds.claims import claims
from stability_experiments.elasticity.elasticity_manifolds.pictures import draw
from stability_experiments.elasticity.elasticity_manifolds.sizes import SIZES, Size
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import ExperimentFindings, Row

Found = Mapping[Net, Sequence[Seen]]
FIGURE, APPENDIX = "He and Su 2020, figure 1", "He and Su 2020, appendix"
CORRELATIONS = {
    ("torus", "relu"): (-0.97, 0.02, FIGURE),
    ("torus", "identity"): (-0.48, 0.15, FIGURE),
    ("torus", "sigmoid"): (-0.99, 0.02, APPENDIX),
    ("boxes", "relu"): (-0.92, 0.03, FIGURE),
    ("boxes", "identity"): (-0.14, 0.15, FIGURE),
}
"""Published correlations of relative similarity and distance, and what is near enough.

Those of linear networks vary from seed to seed, by about a tenth.
"""
MEANS = {("torus", "relu"): (0.44, 0.04), ("torus", "identity"): (0.68, 0.1)}
PATTERNS = (-0.97, 0.03)
ONE_DRAW = (
    "published: one draw; training of the linear network starts above 2/lambda_max on the torus, "
    "where the outcome depends on the draw"
)


def findings(context: Context) -> ExperimentFindings:
    """Every network, trained or not, and what shows."""
    size = SIZES[context.preset]
    stages = context.stages({"size": size}, (), ("torch",))
    jobs = {**size.trained(), **size.untrained()}
    found: dict[Net, list[Seen]] = {net: [] for net in jobs}
    done, total = 0, sum(jobs.values())
    for net, seeds in jobs.items():
        patterns = (net.manifold, net.activation) == ("torus", "relu") and net.epochs > 0
        for k in range(seeds):
            context.progress(str(net), done, total)
            found[net].append(measured(net, context.seed + k, stages, patterns))
            done += 1
    context.progress("networks", total, total)
    trained = {net: seen for net, seen in found.items() if net.epochs}
    untrained = {net: seen for net, seen in found.items() if not net.epochs}
    return ExperimentFindings(
        rows=tuple(rows(trained, untrained)),
        claims=claims(trained, untrained),
        figures=draw(context.out, trained, untrained, context.seed),
        scaled_down=scaled_down(size),
    )


def rows(trained: Found, untrained: Found) -> Iterator[Row]:
    """Correlations with self-pairs first: they are the published numbers."""
    for net, seen in trained.items():
        published, tolerance, source = CORRELATIONS[net.manifold, net.activation]
        yield Mean.of(s.correlation(True) for s in seen).row(
            f"correlation with distance, {net}", published, tolerance, source,
            note=_how(net, seen) + ("" if net.activation != "identity" else f"; {ONE_DRAW}"),
        )  # fmt: skip
    for net, seen in trained.items():
        published, tolerance = MEANS.get((net.manifold, net.activation), (None, None))
        yield Mean.of(s.similarity(True).mean() for s in seen).row(
            f"mean similarity, {net}", published, tolerance, FIGURE if published else None,
            note="over all pairs" + (f"; {ONE_DRAW}" if net.activation == "identity" else ""),
        )  # fmt: skip
    for net, seen in trained.items():
        if "cosines" in seen[0].arrays:
            yield Mean.of(
                pearson(s.arrays["cosines"], s.arrays["euclidean"]) for s in seen
            ).row(
                f"correlation of activation patterns with Euclidean distance, {net}",
                *PATTERNS, APPENDIX, note="cosine of the active neurons, points of both classes",
            )  # fmt: skip
    for net, seen in trained.items():
        yield Mean.of(s.correlation(True, self_pairs=False) for s in seen).row(
            f"correlation without self-pairs, {net}"
        )
        yield Mean.of(s.correlation(False) for s in seen).row(f"correlation before training, {net}")
        yield Mean.of(s.number("steps over the limit") for s in seen).row(
            f"step size over 2/lambda_max, {net}",
            note=f"step size {net.recipe(0).step_size:.3g}; lambda_max at the start",
        )
    for net, seen in untrained.items():
        for self_pairs, words in ((True, ""), (False, " without self-pairs")):
            yield Mean.of(s.correlation(False, self_pairs=self_pairs) for s in seen).row(
                f"correlation with distance{words}, untrained, {net}"
            )
        yield Mean.of(s.similarity(False).mean() for s in seen).row(
            f"mean similarity, untrained, {net}"
        )


def _how(net: Net, seen: Sequence[Seen]) -> str:
    accuracy = np.mean([s.number("accuracy") for s in seen])
    moved = np.mean([s.number("weights moved") for s in seen])
    return (
        f"{net.epochs:,} full-batch steps in {net.dtype}, accuracy {accuracy:.2f}, weights moved "
        f"by {100 * moved:.2g}%"
    )


def scaled_down(size: Size) -> str | None:
    """What is smaller than published."""
    boxes = "-".join(map(str, published_widths("boxes")))
    told = [f"boxes of width {'-'.join(map(str, size.boxes))} instead of {boxes}"]
    if not size.wide:
        told.append(f"torus of width {size.torus[0]:,} instead of 40,960")
        told.append(f"{size.torus_epochs:,} and {size.boxes_epochs:,} steps instead of {EPOCHS:,}")
        told.append(f"the other manifolds of width {size.more[0]:,}")
    told.append("step size times width as published")
    return "; ".join(told)
