"""What cannot hold together in a setup: every inequality between its fields, in one place.

Which of them the theory gives: a lower bound (strong convexity) above an upper bound (smoothness)
of the same function, more of something than there is, a part above its whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stability.conventions import Name
from stability.errors import SetupError

Lookup = Callable[[str], Any]
"""The value at a place of a setup, None where it is not known."""


@dataclass(frozen=True)
class AtMost:
    """A value at one place is at most that at another, for some kinds of algorithm or for all."""

    small: Name
    large: Name
    remedy: str
    kinds: tuple[Name, ...] = ()

    def inside(self, section: str) -> bool:
        """Whether both places are in a section."""
        return all(place.startswith(f"{section}.") for place in (self.small, self.large))


DESCENTS = ("gd", "sgd")
LADDER = "The order is mean <= root mean square <= supremum."
ORDERED = (
    AtMost("loss.mean_lipschitz", "loss.rms_lipschitz", LADDER),
    AtMost("loss.rms_lipschitz", "loss.lipschitz", LADDER),
    AtMost("loss.mean_lipschitz", "loss.lipschitz", LADDER),
    AtMost(
        "algorithm.strong_convexity",
        "loss.smoothness",
        "Losses that are mu-strongly convex have gradients that are at least mu-Lipschitz. Both "
        "are of the loss alone: weight decay goes into algorithm.weight_decay.",
        DESCENTS,
    ),
    AtMost(
        "algorithm.pl_constant",
        "loss.smoothness",
        "An objective with gamma-Lipschitz gradients satisfies the Polyak-Lojasiewicz condition "
        "with no constant above gamma.",
    ),
    AtMost(
        "algorithm.base_range",
        "loss.range",
        "The losses are averages of base losses: give loss.range, at least base_range, or leave it "
        "out, it follows.",
    ),
    AtMost(
        "algorithm.mean_sqrt_kernel",
        "algorithm.kernel_bound",
        "A mean is never above the supremum.",
    ),
    AtMost(
        "algorithm.base_stability",
        "algorithm.prediction_range",
        "Predictions in an interval of that length never move by more than it.",
    ),
    AtMost(
        "algorithm.batch_size",
        "sample.size",
        "For batches of the whole sample give batch_size = sample.size.",
    ),
    AtMost(
        "algorithm.neighbours",
        "sample.size",
        "An example has no more neighbours than there are examples.",
    ),
    AtMost(
        "algorithm.subsample",
        "sample.size",
        "Subsets are drawn without replacement; bagging draws with replacement.",
        ("subbagging",),
    ),
    AtMost(
        "training.erm_error",
        "loss.range",
        "Risks of losses in [0, range] differ by no more than it.",
    ),
)
"""Every such pair. Where one of the two is not known nothing is compared."""


MEANS_OF_SLOPES = ("mean_lipschitz", "rms_lipschitz", "fourth_moment_lipschitz")
"""The fields of the loss that are means of powers of L(z)."""


def check_order(section: str, instance: Any) -> None:
    """Raise SetupError, with both places, if two fields of one section contradict each other."""

    def at(place: str) -> Any:
        return getattr(instance, place.partition(".")[2], None)

    for pair in ORDERED:
        if pair.inside(section):
            _check_pair(pair, at, getattr(instance, "kind", None))
    if section == "loss":
        _check_fourth_moment(at)


def check_together(at: Lookup, steps: int | None) -> None:
    """Raise SetupError, with both places, if the values of a setup contradict each other.

    `steps` is the number of steps that training takes, None if it has none.

    >>> values = {"algorithm.base_range": Fraction(5), "loss.range": Fraction(1)}
    >>> check_together(values.get, None)
    Traceback (most recent call last):
    ...
    stability.errors.SetupError: algorithm.base_range: found 5; allowed: at most loss.range = 1. \
