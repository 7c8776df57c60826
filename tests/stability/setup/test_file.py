"""Setup files: what is read is what was written, and every mistake is told with its place."""

import os
import re
from dataclasses import fields
from fractions import Fraction

import pytest

from stability.errors import SetupError
from stability.setup.algorithms import KINDS, DecayingStep
from stability.setup.file import FORMAT, parse_setup, read_setup
from stability.setup.template import template

GOOD = """
[sample]
size = 60000
[loss]
range = 1.0
lipschitz = 1.0
mean_lipschitz = 0.1
smoothness = 0.25
convex = true
[algorithm]
kind = "sgd"
steps = 60000
step_size = 1e-5
"""


def wrong(text: str) -> SetupError:
    with pytest.raises(SetupError) as caught:
        parse_setup(text, "here.toml")
    assert caught.value.where.startswith("here.toml"), "the place starts with the file"
    return caught.value


def test_decimals_mean_exactly_what_they_say():
    setup = parse_setup(GOOD)
    assert setup.loss.mean_lipschitz == Fraction(1, 10)
    assert setup.algorithm.step_size.size == Fraction(1, 100000)
    assert setup.sample.size == 60000 and setup.loss.convex is True


def test_whole_numbers_may_be_written_as_floats():
    assert parse_setup(GOOD.replace("60000", "6e4")).sample.size == 60000


def test_steps_that_decay():
    setup = parse_setup(GOOD.replace("1e-5", '{ schedule = "decay", c = 0.1 }'))
    assert setup.algorithm.step_size == DecayingStep(Fraction(1, 10))
    constant = GOOD.replace("1e-5", '{ schedule = "constant", size = 1e-5 }')
    assert parse_setup(constant) == parse_setup(GOOD)


@pytest.mark.parametrize(
    "values", ["values = { B = 0.5, U = 40, B1 = 0.3, D = 12 }", None], ids=["inline", "table"]
)
def test_own_constants(values):
    keys = 'notion = "elastic"\nscaling = "constant"\nstructure = "product"\nsymmetric = false\n'
    table = "[stability.values]\nB = 0.5\nU = 40\nB1 = 0.3\nD = 12\n"
    setup = parse_setup(f"sample.size = 10\n[stability]\n{keys}{values or table}")
    own = setup.stability
    assert dict(own.values) == {
        "B": Fraction(1, 2),
        "U": 40,
        "B1": Fraction(3, 10),
        "D": 12,
    }
    assert (own.scaling, own.structure, own.symmetric) == ("constant", "product", False)


def test_training_quantities_and_bags():
    head = "sample.size = 10\ntraining = { expected_risks = [0.7, 0.6], erm_error = 0.01"
    descent = "algorithm = { kind = 'gd', steps = 2, step_size = 1 }"
    setup = parse_setup(head + ", measured = true }\n" + descent)
    assert setup.training.expected_risks == (Fraction(7, 10), Fraction(3, 5))
    with pytest.raises(SetupError, match=r"training.measured.*beside expected_risks and erm_error"):
        parse_setup(head + " }\n" + descent)
    bags = 'algorithm = { kind = "bagging", subsample = 5, prediction_range = 2.0 }'
    assert parse_setup("sample.size = 10\n" + bags).algorithm.prediction_range == 2


