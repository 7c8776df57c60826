"""The sections of a run file: frozen data whose fields say what they may hold."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from stability.conventions import Convention
from stability.datasets.sources.catalogue import SOURCES, folders
from stability.errors import SetupError
from stability.setup.fields import (
    FLAG,
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
from stability.training.settings import SEED

FILE = "file"
"""The name of data that a file of the user's own holds."""


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
