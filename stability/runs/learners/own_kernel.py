"""A kernel of the user's own, from a file of Python that a run file names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from stability.runs.learners.own_function import OwnFunction

if TYPE_CHECKING:
    from stability.kernels.own_kernel import KernelFunction

SUFFIX = ".py"


@dataclass(frozen=True)
class OwnKernel(OwnFunction):
    """A function from points (n, d) and (n', d) to kernel values (n, n')."""

    place: ClassVar[str] = "model.kernel"
    allowed: ClassVar[str] = (
        "FILE.py:FUNCTION, a function from points (n, d) and (n', d) to kernel values (n, n')"
    )
    module: ClassVar[str] = "kernel_of_the_user"

    def kernel(self) -> KernelFunction:
        """The kernel, whose values are checked. Runs the file; raises SetupError if it cannot."""
        from stability.kernels.own_kernel import KernelFunction

        self.run()
        return KernelFunction(f"{self.path.name}:{self.function}", self._values)

    def _values(self, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Any:
        shape = len(rows), len(columns)
        allowed = f"numbers of shape {shape}, for points {rows.shape} and {columns.shape}"
        return self.called(rows, columns, allowed=allowed)


def names_own_kernel(text: str) -> bool:
    """Whether a text has the form FILE.py:FUNCTION.

    >>> names_own_kernel("kernels/mine.py:periodic"), names_own_kernel("ntk")
    (True, False)
    """
    file, _, function = text.rpartition(":")
    return file.endswith(SUFFIX) and function.isidentifier()
