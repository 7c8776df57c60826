"""The split tail with the remainder by its fourth moment, for small failure probabilities.

Own results: `elastic_split` and `uniform_split`, with another bound on the remainder F2, the sum of
the g_i - E[g_i | z_i]. A set of indices has two halves, of n1 and n2 indices; what the sum over
one half gains from the other, given the rest, is a sum of n1 independent centred terms, of which
each is a function of n2 examples less its mean. With Y the part of one example, E(X + Y)^4 is
expanded:

- inner: E F^4 <= lambda n2^2, for central moments over one example of at most mu and nu, where
  (6 + s) mu^2 <= 2 lambda and (1 + 4/s) nu <= lambda (4 X Y^3 <= s X^2 Y^2 + (4/s) Y^4);
- outer: E(sum of Y_i)^4 <= n1 theta + 3 n1 (n1 - 1) eta <= 3 lambda n1^2 n2^2, as eta, the mean of
  (E_i Y_i^2)^2, is at most lambda n2^2, and theta, that of Y_i^4, at most 9/4 of it.

So both halves gain 2 (3 lambda)^(1/4) sqrt(n1 n2) <= (3 lambda)^(1/4) (n1 + n2), and there are
ceil(log2 m) levels: |F2/m|_4 <= (3 lambda)^(1/4) ceil(log2 m). A deletion moves q_i, the loss at
z_i of the rule with a fresh example in its place, by at most beta(z_j, z_i)/m: mu = E beta^2/m^2,
nu = 9/4 E beta^4/m^4 and lambda = 5 E beta^4/m^4, for every beta. That gives 15^(1/4) |beta|_4
ceil(log2 m)/m. A replacement moves it within an interval of length epsilon: mu = epsilon^2/4, nu =
epsilon^4/12 and lambda = epsilon^4/4, which gives (3/4)^(1/4) epsilon ceil(log2 m).

Markov's inequality for F2^4 has delta_2^(-1/4) where Cantelli's has delta_2^(-1/2) in the split
tail. That is the smaller one below about delta = 1e-5: at m = 60000, for a constant beta, sqrt 2
delta^(-1/2) is above 31.5 delta^(-1/4) below delta = 4e-6. `elastic-chain` has all even orders and
sizes of its own, and is smaller still, but is on trust; here every step is derived.
"""

from __future__ import annotations

import sympy

from stability.conventions import Quantity, Trust
from stability.theorems.elastic_norms import LARGEST_COLUMN
from stability.theorems.elastic_split import SHARES, THREE, WIDTH, elastic_forms, hoeffding
from stability.theorems.kinds import GeneralizationTheorem, Source
from stability.theorems.kinds.support import Shape, Support
from stability.theorems.rio_moments import LEVELS
from stability.theorems.statements.symbols import symbols
from stability.theorems.uniform_split import TWO, uniform_forms

m, M, epsilon, delta_1, delta_2, delta_3 = symbols("m M epsilon delta_1 delta_2 delta_3")
B, U, B1, D, c_sup, d_rms, beta_rms, beta_4 = symbols("B U B1 D c_sup d_rms beta_rms beta_4")
MARKOV = delta_2 ** sympy.Rational(-1, 4)
FOURTHS = (
    Support(name="fourth moment, any beta", values={"beta_4": U}),
    Support(
        name="fourth moment by the second", values={"beta_4": sympy.sqrt(U) * sympy.sqrt(beta_rms)}
    ),
    Support(name="fourth moment of a square", values={"beta_4": d_rms}, shape=Shape.SQUARE),
)
"""|beta|_4, where nothing better is known: E beta^4 <= U^2 E beta^2, and for beta(z', z) = u(z')
u(z) it is (E u^4)^2 = (E beta(z, z)^2)^2."""


def _source(label: str) -> Source:
    return Source("this project", 2026, "Elastic split tail", label, "RE-DERIVED(own)")


def elastic() -> GeneralizationTheorem:
    """G, |G| <= M t(delta_1) + 15^(1/4) |beta|_4 ceil(log2 m)/m delta_2^(-1/4) + bias, t(y) =
    sqrt(log(1/y)/(2m)).

    The bias is that of the split tail. This is one-sided; of |G| with delta_1/2 in t.
    """
    biases = 3 * B1 + D + WIDTH * hoeffding(delta_3), B1 + WIDTH
    rest = sympy.root(15, 4) * beta_4 * LEVELS / m * MARKOV
    above, around = M * hoeffding(delta_1) + rest, M * hoeffding(delta_1 / 2) + rest
    return GeneralizationTheorem(
        id="elastic-split-fourth",
        title="split tail of the gap from an elastic constant, the remainder by its fourth moment",
        source=_source("split tail, fourth moment"),
        trust=Trust.DERIVED,
        statements=(
            *elastic_forms(Quantity.GAP, "one-sided", above, biases),
            *elastic_forms(Quantity.ABSOLUTE_GAP, "two-sided", around, biases),
        ),
        choose=THREE,
        supporting=(LARGEST_COLUMN, *FOURTHS),
        monotone={
            **{"B": 1, "U": 1, "B1": 1, "D": 1, "beta_4": 1, "c_sup": 1, "M": 1},
            **SHARES,
        },
    )


def uniform() -> GeneralizationTheorem:
    """G, |G| <= M t(delta_1) + (3/4)^(1/4) epsilon ceil(log2 m) delta_2^(-1/4) + 2 epsilon.

    One-sided; of |G| with delta_1/2 in t.
    """
    rest = sympy.root(sympy.Rational(3, 4), 4) * epsilon * LEVELS * MARKOV + 2 * epsilon
    return GeneralizationTheorem(
        id="uniform-split-fourth",
        title="split tail of the gap from uniform stability, the remainder by its fourth moment",
        source=_source("split tail, fourth moment, uniform form"),
        trust=Trust.DERIVED,
        statements=uniform_forms(rest),
        choose=TWO,
        monotone={"epsilon": 1, "M": 1, "delta_1": -1, "delta_2": -1},
    )
