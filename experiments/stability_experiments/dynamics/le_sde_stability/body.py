"""The body of `le-sde-stability`: deletions, constants of the model, what follows, what shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stability.bounds.analyse import Analysis
from stability.conventions import Kind
from stability.report.compared import COMPARED, compared_bounds
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.dynamics.le_sde_stability.cases import (
    LIPSCHITZ,
    Case,
    Seen,
    deleted,
)
from stability_experiments.dynamics.le_sde_stability.constants import (
    TUPLE,
    Limits,
    by_class,
    of_tuples,
)
from stability_experiments.dynamics.le_sde_stability.pictures import draw
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import Claim, ExperimentFindings, Row

Found = Mapping[Case, Sequence[Seen]]
CASES = (Case(3, -0.25), Case(3, 0.0), Case(3, 0.25), Case(3, 0.5), Case(3, 1.0), Case(10, 0.0))
APART, MANY, NOT_ELASTIC = CASES[1], CASES[5], CASES[4]


@dataclass(frozen=True)
class Size:
    """Samples of each class, seeds, test features of each class, sizes at which bounds are told."""

    samples: int
    seeds: int
    tested: int
    bounds_at: tuple[int, ...] = (30, 100, 300, 1000, 3000, 10_000)


SIZES = {"smoke": Size(30, 3, 50, (30, 300, 3000)), "paper": Size(100, 5, 100)}


def findings(context: Context) -> ExperimentFindings:
    """Every deletion of every case and seed, and the bounds."""
    size = SIZES[context.preset]
    stages = context.stages({"size": size}, (), ("scipy",))
    found: dict[Case, list[Seen]] = {}
    for case in CASES:
        context.progress("cases", len(found), len(CASES))
        found[case] = [
            Seen(case, stages.cached(
                f"{case.key}/{seed}",
                lambda c=case, s=seed: deleted(c, size.samples, size.tested, s),
            ))
            for seed in range(context.seed, context.seed + size.seeds)
        ]  # fmt: skip
    context.progress("cases", len(CASES), len(CASES))
    told = {(c, n): (by_class(c, n), of_tuples(c, n)) for c in CASES for n in size.bounds_at}
    return ExperimentFindings(
        rows=(*_rows(found, size), *_bound_rows(told)),
        claims=tuple(_claims(found, told, size)),
        figures=draw(context.out, found, told, size.samples),
        scaled_down=None if context.preset == "paper" else "smaller samples, fewer seeds",
    )


def _rows(found: Found, size: Size) -> Iterator[Row]:
    for case, seen in found.items():
        m, limits = seen[0].size, Limits.of(case, size.samples)
        for words, values, limit in (
            ("its own class", [s.own for s in seen], limits.own),
            ("another class", [s.other for s in seen], limits.other),
        ):
            where = f"{words}, {case}, m = {m}"
            yield Mean.of(m * v.mean() for v in values).row(
                f"m times mean shift of {where}", note="exact, of every deletion of each sample"
            )
            yield Row(
                name=f"m times largest shift of {where}, seen",
                computed=m * max(float(v.max()) for v in values),
            )
            yield Row(
                name=f"m times largest shift of {where}, possible", computed=m * limit,
                kind=Kind.UPPER, note="of all samples in the unit ball, classes balanced",
            )  # fmt: skip
        for name, words in (
            ("B", "largest mean of a deleted sample"),
            ("U", "largest change of the loss"),
            ("B1", "mean change"),
            ("D", "mean change at the deleted sample"),
        ):
            yield Mean.of(getattr(s.summary, name) for s in seen).row(
                f"{name}, {case}, m = {m}", note=f"{words}, times m; plug-in"
            )
        for name in seen[0].bounds:
            yield Mean.of(s.bounds[name] for s in seen).row(
                f"{name} bound, {case}, m = {m}",
                note=f"plug-in; losses in [0, {case.limit:.4g}]",
            )
        yield Mean.of(float(s.arrays["gap"]) for s in seen).row(f"gap, {case}, m = {m}")


def _bound_rows(told: Mapping[tuple[Case, int], tuple[Analysis, Analysis]]) -> Iterator[Row]:
    for (case, n), (classes, tuples) in told.items():
        m = case.classes * n
        for name, bound in compared_bounds(classes):
            yield Row(
                name=f"{name} bound of the model, {case}, m = {m}", computed=bound.value,
                kind=bound.kind, note=f"{', '.join(bound.labels.words)}; constant of the model, "
                "classes balanced",
            )  # fmt: skip
        [bound] = tuples.of(TUPLE)[:1]
        yield Row(
            name=f"{TUPLE} bound, examples with a feature of every class, {case}, m = {n}",
            computed=bound.value, kind=bound.kind,
            note=f"{', '.join(bound.labels.words)}; constant derived from the ODE for every sample",
        )  # fmt: skip


def _claims(
    found: Found, told: Mapping[tuple[Case, int], tuple[Analysis, Analysis]], size: Size
) -> Iterator[Claim]:
    yield Claim(
        claim="with beta = 0 no feature of another class moves, exactly",
        holds=all(s.other.max() == 0.0 for c in (APART, MANY) for s in found[c]),
    )
    yield Claim(
        claim="without local elasticity (alpha = beta) a deletion moves all classes alike, to 1e-9",
        holds=all(
            float(np.ptp(s.arrays["shifts"], axis=2).max()) < 1e-9 for s in found[NOT_ELASTIC]
        ),
    )
    yield Claim(
        claim="the larger beta > 0, the more a deletion moves the other classes, beside its own",
        holds=bool((np.diff([_felt(found[c]) for c in CASES[1:5]]) > 0.0).all()),
    )
    limits = {case: Limits.of(case, size.samples) for case in found}
    yield Claim(
        claim="no shift is above the largest possible one, and no change of the loss above sqrt(2) "
        "times it",
        holds=all(
            s.own.max() <= limits[c].own
            and s.other.max() <= limits[c].other + 1e-12
            and s.size * LIPSCHITZ * max(limits[c].own, limits[c].other) >= s.summary.U
            for c, seen in found.items() for s in seen
        ),
    )  # fmt: skip
    ratio = {case: _elastic_share(told[case, size.bounds_at[-1]][0]) for case in found}
    yield Claim(
        claim="the elastic constant of the model is 1/K of the uniform one if beta = 0, and all "
        "of it if alpha = beta",
        holds=all(
            abs(ratio[c] - share) < 1e-6
            for c, share in ((APART, 1 / 3), (MANY, 1 / 10), (NOT_ELASTIC, 1.0))
        ),
    )
    elastic, uniform = ({c: _first(told, c, size, k) for c in found} for k in (1, 0))
    yield Claim(
        claim="with beta = 0 the elastic tail bound falls below the range of the loss at samples "
        "at which the uniform one is still above it",
        holds=all(elastic[c] < uniform[c] for c in (APART, MANY)),
    )
    gaps = {case: max(float(s.arrays["gap"]) for s in seen) for case, seen in found.items()}
    yield Claim(
        claim="the measured gap is below every plug-in bound, and below the bounds of the model",
        holds=all(
            gaps[case] < min(min(s.bounds.values()) for s in seen)
            and gaps[case] < min(b.value for _, b in compared_bounds(told[case, size.samples][0]))
            for case, seen in found.items()
        ),
    )


def _felt(seen: Sequence[Seen]) -> float:
    """The mean shift of other classes over that of the own."""
    return float(np.mean([s.other.mean() for s in seen]) / np.mean([s.own.mean() for s in seen]))


def _elastic_share(analysis: Analysis) -> float:
    """B over U, of the constant that was given."""
    values = next(c for c in analysis.constants if c.path == ("assumed",)).at()
    return values["B"] / values["U"]


def _first(
    told: Mapping[tuple[Case, int], tuple[Analysis, Analysis]], case: Case, size: Size, which: int
) -> float:
    """The first of the sizes at which a tail bound is below the range of the loss."""
    theorem = COMPARED[which][1]
    below = (n for n in size.bounds_at if told[case, n][0].of(theorem)[0].value < case.limit)
    return float(next(below, np.inf))
