"""Bagging with replacement and fresh bags after a deletion: twice the constant is not enough.

The base rule is trained on the draws, so that an example drawn twice counts twice. From m = 2
examples two are drawn; the base prediction is given for every bag by how often its examples were
drawn. When one of k distinct examples is deleted, with all its draws, it moves by at most 1/k.

For a base rule that sees only which examples were drawn, twice the constant is right. Let every
draw of the deleted example be a uniform draw of the others instead: that gives a fresh bag. If the
deleted one is among k distinct examples and was drawn N times, it goes, and on average at most
N (m - k)/(m - 1) others are new; each moves the prediction by at most gamma n/k. In the mean over
bags, and over which example is deleted, that is (gamma n/m) (1 + E n (m - k)/(k (m - 1))). In a
random order the first draw is the last of the distinct ones with probability E 1/k, so that E 1/k
is the sum of (j/m)^(n - 1)/m over j = 1, ..., m, and n m E 1/k <= n + m - 1 as x^(n - 1) is convex.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import partial
from itertools import product

from stability_proofs.errata.erratum import Comparison, Erratum, Evidence, Method, exactly

Counts = tuple[int, ...]
Base = Mapping[Counts, Fraction]
"""Predictions by how often each distinct example was drawn, in increasing order."""
EXAMPLES = DRAWS = 2
DRAWS_COUNT: Base = {
    (): Fraction(1),
    (1,): Fraction(2),
    (2,): Fraction(0),
    (1, 1): Fraction(5, 2),
}
DISTINCT_COUNT: Base = {
    (): Fraction(1),
    (1,): Fraction(0),
    (2,): Fraction(0),
    (1, 1): Fraction(1, 2),
}


def counts(bag: tuple[int, ...]) -> Counts:
    """How often the distinct examples of a bag were drawn."""
    return tuple(sorted(Counter(bag).values()))


def largest_move(base: Base) -> Fraction:
    """The largest k times the change when one of k distinct examples of a bag is deleted."""
    return max(
        len(bag) * abs(base[bag] - base[(*bag[:i], *bag[i + 1 :])])
        for bag in base
        for i in range(len(bag))
    )


def mean(base: Base, examples: int, dropped: int | None = None) -> Fraction:
    """The mean prediction over bags of the examples, or of those bags without one example."""
    bags = [tuple(i for i in bag if i != dropped) for bag in _bags(examples)]
    return sum((base[counts(bag)] for bag in bags), Fraction(0)) / len(bags)


def _bags(examples: int) -> Iterator[tuple[int, ...]]:
    return product(range(examples), repeat=DRAWS)


def evidence(base: Base) -> Evidence:
    """The change of the mean prediction: for fresh bags, and where the bags are kept."""
    constant = largest_move(base) / EXAMPLES
    whole = mean(base, EXAMPLES)
    return Evidence(
        _change("with fresh bags", 2 * constant, whole - mean(base, EXAMPLES - 1)),
        _change("with the bags kept", constant, whole - mean(base, EXAMPLES, EXAMPLES - 1)),
    )


def _change(how: str, claimed: Fraction, change: Fraction) -> Comparison:
    return exactly(f"change of the expected prediction {how}", claimed, abs(change))


ERRATUM = Erratum(
    slug="elisseeff2005-fresh-bags",
    source="this project, after Elisseeff, Evgeniou and Pontil 2005, Propositions 4.1 and 4.3",
    printed="with fresh bags of the other examples, drawn with replacement, the constant is twice "
    "that for kept bags, as for subbags: 2 L gamma n/m",
    instance="m = 2 examples, bags of n = 2 draws, loss the prediction: 5/2 from two different "
    "examples, 0 from one drawn twice, 2 from one drawn once, 1 from none; gamma n = 1",
    method=Method.EXACT,
    corrected="L gamma n/m with the bags kept and the example dropped from them",
    theorem="elisseeff2005-bagging",
    evidence=partial(evidence, DRAWS_COUNT),
    spared="a base rule that sees which examples were drawn and not how often (then twice the "
    "constant is right)",
    control=partial(evidence, DISTINCT_COUNT),
)
