"""Networks of every architecture, trained on everything and again without each example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from stability.conventions import Convention
from stability.runs.learners.learner import Job, Learner, Measured, own_refused
from stability.runs.learners.own_network import OwnNetwork
from stability.runs.study.study import Study
from stability.setup.algorithms import StochasticGradientDescent
from stability.setup.plain import plain_fields
from stability.training.networks.architecture import Architecture
from stability.training.networks.registry import architectures
from stability.training.recipe import Recipe


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

    `own` is the user's network for kind "own".
    """

    section: ClassVar[str] = "network"
    conventions: ClassVar[tuple[Convention, ...]] = (
        Convention.NULL_STEP,
        Convention.KEEP,
        Convention.RETRAIN,
    )
    trained: ClassVar[bool] = True
    packages: ClassVar[tuple[str, ...]] = ("torch",)

    architecture: Architecture
    own: OwnNetwork | None = None

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

    def given(self, own: OwnNetwork | None, beside: Path | None = None) -> Network:
        """This network with the user's own, which kind "own" needs and no other takes."""
        if isinstance(self.architecture, OwnArchitecture) != (own is not None):
            raise own_refused(self.kind)
        return replace(self, own=own)

    def record(self) -> Mapping[str, Any]:
        """The section, and what stands for a network of the user's own."""
        found = plain_fields(self.architecture, floats=True)
        if self.own is not None:
            found |= self.own.record()
        return found

    def require_same_code(self) -> None:
        """Raise RunError if the files of the user's own network changed since they were read."""
        if self.own is not None:
            self.own.require_unchanged()

    def measure(self, job: Job) -> Measured:
        """Train on everything, twice; then without each example; then the placebos.

        Raises SetupError for a training that cannot be measured (it diverges, does not repeat,
        ...), RunError as `run_tasks` does.
        """
        from stability.runs.learners.retraining import measure_network

        return measure_network(job, partial(recipe_of, job.study))

    def algorithm(self, study: Study[Any]) -> StochasticGradientDescent:
        """The gradient descent that was run; setups have no words for momentum and the like."""
        training = study.training
        assert training is not None
        return StochasticGradientDescent(
            step_size=training.step_size,
            epochs=training.epochs,
            batch_size=training.batch_size,
            weight_decay=training.weight_decay,
        )


def recipe_of(study: Study[Network]) -> Recipe:
    """The recipe of a network. Raises SetupError for settings that do not go together."""
    network, own = study.learner.architecture, study.learner.own
    training = study.training
    assert training is not None
    return Recipe(
        network=network if own is None else own.load(),
        init_seed=network.init_seed,
        **asdict(training),
    )
