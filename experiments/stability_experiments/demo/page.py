"""The demonstration's report: one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stability.report.html.render import Figure, Report, Section, Table, write_report
from stability_experiments.demo.logistic import LogisticResult
from stability_experiments.demo.network import NetworkResult
from stability_experiments.demo.numbers import Number
from stability_experiments.demo.table import CAPTION, COLUMNS, label_lines, lines

INTRODUCTION = (
    "Three learners on 1,797 images of handwritten digits. How far can the loss on new images be "
    "from the loss on the training images? Uniform stability answers with the worst case over all "
    "pairs of a deleted and a tested image; locally elastic stability with the worst deleted image "
    "and the average tested one. Rows marked as estimates use constants that were measured on this "
    "one sample and promise nothing; proved and certified rows hold with the probability given."
)


def write_page(
    out: Path,
    numbers: tuple[Number, ...],
    network: NetworkResult,
    logistic: LogisticResult,
    made_with: Mapping[str, Any],
) -> Path:
    """Write `report.json` and `report.html` into the folder that holds the pictures."""
    report = Report(
        title="How far can the test loss be from the training loss?",
        introduction=INTRODUCTION,
        sections=(
            Section(
                heading="Gaps and bounds",
                text=CAPTION,
                table=Table(columns=COLUMNS, rows=tuple(line.cells() for line in lines(numbers))),
                notes=(
                    "The measured gap is shown with the standard error of the test loss.",
                    *label_lines(numbers),
                ),
            ),
            Section(
                heading="Who moves whom",
                text=(
                    f"The network was retrained without each of {network.deletions} images, with "
                    "the same initial weights and the same order, the deleted image skipped. Each "
                    "cell is the mean of m |change of the loss| over pairs of a deleted image "
                    "(row) and a test image (column). Within a column the diagonal is "
                    f"{network.own_over_others:.1f} times another cell (geometric mean)."
                ),
                figures=(
                    Figure(file="sensitivity.png", caption="Class-by-class sensitivity, measured."),
                ),
            ),
            Section(
                heading="Bounds against the number of images",
                text=(
                    "Logistic regression with weight decay, pixels in the unit box. The uniform "
                    "bound is proved from the pixel box alone; the elastic one also uses means of "
                    "powers of the norm of an image, certified from the sample by empirical "
                    "Bernstein, their share of delta charged. Over "
                    f"{logistic.pairs:,} pairs of a deleted and a test image the largest measured "
                    f"change was {logistic.largest_share:.2f} of its proved limit."
                ),
                figures=(
                    Figure(file="bounds.png", caption="Uniform and elastic bounds on the gap."),
                ),
            ),
        ),
        made_with=dict(made_with),
    )
    report.save(out)
    return write_report(out, out / "report.html")
