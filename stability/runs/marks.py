"""What has to be known before any number of a study is read: tell-tales, each looked at, always."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from stability.estimate.statistics.health import LEVEL, Health, losses_at_cap
from stability.estimate.statistics.summary import ElasticSummary
from stability.rounding import rounded
from stability.runs.arguments import ARGUMENTS
from stability.runs.baseline import TRAINED_WELL, largest_class
from stability.runs.data import Parts
from stability.runs.learners.learner import Measured

ROUNDING, CONDITION = "largest difference of a loss by rounding", "condition number"
"""Facts of a fit that are tell-tales."""
INDEFINITE = "kernel matrix that is not positive definite"
INVERTED = "condition number of the kernel that KR-V2 inverts, with its jitter"
DEAD = "training examples with K(x, x) = 0"
"""Facts of kernels, told where there are some."""
NOT_CONVERGED = "fits that stopped before they converged"
"""A fact of estimators, told where there are some."""
LARGEST_CONDITION = 1e10
"""Of the 16 digits of float64 six are left beyond it."""
LISTED = 3
"""Of more groups with losses at the cap one sentence speaks."""
NEEDED = 2.0
"""How many times what the placebo does a deletion must do to be seen."""
NOISE = ("rounding", "order", "chance")
"""Placebos that have nothing to do with examples, by name."""
SHARE_OF_CHANGE = 0.1
"""A difference by rounding of this share of the mean change is told."""


@dataclass(frozen=True)
class Mark:
    """One thing that is wrong: `what`, a word for programs, and a sentence for people.

    `degenerate`: the constants and the bounds from them are those of a measurement that could not
    see what it was to measure.
    """

    what: str
    text: str
    degenerate: bool = False


def marks(
    parts: Parts,
    measured: Measured,
    summary: ElasticSummary,
    health: Health,
    *,
    in_memory: bool = False,
) -> tuple[Mark, ...]:
    """Everything about a measurement that has to be said first; nothing for most.

    What is to be changed is named as the caller says it: a key of the run file, or, `in_memory`,
    an argument of `measure`.
    """
    found = [
        *_repeated(parts),
        *_moved(measured, summary),
        *_capped(parts, health, in_memory),
        *_accuracy(parts, measured),
    ]
    found += [*_kernel(measured), *_stopped(measured)]
    return (*found, *_arithmetic(measured, summary), *_noise(measured, summary))


def measured_health(parts: Parts, measured: Measured) -> Health:
    """How many losses of the model on everything are at the cap, group by group.

    None of a loss that takes only 0 and 1: there 1 is a mistake, and moves like 0.
    """
    groups = parts.groups
    found = losses_at_cap(
        measured.base_training, measured.base_test,
        groups.train, groups.test, groups.names,
        np.inf if measured.zero_one else measured.limit,
    )  # fmt: skip
    return replace(found, loss_range=measured.limit)


def _repeated(parts: Parts) -> Iterator[Mark]:
    if parts.repeated:
        yield Mark(
            "test examples that are training examples",
            f"{parts.repeated} of the {len(parts.test)} test examples are equal to training "
            "examples, in their inputs and in what is predicted: what is measured at them says "
            "nothing of new examples. Take them out of the test examples.",
        )


def _moved(measured: Measured, summary: ElasticSummary) -> Iterator[Mark]:
    if summary.U == 0.0:
        look = (
            "A loss of 0 or 1 moves only where a prediction changes: delete more examples, or "
            "measure a loss that is not only 0 and 1."
            if measured.zero_one
            else "Look at the accuracies, at the losses at the cap and at the step size."
        )
        yield Mark(
            "nothing moved",
            "No deletion moved any loss at all: there is nothing to read constants from. " + look,
            degenerate=True,
        )


def _capped(parts: Parts, health: Health, in_memory: bool) -> Iterator[Mark]:
    key = ARGUMENTS["bound.range"] if in_memory else "range in [bound]"
    cap = rounded(health.loss_range)
    group = parts.groups.one.capitalize()
    hidden = health.hidden
    if len(hidden) > LISTED:
        names = ", ".join(one.name for one in hidden[:LISTED])
        yield Mark(
            "losses at the cap",
            f"{group} {names} and {len(hidden) - LISTED} more: "
            f"{sum(one.test_at_cap for one in hidden)} of {sum(one.test for one in hidden)} test "
            f"losses are at the cap of {cap}, where no small change of the model moves them. Their "
            "columns of the class map, and every constant, are too small. Raise [bound] range, or "
            "train until they are below.",
            degenerate=True,
        )
        hidden = ()
    for one in hidden:
        yield Mark(
            "losses at the cap",
            f"{group} {one.name}: {one.test_at_cap} of {one.test} test losses are at the cap of "
            f"{cap}, where no small change of the model moves them. Its column of the class map, "
            f"and every constant, is too small. Raise {key}, or train until they are below.",
            degenerate=True,
        )
    if health.training_share >= LEVEL and not health.hidden:
        yield Mark(
            "training losses at the cap",
            f"{rounded(100 * health.training_share, 3)}% of the training losses are at the cap of "
            f"{cap}: the own changes of deleted examples are too small.",
            degenerate=True,
        )


def _accuracy(parts: Parts, measured: Measured) -> Iterator[Mark]:
    accuracy = measured.facts.get(TRAINED_WELL)
    if accuracy is None:
        return
    name, usual, _ = largest_class(parts)
    if accuracy <= usual:
        yield Mark(
            "not better than the largest class",
            f"The model names the class of {rounded(100 * accuracy, 3)}% of the training examples; "
            f"naming the largest class, {name}, each time is right for {rounded(100 * usual, 3)}%.",
        )


def _kernel(measured: Measured) -> Iterator[Mark]:
    if measured.facts.get(INDEFINITE):
        yield Mark(
            "not positive definite",
            "The matrix of the label-aware kernel with its ridge is not positive definite: the "
            "model solves its equations but minimises nothing. Lower label_strength, or raise the "
            "regularization.",
        )
    dead = measured.facts.get(DEAD)
    if dead:
        yield Mark(
            "dead examples",
            f"K(x, x) is 0 at {int(dead)} training examples: nothing is learned from them, and "
            "there the prediction is 0.",
        )


def _stopped(measured: Measured) -> Iterator[Mark]:
    unfinished = measured.facts.get(NOT_CONVERGED)
    if unfinished:
        yield Mark(
            "not converged",
            f"{int(unfinished)} fits stopped before they converged: part of what moves is where "
            "they stopped. Allow more iterations, or scale the inputs.",
        )


def _arithmetic(measured: Measured, summary: ElasticSummary) -> Iterator[Mark]:
    rounding = measured.facts.get(ROUNDING)
    if rounding is not None and summary.U > 0.0:
        change = summary.B1 / summary.sample_size
        if rounding > SHARE_OF_CHANGE * change:
            yield Mark(
                "rounding",
                f"Rounding alone moved a loss by {rounded(rounding, 3)}; the mean change by a "
                f"deletion is {rounded(change, 3)}. Changes of that size may be arithmetic: see "
                "the placebo of the size of rounding.",
            )
    condition = measured.facts.get(CONDITION)
    if condition is not None and not condition <= LARGEST_CONDITION:
        yield Mark(
            "condition number",
            f"The system that was solved has condition number {rounded(condition, 3)}: fewer than "
            "six digits of the changes are right. Raise the regularization.",
        )


def _noise(measured: Measured, summary: ElasticSummary) -> Iterator[Mark]:
    change = summary.B1 / summary.sample_size
    for name in NOISE:
        placebo = measured.placebos.get(name)
        if placebo is None or not change:
            continue
        without = float(np.abs(placebo.changes).mean())
        if change < NEEDED * without:
            yield Mark(
                f"placebo: {name}",
                f"A deletion moves a loss by {rounded(change, 3)} on average; with "
                f"{placebo.words} and nothing deleted it moves by {rounded(without, 3)}. What was "
                "measured is mostly that, not the examples.",
            )
