"""Leave-one-out values of logistic regression: here, by pyDVL and by dattri, on the same problem.

pyDVL (0.10) and dattri (0.3) are no dependencies of this project, and are timed where they are
installed: in another environment that sees this one, for they ask for other versions of numpy,

    python -m venv --system-site-packages other
    other/bin/pip install --no-deps pydvl==0.10.0 dattri==0.3.0 \\
        pyDeprecate deprecated wrapt more-itertools pretty_midi mido importlib_resources six tqdm

The value of example i is u(all) - u(all without i), u the mean log-likelihood of the test labels.
All three minimise the same: scikit-learn's C times a sum over examples, with a free intercept, is
the mean here with lambda = 1/(C m), where a deleted term leaves the 1/m. Values differ by where the
minimisers stop: here the gradient is at most 1e-10, with lambda a bound on the distance of W up to
its intercepts; scikit-learn's L-BFGS stops by its tolerance, 1e-4 unless told otherwise, and is
asked for 1e-8 here so that values agree; it is timed with both. dattri keeps losses in float32, and
its values have 7 digits of the losses, not of their change.

What each gives differs too. Here all changes at every test point, at the deleted example and at
the training points come with the values, each within a certified distance; pyDVL gives the values
alone, dattri the losses at every test point. Whole programs are timed as a user starts them:
`stability estimate` with and without `--only-values` (with, it computes what the others compute;
without, it goes on to constants, bounds, pictures and a page), the others from arrays in a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np
from numpy.typing import NDArray

from stability.estimate.exact.logistic import fit_logistic
from stability.estimate.exact.logistic_deletions import delete_logistic
from stability.estimate.exact.softmax_features import SoftmaxFeatures
from stability.runs import parse_run_file
from stability.runs.data import source_of
from stability.runs.learners.logistic import TOLERANCE
from stability.runs.tasks.threads import on_one_thread
from stability_experiments.benchmarks.children import cost
from stability_experiments.benchmarks.other_libraries import VALUES, Floats, Problem

SIZE = 300
REGULARIZATION = 1 / 300
"""With m = 300, scikit-learn's default C = 1."""
UNCUT = 100.0
"""Losses of this problem are below it: nothing is cut."""
THEIR_TOLERANCE = 1e-4
"""scikit-learn's default."""
HERE = ("-m", "stability", "estimate", "run.toml")
THERE = ("-m", "stability_experiments.benchmarks.other_libraries")
Seconds = tuple[float, float]
"""Of processor time, and on the clock."""
Examples = tuple[Floats, NDArray[np.int64]]
"""Features and labels."""


def run(times: int = 3, size: int = SIZE) -> Iterator[str]:
    """One line for each way, alone and as a whole program: medians of several rounds."""
    text = (
        f'[data]\nname = "digits"\nsize = {size}\n[model]\nkind = "logistic"\n'
        f'regularization = {REGULARIZATION!r}\nintercept = "free"\n'
        f"[deletion]\ncount = {size}\n[bound]\nrange = {UNCUT}\n"
    )
    parts = source_of(parse_run_file(text), None, None).load()
    train, test = parts.train, parts.test
    arrays = (train.inputs, train.labels, test.inputs, test.labels)
    C = 1 / (REGULARIZATION * size)
    tight, usual = Problem(*arrays, C), Problem(*arrays, C, THEIR_TOLERANCE)
    features = SoftmaxFeatures("as-given", "free")
    ours = (features(train), train.labels), (features(test), test.labels)
    with on_one_thread(), TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "run.toml").write_text(text)
        keys = ("x", "y", "at", "labels", "C")
        np.savez(folder / "problem.npz", **dict(zip(keys, (*arrays, C), strict=True)))
        here, values = _timed(lambda: _values(*ours), times)
        yield f"leave-one-out, {size} deletions of m = {size}, here: {_told(here)}"
        programs = []
        for k, flags in enumerate((("--only-values",), ())):
            spent = [
                cost((*HERE, "--out", f"out{k}-{round}", *flags), folder) for round in range(times)
            ]
            programs.append(_median(spent))
            yield f"  {' '.join(('stability estimate', *flags))}, whole: {_told(programs[-1])}"
        for name, work in VALUES.items():
            if find_spec(name) is None:
                yield f"  {name} is not installed: see {__name__} for how to time it beside"
                continue
            for words, problem in (("", tight), (", scikit-learn's own tolerance", usual)):
                there, found = _timed(lambda w=work, p=problem: w(p), times)
                yield (
                    f"  {name}{words}: {_told(there)}; ratio {_ratio(there, here)}; values up to "
                    f"{np.abs(values).max():.1e}, largest difference "
                    f"{largest_difference(found, values):.1e}"
                )
            spent = _median([cost((*THERE, name, "problem.npz"), folder) for _ in range(times)])
            yield (
                f"  {name}, whole: {_told(spent)}; ratio {_ratio(spent, programs[0])}, and "
                f"{_ratio(spent, programs[1])} with bounds, pictures and page here"
            )


def _values(train: Examples, test: Examples) -> Floats:
    """Values (m,) by this library, the fit to everything included."""
    classes = int(train[1].max()) + 1
    model = fit_logistic(*train, classes, REGULARIZATION, tolerance=TOLERANCE, free_last=True)
    every = np.arange(len(train[1]))
    found = delete_logistic(model, train, test, every, loss_range=UNCUT, tolerance=TOLERANCE)
    return found.changes.mean(axis=1)


def largest_difference(values: Floats, others: Floats) -> float:
    """Of a value by two libraries."""
    return float(np.abs(values - others).max())


def _timed(work: Callable[[], Floats], times: int) -> tuple[Seconds, Floats]:
    """Medians of several rounds, and what they give."""
    spent, found = [], np.empty(0)
    for _ in range(times):
        processor, clock = process_time(), perf_counter()
        found = work()
        spent.append((process_time() - processor, perf_counter() - clock))
    return _median(spent), found


def _median(spent: list[Seconds]) -> Seconds:
    processor, clock = (median(column) for column in zip(*spent, strict=True))
    return processor, clock


def _told(spent: Seconds) -> str:
    return f"{spent[0]:.2f} s of processor time, {spent[1]:.2f} s on the clock"


def _ratio(there: Seconds, here: Seconds) -> str:
    return f"{there[0] / here[0]:.0f} ({there[1] / here[1]:.0f} on the clock)"
