"""The body of `demo`: run the three learners, write the numbers, the pictures and the report."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pandas as pd

from stability.conventions import Kind
from stability.datasets import load_digits
from stability.files import disk_errors
from stability.report.figures.bound_curves import class_map, plot_bounds
from stability_experiments.demo.logistic import LogisticResult, logistic_numbers
from stability_experiments.demo.network import NetworkResult, network_numbers
from stability_experiments.demo.numbers import NUMBERS, Number, Split, frame
from stability_experiments.demo.page import write_page
from stability_experiments.demo.random_features import random_feature_numbers
from stability_experiments.demo.table import Line, lines
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import ROOM, Claim, ExperimentFindings, Row

TRAINING_SIZE = 1280
DELTA = "0.05"


def findings(context: Context) -> ExperimentFindings:
    """The whole demonstration; writes `demo.parquet`, `demo.json`, `report.html` and pictures."""
    start, progress = perf_counter(), context.progress
    train, test = load_digits().split(TRAINING_SIZE, context.seed)
    split = Split(train, test, context.seed)
    features = random_feature_numbers(split, DELTA, progress)
    logistic = logistic_numbers(split, DELTA, progress)
    network = network_numbers(split, DELTA, progress)
    progress("pictures and report", 0, 1)
    numbers = (*features, *network.numbers, *logistic.numbers)
    with disk_errors(context.out, "a folder with room that can be written", ROOM):
        _write(context.out, split, numbers, network, logistic, perf_counter() - start)
    progress("pictures and report", 1, 1)
    return ExperimentFindings(
        rows=tuple(_row(one) for one in numbers),
        claims=tuple(_claims(lines(numbers), network, logistic)),
        figures=("sensitivity.png", "bounds.png"),
    )


def _row(one: Number) -> Row:
    note = one.labels + ("; promises nothing" if one.kind == "estimate" else "")
    return Row(
        name=f"{one.what}, {one.learner}, {one.setting}",
        computed=one.value,
        standard_error=one.standard_error,
        kind=Kind.ESTIMATE if one.kind == "measured" else Kind(one.kind),
        note=note + ("; vacuous" if one.vacuous else ""),
    )


def _claims(
    found: tuple[Line, ...], network: NetworkResult, logistic: LogisticResult
) -> Iterator[Claim]:
    yield Claim(
        claim="every measured gap is below every bound and estimate beside it",
        holds=all(line.gap.value < bound.value for line in found for bound in line.bounds),
    )
    yield Claim(
        claim="elastic is below uniform, tail, moment and split, every learner",
        holds=all(
            line.bounds[k + 1].value < line.bounds[k].value for line in found for k in (0, 2, 4)
        ),
    )
    yield Claim(
        claim="the smallest bound of every line is the elastic split",
        holds=all(min(line.bounds, key=lambda b: b.value) is line.bounds[5] for line in found),
    )
    yield Claim(
        claim="some proved uniform tail bound is vacuous and its certified elastic one is not",
        holds=any(
            line.bounds[0].kind == "upper" and line.bounds[0].vacuous and not line.bounds[1].vacuous
            for line in found
        ),
    )
    yield Claim(
        claim="network: a class is moved twice as much by its own deletions as by another's",
        holds=network.own_over_others > 2,
    )
    yield Claim(
        claim="logistic regression: no measured change is above its proved limit",
        holds=logistic.largest_share <= 1,
    )


def _write(
    out: Path,
    split: Split,
    numbers: tuple[Number, ...],
    network: NetworkResult,
    logistic: LogisticResult,
    seconds: float,
) -> None:
    table = frame(numbers)
    made_with = {
        "data": split.train.name,
        "training images": len(split.train),
        "test images": len(split.test),
        "seed": split.seed,
        "delta": float(DELTA),
        "seconds": round(seconds, 1),
        "python": platform.python_version(),
        "pandas": pd.__version__,
    }
    record = {
        "made_with": made_with,
        "rows": json.loads(str(table.to_json(orient="records"))),
        "sensitivity": {
            "unit": "m |change of the loss|, mean over pairs",
            "classes": list(network.sensitivity.classes),
            "mean": network.sensitivity.mean.tolist(),
            "diagonal_ratio": network.sensitivity.diagonal_ratio,
            "own_over_others": network.own_over_others,
            "deletions": network.deletions,
        },
        "logistic_deletions": {
            "largest_share_of_the_proved_limit": logistic.largest_share,
            "pairs": logistic.pairs,
        },
    }
    table.to_parquet(out / NUMBERS, index=False)
    (out / "demo.json").write_text(json.dumps(record, indent=1))
    class_map(
        network.sensitivity.mean,
        network.sensitivity.classes,
        out / "sensitivity.png",
        "Who moves whom: a network retrained without single images",
        units="m |change of the loss|, mean over pairs",
    )
    plot_bounds(logistic.analysis, out / "bounds.png")
    write_page(out, numbers, network, logistic, made_with)
