"""Networks of every architecture, trained on everything and again without each example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from stability.conventions import Convention
from stability.runs.learners.learner import Job, Learner, Measured, own_refused
from stability.runs.learners.network_training import OwnTrainingLoss, algorithm_of
from stability.runs.learners.own_network import OwnNetwork
from stability.runs.study.study import Study
from stability.setup.algorithm import Algorithm
from stability.setup.plain import plain_fields
from stability.training.losses import NAMES
from stability.training.networks.architecture import Architecture
from stability.training.networks.registry import architectures
from stability.training.recipe import Recipe
from stability.training.settings import TrainingSettings


@dataclass(frozen=True, kw_only=True)
class OwnArchitecture(Architecture):
    """A network of the user's own, given at the command line."""

    kind: ClassVar[str] = "own"
    title: ClassVar[str] = "network of your own, given with --network FILE.py:FUNCTION"

    def module(self, shape: tuple[int, ...], classes: int) -> NoReturn:
        """Raises SetupError: the file does not say which module."""
        raise own_refused(self.kind)


ARCHITECTURES: Mapping[str, type[Architecture]] = {
    **architectures(),
    OwnArchitecture.kind: OwnArchitecture,
}
"""Everything that the key `kind` of a section [network] may name."""


@dataclass(frozen=True, kw_only=True)
class Network(Learner):
    """A network that is trained as [training] says; `architecture` is its section [network].

    `own` is the user's network for kind "own", `own_loss` the user's loss.
    """

    section: ClassVar[str] = "network"
    conventions: ClassVar[tuple[Convention, ...]] = (
        Convention.NULL_STEP,
        Convention.KEEP,
        Convention.RETRAIN,
    )
    trained: ClassVar[bool] = True
    of_targets: ClassVar[bool] = True
    weighs: ClassVar[bool] = True
    rescales: ClassVar[bool] = True
    packages: ClassVar[tuple[str, ...]] = ("torch",)

    architecture: Architecture
    own: OwnNetwork | None = None
    own_loss: OwnTrainingLoss | None = None

    @property
    def kind(self) -> str:  # type: ignore[override]
        """The name of the architecture."""
        return self.architecture.kind

    @property
    def title(self) -> str:  # type: ignore[override]
        """The architecture in words, or the function that gives the user's own network."""
        if self.own is not None:
            return f"network {self.own.function} of {self.own.path.name}"
        return self.architecture.title

    def given(
        self,
        own: OwnNetwork | None,
        beside: Path | None = None,
        training: TrainingSettings | None = None,
    ) -> Network:
        """This network with the user's own, which kind "own" needs and no other takes, and with
        the loss of the user's own that [training] names, if it does."""
        if isinstance(self.architecture, OwnArchitecture) != (own is not None):
            raise own_refused(self.kind)
        loss = None
        if training is not None and isinstance(training.loss, str) and training.loss not in NAMES:
            loss = OwnTrainingLoss.read(training.loss, beside)
        return replace(self, own=own, own_loss=loss)

    def record(self) -> Mapping[str, Any]:
        """The section, and what stands for a network and a loss of the user's own."""
        found = plain_fields(self.architecture, floats=True)
        if self.own is not None:
            found |= self.own.record()
        if self.own_loss is not None:
            found |= {f"loss_{key}": value for key, value in self.own_loss.record().items()}
        return found

    def require_same_code(self) -> None:
        """Raise RunError if files of the user's own changed since they were read."""
        for own in (self.own, self.own_loss):
            if own is not None:
                own.require_unchanged()

    def measure(self, job: Job) -> Measured:
        """Train on everything, twice; then without each example; then the placebos.

        Raises SetupError for a training that cannot be measured (it diverges, does not repeat,
        ...), RunError as `run_tasks` does.
        """
        from stability.runs.learners.retraining import measure_network

        return measure_network(job, partial(recipe_of, job.study))

    def algorithm(self, study: Study[Any]) -> Algorithm:
        """What was run, in the words of setups as far as they have some."""
        assert study.training is not None
        return algorithm_of(study.training, study.data.weighted)


def recipe_of(study: Study[Network]) -> Recipe:
    """The recipe of a network. Raises SetupError for settings that do not go together."""
    network, own = study.learner.architecture, study.learner.own
    training = study.training
    assert training is not None
    said: dict[str, Any] = asdict(training)
    if study.learner.own_loss is not None:
        said["loss"] = study.learner.own_loss.load()
    return Recipe(
        network=network if own is None else own.load(),
        init_seed=network.init_seed,
        **said,
    )
