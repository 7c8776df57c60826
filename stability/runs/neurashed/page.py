"""Pictures of a trained hierarchy and its `report.json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stability.report.figures.feature_elasticity import elasticity_picture
from stability.report.figures.feature_graph import factor_picture
from stability.report.figures.heat_map import class_map
from stability.report.html.document import Figure, Report, Section, Table
from stability.runs.neurashed import tables
from stability.runs.neurashed.measure import HierarchyFindings

GRAPH, ELASTICITY, DELETIONS = "graph.png", "elasticity.png", "class-map.png"
TITLE = "Local elasticity in a hierarchy of features"


def write_page(
    findings: HierarchyFindings, record: dict[str, Any], seconds: float, out: Path
) -> None:
    """Write the pictures and `report.json`. Raises SetupError or RunError if the disk refuses."""
    graph, steps = findings.graph, findings.course.steps
    seeds = findings.study.training.seeds
    factor_picture(
        out / GRAPH, graph, steps, findings.mean_factors,
        f"The graph in training, mean over {seeds} seeds",
    )  # fmt: skip
    elasticity_picture(
        out / ELASTICITY, steps, findings.elasticity, findings.groups,
        dict(zip(("before training", "trained"), findings.by_class, strict=True)), graph.classes,
        f"{TITLE}, mean over {seeds} seeds",
    )  # fmt: skip
    class_map(
        findings.reading.classes.mean,
        graph.classes,
        out / DELETIONS,
        "Whose loss moves when an instance is deleted",
        units="m |change of the loss|, mean over pairs",
        rows="class of the deleted training instance",
    )
    Report(
        title=f"{TITLE}: {', '.join(graph.classes[:6])}{' ..' if len(graph.classes) > 6 else ''}",
        introduction=tables.verdict(findings)
        + "\n\nThis is neurashed, a phenomenological model (Su 2021): a graph of features whose "
        "amplification factors grow when they fire and shrink when they do not. It imitates "
        "training; it is fitted to no data.",
        sections=tuple(_sections(findings, record)),
        made_with={**record["made_with"]["versions"], "seconds": round(seconds, 1)},
    ).save(out)


def _sections(findings: HierarchyFindings, record: dict[str, Any]) -> list[Section]:
    return [
        Section(
            heading="Who moves whom",
            text="Mean impact of an update on one instance at others, over its impact at itself, "
            "in the limit of small steps.",
            table=Table(tables.GROUP_COLUMNS, tables.group_rows(findings)),
            figures=(Figure(ELASTICITY, "By kinship over training, and class by class."),),
        ),
        Section(
            heading="The graph and its factors",
            table=Table(tables.FEATURE_COLUMNS, tables.feature_rows(findings)),
            figures=(Figure(GRAPH, "Factors at three moments, and all of them over training."),),
            notes=(tables.feature_note(findings),),
        ),
        Section(
            heading="What deleting an instance does",
            table=Table(tables.CONSTANT_COLUMNS, tables.constant_rows(findings)),
            figures=(Figure(DELETIONS, "Mean change of the loss, class by class."),),
        ),
        Section(
            heading="Bounds from these constants",
            table=Table(tables.BOUND_COLUMNS, tables.bound_rows(findings)),
            notes=tables.bound_notes(findings),
        ),
        Section(
            heading="How it was made",
            table=Table(
                ("section", "key", "value"),
                tuple(
                    (section, key, str(value))
                    for section, keys in record["hierarchy_file"].items()
                    for key, value in keys.items()
                ),
            ),
        ),
    ]
