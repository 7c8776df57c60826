"""Tables with columns of texts: estimators are fitted on frames, as a plain loop of refits does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from stability import measure
from stability.errors import DataError, SetupError
from stability.estimate.retraining.placebo import placebo_seeds
from stability.runs.data import source_of
from stability.runs.file.read import parse_run_file
from stability.runs.run import Settings, run_study
from stability.runs.summary import record
from stability.runs.tables import placebo_rows

NUMBERS = np.random.default_rng(2)
HOMES = pd.DataFrame(
    {
        "size": NUMBERS.integers(20, 120, 48),
        "city": np.array(["Basel", "Bern", "Chur"])[NUMBERS.integers(0, 3, 48)],
        "heat": np.array(["oil", "gas"])[NUMBERS.integers(0, 2, 48)],
        "lift": NUMBERS.integers(0, 2, 48).astype(bool),
    }
)
RENT = (12.0 * HOMES["size"] + 90.0 * (HOMES["city"] == "Bern") + NUMBERS.normal(0, 50, 48)).round()
RENT = RENT.rename("rent")
DELETED = (0, 3, 11)
HOW = {"target_range": (0, 3000), "loss": "absolute", "deletions": DELETED, "progress": False}
MODEL = """
from sklearn.compose import make_column_transformer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

def make():
    encode = OneHotEncoder(handle_unknown="ignore"), ["city", "heat"]
    return make_pipeline(
        make_column_transformer(encode, (StandardScaler(), ["size", "lift"])), Ridge(1.0)
    )
"""
RUN = """
[data]
name = "file"
file = "{file}"
targets = "rent"
target_range = [0, 3000]
test_fraction = 0.25
{more}
[model]
kind = "sklearn"
estimator = "model.py:make"
loss = "absolute"
[deletion]
indices = [0, 3, 11]
"""


@pytest.fixture(autouse=True)
def without_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are tested elsewhere."""
    monkeypatch.setattr("stability.runs.run.write_page", lambda *_: None)


def pipeline():
    encode = OneHotEncoder(handle_unknown="ignore"), ["city", "heat"]
    return make_pipeline(
        make_column_transformer(encode, (StandardScaler(), ["size", "lift"])), Ridge(1.0)
    )


def plain_means(train: pd.DataFrame, test: pd.DataFrame, rent: pd.Series) -> list[float]:
    """m times the mean change of the losses by each deletion, by a loop of refits on frames."""

    def losses(kept: pd.DataFrame) -> np.ndarray:
        model = pipeline().fit(kept, rent[kept.index].to_numpy())
        return np.abs(model.predict(test) - rent[test.index].to_numpy())

    base = losses(train)
    moved = [losses(train.drop(index=train.index[k])) - base for k in DELETED]
    return [len(train) * float(np.abs(change).mean()) for change in moved]


def run(tmp_path: Path, text: str) -> list[float]:
    tmp_path.joinpath("model.py").write_text(MODEL)
    file = tmp_path / "run.toml"
    file.write_text(text)
    found, _ = run_study(
        parse_run_file(text), tmp_path / "out", lambda *_: None, Settings(file=file)
    )
    return found.summary.row_mean.tolist()


@pytest.mark.parametrize("kind", [str, "category", "string"])
def test_a_pipeline_that_encodes_texts_is_a_plain_loop_on_frames(kind) -> None:
    homes = HOMES.astype({"city": kind, "heat": kind})
    found = measure(pipeline(), homes, RENT, **HOW).findings
    train, test = (homes.iloc[part.rows] for part in (found.parts.train, found.parts.test))
    assert found.summary.row_mean.tolist() == plain_means(train, test, RENT)
    assert found.parts.train.frame.equals(train)
    assert found.parts.train.frame.dtypes.equals(train.dtypes)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_files_with_texts_give_the_numbers_of_measure(ending: str, tmp_path: Path) -> None:
    table = HOMES.assign(rent=RENT)
    file = tmp_path / f"homes.{ending}"
    table.to_csv(file, index=False) if ending == "csv" else table.to_parquet(file)
    wanted = measure(pipeline(), HOMES, RENT, **HOW).findings
    text = RUN.format(file=file.name, more="")
    assert run(tmp_path, text) == wanted.summary.row_mean.tolist()
    source = source_of(parse_run_file(text), None, tmp_path)
    parts = source.load()
    assert source.load_same(parts.fingerprint).fingerprint == parts.fingerprint  # of a worker
    assert parts.fingerprint == wanted.parts.fingerprint
    other = table.assign(city=table["city"].replace("Chur", "Thun"))
    other.to_csv(file, index=False) if ending == "csv" else other.to_parquet(file)
    assert source.load().fingerprint != parts.fingerprint  # the codes alone are the same


