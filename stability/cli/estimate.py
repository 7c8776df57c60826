"""`estimate`: measure how stable a network or a model is, from a run file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stability.cli.output import AsJson, console, print_json
from stability.cli.run_options import DataFolder, NetworkFile, Resume
from stability.cli.streams import prints_to_stderr
from stability.errors import RunError, SetupError, install_command

if TYPE_CHECKING:
    from stability.runs.deletions import Settings
    from stability.runs.learners.learner import Learner
    from stability.runs.learners.own_network import OwnNetwork
    from stability.runs.study.study import Study
    from stability.runs.tasks import NamedProgress


def estimate(
    run: Annotated[
        Path,
        typer.Argument(
            metavar="RUN.toml",
            help="A run file; `stability init FILE --run` writes one.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(help="Where the measurements and what is found go.", show_default=False),
    ],
    data: DataFolder = None,
    resume: Resume = False,
    workers: Annotated[
        int | None,
        typer.Option(help="Processes on this machine; refused for plain formulas.", min=1),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="A dask scheduler, such as tcp://10.0.0.5:8786."),
    ] = None,
    network: NetworkFile = None,
    only_values: Annotated[
        bool,
        typer.Option(
            "--only-values",
            help="Leave-one-out values in leave-one-out.parquet and nothing else: no constants, "
            "bounds or pictures. --resume without it adds them.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Train, delete single examples, look where the loss moves, and bound the gap.

    Networks and functions of yours are retrained without each example, estimators are fitted again,
    other models use exact formulas. What is measured on one sample promises nothing: bounds from it
    are estimates. The folder gets summary.json and what `stability report DIR` needs. The numbers
    are the same for any number of workers, and after any interruption: run the same command with
    --resume.

    Example: `stability init run.toml --run`, then `stability estimate run.toml --out results`
    """
    if workers is not None and dask is not None:
        raise SetupError(
            where="--workers",
            found="--workers and --dask",
            allowed="one of them: processes here, or the workers of a cluster",
        )
    from stability.runs import read_run_file

    study = read_run_file(run)
    check_torch(study, "estimate")
    from stability.runs.deletions import Settings
    from stability.runs.learners.own_network import own_network

    how = Settings(data=data, file=run, resume=resume, workers=dask or workers or 1)
    own = None if network is None else own_network(network)
    if only_values:
        _values(study, out, how, own, as_json)
        return
    from stability.runs.answer import answer
    from stability.runs.run import run_study
    from stability.runs.tables import printed

    with _measuring(out) as progress:
        findings, summary = run_study(study, out, progress, how, own)
    for note in findings.measured.notes:
        typer.echo(note, err=True)
    if as_json:
        print_json(summary)
        return
    console().print(answer(findings), end="\n\n")
    console().print(printed(findings))
    typer.echo(f"wrote {out}/summary.json; next: stability report {out} --out report.html")


def _values(
    study: Study[Learner], out: Path, how: Settings, own: OwnNetwork | None, as_json: bool
) -> None:
    from stability.runs.leave_one_out import VALUES, run_leave_one_out

    with _measuring(out) as progress:
        found = run_leave_one_out(study, out, progress, how, own)
    for note in found.measured.notes:
        typer.echo(note, err=True)
    if as_json:
        print_json(found.record())
        return
    console().print(found.printed())
    typer.echo(f"wrote {out}/{VALUES}")


@contextmanager
def _measuring(out: Path) -> Iterator[NamedProgress]:
    """Bars, with what the study prints beside them; an interruption says how to go on."""
    from stability.runs.tasks import progress_bars

    try:
        with prints_to_stderr(), progress_bars() as progress:
            yield progress
    except KeyboardInterrupt:
        raise RunError(
            where=str(out),
            found="an interruption",
            allowed="a run that ends",
            remedy="What was finished is kept: the same command with --resume goes on.",
        ) from None


def check_torch(study: Study[Learner], command: str) -> None:
    """Raise SetupError, with what to install, if the study needs torch and it is not there."""
    if "torch" in study.learner.packages and find_spec("torch") is None:
        raise SetupError(
            where=command,
            found=f"no torch, which {study.learner.kind!r} needs",
            allowed="an installation with the extra `networks`",
            remedy=f"Run: {install_command('networks')}.",
        )
