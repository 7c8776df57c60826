"""What is known of the run beside its loss."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from stability.setup.fields import (
    FLAG,
    NON_NEGATIVE,
    POSITIVE,
    Number,
    at_least,
    check_fields,
    list_of,
    quantity,
)
from stability.setup.measured import MEASURED, check_measured
from stability.setup.told import ToldSection

OF_THIS_RUN = ("sample", "loss", "algorithm")


@dataclass(frozen=True, kw_only=True)
class Training(ToldSection):
    """Quantities of the run that some theorems need, and whether they were measured.

    `expected_risks`: E F_S(w_1), ..., one per step: the training risk before each step, in the loss
    that is trained on and not cut, in expectation over sample and algorithm. An optional last
    entry, one more than there are steps, is the training risk of the output in the loss that is
    evaluated. `erm_error`: how far the training risk of the output may be above the least one in a
    class of models, in expectation; excess risks compare with the best model of that class.
    `measured` has to be said if one of them is given: true if it comes from runs, and what follows
    is an estimate; false if they are upper bounds that are known without a run.

    Both belong to this setup: another size, loss or algorithm has none. (`erm_error = 0` that is
    known says that the algorithm minimises, and stays.)

    `noise`: the standard deviation of Gaussian noise that is added to each trained weight, for
    bounds on predictors with such noise; `noise_levels`: how many levels were fixed beforehand,
    where the data chose among them (default 1); `noise_offset`: how far the centre of the noise may
    be from the trained weights, as a solver that stops early leaves it (default 0). These three say
    what is done and stay where the sample size changes.

    >>> Training(erm_error="0.01", measured=False).erm_error
    Fraction(1, 100)
    """

    expected_risks: tuple[Fraction, ...] | None = quantity(
        list_of(NON_NEGATIVE, "a list of numbers of at least 0, one per step"),
        "E F_S(w_1), E F_S(w_2), ...: the training risk before each step, in the loss that is "
        "trained on, not cut, in expectation over sample and algorithm; one more, if given, is "
        "that of the output in the loss that is evaluated",
        default=None,
        example="[0.69, 0.52, 0.44]",
        measurable=True,
        belongs_to=OF_THIS_RUN,
    )
    erm_error: Number | None = quantity(
        NON_NEGATIVE,
        "the excess of the training risk of the output over the least one in a class of models, in "
        "expectation over sample and algorithm",
        default=None,
        example="0.01",
        symbol="erm_error",
        measurable=True,
        belongs_to=OF_THIS_RUN,
    )
    noise: Number | None = quantity(
        POSITIVE,
        "the standard deviation of the Gaussian noise on each trained weight, fixed before the "
        "data are seen",
        default=None,
        example="0.5",
        symbol="noise",
    )
    noise_levels: int | None = quantity(
        at_least(1),
        "the number of levels of noise among which the data may choose: 1 if there is no choice",
        default=None,
        example="9",
        symbol="noise_levels",
    )
    noise_offset: Number | None = quantity(
        NON_NEGATIVE,
        "how far the centre of the noise may be from the weights that the algorithm trains",
        default=None,
        example="0.001",
        symbol="offset",
    )
    measured: bool | None = quantity(FLAG, MEASURED, default=None, example="true")

    def __post_init__(self) -> None:
        check_fields(self, "training")
        check_measured("training", self)
