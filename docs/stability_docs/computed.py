"""What takes long: computed with a process per core, and kept until the sources change."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from joblib import Memory, Parallel, delayed

from stability.theorems.catalogue import CATALOGUE
from stability_docs import examples, proofs
from stability_docs.examples import Example
from stability_docs.proofs import Proof

ROOT = Path(__file__).parents[2]
STATEMENTS = ("stability/conventions.py", "stability/setup", "stability/theorems")
OF_PROOFS = (*STATEMENTS, "proofs/stability_proofs", "docs/stability_docs/proofs.py")
OF_EXAMPLES = (
    *STATEMENTS,
    "stability/bounds",
    "stability/report",
    "stability/testing/strategies",
    "docs/stability_docs/examples.py",
    "docs/stability_docs/setup_text.py",
)
"""Files and folders whose code says what is computed."""


@dataclass(frozen=True)
class Computed:
    """The proof of every theorem, by id, and what follows from every example setup."""

    proofs: dict[str, Proof]
    examples: tuple[Example, ...]


def computed(kept: Path) -> Computed:
    """Everything, from the folder where it was kept or computed anew."""
    memory = Memory(kept, verbose=0)
    prove, follow = memory.cache(_proof), memory.cache(_example)
    proving, following = _digest(OF_PROOFS), _digest(OF_EXAMPLES)
    texts = examples.setup_texts()
    names = [theorem.id for theorem in CATALOGUE]
    jobs = [delayed(prove)(name, proving) for name in names]
    jobs += [delayed(follow)(text, following) for text in texts]
    found: list[Any] = list(Parallel(n_jobs=-1)(jobs))
    return Computed(dict(zip(names, found, strict=False)), tuple(found[len(names) :]))


def _proof(identifier: str, code: str) -> Proof:
    return proofs.proof(identifier)


def _example(text: str, code: str) -> Example:
    return examples.example(text)


def _digest(places: tuple[str, ...]) -> str:
    """A number of the code: with other code everything is computed again."""
    digest = sha256()
    for place in places:
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else (path,):
            digest.update(file.read_bytes())
    return digest.hexdigest()
