"""Pictures hold what they say, and drawing touches nothing global."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stability.bounds.analyse import Analysis, analyse
from stability.bounds.paths import follow
from stability.errors import DataError, SetupError
from stability.report.figures import bound_curves as figures
from stability.report.figures import heat_map
from stability.report.figures.bound_curves import class_map, plot_bounds
from stability.setup.algorithms import Subbagging
from stability.setup.setup import AssumedStability, Loss, Sample, Setup

SIZES = [1000, 60000, 10**6]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The figures that are written, in order."""
    seen: list[Any] = []

    def write(figure: Any, path: Path, **options: Any) -> Path:
        figure.draw_without_rendering()
        seen.append(figure)
        return path

    monkeypatch.setattr(figures, "write", write)
    monkeypatch.setattr(heat_map, "write", write)
    return seen


def curves(figure: Any) -> dict[str, Any]:
    return {line.get_label(): line for line in figure.axes[0].get_lines()}


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "PNG"])
def test_files_are_pictures(sgd: Analysis, tmp_path: Path, suffix: str) -> None:
    path = plot_bounds(sgd, tmp_path / f"bounds.{suffix}", SIZES)
    content = path.read_bytes()
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
    assert content.startswith(starts[suffix.lower()]) and len(content) > 5000
    if suffix == "png":
        from matplotlib.image import imread

        pixels = imread(path)
        assert pixels.shape[0] > 600 and pixels.std() > 0.05
    again = plot_bounds(sgd, tmp_path / f"again.{suffix}", SIZES)
    assert again.read_bytes() == content, "the same analysis gives the same picture"


def test_samples_too_small_to_train_on_are_left_out(tmp_path: Path, drawn: list[Any]) -> None:
    known = {
        "subsample": 500,
        "base_stability": "1e-4",
        "measured": False,
        "prediction_range": 1,
        "bags": 50,
    }
    algorithm = Subbagging(**known)  # type: ignore[arg-type]
    setup = Setup(sample=Sample(1000), loss=Loss(range=1, lipschitz=1), algorithm=algorithm)
    plot_bounds(analyse(setup), tmp_path / "bags.png", [100, 499, 500, 1000])
    line = next(line for name, line in curves(drawn[0]).items() if "elisseeff" in name)
    assert list(line.get_xdata()) == [500, 1000]


def test_labels_say_what_is_averaged(sgd: Analysis, tmp_path: Path, drawn: list[Any]) -> None:
    setup = sgd.setup.with_value("algorithm.order", "with-replacement")
    plot_bounds(analyse(setup), tmp_path / "bounds.png", SIZES)
    bounds = [name for name in curves(drawn[0]) if "from elastic-sgd" in name]
    run = [name for name in bounds if "of the very run" in name]
    assert len(bounds) > len(run) == 1, "the best of the very run has a curve of its own"
    assert all("mean over the algorithm" in name for name in bounds if name not in run)


def test_curves_are_the_bounds(sgd: Analysis, tmp_path: Path, drawn: list[Any]) -> None:
    plot_bounds(sgd, tmp_path / "bounds.png", SIZES)
    lines = curves(drawn[0])
    elastic = next(line for name, line in lines.items() if "elastic-split" in name)
    uniform = next(line for name, line in lines.items() if "uniform-split" in name)
    other = next(line for name, line in lines.items() if name.startswith("pointwise"))
    assert list(elastic.get_xdata()) == SIZES
    best = sgd.best()
    assert best.theorem == "elastic-split"
    for size, value in zip(SIZES, elastic.get_ydata(), strict=True):
        there = follow(best, sgd.setup.with_size(size), sgd.delta)
        assert there is not None and there.value == value
    assert elastic.get_ydata()[1] == best.value
    assert other.get_linewidth() < elastic.get_linewidth() == uniform.get_linewidth()
    assert elastic.get_color() != uniform.get_color() != other.get_color()
    trivial = lines["what the loss range gives for nothing"]
    assert set(trivial.get_ydata()) == {1}
    axes = drawn[0].axes[0]
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert "training examples" in axes.get_xlabel()
    assert "stochastic gradient descent" in axes.get_title(loc="left")
    assert any("m = 60000" in note.get_text() for note in axes.texts)
    legend = drawn[0].legends[0]
    assert "steps follow the sample size (1 epoch)" in legend.get_title().get_text()
    assert "losses lie in [0, 1] (loss.range)" in legend.get_title().get_text()
    assert "failure probability 0.05" in legend.get_title().get_text()


