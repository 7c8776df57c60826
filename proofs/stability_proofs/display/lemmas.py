"""All lemmas, found by looking into the files of `stability_proofs.lemmas`.

import-linter sees the arrow to the folder, not those to its files: none of them may import this
module, which tests/test_layers.py checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from stability.errors import SetupError
from stability_proofs import lemmas
from stability_proofs.tactics.lemma import Lemma


def all_lemmas() -> Iterator[Lemma[..., Any]]:
    """Every lemma, by subject and file, in the order in which they stand there."""
    for found in sorted(
        walk_packages(lemmas.__path__, f"{lemmas.__name__}."), key=lambda f: f.name
    ):
        if not found.ispkg:
            module = import_module(found.name)
            for value in vars(module).values():
                if isinstance(value, Lemma) and value.function.__module__ == found.name:
                    yield value


def named(name: str) -> tuple[Lemma[..., Any], ...]:
    """The lemmas of a subject, of a file or of one name (as convexity.vectors.triangle).

    Raises SetupError if there is none.
    """
    every = tuple(all_lemmas())
    found = tuple(one for one in every if f"{one.name}.".startswith(f"{name}."))
    if not found:
        places = {one.name.rsplit(".", k)[0] for one in every for k in range(3)}
        near = get_close_matches(name, sorted(places), n=1, cutoff=0.5)
        raise SetupError(
            where="lemma",
            found=name,
            allowed="a subject, a file of lemmas, or a lemma: " + ", ".join(subjects(every)),
            remedy=f"Did you mean {near[0]}?" if near else "See `stability prove --lemmas`.",
        )
    return found


def subjects(every: Sequence[Lemma[..., Any]]) -> tuple[str, ...]:
    """The subjects of some lemmas."""
    return tuple(dict.fromkeys(one.name.partition(".")[0] for one in every))
