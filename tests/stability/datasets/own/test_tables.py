"""Own data from tables: frames, CSV, Parquet, .npy files, folders of pictures; and bad ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from stability.datasets import Columns, Dataset, from_frame, read_file
from stability.errors import DataError, SetupError

INPUTS = np.array([[1.5, 3.0], [2.5, 1.0], [0.5, 2.0], [4.5, 0.0]])
KINDS = ["owl", "cat", "owl", "dog"]


def frame(**columns) -> pd.DataFrame:
    table = {"width": INPUTS[:, 0], "height": INPUTS[:, 1], "kind": KINDS}
    return pd.DataFrame({**table, **columns})


def same(data: Dataset) -> bool:
    return (data.inputs == INPUTS).all() and [data.classes[k] for k in data.labels] == KINDS


def csv(folder: Path, text: str) -> Path:
    path = folder / "mine.csv"
    path.write_text(text)
    return path


def test_one_table_in_every_form_is_one_data_set(tmp_path: Path) -> None:
    table, columns = frame(), Columns(labels="kind")
    table.to_csv(tmp_path / "mine.csv", index=False)
    table.to_csv(tmp_path / "mine.tsv", index=False, sep="\t")
    table.to_parquet(tmp_path / "mine.parquet")
    np.save(tmp_path / "x.npy", INPUTS)
    np.save(tmp_path / "mine.npy", INPUTS)
    np.save(tmp_path / "kind.npy", KINDS)
    np.savez(tmp_path / "mine.npz", X=INPUTS, kind=KINDS, y=[0, 0, 0, 0])
    read = [
        from_frame(table, columns),
        *(read_file(tmp_path / f"mine.{end}", columns) for end in ("csv", "tsv", "parquet", "npz")),
        read_file(tmp_path / "mine.npy", Columns(labels="kind.npy")),
    ]
    assert all(same(data) and data == read[0] for data in read)
    assert read[1].features == ("width", "height") and read[1].name == "mine"


def test_columns_by_position_and_order(tmp_path: Path) -> None:
    data = from_frame(frame(), Columns(labels=-1, features=["height", 0]))
    assert data.inputs.tolist() == INPUTS[:, ::-1].tolist()
    assert data.features == ("height", "width")


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        (["a", "b", "a", "b"], ("a", "b")),
        ([True, False, True, True], ("False", "True")),
        ([3, 1, 3, 2], ("1", "2", "3")),
        ([1.0, 0.0, 1.0, 1.0], ("0", "1")),
        (pd.Categorical(["a", "b", "a", "b"], categories=["c", "b", "a"]), ("c", "b", "a")),
        (pd.array(["x", "y", "x", "y"], dtype="string"), ("x", "y")),
    ],
)
def test_labels_of_every_type(values, classes) -> None:
    data = from_frame(frame(kind=values), Columns(labels="kind"))
    assert data.classes == classes
    assert [data.classes[k] for k in data.labels] == [str(v).removesuffix(".0") for v in values]
    assert data.classes_seen == (not isinstance(values, pd.Categorical))


def test_real_targets_one_and_several() -> None:
    one = from_frame(frame(price=[1.0, 2.5, 3.0, 4.0]), Columns(targets="price", row_names="kind"))
    assert not one.has_labels and one.targets.tolist() == [1.0, 2.5, 3.0, 4.0]
    assert one.row_names.tolist() == KINDS and one.features == ("width", "height")
    two = from_frame(frame(p=[1, 2, 3, 4]), Columns(targets=["width", "p"], row_names="kind"))
    assert two.targets.shape == (4, 2) and two.features == ("height",)


def test_an_index_names_the_rows() -> None:
    table = frame().set_index(pd.Index(["w", "x", "y", "z"]))
    assert from_frame(table, Columns(labels="kind")).row_names.tolist() == ["w", "x", "y", "z"]
    assert from_frame(frame(), Columns(labels="kind")).row_names is None


def test_words_that_look_missing_are_texts(tmp_path: Path) -> None:
    data = read_file(csv(tmp_path, "x,land\n1,NA\n2,None\n3,NA\n"), Columns(labels="land"))
    assert data.classes == ("NA", "None")


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        (
            "x,y\n1,a\n,b\n",
            Columns(labels="y"),
            "column 'x': found missing entries in 1 of 2 rows: 1",
        ),
        (
            "x,y\n1,a\n2,\n",
            Columns(labels="y"),
            "column 'y': found missing entries in 1 of 2 rows: 1",
        ),
        ("x,y\n1,a\nbig,b\n", Columns(labels="y"), "column 'x', row 1: found the text 'big'"),
        ("x,y\n1,a\n2,b\n", Columns(labels="z"), "no column 'z'; there are the columns 'x', 'y'"),
        ("x,y\n1,a\n2,b\n", Columns(), "no word about which column is predicted"),
        ("x,y\n1,a\n2,b\n", Columns(labels="y", features=["x", "y"]), "'y' given twice"),
        ("x,x\n1,a\n2,b\n", Columns(labels="x"), "2 columns called 'x'"),
        ("y\na\nb\n", Columns(labels="y"), "no column left for the inputs"),
        ("x;y\n1;a\n2;b\n", Columns(labels="y"), "semicolons between them"),
        ("1,2\n1,3\n2,4\n", Columns(labels=0), "numbers only"),
        ("x,y\n1,a\n2,b,c,d\n", Columns(labels="y"), "line 3"),
        ("x,y\n", Columns(labels="y"), "a table without rows"),
        ("", Columns(labels="y"), "No columns"),
        ("x,y\n1,0.5\n2,1.5\n", Columns(labels="y"), "Real numbers to be predicted are `targets`"),
        ("x,y\n1,a\n2,b\n", Columns(targets="y"), "real numbers as targets"),
        ("x,y\n1,a\ninf,b\n", Columns(labels="y"), "the value inf"),
    ],
)
def test_bad_tables_are_refused_by_place(text, columns, said, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_file(csv(tmp_path, text), columns)
    assert said in str(caught.value)


def test_bytes_and_files_that_are_no_tables(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_bytes("x,y\n1,\xe4\n".encode("latin-1"))
    (tmp_path / "mine.parquet").write_bytes(b"PAR1 no parquet")
    (tmp_path / "mine.npy").write_bytes(b"\x93NUMPY no array")
    (tmp_path / "mine.xlsx").write_bytes(b"a sheet")
    np.save(tmp_path / "y.npy", [0])
    columns = Columns(labels="y.npy")
    for end, said in (
        ("csv", "UTF-8"),
        ("parquet", "Parquet"),
        ("npy", "damaged"),
        ("xlsx", ".csv"),
    ):
        with pytest.raises(DataError, match=said):
            read_file(tmp_path / f"mine.{end}", columns)
    with pytest.raises(DataError, match="No such file"):
        read_file(tmp_path / "none.csv", columns)
    np.save(tmp_path / "o.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="unpickling"):
        read_file(tmp_path / "o.npy", Columns(labels="o.npy"))


def pictures(folder: Path, mode: str = "RGB") -> Path:
    for name, level in (("day", 250), ("night", 5)):
        (folder / name).mkdir(parents=True)
        for k in range(2):
            picture = Image.new("RGB", (4, 3), (level, k, 7)).convert(mode)
            picture.save(folder / name / f"{k}.png")
    (folder / "day" / "notes.txt").write_text("not a picture")
    return folder


def test_a_folder_of_pictures(tmp_path: Path) -> None:
    data = read_file(pictures(tmp_path / "views"))
    assert (data.name, data.shape, data.classes) == ("views", (3, 3, 4), ("day", "night"))
    assert data.labels.tolist() == [0, 0, 1, 1]
    assert data.row_names.tolist() == ["day/0.png", "day/1.png", "night/0.png", "night/1.png"]
    assert data.inputs[3].reshape(3, 3, 4)[:, 0, 0].tolist() == [5 / 255, 1 / 255, 7 / 255]
    assert str(data.range) == "[0, 1]" and not data.classes_seen
    assert read_file(pictures(tmp_path / "grey", "L")).shape == (3, 4)


def test_bad_pictures_are_refused_by_name(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "views")
    odd = folder / "night" / "9.png"
    for picture, said in (
        (Image.new("RGB", (5, 3)), "5 x 3 pixels"),
        (Image.new("L", (4, 3)), "a grey picture"),
        (Image.new("RGBA", (4, 3)), "mode 'RGBA'"),
    ):
        picture.save(odd)
        with pytest.raises(DataError, match=f"9.png: found .*{said}"):
            read_file(folder)
    odd.write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"9\.png: found no picture that can be read"):
        read_file(folder)
    odd.unlink()
    (folder / "dusk").mkdir()
    with pytest.raises(DataError, match="dusk: found no picture"):
        read_file(folder)
    with pytest.raises(DataError, match="labels = 'x', for pictures"):
        read_file(folder, Columns(labels="x"))


def test_arguments_that_belong_to_other_forms_are_refused(tmp_path: Path) -> None:
    path, columns = csv(tmp_path, "x,y\n1,a\n2,b\n"), Columns(labels="y")
    with pytest.raises(SetupError, match="channels"):
        read_file(path, columns, channels="last")
    with pytest.raises(SetupError, match="separator"):
        read_file(tmp_path / "mine.npz", columns, separator=";")
    with pytest.raises(SetupError, match="largest"):
        read_file(pictures(tmp_path / "views"), largest=255)
