"""The elastic tail for every beta, and the size from which the asymptotic theorem holds."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from stability_proofs.kernel.checker import Theorem, alike, assume, substitute
from stability_proofs.kernel.notation import exp
from stability_proofs.kernel.terms import Term, canon, le, lt
from stability_proofs.lemmas.elastic import own_rows
from stability_proofs.lemmas.elastic.elastic_tails import elastic_tail
from stability_proofs.lemmas.elastic.elastic_walks import FITTED, LEFT_OUT, B, Form, U, eta
from stability_proofs.semantics.reading import symbol_facts, symbol_term
from stability_proofs.semantics.samples import (
    S,
    beta,
    elastic_deletion,
    elastic_deletion_before,
    elastic_values_of,
    m,
    standing,
    tail,
    y,
    z,
)
from stability_proofs.semantics.samples import own_rows as largest_own_row
from stability_proofs.semantics.slack import sample_large
from stability_proofs.tactics.vocabulary import cut
from stability_proofs.witnesses.worlds import World

M, B1, D, p, delta = map(symbol_term, ("M", "B1", "D", "p", "delta"))
RANGES = tuple(f for name in ("M", "B", "U", "B1", "D", "eta") for f in symbol_facts(name))
HOEFFDING = m * exp(-2 * m * eta**2 / U**2)
BERNSTEIN = m * exp(-m * eta**2 / (2 * (B * U + U * eta / 3)))


def among(found: frozenset[Term], allowed: tuple[Term, ...]) -> bool:
    return set(map(canon, found)) <= set(map(canon, allowed))


@pytest.mark.parametrize(
    ("shown", "probability"),
    [(own_rows.by_hoeffding(), HOEFFDING), (own_rows.by_bernstein(), BERNSTEIN)],
    ids=["Hoeffding", "Bernstein"],
)
def test_no_structure_of_beta_is_assumed(shown: Theorem, probability: Term) -> None:
    assert alike(shown.conclusion, tail(largest_own_row(S), B + eta, probability))
    assert among(shown.hypotheses, (*RANGES, *elastic_values_of(beta(y, z), B, U, B1, D)))


@pytest.mark.parametrize("form", [FITTED, LEFT_OUT], ids=["R_emp", "R_loo"])
def test_the_tail_needs_the_rows_of_the_samples_own_examples_alone(form: Form) -> None:
    likely = tail(largest_own_row(S), B + eta, p)
    shown = elastic_tail(form, assume(likely))
    about_beta = (*elastic_deletion(B, U, B1, D), elastic_deletion_before())
    ranges = (*RANGES, *symbol_facts("p"), *symbol_facts("delta"), le(2, m))
    assert among(shown.hypotheses, (*ranges, *standing(M), *about_beta, likely))
    assert canon(likely) in set(map(canon, shown.hypotheses))
    free = cut(substitute(shown, {p: HOEFFDING}), own_rows.by_hoeffding())
    assert free.conclusion.args[1] == HOEFFDING + delta
    assert among(free.hypotheses, (*ranges, *standing(M), *about_beta, lt(HOEFFDING, 1)))


def holds_at(size: int, values: dict[str, Fraction]) -> bool:
    law = [(place, Fraction(1, size)) for place in range(size)]
    world = World({"index": law}, values=values)
    return all(map(world.holds, sample_large()))


@pytest.mark.parametrize(
    ("largest", "slack", "failure"),
    [(1, 1, "1/2"), (2, 1, "1/20"), (1, 3, "1/100"), (1, 50, "1/1000"), (0, 1, "1/20")],
)
def test_large_enough_means_from_a_size_on(largest: int, slack: int, failure: str) -> None:
    values = {"U": Fraction(largest), "eta": Fraction(slack), "delta": Fraction(failure)}
    ratio = Fraction(largest, slack)
    least = max(Fraction(81, 4) * ratio**6, 4 * ratio**2, 1 / (3 * values["delta"]))
    size = max(1, math.ceil(least))
    assert holds_at(size, values)
    assert holds_at(size + 1, values)
    assert size == 1 or not holds_at(size - 1, values)


def test_without_slack_no_size_is_large_enough() -> None:
    values = {"U": Fraction(1), "eta": Fraction(0), "delta": Fraction(1, 2)}
    assert not any(holds_at(size, values) for size in (1, 10, 1000))
