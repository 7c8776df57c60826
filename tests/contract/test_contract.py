"""Every law of the battery on every theorem of the library."""

from __future__ import annotations

from collections import Counter

import pytest

from stability.testing import CONTRACT, LawResult, assert_contract, check_contract, try_law
from stability.testing.laws.law import BROKEN, HOLDS, NOT_APPLICABLE
from stability.theorems.catalogue import BY_ID, CATALOGUE

EXAMPLES = 12
LAWS = {law.name: law for law in CONTRACT}
PAIRS = [(t.id, law.name) for t in CATALOGUE for law in CONTRACT if law.applies(t)]


@pytest.mark.parametrize(("theorem", "law"), PAIRS)
def test_law(theorem: str, law: str) -> None:
    result = try_law(LAWS[law], BY_ID[theorem], EXAMPLES, seed=1)
    assert result.verdict == HOLDS, str(result)


def test_identifiers_are_unique() -> None:
    assert len(BY_ID) == len(CATALOGUE)


def test_names_of_laws_are_unique() -> None:
    assert max(Counter(law.name for law in CONTRACT).values()) == 1


def test_every_law_applies_to_some_theorem() -> None:
    assert {law for _, law in PAIRS} == set(LAWS)


def test_every_theorem_has_laws_about_numbers() -> None:
    tried = {theorem for theorem, law in PAIRS if law == "not negative"}
    assert tried == set(BY_ID)


def test_a_result_per_law_and_the_same_for_the_same_seed() -> None:
    theorem = BY_ID["mohri2018-replacement"]
    first = check_contract(theorem, examples=3, seed=7)
    assert first == check_contract(theorem, examples=3, seed=7)
    assert [result.law for result in first] == list(LAWS)
    assert {result.verdict for result in first} == {HOLDS, NOT_APPLICABLE}


def test_assert_contract_passes_and_fails() -> None:
    from dataclasses import replace

    theorem = BY_ID["mohri2018-replacement"]
    assert_contract(theorem, examples=3)
    with pytest.raises(AssertionError, match="monotone as declared"):
        assert_contract(replace(theorem, monotone={**theorem.monotone, "M": -1}), examples=30)


def test_a_result_reads_as_a_sentence() -> None:
    result = LawResult("not negative", "some-id", BROKEN, "bound = -1 at m = 1")
    assert str(result) == "some-id, law 'not negative' broken: bound = -1 at m = 1"
