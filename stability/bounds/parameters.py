"""The parameters of a setup that `calibrate` can solve for, with the values that it searches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from stability.bounds.search import binary_grid, decimal_grid
from stability.conventions import Name
from stability.errors import SetupError
from stability.setup.setup import Setup

LARGEST_SIZE, LARGEST_STEPS = 50, 40
"""Sample sizes are searched up to 2^50, steps and epochs up to 2^40."""


@dataclass(frozen=True)
class Parameter:
    """A number of a setup that can be solved for.

    `place`: where it stands in a setup, such as "sample.size". `wanted`: whether the "smallest" or
    the "largest" feasible value is. `grid`: the values searched, the most wanted one first.
    `whole`: whether it is a whole number.
    """

    place: Name
    wanted: str
    grid: tuple[Fraction, ...]
    whole: bool

    def changed(self, setup: Setup, value: Fraction) -> Setup:
        """The setup with this value of the parameter."""
        if self.place == "sample.size":
            return setup.with_size(int(value))
        return setup.with_value(self.place, int(value) if self.whole else value)


STEPS = tuple(reversed(binary_grid(LARGEST_STEPS)))
PARAMETERS: Mapping[str, Parameter] = {
    parameter.place: parameter
    for parameter in (
        Parameter("sample.size", "smallest", binary_grid(LARGEST_SIZE), True),
        Parameter("algorithm.steps", "largest", STEPS, True),
        Parameter("algorithm.epochs", "largest", STEPS, True),
        Parameter("algorithm.step_size", "largest", tuple(reversed(decimal_grid(-15, 6))), False),
        Parameter("algorithm.regularization", "smallest", decimal_grid(-15, 15), False),
    )
}
"""What can be solved for, by its place in the setup."""


def parameter_at(setup: Setup, place: str) -> Parameter:
    """The parameter at a place. Raises SetupError with what this setup can be solved for."""
    possible = [name for name in PARAMETERS if _obstacle(setup, name) is None]
    if place in possible:
        return PARAMETERS[place]
    raise SetupError(
        where="solve",
        found=place,
        allowed="for this setup: " + ", ".join(possible or ["nothing"]),
        remedy=(_obstacle(setup, place) or "") if place in PARAMETERS else "",
    )


def _obstacle(setup: Setup, place: str) -> str | None:
    """Why a setup cannot be solved for this, None if it can."""
    own = setup.stability
    if place == "sample.size":
        if own is None or own.scaling is not None:
            return None
        return 'Say how your constant depends on the sample size: scaling = "constant" or "1/m".'
    name = place.partition(".")[2]
    if own is not None:
        return "The setup gives its own [stability] and no algorithm."
    if not hasattr(setup.algorithm, name):
        return f"{setup.value('algorithm.kind')!r} has no {name}."
    if name == "epochs" and setup.value("algorithm.epochs") is None:
        return "The setup gives steps: solve for algorithm.steps."
    if name == "regularization" and setup.value("algorithm.strong_convexity") is not None:
        return "The setup gives strong_convexity in place of regularization."
    return None
