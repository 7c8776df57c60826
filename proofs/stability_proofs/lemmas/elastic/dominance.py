"""The elastic bound is never above Theorem 12 of Bousquet and Elisseeff with the constant U/m.

Both as read from the statements that the library evaluates: at eta = U - B, where p = 0, hence also
at the eta that makes the elastic bound smallest. The values are those of one function beta, so that
B1 <= B <= U and D <= U; where beta is constant the two bounds are equal. Nothing is said of a
uniform constant that comes from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping

from stability.theorems import bousquet2002, finite_elastic
from stability.theorems.kinds import GeneralizationTheorem
from stability_proofs.kernel.checker import (
    Theorem,
    antisymmetric,
    assume,
    elementary,
    max_is_above,
    max_is_least,
)
from stability_proofs.kernel.notation import log
from stability_proofs.kernel.terms import Term, eq, le, num, replace
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.lemmas.elastic.elastic_walks import B1, FITTED, B, D, Form, U, eta
from stability_proofs.lemmas.probability.concentration import tail
from stability_proofs.semantics.reading import read, symbol_term
from stability_proofs.semantics.samples import m
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import linear, one_over, sample_size_positive

ALWAYS = {eta: U - B, symbol_term("p"): num(0)}
"""The eta that is always admissible, and its p."""
OF_ELASTIC = {symbol_term("beta"): U / m}
"""The uniform constant of an elastic one."""
CONSTANT = {B: U, B1: U, D: U}
"""The values of a constant beta."""
ORDER = le(B1, B), le(B, U), le(D, U)


def stated(theorem: GeneralizationTheorem, values: Mapping[Term, Term]) -> Term:
    """The bound of a theorem's first reading, at values of its symbols."""
    return replace(read(theorem.statements[0].values["bound"]), values)


def _largest(form: Form) -> Term:
    """The maximum whose negative is the form's cap, at eta = U - B."""
    return replace(form.cap.args[1], ALWAYS)


@lemma(
    at=lambda: (finite_elastic.emp(), bousquet2002.theorem12_emp(), FITTED),
    given=ORDER,
    shows=le(
        stated(finite_elastic.emp(), ALWAYS), stated(bousquet2002.theorem12_emp(), OF_ELASTIC)
    ),
)
def dominated(
    elastic: GeneralizationTheorem, uniform: GeneralizationTheorem, form: Form
) -> Theorem:
    """elastic <= uniform, from B1 <= B <= U and D <= U."""
    size = sample_size_positive()
    root = (
        elementary("sqrt", num(2)),
        one_over(root_positive(size)),
        elementary("sqrt", log(1 / symbol_term("delta"))),
    )
    order = [assume(f) for f in ORDER]
    cap = max_is_above(_largest(form), 1)
    goal = le(stated(elastic, ALWAYS), stated(uniform, OF_ELASTIC))
    means = ((fact, one_over(size)) for fact in order)
    return linear(goal, *means, (order[1], *root), (cap, *root), nonzero=[size])


@lemma(
    at=lambda: (finite_elastic.emp(), bousquet2002.theorem12_emp(), FITTED),
    shows=eq(
        replace(stated(finite_elastic.emp(), ALWAYS), CONSTANT),
        stated(bousquet2002.theorem12_emp(), OF_ELASTIC),
    ),
)
def equal_if_constant(
    elastic: GeneralizationTheorem, uniform: GeneralizationTheorem, form: Form
) -> Theorem:
    """elastic = uniform for constant beta (for the leave-one-out form from 2 <= m)."""
    largest, size, last = (
        replace(_largest(form), CONSTANT),
        sample_size_positive(),
        form.divisors[-1],
    )
    level, least = largest.args
    above = linear(le(level, -U), (assume(le(0, U)), one_over(last)), nonzero=[last])
    below = max_is_least(largest, [above, linear(le(least, -U))])
    cap = antisymmetric(below, max_is_above(largest, 1))
    both = stated(elastic, ALWAYS), stated(uniform, OF_ELASTIC)
    goal = eq(replace(both[0], CONSTANT), both[1])
    return linear(goal, (2 * tail(symbol_term("delta")), cap), nonzero=[size])
