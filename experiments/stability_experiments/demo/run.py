"""Run the three learners, print one table, write the numbers, the pictures and the report."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from time import perf_counter

import pandas as pd
from rich.console import Console

from stability.datasets import load_digits
from stability.errors import RunError
from stability.report.figures.bound_curves import class_map, plot_bounds
from stability.runs.tasks import progress_bars
from stability_experiments.demo.logistic import LogisticResult, logistic_rows
from stability_experiments.demo.network import NetworkResult, network_rows
from stability_experiments.demo.page import write_page
from stability_experiments.demo.random_features import random_feature_rows
from stability_experiments.demo.rows import Row, Split, frame
from stability_experiments.demo.words import printed

TRAINING_SIZE = 1280
DELTA = "0.05"


def run(out: Path, console: Console, seed: int = 0) -> tuple[Row, ...]:
    """The whole demonstration into the folder `out`: `demo.parquet`, `demo.json`, `report.html`,
    `sensitivity.png`, `bounds.png`. Returns the rows of the table.

    Raises RunError if the folder cannot be written.
    """
    start = perf_counter()
    _prepare(out)
    train, test = load_digits().split(TRAINING_SIZE, seed)
    split = Split(train, test, seed)
    with progress_bars(console) as progress:
        features = random_feature_rows(split, DELTA, progress)
        logistic = logistic_rows(split, DELTA, progress)
        network = network_rows(split, DELTA, progress)
        progress("pictures and report", 0, 1)
        rows = (*features, *network.rows, *logistic.rows)
        _write(out, split, rows, network, logistic, perf_counter() - start)
        progress("pictures and report", 1, 1)
    _print(console, rows, network, logistic)
    console.print(f"Written to {out}: report.html (open it in a browser), demo.json, demo.parquet.")
    return rows


def _prepare(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(
            where=str(out),
            found=error.strerror or "an error",
            allowed="a folder that can be written",
            remedy="Give another one with --out.",
        ) from None


def _write(
    out: Path,
    split: Split,
    rows: tuple[Row, ...],
    network: NetworkResult,
    logistic: LogisticResult,
    seconds: float,
) -> None:
    table = frame(rows)
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
    numbers = {
        "made_with": made_with,
        "rows": json.loads(table.to_json(orient="records")),
        "sensitivity": {
            "unit": "m |change of the loss|, mean over pairs",
            "classes": list(network.sensitivity.classes),
            "mean": network.sensitivity.mean.tolist(),
            "diagonal_ratio": network.sensitivity.diagonal_ratio,
            "deletions": network.deletions,
        },
        "logistic_deletions": {
            "largest_share_of_the_proved_limit": logistic.largest_share,
            "pairs": logistic.pairs,
        },
    }
    try:
        table.to_parquet(out / "demo.parquet", index=False)
        (out / "demo.json").write_text(json.dumps(numbers, indent=1))
        class_map(
            network.sensitivity.mean,
            network.sensitivity.classes,
            out / "sensitivity.png",
            "Who moves whom: a network retrained without single images",
            units="m |change of the loss|, mean over pairs",
        )
        plot_bounds(logistic.analysis, out / "bounds.png")
        write_page(out, rows, network, logistic, made_with)
    except OSError as error:
        raise RunError(
            where=str(error.filename or out),
            found=error.strerror or "an error",
            allowed="a folder with room that can be written",
            remedy="Free some space, or give another folder with --out.",
        ) from None


def _print(
    console: Console, rows: tuple[Row, ...], network: NetworkResult, logistic: LogisticResult
) -> None:
    console.print(printed(rows))
    console.print(
        f"Network: deleting an image moves the loss of its own class "
        f"{network.sensitivity.diagonal_ratio:.1f} times as much as that of the others "
        f"({network.deletions} deletions)."
    )
    console.print(
        f"Logistic regression: over {logistic.pairs:,} (deleted, test) pairs the largest measured "
        f"change is {logistic.largest_share:.2f} of its proved limit."
    )
