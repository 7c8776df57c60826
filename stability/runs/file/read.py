"""Run files: TOML to `Study`. Sections and keys are those of `stability.runs.file.sections`."""

from __future__ import annotations

from os import PathLike

from stability.runs.file.sections import (
    MODELS,
    NETWORKS,
    BoundSection,
    DataSection,
    DeletionSection,
    EvaluationSection,
)
from stability.runs.file.study import Study
from stability.setup.sections import FileFormat, build_sections, in_file, read_document, read_text
from stability.training.settings import TrainingSettings

FORMAT = FileFormat(
    what="a run file",
    sections={
        "data": DataSection,
        "network": NETWORKS,
        "model": MODELS,
        "training": TrainingSettings,
        "deletion": DeletionSection,
        "evaluation": EvaluationSection,
        "bound": BoundSection,
    },
    needed={"data": 'a section [data] with the lines name = "digits" and size = 1000, say'},
    example='sections such as [data] with lines such as name = "digits"',
    hint="`stability init FILE --run` writes a commented one to start from.",
)
"""Which sections and keys a run file may hold."""


def read_run_file(path: str | PathLike[str]) -> Study:
    """The study that a file describes. Folders and files named in it are relative to its folder.

    Raises SetupError (the file's name, the place in it, what was found, what is allowed) if the
    file cannot be read, is not TOML, or says something that cannot be.
    """
    return parse_run_file(read_text(path, FORMAT), str(path))


def parse_run_file(text: str, name: str = "run") -> Study:
    """The study that a TOML text describes; `name` stands for the text in messages.

    >>> study = parse_run_file('''
    ... data = { name = "digits", size = 1000 }
    ... network = { kind = "relu-mlp", widths = [32] }
    ... training = { step_size = 0.1, epochs = 5, batch_size = 20 }
    ... ''')
    >>> study.convention.value, study.network.widths
    ('null-step', (32,))
    """
    document = read_document(text, name, FORMAT)
    with in_file(name):
        return Study(**build_sections(document, FORMAT))
