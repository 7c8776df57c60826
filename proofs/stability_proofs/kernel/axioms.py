"""The named inequalities taken on trust, and nothing else.

Each is a formula for every function F (and f) and every value of its variables. `AXIOMS` is the
list that the ledger compares with: a derivation that rests on anything else proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem
from stability_proofs.kernel.notation import (
    E,
    absolute,
    average,
    every,
    exp,
    indicator,
    log,
    normal,
    size,
    sqrt,
)
from stability_proofs.kernel.terms import Term, app, at, eq, implies, le, lt, num, put, var

S, i, z = var("S", "sample"), var("i", "index"), var("z", "example")
c, t, v, order = var("c"), var("t"), var("v"), var("order")


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


def _power(x: Term) -> Term:
    """x to the order of a moment, for x >= 0."""
    return indicator(lt(0, x)) * exp(order * log(x))


def _centred_step() -> Axiom:
    """||X + Y||_p^2 <= ||X||_p^2 + (p - 1) ||Y||_p^2 for Y with mean 0 given X, p >= 2.

    X = F(S) does not depend on z_i, Y = G(S) has mean 0 over z_i; a and b are bounds on the norms.
    The proof: f(t) = ||X + t Y||_p^2 has f'(0) = 0, as E |X|^(p - 2) X Y = 0, and f'' <= 2 (p - 1)
    ||Y||_p^2 by Hoelder's inequality. By induction it gives the source's one for martingales.
    """
    x, y = _F(S), app("G", S)
    a, b = var("a"), var("b")
    formula = implies(
        every(S, z, eq(_F(put(S, i, z)), x)),
        every(S, eq(E(z, app("G", put(S, i, z))), 0)),
        le(0, a),
        le(0, b),
        le(2, order),
        le(E(S, _power(absolute(x))), _power(a)),
        le(E(S, _power(absolute(y))), _power(b)),
        le(E(S, _power(absolute(x + y))), _power(sqrt(a * a + (order - 1) * b * b))),
    )
    source = "Rio (2009), J. Theor. Probab. 22, Theorem 2.1 as quoted; the step is proved above"
    return Axiom("rio-step", formula, source)


CENTRED_STEP = _centred_step()


def _exponential_differences() -> Axiom:
    """E exp(F - E F) <= exp(m c^2/8), if no example moves F by more than c."""
    formula = implies(
        every(S, i, z, le(_F(S) - _F(put(S, i, z)), c)),
        le(E(S, exp(_F(S) - E(S, _F(S)))), exp(size() * c * c / 8)),
    )
    source = (
        "McDiarmid, On the method of bounded differences (1989), proof of Lemma 1.2; Boucheron, "
        "Lugosi and Massart, Concentration Inequalities (2013), proof of Theorem 6.2"
    )
    return Axiom("mcdiarmid-exponential", formula, source)


def _hoeffding() -> Axiom:
    """E exp(F - E F) <= exp(c^2/8), if two values of F differ by at most c: Hoeffding's lemma."""
    r, other = var("r", "seeds"), var("s", "seeds")
    formula = implies(
        every(r, other, le(_F(r) - _F(other), c)),
        le(E(r, exp(_F(r) - E(r, _F(r)))), exp(c * c / 8)),
    )
    source = "Hoeffding (1963), (4.16); Boucheron, Lugosi and Massart (2013), Lemma 2.2"
    return Axiom("hoeffding-lemma", formula, source)


def _gaussian_trade_off() -> Axiom:
    """p - q <= 2 Phi(mu/2) - 1, for p, q in [0, 1] with p <= Phi(x + mu) wherever q <= Phi(x).

    Of all windows of length mu the one around 0 has the largest probability.
    """
    p, q, x, mu = var("p"), var("q"), var("x"), var("mu")
    formula = implies(
        le(0, q),
        le(p, 1),
        le(0, mu),
        every(x, implies(le(q, normal(x)), le(p, normal(x + mu)))),
        le(p - q, app("erf", sqrt(num(2)) * mu / 4)),
    )
    source = (
        "Dong, Roth and Su, Gaussian differential privacy (2022), Corollary 2.13 at epsilon = 0; "
        "erf(mu/(2 sqrt 2)) = 2 Phi(mu/2) - 1"
    )
    return Axiom("gaussian-trade-off", formula, source)


EXPONENTIAL_DIFFERENCES = _exponential_differences()
HOEFFDING = _hoeffding()
GAUSSIAN_TRADE_OFF = _gaussian_trade_off()

AXIOMS = (
    MCDIARMID,
    MCDIARMID_SEEDS,
    EXPONENTIAL_DIFFERENCES,
    HOEFFDING,
    GAUSSIAN_TRADE_OFF,
    BERNSTEIN,
    CENTRED_STEP,
)