class Seen(RegressorMixin, BaseEstimator):
    """The mean; what it was fitted on and asked for is a frame with the columns of the person's."""

    def fit(self, X, y):
        assert dict(X.dtypes) == dict(HOMES[["size", "lift"]].dtypes)
        self.mean_ = float(np.mean(y))
        return self

    def predict(self, X):
        assert list(X.columns) == ["size", "lift"]
        return np.full(len(X), self.mean_)


def test_frames_of_numbers_keep_their_columns_and_types() -> None:
    assert measure(Seen(), HOMES[["size", "lift"]], RENT, **HOW).constants().value["B1"] > 0


def test_what_cannot_be_learned_is_refused_with_the_column_and_the_way(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"column 'city' holds '[BC]\w+' in row \d+.*OneHotEn"):
        measure(Ridge(), HOMES, RENT, **HOW)
    with pytest.raises(SetupError, match=r"scaling: found 'standardise', for a table whose column"):
        measure(pipeline(), HOMES, RENT, **HOW, scaling="standardise")
    with pytest.raises(DataError, match=r"column 'city': found missing entries in 1 of 48 rows: 5"):
        holed = HOMES.assign(city=HOMES["city"].mask(HOMES.index == 5))
        measure(pipeline(), holed, RENT, **HOW)
    strict = make_pipeline(make_column_transformer((OneHotEncoder(), ["city"])), Ridge())
    new = HOMES[:4].assign(city="Thun"), RENT[:4]
    with pytest.raises(SetupError, match=r"predicting with it fails.*handle_unknown='ignore'"):
        measure(strict, HOMES, RENT, **HOW, test=new)
    with pytest.raises(DataError, match=r"column 'size': found values of type .*as in X"):
        measure(pipeline(), HOMES, RENT, **HOW, test=(new[0].astype({"size": str}), new[1]))
    HOMES.assign(rent=RENT).to_csv(tmp_path / "homes.csv", index=False)
    text = RUN.format(file="homes.csv", more="largest = 255")
    with pytest.raises(SetupError, match=r"largest.*nothing for a table with columns of texts"):
        run(tmp_path, text)
    ridge = text.replace("largest = 255", "").replace(
        'kind = "sklearn"\nestimator = "model.py:make"\nloss = "absolute"',
        'kind = "ridge"\nregularization = 1.0',
    )
    with pytest.raises(DataError, match=r"column 'city', row 0: found the text.*OneHotEncoder"):
        run(tmp_path, ridge)


def test_a_function_of_the_indices_may_have_any_inputs() -> None:
    train, test = HOMES[:36], HOMES[36:]

    def losses(indices):
        model = pipeline().fit(train.iloc[indices], RENT[:36].iloc[indices])
        return abs(model.predict(train) - RENT[:36]), abs(model.predict(test) - RENT[36:])

    how = {"loss_range": 3000, "deletions": DELETED, "placebos": 1, "progress": False}
    found = measure(losses, train, RENT[:36], test=(test, RENT[36:]), **how)
    assert found.findings.summary.row_mean.tolist() == pytest.approx(
        plain_means(train, test, RENT), rel=1e-9
    )
    holes = train.assign(city=None, size=np.nan), RENT[:36]
    again = measure(losses, *holes, test=(test.assign(city="x", size=0.0), RENT[36:]), **how)
    assert again.constants().equals(found.constants())
    with pytest.raises(SetupError, match=r"X: found nothing beside a training function"):
        measure(losses, **how)
    with pytest.raises(DataError, match=r"data: found nothing at all.*Give the inputs X"):
        measure(Ridge(), progress=False)


