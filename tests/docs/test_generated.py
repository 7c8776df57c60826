"""What is generated for the site: from the catalogue, commands, stored results, public names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from stability import CATALOGUE, Setup, parse_setup
from stability.cli.app import app
from stability.conventions import Quantity
from stability.testing.strategies.edits import FULL_SETUPS
from stability.theorems.catalogue import named
from stability_docs import api_pages, command_pages, gallery, theorem_index, theorem_pages
from stability_docs.computed import Computed
from stability_docs.docstrings import converted
from stability_docs.examples import example, through
from stability_docs.proofs import Proof, proof
from stability_docs.setup_text import setup_text
from stability_docs.words_pages import pieces
from stability_experiments.framework.stored import stored_results
from stability_proofs.ledger.ledger import UNDECIDED, Entry

GENERATED = Path(__file__).parents[2] / "docs" / "generated"
KNN = '[sample]\nsize = 1000\n[loss]\nrange = 1\n[algorithm]\nkind = "knn"\nneighbours = 3\n'


@pytest.fixture(scope="module")
def known() -> Computed:
    """A theorem that is proved, one that is not, and what follows from one setup."""
    entry = Entry("elastic-chain", UNDECIDED, (), "no derivation yet", 0.0)
    proofs = {"hardt2016-expectation": proof("hardt2016-expectation"), entry.id: Proof(entry)}
    return Computed(proofs, (example(KNN),))


def test_the_page_of_a_proved_theorem(known: Computed) -> None:
    theorem = named("hardt2016-expectation")
    page = theorem_pages.page(theorem, known)
    assert r"\mathbb{E}[R - R_{\mathrm{emp}}] \le \varepsilon" in page
    assert "**proved**, resting on definitions alone" in page
    assert 'href="../../derivations/hardt2016-expectation.html"' in page
    assert "Train faster, generalize better" in page and "## Witness" in page
    assert "`epsilon`" in page and "stability prove hardt2016-expectation" in page


def test_the_page_of_a_theorem_on_trust(known: Computed) -> None:
    page = theorem_pages.page(named("elastic-chain"), known)
    assert "**undecided**: no derivation yet." in page
    assert "## Witness" not in page and "every step" not in page
    assert "None of the example setups" in page
    for hypothesis in named("elastic-chain").hypotheses:
        assert theorem_pages.plain(hypothesis.text) in page


def test_an_example_is_what_the_library_gives(known: Computed) -> None:
    [(shown, found), *_] = list(through("bousquet2002-thm11-loo", known.examples))
    assert shown.text == KNN and found.path[-1] == "bousquet2002-thm11-loo"
    assert [c.theorem for c in shown.constants] == [found.path[0]]
    from stability import analyse

    bounds = analyse(parse_setup(KNN)).of("bousquet2002-thm11-loo")
    assert float(found.value) == pytest.approx(bounds[0].value, rel=1e-3)


def test_every_theorem_is_in_the_index_and_every_quantity() -> None:
    page = theorem_index.index(CATALOGUE)
    listed = re.findall(r"^\| \[(.*?)\]\((.*?)\.md\)", page, re.MULTILINE)
    assert {name for name, _ in listed} == {theorem.id for theorem in CATALOGUE}
    assert all(name == target for name, target in listed)
    for quantity in Quantity:
        assert f"### {quantity}\n" in page
        assert f"`{quantity}`" in pieces()["quantities.md"]


@pytest.mark.parametrize("setup", FULL_SETUPS.values(), ids=FULL_SETUPS)
def test_a_setup_is_written_as_the_file_that_gives_it(setup: Setup) -> None:
    assert parse_setup(setup_text(setup)) == setup


def test_every_command_has_its_options() -> None:
    page = command_pages.command_page()
    for command in app.registered_commands:
        assert command.callback is not None
        assert f"## `stability {command.callback.__name__}`" in page
    assert "--delta" in page and "## `stability experiment run`" in page


def test_stored_results_have_pages_and_pictures() -> None:
    pages = gallery.gallery()
    for stored in stored_results():
        page = pages[stored.experiment.name]
        assert page.startswith(f"# {stored.experiment.name}\n")
        assert f"[{stored.experiment.name}]({stored.experiment.name}.md)" in pages["index"]
    pictures = [
        found for page in pages.values() for found in re.findall(r"!\[.*?\]\((.*?)\)", page)
    ]
    assert len(pictures) > 20
    for picture in pictures:
        assert (GENERATED / "experiments" / picture).resolve().is_file(), picture


def test_public_names_are_documented_once() -> None:
    pages: Mapping[str, str] = api_pages.api()
    entries = re.findall(r"\.\. auto(?:class|function):: (\S+)", "\n".join(pages.values()))
    assert len(entries) == len(set(entries)) > 250
    for name in ("stability.analyse", "stability.datasets.load", "stability.estimate.Ridge"):
        assert name in entries
    assert "- `EmpiricalKernel`: documented with" in pages["stability.kernels"]


def test_docstrings_are_read_as_they_are_written() -> None:
    lines = ["Mean |w|^2 of `a_", "b` and c_:", "    x = y_", "", ">>> f(1)", "2"]
    assert converted(lines) == [
        *(r"Mean \|w\|^2 of ``a_", r"b`` and c\_:", "", "::", "", "    x = y_", ""),
        *(">>> f(1)", "2"),
    ]
