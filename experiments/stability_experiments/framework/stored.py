"""Results that are kept with the project, in `results/NAME/PRESET/`: read and checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from stability.conventions import Kind
from stability.errors import DataError, RunError
from stability.files import read_inside
from stability.report.html.checks import as_is, at, check_object, items_of, parse
from stability_experiments.framework.declaration import Experiment
from stability_experiments.framework.finding import experiments
from stability_experiments.framework.result import RESULT, Claim, ExperimentFindings, Result, Row

RESULTS = Path(__file__).parents[2] / "results"
"""The folder of the stored results: beside the package, so only a checkout has it."""

NAMES = (
    *("experiment", "preset", "seed", "scaled_down", "rows", "claims", "figures", "seconds"),
    "peak_memory_bytes",
)
OPTIONAL = ("resumed",)


@dataclass(frozen=True)
class Stored:
    """One stored result, the experiment that it is of, and its folder (NAME/PRESET)."""

    experiment: Experiment
    result: Result
    place: str


def stored_results(folder: Path = RESULTS) -> Iterator[Stored]:
    """Every stored result, in the order of the experiments, the largest preset first.

    Raises RunError if there is no such folder, DataError for folders of no experiment or preset,
    for results that belong elsewhere, and for figures that are missing.
    """
    if not folder.is_dir():
        raise RunError(
            where=str(folder),
            found="no folder there",
            allowed="the folder experiments/results of a checkout of the project",
            remedy="An installed library holds no stored results: work in a checkout.",
        )
    known = [f"{e.name}/{p.name}" for e in experiments() for p in e.presets]
    for path in sorted(folder.glob("*/*")):
        place = path.relative_to(folder).as_posix()
        if place not in known:
            raise DataError(
                where=str(path),
                found="a result of no experiment and preset that there are",
                allowed="NAME/PRESET as `stability experiment list` prints them",
                remedy="Remove it, or add the experiment.",
            )
    for experiment in experiments():
        for preset in reversed(experiment.presets):
            name, place = experiment.name, f"{experiment.name}/{preset.name}"
            if (folder / place).is_dir():
                yield Stored(experiment, _belonging(folder / place, name, preset.name), place)


def read_result(folder: Path) -> Result:
    """The result in a folder.

    Raises RunError if there is none, DataError (with the place) for a file that is damaged, that
    does not follow from its own numbers, or whose figures are missing.
    """
    where = str(folder / RESULT)
    raw = parse(read_inside(folder, RESULT), where, "the result of an experiment")
    result = at(where, lambda: _result(raw))
    for figure in result.findings.figures:
        read_inside(folder, figure)
    return result


def _belonging(folder: Path, name: str, preset: str) -> Result:
    result = read_result(folder)
    if (result.experiment, result.preset) != (name, preset):
        raise DataError(
            where=str(folder / RESULT),
            found=f"a result of {result.experiment}, preset {result.preset}",
            allowed=f"one of {name}, preset {preset}, as the folder says",
        )
    return result


def _result(raw: Any) -> Result:
    check_object(raw, "result", (*NAMES, *OPTIONAL), NAMES)
    return Result(
        experiment=raw["experiment"],
        preset=raw["preset"],
        seed=raw["seed"],
        findings=ExperimentFindings(
            rows=items_of(raw["rows"], "rows", _row),
            claims=items_of(raw["claims"], "claims", _claim),
            figures=items_of(raw["figures"], "figures", as_is),
            scaled_down=raw["scaled_down"],
        ),
        seconds=raw["seconds"],
        peak_memory_bytes=raw["peak_memory_bytes"],
        resumed=raw.get("resumed", False),
    )


def _row(raw: Any, where: str) -> Row:
    names = [field.name for field in fields(Row)]
    wanted = [name for name in (*names, "agrees") if name != "kind"]
    check_object(raw, where, (*names, "agrees"), wanted)
    row = Row(**{name: raw[name] for name in names if name != "kind"} | {"kind": _kind(raw, where)})
    if row.agrees != raw["agrees"]:
        raise DataError(
            where=f"{where}, {row.name}",
            found=f"agrees = {raw['agrees']}",
            allowed=f"{row.agrees}, which follows from its numbers",
            remedy="Run the experiment again: the file was changed by hand.",
        )
    return row


def _kind(raw: Any, where: str) -> Kind:
    """What a stored number promises; version 0.1.0 said it by the first word of the note alone."""
    if "kind" not in raw:
        promised = str(raw["note"]).startswith(("proved", "certified"))
        return Kind.UPPER if promised else Kind.ESTIMATE
    if raw["kind"] not in list(Kind):
        allowed = "one of " + ", ".join(Kind)
        raise DataError(where=f"{where}, kind", found=raw["kind"], allowed=allowed)
    return Kind(raw["kind"])


def _claim(raw: Any, where: str) -> Claim:
    names = [field.name for field in fields(Claim)]
    check_object(raw, where, names, names)
    return Claim(**raw)
