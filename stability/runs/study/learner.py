"""The base of learners as a study sees them: name, words, what other sections have to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from stability.conventions import Convention
from stability.runs.study.data_section import DataSection
from stability.runs.study.sections import BoundSection
from stability.setup.fields import check_fields
from stability.setup.plain import plain_fields


@dataclass(frozen=True, kw_only=True)
class LearnerSection:
    """Base of the learners. Fields made with `quantity` are the keys of its section of a run file.

    `section` is the name of that section, `kind` the value of its key `kind`, `title` the learner
    in words. `weighs`: whether it takes weights of examples, `weighs_how`: what it does with them,
    in a sentence. `rescales`: whether it fits a scaling of [data] again without a deleted example,
    `scales_itself`: whether it has keys of its own for it. `conventions`: what a deletion may mean
    for it; the first one, if the file does not say. `trained`: whether the section [training]
    belongs to it. `in_memory`: whether it is an object of the caller's and no section of a run
    file. `takes_frames`: whether tables keep their columns for it, texts among them.
    `shown`: keys of other sections that the commented file of this learner uses,
    `shown_bound`: those of [bound]. `data_examples`: values of keys of [data] there, where the
    usual ones do not fit.
    """

    section: ClassVar[str] = "model"
    kind: ClassVar[str] = ""
    title: ClassVar[str] = ""
    conventions: ClassVar[tuple[Convention, ...]] = ()
    trained: ClassVar[bool] = False
    in_memory: ClassVar[bool] = False
    weighs: ClassVar[bool] = False
    weighs_how: ClassVar[str] = (
        "Training multiplies the loss of each example by its weight, deletions included."
    )
    rescales: ClassVar[bool] = False
    scales_itself: ClassVar[bool] = False
    takes_frames: ClassVar[bool] = False
    shown: ClassVar[frozenset[str]] = frozenset({"count", "placebos"})
    shown_bound: ClassVar[frozenset[str]] = frozenset()
    data_examples: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def __post_init__(self) -> None:
        check_fields(self, self.section)

    @property
    def objective(self) -> str:
        """What is minimised, exactly and with its numbers; "" where [training] says it all."""
        return ""

    def check(self, data: DataSection, bound: BoundSection) -> None:
        """Raise SetupError if other sections do not say what it needs."""

    def record(self) -> Mapping[str, Any]:
        """Its section as plain values."""
        return plain_fields(self, floats=True)
