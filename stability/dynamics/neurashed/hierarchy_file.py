"""Hierarchy files: TOML to a feature graph with instances, and how it is trained and looked at."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import Any

from stability.dynamics.neurashed.hierarchy_sections import (
    HIERARCHIES,
    HIERARCHY,
    Hierarchy,
    MeasurementSection,
    TrainingSection,
)
from stability.dynamics.neurashed.updates import FixedRates, ResidualRates, Updates
from stability.errors import SetupError, did_you_mean
from stability.setup.sections import (
    RUN_FILE,
    SETUP_FILE,
    FileFormat,
    build_sections,
    in_file,
    read_document,
    read_text,
)
from stability.setup.template_lines import commented_out, section_lines

RULES = {rule.kind: rule for rule in (ResidualRates, FixedRates)}
FORMAT = FileFormat(
    what="a hierarchy file",
    sections={
        HIERARCHY: HIERARCHIES,
        "updates": RULES,
        "training": TrainingSection,
        "measurement": MeasurementSection,
    },
    needed={
        HIERARCHY: 'a section [hierarchy] with the lines kind = "tree" and classes = '
        '{ animals = ["tiger", "cat"], vehicles = ["plane", "ship"] }, say'
    },
    example='sections such as [hierarchy] with lines such as kind = "tree"',
    hint="`stability init FILE --hierarchy` writes a commented one to start from.",
    others={
        **dict.fromkeys(("sample", "algorithm"), SETUP_FILE),
        **dict.fromkeys(("data", "network", "model"), RUN_FILE),
    },
)
"""Which sections and keys a hierarchy file may hold."""


@dataclass(frozen=True, kw_only=True)
class HierarchyStudy:
    """A hierarchy, how its factors change, what it is trained on, and how much is looked at."""

    hierarchy: Hierarchy
    updates: Updates = ResidualRates()
    training: TrainingSection = TrainingSection()
    measurement: MeasurementSection = MeasurementSection()


def read_hierarchy(path: str | PathLike[str]) -> HierarchyStudy:
    """The study that a file describes.

    Raises SetupError (the file's name, the place in it, what was found, what is allowed) if the
    file cannot be read, is not TOML, or says something that cannot be.
    """
    return parse_hierarchy(read_text(path, FORMAT), str(path))


def parse_hierarchy(text: str, name: str = "hierarchy") -> HierarchyStudy:
    """The study that a TOML text describes; `name` stands for the text in messages.

    >>> study = parse_hierarchy('''
    ... [hierarchy]
    ... kind = "tree"
    ... classes = { animals = ["tiger", "cat"], vehicles = ["plane", "ship"] }
    ... ''')
    >>> study.hierarchy.population.graph.classes
    ('tiger', 'cat', 'plane', 'ship')
    >>> parse_hierarchy('hierarchy = { kind = "tree", classes = { animals = [] } }')
    Traceback (most recent call last):
    stability.errors.SetupError: hierarchy: hierarchy.classes.animals: found no classes; ...
    """
    document = read_document(text, name, FORMAT)
    with in_file(name):
        sections: dict[str, Any] = build_sections(document, FORMAT)
        return HierarchyStudy(**sections)


HEAD = """\
# A hierarchy of features, for `stability neurashed FILE --out DIR`: train it, see whom an update on
# one instance moves, and what deleting one does. Remove the # before what you want to say.
"""


def hierarchy_template(kind: str = "tree") -> str:
    """A commented hierarchy file of a kind, "tree" or "graph", with the other in comments.

    Raises SetupError for an unknown kind.

    >>> parse_hierarchy(hierarchy_template("graph")).hierarchy.kind
    'graph'
    """
    if kind not in HIERARCHIES:
        raise SetupError(
            where="--kind",
            found=kind,
            allowed="one of " + ", ".join(map(repr, HIERARCHIES)),
            remedy=did_you_mean(kind, HIERARCHIES),
        )
    lines = [HEAD, *_kind(HIERARCHY, HIERARCHIES[kind]), ""]
    for other in HIERARCHIES.values():
        if other.kind != kind:
            lines += ["# Or, in its place:", *commented_out(_kind(HIERARCHY, other)), ""]
    first, *others = RULES.values()
    lines += [*_kind("updates", first), ""]
    for other in others:
        lines += ["# Or, in its place:", *commented_out(_kind("updates", other)), ""]
    lines += ["[training]", *section_lines(TrainingSection), ""]
    lines += ["[measurement]", *section_lines(MeasurementSection)]
    return "\n".join(lines) + "\n"


def _kind(section: str, described: Any) -> list[str]:
    head = [f"# {described.title}", f"[{section}]", f'kind = "{described.kind}"']
    return [*head, *section_lines(described)]
