"""`neurashed.json`: what was found about a hierarchy, as plain values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from fractions import Fraction
from typing import Any

import numpy as np

from stability.runs.neurashed.measure import HierarchyFindings
from stability.runs.neurashed.tables import verdict
from stability.runs.tasks.manifest import versions

SUMMARY = "neurashed.json"


def record(findings: HierarchyFindings) -> dict[str, Any]:
    """The findings as plain values; means over seeds, null where there are no pairs."""
    reading, course, graph = findings.reading, findings.course, findings.graph
    return {
        "verdict": verdict(findings),
        "classes": list(graph.classes),
        "features": [
            {
                "name": name,
                "level": number,
                "part_of": [c for c, r in zip(graph.classes, graph.reach[:, k], strict=True) if r],
                "fires": float(findings.rates[k]),
                "log_factor": float(course.last[:, k].mean()),
            }
            for number, place in enumerate(graph.slices, start=2)
            for k, name in list(enumerate(graph.features))[place]
        ],
        "steps": course.steps.tolist(),
        "elasticity": {
            name: [_finite(v) for v in np.nanmean(findings.elasticity[:, :, k], axis=1)]
            for k, name in enumerate(findings.groups)
        },
        "accuracy": findings.accuracy.mean(axis=1).tolist(),
        "class_map": {
            when: [[_finite(v) for v in row] for row in table]
            for when, table in zip(("untrained", "trained"), findings.by_class, strict=True)
        },
        "deletions": {
            "count": len(reading.effects.deleted),
            "sample_size": reading.summary.sample_size,
            "loss_range": reading.effects.loss_range,
            "gap": reading.effects.gap,
            **{name: getattr(reading.summary, name) for name in ("B", "U", "B1", "D")},
            "class_map": [[_finite(v) for v in row] for row in reading.classes.mean],
            "bounds": [
                {
                    "name": name,
                    "theorem": bound.theorem,
                    "value": bound.value,
                    "kind": str(bound.kind),
                    "provenance": str(bound.provenance),
                }
                for name, bound in reading.bounds
            ],
        },
        "hierarchy_file": {
            name: _plain_section(getattr(findings.study, name))
            for name in ("hierarchy", "updates", "training", "measurement")
        },
        "made_with": {"versions": versions(())},
    }


def _plain_section(section: Any) -> dict[str, Any]:
    kind = {"kind": section.kind} if hasattr(section, "kind") else {}
    values = {item.name: _plain(getattr(section, item.name)) for item in fields(section)}
    return {**kind, **{name: value for name, value in values.items() if value is not None}}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return float(value) if isinstance(value, Fraction) else value


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
