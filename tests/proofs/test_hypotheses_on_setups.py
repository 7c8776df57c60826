"""Every check accepts exactly what its hypothesis says: at the edge of it, and on random setups.

What a hypothesis says of a setup is written down apart from the checks, in
`stability_proofs.semantics.setups.edges`, and where symbols stand in `symbols` there. Both are
compared with the library on setups of the strategies that users have.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stability.conventions import Averaged, Neighbour, Notion
from stability.setup.setup import Setup
from stability.testing.strategies.applicable import constants
from stability.testing.strategies.edits import EDITS, FULL_SETUPS, edited
from stability.testing.strategies.setups import setups
from stability.theorems.catalogue import BY_ID, CATALOGUE
from stability.theorems.kinds.hypothesis import Hypothesis, Reads
from stability.theorems.kinds.symbol_values import READERS
from stability.theorems.statements.term import Term
from stability_proofs.display.hypotheses import every_hypothesis, hypothesis_rows, print_hypotheses
from stability_proofs.ledger.ledger import UNDECIDED, prove
from stability_proofs.semantics.hypotheses import PROMISED
from stability_proofs.semantics.setups import symbols
from stability_proofs.semantics.setups.edges import edge_of
from stability_proofs.semantics.setups.plain import built, built_constant, plain, plain_constant
from stability_proofs.semantics.setups.tried import told, why_not_as_said, why_not_read
from stability_proofs.theorems.catalogue import ON_TRUST

EVERY = {h.id: h for theorem in CATALOGUE for h in every_hypothesis(theorem)}
CHECKED = [h for h in EVERY.values() if h.check is not None]
ON_SETUPS = [h for h in CHECKED if h.reads is Reads.SETUP]
ON_CONSTANTS = [h for h in CHECKED if h.reads is Reads.CONSTANT]
UNMEANT = {
    *("near-the-minimiser", "losses-in-range-run-fixed"),
    *("noise-fixed-beforehand", "bounded-everywhere"),
}
"""Promises without a formula: of theorems that are taken on trust."""
by_id = pytest.mark.parametrize("hypothesis", CHECKED, ids=lambda h: h.id)


@by_id
def test_a_check_accepts_at_its_edge_what_holds_there_and_nothing_else(
    hypothesis: Hypothesis,
) -> None:
    edge = edge_of(hypothesis)
    assert edge is not None
    build = built_constant if edge.of_constant else built
    assert edge.outside and (edge.inside or hypothesis.id == "normalisation-known")
    for setup in edge.inside:
        assert edge.says(setup) and hypothesis.failure(build(setup)) is None, told(setup)
    for setup in edge.outside:
        failure = hypothesis.failure(build(setup))
        assert not edge.says(setup) and failure is not None, told(setup)
        assert failure.where and failure.remedy.endswith(".")
    assert why_not_as_said(hypothesis) is None


@by_id
def test_a_check_that_accepts_or_refuses_everything_is_seen(hypothesis: Hypothesis) -> None:
    """Negative control: also one that is right at one side of the edge only."""
    refusal = hypothesis.failure
    (first, *_) = edge_of(hypothesis).outside  # type: ignore[union-attr]
    build = built_constant if hypothesis.reads is Reads.CONSTANT else built
    failure = refusal(build(first))
    accepts = replace(hypothesis, check=lambda given: None)
    assert "accepts" in (why_not_as_said(accepts) or "")
    if edge_of(hypothesis).inside:  # type: ignore[union-attr]
        refuses = replace(hypothesis, check=lambda given: failure)
        assert "refuses" in (why_not_as_said(refuses) or "")
    breaks = replace(hypothesis, check=lambda given: 1 / 0)  # type: ignore[arg-type, return-value]
    assert "ZeroDivisionError" in (why_not_as_said(breaks) or "")


def _near(setup: Setup) -> Iterator[Setup]:
    """The setup, and what edits at every place make of it."""
    yield setup
    for place in EDITS:
        yield from edited(setup, place)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(setups())
def test_checks_of_random_setups_accept_what_is_said(setup: Setup) -> None:
    said = plain(setup)
    for hypothesis in ON_SETUPS:
        edge = edge_of(hypothesis)
        accepts = hypothesis.failure(setup) is None
        assert edge is not None and accepts is edge.says(said), (hypothesis.id, told(said))


@pytest.mark.parametrize("kind", FULL_SETUPS)
def test_checks_of_edited_setups_accept_what_is_said(kind: str) -> None:
    seen: set[tuple[str, bool]] = set()
    for setup in _near(FULL_SETUPS[kind]):
        said = plain(setup)
        if "algorithm.kind" not in said:
            continue
        for hypothesis in ON_SETUPS:
            accepts = hypothesis.failure(setup) is None
            assert accepts is edge_of(hypothesis).says(said), (hypothesis.id, told(said))  # type: ignore[union-attr]
            seen.add((hypothesis.id, accepts))
    assert len(seen) > len(ON_SETUPS)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_checks_of_random_constants_accept_what_is_said(data: st.DataObject) -> None:
    setup = data.draw(setups())
    constant = data.draw(constants(Notion.UNIFORM, Neighbour.DELETION, setup))
    names = data.draw(st.sets(st.sampled_from(sorted(constant.values))))
    constant = replace(
        constant,
        averaged_over=data.draw(st.sampled_from(list(Averaged))),
        symmetric=data.draw(st.booleans()),
        values={name: constant.values[name] for name in names},
    )
    said = plain_constant(constant)
    for hypothesis in ON_CONSTANTS:
        accepts = hypothesis.failure(constant) is None
        assert accepts is edge_of(hypothesis).says(said), hypothesis.id  # type: ignore[union-attr]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(setups())
def test_symbols_of_random_setups_are_read_where_they_stand(setup: Setup) -> None:
    said = plain(setup)
    for name, reader in READERS.items():
        found, wanted = reader.read(setup), symbols.SYMBOLS[name](said)
        if isinstance(found, Term):
            found = found.enclosure(setup.sample.size).high
        if isinstance(wanted, symbols.Raised):
            assert isinstance(found, Fraction)
            near = wanted.value * (1 + Fraction(1, 10**20))
            assert wanted.value <= found**wanted.power <= near, name
            continue
        assert found == wanted, (name, told(said))


def test_the_two_tables_of_symbols_speak_of_the_same_ones() -> None:
    assert set(symbols.SYMBOLS) == set(READERS)
    own = {theorem.id: set(theorem.readers) for theorem in CATALOGUE if theorem.readers}
    assert own == {name: set(places) for name, places in symbols.OWN.items()}


def test_a_usual_reader_that_finds_another_number_is_seen() -> None:
    """A changed reader of the library's table, which no theorem names, as it uses it."""
    for name, reader in READERS.items():
        for other in READERS.values():
            if other != reader:
                changed = replace(reader, read=other.read)
                assert why_not_read("mohri2018-replacement", name, changed), (name, other.place)


