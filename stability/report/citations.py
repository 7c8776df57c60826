"""Citations of theorems: a key for each source, and a .bib file of them all."""

from __future__ import annotations

from collections.abc import Iterable

from stability.conventions import Trust
from stability.report.latex.text import escaped
from stability.report.references import REFERENCES, Reference
from stability.theorems.kinds.base import Source, Theorem

OWN = "stability-bounds"
"""The key of what this library derives itself."""
TITLE = "stability: generalization bounds from uniform and locally elastic stability"


def citation_key(theorem: str) -> str:
    """The key under which the source of a theorem of the library is cited, from its identifier.

    >>> citation_key("bousquet2002-thm12-emp"), citation_key("elastic-split")
    ('bousquet2002', 'stability-bounds')
    """
    head = theorem.partition("-")[0]
    return head if head[-4:].isdigit() else OWN


def own_key(theorem: str) -> str:
    """The key of a theorem of your own: its identifier, or another where a paper has that key.

    >>> own_key("mine2026-gap"), own_key("hardt2016")
    ('mine2026-gap', 'hardt2016-own')
    """
    return f"{theorem}-own" if theorem in REFERENCES else theorem


def bibliography(theorems: Iterable[Theorem]) -> str:
    """A .bib file with an entry for the source of every theorem, in the order of their keys.

    The key of a theorem of your own is its identifier (with "-own" where a paper has that key).

    >>> from stability.theorems.catalogue import named
    >>> print(bibliography([named("hardt2016-convex")]))
    @inproceedings{hardt2016,
      author = {Moritz Hardt and Benjamin Recht and Yoram Singer},
      title = {{Train faster, generalize better: stability of stochastic gradient descent}},
      booktitle = {International Conference on Machine Learning},
      year = {2016}
    }
    """
    sources: dict[str, Source] = {}
    for theorem in theorems:
        key = own_key(theorem.id) if theorem.trust is Trust.OWN else citation_key(theorem.id)
        sources.setdefault(key, theorem.source)
    return "\n\n".join(_entry(key, sources[key]) for key in sorted(sources))


def _entry(key: str, source: Source) -> str:
    known = REFERENCES.get(key)
    if known is None:
        known = Reference(kind="misc", authors=escaped(source.authors.replace(", ", " and ")))
    fields = {
        "author": known.authors,
        "title": f"{{{escaped(TITLE if key == OWN else source.title)}}}",
        **known.fields,
        "year": str(source.year),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{known.kind}{{{key},\n{lines}\n}}"
