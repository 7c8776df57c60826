"""`stability estimate`: what it prints and writes, the page made of it, and wrong use and input."""

from __future__ import annotations

import gzip
import json
import math
import pickle
import re
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from stability.cli import estimate as command
from stability.cli.app import app
from stability.estimate.exact.logistic import fit_logistic
from stability.runs import parse_run_file
from stability.runs.data import source_of
from stability.runs.tasks import executors

NETWORK = """
[data]
name = "digits"
size = 60
[network]
kind = "relu-mlp"
widths = [6]
[training]
step_size = 0.2
epochs = 2
batch_size = 12
[deletion]
count = 7
placebos = 2
[evaluation]
size = 40
"""
RIDGE = """
[data]
name = "digits"
size = 50
target = ["3", "8"]
[model]
kind = "ridge"
regularization = 0.1
"""
LOGISTIC = """
[data]
name = "digits"
size = 60
[model]
kind = "logistic"
regularization = 0.5
[deletion]
count = 20
[evaluation]
size = 40
"""


def run(*arguments, status=0):
    result = CliRunner().invoke(app, [str(a) for a in arguments], prog_name="stability")
    assert result.exit_code == status, result.output + result.stderr
    assert "Traceback" not in result.output
    return result


def mistake(*arguments) -> str:
    result = run(*arguments, status=2)
    assert result.stdout == "", "nothing on standard output"
    assert result.stderr.startswith("error: ") and result.stderr.count("\n") == 1, result.stderr
    return result.stderr


@pytest.fixture
def write(tmp_path: Path):
    """Writes a run file and gives its path."""

    def written(text: str, name: str = "run.toml") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return written


@pytest.mark.parametrize("kind", ["relu-mlp", "ridge"])
def test_from_init_to_the_page(kind: str, tmp_path: Path) -> None:
    path, out, page = tmp_path / "run.toml", tmp_path / "out", tmp_path / "page.html"
    assert f"estimate {path}" in run("init", path, "--run", "--kind", kind).stdout
    small = re.sub(r"(?m)^size = \d+", "size = 60", path.read_text())
    small = re.sub(r"(?m)^(count|placebos) = \d+", r"\1 = 4", small)
    path.write_text(small)
    text = run("estimate", path, "--out", out).stdout
    for word in ("measured gap", "uniform", "elastic", "estimate", "Who moves whom", "B1"):
        assert word in text
    run("report", out, "--out", page)
    html = page.read_text()
    for word in ("Measured constants", "Who moves whom", "data:image/png", "sha256", "estimate"):
        assert word in html
    made = json.loads((out / "summary.json").read_text())["made_with"]
    assert made["data"]["train"] in html and made["versions"]["numpy"] in html
    signal = "Signal beside placebo"
    assert (signal in html) == (signal in text) == (kind == "relu-mlp")


@pytest.mark.parametrize("kernel", ["ntk", "kernels.py:smooth"])
def test_a_kernel_from_file_to_page(kernel: str, write, tmp_path: Path) -> None:
    write(
        "import numpy as np\n\ndef smooth(a, b):\n    return np.exp(a @ b.T / 16)\n", "kernels.py"
    )
    model = f'kind = "kernel-ridge"\nkernel = "{kernel}"'
    path, out, page = (
        write(RIDGE.replace('kind = "ridge"', model)),
        tmp_path / "out",
        tmp_path / "p",
    )
    text = run("estimate", path, "--out", out).stdout
    proved = "from the setup" if kernel == "ntk" else "Nobody declares the supremum of K(x, x)"
    assert proved in " ".join(text.split()) and "kernel ridge regression, m = 50" in text
    run("report", out, "--out", page.with_suffix(".html"))
    html = page.with_suffix(".html").read_text()
    assert kernel in html and ("sha256" in html) and "Measured constants" in html


def test_json_is_the_summary(write, tmp_path: Path) -> None:
    path = write(RIDGE)
    printed = json.loads(run("estimate", path, "--out", tmp_path / "out", "--json").stdout)
    assert printed == json.loads((tmp_path / "out" / "summary.json").read_text())
    assert (printed["learner"], printed["deletions"], printed["placebos"]) == ("ridge", 50, {})
    assert [b["name"].split()[0] for b in printed["bounds"]] == ["uniform", "elastic"] * 3


