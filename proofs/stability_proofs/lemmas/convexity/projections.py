"""Projected steps: projecting does not increase the distance of two points."""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, substitute
from stability_proofs.kernel.notation import norm
from stability_proofs.kernel.terms import VECTOR, Term, eq, le, var
from stability_proofs.lemmas.convexity.gradient_steps import projection_non_expansive
from stability_proofs.semantics import training
from stability_proofs.semantics.training import projected, v, w
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import cut, turned, use

u, x = var("u", VECTOR), var("x", VECTOR)

HOLE = var("hole", VECTOR)


@lemma(
    at=((v, u), (eq(x, projected(v)), eq(w, projected(u)))),
    given=(training.projection(),),
    shows=le(norm(x - w), norm(v - u)),
)
def closer(points: tuple[Term, Term], moves: tuple[Theorem, Theorem]) -> Theorem:
    """|a - b| <= |first - second|, from a = projected(first) and b = projected(second)."""
    first, second = points
    ends = [projected(point) for point in points]
    known = assume(training.projection())
    seen = [use(known, first, second), use(known, second, first)]
    values = {w: first, v: second, var("p", VECTOR): ends[0], var("q", VECTOR): ends[1]}
    lemma = cut(substitute(projection_non_expansive(), values), *seen)
    distance, after = lemma.conclusion.args[1], moves[0].conclusion.args[0]
    halfway = checker.rewrite(turned(moves[0]), HOLE, le(norm(HOLE - ends[1]), distance), lemma)
    return checker.rewrite(turned(moves[1]), HOLE, le(norm(after - HOLE), distance), halfway)
