"""The body of `le-sde-phase-transition`: every schedule, the boundary, the L-model, the diagram."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stability_experiments.dynamics.le_sde_phase_transition.claims import claims
from stability_experiments.dynamics.le_sde_phase_transition.paths import (
    PAIRS,
    boundary,
    pair_paths,
    phase_cells,
    schedule_paths,
)
from stability_experiments.dynamics.le_sde_phase_transition.pictures import draw
from stability_experiments.dynamics.le_sde_phase_transition.rows import rows
from stability_experiments.dynamics.le_sde_phase_transition.schedules import SCHEDULES, Floats
from stability_experiments.dynamics.le_sde_phase_transition.seen import Pair, Seen
from stability_experiments.framework.context import Context, Stages
from stability_experiments.framework.result import ExperimentFindings


@dataclass(frozen=True)
class Size:
    """Trials and steps of paths, of which those of pairs have trials of their own.

    Then rows and columns of the phase diagram, trials and steps of each cell.
    """

    trials: int
    pair_trials: int
    steps: int
    cells: tuple[int, int]
    cell_trials: int
    cell_steps: int


SIZES = {
    "smoke": Size(40, 160, 100, (11, 8), 8, 50),
    "paper": Size(400, 400, 400, (21, 16), 40, 100),
}
BOUNDARIES = (2, 3, 4, 5)
STARTS = {"I-model": (0.0,), "L-model": (0.0, 1.0)}
"""Deviations of the class means at the start: none, and Gaussian numbers added to them."""


def findings(context: Context) -> ExperimentFindings:
    """All paths, and what shows."""
    size = SIZES[context.preset]
    stages = context.stages({"size": size}, (), ("scipy",))
    seen = _seen(context, stages, size)
    return ExperimentFindings(
        rows=tuple(rows(seen)),
        claims=tuple(claims(seen)),
        figures=draw(context.out, seen),
        scaled_down=None if context.preset == "paper" else "fewer trials, longer steps",
    )


def _seen(context: Context, stages: Stages, size: Size) -> Seen:
    seed = context.seed
    pairs = tuple(_pairs())
    total = len(SCHEDULES) + len(BOUNDARIES) + len(pairs) + 1
    found: list[Mapping[str, Floats]] = []
    tasks = (
        *((f"schedules/{k}", lambda s=s: schedule_paths(s, size.trials, size.steps, seed))
          for k, s in enumerate(SCHEDULES)),
        *((f"boundaries/{K}", lambda K=K: boundary(K, size.trials, size.steps, seed))
          for K in BOUNDARIES),
        *((f"pairs/{p.key}", lambda p=p: pair_paths(
            p.kind, (p.alpha, p.beta), size.pair_trials, size.steps, seed, p.spread))
          for p in pairs),
        ("phase", lambda: phase_cells(size.cells, size.cell_trials, size.cell_steps, seed)),
    )  # fmt: skip
    for done, (name, compute) in enumerate(tasks):
        context.progress("paths", done, total)
        found.append(stages.cached(name, compute))
    context.progress("paths", total, total)
    first, second = len(SCHEDULES), len(SCHEDULES) + len(BOUNDARIES)
    return Seen(
        schedules=dict(zip(SCHEDULES, found[:first], strict=True)),
        boundaries=dict(zip(BOUNDARIES, found[first:second], strict=True)),
        pairs=dict(zip(pairs, found[second:-1], strict=True)),
        phase=found[-1],
    )


def _pairs() -> Iterator[Pair]:
    for kind, spreads in STARTS.items():
        for spread in spreads:
            for alpha, beta in PAIRS:
                yield Pair(kind, alpha, beta, spread)
