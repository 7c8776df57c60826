"""Studies: a run file describes data, a learner and deletions; running it measures and bounds.

What it finds on one sample is plug-in: bounds computed from it are estimates.
"""

from typing import TYPE_CHECKING

from stability.lazy import names_on_demand

if TYPE_CHECKING:
    from stability.runs.file.read import parse_run_file, read_run_file
    from stability.runs.own_training import report_training
    from stability.runs.study.study import Study

__all__ = ["Study", "parse_run_file", "read_run_file", "report_training"]

if not TYPE_CHECKING:  # for type checkers a name that is not declared stays unknown
    __getattr__, __dir__ = names_on_demand(__name__)
