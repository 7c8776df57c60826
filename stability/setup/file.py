"""Setup files: TOML to `Setup`. A decimal literal means exactly that decimal.

Sections and keys are those of the frozen data in `setup.py` and of `algorithms` beside this file;
nothing is listed twice. Files are untrusted: every mistake is a SetupError whose `where` starts
with the name of the file.
"""

from __future__ import annotations

from os import PathLike

from stability.setup.algorithms import KINDS
from stability.setup.sections import (
    HIERARCHY_FILE,
    RUN_FILE,
    FileFormat,
    build_sections,
    in_file,
    read_document,
    read_text,
)
from stability.setup.setup import AssumedStability, Loss, Sample, Setup, Training


def read_setup(path: str | PathLike[str]) -> Setup:
    """The setup that a file describes.

    Raises SetupError (the file's name, the place in it, what was found, what is allowed) if the
    file cannot be read, is not TOML, or says something that cannot be.
    """
    return parse_setup(read_text(path, FORMAT), str(path))


def parse_setup(text: str, name: str = "setup") -> Setup:
    """The setup that a TOML text describes; `name` stands for the text in messages.

    >>> parse_setup('''
    ... sample.size = 1000
    ... stability = { notion = "uniform", values = { beta = 1e-5 } }
    ... ''').stability.values
    (('beta', Fraction(1, 100000)),)
    """
    document = read_document(text, name, FORMAT)
    with in_file(name):
        return Setup(**build_sections(document, FORMAT))


_NO_THEOREM = (
    "No theorem here covers {}. What such training does to losses can be measured: "
    "`stability init run.toml --run` writes a file for `stability estimate`."
)
_MOMENTUM = _NO_THEOREM.format("momentum")
_ADAPTIVE = _NO_THEOREM.format("adaptive steps, such as those of Adam")
FORMAT = FileFormat(
    what="a setup file",
    sections={
        "sample": Sample,
        "loss": Loss,
        "algorithm": KINDS,
        "training": Training,
        "stability": AssumedStability,
    },
    needed={"sample": "a section [sample] with the line size = 60000, say"},
    example="sections such as [sample] with lines such as size = 60000",
    hint="`stability init FILE` writes a commented one to start from.",
    others={"hierarchy": HIERARCHY_FILE, **dict.fromkeys(("data", "network", "model"), RUN_FILE)},
    foreign={
        **dict.fromkeys(("momentum", "nesterov"), _MOMENTUM),
        **dict.fromkeys(("adam", "adamw", "adagrad", "rmsprop", "optimiser"), _ADAPTIVE),
    },
)
"""Which sections and keys a setup file may hold."""