The losses are averages of base losses: give loss.range, at least base_range, or leave it out, it \
follows.
    """
    for pair in ORDERED:
        _check_pair(pair, at, at("algorithm.kind"))
    for error in (_too_flat(at), _too_many_risks(at, steps), _nothing_measured(at)):
        if error is not None:
            raise error


def _check_pair(pair: AtMost, at: Lookup, kind: Name | None) -> None:
    small, large = at(pair.small), at(pair.large)
    of_this_kind = not pair.kinds or kind in pair.kinds
    if of_this_kind and small is not None and large is not None and small > large:
        raise SetupError(
            where=pair.small,
            found=small,
            allowed=f"at most {pair.large} = {float(large):.12g}",
            remedy=pair.remedy,
        )


def _check_fourth_moment(at: Lookup) -> None:
    """The fourth moment lies between the fourth powers of the root mean square and the supremum."""
    place = "loss.fourth_moment_lipschitz"
    fourth, top = at(place), at("loss.lipschitz")
    least = max((value for _, value in slopes(at, MEANS_OF_SLOPES[:2])), default=None)
    if fourth is None:
        return
    remedy = (
        "It is E L(z)^4, with no root taken; an upper bound on it that is below rms_lipschitz^4 "
        "bounds the root mean square as well: give the smaller of the two."
    )
    if least is not None and fourth < least**4:
        allowed = f"at least the fourth power of the largest mean given, {float(least**4):.12g}"
        raise SetupError(where=place, found=fourth, allowed=allowed, remedy=remedy)
    if top is not None and fourth > top**4:
        allowed = f"at most loss.lipschitz^4 = {float(top**4):.12g}"
        raise SetupError(where=place, found=fourth, allowed=allowed, remedy=remedy)


SLOPES = ("mean_lipschitz", "rms_lipschitz", "lipschitz")


def slopes(at: Lookup, names: tuple[Name, ...] = SLOPES) -> Iterator[tuple[str, Fraction]]:
    """The bounds on slopes of the loss that are known, by place."""
    for name in names:
        value = at(f"loss.{name}")
        if value is not None:
            yield f"loss.{name}", value


def _too_flat(at: Lookup) -> SetupError | None:
    """Every mu-strongly convex loss has a slope of mu r at least somewhere on a ball of radius r:
    its slopes at opposite points differ by 2 mu r."""
    mu, radius = at("algorithm.strong_convexity"), at("algorithm.radius")
    if mu is None or radius is None:
        return None
    for place, slope in slopes(at):
        if mu * radius > slope:
            return SetupError(
                where="algorithm.strong_convexity",
                found=mu,
                allowed=f"at most {place}/algorithm.radius = {float(slope / radius):.12g}",
                remedy="A loss that is mu-strongly convex on a ball of radius r has a slope of at "
                "least mu r there, for every z; loss.lipschitz speaks of that ball.",
            )
    return None


MOST_STEPS = 50_000
"""The steps of which risks may be listed: sums over them have no closed form."""


def _too_many_risks(at: Lookup, steps: int | None) -> SetupError | None:
    """One risk before each step, and one of the output, which lies in the range."""
    risks, limit = at("training.expected_risks"), at("loss.range")
    if risks is None:
        return None
    if steps is None:
        return SetupError(
            where="training.expected_risks",
            found=f"{len(risks)} numbers, for training without steps",
            allowed="nothing, or an algorithm with steps",
            remedy="They are the training risks before each step: leave them out here.",
        )
    if steps > MOST_STEPS:
        return SetupError(
            where="training.expected_risks",
            found=f"{len(risks)} numbers, for {steps} steps",
            allowed=f"risks of at most {MOST_STEPS} steps: they are added one by one",
            remedy="Leave them out: what needs them then says so.",
        )
    if len(risks) not in (steps, steps + 1):
        return SetupError(
            where="training.expected_risks",
            found=f"{len(risks)} numbers",
            allowed=f"{steps} numbers, one before each step, or {steps + 1}: also of the output",
            remedy="Give the training risk before each step that training takes.",
        )
    if len(risks) > steps and limit is not None and risks[steps] > limit:
        return SetupError(
            where=f"training.expected_risks[{steps}]",
            found=risks[steps],
            allowed=f"at most loss.range = {float(limit):.12g}",
            remedy="The last one is the training risk of the output, in the loss that is "
            "evaluated: cut as that one is.",
        )
    return None


def _nothing_measured(at: Lookup) -> SetupError | None:
    """A chance that a measured mean is too small needs a mean."""
    means = (*(f"loss.{name}" for name in MEANS_OF_SLOPES), "algorithm.mean_sqrt_kernel")
    failure = at("loss.measured_failure")
    if not failure or any(at(place) is not None for place in means):
        return None
    return SetupError(
        where="loss.measured_failure",
        found=failure,
        allowed="0 where no mean is given, or one of " + ", ".join(means),
        remedy="It is the probability that one of these was measured too small.",
    )