def test_what_is_predicted_is_one_value_for_each_row() -> None:
    wanted = measure(Ridge(), HOMES[["size"]], RENT, **HOW).constants()
    for X, y in ((HOMES[["size"]], RENT.to_frame()), (HOMES[["size"]], RENT.to_numpy()[:, None])):
        assert measure(Ridge(), X, y, **HOW).constants().equals(wanted)
    array = HOMES[["size"]].to_numpy(float)
    column = measure(Ridge(), array, RENT.to_numpy()[:, None], **HOW).constants()
    assert column.equals(measure(Ridge(), array, RENT.to_numpy(), **HOW).constants())
    with pytest.raises(DataError, match=r"y of the data: found values of shape \(48, 2\)"):
        measure(Ridge(), HOMES[["size"]], np.ones((48, 2)), **HOW)
    with pytest.raises(SetupError, match=r"y: found the text 'size', the name of a column of X;"):
        measure(Ridge(), HOMES, "size", **HOW)


def test_test_points_are_said_once_and_are_new(tmp_path: Path) -> None:
    X = HOMES[["size", "city", "heat", "lift"]]
    with pytest.raises(SetupError, match=r"test_fraction: found 0.3 beside test"):
        measure(pipeline(), X, RENT, **HOW, test=(X, RENT), test_fraction=0.3)
    leak = X[10:20].reset_index(drop=True).astype({"city": "category"}), RENT[10:20]
    found = measure(pipeline(), X, RENT, **HOW, test=leak)
    assert "10 of the 10 test examples are equal to training examples" in repr(found)
    assert "equal to training" not in repr(measure(pipeline(), X, RENT, **HOW))
    HOMES.assign(rent=RENT).to_csv(tmp_path / "homes.csv", index=False)
    text = RUN.format(file="homes.csv", more="size = 20")
    [note] = source_of(parse_run_file(text), None, tmp_path).load().notes
    assert note.startswith("16 of the 48 examples are neither trained on nor tested on")


def test_many_numbers_are_no_classes() -> None:
    words = r"labels: found \d+ different numbers among 48 labels.*take a regressor"
    with pytest.raises(DataError, match=words):
        measure(LogisticRegression(), HOMES[["size"]], RENT, deletions=3, progress=False)


def test_another_random_state_is_the_placebo_of_estimators() -> None:
    """By a plain loop that deletes nothing; none where chance moves nothing or there is none."""
    X, how = HOMES[["size", "lift"]], {**HOW, "placebos": 2}
    forest = RandomForestRegressor(3, random_state=5)
    found = measure(forest, X, RENT, **how).findings
    parts = found.parts
    train, test = (X.iloc[part.rows] for part in (parts.train, parts.test))

    def losses(state: int) -> np.ndarray:
        model = RandomForestRegressor(3, random_state=state).fit(train, parts.train.targets)
        return np.abs(model.predict(test) - parts.test.targets)

    wanted = np.array([losses(int(s)) - losses(5) for s in placebo_seeds(2, 0)])
    assert wanted.any() and np.array_equal(found.measured.placebos["chance"].changes, wanted)
    assert "another random_state" in repr(placebo_rows(found))
    assert record(found, {}, ())["placebos"]["chance"]["runs"] == 2
    [mark] = [mark for mark in found.marks if mark.what == "placebo: chance"]
    assert "with another random_state and nothing deleted it moves" in mark.text
    for model, runs in ((Ridge(), 2), (KNeighborsRegressor(3), 2), (forest, 0)):
        assert not measure(model, X, RENT, **(how | {"placebos": runs})).findings.measured.placebos
