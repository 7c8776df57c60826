"""Pictures of a study of local elasticity and its `report.json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stability.report.figures import elasticity as figures
from stability.report.figures.heat_map import class_map
from stability.report.html.document import Figure, Report, Section, Table
from stability.runs.elasticity import tables
from stability.runs.elasticity.measure import ElasticityFindings

MATRIX, MAP, LAYERS = "similarity.png", "class-map.png", "layers.png"


def write_page(
    findings: ElasticityFindings, record: dict[str, Any], seconds: float, out: Path
) -> None:
    """Write the pictures and `report.json`. Raises SetupError or RunError if the disk refuses."""
    title = findings.study.learner.title
    points = findings.points
    after, before = findings.after, findings.before
    figures.similarity_matrix(
        out / MATRIX,
        {"after training": after.similarity, "before training": before.similarity},
        points.labels,
        points.classes,
        f"Relative similarity of {len(points)} test examples: {title}",
    )
    class_map(
        after.means(len(points.classes)).values,
        points.classes,
        out / MAP,
        f"Who moves whom: {title}",
        units="mean relative similarity",
        rows="class of the updated example",
    )
    figures.layers(
        out / LAYERS,
        {"trained": after.layer_contrasts(), "untrained": before.layer_contrasts()},
        {
            when: dict(zip(one.separation.names, one.separation.fuzziness.tolist(), strict=True))
            for when, one in (("trained", after), ("untrained", before))
        },
        f"Where in the network: {title}",
    )
    Report(
        title=f"How locally elastic is it? {title}, m = {len(findings.parts.train)}",
        introduction=f"{tables.verdict(findings)} {tables.NEXT}"
        + "\n\nAn update on one example moves the outputs at others. The relative similarity is "
        "that change over the change at the updated example itself, for all outputs together, in "
        "the limit of small steps. It is computed exactly, from the gradients of the network. What "
        "is seen on one network and one sample promises nothing of others.",
        sections=tuple(_sections(findings, record)),
        made_with={
            **record["made_with"]["versions"],
            "training data, sha256": record["made_with"]["data"]["train"],
            "test data, sha256": record["made_with"]["data"]["test"],
            "seconds": round(seconds, 1),
        },
    ).save(out)


def _sections(findings: ElasticityFindings, record: dict[str, Any]) -> list[Section]:
    notes = tuple(record["notes"])
    fell_back = findings.after.fell_back
    return [
        Section(
            heading="Within and across classes",
            table=Table(tables.SUMMARY_COLUMNS, tables.summary_rows(findings)),
            figures=(
                Figure(MATRIX, "Each example updated (row), each observed (column)."),
                Figure(MAP, "The same, averaged over pairs of classes, after training."),
            ),
            notes=notes,
        ),
        Section(
            heading="Where in the network",
            table=Table(tables.LAYER_COLUMNS, tables.layer_rows(findings)),
            figures=(Figure(LAYERS, "Layers: class structure of the kernel, and separation."),),
            notes=(
                tables.LAYER_NOTE,
                *((f"Gradients formed one by one: {', '.join(fell_back)}.",) if fell_back else ()),
            ),
        ),
        Section(
            heading="How far the classes are apart",
            table=Table(tables.SEPARATION_COLUMNS, tables.separation_rows(findings)),
            notes=(tables.SEPARATION_NOTE,),
        ),
        Section(
            heading="Pairs of two classes that move each other most",
            text=f"Rows count from 0 in {findings.parts.test_origin}.",
            table=Table(tables.PAIR_COLUMNS, tables.closest_rows(findings)),
        ),
        Section(
            heading="How it was made",
            table=Table(
                ("section", "key", "value"),
                tuple(
                    (section, key, str(value))
                    for section, keys in record["run"].items()
                    for key, value in keys.items()
                ),
            ),
        ),
    ]
