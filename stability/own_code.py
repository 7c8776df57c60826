"""Calling code of the user's own: what goes wrong in it is told with its line, as an error of ours.

Networks, functions that make them, training functions and files of Python that are named on the
command line are called here and nowhere else.
"""

from __future__ import annotations

import sysconfig
import traceback
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stability.errors import SetupError, StabilityError, in_one_line


class OwnCodeError(SetupError):
    """Code of the user's own raised an error; `found` says which, and in which line of theirs."""


def called(
    where: str, function: Callable[..., Any], *arguments: Any, allowed: str, remedy: str = ""
) -> Any:
    """`function(*arguments)`, a function of the user's own.

    Raises OwnCodeError, from what it raised, with the last line of the user's own on the way there;
    errors of this library go through, and so does an interruption.

    >>> called("train", int, "three", allowed="a function that returns")
    Traceback (most recent call last):
    stability.own_code.OwnCodeError: train: found ValueError: invalid literal for int() with base \
10: 'three'; allowed: a function that returns.
    """
    try:
        return function(*arguments)
    except StabilityError:
        raise
    except (Exception, SystemExit) as error:
        raise OwnCodeError(
            where=where,
            found=f"{in_one_line(error)}{line_of(error)}",
            allowed=allowed,
            remedy=remedy,
        ) from error


def is_local(file: str | Path) -> bool:
    """Whether a file of Python is the user's own: none of Python, of an installed package, or ours.

    >>> import json
    >>> is_local(json.__file__), is_local("helper.py")
    (False, True)
    """
    path = Path(file).resolve()
    installed = {"site-packages", "dist-packages"} & set(path.parts)
    return not installed and not any(path.is_relative_to(folder) for folder in _not_local())


@cache
def _not_local() -> tuple[Path, ...]:
    """The folders of Python itself and of this library."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = {Path(path).resolve() for name in names if (path := sysconfig.get_path(name))}
    ours = map(find_spec, ("stability", "stability_proofs", "stability_experiments"))
    found |= {Path(spec.origin).resolve().parent for spec in ours if spec and spec.origin}
    return tuple(found)


def line_of(error: BaseException) -> str:
    """In which line of the user's own an error came up, in words; "" if in none."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if not f.filename.startswith("<") and is_local(f.filename)]
    return f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""
