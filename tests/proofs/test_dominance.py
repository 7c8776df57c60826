"""The elastic bound at eta = U - B is at most Theorem 12 with U/m, as both are evaluated."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy

from stability.theorems import bousquet2002, finite_elastic
from stability.theorems.kinds import GeneralizationTheorem
from stability.theorems.statements.symbols import symbol
from stability_proofs.kernel.terms import ProofError, canon, le
from stability_proofs.lemmas.elastic.dominance import (
    ALWAYS,
    OF_ELASTIC,
    ORDER,
    dominated,
    equal_if_constant,
    stated,
)
from stability_proofs.lemmas.elastic.elastic_walks import FITTED, LEFT_OUT, Form, U
from stability_proofs.semantics.samples import m

PAIRS = {
    "R_emp": (finite_elastic.emp(), bousquet2002.theorem12_emp(), FITTED),
    "R_loo": (finite_elastic.loo(), bousquet2002.theorem12_loo(), LEFT_OUT),
}
both_forms = pytest.mark.parametrize(("elastic", "uniform", "form"), PAIRS.values(), ids=PAIRS)


def with_bound(theorem: GeneralizationTheorem, bound: sympy.Expr) -> GeneralizationTheorem:
    reading = replace(theorem.statements[0], values={"bound": bound})
    return replace(theorem, statements=(reading,))


def bound_of(theorem: GeneralizationTheorem) -> sympy.Expr:
    return theorem.statements[0].values["bound"]


@both_forms
def test_the_elastic_bound_is_never_above_the_uniform_one(
    elastic: GeneralizationTheorem, uniform: GeneralizationTheorem, form: Form
) -> None:
    shown = dominated(elastic, uniform, form)
    assert shown.conclusion == le(stated(elastic, ALWAYS), stated(uniform, OF_ELASTIC))
    assert not shown.axioms
    assert set(map(canon, shown.hypotheses)) <= set(map(canon, ORDER))


@both_forms
def test_they_are_equal_for_constant_beta(
    elastic: GeneralizationTheorem, uniform: GeneralizationTheorem, form: Form
) -> None:
    shown = equal_if_constant(elastic, uniform, form)
    assert shown.conclusion.head == "="
    assert not shown.axioms
    assert shown.hypotheses <= {le(0, U), le(2, m)}


@both_forms
@pytest.mark.parametrize("worse", ["elastic", "uniform", "only the tail"])
def test_one_percent_more_is_not_dominated(
    elastic: GeneralizationTheorem, uniform: GeneralizationTheorem, form: Form, worse: str
) -> None:
    if worse == "elastic":
        elastic = with_bound(elastic, bound_of(elastic) * sympy.Rational(101, 100))
    elif worse == "uniform":
        uniform = with_bound(uniform, bound_of(uniform) * sympy.Rational(99, 100))
    else:
        delta, size = symbol("delta"), symbol("m")
        tail = sympy.sqrt(sympy.log(1 / delta) / (2 * size))
        elastic = with_bound(elastic, bound_of(elastic) + symbol("M") * tail / 100)
    with pytest.raises(ProofError, match="no combination"):
        dominated(elastic, uniform, form)
    with pytest.raises(ProofError, match="no combination"):
        equal_if_constant(elastic, uniform, form)
