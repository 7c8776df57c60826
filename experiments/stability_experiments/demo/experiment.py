"""`demo`: three learners on 1,797 handwritten digits, measured and bounded, on one page.

Random features with ridge regression (exact deletions, plug-in bounds), a small network (retrained
without each of many images, plug-in bounds) and multinomial logistic regression (proved and
certified bounds). Every number says what kind it is. `stability demo` runs it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, Preset

if TYPE_CHECKING:
    from rich.console import Console

    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.demo.body import findings

    return findings(context)


def show(out: Path, console: Console) -> None:
    """Print the table of the demonstration."""
    from stability_experiments.demo.table import show

    show(out, console)


EXPERIMENT = Experiment(
    name="demo",
    shows="uniform and elastic bounds of three learners on digits: estimates, certified and proved",
    presets=(Preset(name="smoke", minutes=0.5),),
    torch=True,
    body=body,
    show=show,
)
