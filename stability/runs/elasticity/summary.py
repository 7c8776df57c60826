"""`elasticity.json`: what a study of local elasticity found, as plain values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from stability.elasticity.measurement import ElasticityMeasurement
from stability.runs.elasticity.measure import ElasticityFindings
from stability.runs.elasticity.tables import layer_shares, verdict
from stability.runs.tasks.manifest import versions

SUMMARY = "elasticity.json"


def record(findings: ElasticityFindings) -> dict[str, Any]:
    """The findings as plain values: `trained` and `untrained`, and what they were made from.

    `class_map` (classes, classes): mean relative similarity, row: class of the updated example;
    null where there are no pairs.
    """
    parts, study = findings.parts, findings.study
    return {
        "verdict": verdict(findings),
        "points": len(findings.points),
        "classes": list(findings.points.classes),
        "accuracy": dict(findings.accuracy),
        "trained": _one(findings.after, findings),
        "untrained": _one(findings.before, findings),
        "notes": list(parts.notes),
        "run": {
            **{name: dict(section) for name, section in study.record().items()},
            "elasticity": {
                "examples": study.elasticity.examples,
                "seed": study.elasticity.seed,
            },
        },
        "made_with": {
            "data": {"train": parts.train.fingerprint, "test": parts.test.fingerprint},
            "stored": findings.fingerprint,
            "versions": versions(study.learner.packages),
        },
    }


def _one(measured: ElasticityMeasurement, findings: ElasticityFindings) -> dict[str, Any]:
    means = measured.means(len(findings.points.classes))
    separation, contrasts, shares = (
        measured.separation,
        measured.layer_contrasts(),
        layer_shares(measured),
    )
    return {
        "within": _finite(means.within),
        "across": _finite(means.across),
        "class_map": [[_finite(v) for v in row] for row in means.values],
        "pairs": means.pairs.tolist(),
        "cluster_accuracy": measured.accuracy,
        "layers": [
            {
                "parameters": name,
                "share": shares[name],
                "log_within_over_across": _finite(contrasts[name]),
            }
            for name in measured.layers
        ],
        "separation": {
            "features": list(separation.names),
            "fuzziness": [_finite(float(v)) for v in separation.fuzziness],
            "factor": _finite(separation.factor),
            "correlation": _finite(separation.correlation),
        },
        "formed_one_by_one": list(measured.fell_back),
        "mean_similarity": float(np.mean(measured.similarity)),
    }


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
