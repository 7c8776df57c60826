"""Citations of theorems: a key for each source, and a .bib file of them all."""

from __future__ import annotations

from collections.abc import Iterable

from stability.conventions import Trust
from stability.report.latex.text import escaped
from stability.theorems.kinds.base import Source, Theorem

OWN = "stability-bounds"
"""The key of what this library derives itself."""


def citation_key(theorem: str) -> str:
    """The key under which the source of a theorem of the library is cited, from its identifier.

    >>> citation_key("bousquet2002-thm12-emp"), citation_key("elastic-split")
    ('bousquet2002', 'stability-bounds')
    """
    head = theorem.partition("-")[0]
    return head if head[-4:].isdigit() else OWN


def bibliography(theorems: Iterable[Theorem]) -> str:
    """A .bib file with an entry for the source of every theorem, in the order of their keys.

    The key of a theorem of your own is its identifier.

    >>> from stability.theorems.catalogue import named
    >>> print(bibliography([named("hardt2016-convex")]))
    @misc{hardt2016,
      author = {Hardt and Recht and Singer},
      title = {{Train faster, generalize better: stability of stochastic gradient descent}},
      year = {2016}
    }
    """
    sources: dict[str, Source] = {}
    for theorem in theorems:
        own = theorem.trust is Trust.OWN
        sources.setdefault(theorem.id if own else citation_key(theorem.id), theorem.source)
    return "\n\n".join(_entry(key, sources[key]) for key in sorted(sources))


def _entry(key: str, source: Source) -> str:
    own = key == OWN
    author = "{The authors of stability}" if own else source.authors.replace(", ", " and ")
    title = "Generalization bounds from algorithmic stability" if own else source.title
    return (
        f"@misc{{{key},\n  author = {{{escaped(author) if not own else author}}},\n"
        f"  title = {{{{{escaped(title)}}}}},\n  year = {{{source.year}}}\n}}"
    )
