"""The sections of a run file: frozen data whose fields say what they may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, NoReturn

from stability.conventions import Convention
from stability.datasets.sources.catalogue import SOURCES, folders
from stability.errors import SetupError
from stability.setup.fields import (
    FLAG,
    NON_NEGATIVE,
    POSITIVE,
    UNIT_OPEN,
    WORD,
    Number,
    at_least,
    check_fields,
    list_of,
    one_of,
    quantity,
)
from stability.training.networks.architecture import Architecture
from stability.training.networks.registry import architectures
from stability.training.settings import SEED

FILE = "file"
"""The name of data that a file of the user's own holds."""
KERNELS = ("gaussian", "laplace", "linear")


@dataclass(frozen=True, kw_only=True)
class DataSection:
    """Which examples are trained on.

    >>> DataSection(name="digits", size=1000).seed
    0
    """

    name: str = quantity(
        one_of(*SOURCES, FILE),
        "which data set",
        example='"digits"',
    )
    size: int = quantity(
        at_least(2),
        "m, the number of training examples",
        example="1000",
    )
    seed: int = quantity(
        SEED,
        "the seed that chooses the examples",
        default=0,
        example="0",
        shown=True,
    )
    dir: str | None = quantity(
        WORD,
        f"the folder that holds {folders()}; --data goes before it",
        default=None,
        example='"data"',
    )
    verify: bool = quantity(
        FLAG,
        "whether files in dir must be the published ones, by their SHA-256",
        default=True,
        example="true",
    )
    file: str | None = quantity(
        WORD,
        'for name = "file": an .npz file with arrays `inputs` (n, ...) and `labels` (n,)',
        default=None,
        example='"my-data.npz"',
    )
    largest: Number | None = quantity(
        POSITIVE,
        "inputs in the file lie in [0, largest] and are divided by it: 255 for bytes; "
        "logistic regression needs it, 1 for inputs in [0, 1]",
        default=None,
        example="255",
    )
    target: tuple[str, ...] | None = quantity(
        list_of(WORD, "a list of names of classes"),
        "the classes that count as 1, the others as 0; ridge models need it",
        default=None,
        example='["5", "6", "7", "8", "9"]',
    )

    def __post_init__(self) -> None:
        check_fields(self, "data")
        if (self.name == FILE) != (self.file is not None):
            raise SetupError(
                where="data.file",
                found=self.file,
                allowed='an .npz file with name = "file", and nothing with another name',
            )
        if self.largest is not None and self.name != FILE:
            raise SetupError(
                where="data.largest",
                found=self.largest,
                allowed='nothing beside a name other than "file"',
                remedy="Pixels of the data sets that have a name are scaled already.",
            )


@dataclass(frozen=True, kw_only=True)
class OwnNetworkSection(Architecture):
    """A network of the user's own, given at the command line."""

    kind: ClassVar[str] = "own"
    title: ClassVar[str] = "network of your own, given with --network FILE.py:FUNCTION"

    def module(self, shape: tuple[int, ...], classes: int) -> NoReturn:
        """Raises SetupError: the file does not say which module."""
        raise SetupError(
            where="network.kind",
            found=self.kind,
            allowed="a function that makes the network, given with --network FILE.py:FUNCTION",
        )


@dataclass(frozen=True, kw_only=True)
class ModelSection:
    """Base of the models whose deletions have exact formulas, or are refitted exactly."""

    kind: ClassVar[str] = ""
    title: ClassVar[str] = ""
    regularization: Number = quantity(
        POSITIVE,
        "lambda, the weight of the regulariser",
        example="0.1",
    )

    def __post_init__(self) -> None:
        check_fields(self, "model")


@dataclass(frozen=True, kw_only=True)
class RidgeSection(ModelSection):
    """Ridge regression on the inputs and a constant: mean square + lambda |w|^2."""

    kind: ClassVar[str] = "ridge"
    title: ClassVar[str] = "ridge regression on the inputs and a constant"


