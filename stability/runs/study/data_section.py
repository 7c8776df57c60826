"""The section [data] of a run file: which examples are trained on, and how a file is read."""

from __future__ import annotations

from dataclasses import dataclass

from stability.datasets.own.columns import Columns
from stability.datasets.own.files import FORMS
from stability.datasets.sources.catalogue import SOURCES, folders
from stability.errors import SetupError
from stability.runs.study.data_keys import BALANCED, CLASS_WEIGHTS, ColumnName, Mark, Weighting
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
OWN = (
    *("largest", "range", "range_source", "channels", "separator", "test_file"),
    *("labels", "targets", "weights", "features", "row_names"),
)
"""Keys that belong to data of the user's own."""
FILE = "file"
"""The name of data that a file of the user's own holds."""


COLUMN = ColumnName("a name, or for a table a position from 0")
MARK = Mark("one character")
SCALINGS = ("standardise", "min-max")


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
    size: Number = quantity(
        at_least(2),
        "m, the number of training examples; with test_fraction or test_file all that there are if "
        "not given",
        default=None,
        example="1000",
        shown=True,
    )
    test_fraction: Number | None = quantity(
        UNIT_OPEN,
        "the share of the examples that is drawn for testing, with seed; the others are for "
        "training",
        default=None,
        example="0.25",
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
        f'for name = "file": data of your own ({FORMS})',
        default=None,
        example='"my-data.csv"',
    )
    test_file: str | None = quantity(
        WORD,
        "the test examples in a file of the same form; without it they are the rest of `file`",
        default=None,
        example='"my-test-data.csv"',
    )
    labels: str | int | None = quantity(
        COLUMN,
        "for your own data: the column, array or .npy file of the classes",
        default=None,
        example='"species"',
    )
    targets: str | int | None = quantity(
        COLUMN,
        "the column, array or .npy file of real numbers to be predicted, in place of labels",
        default=None,
        example='"price"',
    )
    target_range: tuple[Number, ...] | None = quantity(
        list_of(NUMBER, "a list of two numbers, the lowest and the highest"),
        "where every target that there can be lies: what predicts targets predicts inside it, and "
        "the range of the loss follows from it",
        default=None,
        example="[0, 500]",
    )
    features: tuple[str | int, ...] | None = quantity(
        list_of(COLUMN, "a list of names of columns, or of their positions from 0"),
        "the columns of a table that are inputs, in this order; all others if not given",
        default=None,
        example='["width", "height"]',
    )
    weights: str | int | None = quantity(
        COLUMN,
        "the column, array or .npy file of the weights that training gives the losses of examples",
        default=None,
        example='"weight"',
    )
    class_weights: Weighting | None = quantity(
        CLASS_WEIGHTS,
        'the weights that training gives the losses of classes, 1 for those not named; "balanced": '
        "m over classes times examples of the class, again without each deleted example",
        default=None,
        example="{ spam = 10.0 }",
    )
    scaling: str | None = quantity(
        one_of(*SCALINGS),
        "what is done to the inputs first, fitted to the training examples; estimators of "
        "scikit-learn say it in [model]",
        default=None,
        example='"standardise"',
    )
    refit_scaling: bool | None = quantity(
        FLAG,
        "whether the scaling is fitted again without the deleted example: true for networks that "
        "are retrained if not given; otherwise it is fixed beforehand",
        default=None,
        example="true",
    )
    row_names: str | int | None = quantity(
        COLUMN,
        "the column, array or .npy file that names the examples",
        default=None,
        example='"id"',
    )
    separator: str | None = quantity(
        MARK,
        "what stands between the values of a CSV file, a comma if not given",
        default=None,
        example='";"',
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
        self._check_parts()
        if (self.name == FILE) != (self.file is not None):
            raise SetupError(
                where="data.file",
                found=self.file,
                allowed=f'a file or folder ({FORMS}) with name = "file", and nothing with another '
                "name",
            )
        for key in OWN:
            if getattr(self, key) is not None and self.name != FILE:
                raise SetupError(
                    where=f"data.{key}",
                    found=getattr(self, key),
                    allowed='nothing beside a name other than "file"',
                    remedy="Data sets that have a name say it themselves: pixels are in [0, 1].",
                )
        if self.labels is not None and self.targets is not None:
            raise SetupError(
                where="data.targets",
                found=f"{self.targets!r} beside labels = {self.labels!r}",
                allowed="one of labels (classes) and targets (real numbers)",
            )
        self._check_range()

    def _check_parts(self) -> None:
        if self.size is None and self.test_fraction is None and self.test_file is None:
            raise SetupError(
                where="data.size",
                found="nothing (it is required)",
                allowed="a whole number of at least 2, or test_fraction or test_file in its place",
                remedy="It is m, the number of training examples.",
            )
        if self.test_fraction is not None and self.test_file is not None:
            raise SetupError(
                where="data.test_fraction",
                found=f"{float(self.test_fraction):g} beside test_file",
                allowed="one of test_fraction and test_file",
            )
        if self.weights is not None and self.class_weights is not None:
            raise SetupError(
                where="data.class_weights",
                found="both weights and class_weights",
                allowed="one of them",
            )
        if self.refit_scaling is not None and self.scaling is None:
            raise SetupError(
                where="data.refit_scaling",
                found=self.refit_scaling,
                allowed="nothing without scaling = ...",
            )

    @property
    def weighted(self) -> bool:
        """Whether training weights the losses of examples."""
        return self.weights is not None or self.class_weights is not None

    @property
    def balanced(self) -> bool:
        """Whether the weights balance the classes, so that each deletion changes all of them."""
        return self.class_weights == BALANCED

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
        for key in ("range", "target_range"):
            ends = getattr(self, key)
            if ends is not None and (len(ends) != 2 or ends[0] >= ends[1]):
                raise SetupError(
                    where=f"data.{key}",
                    found="[" + ", ".join(f"{float(end):g}" for end in ends) + "]",
                    allowed="two numbers, the lowest and the highest",
                )

    @property
    def columns(self) -> Columns:
        """What the columns, arrays or files of the user's own data are."""
        return Columns(
            labels=self.labels,
            targets=self.targets,
            weights=self.weights,
            row_names=self.row_names,
            features=self.features,
        )