def test_only_values_are_the_mean_changes_and_the_same_command_goes_on(
    write, tmp_path: Path, monkeypatch
) -> None:
    path, out = write(LOGISTIC), tmp_path / "out"
    text = run("estimate", path, "--out", out, "--only-values").stdout
    assert "m = 60, 20 deletions (keep-1/m)" in text and "wrote" in text
    assert {file.name for file in out.iterdir() if file.is_file()} == {
        "leave-one-out.parquet",
        "run.lock",
    }
    table = pd.read_parquet(out / "leave-one-out.parquet")
    assert [*table] == ["position", "row", "name", "class", "value"] and len(table) == 20
    parts = source_of(parse_run_file(path.read_text()), None, None).load()
    assert table.row.tolist() == parts.train.rows[table.position].tolist()
    train = np.hstack([parts.train.inputs, np.ones((60, 1))]), parts.train.labels
    test = np.hstack([parts.test.inputs, np.ones((40, 1))]), parts.test.labels
    with_all, without = (
        fit_logistic(*train, 10, 0.5, deleted=i).losses(*test, math.log(10)).mean()
        for i in (None, int(table.position[3]))
    )
    assert table.value[3] == pytest.approx(without - with_all, abs=1e-9)

    def refitted(*_):
        raise AssertionError("the stored changes were not used")

    monkeypatch.setattr("stability.runs.learners.logistic.Refitting.__call__", refitted)
    again = ("--out", out, "--resume", "--only-values", "--json")
    printed = json.loads(run("estimate", path, *again).stdout)
    assert printed["value"] == table.value.tolist() and printed["row"] == table.row.tolist()
    assert printed["convention"] == "keep-1/m"
    assert {mark["what"] for mark in printed["marks"]} <= {"losses at the cap"}


def test_models_run_again_with_the_same_digits_and_take_no_workers(write, tmp_path: Path) -> None:
    path, out = write(RIDGE), ("--out", tmp_path / "a")
    first = run("estimate", path, *out, "--json").stdout
    assert run("estimate", path, *out, "--json", "--resume", "--workers", 1).stdout == first
    for flag, value in (("--workers", 2), ("--dask", "tcp://127.0.0.1:1")):
        text = mistake("estimate", path, *out, flag, value)
        assert flag in text and "'ridge', which is measured by formulas" in text


def test_ctrl_c_says_how_to_go_on(write, tmp_path: Path, monkeypatch) -> None:
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("stability.runs.run.run_study", interrupted)
    text = mistake("estimate", write(RIDGE), "--out", tmp_path / "out")
    assert "interruption" in text and "--resume" in text


def test_networks_without_torch_say_what_to_install(write, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    text = mistake("estimate", write(NETWORK), "--out", tmp_path / "out")
    assert "Run: pip install 'stability-bounds[networks]'." in text
    assert not (tmp_path / "out").exists()
    run("estimate", write(RIDGE), "--out", tmp_path / "out")


OWN = """
from torch import nn

def plain(shape, classes):
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 5), nn.Tanh(), nn.Linear(5, classes))

def dropout(shape, classes):
    return nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(64, classes))

def averaging(shape, classes):
    return nn.Sequential(nn.Flatten(), nn.BatchNorm1d(64), nn.Linear(64, classes))

def lazy(shape, classes):
    return nn.Sequential(nn.Flatten(), nn.LazyLinear(4), nn.Tanh(), nn.LazyLinear(classes))

def broken(shape, classes):
    return 3

def raising(shape, classes):
    return classes / 0

def unfitting(shape, classes):
    return nn.Sequential(nn.Flatten(), nn.Linear(63, classes))

def narrow(shape, classes):
    return nn.Sequential(nn.Flatten(), nn.Linear(64, classes - 1))

value = 5
"""
OWN_RUN = NETWORK.replace("relu-mlp", "own").replace("widths = [6]\n", "")


@pytest.fixture
def own(tmp_path: Path):
    """Arguments that name a function in a file of one's own."""
    (tmp_path / "nets.py").write_text(OWN)
    return lambda function: ("--network", f"{tmp_path / 'nets.py'}:{function}")


def test_a_network_of_ones_own(write, own, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "out")
    run("estimate", write(OWN_RUN), *out, *own("plain"))
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["run"]["network"]["function"] == "plain"
    (tmp_path / "nets.py").write_text(OWN + "\n# changed\n")
    assert "sha256" in mistake("estimate", write(OWN_RUN), *out, *own("plain"), "--resume")


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("dropout", "dropout without a seed (1: Dropout)"),
        ("averaging", "batch normalisation in training mode"),
        ("broken", "a function that gives a int"),
        ("raising", "ZeroDivisionError"),
        ("unfitting", "a module that runs on inputs of shape (3, 1, 8, 8) and float64"),
        ("narrow", "outputs of shape (3, 9)"),
        ("value", "no function 'value'"),
        ("nothing", "no function 'nothing'"),
        ("", "FILE.py:FUNCTION"),
        ("a b", "FILE.py:FUNCTION"),
    ],
)
def test_networks_that_cannot_be_measured(function, words, write, own, tmp_path: Path) -> None:
    assert words in mistake("estimate", write(OWN_RUN), "--out", tmp_path / "out", *own(function))


