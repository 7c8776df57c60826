"""`init`, `bounds` and `compare`: from setup files to bounds."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stability.cli.output import (
    AsJson,
    AsLatex,
    Delta,
    at_most_one,
    console,
    print_json,
)
from stability.errors import SetupError
from stability.files import write_text

if TYPE_CHECKING:
    from stability.bounds.analyse import Analysis

SetupFile = Annotated[
    Path, typer.Argument(metavar="SETUP.toml", help="A setup file.", show_default=False)
]
CSV_FIELDS = (
    *("theorem", "constant", "path", "notion", "neighbour", "convention", "quantity", "sides"),
    *("kind", "provenance", "trust", "high_probability_over", "averaged_over", "failure"),
    *("range", "range_from", "value", "trivial", "vacuous", "nonvacuous_from"),
)
"""The columns of `bounds --csv`: those of the JSON rows that hold one value."""


def init(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="Where to write it: setup.toml, or run.toml with --run."
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            help="What to start from. An algorithm: sgd, gd, erm, ...; with --run a network or "
            "model: relu-mlp, cnn, ridge, logistic, ..."
        ),
    ] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Write a run file for `stability estimate` instead.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
) -> None:
    """Write a commented setup file: every key of every kind of algorithm, explained.

    Remove the # before what you know, change the numbers, then run `stability bounds` on it. With
    --run a commented run file, for `stability estimate`.

    Example: `stability init setup.toml --kind erm`
    """
    target = file or Path("run.toml" if run else "setup.toml")
    text = _run_template(kind) if run else _setup_template(kind)
    if target.exists() and not force:
        raise SetupError(
            where=str(target),
            found="a file that exists",
            allowed="the name of a new file",
            remedy="--force replaces it.",
        )
    write_text(target, text)
    following = f"estimate {target} --out results" if run else f"bounds {target}"
    typer.echo(f"wrote {target}; next: stability {following}")


def _setup_template(kind: str | None) -> str:
    from stability.setup.template import template

    return template(kind or "sgd")


def _run_template(kind: str | None) -> str:
    from stability.runs.file.template import run_template

    return run_template(kind or "relu-mlp")


def bounds(
    setup: SetupFile,
    delta: Delta = "0.05",
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, one row per bound.")] = False,
    as_latex: AsLatex = False,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw the bounds against the sample size: .png, .svg or .pdf."),
    ] = None,
    all_rows: Annotated[
        bool, typer.Option("--all", help="Show every bound, its path, and every refusal.")
    ] = False,
) -> None:
    """Every generalization bound that holds for a training setup, and why the others do not.

    Without --all: the best bound of each quantity and notion; whether it says more than the range
    of the loss, and if not, from which sample size or step size it would; theorems that do not
    apply, the hypothesis that fails and the remedy. JSON and CSV always hold every row.

    Example: `stability bounds setup.toml --delta 0.01 --plot bounds.svg`
    """
    at_most_one(json=as_json, csv=as_csv, latex=as_latex)
    analysis = _analysed(setup, delta)
    if plot is not None:
        from stability.report.figures.bound_curves import plot_bounds

        written = plot_bounds(analysis, plot)
        typer.echo(f"wrote {written}", err=True)
    if as_json:
        from stability.report.records import analysis_record

        print_json(analysis_record(analysis))
    elif as_csv:
        typer.echo(_csv(analysis), nl=False)
    elif as_latex:
        from stability.report.terminal.tables import latex_table

        typer.echo(latex_table(analysis, all_rows))
    else:
        _show(analysis, all_rows)


def _analysed(setup: Path, delta: str) -> Analysis:
    from stability.bounds.analyse import analyse
    from stability.setup.file import read_setup

    return analyse(read_setup(setup), delta)


def _show(analysis: Analysis, all_rows: bool) -> None:
    from stability.report.terminal import tables

    out = console()
    out.print(tables.bounds_table(analysis, all_rows))
    if all_rows and analysis.constants:
        out.print(tables.constants_table(analysis))
    out.print(tables.refusals_table(analysis, all_rows))


def _csv(analysis: Analysis) -> str:
    from stability.report.records import bound_record

    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_FIELDS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for bound in analysis.bounds:
        record = bound_record(bound)
        writer.writerow({**record, "path": " > ".join(record["path"])})
    return text.getvalue()


def compare(
    setups: Annotated[
        list[Path],
        typer.Argument(
            metavar="A.toml B.toml...", help="Two or more setup files.", show_default=False
        ),
    ],
    delta: Delta = "0.05",
    as_json: AsJson = False,
) -> None:
    """The best bounds of several setups, side by side.

    Example: `stability compare shuffled.toml with-replacement.toml`
    """
    if len(setups) < 2:
        raise SetupError(
            where="compare",
            found="one setup file",
            allowed="two or more",
            remedy=f"For one, use `stability bounds {setups[0]}`.",
        )
    analyses = [_analysed(path, delta) for path in setups]
    named = list(zip(_names(setups), analyses, strict=True))
    if as_json:
        from stability.report.records import analysis_record

        records: list[dict[str, Any]] = [
            {"name": name, **analysis_record(analysis)} for name, analysis in named
        ]
        print_json({"setups": records})
        return
    from stability.report.terminal.tables import compare_table

    console().print(compare_table(named))


def _names(paths: list[Path]) -> list[str]:
    """Short names if they tell the files apart, else the paths; twice the same file is numbered."""
    stems = [path.stem for path in paths]
    names = stems if len(set(stems)) == len(stems) else [str(path) for path in paths]
    seen: dict[str, int] = {}
    for i, name in enumerate(names):
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            names[i] = f"{name} ({seen[name]})"
    return names