def test_every_promise_is_known() -> None:
    promised = {h.id for h in EVERY.values() if h.check is None}
    assert promised == {*PROMISED} | UNMEANT
    users = [t.id for t in CATALOGUE if UNMEANT & {h.id for h in every_hypothesis(t)}]
    assert set(users) <= {*ON_TRUST}


def test_a_hypothesis_that_nobody_wrote_down_is_not_proved() -> None:
    theorem = BY_ID["hardt2016-convex"]
    new = Hypothesis("brand-new", "something", lambda setup: None)
    entry = prove(replace(theorem, hypotheses=(*theorem.hypotheses, new)))
    assert entry.verdict == UNDECIDED and "not written down" in entry.reason


def test_the_table_of_hypotheses_is_complete(capsys: Any) -> None:
    rows = hypothesis_rows(CATALOGUE)
    assert {row.id for row in rows} == set(EVERY)
    for row in rows:
        json.dumps(row.record())
        assert row.words and row.means and not row.differs
        assert (row.check == "promised") == (EVERY[row.id].check is None)
        assert row.tried == 0 if row.check == "promised" else row.tried > 5
    print_hypotheses(rows)
    shown = capsys.readouterr().out
    assert all(row.id in shown for row in rows)
    assert "of which 0 accept something else" in " ".join(shown.split())
