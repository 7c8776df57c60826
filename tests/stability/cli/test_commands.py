"""The commands: what they print, what they write, and what they answer with."""

import csv
import io
import json
import tomllib

import pytest
from typer.testing import CliRunner

from stability.cli.app import app
from stability.setup.file import parse_setup, read_setup
from stability.setup.template import template
from stability.theorems.catalogue import CATALOGUE

SETUP = """
sample.size = 60000
[loss]
range = 1.0
lipschitz = 1.0
mean_lipschitz = 0.5
rms_lipschitz = 0.6
smoothness = 0.25
convex = true
[algorithm]
kind = "sgd"
steps = 60000
step_size = 1e-5
"""
REFUSAL = {"theorem", "hypothesis", "hypothesis_id", "where", "found", "remedy", "also"}
ROW = {
    *("theorem", "constant", "path", "notion", "neighbour", "convention", "quantity", "kind"),
    *("provenance", "high_probability_over", "averaged_over", "failure", "value", "trivial"),
    *("vacuous", "nonvacuous_from", "formula", "latex"),
}
CONSTANT = {
    *("id", "notion", "neighbour", "convention", "kind", "scope", "provenance", "values"),
}


def run(*arguments, status=0):
    result = CliRunner().invoke(app, [str(a) for a in arguments], prog_name="stability")
    assert result.exit_code == status, result.output + result.stderr
    assert "Traceback" not in result.output
    return result


def as_json(*arguments):
    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(run(*arguments, "--json").stdout, parse_constant=refuse)


@pytest.fixture
def setup(tmp_path):
    path = tmp_path / "setup.toml"
    path.write_text(SETUP)
    return path


def other(setup, name, old, new):
    path = setup.with_name(name)
    assert old in SETUP
    path.write_text(SETUP.replace(old, new))
    return path


def test_init_writes_a_file_that_bounds_reads(tmp_path):
    path = tmp_path / "mine.toml"
    assert str(path) in run("init", path).stdout
    assert path.read_text() == template()
    run("bounds", path)
    erm = tmp_path / "erm.toml"
    run("init", erm, "--kind", "erm")
    assert read_setup(erm).algorithm.kind == "erm"


