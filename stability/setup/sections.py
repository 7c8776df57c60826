"""Files of declared sections: TOML to the frozen data whose fields say what they may hold.

Files are untrusted: every mistake is a SetupError that says where, what was found, what is allowed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from os import PathLike
from pathlib import Path
from typing import Any

from stability.errors import SetupError, did_you_mean, shown
from stability.files import names_near, open_plain
from stability.setup.fields import Declaration, declarations

LARGEST_FILE = 1_000_000
"""Bytes. A file of settings has a few hundred; a longer one is something else."""

Kinds = Mapping[str, type]
"""Name of a kind to its class."""

SETUP_FILE = "It looks like a setup file: use `stability bounds FILE`."
RUN_FILE = "It looks like a run file: use `stability estimate FILE --out DIR`."
HIERARCHY_FILE = "It looks like a hierarchy file: use `stability neurashed FILE --out DIR`."
"""Which command takes a file that was given to another one."""


@dataclass(frozen=True)
class FileFormat:
    """What a file of sections holds.

    `sections`: the class that a section describes, or several by the value of its key `kind`.
    `needed`: sections that must be there, with an example. `example` and `hint` end messages about
    text that is no such file. `others`: sections of files that other commands take, with what to do
    about such a file. `foreign`: keys and kinds that there are not, with why.
    """

    what: str
    sections: Mapping[str, type | Kinds]
    needed: Mapping[str, str]
    example: str
    hint: str
    others: Mapping[str, str] = field(default_factory=dict)
    foreign: Mapping[str, str] = field(default_factory=dict)

    def classes(self, section: str) -> tuple[type, ...]:
        """Every class that a section may describe."""
        found = self.sections[section]
        return tuple(found.values()) if isinstance(found, Mapping) else (found,)


def read_text(path: str | PathLike[str], form: FileFormat) -> str:
    """The text of a file; SetupError if it cannot be read, is too long or no UTF-8."""
    file = Path(path)
    try:
        with open_plain(file) as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise SetupError(
            where=str(file),
            found=f"no readable file ({error.strerror or error})",
            allowed=f"{form.what} in TOML",
            remedy=f"{names_near(file)} {form.hint}".strip(),
        ) from None
    if len(content) > LARGEST_FILE:
        raise SetupError(
            where=str(file),
            found=f"more than {LARGEST_FILE} bytes",
            allowed=f"{form.what}, which is far shorter",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SetupError(
            where=f"{file}: byte {error.start}",
            found="bytes that are not UTF-8 text",
            allowed=f"{form.what} in TOML, saved as UTF-8",
        ) from None


def read_document(text: str, name: str, form: FileFormat) -> dict[str, Any]:
    """The tables of a TOML text, decimals exact; `name` stands for the text in messages."""
    try:
        return tomllib.loads(text, parse_float=_decimal)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is a ValueError
        deep = isinstance(error, RecursionError)
        raise SetupError(
            where=name,
            found=f"text that is not TOML: {'nested too deeply' if deep else error}",
            allowed=form.example,
            remedy=form.hint,
        ) from None


@contextmanager
def in_file(name: str) -> Iterator[None]:
    """Put the name of a file in front of the place in every SetupError."""
    try:
        yield
    except SetupError as error:
        raise SetupError(
            where=f"{name}: {error.where}",
            found=error.found,
            allowed=error.allowed,
            remedy=error.remedy,
        ) from None


def build_sections(document: Mapping[str, Any], form: FileFormat) -> dict[str, Any]:
    """The data that every section of a document describes. Raises SetupError."""
    for name, content in document.items():
        if name in form.others and isinstance(content, Mapping):
            raise SetupError(
                where=f"[{name}]",
                found=f"a section that {form.what} does not have",
                allowed="the sections " + ", ".join(form.sections),
                remedy=form.others[name],
            )
        if name not in form.sections:
            raise _unknown_section(name, content, form)
        if not isinstance(content, Mapping):
            raise SetupError(
                where=name, found=content, allowed=f"a section: [{name}] with lines key = value"
            )
    for name, example in form.needed.items():
        if name not in document:
            raise SetupError(
                where=name,
                found="nothing (it is required)" if document else "nothing in the whole file",
                allowed=example,
            )
    return {name: _section(name, content, form) for name, content in document.items()}


def key_names(kind: type) -> tuple[str, ...]:
    """The keys that a section of this class may hold."""
    return tuple(item.name for item in fields(kind))


def _decimal(literal: str) -> Decimal:
    try:
        return Decimal(literal)
    except InvalidOperation:
        raise ValueError(f"the number {shown(literal)} is out of range") from None


def _section(name: str, content: Mapping[str, Any], form: FileFormat) -> Any:
    given = dict(content)
    choice = form.sections[name]
    kind = _kind(name, given, choice, form.foreign) if isinstance(choice, Mapping) else choice
    if isinstance(choice, Mapping):
        given.pop("kind")
    declared = declarations(kind)
    for key in given:
        if key not in declared:
            raise _unknown_key(name, key, kind, form)
    for item in fields(kind):
        if item.name not in given and item.default is MISSING:
            raise _missing(f"{name}.{item.name}", declared[item.name])
    return kind(**{k: declared[k].allowed.read(f"{name}.{k}", v) for k, v in given.items()})


def _kind(section: str, given: Mapping[str, Any], kinds: Kinds, foreign: Mapping[str, str]) -> type:
    kind = given.get("kind")
    if isinstance(kind, str) and kind in kinds:
        return kinds[kind]
    raise SetupError(
        where=f"{section}.kind",
        found="nothing (it is required)" if kind is None else kind,
        allowed="one of " + ", ".join(repr(k) for k in kinds),
        remedy=foreign.get(kind, did_you_mean(kind, kinds)) if isinstance(kind, str) else "",
    )


def _missing(where: str, declared: Declaration) -> SetupError:
    return SetupError(
        where=where,
        found="nothing (it is required)",
        allowed=declared.allowed.text,
        remedy=f"It is {declared.explain}.",
    )


def _homes(key: str, form: FileFormat) -> list[str]:
    """The sections in which there is such a key."""
    return [s for s in form.sections if any(key in key_names(k) for k in form.classes(s))]


def _unknown_section(name: str, content: Any, form: FileFormat) -> SetupError:
    remedy = did_you_mean(name, form.sections, show="[{}]".format)
    homes = _homes(name, form)
    if homes and not isinstance(content, Mapping):
        remedy = f"{name} belongs in the section [{homes[0]}]."
    return SetupError(
        where=f"[{name}]",
        found="an unknown section" if isinstance(content, Mapping) else "a key outside a section",
        allowed="the sections " + ", ".join(form.sections),
        remedy=remedy,
    )


def _unknown_key(section: str, key: str, kind: type, form: FileFormat) -> SetupError:
    choice = form.sections[section]
    kinds: Kinds = choice if isinstance(choice, Mapping) else {}
    known = (*(("kind",) if kinds else ()), *key_names(kind))
    of_this = "".join(f" of kind {name!r}" for name, other in kinds.items() if other is kind)
    of_others = [name for name, other in kinds.items() if key in key_names(other)]
    homes, remedy = _homes(key, form), did_you_mean(key, known, show=str)
    if of_others:
        remedy = f"{key} belongs to " + ", ".join(repr(k) for k in of_others) + "."
    elif homes and not remedy:
        remedy = f"{key} belongs in the section [{homes[0]}]."
    remedy = form.foreign.get(key, remedy)
    return SetupError(
        where=f"{section}.{key}",
        found="an unknown key",
        allowed=f"the keys of [{section}]{of_this}: " + ", ".join(known),
        remedy=remedy,
    )
