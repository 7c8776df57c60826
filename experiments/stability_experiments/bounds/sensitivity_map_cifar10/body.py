"""The body of `sensitivity-map-cifar10`: random features, then networks, each with a placebo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from stability.datasets.dataset import Dataset
from stability.runs.tasks.threads import on_one_thread
from stability.training.recipe import Recipe
from stability_experiments.bounds.sensitivity_map_cifar10.networks import NETWORKS
from stability_experiments.bounds.sensitivity_map_cifar10.random_features import sensitivities
from stability_experiments.bounds.sensitivity_map_cifar10.sensitivity import (
    Sensitivity,
    of_retraining,
)
from stability_experiments.common.images import colour_images
from stability_experiments.common.retraining import (
    Retraining,
    class_rows,
    precision_row,
    retrain,
    stands_out,
    training_device,
)
from stability_experiments.common.signal_map import signal_map
from stability_experiments.framework.context import Context, Stages
from stability_experiments.framework.result import Claim, ExperimentFindings

REGULARIZATIONS = (1e-3, 1e-4, 1e-2)
"""The first is the one whose map is drawn."""
UNCUT = 1000.0
"""A loss range in nats that no loss reaches."""


@dataclass(frozen=True)
class Training:
    """How one of NETWORKS is trained, and how many images of each class are deleted."""

    network: str
    step_size: float
    batch_size: int
    epochs: int
    per_class: int

    def recipe(self, seed: int) -> Recipe:
        """SGD in float32, three times as fast as float64 with convolutions."""
        return Recipe(
            network=NETWORKS[self.network],
            step_size=self.step_size,
            epochs=self.epochs,
            batch_size=self.batch_size,
            init_seed=seed,
            order_seed=seed,
            dtype="float32",
            device=training_device(),
        )


PERCEPTRON, SHORT, CALM, UNRULY = "perceptron", "CNN, short", "CNN, calm", "CNN, unruly"


@dataclass(frozen=True)
class Size:
    """How much of everything a preset uses."""

    training: int
    test: int
    features: int
    feature_runs: int
    network_training: int
    network_test: int
    runs: int
    networks: Mapping[str, Training]


SIZES = {
    "smoke": Size(
        training=2000,
        test=1000,
        features=300,
        feature_runs=3,
        network_training=400,
        network_test=300,
        runs=4,
        networks={
            PERCEPTRON: Training("perceptron", 0.001, 20, epochs=4, per_class=4),
            CALM: Training("convolutional", 0.01, 20, epochs=4, per_class=3),
            UNRULY: Training("convolutional", 0.2, 10, epochs=4, per_class=2),
        },
    ),
    "paper": Size(
        training=50000,
        test=10000,
        features=2000,
        feature_runs=5,
        network_training=5000,
        network_test=2000,
        runs=20,
        networks={
            PERCEPTRON: Training("perceptron", 0.001, 20, epochs=4, per_class=20),
            SHORT: Training("convolutional", 0.01, 20, epochs=1, per_class=20),
            CALM: Training("convolutional", 0.01, 20, epochs=4, per_class=20),
            UNRULY: Training("convolutional", 0.1, 10, epochs=3, per_class=10),
        },
    ),
}


def findings(context: Context) -> ExperimentFindings:
    """Random features first, then every network, each with its placebo."""
    size, seed = SIZES[context.preset], context.seed
    train, test = colour_images(context.data, size.training, size.test, seed)
    settings = {"size": size, "device": training_device()}
    data = train.fingerprint, test.fingerprint
    features = sensitivities(
        train, test, size.features, REGULARIZATIONS, size.feature_runs, seed, context.progress,
        context.stages(settings, data, ("scipy",), one_thread=False).cached,
    )  # fmt: skip
    part = train.random_subset(size.network_training, seed)
    outside = test.random_subset(size.network_test, seed)
    rows = [row for one in features for row in one.rows()]
    networks: dict[str, Sensitivity] = {}
    stages = context.stages(settings, data, ("torch",))
    with on_one_thread():
        for name, training in size.networks.items():
            found = _retrained(name, training, part, outside, size.runs, context, stages)
            learner = f"{name}, {len(part)} images, {training.epochs} epochs"
            networks[name] = of_retraining(learner, found, part, outside)
            rows.extend(networks[name].rows())
            if name == CALM:
                rows.append(
                    precision_row(
                        learner, found, part, outside, seed,
                        cached=stages.cached, place=_place(name),
                    )
                )  # fmt: skip
    for one in (features[0], *networks.values()):
        rows.extend(class_rows(one.learner, one.signal))
    return ExperimentFindings(
        rows=tuple(rows),
        claims=claims(features, networks),
        figures=_draw(context.out, features[0], networks),
        scaled_down=f"networks: {len(part)} training and {len(outside)} test images, "
        f"random features: {len(train)} and {len(test)}; of 50000 and 10000",
    )


def _retrained(
    name: str,
    training: Training,
    train: Dataset,
    test: Dataset,
    runs: int,
    context: Context,
    stages: Stages,
) -> Retraining:
    return retrain(
        training.recipe(context.seed), train, test, training.per_class, runs, context.seed,
        partial(context.progress, f"retraining, {name}"),
        loss_range=UNCUT, cached=stages.cached, place=_place(name),
    )  # fmt: skip


def _place(name: str) -> str:
    """The name of a file or folder for what belongs to a learner."""
    return name.replace(", ", "-").replace(" ", "-").lower()


def claims(
    features: Sequence[Sensitivity], networks: Mapping[str, Sensitivity]
) -> tuple[Claim, ...]:
    """What has to show, and whether it does."""
    calm, unruly = networks[CALM], networks[UNRULY]
    elastic = (*features, calm)
    others = (*features, *(one for one in networks.values() if one is not unruly))
    return (
        Claim(
            claim="random features and the calm CNN: images of the deleted class move three times "
            "as much as others",
            holds=all(one.signal.deletions.diagonal_ratio >= 3 for one in elastic),
        ),
        Claim(
            claim="random features, every lambda: planes move planes three times as much as cats",
            holds=all(one.plane_ratio()[0] >= 3 for one in features),
        ),
        Claim(
            claim="every learner but the unruly one: planes move planes more than cats",
            holds=all(one.plane_ratio()[0] > 1 for one in others),
            required=False,
        ),
        Claim(
            claim="every learner but the unruly one: the largest change is ten times the mean",
            holds=all(one.largest >= 10 * one.mean for one in others),
        ),
        Claim(
            claim="random features: no class drowns in the placebo",
            holds=all(stands_out(one.signal).drowned == 0 for one in features),
        ),
        Claim(
            claim="calm CNN: at the deleted class no change drowns in the placebo",
            holds=not calm.signal.drowned.diagonal().any(),
        ),
        Claim(
            claim="unruly CNN: a third of the map drowns in the placebo",
            holds=stands_out(unruly.signal).share >= 1 / 3,
        ),
        Claim(
            claim="the calm CNN tells the deleted class more than the unruly one",
            holds=calm.signal.deletions.diagonal_ratio > unruly.signal.deletions.diagonal_ratio,
        ),
    )


def _draw(out: Path, features: Sensitivity, networks: Mapping[str, Sensitivity]) -> tuple[str, ...]:
    files = []
    for name, one in (("random features", features), *networks.items()):
        files.append(_place(name) + ".png")
        signal_map(out / files[-1], one.signal, f"{one.learner} (CIFAR-10)")
    return tuple(files)
