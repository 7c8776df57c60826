"""Lemmas prove what they declare, all of them are listed, and a wrong declaration is seen."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from stability.errors import SetupError
from stability_proofs.display.lemmas import all_lemmas, named
from stability_proofs.kernel.terms import FORMULA, ProofError, Term, negation, var
from stability_proofs.tactics.lemma import Lemma

LEMMAS = tuple(all_lemmas())
FOLDER = Path(__file__).parents[2] / "proofs" / "stability_proofs" / "lemmas"
PROVES = ("Theorem", "Norm", "tuple[Theorem, Theorem]", "list[Theorem]")
"""What a function gives that is a lemma."""
TAKES_PROOFS = frozenset(
    (
        "shuffled_sgd.switches.in_cases",
        "moments.mean_squares.below_pairs",
        "moments.martingales.rest_is_free",
        "probability.split_tails.rarer",
        "probability.split_tails.union",
    )
)
"""Functions among the lemmas that split a proof into cases: what they prove is what they take."""


def names_in_files() -> set[str]:
    """Public functions of lemma files that give theorems."""
    found = set()
    for path in FOLDER.glob("*/*.py"):
        for node in ast.parse(path.read_text()).body:
            public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if public and node.returns is not None and ast.unparse(node.returns) in PROVES:
                found.add(f"{path.parent.name}.{path.stem}.{node.name}")
    return found


@pytest.mark.parametrize("lemma", LEMMAS, ids=lambda lemma: lemma.name)
def test_it_proves_what_it_declares(lemma: Lemma) -> None:
    lemma.check()


def test_every_public_one_is_listed() -> None:
    listed = {lemma.name for lemma in LEMMAS}
    assert names_in_files() - TAKES_PROOFS <= listed
    assert len(listed) == len(LEMMAS) > 250


@pytest.mark.parametrize("lemma", LEMMAS, ids=lambda lemma: lemma.name)
def test_another_declaration_is_seen(lemma: Lemma) -> None:
    first, *rest = lemma.shows
    for other in (negation(first), Term("implies", (first, first), FORMULA)):
        with pytest.raises(ProofError):
            replace(lemma, shows=(other, *rest)).check()
    with pytest.raises(ProofError):
        replace(lemma, shows=(*lemma.shows, first)).check()
    foreign = Term("<=", (var("foreign"), var("other foreign")), FORMULA)
    with pytest.raises(ProofError, match="not used"):
        replace(lemma, given=(*lemma.given, foreign)).check()
    for left_out in lemma.given:
        if left_out not in lemma.premises:
            fewer = tuple(h for h in lemma.given if h != left_out)
            with pytest.raises(ProofError, match="not declared"):
                replace(lemma, given=fewer).check()


def test_each_says_in_words_what_it_shows() -> None:
    assert not [lemma.name for lemma in LEMMAS if not lemma.description]


def test_they_are_found_by_subject_and_name() -> None:
    assert {lemma.name for lemma in named("convexity.vectors")} >= {"convexity.vectors.triangle"}
    assert [lemma.name for lemma in named("convexity.vectors.triangle")] == [
        "convexity.vectors.triangle"
    ]
    with pytest.raises(SetupError, match=r"Did you mean convexity\.vectors\.triangle"):
        named("convexity.vectors.trangle")
