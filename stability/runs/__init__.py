"""Studies: a run file describes data, a learner and deletions; running it measures and bounds.

What it finds on one sample is plug-in: bounds computed from it are estimates.
"""

from stability.runs.file.read import parse_run_file, read_run_file
from stability.runs.file.study import Study

__all__ = ["Study", "parse_run_file", "read_run_file"]
