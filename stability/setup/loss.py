"""What is known of the loss."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from stability.errors import SetupError
from stability.setup.contradictions import MEANS_OF_SLOPES, check_order
from stability.setup.fields import FLAG, POSITIVE, SHARE, Number, check_fields, quantity
from stability.setup.told import ToldSection


@dataclass(frozen=True, kw_only=True)
class Loss(ToldSection):
    """What is known of the loss l(w, z). Fields left at None are not known.

    `range`: the losses that are evaluated, of trained hypotheses, lie in [0, range]; left out, it
    follows from the algorithm where that says it (`base_range`), and is not known elsewhere.
    The other fields speak of the loss that is trained on, without weight decay, and serve the one
    that is evaluated as well: where that is another one, they hold for both. A regulariser other
    than `algorithm.weight_decay` counts as part of the loss.

    `lipschitz`: the supremum over z of L(z), the Lipschitz constant of l(., z) in the weights, on a
    convex set that holds all iterates (with `algorithm.radius`, the ball). `mean_lipschitz` is
    E L(z), `rms_lipschitz` is sqrt(E L(z)^2), `fourth_moment_lipschitz` is E L(z)^4; one that is
    not given follows from the others, as E L^2 <= sup L E L and E L^4 <= (sup L)^2 E L^2.
    `smoothness`: the gradients are that Lipschitz, for all weights. `convex`, `nonnegative`: for
    all weights as well, also those that training never reaches. `measured_failure`: if means (also
    `algorithm.mean_sqrt_kernel`) are upper confidence bounds from data, the probability that one of
    them is too small, their charges added up; it becomes part of every total failure probability
    that uses them, once for all of them, and what follows is then `certified`, not `proved`.

    Raises SetupError for values that are not allowed, or if not mean <= rms <= supremum.

    >>> Loss(range=1, lipschitz=1, mean_lipschitz="0.5").mean_lipschitz
    Fraction(1, 2)
    """

    range: Number | None = quantity(
        POSITIVE,
        "M: the losses that are evaluated, of trained hypotheses (also of those trained without an "
        "example), lie in [0, M] on every example",
        default=None,
        example="1.0",
        shown=True,
        symbol="M",
    )
    lipschitz: Number | None = quantity(
        POSITIVE,
        "L, the supremum over z of L(z), the Lipschitz constant of l(w, z) in the weights w (for "
        "bagging and subbagging: in the prediction), where iterates go; of the loss that is "
        "trained on, without weight decay, and of the one that is evaluated, the larger of both",
        default=None,
        example="1.0",
        shown=True,
        symbol="L",
    )
    mean_lipschitz: Number | None = quantity(
        POSITIVE,
        "E L(z), the mean over the population, or an upper bound on it; not that over a sample",
        default=None,
        example="0.5",
        shown=True,
    )
    rms_lipschitz: Number | None = quantity(
        POSITIVE, "sqrt(E L(z)^2), over the population as well", default=None, example="0.6"
    )
    fourth_moment_lipschitz: Number | None = quantity(
        POSITIVE,
        "E L(z)^4, over the population as well: a mean of fourth powers, no root taken",
        default=None,
        example="0.2",
    )
    smoothness: Number | None = quantity(
        POSITIVE,
        "gamma: the gradients of l(w, z) in the weights w are gamma-Lipschitz, for all weights; of "
        "the loss alone: what algorithm.weight_decay adds to it is added here by itself",
        default=None,
        example="0.25",
        shown=True,
        symbol="gamma",
    )
    convex: bool | None = quantity(
        FLAG,
        "whether the loss that is trained on, l(., z), is convex in the weights for every z",
        default=None,
        example="true",
        shown=True,
    )
    nonnegative: bool | None = quantity(
        FLAG,
        "whether l(w, z) >= 0 for every z and all weights w, also those never reached, of the "
        "loss that is trained on and of the one that is evaluated",
        default=None,
        example="true",
    )
    measured_failure: Number = quantity(
        SHARE,
        "the probability that a mean (mean_lipschitz, rms_lipschitz, fourth_moment_lipschitz, "
        "algorithm.mean_sqrt_kernel) was measured too small, of all of them together; 0 says that "
        "they are known, not measured",
        default=Fraction(0),
        example="0.0",
    )

    def __post_init__(self) -> None:
        check_fields(self, "loss")
        check_order("loss", self)
        means = [name for name in MEANS_OF_SLOPES if getattr(self, name) is not None]
        if means and self.lipschitz is None:
            raise SetupError(
                where="loss.lipschitz",
                found="nothing, beside " + means[0],
                allowed="a number of at least " + means[0],
                remedy="A mean says nothing without the supremum: theorems need it too.",
            )
