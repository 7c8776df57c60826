"""PAC-Bayes bounds on trained weights with Gaussian noise, from elastic argument stability.

Own results. Q = N(W, s^2 I) with |W - A(S)| <= e, s from n_s levels that are fixed beforehand. The
prior P = N(EA, s^2 I) does not depend on the sample, and EA is never computed: KL(Q, P) is
|W - EA|^2/(2 s^2), at most (r + e)^2/(2 s^2) but for an event of probability delta_1, r the radius
of `elastic_radius`. The PAC-Bayes inequality of Maurer (2004), E_S e^(m kl(R_emp(h), R(h))) <=
2 sqrt(m) for every fixed h, does the rest, at delta_2/n_s for each level.

kl(p, q) = p log(p/q) + (1 - p) log((1 - p)/(1 - q)) of risks over M, losses in [0, M] for every
weight vector that there can be. That loss need not be the one that is trained on, from which the
radius comes: of the 0-1 loss M is 1. So bounds on kl do not ask for loss.range; those on a gap do.
delta_1 and delta_2 are fixed before the data are seen: 0.95 and 0.05 of the failure probability.
Not said: anything about the weights without noise, but that the 0-1 risk of the largest of linear
scores is at most twice that with noise (`stability.bounds.randomised`). A minimum of such a bound
with another one has to share out the failure probability: the right side of what it says of the
test risk contains the data.
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from stability.conventions import Neighbour, Notion, Over, Quantity, Trust
from stability.setup.fields import UNIT_OPEN
from stability.theorems.elastic_radius import ELASTIC, OF_THE_SEED, RISING, UNIFORM, radius
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.kinds.choosers import FixedSplit
from stability.theorems.kinds.hypothesis import promised
from stability.theorems.kinds.situation import Choice
from stability.theorems.statements.symbols import symbols

m, M, noise, noise_levels, offset = symbols("m M noise noise_levels offset")
delta_1, delta_2, delta_3 = symbols("delta_1 delta_2 delta_3")
Takes = tuple[Notion, Neighbour]
FIXED = promised(
    "noise-fixed-beforehand",
    "the levels of noise and the split of the failure probability are fixed before the data are "
    "seen; the weights have finitely many coordinates",
)
EVERYWHERE = promised(
    "bounded-everywhere",
    "the loss that is evaluated lies in [0, M] for all weights that there are, as the 0-1 loss "
    "does with M = 1; it need not be the loss that is trained on",
)
HYPOTHESES = (FIXED, EVERYWHERE, OF_THE_SEED)
SPLIT = Choice(
    {"delta_1": UNIT_OPEN, "delta_2": UNIT_OPEN},
    FixedSplit((("delta_1", Fraction(19, 20)), ("delta_2", Fraction(1, 20)))),
)
SPLIT_OF_DRAW = Choice(
    {"delta_1": UNIT_OPEN, "delta_2": UNIT_OPEN, "delta_3": UNIT_OPEN},
    FixedSplit(
        (
            ("delta_1", Fraction(9, 10)),
            ("delta_2", Fraction(1, 20)),
            ("delta_3", Fraction(1, 20)),
        )
    ),
)
OF_PARTS = {
    "delta_1": "failure probability of the radius",
    "delta_2": "failure probability of the PAC-Bayes inequality",
    "delta_3": "failure probability of the drawn noise",
}
DIRECTIONS = {**RISING, "noise": -1, "offset": 1, "delta_1": -1, "delta_2": -1}


def apart(takes: Takes) -> sympy.Expr:
    """How far the centre of the noise is from EA, but for an event of probability delta_1."""
    return radius(takes, delta_1) + offset


def cap(takes: Takes) -> sympy.Expr:
    """[(r + e)^2/(2 s^2) + log(2 sqrt(m) n_s/delta_2)]/m."""
    divergence = apart(takes) ** 2 / (2 * noise**2)
    return (divergence + sympy.log(2 * sympy.sqrt(m) * noise_levels / delta_2)) / m


def cap_of_draw(takes: Takes) -> sympy.Expr:
    """[(r + e)^2/(2 s^2) + (r + e) z/s + log(2 sqrt(m)/delta_2)]/m, z = sqrt(2 log(1/(2 delta_3))).

    A standard normal variable is above z with probability at most exp(-z^2/2)/2 = delta_3.
    """
    z = sympy.sqrt(2 * sympy.log(1 / (2 * delta_3)))
    ratio = apart(takes) / noise
    return (ratio**2 / 2 + ratio * z + sympy.log(2 * sympy.sqrt(m) / delta_2)) / m


def _source(label: str) -> Source:
    return Source("this project", 2026, "Sharper elastic bounds", label, "RE-DERIVED(own)")


def _statement(takes: Takes, quantity: Quantity, bound: sympy.Expr) -> GeneralizationStatement:
    name = "deletion, elastic" if takes == ELASTIC else "replacement, uniform"
    small = (delta_3 <= sympy.Rational(1, 2),) if quantity is Quantity.DRAWN_KL else ()
    return GeneralizationStatement(
        name=name, takes=takes, quantity=quantity, values={"bound": bound}, domain=small
    )


def _mean_over_noise(id_: str, title: str, takes: Takes) -> GeneralizationTheorem:
    return GeneralizationTheorem(
        id=id_,
        title=title,
        source=_source("PAC-Bayes, mean over the noise"),
        trust=Trust.SECOND_HAND,
        hypotheses=HYPOTHESES,
        statements=(_statement(takes, Quantity.RANDOMISED_KL, cap(takes)),),
        choose=SPLIT,
        degree=0,
        meanings={name: OF_PARTS[name] for name in ("delta_1", "delta_2")},
        monotone={
            name: way
            for name, way in (*DIRECTIONS.items(), ("noise_levels", 1))
            if name not in RISING or (name == "distance") is (takes == UNIFORM)
        },
    )


def elastic() -> GeneralizationTheorem:
    """kl(E_Q R_emp, E_Q R) <= [(r + e)^2/(2 s^2) + log(2 sqrt(m) n_s/delta_2)]/m for all levels s
    at once, r from E u^2, E u and sup u at delta_1."""
    title = "PAC-Bayes bound on weights with Gaussian noise, from elastic argument stability"
    return _mean_over_noise("elastic-pac-bayes", title, ELASTIC)


def uniform() -> GeneralizationTheorem:
    """kl(E_Q R_emp, E_Q R) <= [(r + e)^2/(2 s^2) + log(2 sqrt(m) n_s/delta_2)]/m for all levels s
    at once, r from the largest distance c when one example is replaced, at delta_1."""
    title = "PAC-Bayes bound on weights with Gaussian noise, from uniform argument stability"
    return _mean_over_noise("uniform-pac-bayes", title, UNIFORM)


def gap() -> GeneralizationTheorem:
    """E_Q[R - R_emp] <= M sqrt(k/2), k the right side of the bound on kl(E_Q R_emp, E_Q R).

    By Pinsker's inequality kl(p, q) >= 2 (p - q)^2: never sharper than the inverse of kl, but free
    of the data.
    """
    return GeneralizationTheorem(
        id="elastic-pac-bayes-gap",
        title="gap of weights with Gaussian noise, from argument stability",
        source=_source("PAC-Bayes, mean over the noise, by Pinsker's inequality"),
        trust=Trust.SECOND_HAND,
        hypotheses=HYPOTHESES,
        statements=tuple(
            _statement(takes, Quantity.RANDOMISED_GAP, M * sympy.sqrt(cap(takes) / 2))
            for takes in (ELASTIC, UNIFORM)
        ),
        choose=SPLIT,
        meanings={name: OF_PARTS[name] for name in ("delta_1", "delta_2")},
        monotone={**DIRECTIONS, "noise_levels": 1, "M": 1},
    )


def one_draw() -> GeneralizationTheorem:
    """kl(R_emp(h), R(h)) <= [(r + e)^2/(2 s^2) + (r + e) z/s + log(2 sqrt(m)/delta_2)]/m for one
    draw h of the noise and one level s, z = sqrt(2 log(1/(2 delta_3)))."""
    return GeneralizationTheorem(
        id="elastic-pac-bayes-one-draw",
        title="PAC-Bayes bound on weights with one draw of Gaussian noise, from argument stability",
        source=_source("PAC-Bayes, one draw"),
        trust=Trust.SECOND_HAND,
        hypotheses=HYPOTHESES,
        statements=tuple(
            _statement(takes, Quantity.DRAWN_KL, cap_of_draw(takes)) for takes in (ELASTIC, UNIFORM)
        ),
        over=Over.BOTH,
        choose=SPLIT_OF_DRAW,
        degree=0,
        meanings=OF_PARTS,
        monotone={**DIRECTIONS, "delta_3": -1},
    )
