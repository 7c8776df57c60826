"""The command line inside this process: what it prints, how it ends, what it warns of."""

from __future__ import annotations

import contextlib
import io
import os
import traceback
import warnings
from collections.abc import Sequence
from contextlib import nullcontext
from importlib import import_module
from unittest.mock import patch

from tests.fuzzing.outcomes import Said

WIDTH = "100"


HEAVY = (
    "stability.cli.app", "stability.runs.run", "stability.runs.page", "stability.runs.tables",
    "stability.bounds.calibrate", "stability.report.records", "stability.report.terminal.tables",
    "stability.runs.learners.registry", "stability.runs.learners.retraining",
    "stability.theorems.catalogue", "stability.estimate.exact.logistic",
    "stability.estimate.exact.kernel_ridge", "torch.func", "sklearn.metrics.pairwise", "torch.fx",
    "matplotlib.backends.backend_agg", "pandas", "pyarrow.parquet", "scipy.optimize",
)  # fmt: skip


def load_all() -> None:
    """Import what commands need, once, before processes are forked."""
    for name in HEAVY:
        import_module(name)
    import_module("torch").set_num_threads(1)


def command(*arguments: str, user_code: bool = False, pictures: bool = True) -> Said:
    """Run `stability ARGUMENTS`; nothing is raised. `user_code`: the command runs a user's file,
    which may print and warn as it likes. Without `pictures` an `estimate` writes no page."""
    from stability.cli.app import SHOW_TRACEBACK, app

    out, err = io.StringIO(), io.StringIO()
    os.environ.update({SHOW_TRACEBACK: "1", "COLUMNS": WIDTH})
    status, error = 0, None
    with (
        nullcontext() if pictures else patch("stability.runs.run.write_page"),
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        warnings.simplefilter("always")
        try:
            app(list(arguments), prog_name="stability")
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except Exception as fault:
            status, error = 1, (_told(fault), place_of(fault))
    seen = () if user_code else _told_warnings(caught)
    return Said(tuple(arguments), status, out.getvalue(), err.getvalue(), seen, error, user_code)


def _told_warnings(caught: Sequence[warnings.WarningMessage]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            f"{w.category.__name__} at {os.path.basename(w.filename)}:{w.lineno}: {w.message}"
            for w in caught
            if not issubclass(w.category, (DeprecationWarning, PendingDeprecationWarning))
        )
    )


def _told(fault: BaseException) -> str:
    lines = traceback.format_exception(fault)
    return "".join(lines)[-3000:]


def place_of(fault: BaseException) -> str:
    """The type of an exception and the last place of this project that it came through."""
    frames = traceback.extract_tb(fault.__traceback__)
    own = [f for f in frames if "/stability/" in f.filename or "/stability_" in f.filename]
    last = (own or frames)[-1] if frames else None
    where = f"{os.path.basename(last.filename)}:{last.name}" if last else "nowhere"
    return f"{type(fault).__name__} in {where}"
