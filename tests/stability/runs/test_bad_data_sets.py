"""Ten data sets that cannot be measured, and what a person is told of each: the whole message.

By the command line and, where the same can be given there, by `measure` in Python.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.linear_model import LogisticRegression, Ridge
from typer.testing import CliRunner

from stability import measure
from stability.cli.app import app
from stability.errors import DataError, RunError, SetupError
from stability.runs import parse_run_file
from stability.runs.run import Settings, run_study

X = np.random.default_rng(0).normal(size=(12, 2)).round(2)
KIND = np.array(["fern", "moss"] * 6)
TABLE = pd.DataFrame(X, columns=["width", "height"]).assign(
    kind=KIND, price=np.arange(12.0), note="tall"
)
HOLES = TABLE.assign(height=TABLE["height"].mask(TABLE.index.isin([3, 7])))
FAR = X.copy()
FAR[5, 1] = np.inf


@dataclass(frozen=True)
class Bad:
    """How the data are stored, what [data] says, what is told (FOLDER is where the files are).

    `given`: what `measure` gets, and `said` what it tells, where the same can be given there.
    """

    store: Callable[[Path], object]
    data: str
    told: str
    given: tuple[Any, ...] = ()
    said: str = ""
    numbers: bool = False


def csv(table: pd.DataFrame, separator: str = ",") -> Callable[[Path], object]:
    return lambda folder: table.to_csv(folder / "t.csv", sep=separator, index=False)


def pictures(folder: Path) -> None:
    for k, kind in enumerate(KIND):
        (folder / "pictures" / kind).mkdir(parents=True, exist_ok=True)
        size = (3, 4) if k == 4 else (3, 3)
        picture = Image.fromarray(np.zeros(size, dtype=np.uint8))
        picture.save(folder / "pictures" / kind / f"{k:02d}.png")


CSV = 'file = "t.csv"\nlabels = "kind"\nfeatures = ["width", "height"]\ntest_fraction = 0.25'
MISSING = (
    "found missing entries in 2 of 12 rows: 3, 7; allowed: a value in every row (rows are counted "
    "from 0, without the head). Remove these rows or fill them in, before the data are read."
)
TEXT = (
    "found that fitting it to everything fails: could not convert string to float: 'tall'; "
    "allowed: an estimator and parameters that fit to these data. The column 'note' holds 'tall' "
    "in row 9: an estimator of numbers needs a pipeline that encodes such columns, such as "
    "OneHotEncoder with handle_unknown='ignore' in a ColumnTransformer, or the column left out."
)
INFINITE = (
    "row 5, column 1: found the value inf (1 of 12 rows have such values: 5); allowed: finite "
    "numbers. Remove the rows with missing or infinite values, or fill them in."
)
FEWER = (
    "found 11 labels for 12 inputs; allowed: one label for each input. Check that both come from "
    "the same part of the data."
)
OUTSIDE = (
    "row 11: found the target 11 (1 of {} outside); allowed: numbers in [0, 10], as target_range "
    "declares."
)
WEIGHT = (
    "row 9: found the weight 0; allowed: finite numbers above 0. Remove the rows of weight 0: "
    "nothing is learned from them."
)
BAD = {
    "missing numbers": Bad(
        csv(HOLES),
        CSV,
        f"FOLDER/t.csv, column 'height': {MISSING}",
        (HOLES[["width", "height"]], KIND),
        f"data, column 'height': {MISSING}",
    ),
    "missing labels": Bad(
        csv(TABLE.assign(kind=TABLE["kind"].mask(HOLES["height"].isna()))),
        CSV,
        f"FOLDER/t.csv, column 'kind': {MISSING}",
        (X, TABLE["kind"].mask(HOLES["height"].isna())),
        "data.labels: found missing labels in 2 of 12 rows: 3, 7; allowed: labels (n,), one for "
        "each example: whole numbers, truth values or texts. Remove these rows.",
    ),
    "a text among the inputs": Bad(
        csv(TABLE),
        CSV.replace("features", "#"),
        f"FOLDER/run.toml: model.estimator: {TEXT}",
        (TABLE.drop(columns="kind"), KIND),
        f"model: {TEXT}",
    ),
    "a column that is misspelt": Bad(
        csv(TABLE),
        CSV.replace('"kind"', '"knid"'),
        "FOLDER/t.csv, labels: found no column 'knid'; there are the columns 'width', 'height', "
        "'kind', 'price', 'note'; allowed: the name of a column, or its position from 0 to 4. Did "
        "you mean 'kind'?",
    ),
    "semicolons": Bad(
        csv(TABLE, ";"),
        CSV,
        "FOLDER/t.csv, line 1: found values with semicolons between them; allowed: values with ',' "
        'between them. Say separator = ";".',
    ),
    "a target outside its range": Bad(
        csv(TABLE),
        CSV.replace('labels = "kind"', 'targets = "price"\ntarget_range = [0, 10]'),
        f"FOLDER/t.csv, targets, {OUTSIDE.format(9)}",
        (X, TABLE["price"]),
        f"data.targets, {OUTSIDE.format(9)}",
        numbers=True,
    ),
    "one class": Bad(
        csv(TABLE.assign(kind="fern")),
        CSV,
        "FOLDER/t.csv, labels: found one class only, 'fern', among 12 labels; allowed: labels of "
        "two classes at least. Check which column or array holds the labels.",
        (X, ["fern"] * 12),
        "data.labels: found one class only, 'fern', among 9 labels; allowed: labels of two classes "
        "at least. Check which column or array holds the labels.",
    ),
    "an infinite number in an array": Bad(
        lambda folder: np.savez(folder / "t.npz", X=FAR, y=KIND),
        'file = "t.npz"\ntest_fraction = 0.25',
        f"FOLDER/t.npz, inputs, {INFINITE}",
        (FAR, KIND),
        f"data.inputs, {INFINITE}",
    ),
    "a label less than inputs": Bad(
        lambda folder: (np.save(folder / "x.npy", X), np.save(folder / "y.npy", KIND[:11])),
        'file = "x.npy"\nlabels = "y.npy"\ntest_fraction = 0.25',
        f"FOLDER/x.npy, labels: {FEWER}",
        (X, KIND[:11]),
        f"data.labels: {FEWER}",
    ),
    "a picture of another size": Bad(
        pictures,
        'file = "pictures"\ntest_fraction = 0.25',
        "FOLDER/pictures/fern/04.png: found a grey picture of 4 x 3 pixels; allowed: a grey "
        "picture of 3 x 3 pixels, as 00.png is: one size and one kind for all. Bring all pictures "
        "to one size, with Pillow: picture.resize((width, height)).",
    ),
}
MORE = {
    "a text to be predicted as a number": (
        Ridge(), (X, KIND), {},
        "y of the data: found texts, such as 'fern'; allowed: numbers, which this model predicts. "
        "For classes take a classifier.",
    ),
    "y that does not fit": (
        LogisticRegression(), (TABLE[["width"]], KIND[:11]), {},
        "y of the data: found an array of shape (11,) for 12 rows of X; allowed: one value for "
        "each row of X. Check that both come from the same part of the data.",
    ),
    "test points of other columns": (
        LogisticRegression(), (X, KIND), {"test": (X[:, :1], KIND)},
        "test: found shape (1,); allowed: shape (2,), as in X. Both have the same columns in the "
        "same order, or arrays of the same shape.",
    ),
    "test columns in another order": (
        LogisticRegression(),
        (TABLE[["width", "height"]], KIND),
        {"test": (TABLE[["height", "width"]], KIND)},
        "test: found features ('height', 'width'); allowed: features ('width', 'height'), as in X. "
        "Both have the same columns in the same order, or arrays of the same shape.",
    ),
    "a weight of 0": (
        LogisticRegression(), (X, KIND), {"weights": [1] * 9 + [0] * 3},
        f"data.weights, {WEIGHT}",
    ),
    "a range that nothing says": (
        Ridge(), (X, TABLE["price"]), {"target_range": None},
        "loss_range: found nothing, for a loss without a largest value; allowed: a number: losses "
        "above it are cut to it. Choose one that few losses reach, or say target_range, between "
        "which targets lie.",
    ),
    "missing entries among whole numbers": (
        LogisticRegression(), (X, pd.Series([0, 1, None] * 4, dtype="Int64")), {},
        "data.labels: found missing labels in 4 of 12 rows: 2, 5, 8, 11; allowed: labels (n,), one "
        "for each example: whole numbers, truth values or texts. Remove these rows.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_the_command_tells(name: str, tmp_path: Path) -> None:
    bad = BAD[name]
    bad.store(tmp_path)
    kind = "Ridge" if bad.numbers else "LogisticRegression"
    run = tmp_path / "run.toml"
    run.write_text(
        f'[data]\nname = "file"\n{bad.data}\n[model]\nkind = "sklearn"\n'
        f'estimator = "sklearn.linear_model.{kind}"\n'
    )
    result = CliRunner().invoke(app, ["estimate", str(run), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2 and result.stdout == ""
    assert result.stderr.replace(str(tmp_path), "FOLDER") == f"error: {bad.told}\n"


@pytest.mark.parametrize("name", [name for name, bad in BAD.items() if bad.given])
def test_what_measure_tells(name: str) -> None:
    bad = BAD[name]
    model = Ridge() if bad.numbers else LogisticRegression()
    ends = (0, 10) if bad.numbers else None
    with pytest.raises((DataError, SetupError)) as caught:
        measure(model, *bad.given, target_range=ends, progress=False)
    assert str(caught.value) == bad.said


@pytest.mark.parametrize("name", MORE)
def test_what_only_python_can_be_given(name: str) -> None:
    model, given, how, said = MORE[name]
    with pytest.raises((DataError, SetupError)) as caught:
        measure(model, *given, progress=False, **how)
    assert str(caught.value) == said


def test_files_of_one_name_are_not_mixed_up(tmp_path: Path) -> None:
    """The target outside stands in the test file: the other one is not blamed."""
    (tmp_path / "new").mkdir()
    columns = ["width", "height", "price"]
    TABLE[columns][:8].to_csv(tmp_path / "t.csv", index=False)
    TABLE[columns].to_csv(tmp_path / "new" / "t.csv", index=False)
    with pytest.raises(DataError, match=r"^t.targets, row 11: found the target 11"):
        run_study(
            parse_run_file(
                'data = { name = "file", file = "t.csv", test_file = "new/t.csv", targets = "pri'
                'ce", target_range = [0, 10] }\nmodel = { kind = "ridge", regularization = 1 }'
            ),
            tmp_path / "out",
            lambda *_: None,
            Settings(file=tmp_path / "run.toml"),
        )


def test_a_run_of_another_range_is_not_gone_on_with(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("stability.runs.run.write_page", lambda *_: None)
    how = {"deletions": [0, 2], "progress": False, "out": tmp_path}
    measure(Ridge(), X, TABLE["price"], target_range=(0, 20), **how)
    with pytest.raises(RunError, match=r"target_range"):
        measure(Ridge(), X, TABLE["price"], target_range=(0, 30), resume=True, **how)


@pytest.mark.parametrize("kind", [object, "str", "string", "category"])
def test_columns_of_texts_are_labels_beside_arrays(kind, monkeypatch) -> None:
    """Pandas gives texts as objects: they are the labels that a list of texts is."""
    monkeypatch.setattr("stability.runs.run.write_page", lambda *_: None)
    found, other = (
        measure(LogisticRegression(), X, y, deletions=[0, 2], progress=False).findings
        for y in (pd.Series(KIND).astype(kind), KIND.tolist())
    )
    assert found.constants == other.constants
    assert found.classes.classes == other.classes.classes == ("fern", "moss")
