"""The section [data] of a run file: which examples are trained on, and how a file is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stability.datasets.own.columns import Columns
from stability.datasets.own.files import FORMS
from stability.datasets.sources.catalogue import SOURCES, folders
from stability.errors import SetupError
from stability.setup.fields import (
    FLAG,
    POSITIVE,
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
    *("labels", "targets", "features", "row_names"),
)
"""Keys that belong to data of the user's own."""
FILE = "file"
"""The name of data that a file of the user's own holds."""


class ColumnName(Allowed):
    """A column by its name, or by its position from 0."""

    def convert(self, value: Any) -> str | int:
        """The name or position as it is; ValueError for anything else."""
        whole = isinstance(value, int) and not isinstance(value, bool)
        if whole or (isinstance(value, str) and value.strip()):
            return value
        raise ValueError("neither a name nor a position")

    def read(self, where: str, value: Any) -> Any:
        """What a file says: a text or a whole number."""
        return value


class Mark(Allowed):
    """One character, which may be a blank or a tab."""

    def convert(self, value: Any) -> str:
        """The character as it is; ValueError for anything else."""
        if isinstance(value, str) and len(value) == 1 and value not in '"\r\n':
            return value
        raise ValueError("not one character")

    def read(self, where: str, value: Any) -> Any:
        """What a file says."""
        return value


COLUMN = ColumnName("a name, or for a table a position from 0")
MARK = Mark("one character")


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
            row_names=self.row_names,
            features=self.features,
        )
