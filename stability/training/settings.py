"""How a network is trained, apart from the network: the fields that recipes and run files share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from stability.errors import SetupError
from stability.setup.fields import (
    FLAG,
    NON_NEGATIVE,
    POSITIVE,
    SHARE,
    Allowed,
    at_least,
    check_fields,
    one_of,
    quantity,
)
from stability.training.loss_function import LossFunction
from stability.training.losses import NAMES

if TYPE_CHECKING:
    Real = Any
else:
    Real = float
"""The type of a declared field: a caller may write any `Exact`, what is stored is a float."""

SEED = at_least(0)


class LossChoice(Allowed):
    """A loss by its name, a function, or FILE.py:FUNCTION as run files name one."""

    def convert(self, value: Any) -> Any:
        """The name or function as it is; ValueError for anything else."""
        if callable(value) or value in NAMES or (isinstance(value, str) and ".py:" in value):
            return value
        raise ValueError("not a loss")

    def read(self, where: str, value: Any) -> Any:
        """What a file says."""
        return value


LOSS = LossChoice("one of " + ", ".join(map(repr, NAMES)) + ", or FILE.py:FUNCTION")


@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """How steps are made, how many, and in what order: the section [training] of a run file.

    The order of the examples comes from `order_seed` alone. Every epoch visits a fresh random order
    in batches of `batch_size`; a short last batch is used and its mean is over its own size.
    `optimiser` "sgd": v <- momentum v + g, w <- w - step_size v; "adam": Kingma and Ba (2015)
    with 0.9, 0.999 and 1e-8. Here g is the mean gradient over the batch + weight_decay w, the
    decay acting on every parameter, biases included: objective + (weight_decay / 2) |w|^2.
    "adamw" (Loshchilov and Hutter 2019): the decay is no part of g, w <- (1 - step_size
    weight_decay) w before the step of Adam. With `clip_norm` C the mean gradient of the batch, all
    parameters together and without the decay, is first multiplied by min(1, C / (its norm + 1e-6)),
    as `torch.nn.utils.clip_grad_norm_` does.
    `loss`: "cross-entropy" in nats, or "squared", |f - e_y|^2 with e_y = 1 at the class, else 0;
    for two classes also "binary-cross-entropy" and "binary-squared" of a network with one output;
    for real targets y and a network with one output "squared", (f - y)^2, and "absolute", |f - y|;
    or a function of torch from outputs (n, K) and classes or targets (n,) to losses (n,).
    `schedule`: what `step_size` is multiplied with at step t = 0, 1, ... of T: "constant" 1;
    "cosine" (1 + cos(pi t / T)) / 2; "step" `decay_factor`, once every `decay_every` epochs.
    With `warm_up` W the first W steps are multiplied by (t + 1) / W in its place; the cosine then
    goes over the T - W steps after them, and drops are counted from the first step as ever.
    Modules with dropout need a `dropout_seed`: the masks of step t follow from it and t alone.

    Numbers are stored as floats. Raises SetupError that names the field.

    >>> TrainingSettings(step_size="0.1", epochs=2, batch_size=50).steps(120)
    6
    """

    place: ClassVar[str] = "training"

    optimiser: str = quantity(
        one_of("sgd", "adam", "adamw"), "how steps are made", default="sgd", example='"sgd"'
    )
    step_size: Real = quantity(POSITIVE, "the step size", example="0.1")
    epochs: int = quantity(at_least(1), "the number of passes over the examples", example="5")
    batch_size: int = quantity(at_least(1), "the number of examples per step", example="20")
    order_seed: int = quantity(
        SEED, "the seed of the order of the examples", default=0, example="0"
    )
    momentum: Real = quantity(SHARE, "the momentum of sgd", default=0.0, example="0.9")
    weight_decay: Real = quantity(
        NON_NEGATIVE,
        "the weight of |w|^2/2, which is added to the objective; for adamw the decay of weights "
        "beside the step",
        default=0.0,
        example="0.0",
    )
    loss: str | LossFunction = quantity(
        LOSS,
        "what is minimised: FILE.py:FUNCTION gives losses (n,) for outputs (n, K) and truth (n,)",
        default="cross-entropy",
        example='"cross-entropy"',
    )
    schedule: str = quantity(
        one_of("constant", "cosine", "step"),
        "what multiplies the step size over time",
        default="constant",
        example='"constant"',
    )
    decay_every: int = quantity(
        at_least(1), 'the epochs between two drops, for schedule = "step"', default=10, example="10"
    )
    decay_factor: Real = quantity(
        POSITIVE, 'the factor of each drop, for schedule = "step"', default=0.1, example="0.1"
    )
    warm_up: int | None = quantity(
        at_least(1),
        "the number of steps over which the step size rises to step_size",
        default=None,
        example="100",
    )
    clip_norm: Real | None = quantity(
        POSITIVE,
        "the norm to which the gradient of a batch, all parameters together, is cut",
        default=None,
        example="1.0",
    )
    together: bool | None = quantity(
        FLAG,
        "false: trainings are made one after the other, with every bit of a plain loop; otherwise "
        "many at once, which is faster and differs by rounding",
        default=None,
        example="false",
    )
    dropout_seed: int | None = quantity(
        SEED,
        "the seed of dropout masks; needed by networks with dropout",
        default=None,
        example="0",
    )
    dtype: str = quantity(
        one_of("float64", "float32"), "the precision", default="float64", example='"float64"'
    )
    device: str = quantity(
        one_of("cpu", "cuda"), "where it is trained", default="cpu", example='"cpu"'
    )

    def __post_init__(self) -> None:
        check_fields(self, self.place, floats=True)
        if self.optimiser != "sgd" and self.momentum:
            raise SetupError(
                where=f"{self.place}.momentum",
                found=self.momentum,
                allowed="0 for Adam, which has its own averages",
                remedy="Leave it out, or use optimiser = 'sgd'.",
            )

    def steps(self, sample_size: int) -> int:
        """The number of steps on `sample_size` examples."""
        return self.epochs * self.steps_per_epoch(sample_size)

    def steps_per_epoch(self, sample_size: int) -> int:
        """The number of batches that hold `sample_size` examples."""
        return math.ceil(sample_size / self.batch_size)

    def step_size_at(self, step: int, sample_size: int) -> float:
        """The step size of step 0, 1, ... on `sample_size` examples.

        >>> cosine = TrainingSettings(step_size=0.2, epochs=4, batch_size=5, schedule="cosine")
        >>> [round(cosine.step_size_at(t, 10), 3) for t in (0, 4)]
        [0.2, 0.1]
        """
        factor, first = 1.0, self.warm_up or 0
        if step < first:
            factor = (step + 1) / first
        elif self.schedule == "cosine":
            total = self.steps(sample_size) - first
            factor = (1.0 + math.cos(math.pi * (step - first) / total)) / 2.0
        elif self.schedule == "step":
            epoch = step // self.steps_per_epoch(sample_size)
            factor = self.decay_factor ** (epoch // self.decay_every)
        return self.step_size * factor

    @property
    def plain(self) -> bool:
        """Whether steps are those of stochastic gradient descent, which theorems speak of."""
        adaptive = self.optimiser != "sgd" or self.momentum or self.clip_norm is not None
        return not adaptive and self.schedule == "constant" and self.warm_up is None