def test_lazy_layers_get_their_sizes_and_the_same_weights(write, own, tmp_path: Path) -> None:
    for out in ("first", "second"):
        run("estimate", write(OWN_RUN), "--out", tmp_path / out, *own("lazy"))
    both = [(tmp_path / out / "summary.json").read_bytes() for out in ("first", "second")]
    assert both[0] == both[1]


def test_dropout_with_a_seed_is_measured(write, own, tmp_path: Path) -> None:
    text = OWN_RUN.replace("epochs = 2", "epochs = 2\ndropout_seed = 3")
    run("estimate", write(text), "--out", tmp_path / "out", *own("dropout"))


def test_mistakes_in_the_file_of_the_network(write, tmp_path: Path) -> None:
    path, out = write(OWN_RUN), ("--out", tmp_path / "out")
    (tmp_path / "bad.py").write_text("import nothing_like_it")
    assert "nothing_like_it" in mistake("estimate", path, *out, "--network", tmp_path / "bad.py:f")
    assert "no readable file" in mistake("estimate", path, *out, "--network", "none.py:f")
    assert "'own' with --network" in mistake("estimate", path, *out)
    assert "'own' with --network" in mistake(
        "estimate", write(NETWORK, "other.toml"), *out, "--network", tmp_path / "bad.py:f"
    )


