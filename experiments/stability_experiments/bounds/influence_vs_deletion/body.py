"""The body of `influence-vs-deletion`: every learner and length of training, with the claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.runs.tasks.threads import on_one_thread
from stability.training.recipe import Recipe
from stability_experiments.bounds.influence_vs_deletion import cases
from stability_experiments.bounds.influence_vs_deletion.cases import (
    Case,
    Comparison,
    Method,
    Push,
)
from stability_experiments.bounds.influence_vs_deletion.pictures import draw
from stability_experiments.common.images import digit_images
from stability_experiments.framework.context import Context, Stages
from stability_experiments.framework.result import Claim, ExperimentFindings, Row

NEEDED = 0.99
LOGISTIC_DECAY, NETWORK_DECAY = 0.003, 0.01
MAIN = {
    "logistic": "Gauss-Newton",
    "perceptron": "Gauss-Newton, damping 0.01",
    "convolutional": "Gauss-Newton, damping 0.01",
}
"""The method that is drawn for each learner, and tried with predictions mixed up."""

QUANTITIES = {
    "Pearson": "pearson",
    "Spearman": "spearman",
    "slope": "slope",
    "relative error": "error",
}
"""What is told of each agreement, by the name of its row."""


@dataclass(frozen=True)
class Learner:
    """How much of everything one learner uses: images shrunk by a factor, `lengths` of training.

    `lengths` are steps of full-batch gradient descent for logistic regression, epochs for networks.
    """

    examples: int
    deletions: int
    lengths: tuple[int, ...]
    shrink: int = 1
    widths: tuple[int, ...] = ()
    dampings: tuple[float, ...] = (0.1, 0.01, 0.001)


@dataclass(frozen=True)
class Size:
    """How much of everything a preset uses; so many random pushes of each network."""

    test: int
    placebos: int
    logistic: Learner
    perceptron: Learner
    convolutional: Learner


SIZES = {
    "smoke": Size(
        test=200,
        placebos=4,
        logistic=Learner(500, 20, lengths=(10, 100, 1000), shrink=4),
        perceptron=Learner(500, 12, lengths=(10, 40, 160), shrink=2, widths=(16,)),
        convolutional=Learner(
            200, 6, lengths=(10, 30), shrink=2, widths=(3, 6), dampings=(0.1, 0.01)
        ),
    ),
    "paper": Size(
        test=500,
        placebos=10,
        logistic=Learner(2000, 40, lengths=(10, 100, 1000)),
        perceptron=Learner(1000, 30, lengths=(10, 40, 160, 640), widths=(32,)),
        convolutional=Learner(500, 12, lengths=(10, 40, 160), widths=(4, 8), dampings=(0.1, 0.01)),
    ),
}


def findings(context: Context) -> ExperimentFindings:
    """Every learner, length of training and method beside its true deletions."""
    size, seed = SIZES[context.preset], context.seed
    most = max(x.examples for x in (size.logistic, size.perceptron, size.convolutional))
    train, test, name = digit_images(context.data, most, size.test, seed)
    work = Work(size, train, test, context)
    compared: list[Comparison] = []
    pushes: dict[str, Push] = {}
    with on_one_thread():
        for found, push in (*work.logistic(), *work.networks()):
            compared += found
            if push is not None:
                pushes[f"{found[0].learner}, {found[0].training}"] = push
    out = context.out
    draw(out / "agreement.png", out / "training.png", compared, MAIN, name)
    full = context.preset == "paper" and context.data is not None
    return ExperimentFindings(
        rows=tuple(rows(compared, pushes)),
        claims=claims(compared, pushes),
        figures=("agreement.png", "training.png"),
        scaled_down=None
        if full
        else f"{name}: {most} training images at most, {size.test} test images, images shrunk",
    )


Found = tuple[list[Comparison], Push | None]


@dataclass(frozen=True, eq=False)
class Work:
    """Images, and where what was found of each trained model is kept."""

    size: Size
    train: Dataset
    test: Dataset
    context: Context

    @cached_property
    def _stages(self) -> Stages:
        fingerprints = self.train.fingerprint, self.test.fingerprint
        return self.context.stages({"size": self.size}, fingerprints, ("torch", "scipy"))

    def _part(self, learner: Learner) -> tuple[Dataset, Dataset, NDArray[np.int64]]:
        """Images for a learner, and the positions that are deleted."""
        seed = self.context.seed
        factor = learner.shrink if min(self.train.shape) > 8 else 1
        inside = self.train.random_subset(min(learner.examples, len(self.train)), seed)
        chosen = np.random.default_rng(seed).choice(len(inside), learner.deletions, False)
        return cases.shrunk(inside, factor), cases.shrunk(self.test, factor), np.sort(chosen)

    def _found(
        self, learner: str, training: str, methods: dict[str, Method], case: Callable[[], Case]
    ) -> Found:
        """What `case` and the methods give, computed only if it is not stored."""
        place = f"{learner}-{training}".replace(" ", "-")
        found = self._stages.cached(place, lambda: cases.predict(case(), methods))
        return cases.compared(learner, training, methods, found), cases.pushed(found)

    def logistic(self) -> Iterator[Found]:
        """Logistic regression at its minimum, then after more and more steps of descent."""
        progress, learner = self.context.progress, self.size.logistic
        inside, outside, deleted = self._part(learner)
        methods = cases.logistic_methods(LOGISTIC_DECAY)
        main = {"Gauss-Newton": methods["Gauss-Newton"]}
        yield self._found(
            "logistic", "minimiser", methods,
            partial(cases.minimised, inside, outside, LOGISTIC_DECAY, deleted),
        )  # fmt: skip
        for k, length in enumerate(learner.lengths):
            progress("logistic regression", k, len(learner.lengths))
            yield self._found(
                "logistic", f"{length} steps", main,
                partial(cases.descended, inside, outside, LOGISTIC_DECAY, length, deleted),
            )  # fmt: skip
        progress("logistic regression", len(learner.lengths), len(learner.lengths))

    def networks(self) -> Iterator[Found]:
        """Both networks, longer and longer trained."""
        for kind, learner, network in (
            ("perceptron", self.size.perceptron, "relu-mlp"),
            ("convolutional", self.size.convolutional, "cnn"),
        ):
            inside, outside, deleted = self._part(learner)
            methods = cases.network_methods(learner.dampings, network == "relu-mlp")
            for length in learner.lengths:
                recipe = Recipe(
                    network=network,
                    widths=learner.widths,
                    step_size=0.1 if network == "relu-mlp" else 0.05,
                    epochs=length,
                    batch_size=50,
                    weight_decay=NETWORK_DECAY,
                    init_seed=self.context.seed,
                    order_seed=self.context.seed,
                )

                case = partial(
                    cases.trained, kind, recipe, inside, outside, deleted, self.size.placebos,
                    partial(self.context.progress, f"{kind}, {length} epochs"),
                )  # fmt: skip
                yield self._found(kind, f"{length} epochs", methods, case)


def rows(compared: list[Comparison], pushes: dict[str, Push]) -> Iterator[Row]:
    """The methods that are drawn first: agreement, and what is missed beside a random push."""
    main = [one for one in compared if one.method == MAIN[one.learner]]
    for one in main:
        yield _agreement("Pearson", one)
    for one in main:
        if one.missed is not None:
            yield Row(
                name=f"missed over a random push, {one.name}",
                computed=one.missed,
                note="about 1: what is missed may be chaos; far above 1: the predictions are wrong",
            )
    for name, push in pushes.items():
        yield Row(
            name=f"mean square change by a random push over that by a deletion, {name}",
            computed=push.share,
            note=f"root mean square change by a deletion {push.deletion:.3g}, by a push of its "
            f"size {push.random:.3g}, by rounding {push.rounding:.2g}",
        )
    for title in QUANTITIES:
        for one in compared:
            if title != "Pearson" or one not in main:
                yield _agreement(title, one)
    for one in main:
        yield Row(
            name=f"Pearson with predictions of other examples, {one.name}",
            computed=one.mismatched,
            note="negative control",
        )


def _agreement(title: str, one: Comparison) -> Row:
    value = getattr(one.agreement, QUANTITIES[title])
    return Row(name=f"{title}, {one.name}", computed=value, note=_note(one))


def _note(one: Comparison) -> str:
    told = [f"{one.agreement.deletions} deletions, {one.agreement.pairs} pairs", one.detail]
    if one.missed is not None:
        told.append(f"misses {one.missed:.2g} times what a random push does")
    return "; ".join(filter(None, told))


def claims(compared: list[Comparison], pushes: dict[str, Push]) -> tuple[Claim, ...]:
    """What has to show, and whether it does."""
    minimum = {x.method: x for x in compared if x.training == "minimiser"}
    exact, fast = minimum["exact Hessian"], minimum["Gauss-Newton"]
    descents = [x.agreement.pearson for x in compared if x.training.endswith(" steps")]
    damped = [x.agreement for x in minimum.values() if x.method.startswith("Gauss-Newton")]
    networks = [x for x in compared if x.learner != "logistic"]
    perceptron = dict.fromkeys(x.training for x in networks if x.learner == "perceptron")
    return (
        Claim(
            claim=f"logistic regression at its minimum: Pearson at least {NEEDED}",
            holds=min(exact.agreement.pearson, fast.agreement.pearson) >= NEEDED,
        ),
        Claim(
            claim="logistic regression at its minimum: slope within 0.1 of 1, relative error "
            "below 0.1",
            holds=abs(exact.agreement.slope - 1) < 0.1 and exact.agreement.error < 0.1,
        ),
        Claim(
            claim="conjugate gradients predict what the exact Hessian does, to a thousandth",
            holds=bool(
                np.abs(fast.predicted - exact.predicted).max()
                <= 1e-3 * np.abs(exact.predicted).max()
            ),
        ),
        Claim(
            claim="logistic regression: predictions given to other examples do not agree (below "
            "0.5)",
            holds=exact.mismatched < 0.5,
        ),
        Claim(
            claim="logistic regression: longer descent, better agreement",
            holds=all(a < b for a, b in pairwise(descents)),
        ),
        Claim(
            claim="logistic regression: damping makes predictions too small, and worse",
            holds=all(a.slope < b.slope and a.pearson > b.pearson for a, b in pairwise(damped)),
        ),
        Claim(
            claim="no network reaches what logistic regression does",
            holds=max(x.agreement.pearson for x in networks) < exact.agreement.pearson,
            required=False,
        ),
        Claim(
            claim="perceptron: curvature of all layers agrees better than that of the last, and "
            "that better than none, every length",
            holds=all(_ordered(compared, length) for length in perceptron),
            required=False,
        ),
        Claim(
            claim="random pushes of the size of a deletion make less than half of its mean square "
            "change, every network",
            holds=all(push.share < 0.5 for push in pushes.values()),
            required=False,
        ),
        Claim(
            claim="what predictions miss is at least half of what a random push does, every "
            "network",
            holds=all(x.missed is None or x.missed >= 0.5 for x in networks),
            required=False,
        ),
    )


def _ordered(compared: list[Comparison], training: str) -> bool:
    found = {
        x.method: x.agreement.pearson
        for x in compared
        if (x.learner, x.training) == ("perceptron", training)
    }
    whole = max(value for name, value in found.items() if name.startswith("Gauss-Newton"))
    [last] = [value for name, value in found.items() if name.startswith("last layer")]
    return whole > last > found["layer factors"]
