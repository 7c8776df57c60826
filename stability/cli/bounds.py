"""`init`, `bounds` and `compare`: from setup files to bounds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stability.cli.output import (
    AsJson,
    AsLatex,
    Delta,
    Quantity,
    at_most_one,
    console,
    print_json,
)
from stability.cli.own_theorems import TheoremFiles, every_theorem, read_theorems
from stability.errors import SetupError
from stability.files import write_text

if TYPE_CHECKING:
    from stability.bounds.analyse import Analysis
    from stability.theorems.kinds import Theorem

OWN = "own"
"""The kind of network that is a function in a file of Python, which `init` writes too."""
SetupFile = Annotated[
    Path, typer.Argument(metavar="SETUP.toml", help="A setup file.", show_default=False)
]


def init(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="Where to write it: setup.toml, run.toml with --run, or hierarchy.toml with "
            "--hierarchy.",
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            help="What to start from. An algorithm: sgd, gd, erm, ...; with --run a network or "
            "model: relu-mlp, cnn, ridge, logistic, ...; with --hierarchy tree or graph."
        ),
    ] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Write a run file for `stability estimate` instead.")
    ] = False,
    hierarchy: Annotated[
        bool,
        typer.Option("--hierarchy", help="Write a hierarchy file for `stability neurashed`."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
) -> None:
    """Write a commented setup file: every key of every kind of algorithm, explained.

    Remove the # before what you know, change the numbers, then run `stability bounds` on it. With
    --run a commented run file, for `stability estimate`; with --hierarchy a hierarchy of features,
    for `stability neurashed`.

    Example: `stability init setup.toml --kind erm`
    """
    at_most_one(run=run, hierarchy=hierarchy)
    name = "run" if run else "hierarchy" if hierarchy else "setup"
    target = file or Path(f"{name}.toml")
    written = {target: _TEMPLATES[name](kind)}
    if run:
        written |= _own_code(kind, target)
    for path in written:
        if path.exists() and not force:
            raise SetupError(
                where=str(path),
                found="a file that exists",
                allowed="the name of a new file",
                remedy="--force replaces it.",
            )
    for path, text in written.items():
        write_text(path, text)
    network = f" --network {list(written)[-1]}:network" if run and kind == OWN else ""
    following = {
        "run": f"estimate {target}{network} --out results",
        "hierarchy": f"neurashed {target} --out results",
        "setup": f"bounds {target}",
    }[name]
    typer.echo(f"wrote {' and '.join(map(str, written))}; next: stability {following}")


def _setup_template(kind: str | None) -> str:
    from stability.setup.template import template

    return template(kind or "sgd")


def _run_template(kind: str | None) -> str:
    from stability.runs.file.template import run_template

    return run_template(kind or "relu-mlp")


def _own_code(kind: str | None, target: Path) -> Mapping[Path, str]:
    from stability.runs.file.template import own_code

    return own_code(kind, target)


def _hierarchy_template(kind: str | None) -> str:
    from stability.dynamics.neurashed.hierarchy_file import hierarchy_template

    return hierarchy_template(kind or "tree")


_TEMPLATES = {
    "setup": _setup_template,
    "run": _run_template,
    "hierarchy": _hierarchy_template,
}


def bounds(
    setup: SetupFile,
    delta: Delta = "0.05",
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, one row per bound.")] = False,
    as_latex: AsLatex = False,
    quantity: Quantity = None,
    over: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=V,V,...",
            help="Give a key of the file several values, such as sample.size=1e3,1e4; repeat it "
            "for every combination with those of another key.",
            show_default=False,
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            help="Draw the bounds against the sample size, or what --over says: .png, .svg, .pdf."
        ),
    ] = None,
    all_rows: Annotated[
        bool, typer.Option("--all", help="Show every bound, its path, and every refusal.")
    ] = False,
    theorems: TheoremFiles = None,
) -> None:
    """Every generalization bound that holds for a training setup, and why the others do not.

    First the best guaranteed bound on the gap, or on another --quantity: whether it says more than
    the range of the loss, and what would make it say more. Then, without --all, the best of each
    quantity, notion and promise, and theorems that do not apply, the hypothesis that fails and the
    remedy. JSON and CSV hold every row; with --quantity only those that bound it are shown. With
    --over a row for each combination of values: the best guarantee of each notion.

    What rests on theorems of your own (--theorems) is called so wherever it is shown, and takes the
    place of no bound of the library.

    Example: `stability bounds setup.toml --delta 0.01 --plot bounds.svg`, or
    `stability bounds setup.toml --over sample.size=1e3,1e4,1e5 --latex`
    """
    at_most_one(json=as_json, csv=as_csv, latex=as_latex)
    known = every_theorem(read_theorems(theorems))
    if over:
        from stability.cli.sweep import show_sweep

        form = "json" if as_json else "csv" if as_csv else "latex" if as_latex else ""
        show_sweep(setup, over, delta, quantity, plot, form, known)
        return
    analysis = _analysed(setup, delta, known)
    analysis.best(quantity or "gap")  # an unknown quantity is refused before anything is written
    if plot is not None:
        from stability.report.figures.bound_curves import plot_bounds

        written = plot_bounds(analysis, plot, quantity=quantity)
        typer.echo(f"wrote {written}", err=True)
    if as_json:
        from stability.report.records import analysis_record

        print_json(analysis_record(analysis, quantity))
    elif as_csv:
        from stability.report.csv_rows import bounds_csv

        typer.echo(bounds_csv(analysis, quantity), nl=False)
    elif as_latex:
        from stability.report.latex.bounds import latex_table

        typer.echo(latex_table(analysis, all_rows, quantity), nl=False)
    else:
        _show(analysis, all_rows, quantity)


def _analysed(setup: Path, delta: str, theorems: tuple[Theorem, ...] | None) -> Analysis:
    from stability.bounds.analyse import analyse
    from stability.setup.file import read_setup

    return analyse(read_setup(setup), delta, theorems=theorems)


def _show(analysis: Analysis, all_rows: bool, quantity: str | None) -> None:
    from stability.report.terminal import tables
    from stability.report.verdict import verdict

    out = console()
    for sentence in verdict(analysis, quantity).sentences:
        out.print(sentence)
    out.print()
    out.print(tables.bounds_table(analysis, all_rows, quantity))
    if all_rows and analysis.constants:
        out.print(tables.constants_table(analysis))
    out.print(tables.refusals_table(analysis, all_rows))


def compare(
    setups: Annotated[
        list[Path],
        typer.Argument(
            metavar="A.toml B.toml...", help="Two or more setup files.", show_default=False
        ),
    ],
    delta: Delta = "0.05",
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, one row per bound.")] = False,
    as_latex: AsLatex = False,
    quantity: Quantity = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            help="Draw the bounds of each setup on the gap, or on --quantity: .png, .svg, .pdf."
        ),
    ] = None,
    theorems: TheoremFiles = None,
) -> None:
    """The best bounds of several setups, side by side, and the verdict on each.

    --csv and --json hold what --plot draws, with every label; --latex fits one column of a paper.

    Example: `stability compare shuffled.toml with-replacement.toml`
    """
    if len(setups) < 2:
        raise SetupError(
            where="compare",
            found="one setup file",
            allowed="two or more",
            remedy=f"For one, use `stability bounds {setups[0]}`.",
        )
    at_most_one(json=as_json, csv=as_csv, latex=as_latex)
    known = every_theorem(read_theorems(theorems))
    analyses = [_analysed(path, delta, known) for path in setups]
    named = list(zip(_names(setups), analyses, strict=True))
    if plot is not None:
        from stability.report.figures.comparison import plot_compared

        typer.echo(f"wrote {plot_compared(named, plot, quantity)}", err=True)
    if as_json:
        from stability.report.records import analysis_record

        records: list[dict[str, Any]] = [
            {"name": name, **analysis_record(analysis, quantity)} for name, analysis in named
        ]
        print_json({"setups": records})
    elif as_csv:
        from stability.report.csv_rows import compare_csv

        typer.echo(compare_csv(named, quantity), nl=False)
    elif as_latex:
        from stability.report.latex.comparison import compare_latex

        typer.echo(compare_latex(named, quantity), nl=False)
    else:
        from stability.report.terminal.comparison import compare_table
        from stability.report.verdict import compared_verdict

        out = console()
        for sentence in compared_verdict(named, quantity):
            out.print(sentence)
        out.print()
        out.print(compare_table(named, quantity))


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
