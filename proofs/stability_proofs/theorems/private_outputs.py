"""Differential privacy: derivations of `stability.theorems.private_outputs`."""

from __future__ import annotations

from stability.conventions import Averaged, Neighbour, Notion
from stability.theorems.kinds import ConversionStatement, StabilityStatement
from stability_proofs.kernel.checker import Theorem, assume, elementary
from stability_proofs.kernel.notation import exp, minimum, normal
from stability_proofs.kernel.terms import (
    ProofError,
    Term,
    eq,
    le,
    num,
    opened,
)
from stability_proofs.lemmas.analysis.exponential import (
    exp_positive,
)
from stability_proofs.lemmas.analysis.maxima import below_both
from stability_proofs.semantics import privacy
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.privacy import g, score
from stability_proofs.semantics.randomised import r
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, i, y
from stability_proofs.tactics.vocabulary import (
    at_same,
    averaged,
    discharge,
    for_all,
    linear,
    mean,
    restated,
    use,
)

DELETION = Neighbour.DELETION
M = symbol_term("M")
NAMES = ("dp_epsilon", "dp_delta", "dp_mu", "dp_rho", "dp_variation")
VALUES = {name: symbol_term(name) for name in NAMES}
epsilon, delta, mu, rho, variation = VALUES.values()
NEW = privacy.NEW
LOW, HIGH, HERE, GONE, AFFINE, UNTOUCHED = map(assume, privacy.standing(M))
x = privacy.x


def premises(notion: Notion, neighbour: Neighbour) -> tuple[Theorem, Theorem]:
    """What the guarantee says, in both orders of two neighbours."""
    forth, back = privacy.premise(notion, neighbour, Averaged.ALGORITHM, VALUES)
    return assume(forth), assume(back)


def guarantee(claim: Claim) -> Derived:
    """What the accountant guarantees is what is stated."""
    form = claim.statement
    if not isinstance(form, StabilityStatement):
        raise ProofError("no form of a guarantee")
    return Derived(premises(form.notion, form.neighbour))


def to_replacement(claim: Claim) -> Derived:
    """From S to S without z_i, and on to S with y in its place: the guarantee is used twice."""
    rule = claim.statement
    if not isinstance(rule, ConversionStatement):
        raise ProofError("no rule of a conversion")
    twice = {
        Notion.PURE_PRIVACY: _twice_pure,
        Notion.PRIVACY: _twice,
        Notion.GAUSSIAN_PRIVACY: _twice_gaussian,
    }[rule.takes[0]]
    away, back = premises(rule.takes[0], DELETION)
    tests = privacy.is_test(g)
    bounds = tuple(map(assume, tests))
    untouched = at_same(use(UNTOUCHED, S, r, i, y), lambda of: score(g, of))
    left = averaged(r, equation=untouched)

    def through(first: Theorem, second: Theorem) -> Theorem:
        """The two steps for a test, put together."""
        one, other = (use(step, g, *bounds) for step in (first, second))
        return for_all(discharge(twice(one, other, left), *tests), S, i, y, g)

    forth = through(use(away, S, i), use(back, NEW, i))
    there = through(use(away, NEW, i), use(back, S, i))
    return Derived((forth, there))


def _doubled() -> Theorem:
    return restated(
        elementary("exp-sum", epsilon, epsilon), eq(exp(2 * epsilon), exp(epsilon) * exp(epsilon))
    )


def _ends(first: Theorem, second: Theorem) -> tuple[Term, Term]:
    """The means p and p' of a test at the two neighbours, from p <= ... q and q <= ... p'."""
    return first.conclusion.args[0], _last(second.conclusion.args[1])


def _last(x: Term) -> Term:
    """The one mean in a sum of products."""
    if x.head == "E":
        return x
    return next(_last(part) for part in x.args if isinstance(part, Term) and _has_mean(part))


def _has_mean(x: Term) -> bool:
    return x.head == "E" or any(isinstance(part, Term) and _has_mean(part) for part in x.args)


def _twice_pure(first: Theorem, second: Theorem, left: Theorem) -> Theorem:
    """p <= e^eps q <= e^(2 eps) p'."""
    p, last = _ends(first, second)
    factor = exp_positive(epsilon)
    parts = first, (factor, second), (exp(epsilon), left), (last, _doubled())
    return linear(le(p, exp(2 * epsilon) * last), *parts)


def _twice(first: Theorem, second: Theorem, left: Theorem) -> Theorem:
    """p <= e^eps (e^eps p' + delta) + delta; and p <= 1."""
    p, last = _ends(first, second)
    factor, ratio = exp_positive(epsilon), exp(2 * epsilon)
    low, high = (mean(r, use(assume(bound), of)) for bound, of in _of_means(p, last))
    parts = first, (factor, second), (exp(epsilon), left), (last, _doubled())
    both = (1 + exp(epsilon)) * delta
    rest = p - ratio * last
    above = linear(le(rest, both), *parts)
    at_most_one = linear(le(rest, 1), high, (exp_positive(2 * epsilon), low))
    return linear(le(p, ratio * last + minimum(num(1), both)), below_both(at_most_one, above))


def _of_means(p: Term, last: Term) -> tuple[tuple[Term, Term], tuple[Term, Term]]:
    """What says that a test is at least 0 at the second output and at most 1 at the first."""
    at_least, at_most = privacy.is_test(g)
    one, other = (opened(mean_, r).args[1] for mean_ in (p, last))
    return (at_least, other), (at_most, one)


def _twice_gaussian(first: Theorem, second: Theorem, left: Theorem) -> Theorem:
    """If p' <= Phi(x), then q <= Phi(x + mu), and p <= Phi(x + 2 mu)."""
    start = assume(use(second, x).conclusion.args[0])
    middle = use(second, x, start)
    end = use(first, x + mu)
    there = linear(end.conclusion.args[0], middle, left)
    last = use(end, there)
    shown = restated(last, le(last.conclusion.args[0], normal(x + 2 * mu)))
    return for_all(discharge(shown, start.conclusion), x)
