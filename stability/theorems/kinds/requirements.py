"""What every theorem requires beside its own hypotheses, with the words in which it refuses."""

from __future__ import annotations

from collections.abc import Iterable

import sympy

from stability.theorems.kinds.hypothesis import Hypothesis, Reads
from stability.theorems.statements.closed_sums import CONSTANT, DECAY

SCHEDULES = {CONSTANT: "a constant step size", DECAY: "step sizes c/t"}
"""Schedules of step sizes in words."""


def _of_constant(id_: str, text: str) -> Hypothesis:
    return Hypothesis(id_, text, reads=Reads.CONSTANT)


RIGHT_NOTION = _of_constant("right-notion", "a constant of the right notion")
RIGHT_FORM = _of_constant("right-form", "a constant of the right form")
FAILURE_LEFT = _of_constant("failure-probability-left", "failure probability left")
NOT_OVER_BOTH = _of_constant(
    "not-averaged-over-both",
    "the constant does not average over sample and algorithm together",
)
MEAN_OVER_SAMPLE = _of_constant(
    "mean-over-the-sample", "what averages over the sample is a mean over it"
)
EVERY_POSITION = _of_constant(
    "every-position", "the constant holds for every position of the example that is deleted"
)
KNOWN_BEFORE = _of_constant("known-at-m-minus-1", "the constant is also known at m - 1")
KNOWN_WITHOUT_FOLD = _of_constant(
    "known-without-a-fold",
    "the constant is also known at the size of a training set without a fold",
)
SPECIFIED = Hypothesis("specified", "every constant specified")
TWO_EXAMPLES = Hypothesis("two-examples", "m >= 2")
FINITE = Hypothesis("finite", "a finite value")
CHOSEN_IN_DOMAIN = Hypothesis(
    "chosen-in-domain", "free symbols are chosen in the domain that the theorem declares"
)
CONSTANT_GIVEN = Hypothesis("constant-given", "a constant is given")


def is_known(name: str) -> Hypothesis:
    """A symbol or place has a value."""
    return Hypothesis(f"known-{name}", f"{name} is known")


def in_domain(relation: sympy.Basic) -> Hypothesis:
    """A relation of the domain of a statement holds."""
    return Hypothesis("in-domain", str(relation))


def steps_follow(name: str, schedules: Iterable[str]) -> Hypothesis:
    """The step sizes go in a way for which a symbol is derived."""
    known = " or ".join(SCHEDULES[s] for s in schedules)
    return Hypothesis(f"steps-for-{name}", f"step sizes for which {name} is known: {known}")


def trainable_without(count: int) -> Hypothesis:
    """The algorithm can be trained on so many examples fewer."""
    words = f"the algorithm can be trained again on m - {count} examples"
    return Hypothesis(f"trainable-without-{count}", words)


def as_many_steps_without(count: int) -> Hypothesis:
    """What is proved of retraining where the number of steps follows the sample size."""
    words = f"training again on m - {count} examples takes as many steps"
    return Hypothesis(f"as-many-steps-without-{count}", words)
