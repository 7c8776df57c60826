"""Train the network of a run file and look at its local elasticity, as stored stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray

from stability.datasets import Dataset
from stability.datasets.sampling import stratified_positions
from stability.elasticity.measurement import ElasticityMeasurement, measure_elasticity
from stability.elasticity.separation import DataSeparation, layer_features
from stability.kernels.empirical import EmpiricalKernel
from stability.runs.data import Parts
from stability.runs.learners.network import Network, recipe_of
from stability.runs.scaling import scaled
from stability.runs.storage import Storage
from stability.runs.study.study import Study
from stability.runs.tasks import NamedProgress
from stability.training.model import Model
from stability.training.single import check_repeatable
from stability.training.start import network_for


@dataclass(frozen=True, eq=False)
class ElasticityFindings:
    """What was found: of the network before training, and after it, at the same points.

    `points` are test examples. `accuracy`: on the training and test examples, after training.
    `fingerprint`: the sha256 of what is stored; `notes`: what was damaged and computed again.
    """

    study: Study[Network]
    parts: Parts
    points: Dataset
    before: ElasticityMeasurement
    after: ElasticityMeasurement
    accuracy: Mapping[str, float]
    fingerprint: str
    notes: tuple[str, ...]


def measure(
    study: Study[Network], parts: Parts, storage: Storage, progress: NamedProgress
) -> ElasticityFindings:
    """Train on everything; then the kernel of all outputs before and after, layer by layer.

    Raises SetupError for a network that cannot be measured or whose training diverges, DataError
    for points that no step moves.
    """
    section = study.elasticity
    recipe = recipe_of(study)
    train, test = scaled(study.data.scaling, *parts.problem)
    count = min(section.examples, len(test))
    points = test.subset(
        np.sort(stratified_positions(test.labels, len(test.classes), count, section.seed))
    )
    progress("training on everything", 0, 1)

    @cache
    def model() -> Model:
        return check_repeatable(recipe, train)

    def trained() -> dict[str, NDArray[np.generic]]:
        weights = {
            f"weights {k}": values.double().cpu().numpy()
            for k, values in enumerate(model().parameters.values())
        }
        right = {
            f"{name} accuracy": np.asarray(model().accuracy(part))
            for name, part in (("training", train), ("test", test))
        }
        return {**weights, **right}

    stored = storage.once("trained", trained)
    progress("training on everything", 1, 1)
    network = network_for(recipe, train)
    weights = {
        name: torch.tensor(stored[f"weights {k}"][0]) for k, name in enumerate(network.initial)
    }
    kernels = {
        "before": EmpiricalKernel(network),
        "after": EmpiricalKernel(network, weights),
    }
    found, notes = {}, list(stored.set_aside)
    for k, (when, kernel) in enumerate(kernels.items()):
        progress(f"elasticity among {count} points", k, len(kernels))
        look = Look(kernel, points, section.seed)
        kept = storage.once(f"elasticity-{when}", look.stored)
        notes += kept.set_aside
        found[when] = look.read({name: array[0] for name, array in kept.arrays.items()})
    progress(f"elasticity among {count} points", len(kernels), len(kernels))
    return ElasticityFindings(
        study=study,
        parts=parts,
        points=points,
        before=found["before"],
        after=found["after"],
        accuracy={name: float(stored[f"{name} accuracy"][0]) for name in ("training", "test")},
        fingerprint=kept.fingerprint,
        notes=tuple(notes),
    )


@dataclass(frozen=True, eq=False)
class Look:
    """One look at a network as arrays that can be stored, and back; names come from the network."""

    kernel: EmpiricalKernel
    points: Dataset
    seed: int

    def stored(self) -> dict[str, NDArray[np.generic]]:
        """Look, and give the arrays."""
        found = measure_elasticity(
            self.kernel, self.points.inputs, self.points.labels, seed=self.seed
        )
        return {
            "layers": np.stack(list(found.layers.values())),
            "clusters": found.clusters,
            "accuracy": np.asarray(found.accuracy),
            "fuzziness": found.separation.fuzziness,
            "factor": np.asarray(found.separation.factor),
            "correlation": np.asarray(found.separation.correlation),
        }

    def read(self, arrays: Mapping[str, NDArray[np.generic]]) -> ElasticityMeasurement:
        """The same from stored arrays."""
        one = self.points.inputs[:1]
        return ElasticityMeasurement(
            labels=self.points.labels,
            layers=dict(zip(self.kernel.layers(one), np.asarray(arrays["layers"]), strict=True)),
            clusters=np.asarray(arrays["clusters"], dtype=np.int64),
            accuracy=float(arrays["accuracy"]),
            separation=DataSeparation(
                tuple(layer_features(self.kernel, one)),
                np.asarray(arrays["fuzziness"], dtype=np.float64),
                float(arrays["factor"]),
                float(arrays["correlation"]),
            ),
            fell_back=self.kernel.fell_back(one),
        )
