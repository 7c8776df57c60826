"""What `stability.measure` found, as tables, a page and a few lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from stability.files import write_bytes
from stability.runs import tables
from stability.runs.answer import answer
from stability.runs.findings import Findings
from stability.runs.reach import reach_note, unreached_note
from stability.runs.scaling import scaling_words
from stability.told import Told

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Measurement(Told):
    """Constants, bounds and influential examples of one model on one sample.

    `findings` is everything, `summary` the same as plain values, `out` the folder that keeps it,
    None if nothing was kept. Bounds from what was measured are estimates.
    """

    findings: Findings
    summary: Mapping[str, Any]
    out: Path | None
    pages: Mapping[str, bytes] | None = field(default=None)

    def constants(self) -> pd.DataFrame:
        """B, U, B1, D on the scale m |change of the loss|, with intervals (95%)."""
        import pandas as pd

        rows = [
            {
                "constant": c.name,
                "value": c.value,
                "low": c.low,
                "high": c.high,
                "what": tables.constant_meaning(self.findings, c),
            }
            for c in self.findings.constants
        ]
        return pd.DataFrame(rows).set_index("constant")

    def bounds(self) -> pd.DataFrame:
        """Bounds on the gap: value, theorem, what each is on and what it promises."""
        import pandas as pd

        return pd.DataFrame(self.summary["bounds"])

    def influential(self) -> pd.DataFrame:
        """The deleted examples that move the mean test loss most; `row` counts in the data."""
        import pandas as pd

        return pd.DataFrame(self.summary["most_influential"])

    def table(self) -> pd.DataFrame:
        """A row for each training and test example: loss, and what deleting it does, times m."""
        import pandas as pd

        from stability.runs.examples import example_columns

        return pd.DataFrame({k: v.to_pandas() for k, v in example_columns(self.findings).items()})

    def report(self, path: Path | str) -> Path:
        """Write the page, one self-contained HTML file. Raises RunError if the disk refuses."""
        from stability.report.html.render import write_report

        if self.pages is None:
            assert self.out is not None  # kept there
            write_report(self.out, Path(path))
            return Path(path)
        with TemporaryDirectory(prefix="stability-") as folder:
            for name, content in self.pages.items():
                write_bytes(Path(folder, name), content)
            write_report(Path(folder), Path(path))
        return Path(path)

    def told(self) -> tuple[str, ...]:
        """What was found, in a few lines."""
        found = self.findings
        warnings = (f"WARNING: {text}" for text in tables.warnings(found))
        constants = ", ".join(
            f"{c.name} {c.value:.4g}" for c in found.constants if c.value is not None
        )
        estimates = [
            f"  {name}: {bound.value:.4g}{' (no less than the range)' if bound.vacuous else ''}"
            for name, bound in found.plug_in
        ]
        return (
            answer(found),
            *warnings,
            tables.headline(found),
            *filter(None, (scaling_words(found.study.data.scaling, found.study.rescales),)),
            *filter(None, (tables.weights_note(found),)),
            tables.health_line(found),
            f"measured gap, test minus training loss: {tables.gap(found)}",
            f"constants, {tables.UNITS}: {constants or 'none'}",
            reach_note(found.parts, found.measured),
            unreached_note(found.parts, found.measured),
            *(
                ("bounds from them on the gap (estimates, they promise nothing):",)
                if estimates
                else ()
            ),
            *estimates,
            "more: .constants(), .bounds(), .influential(), .table(), .report('page.html')",
        )

    def __repr__(self) -> str:
        return str(self)
