"""How the library is cited: one title, version and year everywhere, those of the package."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from stability.report.citations import bibliography
from stability.theorems.catalogue import named

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CITATION = (ROOT / "CITATION.cff").read_text()
BIBTEX = (ROOT / "README.md").read_text().partition("```bibtex\n")[2].partition("```")[0]


def cited(name: str) -> str:
    found = re.search(rf'^{name}: "?(.*?)"?$', CITATION, re.MULTILINE)
    assert found, name
    return found[1]


def test_the_citation_is_of_this_version() -> None:
    assert cited("version") == PROJECT["version"]
    assert f"Version {PROJECT['version']}," in BIBTEX
    assert BIBTEX.strip() == bibliography([named("elastic-split")])


def test_the_entry_for_papers_says_the_same() -> None:
    assert "{{" + cited("title") + "}}" in BIBTEX
    assert "{" + cited("date-released")[:4] + "}" in BIBTEX
    assert cited("license") == PROJECT["license"]


def test_the_extras_that_the_readme_lists_are_those_of_the_package() -> None:
    named = re.findall(
        r"^\| ((?:`\w+`(?:, )?)+) \|", (ROOT / "README.md").read_text(), re.MULTILINE
    )
    listed = set(re.findall(r"`(\w+)`", " ".join(named)))
    assert set(PROJECT["optional-dependencies"]) <= listed