def test_an_asymptotic_value_is_not_drawn_as_a_bound(
    sgd: Analysis, tmp_path: Path, drawn: list[Any]
) -> None:
    plot_bounds(sgd, tmp_path / "bounds.png", SIZES)
    name, line = next((n, x) for n, x in curves(drawn[0]).items() if "deng2021" in n)
    assert "promises nothing" in name and line.get_linewidth() < 2 and line.get_linestyle() != "-"


def test_fixed_steps_say_so(sgd: Analysis, tmp_path: Path, drawn: list[Any]) -> None:
    setup = sgd.setup.with_value("algorithm.steps", 1000)
    plot_bounds(analyse(setup), tmp_path / "bounds.png", SIZES)
    title = drawn[0].legends[0].get_title().get_text().replace("\n", " ")
    assert "Training stays at 1000 steps for every m" in title


def test_sizes_that_refuse_are_left_out(kernel: Analysis, tmp_path: Path, drawn: list[Any]) -> None:
    plot_bounds(kernel, tmp_path / "bounds.png", [1, 10, 1000])
    by_name = curves(drawn[0])
    pointwise = next(line for name, line in by_name.items() if name.startswith("pointwise"))
    assert list(pointwise.get_xdata()) == [10, 1000], "its theorem wants m >= 2"


def test_a_constant_known_at_one_size_is_one_point(tmp_path: Path, drawn: list[Any]) -> None:
    own = AssumedStability(notion="uniform", values={"beta": "0.001"})
    plot_bounds(
        analyse(Setup(sample=Sample(1000), stability=own, loss=Loss(range=1))),
        tmp_path / "bounds.png",
    )
    points = [line for name, line in curves(drawn[0]).items() if "from assumed" in name]
    assert points and all(list(line.get_xdata()) == [1000] for line in points)
    assert all("assumed" in line.get_label() for line in points)


def test_estimates_are_points_that_promise_nothing(
    estimated: Analysis, tmp_path: Path, drawn: list[Any]
) -> None:
    plot_bounds(estimated, tmp_path / "bounds.png")
    measured = {n: line for n, line in curves(drawn[0]).items() if "from measured" in n}
    assert measured
    for name, line in measured.items():
        assert "promises nothing" in name and len(line.get_xdata()) == 1
        assert line.get_markerfacecolor() == "white"
    assert "hollow: promises nothing" in drawn[0].axes[0].get_ylabel()


def test_an_axis_of_estimates_does_not_say_bound(
    estimated: Analysis, tmp_path: Path, drawn: list[Any]
) -> None:
    only = tuple(b for b in estimated.bounds if b.provenance == "plug-in")
    plot_bounds(replace(estimated, bounds=only), tmp_path / "a.png", [1000])
    assert "bound" not in drawn[0].axes[0].get_ylabel()
    sure = tuple(b for b in estimated.bounds if b.kind == "upper")
    plot_bounds(replace(estimated, bounds=sure), tmp_path / "a.png", [1000])
    assert drawn[1].axes[0].get_ylabel().startswith("bound on $R")


def test_nothing_to_draw(nothing: Analysis, tmp_path: Path, drawn: list[Any]) -> None:
    plot_bounds(nothing, tmp_path / "bounds.png")
    assert [t.get_text() for t in drawn[0].axes[0].texts][-1] == "no theorem applies"


