"""Differential privacy: the law of the output on two neighbours.

`output(S, r)` is what the algorithm returns on S for the realisation r, `output_without(S, r, i)`
what it returns on S without z_i, `score(g, w)` the value of g at an output w, for the bounded
measurable functions g of outputs. Among these are the losses a l(., z) + b, for numbers a and b.
Laws enter by the expectations of such functions alone. Every guarantee is one for both orders of
two neighbours.

(eps, delta): E g <= e^eps E' g + delta for g in [0, 1], the primes marking the neighbour. mu
(Gaussian): the mean of a test g in [0, 1] is at most Phi(x + mu) wherever its mean on the neighbour
is at most Phi(x). rho (zero-concentrated): the relative entropy is at most rho, that is, by the
formula of Donsker and Varadhan, e^(E g - rho) <= E' e^g for all g; Renyi divergences of higher
order are not used. tau: E g - E' g <= tau for g in [0, 1].
"""

from __future__ import annotations

from collections.abc import Callable

from stability.conventions import OF_LAWS, Averaged, Neighbour, Notion
from stability_proofs.kernel.notation import E, every, exp, normal
from stability_proofs.kernel.terms import ProofError, Term, app, eq, implies, le, put, var
from stability_proofs.semantics.randomised import r, realised, realised_without
from stability_proofs.semantics.samples import S, Values, i, y, z

Formulas = tuple[Term, ...]
NOTIONS = OF_LAWS - {Notion.EXPONENT}
g, w = var("g", "function"), var("w", "output")
a, b, x = var("a"), var("b"), var("x")
NEW = put(S, i, y)


def output(sample: Term) -> Term:
    """What the algorithm returns on a sample, for the realisation r."""
    return app("output", sample, r, sort="output")


def output_without(sample: Term, deleted: Term) -> Term:
    """The same on the sample without an example."""
    return app("output_without", sample, r, deleted, sort="output")


def score(function: Term, of: Term) -> Term:
    """The value of a function at an output."""
    return app("score", function, of)


def cost(of: Term, point: Term) -> Term:
    """The loss at z of an output."""
    return app("loss_of_output", of, point)


def affine(factor: Term, shift: Term, point: Term) -> Term:
    """The function a l(., z) + b of outputs."""
    return app("affine", factor, shift, point, sort="function")


def standing(M: Term) -> Formulas:
    """Losses are those of outputs, and lie in [0, M]; a l(., z) + b is a function of outputs; what
    is deleted plays no part."""
    return (
        every(w, z, le(0, cost(w, z))),
        every(w, z, le(cost(w, z), M)),
        every(S, r, z, eq(realised(S, r, z), cost(output(S), z))),
        every(S, r, i, z, eq(realised_without(S, r, i, z), cost(output_without(S, i), z))),
        every(a, b, z, w, eq(score(affine(a, b, z), w), a * cost(w, z) + b)),
        every(S, r, i, y, eq(output_without(NEW, i), output_without(S, i))),
    )


def is_test(function: Term) -> Formulas:
    """The function has values in [0, 1]."""
    return (every(w, le(0, score(function, w))), every(w, le(score(function, w), 1)))


def _of_tests(relation: Callable[[Term, Term], Term]) -> Callable[[Term, Term], Term]:
    """A relation of the means of every test at two outputs, in this order."""

    def formula(one: Term, other: Term) -> Term:
        means = E(r, score(g, one)), E(r, score(g, other))
        return every(g, implies(*is_test(g), relation(*means)))

    return formula


def guarantee(notion: Notion, values: Values) -> Callable[[Term, Term], Term]:
    """What a guarantee says of the outputs on two neighbours, in this order."""
    if notion is Notion.PURE_PRIVACY:
        return _of_tests(lambda p, q: le(p, exp(values["dp_epsilon"]) * q))
    if notion is Notion.PRIVACY:
        epsilon, delta = values["dp_epsilon"], values["dp_delta"]
        return _of_tests(lambda p, q: le(p, exp(epsilon) * q + delta))
    if notion is Notion.GAUSSIAN_PRIVACY:
        mu = values["dp_mu"]
        return _of_tests(lambda p, q: every(x, implies(le(q, normal(x)), le(p, normal(x + mu)))))
    if notion is Notion.TOTAL_VARIATION:
        return _of_tests(lambda p, q: le(p - q, values["dp_variation"]))
    if notion is Notion.CONCENTRATED_PRIVACY:
        rho = values["dp_rho"]
        return lambda one, other: every(
            g, le(exp(E(r, score(g, one)) - rho), E(r, exp(score(g, other))))
        )
    raise ProofError(f"{notion} has no formula for outputs")


def premise(notion: Notion, neighbour: Neighbour, over: Averaged, values: Values) -> Formulas:
    """That the outputs on neighbours are as close as a guarantee says, in both orders."""
    if over is not Averaged.ALGORITHM:
        raise ProofError(f"{notion} speaks of laws, not of what holds over {over}")
    says, here = guarantee(notion, values), output(S)
    if neighbour is Neighbour.DELETION:
        gone = output_without(S, i)
        return (every(S, i, says(here, gone)), every(S, i, says(gone, here)))
    other = output(NEW)
    return (every(S, i, y, says(here, other)), every(S, i, y, says(other, here)))
