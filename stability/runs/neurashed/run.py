"""Train a hierarchy, look at it, and write what was found."""

from __future__ import annotations

import io
import json
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from stability.dynamics.neurashed.hierarchy_file import HierarchyStudy
from stability.files import disk_errors, write_bytes
from stability.runs.deletions import held
from stability.runs.neurashed.measure import HierarchyFindings, measure
from stability.runs.neurashed.page import write_page
from stability.runs.neurashed.summary import SUMMARY, record
from stability.runs.tasks import NamedProgress
from stability.runs.tasks.threads import on_one_thread

FACTORS = "factors.npz"


def run_hierarchy(
    study: HierarchyStudy, out: Path, progress: NamedProgress
) -> tuple[HierarchyFindings, dict[str, Any]]:
    """Write `neurashed.json`, `factors.npz`, pictures and `report.json`; findings and summary.

    Raises DataError or RunError for factors that run away, RunError if the disk refuses.
    """
    with held(out), on_one_thread():
        start = perf_counter()
        findings = measure(study, progress)
        summary = record(findings)
        _save_factors(findings, out)
        write_page(findings, summary, perf_counter() - start, out)
        _write(out / SUMMARY, (json.dumps(summary, indent=1, allow_nan=False) + "\n").encode())
    return findings, summary


def _save_factors(findings: HierarchyFindings, out: Path) -> None:
    """`factors.npz`: `steps` (S,), `log_factors` (S, seeds, F), and the names of the features."""
    content = io.BytesIO()
    np.savez_compressed(
        content,
        steps=findings.course.steps,
        log_factors=findings.course.log_factors,
        features=np.array(findings.graph.features),
        changes=findings.reading.effects.changes,
        deleted=findings.reading.effects.deleted,
    )
    _write(out / FACTORS, content.getvalue())


def _write(path: Path, content: bytes) -> None:
    with disk_errors(path, "a folder in which files can be written", "Give another with --out."):
        write_bytes(path, content)
