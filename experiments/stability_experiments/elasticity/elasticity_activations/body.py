"""The body of `elasticity-activations`: networks by activation, width and seed; finite steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from stability_experiments.common.elasticity_networks import EPOCHS, WORDS, Net, Seen, measured
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.elasticity.elasticity_activations import finite
from stability_experiments.elasticity.elasticity_activations.claims import claims
from stability_experiments.elasticity.elasticity_activations.pictures import draw
from stability_experiments.framework.context import Arrays, Context
from stability_experiments.framework.result import ExperimentFindings, Row

ACTIVATIONS = ("relu", "sigmoid", "tanh", "identity")
FIGURE, APPENDIX = "He and Su 2020, figure 1", "He and Su 2020, appendix"
PUBLISHED = {
    "relu": (-0.97, 0.02, FIGURE),
    "sigmoid": (-0.99, 0.02, APPENDIX),
}
"""At width 40,960, trained, one seed. Nothing is published for tanh; the paper's linear network was
trained with steps above 2/lambda_max, see `elasticity-manifolds`."""

STEP = 0.5
"""Step size, as a share of 2/lambda_max at the start: the same for all activations."""


@dataclass(frozen=True)
class Size:
    """How much of everything a preset uses; finite steps are made at `finite_width`."""

    widths: tuple[int, ...]
    epochs: int
    seeds: int
    finite_width: int

    def nets(self) -> tuple[Net, ...]:
        """Every network, by activation and then width."""
        return tuple(
            Net("torus", a, (w,), self.epochs, of_limit=STEP)
            for a in ACTIVATIONS
            for w in self.widths
        )


SIZES = {
    "smoke": Size(widths=(64, 128, 512), epochs=500, seeds=3, finite_width=256),
    "paper": Size(widths=(64, 256, 1024, 4096), epochs=EPOCHS, seeds=5, finite_width=1024),
}


def findings(context: Context) -> ExperimentFindings:
    """Every network, finite steps, and what shows."""
    size = SIZES[context.preset]
    stages = context.stages({"size": size}, (), ("torch",))
    seeds = [context.seed + k for k in range(size.seeds)]
    found: dict[Net, list[Seen]] = {}
    total = len(size.nets()) * len(seeds)
    for net in size.nets():
        for seed in seeds:
            context.progress("networks", sum(map(len, found.values())), total)
            found.setdefault(net, []).append(measured(net, seed, stages))
    context.progress("networks", total, total)
    steps: dict[str, list[Arrays]] = {}
    for activation in ACTIVATIONS:
        net = Net("torus", activation, (size.finite_width,))
        for k, seed in enumerate(seeds):
            context.progress(f"finite steps, {WORDS[activation]}", k, len(seeds))
            steps.setdefault(activation, []).append(
                stages.cached(f"steps-{activation}/seed-{seed}", partial(finite.errors, net, seed))
            )
        context.progress(f"finite steps, {WORDS[activation]}", len(seeds), len(seeds))
    return ExperimentFindings(
        rows=tuple(rows(found, steps)),
        claims=claims(found, steps),
        figures=draw(context.out, found, steps, size.finite_width),
        scaled_down=f"width at most {max(size.widths):,} instead of 40,960, {size.epochs:,} "
        f"full-batch steps (published: {EPOCHS:,}) of half of 2/lambda_max",
    )


def rows(
    found: Mapping[Net, Sequence[Seen]], steps: Mapping[str, Sequence[Arrays]]
) -> Iterator[Row]:
    """Correlations at the largest width first, beside what was published at a larger one."""
    widest = max(net.widths for net in found)
    for net, seen in found.items():
        published = PUBLISHED.get(net.activation) if net.widths == widest else None
        note = "published: width 40,960, one seed" if published else ""
        yield Mean.of(s.correlation(True) for s in seen).row(
            f"correlation with distance, {net}", *(published or ()), note=note
        )
    for net, seen in found.items():
        yield Mean.of(s.signed_correlation(True) for s in seen).row(
            f"correlation with the sign kept, {net}",
            note="of K(x, x') / K(x, x), which is negative where x' moves the other way",
        )
    for net, seen in found.items():
        yield Mean.of(s.correlation(False) for s in seen).row(f"correlation before training, {net}")
        yield Mean.of(s.signed_correlation(False) for s in seen).row(
            f"correlation with the sign kept before training, {net}"
        )
    for activation, runs in steps.items():
        for i, loss in enumerate(finite.LOSSES):
            yield Mean.of(finite.slope(run["float64"][i]) for run in runs).row(
                f"slope of log error against log step, {WORDS[activation]}, {loss}",
                note=f"float64, fitted for steps times K(x, x) from {finite.FITTED[0]:.1g} to "
                f"{finite.FITTED[1]:.1g}",
            )
    for activation, runs in steps.items():
        for precision in ("float64", "float32"):
            yield Mean.of(run[precision].min() for run in runs).row(
                f"smallest error of any step in {precision}, {WORDS[activation]}",
                note="relative, root mean square over pairs; best of both losses",
            )
    for net, seen in found.items():
        yield Mean.of(s.similarity(True).mean() for s in seen).row(f"mean similarity, {net}")
    for net, seen in found.items():
        yield Mean.of(s.number("step size") for s in seen).row(
            f"step size, {net}",
            note=f"{STEP:g} times 2/lambda_max; accuracy "
            f"{Mean.of(s.number('accuracy') for s in seen).value:.2f}",
        )
