"""Run a study of local elasticity: train, look, and write what was found."""

from __future__ import annotations

import io
import json
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from stability.errors import DataError, SetupError
from stability.files import disk_errors, write_bytes
from stability.runs.data import Parts, source_of
from stability.runs.deletions import Settings, held
from stability.runs.elasticity.measure import ElasticityFindings, measure
from stability.runs.elasticity.page import write_page
from stability.runs.elasticity.summary import SUMMARY, record
from stability.runs.file.places import in_run_file
from stability.runs.learners.learner import Learner
from stability.runs.learners.network import Network
from stability.runs.learners.own_network import OwnNetwork
from stability.runs.storage import Storage
from stability.runs.study.study import Study
from stability.runs.tasks import NamedProgress
from stability.runs.tasks.threads import on_one_thread

MATRICES = "similarity.npz"


def run_elasticity(
    study: Study[Learner],
    out: Path,
    progress: NamedProgress,
    settings: Settings | None = None,
    own: OwnNetwork | None = None,
) -> tuple[ElasticityFindings, dict[str, Any]]:
    """Write `elasticity.json`, `similarity.npz`, pictures and `report.json`; findings and summary.

    Two stages are kept in the folder, the training and each look, so that a run that is stopped
    goes on with `resume`. Raises SetupError for a model that is no network, else as `run_study`.
    """
    how = Settings() if settings is None else settings
    with in_run_file(how.file):
        if not isinstance(study.learner, Network):
            raise SetupError(
                where="[model]",
                found=study.learner.kind,
                allowed="a section [network] with [training]",
                remedy="Local elasticity is that of a network's updates; a model that is fitted by "
                "a formula makes none.",
            )
        beside = None if how.file is None else how.file.parent
        chosen = _with(study, study.learner.given(own, beside, study.training))
        source = source_of(study, how.data, beside)
        progress("reading data", 0, 1)
        parts = source.load()
        progress("reading data", 1, 1)
        chosen.learner.check_data(parts)
        _require_classes(parts)
        chosen = chosen.sized(len(parts.train))
        with held(out), on_one_thread():
            start = perf_counter()
            described = decisive(chosen)
            storage = Storage(
                out, how.resume, 1, described, parts.fingerprint, chosen.learner.packages
            )
            findings = measure(chosen, parts, storage, progress)
            summary = record(findings)
            _save_matrices(findings, out)
            write_page(findings, summary, perf_counter() - start, out)
            _write(out / SUMMARY, (json.dumps(summary, indent=1, allow_nan=False) + "\n").encode())
    return findings, summary


def decisive(study: Study[Network]) -> dict[str, dict[str, Any]]:
    """The sections that decide what is measured, without paths."""
    described = study.record()
    kept = {name: dict(described[name]) for name in ("data", "network", "training", "evaluation")}
    kept["elasticity"] = {
        "examples": study.elasticity.examples,
        "seed": study.elasticity.seed,
    }
    for key in ("dir", "file"):
        kept["data"].pop(key, None)
    return kept


def _require_classes(parts: Parts) -> None:
    if not parts.train.has_labels:
        raise DataError(
            where=parts.origin,
            found="real targets and no labels",
            allowed="labels: local elasticity is looked at within classes and between them",
            remedy="Say which column or array holds the class of each example, with labels.",
        )


def _with(study: Study[Learner], learner: Network) -> Study[Network]:
    from dataclasses import replace

    return replace(study, learner=learner)  # type: ignore[return-value, arg-type]


def _save_matrices(findings: ElasticityFindings, out: Path) -> None:
    """`similarity.npz`: similarity and kernel (n, n) after and before training, labels, rows."""
    content = io.BytesIO()
    after, before = findings.after, findings.before
    np.savez_compressed(
        content,
        similarity=after.similarity,
        kernel=after.kernel,
        similarity_untrained=before.similarity,
        kernel_untrained=before.kernel,
        labels=findings.points.labels,
        rows=findings.points.rows,
        clusters=after.clusters,
    )
    _write(out / MATRICES, content.getvalue())


def _write(path: Path, content: bytes) -> None:
    with disk_errors(path, "a folder in which files can be written", "Give another with --out."):
        write_bytes(path, content)
