"""`influence-vs-deletion`: do influence functions predict what deleting an example does?

For regularised logistic regression they should: its loss has one minimum, and deleting an example
moves it by about (1/m) H^-1 grad loss. A network is trained for a while towards one of many minima.
A deletion then also pushes it on its way, and a push of the same size in a random direction, which
means nothing, moves the loss too (the placebo). As far as it does, the true changes may be chaos of
training, which no prediction can agree with: so what predictions miss is told in random pushes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stability.datasets.dataset import Dataset
from stability.runs.tasks.threads import on_one_thread
from stability_experiments.common.images import digit_images
from stability_experiments.framework.result import (
    Claim,
    Experiment,
    Findings,
    Preset,
    Progress,
    Row,
)

if TYPE_CHECKING:
    from stability_experiments.bounds.influence_vs_deletion.cases import Case, Comparison, Push

NAME = "influence-vs-deletion"
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


def body(preset: str, data: Path | None, seed: int, out: Path, progress: Progress) -> Findings:
    """Every learner, length of training and method beside its true deletions."""
    from stability_experiments.bounds.influence_vs_deletion.pictures import draw

    size = SIZES[preset]
    most = max(x.examples for x in (size.logistic, size.perceptron, size.convolutional))
    train, test, name = digit_images(data, most, size.test, seed)
    compared: list[Comparison] = []
    pushes: dict[str, Push] = {}
    with on_one_thread():
        for case, found in _cases(size, train, test, seed, progress):
            compared += found
            if case.push is not None:
                pushes[f"{case.learner}, {case.training}"] = case.push
    draw(out / "agreement.png", out / "training.png", compared, MAIN, name)
    full = preset == "paper" and data is not None
    return Findings(
        rows=tuple(rows(compared, pushes)),
        claims=claims(compared, pushes),
        figures=("agreement.png", "training.png"),
        scaled_down=None
        if full
        else f"{name}: {most} training images at most, {size.test} test images, images shrunk",
    )


def _cases(
    size: Size, train: Dataset, test: Dataset, seed: int, progress: Progress
) -> Iterator[tuple[Case, list[Comparison]]]:
    from stability.training import Recipe
    from stability_experiments.bounds.influence_vs_deletion import cases

    def part(learner: Learner) -> tuple[Dataset, Dataset, np.ndarray]:
        factor = learner.shrink if min(train.shape) > 8 else 1
        inside = train.random_subset(min(learner.examples, len(train)), seed)
        chosen = np.random.default_rng(seed).choice(len(inside), learner.deletions, False)
        return cases.shrunk(inside, factor), cases.shrunk(test, factor), np.sort(chosen)

    inside, outside, deleted = part(size.logistic)
    steps = size.logistic.lengths
    methods = cases.logistic_methods(LOGISTIC_DECAY)
    case = cases.minimised(inside, outside, LOGISTIC_DECAY, deleted)
    yield case, list(cases.compare(case, methods))
    for k, length in enumerate(steps):
        progress("logistic regression", k, len(steps))
        case = cases.descended(inside, outside, LOGISTIC_DECAY, length, deleted)
        yield case, list(cases.compare(case, {"Gauss-Newton": methods["Gauss-Newton"]}))
    progress("logistic regression", len(steps), len(steps))
    for kind, learner, network in (
        ("perceptron", size.perceptron, "relu-mlp"),
        ("convolutional", size.convolutional, "cnn"),
    ):
        inside, outside, deleted = part(learner)
        methods = cases.network_methods(learner.dampings, network == "relu-mlp")
        for length in learner.lengths:
            recipe = Recipe(
                network=network,
                widths=learner.widths,
                step_size=0.1 if network == "relu-mlp" else 0.05,
                epochs=length,
                batch_size=50,
                weight_decay=NETWORK_DECAY,
                init_seed=seed,
                order_seed=seed,
            )

            def report(done: int, total: int, what: str = f"{kind}, {length} epochs") -> None:
                progress(what, done, total)

            case = cases.trained(kind, recipe, inside, outside, deleted, size.placebos, report)
            yield case, list(cases.compare(case, methods))


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


EXPERIMENT = Experiment(
    name=NAME,
    shows="influence functions against true deletions: near 1 for logistic regression, not for "
    "networks",
    presets=(Preset(name="smoke", minutes=0.7), Preset(name="paper", minutes=25)),
    body=body,
)
