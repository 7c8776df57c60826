"""All kernel values that a study needs, computed a few rows at a time and kept while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from stability.datasets import Dataset
from stability.errors import DataError, SetupError
from stability.runs.data import Parts, Source
from stability.runs.learners.learner import Floats, Job
from stability.runs.tasks import Task

if TYPE_CHECKING:
    from stability.kernels.kernel import Kernel

CHUNK = 64
"""Rows that are computed together and stored together. The last digits depend on it."""
MEMORY = 2**34
"""Bytes that the matrices of a study may need: about 20,000 training examples."""


class Maker(Protocol):
    """What makes the kernel of a study, here and in every worker."""

    def kernel_for(self, shape: tuple[int, ...]) -> Kernel:
        """The kernel for inputs of a shape."""
        ...

    def require_same_code(self) -> None:
        """Raise RunError if files of the user's own changed."""
        ...


@dataclass(frozen=True, eq=False)
class KernelTable:
    """Values (m + n, m) of m training and n test examples with the training examples.

    As a function it takes positions (k, 1) in place of points, training examples first.
    `fingerprint` and `notes` are those of the stored rows.
    """

    values: Floats
    fingerprint: str
    notes: tuple[str, ...]

    def __call__(self, rows: Floats, columns: Floats) -> Floats:
        """The values (k, k') at positions (k, 1) and positions (k', 1) of training examples."""
        first, second = (p[:, 0].astype(np.int64) for p in (rows, columns))
        return self.values[np.ix_(first, second)]

    def positions(self, part: str) -> Floats:
        """Those of the "train" or "test" examples (k, 1)."""
        m = self.values.shape[1]
        places = np.arange(m) if part == "train" else np.arange(m, len(self.values))
        return places[:, None].astype(np.float64)


def kernel_table(job: Job, maker: Maker, *, mirrored: bool, arrays: int) -> KernelTable:
    """The values, from the folder of the run as far as they are there.

    `arrays` (m, m) will be needed beside them, for the fit and the deletions.
    `mirrored`: of training examples only what is above the diagonal is computed; otherwise all, to
    see whether the kernel is symmetric. Raises SetupError for more memory than there may be,
    DataError for values that are none of a positive semidefinite kernel, RunError as `run_tasks`.
    """
    train, test = job.parts.train, job.parts.test
    m, n = len(train), len(test)
    _check_memory(m, n, arrays)
    kernel = maker.kernel_for(train.shape)
    own, _ = (own_values(kernel, part) for part in (train, test))
    if not own.any():
        raise DataError(
            where=f"kernel {kernel.name!r}",
            found=f"0 for each of the {m} training examples with itself",
            allowed="a kernel that is not 0 at all of them",
            remedy="It predicts 0 whatever it is trained on.",
        )
    here = job.parts if job.storage.alone else None
    found = job.storage.many(
        "kernel",
        [Task(f"{part} example {i}", (part, i)) for part, k in (("train", m), ("test", n))
         for i in range(k)],
        KernelRows(maker, job.source, job.parts.fingerprint, mirrored, here),
        chunk=CHUNK,
        progress=lambda done, total: job.progress("kernel values, rows", done, total),
    )  # fmt: skip
    maker.require_same_code()
    values = np.array(found["row"], dtype=np.float64)
    from stability.kernels.kernel import mirror
    from stability.kernels.own_kernel import KernelFunction

    if mirrored:
        mirror(values[:m])
        np.fill_diagonal(values[:m], own)
    elif isinstance(kernel, KernelFunction):
        kernel.check(values[:m])
    return KernelTable(values, found.fingerprint, tuple(found.set_aside))


@dataclass(frozen=True, eq=False)
class KernelRows:
    """Rows of values with all training examples. Workers get it without `parts`."""

    maker: Maker
    source: Source
    fingerprint: str
    mirrored: bool
    parts: Parts | None = None

    def __call__(self, arguments: list[tuple[str, int]]) -> list[dict[str, Floats]]:
        """The rows (m,) of some examples, in order."""
        self.maker.require_same_code()
        parts = self.source.load_same(self.fingerprint) if self.parts is None else self.parts
        kernel, inside = self.maker.kernel_for(parts.train.shape), _inputs(parts.train)
        rows = []
        for part, inputs in (("train", inside), ("test", _inputs(parts.test))):
            chosen = np.array([i for name, i in arguments if name == part], dtype=np.int64)
            if len(chosen):
                first = int(chosen.min()) if self.mirrored and part == "train" else 0
                found = np.zeros((len(chosen), len(inside)))
                found[:, first:] = kernel.matrix(inputs[chosen], inside[first:])
                rows += [{"row": row} for row in found]
        self.maker.require_same_code()
        return rows


def _inputs(part: Dataset) -> Floats:
    return np.asarray(part.inputs, dtype=np.float64)


def _check_memory(m: int, n: int, arrays: int) -> None:
    needed = 8 * (2 * (m + n) * m + arrays * m * m)
    if needed > MEMORY:
        raise SetupError(
            where="data.size",
            found=f"{m} training and {n} test examples, whose kernel matrices need "
            f"{needed / 2**30:.1f} GiB",
            allowed=f"at most {MEMORY / 2**30:.1f} GiB",
            remedy='Take fewer examples, say evaluation.size, or use kind = "random-features", '
            "which needs no matrix of all pairs.",
        )


def own_values(kernel: Kernel, part: Dataset) -> Floats:
    """K(x, x) (k,) at the examples of a part.

    Raises DataError for values that are no kernel's, and for inputs at which there is none, with
    their row in the data.
    """
    try:
        return kernel.diagonal(part.inputs)
    except DataError as error:
        place, _, rest = error.where.partition("[")
        if place != "inputs":
            raise
        raise DataError(
            where=f"{part.name}, row {int(part.rows[int(rest.rstrip(']'))])}",
            found=error.found,
            allowed=error.allowed,
            remedy='Remove it; an ntk with a bias_std above 0, such as "bias_std = 0.1", takes it.',
        ) from None
