"""`summary.json`: what a study found, as plain values. The same numbers give the same bytes."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stability.estimate.statistics.class_ratios import FEWEST_DELETIONS
from stability.estimate.statistics.classes import ClassMap
from stability.estimate.statistics.health import LEVEL
from stability.files import disk_errors, write_bytes
from stability.runs.baseline import split_words
from stability.runs.findings import CONFIDENCE, Findings
from stability.runs.marks import NEEDED
from stability.runs.reach import largest_test_losses
from stability.runs.same_study import SUMMARY
from stability.runs.tasks.manifest import versions
from stability.theorems.kinds.bound import Bound

UNITS = "m |change of the loss|"
LISTED = 30
"""The class map of so many classes is written out in full."""
LARGEST_CELLS = 100
"""Of more classes, so many cells are."""


def record(
    findings: Findings, settings: dict[str, Any], packages: tuple[str, ...]
) -> dict[str, Any]:
    """The findings as plain values, for JSON. Infinite and missing numbers are null.

    `settings` is everything that decided the numbers, `packages` the libraries that computed them.
    """
    study, measured = findings.study, findings.measured
    train, test = findings.parts.train, findings.parts.test
    return {
        "marks": [asdict(mark) for mark in findings.marks],
        "health": _health(findings),
        "learner": study.learner.kind,
        "model": findings.model,
        "objective": findings.objective,
        "loss": measured.loss,
        "sample_size": len(train),
        "test_size": len(test),
        "deletions": len(measured.deleted),
        "never_deleted": len(train) - len(measured.deleted),
        "split": split_words(findings.parts),
        "convention": str(study.convention),
        "loss_range": measured.limit,
        "delta": float(study.bound.delta),
        "gap": {
            "value": findings.gap,
            "standard_error": findings.gap_error,
            "training_loss": float(measured.base_training.mean()),
            "test_loss": float(measured.base_test.mean()),
        },
        "constants": {
            "units": UNITS,
            "provenance": "plug-in",
            "status": "degenerate" if findings.degenerate else "measured",
            "confidence": CONFIDENCE,
            **{
                c.name: {"value": c.value, "low": c.low, "high": c.high, "meaning": c.meaning}
                for c in findings.constants
            },
        },
        "bounds": [
            *(_bound(name, bound, findings.degenerate) for name, bound in findings.plug_in),
            *(_bound(name, bound, False) for name, bound in findings.from_setup),
        ],
        "bounds_rest_on": _rests(findings),
        "placebos": {size: _placebo(findings, size) for size in findings.signals},
        "class_map": {
            "units": f"{UNITS}, mean over pairs; row: class deleted, column: class tested",
            **_cells(findings.classes),
            "diagonal_ratio": _finite(findings.classes.diagonal_ratio),
            "own_over_others": _own_over_others(findings),
            "hidden": [one.name for one in findings.health.hidden],
        },
        "rows_of": {"train": findings.parts.origin, "test": findings.parts.test_origin},
        "most_influential": [asdict(example) for example in findings.influential],
        "largest_test_losses": [
            asdict(one) for one in largest_test_losses(findings.parts, measured)
        ],
        "notes": list(findings.parts.notes),
        "facts": dict(measured.facts),
        "run": settings,
        "made_with": {
            "data": {"train": train.fingerprint, "test": test.fingerprint},
            "stored": measured.fingerprint,
            "versions": versions(packages),
        },
    }


def text(content: dict[str, Any]) -> str:
    """The content of `summary.json`."""
    return json.dumps(content, indent=1, allow_nan=False) + "\n"


def save(content: dict[str, Any], out: Path) -> None:
    """Write `summary.json`. Raises RunError if the disk refuses."""
    path = out / SUMMARY
    with disk_errors(path, "a folder in which files can be written", "Give another with --out."):
        write_bytes(path, text(content).encode())


def _health(findings: Findings) -> dict[str, Any]:
    """Losses at the cap, and every fact of the fit: what to look at before any constant."""
    health = findings.health
    return {
        "loss_range": health.loss_range,
        "level": LEVEL,
        "training_losses_at_cap": health.training_share,
        "test_losses_at_cap": health.test_share,
        "classes": [{**asdict(one), "hidden": one.hidden} for one in health.classes],
        **{name: _finite(value) for name, value in findings.measured.facts.items()},
    }


def _bound(name: str, bound: Bound, degenerate: bool) -> dict[str, Any]:
    return {
        "name": name,
        "theorem": bound.theorem,
        "notion": str(bound.stability.notion),
        **bound.labels.record(),
        "value": bound.value,
        "trivial": bound.trivial_value,
        "vacuous": bound.vacuous,
        "degenerate": degenerate,
    }


def _placebo(findings: Findings, size: str) -> dict[str, Any]:
    signal, placebo = findings.signals[size], findings.measured.placebos[size]
    return {
        "runs": len(placebo.changes),
        "push": placebo.push,
        "mean": [_finite(value) for value in signal.placebo],
        "ratio": _table(signal.ratio) if len(signal.ratio) <= LISTED else None,
        "needed": NEEDED,
        "cells": int((~np.isnan(signal.ratio)).sum()),
        "drowned": int(signal.drowned.sum()),
    }


def _rests(findings: Findings) -> dict[str, list[str]]:
    """What the bounds from the setup take as known, and what was read off the sample for them."""
    row = findings.setup_row
    return {"known": list(row.rests_on), "seen": list(row.seen)} if row is not None else {}


def _cells(grid: ClassMap) -> dict[str, Any]:
    """The class map: the whole table for few classes, for many the cells of the largest means.

    All of them are in `class-map.parquet`.
    """
    if len(grid.classes) <= LISTED:
        return {
            "classes": list(grid.classes),
            "mean": _table(grid.mean),
            "pairs": grid.pairs.tolist(),
        }
    largest = [
        {"deleted": grid.classes[a], "tested": grid.classes[b], "mean": float(grid.mean[a, b])}
        for a, b in grid.largest(LARGEST_CELLS)
    ]
    return {"classes": list(grid.classes), "mean": None, "pairs": None, "largest": largest}


def _own_over_others(findings: Findings) -> dict[str, Any]:
    """Within each tested class: what its own deletions do, over what those of others do."""
    ratios = findings.ratios
    return {
        "meaning": "at the losses of one class: mean change by a deletion of that class over that "
        "by a deletion of another class (geometric mean over the others)",
        "needed_deletions": FEWEST_DELETIONS,
        "geometric_mean": _finite(ratios.geometric_mean),
        "classes": [{**asdict(one), "ratio": _finite(one.ratio)} for one in ratios.classes],
        "left_out": [{"name": name, "deletions": count} for name, count in ratios.left_out],
    }


def _table(values: ArrayLike) -> list[list[float | None]]:
    return [[_finite(value) for value in row] for row in np.asarray(values)]


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