def test_init_does_not_replace_a_file_unless_told_to(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("precious")
    assert "--force" in run("init", path, status=2).stderr
    assert path.read_text() == "precious"
    run("init", path, "--force")
    assert path.read_text() == template()


def test_bounds_as_json(setup):
    answer = as_json("bounds", setup)
    keys = {"setup", "delta", "best", "constants", "rows", "refused", "own_theorems"}
    assert set(answer) == keys and answer["own_theorems"] == []
    assert answer["delta"] == 0.05
    assert parse_setup(SETUP).record() == answer["setup"]
    for constant in answer["constants"]:
        assert set(constant) >= CONSTANT
    for row in answer["rows"]:
        assert set(row) >= ROW
        assert row["constant"] == row["path"][0] and row["theorem"] == row["path"][-1]
        assert row["vacuous"] == (row["value"] >= row["trivial"])
        assert row["failure"] <= 0.05
    for refusal in answer["refused"]:
        assert set(refusal) == REFUSAL
    told = {row["theorem"] for row in answer["rows"]} | {r["theorem"] for r in answer["refused"]}
    told |= {c["id"] for c in answer["constants"]}
    silent = {t.id for t in CATALOGUE if t.category != "conversion"} - told
    assert not silent, "every theorem gives something or says why not"


def test_elastic_is_below_uniform(setup):
    rows = as_json("bounds", setup)["rows"]
    uniform = [r["value"] for r in rows if r["theorem"] == "bousquet2002-thm12-emp"]
    elastic = [r["value"] for r in rows if r["theorem"] == "elastic-finite-emp"]
    assert min(elastic) < min(uniform) == pytest.approx(0.0170079038049343)


def test_delta_is_the_total(setup):
    usual, sure = (as_json("bounds", setup, "--delta", d) for d in ("0.05", "1e-6"))
    assert sure["delta"] == 1e-6

    def value(answer):
        return next(r["value"] for r in answer["rows"] if r["theorem"] == "elastic-finite-emp")

    assert value(sure) > value(usual)


def test_vacuous_rows_say_from_where(setup):
    weak = other(setup, "weak.toml", "step_size = 1e-5", "step_size = 0.001")
    rows = as_json("bounds", weak)["rows"]
    assert {r["vacuous"] for r in rows} == {True, False}
    assert all(r["nonvacuous_from"] is None for r in rows if not r["vacuous"])
    sizes = [r["nonvacuous_from"] for r in rows if r["vacuous"]]
    assert any(n is not None for n in sizes)
    assert all(n is None or n > 60000 for n in sizes)
    text = run("bounds", weak).stdout
    assert "vacuous" in text and "step size" in text


def test_a_step_size_above_the_limit_is_refused_with_a_remedy_and_status_0(setup):
    large = other(setup, "large.toml", "step_size = 1e-5", "step_size = 9.0")
    refused = {r["theorem"]: r for r in as_json("bounds", large)["refused"]}
    reason = refused["elastic-sgd-shuffled"]
    assert reason["where"] == "algorithm.step_size" and reason["found"] == "9"
    assert "2/gamma = 8" in reason["remedy"]
    assert "2/gamma = 8" in run("bounds", large).stdout


def test_missing_constants_are_refusals_and_not_errors(tmp_path):
    path = tmp_path / "bare.toml"
    path.write_text('sample.size = 100\n[algorithm]\nkind = "sgd"\nsteps = 5\nstep_size = 0.1')
    answer = as_json("bounds", path)
    assert answer["rows"] == []
    wheres = {r["where"] for r in answer["refused"]}
    assert {"loss.convex", "loss.lipschitz"} <= wheres
    assert "No bound" in run("bounds", path).stdout
    assert run("bounds", path, "--csv").stdout.count("\n") == 1, "the header only"


def test_all_shows_more(setup):
    short, full = run("bounds", setup).stdout, run("bounds", setup, "--all").stdout
    assert len(full) > len(short) and "Not listed" in short and "Not listed" not in full
    assert "soloff2024-bagging" in full and "soloff2024-bagging" not in short


def test_csv_has_the_rows_of_the_json(setup):
    text = run("bounds", setup, "--csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    answer = as_json("bounds", setup)["rows"]
    assert [r["theorem"] for r in rows] == [r["theorem"] for r in answer]
    assert [float(r["value"]) for r in rows] == [r["value"] for r in answer]
    assert rows[0]["path"] == " > ".join(answer[0]["path"])


def test_latex(setup):
    text = run("bounds", setup, "--latex").stdout
    assert "\\begin{tabular" in text and "elastic-split" in text.replace("\\-", "")


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_plot(setup, tmp_path, suffix):
    path = tmp_path / f"bounds.{suffix}"
    result = run("bounds", setup, "--plot", path, "--json")
    assert path.stat().st_size > 5000 and str(path) in result.stderr
    json.loads(result.stdout)


def test_plot_of_a_constant_known_at_one_size(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        "sample.size = 1000\nloss.range = 1\nstability = { notion = 'uniform', values.beta = 1e-5 }"
    )
    run("bounds", path, "--plot", tmp_path / "own.svg")
    assert as_json("bounds", path)["rows"][0]["provenance"] == "assumed"


def test_compare(setup):
    large = other(setup, "large.toml", "step_size = 1e-5", "step_size = 1e-4")
    text = run("compare", setup, large).stdout
    assert "setup" in text and "large" in text
    answer = as_json("compare", setup, large)["setups"]
    assert [a["name"] for a in answer] == ["setup", "large"]
    assert answer[0]["rows"] == as_json("bounds", setup)["rows"]
    twice = as_json("compare", setup, setup)["setups"]
    assert twice[0]["name"] != twice[1]["name"]
    assert "bounds" in run("compare", setup, status=2).stderr


@pytest.mark.parametrize(
    ("solve", "replaced"),
    [
        ("sample.size", "sample.size = 60000"),
        ("algorithm.steps", "\nsteps = 60000"),
        ("algorithm.step_size", "step_size = 1e-5"),
    ],
)
def test_calibrate_and_put_it_back(setup, solve, replaced):
    arguments = (setup, "--target", "0.05", "--solve", solve, "--theorem", "uniform-split")
    answer = as_json("calibrate", *arguments)
    assert set(answer) >= {"theorem", "solve", "value", "bound"} and answer["bound"] <= 0.05
    text = run("calibrate", *arguments).stdout
    printed = text.splitlines()[0].split(" = ")[1]
    assert json.loads(printed) == answer["value"]
    back = other(setup, "back.toml", replaced, f"{replaced.split('=')[0]}= {printed}")
    rows = as_json("bounds", back)["rows"]
    assert any(r["theorem"] == answer["theorem"] and r["value"] <= 0.05 for r in rows)


def test_calibrate_one_theorem(setup):
    arguments = ("calibrate", setup, "--target", "0.05", "--solve", "sample.size")
    answer = as_json(*arguments, "--theorem", "bousquet2002-thm12-emp", "--delta", "0.01")
    assert answer["theorem"] == "bousquet2002-thm12-emp"


def test_calibrate_tells_what_the_answer_leans_on(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        "sample.size = 1000\nloss.range = 1\n[stability]\n"
        "notion = 'uniform'\nvalues.beta = 1e-3\nscaling = '1/m'"
    )
    text = run("calibrate", path, "--target", "0.1", "--solve", "sample.size").stdout
    assert "your own constant is taken as beta = " in text
    text = run("calibrate", path, "--target", "100", "--solve", "sample.size").stdout
    assert "met by the range" in text and "search ended" in text


def test_theorems_as_json():
    answer = as_json("theorems")["theorems"]
    assert [t["id"] for t in answer] == [t.id for t in CATALOGUE]
    wanted = {"id", "kind", "source", "trust", "hypotheses", "conventions", "symbols"}
    wanted |= {"monotone", "degree", "latex"}
    assert all(set(t) >= wanted and t["latex"] and t["symbols"] for t in answer)
    one = as_json("theorems", "elastic-finite-emp")
    assert one == next(t for t in answer if t["id"] == "elastic-finite-emp")


def test_theorems_as_text_and_latex():
    text = run("theorems").stdout
    assert all(t.id in text.replace("\n", "") for t in CATALOGUE[:5])
    one = run("theorems", "hardt2016-convex").stdout
    assert "Hardt" in one and "convex" in one and "epsilon" in one
    assert "\\varepsilon" in run("theorems", "hardt2016-expectation", "--latex").stdout
    assert "% hardt2016-expectation" in run("theorems", "--latex").stdout


def test_evaluate():
    at = ("bousquet2002-thm12-emp", "m=60000", "delta=0.05", "beta=1e-5", "M=1")
    answer = as_json("evaluate", *at)
    assert set(answer) >= {"id", "value", "kind", "enclosure"}
    assert answer["value"] == pytest.approx(0.0170079038049343)
    low, high = answer["enclosure"]
    assert isinstance(low, str) and float(low) <= float(high) <= answer["value"]
    text = run("evaluate", *at).stdout
    assert repr(answer["value"]) in text and "upper bound" in text
    assert f"between {low} and {high}" in run("evaluate", *at, "--exact").stdout
    assert "U = 1/3" not in run("evaluate", "elastic-to-uniform", "U=1", "m=3").stdout
    assert "beta = 1/3" in run("evaluate", "elastic-to-uniform", "U=1", "m=3", "--exact").stdout


def test_evaluate_forms_and_values():
    at = ("elastic-gd", "m=9", "L=1", "L_mean=1", "L_rms=1", "alpha=0.5", "T=2")
    assert as_json("evaluate", *at)["form"] == "null-step"
    answer = as_json("evaluate", *at, "--form", "retrain", "--which", "U")
    assert (answer["form"], answer["which"], answer["value"]) == ("retrain", "U", 2.0)
    assert set(answer["values"]) == {"B", "U", "B1", "D"}
    text = run("evaluate", *at, "--which", "U").stdout
    assert text.startswith("U = 1.0\n") and "B1" not in text


def test_evaluate_says_what_a_number_promises():
    lower = run(
        "evaluate", "zhang2022-convex-lower", "m=3", "L=1", "alpha=0.1", "T=1", "M=1"
    ).stdout
    assert "lower bound" in lower and "down" in lower
    at = ("m=100", "delta=0.05", "B=1", "eta=0.1", "M=1")
    assert "promises nothing" in run("evaluate", "deng2021-asymptotic", *at).stdout
    at = ("m=100", "delta=0.05", "epsilon=0.01", "bernstein=1", "erm_error=0", "C=2", "M=1")
    assert "source does not give" in run("evaluate", "klochkov2021-excess", *at).stdout


def test_evaluate_says_what_it_did_not_check_and_when_it_says_nothing():
    at = ("bousquet2002-thm12-emp", "m=10000", "delta=0.05", "beta=0.01")
    assert "vacuous" in run("evaluate", *at, "M=1").stdout
    assert "vacuous" not in run("evaluate", *at, "M=100").stdout
    answer = as_json("evaluate", *at, "M=1")
    assert answer["vacuous"] is True and answer["trivial"] == 1
    told = run("evaluate", "hardt2016-convex", "m=9", "alpha=100", "T=1", "L=1").stdout
    assert "Not checked" in told and "every step size is at most 2/gamma" in told
    assert "M is 1 unless" not in " ".join(run("evaluate", "--help").stdout.split())


def test_a_value_beyond_floats_is_null_in_json():
    answer = as_json("evaluate", "hardt2016-convex", "m=1", "L=1e300", "alpha=1e300", "T=1")
    assert answer["value"] is None and answer["enclosure"][0].startswith("2")


def test_report_of_results(setup, tmp_path):
    text = run("report", tmp_path, "--out", tmp_path / "page.html", status=2).stderr
    assert text.startswith("error: ")


def test_help_teaches():
    text = run("--help").stdout
    commands = ("init", "bounds", "compare", "calibrate", "theorems", "evaluate", "report", "demo")
    for command in commands:
        assert command in text
        page = run(command, "--help").stdout
        assert f"stability {command}" in page.replace("\n", " ") and "Example" in page
    assert run().stdout == text
    assert tomllib.loads(f'v = "{run("--version").stdout.strip()}"')["v"][0].isdigit()