@pytest.mark.parametrize("draw", ["bounds", "map"])
@pytest.mark.parametrize(
    ("name", "says"), [("a.gif", ".png, .svg, .pdf"), ("a", ".png"), ("no/a.png", "Create")]
)
def test_wrong_files(sgd: Analysis, tmp_path: Path, draw: str, name: str, says: str) -> None:
    with pytest.raises(SetupError, match=says):
        if draw == "bounds":
            plot_bounds(sgd, tmp_path / name, SIZES)
        else:
            class_map(np.eye(2), ["a", "b"], tmp_path / name, "title")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scale", ["1e-150", "1e-290", "1e150", "1e290"])
def test_extreme_units(tmp_path: Path, scale: str) -> None:
    own = AssumedStability(notion="uniform", values={"beta": scale}, scaling="1/m")
    analysis = analyse(Setup(sample=Sample(100), loss=Loss(range=scale), stability=own))
    if scale.endswith("290"):
        with pytest.raises(SetupError, match="plot"):
            plot_bounds(analysis, tmp_path / "a.png", [10, 100])
    else:
        assert plot_bounds(analysis, tmp_path / "a.png", [10, 100]).stat().st_size > 5000


@pytest.mark.parametrize("sizes", [[0], [-5], [1.5], [True], []])
def test_wrong_sizes(sgd: Analysis, tmp_path: Path, sizes: list[Any]) -> None:
    with pytest.raises(SetupError, match="sizes"):
        plot_bounds(sgd, tmp_path / "a.png", sizes)


def test_a_directory_in_the_way(sgd: Analysis, tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(SetupError, match=r"a\.png"):
        plot_bounds(sgd, tmp_path / "a.png", SIZES)


def test_class_map_shows_its_numbers(tmp_path: Path, drawn: list[Any]) -> None:
    table = np.array([[4.64e-3, 2.7e-4], [np.nan, 3.9e-3]])
    class_map(table, ["cat", "$plane$"], tmp_path / "map.png", "Cats $ & dogs", units="change")
    axes, bar = drawn[0].axes
    assert [t.get_text() for t in axes.texts] == ["4.64", "0.27", "3.90"]
    assert "change, in units of $10^{-3}$" in bar.get_ylabel()
    assert [t.get_text() for t in axes.get_xticklabels()] == ["cat", r"\$plane\$"]
    assert "deleted" in axes.get_ylabel() and "test point" in axes.get_xlabel()
    for low, high in ((0.0, 0.0), (5.0, 999.0), (1e5, 2e5), (-3.0, 2.0)):
        class_map([[low, high], [high, low]], ["a", "b"], tmp_path / "map.png", "")
    assert drawn[-1].axes[0].images[0].norm.vmin == -3.0, "signed changes: zero in the middle"
    assert class_map(np.eye(10), list("0123456789"), tmp_path / "map.svg", "ten").name == "map.svg"


def test_class_map_writes(tmp_path: Path) -> None:
    path = class_map(np.eye(3), ["a", "b", "c"], tmp_path / "map.png", "title")
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("table", "labels"),
    [(np.eye(2), ["a"]), (np.ones((2, 3)), ["a", "b"]), ([[np.inf]], ["a"]), ([[]], [])],
)
def test_wrong_maps(tmp_path: Path, table: Any, labels: list[str]) -> None:
    with pytest.raises(DataError, match="class map"):
        class_map(table, labels, tmp_path / "map.png", "title")


def test_nothing_global_and_nothing_heavy() -> None:
    code = """
import sys
import stability.report.terminal.tables, stability.report.html.render
import stability.report.html.notebook
import stability.report.figures.bound_curves
for heavy in ("matplotlib", "jinja2", "torch", "sklearn", "cvxpy"):
    assert heavy not in sys.modules, heavy
from stability.report.figures.bound_curves import class_map
import tempfile, os
class_map([[1.0]], ["a"], os.path.join(tempfile.mkdtemp(), "map.png"), "")
assert "matplotlib.figure" in sys.modules
assert "matplotlib.pyplot" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
