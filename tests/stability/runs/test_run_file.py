"""Run files: what is read is what was written, and every mistake is told with its place."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import pytest

from stability.conventions import Convention
from stability.errors import SetupError
from stability.runs import Study, parse_run_file, read_run_file
from stability.runs.file.read import FORMAT
from stability.runs.file.template import run_template
from stability.runs.learners.kernel_keys import DEFAULTS
from stability.runs.learners.registry import LEARNERS
from stability.runs.study.data_section import OWN as OWN_KEYS
from stability.setup.fields import Allowed, declaration_of, declarations
from stability.setup.sections import key_names

from ..declared import Case, declared, inside, outside, tells

GOOD = """
[data]
name = "digits"
size = 100
[network]
kind = "relu-mlp"
widths = [8, 4]
[training]
step_size = 0.1
epochs = 2
batch_size = 10
[deletion]
count = 5
"""
MODEL = """
data = { name = "digits", size = 100, target = ["3"] }
model = { kind = "ridge", regularization = 0.1 }
"""
OWN = """
model = { kind = "logistic", regularization = 0.1 }
data.name = "file"
data.file = "mine.npz"
data.size = 50
"""


def wrong(text: str) -> SetupError:
    with pytest.raises(SetupError) as caught:
        parse_run_file(text, "here.toml")
    assert caught.value.where.startswith("here.toml"), "the place starts with the file"
    assert len(str(caught.value)) < 1000
    return caught.value


def test_decimals_mean_exactly_what_they_say() -> None:
    study = parse_run_file(GOOD)
    assert study.training is not None and study.training.step_size == 0.1
    assert study.learner.record() == {"kind": "relu-mlp", "init_seed": 0, "widths": [8, 4]}
    assert (study.data.size, study.deletion.count) == (100, 5)


def test_the_convention_follows_from_the_learner_unless_it_is_given() -> None:
    assert parse_run_file(GOOD).convention is Convention.NULL_STEP
    assert parse_run_file(GOOD + 'convention = "retrain"').convention is Convention.RETRAIN
    assert parse_run_file(MODEL).convention is Convention.KEEP


def test_the_record_gives_the_study_again() -> None:
    for text in (GOOD, MODEL):
        record = parse_run_file(text).record()
        lines = [
            f"[{name}]\n" + "\n".join(f"{key} = {_toml(value)}" for key, value in keys.items())
            for name, keys in record.items()
        ]
        assert parse_run_file("\n".join(lines)).record() == record


def _toml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


MISTAKES = {
    "empty": ("", "data", "nothing in the whole file"),
    "no data": (GOOD[GOOD.index("[network]") :], "data", "required"),
    "no learner": (GOOD[: GOOD.index("[network]")], "[network]", "neither"),
    "two learners": (GOOD + '[model]\nkind = "ridge"\nregularization = 1', "[network]", "too"),
    "no training": (re.sub(r"\[training\][^\[]*", "", GOOD), "[training]", "step_size"),
    "training of a model": (
        MODEL + "training = { step_size = 1, epochs = 1, batch_size = 1 }",
        "[training]",
        "Remove it",
    ),
    "ridge without target": (MODEL.replace(', target = ["3"]', ""), "data.target", "needs it"),
    "range of a ridge": (MODEL + "bound.range = 2", "bound.range", "1 for this model"),
    "null step of a ridge": (
        MODEL + 'deletion.convention = "null-step"',
        "deletion.convention",
        "'keep-1/m' or 'retrain'",
    ),
    "retrain of logistic": (
        MODEL.replace('"ridge"', '"logistic"') + 'deletion.convention = "retrain"',
        "deletion.convention",
        "'keep-1/m'",
    ),
    "count and indices": (GOOD + "indices = [1]", "deletion.count", "both"),
    "indices and rows": (
        GOOD.replace("count = 5", "indices = [1]\nrows = [1]"),
        "deletion.indices",
        "both indices and rows",
    ),
    "rows twice": (GOOD.replace("count = 5", "rows = [7, 7]"), "deletion.rows", "a row given"),
    "range of digits": (
        GOOD.replace("size = 100", 'size = 100\nrange = [0, 1]\nrange_source = "me"'),
        "data.range",
        "nothing beside a name other",
    ),
    "range without its source": (OWN + "data.range = [0, 1]", "data.range_source", "both range"),
    "source without a range": (OWN + 'data.range_source = "me"', "data.range", "both range"),
    "range the wrong way round": (
        OWN + 'data.range = [1, 0]\ndata.range_source = "me"',
        "data.range",
        "the lowest and the highest",
    ),
    "range of three": (
        OWN + 'data.range = [0, 1, 2]\ndata.range_source = "me"',
        "data.range",
        "two numbers",
    ),
    "channels in the middle": (OWN + 'data.channels = "middle"', "data.channels", "'first'"),
    "scaling of a ridge": (
        MODEL.replace("ion = 0.1", 'ion = 0.1, scaling = "unit-ball"'),
        "model.scaling",
        "belongs to 'logistic'",
    ),
    "indices twice": (GOOD.replace("count = 5", "indices = [1, 1]"), "deletion.indices", "twice"),
    "indices outside": (
        GOOD.replace("count = 5", "indices = [100]"),
        "deletion.indices",
        "0 to 99",
    ),
    "count too large": (GOOD.replace("count = 5", "count = 101"), "deletion.count", "= 100"),
    "file of digits": (
        GOOD.replace("size = 100", 'size = 100\nfile = "a.npz"'),
        "data.file",
        "nothing with another name",
    ),
    "no file": (GOOD.replace('"digits"', '"file"'), "data.file", ".npz"),
    "largest of digits": (
        GOOD.replace("size = 100", "size = 100\nlargest = 2"),
        "data.largest",
        "",
    ),
    "no channels": (
        GOOD.replace("relu-mlp", "cnn").replace("widths = [8, 4]", ""),
        "network.widths",
        "required",
    ),
    "widths number": (GOOD.replace("[8, 4]", "8"), "network.widths", "a list of whole numbers"),
    "widths text": (GOOD.replace("[8, 4]", '[8, "4"]'), "network.widths[1]", "without quotes"),
    "widths empty": (GOOD.replace("[8, 4]", "[]"), "network.widths", "a list"),
    "size 1": (GOOD.replace("size = 100", "size = 1"), "data.size", "at least 2"),
    "seed": (GOOD.replace("size = 100", "size = 100\nseed = -1"), "data.seed", "at least 0"),
    "momentum 1": (GOOD.replace("epochs = 2", "epochs = 2\nmomentum = 1"), "momentum", "below 1"),
    "dtype": (GOOD.replace("epochs = 2", 'epochs = 2\ndtype = "half"'), "dtype", "'float32'"),
    "step size 0": (GOOD.replace("= 0.1", "= 0"), "training.step_size", "above 0"),
    "delta 1": (GOOD + "[bound]\ndelta = 1", "bound.delta", "strictly between 0 and 1"),
    "range 0": (GOOD + "[bound]\nrange = 0", "bound.range", "above 0"),
    "one test point": (GOOD + "[evaluation]\nsize = 1", "evaluation.size", "at least 2"),
    "number in quotes": (GOOD.replace("0.1", '"0.1"'), "training.step_size", "without quotes"),
    "unknown kind": (GOOD.replace("relu-mlp", "relu-mpl"), "network.kind", "'relu-mlp'?"),
    "model as network": (GOOD.replace("relu-mlp", "ridge"), "network.kind", "'cnn'"),
    "key of another kind": (MODEL.replace("0.1", "0.1, features = 3"), "model.features", "belongs"),
    "key of another section": (GOOD + "epochs = 3", "deletion.epochs", "[training]"),
    "misspelt section": (GOOD.replace("[training]", "[trainig]"), "[trainig]", "[training]?"),
    "key outside": ("epochs = 3\n" + GOOD, "[epochs]", "[training]"),
    "not TOML": ("[data\n", "", "not TOML"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told(name: str) -> None:
    text, place, word = MISTAKES[name]
    error = wrong(text)
    assert place in error.where and word in str(error), str(error)


def test_files_that_cannot_be_read(tmp_path) -> None:
    with pytest.raises(SetupError, match=r"init FILE --run"):
        read_run_file(tmp_path / "none.toml")
    path = tmp_path / "run.toml"
    path.write_text(GOOD)
    assert isinstance(read_run_file(path), Study)


SECTIONS = [
    pytest.param(section, kind, id=f"{section}.{getattr(kind, 'kind', '')}".rstrip("."))
    for section in FORMAT.sections
    for kind in FORMAT.classes(section)
]
OTHER_KERNELS = {key for keys in DEFAULTS.values() for key in keys} - set(DEFAULTS["gaussian"])
"""Keys that do not go with the kernel of the template, "gaussian"."""
CHOSEN = {
    "name": "digits", "size": 50, "file": None, "largest": None, "count": None,
    **dict.fromkeys((*OWN_KEYS, "rows")), "target_range": (0, 1), "indices": (1, 2),
    "regularization": Fraction(1),
}  # fmt: skip


def every(kind: type) -> dict[str, Any]:
    """A value for every key, so that a section is valid."""
    about = declarations(kind)
    found = {name: next(inside(one.allowed)) for name, one in about.items()}
    chosen = {
        n: v for n, v in CHOSEN.items() if n in found and (v is not None or about[n].optional)
    }
    return {**found, **chosen}


@pytest.mark.parametrize(("section", "kind"), SECTIONS)
def test_values_outside_a_declaration_are_refused(section: str, kind: type) -> None:
    unused = OTHER_KERNELS if kind is LEARNERS["kernel-ridge"] else set()
    values = every(kind)
    valid = kind(**{f.name: None if f.name in unused else values[f.name] for f in fields(kind)})
    case = Case(kind, valid, section)
    seen = list(declared(case))
    assert {name for name, _, _ in seen} == set(key_names(kind)), "every key is declared"
    for name, allowed, optional in seen:
        for value in outside(allowed):
            with pytest.raises(SetupError) as caught:
                case.rebuilt(**{name: value})
            assert tells(caught.value, f"{section}.{name}", allowed), (value, str(caught.value))
        if not optional:
            with pytest.raises(SetupError, match="required"):
                case.rebuilt(**{name: None})


@pytest.mark.parametrize(("section", "kind"), SECTIONS)
def test_a_misspelt_key_gets_the_right_one(section: str, kind: type) -> None:
    kinds = f'kind = "{kind.kind}"\n' if hasattr(kind, "kind") else ""  # type: ignore[attr-defined]
    data = "" if section == "data" else '[data]\nname = "digits"\nsize = 50\n'
    for key in key_names(kind):
        error = wrong(f"{data}[{section}]\n{kinds}{key[:-1]}x{key[-1]} = 1")
        assert error.where.endswith(f"{section}.{key[:-1]}x{key[-1]}")
        assert f"Did you mean {key}?" in error.remedy


def test_a_declaration_that_is_dropped_is_seen(monkeypatch) -> None:
    """The generated tests can fail: with a looser declaration a value outside passes."""
    anything = Allowed("anything", low=Fraction(-(10**9)))
    field = next(item for item in fields(FORMAT.classes("training")[0]) if item.name == "momentum")
    loose = {"declaration": replace(declaration_of(field), allowed=anything)}
    monkeypatch.setattr(field, "metadata", loose)
    training = FORMAT.classes("training")[0]
    assert training(step_size=1, epochs=1, batch_size=1, momentum=-3).momentum == -3


@pytest.mark.parametrize("kind", LEARNERS)
def test_the_template_of_every_kind_parses_and_explains_every_key(kind: str) -> None:
    text = run_template(kind)
    assert parse_run_file(text).learner.kind == kind
    assert max(len(line) for line in text.splitlines()) <= 100
    for section in FORMAT.sections:
        for data in FORMAT.classes(section):
            for key in key_names(data):
                assert re.search(rf"^#?{key} = ", text, re.MULTILINE), key
    for other in LEARNERS:
        assert f'kind = "{other}"' in text


def test_every_block_of_the_template_parses() -> None:
    """Each learner that is commented out can take the place of the one that is not."""
    for kind in LEARNERS:
        section = LEARNERS[kind].section
        block = run_template("own" if kind != "own" else "cnn").split(f'#kind = "{kind}"')[1]
        lines = [line[1:] for line in block.splitlines()[1:] if re.match(r"#\w+ = ", line)]
        lines = lines[: len(key_names(FORMAT.sections[section][kind]))]
        keys = "\n".join(line for line in lines if line.split()[0] not in OTHER_KERNELS)
        rest = (
            "[training]\nstep_size = 1\nepochs = 1\nbatch_size = 1\n"
            if LEARNERS[kind].trained
            else ""
        )
        data = '[data]\nname = "digits"\nsize = 50\ntarget = ["3"]\n'
        parse_run_file(f'{data}[{section}]\nkind = "{kind}"\n{keys}\n{rest}')


def test_an_unknown_kind_of_template_gets_the_nearest() -> None:
    with pytest.raises(SetupError, match="Did you mean 'logistic'"):
        run_template("logistics")


def test_a_batch_is_within_the_training_examples() -> None:
    """At the edge one batch holds all of them; beyond it, nothing is trained before it is told."""
    text = """
        data = {{ name = "digits", size = 50 }}
        network = {{ kind = "relu-mlp", widths = [4] }}
        training = {{ step_size = 1, epochs = 1, batch_size = {size} }}
    """
    parse_run_file(text.format(size=50))
    with pytest.raises(SetupError, match=r"training.batch_size: found 51; allowed: at most data"):
        parse_run_file(text.format(size=51))