@dataclass(frozen=True, kw_only=True)
class RandomFeaturesSection(ModelSection):
    """Ridge regression on random ReLU features."""

    kind: ClassVar[str] = "random-features"
    title: ClassVar[str] = "ridge regression on random ReLU features"
    features: int = quantity(
        at_least(1),
        "the number of random ReLU features",
        example="500",
    )
    weight_deviation: Number = quantity(
        NON_NEGATIVE,
        "the standard deviation of their weights",
        default=Fraction(1),
        example="1.0",
    )
    bias_limit: Number = quantity(
        NON_NEGATIVE,
        "their biases are uniform up to this size",
        default=Fraction(1),
        example="1.0",
    )
    init_seed: int = quantity(
        SEED,
        "the seed of the features",
        default=0,
        example="0",
    )


@dataclass(frozen=True, kw_only=True)
class KernelRidgeSection(ModelSection):
    """Kernel ridge regression: mean square + lambda |f|^2."""

    kind: ClassVar[str] = "kernel-ridge"
    title: ClassVar[str] = "kernel ridge regression"
    kernel: str = quantity(
        one_of(*KERNELS),
        "gaussian exp(-|x-z|^2/(2 h^2)), laplace exp(-|x-z|_1/h) with bandwidth h, or linear x.z",
        default="gaussian",
        example='"gaussian"',
        shown=True,
    )
    bandwidth: Number = quantity(
        POSITIVE,
        "h, the width of the kernel",
        default=Fraction(1),
        example="4.0",
        shown=True,
    )


@dataclass(frozen=True, kw_only=True)
class LogisticSection(ModelSection):
    """Multinomial logistic regression: mean cross-entropy + lambda/2 |w|^2."""

    kind: ClassVar[str] = "logistic"
    title: ClassVar[str] = "multinomial logistic regression"


NETWORKS: Mapping[str, type[Architecture]] = {
    **architectures(),
    OwnNetworkSection.kind: OwnNetworkSection,
}
MODELS: Mapping[str, type[ModelSection]] = {
    kind.kind: kind
    for kind in (RidgeSection, RandomFeaturesSection, KernelRidgeSection, LogisticSection)
}


@dataclass(frozen=True, kw_only=True)
class DeletionSection:
    """What is deleted, and what deletion means. Without count and indices: every example in turn.

    Networks also get two placebos: trainings that start from changed weights and delete nothing.
    One changes them as rounding does: what a deletion does beyond it is not arithmetic. The other
    as far as a deletion pushes them in an epoch: what a deletion does beyond it is due to the
    example.
    """

    convention: str | None = quantity(
        one_of(*map(str, Convention)),
        "what deletion means; networks: null-step if not given, models: keep-1/m",
        default=None,
        example='"retrain"',
    )
    count: int | None = quantity(
        at_least(1),
        "how many examples, drawn at random, are deleted in turn",
        default=None,
        example="50",
    )
    indices: tuple[int, ...] | None = quantity(
        list_of(at_least(0), "a list of whole numbers of at least 0"),
        "the examples to delete, in place of count",
        default=None,
        example="[0, 7, 42]",
    )
    seed: int = quantity(
        SEED,
        "the seed that chooses them",
        default=0,
        example="0",
        shown=True,
    )
    placebos: int = quantity(
        at_least(0),
        "trainings of each placebo of a network",
        default=10,
        example="10",
    )

    def __post_init__(self) -> None:
        check_fields(self, "deletion")
        if self.count is not None and self.indices is not None:
            raise SetupError(
                where="deletion.count",
                found="both count and indices",
                allowed="one of count and indices, or neither: then every example is deleted",
            )
        if self.indices is not None and len(set(self.indices)) < len(self.indices):
            raise SetupError(
                where="deletion.indices",
                found="a position given twice",
                allowed="positions in the training examples, each given once",
            )


@dataclass(frozen=True, kw_only=True)
class EvaluationSection:
    """Where losses are looked at."""

    size: int | None = quantity(
        at_least(2),
        "the number of test examples; all there are if not given",
        default=None,
        example="500",
        shown=True,
    )

    def __post_init__(self) -> None:
        check_fields(self, "evaluation")


@dataclass(frozen=True, kw_only=True)
class BoundSection:
    """What the bounds are computed for."""

    delta: Number = quantity(
        UNIT_OPEN,
        "the failure probability of each bound",
        default=Fraction(1, 20),
        example="0.05",
        shown=True,
    )
    range: Number | None = quantity(
        POSITIVE,
        "losses are cut to [0, range]; log(classes) for cross-entropy, 1 for squares if not given",
        default=None,
        example="1.0",
    )

    def __post_init__(self) -> None:
        check_fields(self, "bound")
