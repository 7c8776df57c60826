"""Everything that is generated, written below `docs/generated` before the site is built."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from stability.theorems.catalogue import CATALOGUE
from stability_docs import (
    api_pages,
    command_pages,
    gallery,
    notebooks,
    theorem_index,
    theorem_pages,
    words_pages,
)
from stability_docs.computed import computed

DOCS = Path(__file__).parents[1]


def generate(docs: Path = DOCS) -> None:
    """Write all generated pages; what an earlier build left is gone."""
    target, kept = docs / "generated", docs / "_build" / "computed"
    shutil.rmtree(target, ignore_errors=True)
    known = computed(kept)
    _write(target, {"commands.md": command_pages.command_page()})
    _write(target / "words", words_pages.pieces())
    _write(target / "python", _markdown(api_pages.api()))
    _write(target / "experiments", _markdown(gallery.gallery()))
    _write(target / "notebooks", _markdown(notebooks.pages(docs / "notebooks")))
    theorems = {"index": theorem_index.index(CATALOGUE)}
    _write(target / "theorems", _markdown({**theorems, **theorem_pages.pages(CATALOGUE, known)}))
    derivations = {f"{name}.html": p.html for name, p in known.proofs.items() if p.html}
    _write(target / "extra" / theorem_pages.DERIVATIONS, derivations)


def _markdown(pages: Mapping[str, str]) -> Mapping[str, str]:
    return {f"{name}.md": text for name, text in pages.items()}


def _write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
