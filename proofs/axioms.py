"""The named inequalities taken on trust, and nothing else.

Each is a formula for every function F (and f) and every value of its variables. `AXIOMS` is the
list that the ledger compares with: a derivation that rests on anything else proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from proofs import checker
from proofs.checker import Theorem
from proofs.steps import E, average, every, exp, indicator, size
from proofs.terms import Term, app, at, implies, le, lt, put, var

S, i, z = var("S", "sample"), var("i", "index"), var("z", "example")
c, t, v = var("c"), var("t"), var("v")


@dataclass(frozen=True)
class Axiom:
    """A statement taken on trust: what it says, and who proved it."""

    name: str
    formula: Term
    source: str

    def theorem(self) -> Theorem:
        """The statement, resting on itself."""
        return checker.axiom(self.name, self.formula)


def _F(sample: Term) -> Term:
    return app("F", sample)


def _f(point: Term) -> Term:
    return app("f", point)


def _bounded_differences(x: Term, place: Term, element: Term) -> Axiom:
    """McDiarmid's inequality for one kind of independent family."""
    formula = implies(
        every(x, place, element, le(_F(x) - _F(put(x, place, element)), c)),
        lt(0, c),
        le(0, t),
        le(
            E(x, indicator(lt(E(x, _F(x)) + t, _F(x)))),
            exp(-2 * t * t / (size(place.sort) * c * c)),
        ),
    )
    source = "McDiarmid, On the method of bounded differences (1989), Lemma 1.2"
    return Axiom("mcdiarmid", formula, source)


MCDIARMID = _bounded_differences(S, i, z)
MCDIARMID_SEEDS = _bounded_differences(var("r", "seeds"), var("d", "draw"), var("x", "seed"))
"""The same for the seeds of an algorithm."""

BERNSTEIN = Axiom(
    "bernstein",
    implies(
        every(z, le(_f(z), E(z, _f(z)) + c)),
        le(E(z, (_f(z) - E(z, _f(z))) ** 2), v),
        lt(0, c),
        le(0, t),
        le(
            E(S, indicator(lt(E(z, _f(z)) + t, average(i, _f(at(S, i)))))),
            exp(-size() * t * t / (2 * (v + c * t / 3))),
        ),
    ),
    "Bernstein (1924); Boucheron, Lugosi and Massart, Concentration Inequalities (2013), 2.8",
)

AXIOMS = (MCDIARMID, MCDIARMID_SEEDS, BERNSTEIN)
