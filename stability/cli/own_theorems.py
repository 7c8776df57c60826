"""The option `--theorems`: theorems that a person wrote, in a file or an installed package."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import typer

from stability.cli.streams import prints_to_stderr
from stability.errors import SetupError, StabilityError, did_you_mean
from stability.own_code import OwnCodeError, called, line_of
from stability.runs.learners.own_file import OwnFile

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from stability.theorems.kinds import Theorem
    from stability.theorems.kinds.constant import Origin
    from stability.theorems.own import OwnTheorems

PLACE, GROUP = "--theorems", "stability.theorems"
TheoremFiles = Annotated[
    list[str] | None,
    typer.Option(
        PLACE,
        metavar="FILE.py",
        help="Theorems of your own: the THEOREMS (and DERIVATIONS) of a file of Python, which is "
        "run, or FILE.py:NAME, or the name of an installed entry point of the group "
        "stability.theorems. Repeat it for several.",
        show_default=False,
    ),
]


@dataclass(frozen=True)
class TheoremFile(OwnFile):
    """A file of Python with theorems."""

    place: ClassVar[str] = PLACE
    allowed: ClassVar[str] = (
        "FILE.py with THEOREMS, FILE.py:NAME, or the name of an entry point of the group "
        f"{GROUP} of an installed package"
    )
    module: ClassVar[str] = "theorems_of_the_user"


def read_theorems(given: list[str] | None) -> OwnTheorems:
    """The theorems and derivations of every `--theorems`.

    Raises SetupError, OwnCodeError for what the code of theirs raises.
    """
    from stability.theorems.own import OwnTheorems

    if not given:
        return OwnTheorems()
    with prints_to_stderr():
        read = [
            _file(text) if _is_file(text) else _entry_point(text) for text in dict.fromkeys(given)
        ]
    found = OwnTheorems(
        tuple(theorem for one in read for theorem in one.theorems),
        {name: derive for one in read for name, derive in one.derivations.items()},
    )
    found.with_catalogue()  # an identifier that is used twice is refused here
    return found


def every_theorem(own: OwnTheorems) -> tuple[Theorem, ...] | None:
    """What `analyse` and its like take: None for those of the library alone."""
    return own.with_catalogue() if own.theorems else None


def _is_file(text: str) -> bool:
    return text.endswith(".py") or ".py:" in text


def _file(text: str) -> OwnTheorems:
    from stability.theorems.kinds.constant import Origin
    from stability.theorems.own import THEOREMS

    named = text if not text.endswith(".py") else f"{text}:{THEOREMS}"
    own = TheoremFile.read(named)
    file = named.rpartition(":")[0]
    module = _told(own.where, own.run)
    origin = Origin(file, {"file": file, "name": own.name, **own.digests})

    def at_work(derive: Callable[..., Any]) -> Callable[..., Any]:
        def derived(claim: Any) -> Any:
            with own.at_work():
                return derive(claim)

        return derived

    with own.at_work():
        return _of_module(module, own.name, origin, own.where, at_work)


def _of_module(
    module: ModuleType,
    name: str,
    origin: Origin,
    where: str,
    wrapped: Callable[[Callable[..., Any]], Callable[..., Any]],
) -> OwnTheorems:
    """The theorems of a name in a module, and their derivations."""
    from stability.theorems.own import (
        DERIVATIONS,
        THEOREMS,
        OwnTheorems,
        named_in,
        own_derivations,
        own_theorems,
    )

    at = f"{where}, {name}"
    theorems = _told(at, lambda: own_theorems(named_in(module, name, where), origin, at))
    held: Mapping[str, Any] = getattr(module, DERIVATIONS, {})
    if name != THEOREMS and isinstance(held, Mapping):  # those of what was not asked for
        held = {i: d for i, d in held.items() if i in {theorem.id for theorem in theorems}}
    derivations = own_derivations(held, theorems, f"{where}, {DERIVATIONS}")
    return OwnTheorems(theorems, {i: wrapped(derive) for i, derive in derivations.items()})


def _entry_point(text: str) -> OwnTheorems:
    from stability.theorems.kinds.constant import Origin
    from stability.theorems.own import THEOREMS

    point = _installed(text)
    module_name, _, name = point.value.partition(":")
    where = f"{PLACE} {text} ({point.value})"
    _told(where, lambda: called(where, point.load, allowed="a module that can be imported"))
    module = sys.modules[module_name.strip()]
    package = {} if point.dist is None else {point.dist.name: point.dist.version}
    told: dict[str, Any] = {"entry_point": text, "value": point.value, "package": package}
    if (file := getattr(module, "__file__", None)) is not None:
        told |= {"file": file, "sha256": hashlib.sha256(Path(file).read_bytes()).hexdigest()}
    named = " ".join(f"{one} {version}" for one, version in package.items()) or point.value
    origin = Origin(f"{text} of {named}", told)
    return _of_module(module, name.strip() or THEOREMS, origin, where, lambda derive: derive)


def _installed(text: str) -> EntryPoint:
    """The entry point of a name. Raises SetupError if there is none, or more than one."""
    from importlib.metadata import entry_points

    points = entry_points(group=GROUP)
    here = [point for point in points if point.name == text]
    if len(here) == 1:
        return here[0]
    names = sorted({point.name for point in points})
    listed = f"installed is {', '.join(names)}" if names else "none is installed"
    twice = f"{len(here)} entry points called {text}: {', '.join(p.value for p in here)}"
    raise SetupError(
        where=PLACE,
        found=twice if here else text,
        allowed=f"{TheoremFile.allowed} ({listed})",
        remedy=did_you_mean(text, names, show=str) if not here else "",
    )


def _told(where: str, read: Callable[[], Any]) -> Any:
    """What reading gives; an error of this library that code of theirs met is told with its line.

    Raises OwnCodeError, and as `read` does.
    """
    try:
        return read()
    except OwnCodeError:
        raise
    except StabilityError as error:
        line = line_of(error)
        if not line:
            raise
        raise OwnCodeError(
            where=where, found=f"{error}{line}", allowed="code that runs without an error"
        ) from error
