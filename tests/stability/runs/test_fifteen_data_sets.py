"""Fifteen data sets, each from file to page by the command line and by `measure`: the same numbers.

The table below says of each how it is stored, what the run file says of it, and what is given to
`measure` in Python.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from sklearn.linear_model import LogisticRegression, Ridge
from torch.utils.data import DataLoader, TensorDataset
from typer.testing import CliRunner

from stability import Measurement, measure
from stability.cli.app import app
from stability.datasets import load, read_file

NUMBERS = np.random.default_rng(8)
X = NUMBERS.normal([1.0, 0.0, -2.0], size=(40, 3)).round(3)
KIND = np.where(X[:, 0] + 0.6 * NUMBERS.normal(size=40) > 1.0, "moss", "fern")
PRICE = (2.0 * X[:, 0] - X[:, 2] + NUMBERS.normal(size=40)).round(3)
WEIGHT = NUMBERS.uniform(0.5, 3.0, size=40).round(2)
NAMES = ["width", "height", "depth"]
TABLE = pd.DataFrame(X, columns=NAMES).assign(
    id=[f"p{k}" for k in range(40)],
    kind=KIND, wild=KIND == "fern", number=np.where(KIND == "fern", 3, 7), price=PRICE,
    weight=WEIGHT,
)  # fmt: skip
SORTS = pd.Series(pd.Categorical(KIND, categories=["fern", "ivy", "moss"]))
PIXELS = NUMBERS.integers(0, 200, size=(40, 3, 3), dtype=np.uint8) + 40 * (KIND == "moss").astype(
    np.uint8
).reshape(-1, 1, 1)

Given = tuple[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """How data are stored in a folder, what [data] and [model] say, what `measure` gets."""

    store: Callable[[Path], object]
    data: str
    given: Callable[[Path], Given]
    model: str = "classes"
    scaling: str = ""


def csv(name: str, separator: str = ",", rows: slice = slice(None)) -> Callable[[Path], None]:
    return lambda folder: TABLE[rows].to_csv(folder / name, sep=separator, index=False)


def parquet(**columns: Any) -> Callable[[Path], None]:
    return lambda folder: TABLE.assign(**columns).to_parquet(folder / "t.parquet")


def npy(**arrays: Any) -> Callable[[Path], None]:
    return lambda folder: [np.save(folder / f"{k}.npy", a) for k, a in arrays.items()] and None


def two_tables(folder: Path) -> None:
    csv("t.csv", rows=slice(30))(folder)
    csv("u.csv", rows=slice(30, 40))(folder)


def pictures(folder: Path) -> None:
    for k, (image, kind) in enumerate(zip(PIXELS, KIND, strict=True)):
        (folder / "pictures" / kind).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / "pictures" / kind / f"{k:02d}.png")


def nothing(folder: Path) -> None:
    """Bundled with scikit-learn."""


INPUTS = 'features = ["width", "height", "depth"]'
CASES = {
    "CSV, text labels by name, a quarter for testing": Case(
        csv("t.csv"),
        f'file = "t.csv"\nlabels = "kind"\n{INPUTS}\ntest_fraction = 0.25',
        lambda folder: ((pd.read_csv(folder / "t.csv")[NAMES], TABLE["kind"]), {}),
    ),
    "CSV with semicolons, columns by position, boolean labels, named rows": Case(
        csv("t.csv", ";"),
        'file = "t.csv"\nseparator = ";"\nlabels = 5\nfeatures = [0, 2]\nrow_names = 3\n'
        "test_fraction = 0.25",
        lambda folder: ((TABLE.iloc[:, [0, 2]], KIND == "fern"), {}),
    ),
    "TSV, numeric labels, weights of classes, another share": Case(
        csv("t.tsv", "\t"),
        f'file = "t.tsv"\nlabels = "number"\n{INPUTS}\nclass_weights = {{ "7" = 3.0 }}\n'
        "test_fraction = 0.4",
        lambda folder: (
            (TABLE.iloc[:, :3], TABLE["number"]),
            {"weights": {"7": 3.0}, "test_fraction": 0.4},
        ),
    ),
    "CSV, real targets by name, test rows of their own, min-max": Case(
        two_tables,
        'file = "t.csv"\ntest_file = "u.csv"\ntargets = "price"\ntarget_range = [-9, 12]\n'
        f"{INPUTS}",
        lambda folder: (
            (TABLE[NAMES][:30], PRICE[:30]),
            {"test": (TABLE[NAMES][30:], PRICE[30:]), "target_range": (-9, 12)},
        ),
        "numbers",
        "min-max",
    ),
    "Parquet, text labels, weights of examples, standardise": Case(
        parquet(),
        f'file = "t.parquet"\nlabels = "kind"\nweights = "weight"\n{INPUTS}\ntest_fraction = 0.25',
        lambda folder: (
            (pd.read_parquet(folder / "t.parquet")[NAMES], TABLE["kind"]),
            {"weights": TABLE["weight"]},
        ),
        scaling="standardise",
    ),
    "Parquet, categories with one that nothing has": Case(
        parquet(kind=SORTS),
        f'file = "t.parquet"\nlabels = "kind"\n{INPUTS}\ntest_fraction = 0.25',
        lambda folder: ((TABLE[NAMES], pd.read_parquet(folder / "t.parquet")["kind"]), {}),
    ),
    "Parquet, real targets by position, weights, seed": Case(
        parquet(),
        f'file = "t.parquet"\ntargets = 7\ntarget_range = [-9, 12]\nweights = "weight"\n{INPUTS}\n'
        "test_fraction = 0.25\nseed = 3",
        lambda folder: (
            (TABLE[NAMES], TABLE["price"]),
            {"weights": WEIGHT, "target_range": (-9, 12), "seed": 3},
        ),
        "numbers",
    ),
    ".npz, text labels, balanced classes": Case(
        lambda folder: np.savez(folder / "t.npz", X=X, y=KIND),
        'file = "t.npz"\nclass_weights = "balanced"\ntest_fraction = 0.25',
        lambda folder: ((X, KIND), {"weights": "balanced"}),
    ),
    ".npz, labels with names of classes, test arrays of their own": Case(
        lambda folder: [
            np.savez(
                folder / f"{name}.npz",
                inputs=X[rows],
                labels=(KIND == "moss")[rows].astype(int),
                classes=["fern", "moss"],
            )
            for name, rows in (("t", slice(28)), ("u", slice(28, 40)))
        ],
        'file = "t.npz"\ntest_file = "u.npz"',
        lambda folder: (
            (read_file(folder / "t.npz"),),
            {"test": read_file(folder / "u.npz")},
        ),
    ),
    ".npy pair, numeric labels, standardise": Case(
        npy(inputs=X, labels=TABLE["number"]),
        'file = "inputs.npy"\nlabels = "labels.npy"\ntest_fraction = 0.25',
        lambda folder: ((X.tolist(), TABLE["number"].tolist()), {}),
        scaling="standardise",
    ),
    ".npy pair, real targets": Case(
        npy(inputs=X, targets=PRICE),
        'file = "inputs.npy"\ntargets = "targets.npy"\ntarget_range = [-9, 12]\n'
        "test_fraction = 0.25",
        lambda folder: (
            (TensorDataset(torch.tensor(X), torch.tensor(PRICE)),),
            {"target_range": (-9, 12)},
        ),
        "numbers",
    ),
    "a folder of pictures for each class": Case(
        pictures,
        'file = "pictures"\ntest_fraction = 0.25',
        lambda folder: ((read_file(folder / "pictures"),), {}),
    ),
    "scikit-learn's iris": Case(
        nothing,
        'name = "iris"\ntest_fraction = 0.5',
        lambda folder: ((load("iris"),), {"test_fraction": 0.5}),
        scaling="standardise",
    ),
    "scikit-learn's diabetes": Case(
        nothing,
        'name = "diabetes"\ntest_fraction = 0.25\ntarget_range = [0, 400]',
        lambda folder: ((load("diabetes"),), {"target_range": (0, 400)}),
        "numbers",
        "min-max",
    ),
    ".npz, boolean labels, a torch loader": Case(
        lambda folder: np.savez(folder / "t.npz", inputs=X, labels=KIND == "fern"),
        'file = "t.npz"\ntest_fraction = 0.25',
        lambda folder: (
            (DataLoader(TensorDataset(torch.tensor(X), torch.tensor(KIND == "fern")), 16),),
            {},
        ),
    ),
}
MODELS = {
    "classes": ("linear_model.LogisticRegression", LogisticRegression()),
    "numbers": ("linear_model.Ridge", Ridge()),
}
ALIKE = ("constants", "bounds", "gap", "health", "sample_size", "test_size", "loss_range", "split")


def by_command(case: Case, folder: Path) -> dict[str, Any]:
    """What `estimate` writes, and `report` makes a page of."""
    file = "" if case.data.startswith("name") else 'name = "file"\n'
    scaling = f'\nscaling = "{case.scaling}"' if case.scaling else ""
    (folder / "run.toml").write_text(
        f'[data]\n{file}{case.data}\n[model]\nkind = "sklearn"\n'
        f'estimator = "sklearn.{MODELS[case.model][0]}"{scaling}\n[deletion]\nindices = [0, 5, 9]\n'
    )
    for command in (
        ("estimate", folder / "run.toml", "--out", folder / "out"),
        ("report", folder / "out", "--out", folder / "page.html"),
    ):
        result = CliRunner().invoke(app, [str(part) for part in command])
        assert result.exit_code == 0, result.output + result.stderr
    return json.loads((folder / "out" / "summary.json").read_text())


def in_python(case: Case, folder: Path) -> Measurement:
    given, more = case.given(folder)
    scaling = case.scaling or "none"
    return measure(
        MODELS[case.model][1], *given, deletions=[0, 5, 9], scaling=scaling, progress=False, **more
    )


@pytest.mark.parametrize("name", CASES)
def test_the_command_and_measure_give_the_same_numbers(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    case.store(tmp_path)
    one = by_command(case, tmp_path)
    monkeypatch.setattr("stability.runs.run.write_page", lambda *_: None)
    found = in_python(case, tmp_path)
    other = json.loads(json.dumps(found.summary))
    for part in ALIKE:
        assert one[part] == other[part], part
    for mark in one["marks"]:  # each way names the key that it has
        mark["text"] = mark["text"].replace("range in [bound]", "loss_range")
    assert one["marks"] == other["marks"]
    assert one["class_map"] == other["class_map"]
    for mine, theirs in zip(one["most_influential"], other["most_influential"], strict=True):
        assert {**mine, "name": ""} == {**theirs, "name": ""}
    assert one["constants"]["U"]["value"] > 0 and len(one["bounds"]) == 6
    assert one["made_with"]["data"] == other["made_with"]["data"]
    page = (tmp_path / "page.html").read_text()
    assert "Measured constants" in page and "Who moves whom" in page


def test_the_pages_tell_the_same(tmp_path: Path) -> None:
    """But for paths and times, and the name of the file that a frame does not have."""
    case = CASES[".npz, text labels, balanced classes"]
    case.store(tmp_path)
    by_command(case, tmp_path)
    in_python(case, tmp_path).report(tmp_path / "other.html")
    one, other = (cells(tmp_path / name) for name in ("page.html", "other.html"))
    assert len(one) > FOUND and one[:FOUND] == other[:FOUND]


FOUND = 44
"""Numbers on that page before the settings, which a run file and `measure` give differently."""


def cells(page: Path) -> list[str]:
    """What stands in the tables of numbers of a page."""
    found = re.findall(r"<td[^>]*>([^<]*)</td>", page.read_text())
    return [text for text in found if re.fullmatch(r"[0-9.e+-]+\*?", text.strip())]


def test_there_are_fifteen() -> None:
    assert len(CASES) == 15
