"""Run files: TOML to `Study`. Sections and keys are those of the declared data of a study."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any

from stability.errors import SetupError
from stability.runs.learners.learner import Learner
from stability.runs.learners.registry import SECTIONS, learner_of
from stability.runs.study.data_section import DataSection
from stability.runs.study.sections import (
    BoundSection,
    DeletionSection,
    ElasticitySection,
    EvaluationSection,
)
from stability.runs.study.study import Study
from stability.setup.sections import (
    HIERARCHY_FILE,
    SETUP_FILE,
    FileFormat,
    build_sections,
    in_file,
    read_document,
    read_text,
)
from stability.training.settings import TrainingSettings

FORMAT = FileFormat(
    what="a run file",
    sections={
        "data": DataSection,
        **SECTIONS,
        "training": TrainingSettings,
        "deletion": DeletionSection,
        "evaluation": EvaluationSection,
        "bound": BoundSection,
        "elasticity": ElasticitySection,
    },
    needed={"data": 'a section [data] with the lines name = "digits" and size = 1000, say'},
    example='sections such as [data] with lines such as name = "digits"',
    hint="`stability init FILE --run` writes a commented one to start from.",
    others={"hierarchy": HIERARCHY_FILE, **dict.fromkeys(("sample", "algorithm"), SETUP_FILE)},
)
"""Which sections and keys a run file may hold."""


def read_run_file(path: str | PathLike[str]) -> Study[Learner]:
    """The study that a file describes. Folders and files named in it are relative to its folder.

    Raises SetupError (the file's name, the place in it, what was found, what is allowed) if the
    file cannot be read, is not TOML, or says something that cannot be.
    """
    return parse_run_file(read_text(path, FORMAT), str(path))


def parse_run_file(text: str, name: str = "run") -> Study[Learner]:
    """The study that a TOML text describes; `name` stands for the text in messages.

    >>> study = parse_run_file('''
    ... data = { name = "digits", size = 1000 }
    ... network = { kind = "relu-mlp", widths = [32] }
    ... training = { step_size = 0.1, epochs = 5, batch_size = 20 }
    ... ''')
    >>> study.convention.value, study.learner.architecture.widths
    ('null-step', (32,))
    """
    document = read_document(text, name, FORMAT)
    with in_file(name):
        return _study(build_sections(document, FORMAT))


def _study(sections: Mapping[str, Any]) -> Study[Learner]:
    described = {name: sections[name] for name in SECTIONS if name in sections}
    if len(described) != 1:
        first, second = SECTIONS
        raise SetupError(
            where=f"[{first}]",
            found=f"a section [{second}] too" if described else f"neither [{first}] nor [{second}]",
            allowed=f"exactly one of the sections [{first}] and [{second}]",
            remedy="Networks are retrained; models have formulas or are fitted again.",
        )
    rest = {name: section for name, section in sections.items() if name not in SECTIONS}
    return Study(learner=learner_of(*next(iter(described.items()))), **rest)
