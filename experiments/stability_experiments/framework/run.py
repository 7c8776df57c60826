"""Run one preset of an experiment in a folder, or go on with the run in it; store the result.

The folder gets `result.json`, the pictures, and `stages/`, which holds what has been computed so
far and may be deleted once the run is finished.
"""

from __future__ import annotations

import logging
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stability.errors import RunError, shown
from stability.files import disk_errors, read_inside
from stability.report.html.checks import parse
from stability.runs.tasks import NamedProgress
from stability.runs.tasks.manifest import parse_manifest
from stability.runs.tasks.plain import first_difference
from stability.runs.tasks.results import MANIFEST, shard_files
from stability_experiments.framework.context import STAGES, Context, identity
from stability_experiments.framework.declaration import Experiment
from stability_experiments.framework.result import RESULT, ROOM, Result

LOGGER = logging.getLogger(__name__)


def run_experiment(
    experiment: Experiment,
    preset: str,
    data: Path | None,
    seed: int,
    out: Path,
    progress: NamedProgress,
    *,
    resume: bool = False,
    tell: Callable[[str], None] = LOGGER.warning,
) -> Result:
    """Run one preset and store its result in the folder `out`, which is made if need be.

    With `resume` the run in the folder goes on: nothing that is stored is computed again. `tell`
    is told of stored parts that are damaged and so computed again.

    Raises SetupError for a preset that does not exist or data that are missing; RunError for a
    folder with another run, for one with parts of this run if `resume` is False, and if the disk
    refuses.
    """
    experiment.check(preset, data)
    agree(out, experiment.name, preset, seed, resume=resume)
    with disk_errors(out, "a folder in which files can be written", ROOM):
        out.mkdir(parents=True, exist_ok=True)
    context = Context(
        experiment=experiment.name, preset=preset, data=data, seed=seed, out=out,
        progress=progress, tell=tell, resume=resume,
    )  # fmt: skip
    resumed = resume and any((out / STAGES).rglob(MANIFEST))
    start = time.perf_counter()
    findings = experiment.body(context)
    for figure in findings.figures:
        shrink(out / figure)
    result = Result(
        experiment=experiment.name,
        preset=preset,
        seed=seed,
        findings=findings,
        seconds=time.perf_counter() - start,
        peak_memory_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        resumed=resumed,
    )
    result.save(out)
    return result


def agree(out: Path, experiment: str, preset: str, seed: int, *, resume: bool) -> None:
    """Raise RunError if the folder holds another run, or parts of this one without `resume`."""
    now = identity(experiment, preset, seed)
    if (out / RESULT).exists():
        raw = parse(read_inside(out, RESULT), str(out / RESULT), "the result of an experiment")
        before = {name: raw.get(name) for name in now} if isinstance(raw, dict) else {}
        _require_same(before, now, out / RESULT)
    for path in sorted((out / STAGES).rglob(MANIFEST)):
        with disk_errors(path, "a stage that can be read", "Check the disk and the permissions."):
            if not shard_files(path.parent):
                continue
            settings = parse_manifest(path.read_bytes(), str(path)).settings
        _require_same({name: settings.get(name) for name in now}, now, path)
        if not resume:
            raise RunError(
                where=str(out),
                found=f"stored parts of this run of {experiment}",
                allowed="a new folder, or this one to go on with its run",
                remedy="Go on with --resume, or give another folder with --out.",
            )


def _require_same(before: dict[str, Any], now: dict[str, Any], path: Path) -> None:
    different = first_difference(before, now)
    if different is not None:
        raise RunError(
            where=f"{path}, {different.place}",
            found=different.first,
            allowed=f"{shown(different.second)}, as asked for now",
            remedy="The folder holds another run: give another one with --out.",
        )


MOST_COLOURS = 256
"""A picture of a result is stored with so many colours, which leaves a third of its bytes."""


def shrink(path: Path) -> None:
    """Store a png picture with few colours; other pictures stay as they are."""
    if path.suffix != ".png":
        return
    from PIL import Image

    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(MOST_COLOURS, dither=Image.Dither.NONE)
    few.save(path, "PNG", optimize=True)
