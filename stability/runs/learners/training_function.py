"""A training function in a file of the user's own, which a run file names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from stability.conventions import Convention
from stability.errors import SetupError
from stability.runs.data import Parts, Source
from stability.runs.learners.function_measuring import OwnCode, measure_function
from stability.runs.learners.learner import Job, Learner, Measured, own_refused
from stability.runs.learners.own_function import OwnFunction
from stability.runs.learners.own_network import OwnNetwork
from stability.runs.study.study import Study
from stability.runs.without import as_trained
from stability.setup.algorithm import Algorithm
from stability.setup.fields import WORD, quantity
from stability.training.settings import TrainingSettings


@dataclass(frozen=True)
class OwnTrainingFunction(OwnFunction):
    """A function (indices, train, test) that trains and gives losses."""

    place: ClassVar[str] = "model.function"
    allowed: ClassVar[str] = (
        "FILE.py:FUNCTION, a function (indices, train, test) that trains on train.inputs[indices] "
        "and returns the losses at all training examples (m,) and at the test examples (n,)"
    )
    module: ClassVar[str] = "training_of_the_user"


@dataclass(frozen=True, kw_only=True)
class TrainingFunction(Learner):
    """Any training: a function of the indices to train on and of the data, which gives losses.

    `train` and `test` are each a `stability.datasets.Dataset`: inputs, labels or targets, weights,
    rows. It is called once for everything and once for each example that is left out.
    """

    kind: ClassVar[str] = "function"
    title: ClassVar[str] = "training function of your own"
    conventions: ClassVar[tuple[Convention, ...]] = (Convention.RETRAIN,)
    of_targets: ClassVar[bool] = True
    weighs: ClassVar[bool] = True
    weighs_how: ClassVar[str] = (
        "The training function is given the weights of the examples; whether it uses them is up to "
        "it."
    )
    rescales: ClassVar[bool] = True
    shown_bound: ClassVar[frozenset[str]] = frozenset({"range"})

    function: str = quantity(
        WORD,
        "FILE.py:FUNCTION, a function (indices, train, test) of yours that trains and returns "
        "losses at all training and at all test examples",
        example='"train.py:losses"',
    )

    @property
    def own(self) -> OwnTrainingFunction:
        """The function as it was read. Raises SetupError: a run file only names it."""
        raise SetupError(
            where=OwnTrainingFunction.place,
            found="a name that nobody has read",
            allowed="a learner whose method `given` was called",
        )

    @property
    def objective(self) -> str:
        """What is trained and measured, as far as anybody but the user can know."""
        return (
            f"whatever the function {self.function} minimises; what is measured are the losses "
            "that it returns, cut to the range"
        )

    def given(
        self,
        own: OwnNetwork | None,
        beside: Path | None = None,
        training: TrainingSettings | None = None,
    ) -> TrainingFunction:
        """This learner with the function, whose file is relative to the folder `beside`."""
        if own is not None:
            raise own_refused(self.kind)
        return _Read(function=self.function, read=OwnTrainingFunction.read(self.function, beside))

    def measure(self, job: Job) -> Measured:
        """Call it with all indices, twice; without each example; in another order; and once more.

        Raises SetupError for a function that does not repeat, OwnCodeError for what it raises,
        DataError for what are no losses, RunError for a file that changed and as `run_tasks` does.
        """
        make = _Call(self.own, job.study, job.source, job.parts.fingerprint)
        here = _Call(self.own, job.study, job.source, job.parts.fingerprint, job.parts)
        found = measure_function(job, here, make)
        self.own.require_unchanged()
        return found

    def algorithm(self, study: Study[Any]) -> Algorithm:
        """What is trained, for which setups have no words."""
        return OwnCode()


@dataclass(frozen=True, kw_only=True)
class _Read(TrainingFunction):
    """The same with the function, which travels to workers."""

    read: OwnTrainingFunction

    @property
    def own(self) -> OwnTrainingFunction:
        """The function as it was read."""
        return self.read

    def record(self) -> Mapping[str, Any]:
        """The name of the function and the digests of what it consists of."""
        name = f"{self.read.path.name}:{self.read.function}"
        digests = {f"function_{key}": value for key, value in self.read.record().items()}
        return {"kind": self.kind, "function": name, **digests}


@dataclass(frozen=True, eq=False)
class _Call:
    """A call of the function with the data; workers get it without `parts` and read them."""

    own: OwnTrainingFunction
    study: Study[Any]
    source: Source
    fingerprint: str
    parts: Parts | None = None

    def __call__(self, indices: NDArray[np.int64], deleted: int | None, name: str) -> Any:
        parts = self.source.load_same(self.fingerprint) if self.parts is None else self.parts
        train, test = as_trained(self.study, parts, deleted)
        allowed = (
            f"losses ({len(train)},) at all training examples and ({len(test)},) at the test "
            f"examples, after {name}"
        )
        return self.own.called(indices, train, test, allowed=allowed)
