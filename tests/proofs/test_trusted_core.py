"""What has to be believed is what the README says: nothing else makes theorems or is built on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROOFS = ROOT / "proofs" / "stability_proofs"
KERNEL = PROOFS / "kernel"
MAKERS = ("checker", "families", "sets")
"""Files whose functions are rules."""
TRUSTED = ("terms", "grammar", "notation", *MAKERS, "axioms")
SEALED = frozenset(("conclude", "_SEAL"))
ROW = re.compile(r"^\| `([a-z/]+(?:\.py|/))` \| (\d+) \|", re.MULTILINE)


def names(source: str) -> set[str]:
    """Everything that is read, imported or defined in a file."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.add(node.name.split(".")[-1])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def taken(source: str) -> Iterator[tuple[str, str]]:
    """Modules of `stability_proofs` that a file imports from, and what."""
    for node in ast.walk(ast.parse(source)):
        root = (getattr(node, "module", None) or "").split(".")[0]
        if isinstance(node, ast.ImportFrom) and root == "stability_proofs":
            yield from ((str(node.module), alias.name) for alias in node.names)


def files() -> Iterator[Path]:
    for package in ("proofs", "stability", "experiments"):
        yield from (ROOT / package).rglob("*.py")


def test_only_rules_make_theorems() -> None:
    makers = {KERNEL / f"{name}.py" for name in MAKERS}
    assert {path for path in files() if names(path.read_text()) & SEALED} == makers


@pytest.mark.parametrize(
    "source",
    [
        "from stability_proofs.kernel.checker import conclude",
        "from stability_proofs.kernel import checker\nchecker.conclude(goal)",
        "from stability_proofs.kernel import checker\nTheorem(h, c, a, checker._SEAL)",
        'from stability_proofs.kernel import checker\ngetattr(checker, "conclude")(goal)',
    ],
)
def test_another_file_that_did_would_be_seen(source: str) -> None:
    assert names(source) & SEALED


def test_what_is_trusted_is_built_on_what_is_trusted() -> None:
    trusted = {f"stability_proofs.kernel.{name}" for name in TRUSTED}
    paths = [KERNEL / f"{name}.py" for name in TRUSTED]
    paths += sorted((PROOFS / "semantics").rglob("*.py"))
    for path in paths:
        for module, name in taken(path.read_text()):
            known = module in trusted or module.startswith("stability_proofs.semantics")
            known = known or f"{module}.{name}" in trusted
            # `show` writes the reason of a verdict for people
            assert known or name == "show", (path.name, module, name)


def test_the_readme_says_how_long_it_is() -> None:
    rows = dict(ROW.findall((ROOT / "proofs" / "README.md").read_text()))
    kernel = {f"kernel/{name}.py" for name in TRUSTED}
    assert set(rows) == {*kernel, "ledger/ledger.py", "semantics/"}
    for name, lines in rows.items():
        paths = (PROOFS / name).rglob("*.py") if name.endswith("/") else [PROOFS / name]
        length = sum(len(path.read_text().splitlines()) for path in paths)
        assert abs(int(lines) - length) <= max(9, length / 20), (name, length)