# Every mistake: the text, the place, and a word that the message must hold.
MISTAKES = {
    "size 0": (GOOD.replace("size = 60000", "size = 0", 1), "sample.size", "at least 1"),
    "size negative": (GOOD.replace("60000", "-5", 1), "sample.size", "found -5"),
    "size fraction": (GOOD.replace("60000", "1.5", 1), "sample.size", "whole number"),
    "size text": (GOOD.replace("60000", '"60000"', 1), "sample.size", "without quotes"),
    "size list": (GOOD.replace("60000", "[1]", 1), "sample.size", "whole number"),
    "size true": (GOOD.replace("60000", "true", 1), "sample.size", "found True"),
    "size date": (GOOD.replace("60000", "2024-01-01", 1), "sample.size", "whole number"),
    "size table": (GOOD.replace("60000", "{ a = 1 }", 1), "sample.size", "whole number"),
    "size huge": (GOOD.replace("60000", "1e999999999", 1), "sample.size", "1e300"),
    "size long": (GOOD.replace("60000", "9" * 400, 1), "sample.size", "1e300"),
    "size out of reach": (GOOD.replace("60000", "1e9999999999999999999", 1), "", "out of range"),
    "size endless": (GOOD.replace("60000", "9" * 5000, 1), "", "not TOML"),
    "range negative": (GOOD.replace("range = 1.0", "range = -1.0"), "loss.range", "above 0"),
    "range zero": (GOOD.replace("range = 1.0", "range = 0"), "loss.range", "above 0"),
    "nan": (GOOD.replace("lipschitz = 1.0", "lipschitz = nan"), "loss.lipschitz", "NaN"),
    "inf": (GOOD.replace("lipschitz = 1.0", "lipschitz = -inf"), "loss.lipschitz", "Infinity"),
    "tiny": (GOOD.replace("lipschitz = 1.0", "lipschitz = 1e-400"), "loss.lipschitz", "1e-300"),
    "convex text": (GOOD.replace("true", '"yes"'), "loss.convex", "true or false"),
    "convex 1": (GOOD.replace("true", "1"), "loss.convex", "true or false"),
    "mean above sup": (GOOD.replace("0.1", "1.1"), "loss.mean_lipschitz", "at most"),
    "unknown kind": (GOOD.replace('"sgd"', '"sdg"'), "algorithm.kind", "Did you mean 'sgd'"),
    "kind number": (GOOD.replace('"sgd"', "3"), "algorithm.kind", "one of"),
    "kind list": (GOOD.replace('"sgd"', '["sgd"]'), "algorithm.kind", "one of"),
    "no kind": (GOOD.replace('kind = "sgd"', ""), "algorithm.kind", "required"),
    "misspelt key": (GOOD.replace("smoothness", "smothness"), "loss.smothness", "smoothness?"),
    "unlike any key": (GOOD.replace("smoothness", "qqq"), "loss.qqq", "measured_failure"),
    "misspelt in algorithm": (GOOD + "batch_sise = 1", "algorithm.batch_sise", "batch_size?"),
    "key of another kind": (
        GOOD + "inverse_temperature = 1",
        "algorithm.inverse_temperature",
        "belongs to 'sgld'",
    ),
    "key of another section": (GOOD + "erm_error = 1", "algorithm.erm_error", "[training]"),
    "misspelt section": (GOOD.replace("[loss]", "[los]"), "[los]", "[loss]?"),
    "key outside": ("size = 5\n" + GOOD, "[size]", "[sample]"),
    "algorithm key outside": ("steps = 5\n" + GOOD, "[steps]", "[algorithm]"),
    "section is a number": ("sample = 3", "sample", "a section"),
    "section is a list": ("[[sample]]\nsize = 1", "sample", "a section"),
    "no sample": (GOOD[GOOD.index("[loss]") :], "sample", "required"),
    "no size": ('[sample]\n[algorithm]\nkind = "knn"\nneighbours = 1', "sample.size", "required"),
    "no step size": (GOOD.replace("step_size = 1e-5", ""), "algorithm.step_size", "schedule"),
    "no steps": (GOOD.replace("steps = 60000", ""), "algorithm.steps", "epochs"),
    "steps and epochs": (GOOD + "epochs = 1", "algorithm.steps", "exactly one"),
    "step size 0": (GOOD.replace("1e-5", "0"), "algorithm.step_size", "above 0"),
    "step size text": (GOOD.replace("1e-5", '"small"'), "algorithm.step_size", "quotes"),
    "no schedule": (GOOD.replace("1e-5", "{ c = 1 }"), "algorithm.step_size.schedule", "required"),
    "schedule": (
        GOOD.replace("1e-5", '{ schedule = "cosine" }'),
        "algorithm.step_size.schedule",
        "'decay'",
    ),
    "schedule list": (GOOD.replace("1e-5", "{ schedule = [] }"), "schedule", "'decay'"),
    "no c": (GOOD.replace("1e-5", '{ schedule = "decay" }'), "step_size.c", "required"),
    "c text": (GOOD.replace("1e-5", '{ schedule = "decay", c = "1" }'), "step_size.c", "quotes"),
    "c negative": (GOOD.replace("1e-5", '{ schedule = "decay", c = -1 }'), "step_size", "above 0"),
    "step key": (
        GOOD.replace("1e-5", '{ schedule = "decay", c = 1, k = 2 }'),
        "step_size.k",
        "unknown",
    ),
    "order": (GOOD + 'order = "random"', "algorithm.order", "'shuffled'"),
    "order number": (GOOD + "order = 1", "algorithm.order", "'shuffled'"),
    "risks": (GOOD + "[training]\nexpected_risks = 1", "training.expected_risks", "list"),
    "risk text": (GOOD + '[training]\nexpected_risks = [1, "a"]', "expected_risks[1]", "quotes"),
    "risk negative": (GOOD + "[training]\nexpected_risks = [-1]", "expected_risks[0]", "least 0"),
    "no algorithm": ("sample.size = 10", "setup", "exactly one"),
    "both": (GOOD + '[stability]\nnotion = "uniform"\nvalues.beta = 1', "setup", "exactly one"),
    "no notion": ("sample.size = 1\nstability.values.beta = 1", "stability.notion", "required"),
    "no values": ('sample.size = 1\nstability.notion = "uniform"', "stability.values", "required"),
    "values number": (
        'sample.size = 1\nstability = { notion = "uniform", values = 3 }',
        "stability.values",
        "table",
    ),
    "values text": (
        'sample.size = 1\nstability = { notion = "uniform", values = { beta = "1" } }',
        "stability.values.beta",
        "quotes",
    ),
    "values name": (
        'sample.size = 1\nstability = { notion = "uniform", values = { epsilon = 1 } }',
        "stability.values",
        "exactly: beta",
    ),
    "notion": (
        'sample.size = 1\nstability = { notion = "unform", values = { beta = 1 } }',
        "stability.notion",
        "'uniform'",
    ),
    "elastic order": (
        'sample.size = 1\nstability = { notion = "elastic", '
        "values = { B = 2, U = 1, B1 = 0.5, D = 0 } }",
        "stability.values",
        "B1 <= B <= U",
    ),
    "neighbours 0": (
        'sample.size = 1\nalgorithm = { kind = "knn", neighbours = 0 }',
        "algorithm.neighbours",
        "at least 1",
    ),
    "erm without regulariser": (
        'sample.size = 1\nalgorithm = { kind = "erm" }',
        "algorithm.regularization",
        "above 0",
    ),
    "empty": ("", "sample", "nothing in the whole file"),
    "blank": ("# only a comment\n\n", "sample", "nothing in the whole file"),
    "not TOML": ("[sample\nsize =", "", "line 1, column 8"),
    "twice": ("sample.size = 1\nsample.size = 2", "", "not TOML"),
    "momentum": (
        'sample.size = 3\nalgorithm = { kind = "sgd", step_size = 1, steps = 1, momentum = 0.9 }',
        "algorithm.momentum",
        "No theorem here covers momentum",
    ),
    "adam": (
        'sample.size = 3\nalgorithm.kind = "adamw"',
        "algorithm.kind",
        "of Adam",
    ),
    "yaml": ("sample:\n  size: 3\n", "", "line 1"),
    "json": ('{"sample": {"size": 3}}', "", "line 1"),
    "deep": ("a = " + "[" * 20000, "", "not TOML"),
    "control characters": ("sample.size = 1\x00", "", "not TOML"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told(name):
    text, place, word = MISTAKES[name]
    error = wrong(text)
    assert place in error.where
    assert word in str(error)
    assert len(str(error)) < 1000


def test_a_name_like_that_of_a_file_that_is_there(tmp_path):
    (tmp_path / "setup.toml").write_text(GOOD)
    with pytest.raises(SetupError, match=r"Did you mean 'setup\.toml'"):
        read_setup(tmp_path / "setpu.toml")


def test_unreadable_files(tmp_path):
    for path, word in (
        (tmp_path / "missing.toml", "No such file"),
        (tmp_path, "folder"),
    ):
        with pytest.raises(SetupError, match=word) as caught:
            read_setup(path)
        assert caught.value.where.startswith(str(path))


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_forbidden_file(tmp_path):
    path = tmp_path / "secret.toml"
    path.write_text(GOOD)
    path.chmod(0)
    with pytest.raises(SetupError, match="Permission denied"):
        read_setup(path)


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\x00\xff", GOOD.encode("utf-16"), "é = 1".encode("latin-1")]
)
def test_files_that_are_not_utf8(tmp_path, content):
    path = tmp_path / "binary.toml"
    path.write_bytes(content)
    with pytest.raises(SetupError, match="UTF-8") as caught:
        read_setup(path)
    assert caught.value.where.startswith(str(path))


def test_a_byte_order_mark_and_foreign_line_ends_do_no_harm(tmp_path):
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_setup(str(path)) == parse_setup(GOOD)


def test_an_endless_file_is_not_read_to_its_end():
    with pytest.raises(SetupError, match="device"):
        read_setup("/dev/zero")


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_of_every_kind_parses(kind):
    assert parse_setup(template(kind)).algorithm.kind == kind


def active(text: str) -> dict[str, list[str]]:
    """The commented-out blocks of the template, by section: the lines without their #."""
    blocks: dict[str, list[str]] = {}
    head = ""
    for line in text.splitlines():
        if match := re.fullmatch(r"#\[(\w+)\]", line):
            head = f"{match[1]} {len(blocks)}"
            blocks[head] = [line[1:]]
        elif head and re.match(r"#\w", line):
            blocks[head].append(line[1:])
    return blocks


def test_every_block_of_the_template_parses_and_explains_every_key():
    text = template()
    alone = "sample.size = 60000\nloss.lipschitz = 1\n"
    exclusive = ("epochs", "strong_convexity", "structure", "mu", "rho", "delta_at_zero")
    blocks = active(text)
    assert len(blocks) == len(KINDS) - 1 + 2
    for head, lines in blocks.items():
        kept = [line for line in lines if not line.startswith(exclusive)]
        rest = "" if head.startswith(("algorithm", "stability")) else GOOD_ALGORITHM
        parse_setup(alone + "\n".join(kept) + rest)
    for section in FORMAT.sections:
        for data in FORMAT.classes(section):
            for item in fields(data):
                assert re.search(rf"^#?{item.name} = ", text, re.MULTILINE), item.name


GOOD_ALGORITHM = '\n[algorithm]\nkind = "gd"\nsteps = 3\nstep_size = 1\n'


def test_no_line_of_the_template_is_too_long():
    assert max(len(line) for line in template().splitlines()) <= 100


def test_template_of_an_unknown_kind():
    with pytest.raises(SetupError, match="'sgd'"):
        template("adam")
