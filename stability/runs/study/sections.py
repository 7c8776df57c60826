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
    Allowed,
    Number,
    at_least,
    check_fields,
    list_of,
    one_of,
    quantity,
)
from stability.training.settings import SEED

NUMBER = Allowed("a number")
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
        "inputs in the file lie in [0, largest] and are divided by it: 255 for bytes",
        default=None,
        example="255",
    )
    range: tuple[Number, ...] | None = quantity(
        list_of(NUMBER, "a list of two numbers, the lowest and the highest"),
        "where every input that there can be lies, before it is divided, not only those in the "
        "file: proved bounds rest on it; bytes need none",
        default=None,
        example="[0, 255]",
    )
    range_source: str | None = quantity(
        WORD,
        "who says so, in your words: outputs repeat it",
        default=None,
        example='"the data sheet of the camera"',
    )
    channels: str | None = quantity(
        one_of("first", "last"),
        "where images in the file have their channels: (n, channels, height, width) or (n, height, "
        "width, channels)",
        default=None,
        example='"last"',
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
        for key in ("largest", "range", "range_source", "channels"):
            if getattr(self, key) is not None and self.name != FILE:
                raise SetupError(
                    where=f"data.{key}",
                    found=getattr(self, key),
                    allowed='nothing beside a name other than "file"',
                    remedy="Pixels of the data sets that have a name are in [0, 1].",
                )
        self._check_range()

    def _check_range(self) -> None:
        if (self.range is None) != (self.range_source is None):
            missing = "range_source" if self.range_source is None else "range"
            raise SetupError(
                where=f"data.{missing}",
                found="nothing",
                allowed="both range and range_source, or neither",
                remedy="A range that only the sample shows is none: leave both out, and what would "
                "rest on it is an estimate.",
            )
        if self.range is not None and (len(self.range) != 2 or self.range[0] >= self.range[1]):
            raise SetupError(
                where="data.range",
                found="[" + ", ".join(f"{float(end):g}" for end in self.range) + "]",
                allowed="two numbers, the lowest and the highest",
            )


@dataclass(frozen=True, kw_only=True)
class DeletionSection:
    """What is deleted, and what deletion means. Without count, indices, rows: every one in turn.

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
        "the examples to delete, by their positions in the training examples, in place of count",
        default=None,
        example="[0, 7, 42]",
    )
    rows: tuple[int, ...] | None = quantity(
        list_of(at_least(0), "a list of whole numbers of at least 0"),
        "the examples to delete, by their rows in the file or published part, in place of count",
        default=None,
        example="[12, 345]",
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
        ways = [k for k in ("count", "indices", "rows") if getattr(self, k) is not None]
        if len(ways) > 1:
            raise SetupError(
                where=f"deletion.{ways[0]}",
                found=f"both {' and '.join(ways)}",
                allowed="one of count, indices and rows, or none: then every example is deleted",
            )
        for key, what in (("indices", "position"), ("rows", "row")):
            chosen = getattr(self, key)
            if chosen is not None and len(set(chosen)) < len(chosen):
                raise SetupError(
                    where=f"deletion.{key}",
                    found=f"a {what} given twice",
                    allowed=f"{what}s of training examples, each given once",
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
class ElasticitySection:
    """Among which points `stability elasticity` looks; `estimate` does not read it."""

    examples: int = quantity(
        at_least(4),
        "for `stability elasticity`: the number of test examples among which it is looked at",
        default=200,
        example="200",
        shown=True,
    )
    seed: int = quantity(
        SEED,
        "the seed that chooses them and starts the clustering",
        default=0,
        example="0",
    )

    def __post_init__(self) -> None:
        check_fields(self, "elasticity")


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
