"""A whole run of `stability estimate`, against the computing in it: 300 refits of a small model."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import numpy as np

from stability.estimate.exact.logistic import fit_logistic
from stability.estimate.exact.logistic_deletions import delete_logistic
from stability.estimate.exact.softmax_features import SoftmaxFeatures
from stability.runs import parse_run_file
from stability.runs.data import source_of
from stability.runs.learners.logistic import TOLERANCE
from stability.runs.tasks.threads import on_one_thread
from stability_experiments.benchmarks.children import cost

STUDY = """\
[data]
name = "digits"
size = 300

[model]
kind = "logistic"
regularization = 0.05
scaling = "unit-ball"

[deletion]
count = 300
"""
Examples = tuple[Any, Any]

AIM = 2.0
"""Seconds that a run may take beyond its computing."""


def run(times: int = 3) -> Iterator[str]:
    """The least time of the command and of its refits alone, in several rounds."""
    study = parse_run_file(STUDY)
    features, parts = SoftmaxFeatures("unit-ball"), source_of(study, None, None).load()
    train, test = ((features(part), part.labels) for part in parts.problem)
    whole, alone = [], []
    for _ in range(times):
        with TemporaryDirectory() as folder:
            (Path(folder) / "run.toml").write_text(STUDY)
            command = ("-m", "stability", "estimate", "run.toml", "--out", "out")
            whole.append(cost(command, Path(folder)))
        with on_one_thread():
            alone.append(_refits(train, test))
    for name, kind in (("processor time", 0), ("on the clock", 1)):
        command, refits = (min(pair[kind] for pair in pairs) for pairs in (whole, alone))
        yield (
            f"estimate, 300 refits of logistic regression, {name}: {command:.2f} s, of which "
            f"{refits:.2f} s compute; {command - refits:.2f} s more (aim {AIM:g})"
        )


def _refits(train: Examples, test: Examples) -> tuple[float, float]:
    """Seconds of processor time, and on the clock, that the computing of the run takes."""
    processor, clock = process_time(), perf_counter()
    model = fit_logistic(*train, 10, 0.05, tolerance=TOLERANCE)
    deleted = np.arange(len(train[1]))
    delete_logistic(model, train, test, deleted, loss_range=math.log(10), tolerance=TOLERANCE)
    return process_time() - processor, perf_counter() - clock
