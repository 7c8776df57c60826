"""A training function of the caller's: any function of the indices to train on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from stability.conventions import Convention
from stability.estimate.retraining.user_training import RETURNS
from stability.own_code import called
from stability.runs.learners.function_measuring import OwnCode, measure_function
from stability.runs.learners.learner import Job, Learner, Measured
from stability.runs.study.study import Study
from stability.setup.algorithm import Algorithm


@dataclass(frozen=True, kw_only=True, eq=False)
class GivenTraining(Learner):
    """A function (indices) -> losses at all training examples (m,), and at the test points (n,)."""

    in_memory: ClassVar[bool] = True
    kind: ClassVar[str] = "function"
    title: ClassVar[str] = "training function of your own"
    conventions: ClassVar[tuple[Convention, ...]] = (Convention.RETRAIN,)
    packages: ClassVar[tuple[str, ...]] = ()
    of_targets: ClassVar[bool] = True
    weighs: ClassVar[bool] = True
    weighs_how: ClassVar[str] = (
        "The data have weights of examples; whether the training function uses them is up to it."
    )

    name: str
    function: Callable[[NDArray[np.int64]], Any] = field(repr=False)

    def record(self) -> Mapping[str, Any]:
        """The name of the function."""
        return {"kind": self.kind, "function": self.name}

    def measure(self, job: Job) -> Measured:
        """Call it with all indices, twice; without each example; in another order; and once more.

        Raises SetupError for a function that does not repeat, DataError for what are no losses.
        """
        train = _Call(self.function)
        return measure_function(job, train, train)

    def algorithm(self, study: Study[Any]) -> Algorithm:
        """What is trained, for which setups have no words."""
        return OwnCode()


@dataclass(frozen=True, eq=False)
class _Call:
    """A call of the function, which has its data itself."""

    function: Callable[[NDArray[np.int64]], Any]

    def __call__(self, indices: NDArray[np.int64], deleted: int | None, name: str) -> Any:
        return called(name, self.function, indices, allowed=RETURNS)
