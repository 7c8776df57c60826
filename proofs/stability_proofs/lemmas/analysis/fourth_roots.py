"""Fourth roots, as exp(log x/4) and exp(-log x/4)."""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, elementary, exp_log
from stability_proofs.kernel.notation import exp, log
from stability_proofs.kernel.terms import Term, eq, lt, num, var
from stability_proofs.lemmas.analysis.exponential import exp_minus
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import linear, restated

x, d = var("x"), var("d")
QUARTER = num(1) / 4


def fourth_root(value: Term) -> Term:
    """x^(1/4)."""
    return exp(QUARTER * log(value))


def over_fourth_root(value: Term) -> Term:
    """x^(-1/4)."""
    return exp(-QUARTER * log(value))


@lemma(at=(lt(0, x),), shows=eq(fourth_root(x) ** 4, x))
def fourth_power(positive: Theorem) -> Theorem:
    """(x^(1/4))^4 = x, from 0 < x."""
    value = positive.conclusion.args[1]
    quarter, half = QUARTER * log(value), log(value) / 2
    root, square = exp(quarter), exp(half)
    once = restated(elementary("exp-sum", quarter, quarter), eq(square, root * root))
    twice = restated(elementary("exp-sum", half, half), eq(exp(log(value)), square * square))
    return linear(eq(root**4, value), (square + root * root, once), twice, exp_log(positive))


@lemma(at=(lt(0, d),), shows=eq(over_fourth_root(d) ** 4 * d, 1))
def over_fourth_power(positive: Theorem) -> Theorem:
    """(d^(-1/4))^4 d = 1, from 0 < d."""
    value = positive.conclusion.args[1]
    root, other = fourth_root(value), over_fourth_root(value)
    one = restated(exp_minus(QUARTER * log(value)), eq(root * other, 1))
    product = root * other
    raised = (product**3 + product**2 + product + 1, one)
    power = fourth_power(positive)
    return linear(eq(other**4 * value, 1), (other**4, power), raised)
