"""A symbol that means something else in one theorem is told in that theorem's words everywhere."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from stability.bounds.analyse import analyse
from stability.errors import SetupError
from stability.setup.algorithms import DecayingStep
from stability.setup.setup import Loss, Setup, Training
from stability.testing.strategies.edits import FULL_SETUPS
from stability.theorems.catalogue import BY_ID, CATALOGUE
from stability.theorems.evaluate import evaluate
from stability.theorems.kinds import Theorem
from stability.theorems.statements.symbols import MEANINGS

OTHERWISE = [theorem for theorem in CATALOGUE if theorem.meanings]
GIVE = re.compile(r"Give ([\w.]+)(?:\[\w+\])?(?: for the setup as it is now)?: (.*)\.")


def bare(setup: Setup) -> Setup:
    """The same algorithm, of whose losses and training nothing is known."""
    return replace(setup, loss=Loss(), training=Training())


def test_losses_at_most_rho_are_not_told_as_draws_of_an_algorithm() -> None:
    setup = FULL_SETUPS["sgd"].with_value("loss.range", None)
    theorem = BY_ID["hardt2016-strongly-convex-decaying"]
    decaying = setup.with_value("algorithm.step_size", DecayingStep("0.1"))
    refusals = [r for r in analyse(decaying).refused if r.theorem == theorem.id]
    told = [r.remedy for one in refusals for r in (one, *one.also) if r.where == "loss.range"]
    assert told == [f"Give loss.range: {theorem.symbols()['rho']}."]
    assert "losses" in told[0] and "draw" not in told[0]


@pytest.mark.parametrize("kind", FULL_SETUPS)
def test_refusals_tell_symbols_in_the_words_of_their_theorem(kind: str) -> None:
    for refusal in analyse(bare(FULL_SETUPS[kind])).refused:
        theorem = BY_ID[refusal.theorem.partition(" ")[0]]
        for one in (refusal, *refusal.also):
            match = GIVE.fullmatch(one.remedy)
            if match is not None and one.hypothesis_id == f"known-{one.where}":
                known = {theorem.meaning(name) for name in (*theorem.symbols(), "M")}
                assert match[2] in known, (theorem.id, one.remedy)


@pytest.mark.parametrize("theorem", OTHERWISE, ids=lambda t: t.id)
def test_numbers_that_are_not_allowed_are_told_in_these_words(theorem: Theorem) -> None:
    for name, words in theorem.meanings.items():
        if set(theorem.unspecified) - set(theorem.symbols()):
            continue  # no number follows from it
        form = next((s.name for s in theorem.statements if name in s.names()), None)
        if form is None:
            continue  # only `derived` forms of it are used
        with pytest.raises(SetupError) as caught:
            evaluate(theorem.id, {name: "-1"}, form=form or None)
        assert words in str(caught.value)


@pytest.mark.parametrize("theorem", CATALOGUE, ids=lambda t: t.id)
def test_what_is_read_from_another_place_has_words_of_its_own(theorem: Theorem) -> None:
    for name in theorem.readers:
        assert theorem.meaning(name) != MEANINGS[name].text, (
            f"{theorem.id} reads {name} from {theorem.readers[name].place}: say what it is there"
        )