FILE = RIDGE.replace('"digits"', '"file"\nfile = "mine.npz"').replace('["3", "8"]', '["1"]')


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"inputs": [[np.nan]] * 60, "labels": [0, 1] * 30}, "row 0, column 0: found the value"),
        ({"inputs": np.full((60, 1), 255, np.uint8), "labels": [0, 1] * 30}, "largest = 255"),
        ({"inputs": [[0.5]] * 60, "targets": [0.5] * 60}, "nothing beside real targets"),
        ({"inputs": [[0.5]] * 60, "labels": [0, 0.5] * 30}, "row 1: found the label 0.5"),
        ({"inputs": [[0.5]] * 60, "labels": [7] * 60}, "found one class only, '7', among 60"),
        ({"inputs": [[0.5]] * 60, "labels": np.eye(2)[[0, 1] * 30]}, "a one-hot table"),
        ({"inputs": np.zeros((60, 6, 6, 3)), "labels": [0, 1] * 30}, 'channels = "last"'),
        ({"inputs": [[0.5]] * 60}, "no array 'labels'"),
        (
            {"inputs": [[0.5]] * 9, "labels": [0] * 8 + [1]},
            "data.size: found 50; allowed: at most 7",
        ),
    ],
)
def test_data_that_cannot_be_used(arrays, words: str, write, tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", **arrays)
    assert words in mistake("estimate", write(FILE), "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("scaling", ["as-given", "unit-ball"])
def test_a_proved_bound_needs_a_declared_range(scaling: str, write, tmp_path: Path) -> None:
    """Inputs seen in [0, 1], or a divisor for them, are no declaration: estimates follow."""
    inputs = np.random.default_rng(0).uniform(size=(60, 3))
    arrays = {"inputs": inputs, "labels": [0, 1] * 30}
    np.savez(tmp_path / "mine.npz", **arrays, classes=["no", "yes"])
    logistic = FILE.replace('"ridge"', f'"logistic"\nscaling = "{scaling}"')
    logistic = logistic.replace('target = ["1"]\n', "")
    says = 'range = [0, 1]\nrange_source = "the data sheet"'

    def row(name: str, text: str) -> tuple[dict, str]:
        found = run("estimate", write(text), "--out", tmp_path / name)
        return json.loads((tmp_path / name / "summary.json").read_text()), found.stdout

    for number, keys in enumerate(("largest = 1", "")):
        text = logistic.replace("size = 50", f"size = 50\n{keys}")
        if scaling == "unit-ball":
            words = mistake("estimate", write(text), "--out", tmp_path / "refused")
            assert "model.scaling" in words and "range_source" in words
            continue
        summary, shown = row(f"seen{number}", text)
        assert {(b["kind"], b["provenance"]) for b in summary["bounds"]} == {
            ("estimate", "plug-in")
        }
        assert len(summary["bounds"]) == 12
        assert "the range of the inputs" in summary["bounds_rest_on"]["seen"][0]
        assert "it was read off the sample, so that row is an estimate" in " ".join(shown.split())
        tables = shown[: shown.index("wrote ")]  # the name of the folder follows
        assert "proved" not in tables and "certified" not in tables
    declared = logistic.replace("size = 50", f"size = 50\n{says}")
    summary, shown = row("declared", declared)
    kinds = {(b["kind"], b["provenance"]) for b in summary["bounds"][6:]}
    assert kinds == {("upper", "proved"), ("upper", "certified")}
    assert summary["bounds_rest_on"]["seen"] == []
    assert summary["bounds_rest_on"]["known"][0] == ("inputs lie in [0, 1], as the data sheet says")
    flat = " ".join(shown.split())
    assert "inputs lie in [0, 1], as the data sheet says" in flat
    assert "the population that the examples of mine are independent draws from" in flat
    # classes that are only seen leave an estimate too
    np.savez(tmp_path / "mine.npz", **arrays)
    summary, _ = row("classes", declared)
    assert {b["kind"] for b in summary["bounds"]} == {"estimate"}
    assert "which classes there are" in summary["bounds_rest_on"]["seen"][0]
    # bytes say themselves where they lie; an intercept of its own is covered by no theorem
    pixels = (inputs * 255).astype(np.uint8)
    np.savez(tmp_path / "mine.npz", **{**arrays, "inputs": pixels}, classes=["no", "yes"])
    summary, shown = row("bytes", logistic.replace("size = 50", "size = 50\nlargest = 255"))
    assert "certified" in {b["provenance"] for b in summary["bounds"]}
    assert "[0, 1], as the format of the numbers (uint8) says" in " ".join(shown.split())
    free = declared.replace("[model]", '[model]\nintercept = "free"')
    np.savez(tmp_path / "mine.npz", **arrays, classes=["no", "yes"])
    summary, _ = row("free", free)
    assert len(summary["bounds"]) == 6 and summary["bounds_rest_on"] == {}


def mnist(folder: Path, label: int = 3) -> Path:
    """A folder with a few images in the format of MNIST, one of which has this label."""
    (folder / "mnist").mkdir()
    for stem in ("train", "t10k"):
        pixels = np.zeros((60, 28, 28), dtype=np.uint8)
        labels = np.array([*([1, 2] * 29), 3, label], dtype=np.uint8)
        for name, array in (("images-idx3", pixels), ("labels-idx1", labels)):
            head = struct.pack(f">{array.ndim + 1}I", 2048 + array.ndim, *array.shape)
            path = folder / "mnist" / f"{stem}-{name}-ubyte.gz"
            path.write_bytes(gzip.compress(head + array.tobytes()))
    return folder


IDX = RIDGE.replace('"digits"', '"mnist"\nverify = false')


def test_files_in_the_format_of_mnist(write, tmp_path: Path) -> None:
    arguments = ("--out", tmp_path / "out")
    run("estimate", write(IDX), *arguments, "--data", mnist(tmp_path))
    assert "data.dir" in mistake("estimate", write(IDX), *arguments)
    published = write(IDX.replace("verify = false", ""), "published.toml")
    assert "SHA-256" in mistake("estimate", published, *arguments, "--data", tmp_path)


def test_a_label_out_of_range_in_an_idx_file(write, tmp_path: Path) -> None:
    text = mistake("estimate", write(IDX), "--out", tmp_path / "o", "--data", mnist(tmp_path, 11))
    assert "found the label 11; allowed: digits 0 to 9" in text


@pytest.mark.parametrize("packed", [True, False])
def test_a_truncated_idx_file(packed: bool, write, tmp_path: Path) -> None:
    path = mnist(tmp_path) / "mnist" / "train-images-idx3-ubyte.gz"
    content = path.read_bytes()
    if packed:
        path.write_bytes(content[: len(content) // 2])
    else:
        path.unlink()
        path.with_suffix("").write_bytes(gzip.decompress(content)[:1000])
    text = mistake("estimate", write(IDX), "--out", tmp_path / "out", "--data", tmp_path)
    assert "truncated" in text and "train-images" in text


class Evil:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self):
        return Path.mkdir, (self.folder,)


@pytest.mark.parametrize("verify", ["true", "false"])
def test_a_pickle_of_cifar_that_would_run_code(verify: str, write, tmp_path: Path) -> None:
    folder = tmp_path / "cifar-10" / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    for name in (*(f"data_batch_{k}" for k in range(1, 6)), "test_batch"):
        batch = {"data": Evil(tmp_path / "evil"), "labels": [1]}
        (folder / name).write_bytes(pickle.dumps(batch))
    path = write(IDX.replace('"mnist"\nverify = false', f'"cifar-10"\nverify = {verify}'))
    text = mistake("estimate", path, "--out", tmp_path / "out", "--data", tmp_path)
    assert "data_batch_1" in text and "nothing was run" in text
    assert not (tmp_path / "evil").exists()


def test_a_training_that_diverges(write, tmp_path: Path) -> None:
    text = NETWORK.replace("step_size = 0.2", 'step_size = 1e60\nloss = "squared"')
    text = text.replace("widths = [6]", "")
    told = mistake("estimate", write(text), "--out", tmp_path / "out")
    assert re.search(r"training, step \d+ of 10 \(epoch \d\): found a loss of (inf|nan)", told)
    assert "Use a step_size below" in told


USE = {
    "two kinds of workers": (("--workers", 2, "--dask", "tcp://x:1"), "one of them"),
    "no workers": (("--workers", 0), "--workers"),
    "no scheduler": (("--dask", "tcp://127.0.0.1:1"), "no scheduler"),
    "unknown option": (("--worker", 2), "--workers"),
}


@pytest.mark.parametrize("name", USE)
def test_wrong_use(name: str, write, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(executors, "CONNECT_SECONDS", 1)
    more, word = USE[name]
    assert word in mistake("estimate", write(NETWORK), "--out", tmp_path / "out", *more)


def test_missing_files_and_folders(write, tmp_path: Path) -> None:
    assert "init FILE --run" in mistake("estimate", tmp_path / "none.toml", "--out", tmp_path)
    assert "--out" in mistake("estimate", write(RIDGE))
    (tmp_path / "file").write_text("in the way")
    assert "--out" in mistake("estimate", write(RIDGE), "--out", tmp_path / "file" / "out")
    wrong = write(RIDGE.replace("regularization", "regularisation"))
    assert "regularization?" in mistake("estimate", wrong, "--out", tmp_path / "out")


def test_a_machine_without_gpu_says_so(write, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    text = NETWORK.replace("epochs = 2", 'epochs = 2\ndevice = "cuda"')
    told = mistake("estimate", write(text), "--out", tmp_path / "out")
    assert "torch sees no GPU here" in told


def test_init_of_a_run_file_refuses_what_init_refuses(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text("precious")
    assert "--force" in mistake("init", path, "--run")
    assert path.read_text() == "precious"
    assert "Did you mean 'ridge'" in mistake("init", tmp_path / "new", "--run", "--kind", "rigde")
    run("init", path, "--run", "--force")
