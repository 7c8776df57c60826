"""Locally elastic constants of learning algorithms: beta(z', z) with z' deleted and z tested.

Own derivations. L(z) is the Lipschitz constant of l(., z) in the weights on a convex set that
holds all iterates, L its supremum. Every constant here is a product of a function of z' and one of
z (the non-convex one is non-decreasing in L(z')), so the only gain over uniform stability is that
of the mean of L(z) over its supremum. Null step skips the deleted example's update and keeps its
place; a data-free convex regulariser stays in every run, and L(z) is then that of the loss alone.
Retraining takes as many steps with one example fewer: steps that follow the sample size (epochs)
have to be the same in number for m and m - 1. Not covered: momentum, batch normalisation, adaptive
steps, early stopping on the sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy

from stability.conventions import Averaged, Convention, Neighbour, Notion, Trust
from stability.setup.fields import at_least
from stability.theorems.kinds import Source, StabilityStatement, StabilityTheorem
from stability.theorems.kinds.choosers import BurnIn
from stability.theorems.kinds.constant import Product
from stability.theorems.kinds.hypotheses import (
    ADMISSIBLE_COST,
    CONVEX,
    LIPSCHITZ,
    SMOOTH,
    STRONGLY_CONVEX_STEPS,
    constant_steps,
    decaying_steps,
    step_at_most,
    trains_by,
)
from stability.theorems.kinds.hypothesis import not_given, promised
from stability.theorems.kinds.situation import Choice
from stability.theorems.statements.symbols import alpha, symbols, t, tau

m, L, L_mean, L_rms, L_4, gamma, mu = symbols("m L L_mean L_rms L_4 gamma mu")
T, M, c, t0, batch, weight = symbols("T M c t0 batch weight")
sigma, kappa, kappa_mean, lam = symbols("sigma kappa kappa_mean lam")
ELASTIC = (Notion.ELASTIC, Neighbour.DELETION)
STEPS = sympy.Sum(alpha(t), (t, 1, T))
CONTRACTED = sympy.Sum(alpha(t) * sympy.Product(1 - alpha(tau) * mu, (tau, t + 1, T)), (t, 1, T))
INDEPENDENT = promised(
    "run-and-order-fixed",
    "start, step sizes, number of steps and order do not depend on the sample; projection on a "
    "fixed convex set is allowed, momentum and adaptive steps are not",
)
PULLS_ALWAYS = not_given(
    "pulls-in-every-step",
    "algorithm.strong_convexity",
    "it is weight decay alone that contracts: it pulls in every step, one that skips its example "
    "too",
    "Leave algorithm.strong_convexity out: weight decay alone is counted then. Strongly convex "
    "losses contract less in a step that skips one; after part of a pass, or with a short batch, "
    "the statement would be false.",
)


def _source(label: str, title: str = "Locally elastic constants of algorithms") -> Source:
    return Source("this project", 2026, title, label, "RE-DERIVED(own)")


@dataclass(frozen=True)
class _Slopes:
    """u(z): its supremum, its mean, its root mean square and the fourth root of E u^4."""

    top: sympy.Expr
    mean: sympy.Expr
    rms: sympy.Expr
    fourth: sympy.Expr


STEEPNESS = _Slopes(L, L_mean, L_rms, L_4)
KERNEL = _Slopes(
    kappa,
    kappa_mean,
    sympy.sqrt(kappa * kappa_mean),
    sympy.sqrt(kappa * sympy.sqrt(kappa * kappa_mean)),
)
"""sqrt(K(z, z)): with 0 <= u <= kappa, E u^2 <= kappa E u and E u^4 <= kappa^2 E u^2."""
Shape = Mapping[str, Any]
"""The values of a statement, what it says of norms beside them, and whether it is a square."""


def _same(factor: sympy.Expr, u: _Slopes) -> Shape:
    """beta(z', z) = factor u(z') u(z)."""
    return {
        "square": True,
        "values": {
            "B": factor * u.top * u.mean,
            "U": factor * u.top**2,
            "B1": factor * u.mean**2,
            "D": factor * u.rms**2,
        },
        "extras": {
            "b_rms": factor * u.rms * u.mean,
            "c_rms": factor * u.mean * u.rms,
            "d_rms": factor * u.fourth**2,
            "beta_rms": factor * u.rms**2,
            "c_sup": factor * u.mean * u.top,
        },
    }


def _retrained(factor: sympy.Expr, u: _Slopes) -> Shape:
    """beta(z', z) = factor (sup u + u(z')) u(z)."""
    reach = sympy.sqrt(u.top**2 + 2 * u.top * u.mean + u.rms**2)
    return {
        "values": {
            "B": 2 * factor * u.top * u.mean,
            "U": 2 * factor * u.top**2,
            "B1": factor * (u.top + u.mean) * u.mean,
            "D": factor * (u.top * u.mean + u.rms**2),
        },
        "extras": {
            "b_rms": factor * reach * u.mean,
            "c_rms": factor * (u.top + u.mean) * u.rms,
            "d_rms": factor * (u.top * u.rms + u.fourth**2),
            "beta_rms": factor * reach * u.rms,
            "c_sup": factor * (u.top + u.mean) * u.top,
        },
    }


def _form(
    convention: Convention,
    shape: Shape,
    domain: tuple[sympy.Basic, ...] = (),
    **rest: object,
) -> StabilityStatement:
    sizes = (m >= 2,) if convention is Convention.RETRAIN else ()
    return StabilityStatement(
        name=str(convention),
        notion=ELASTIC[0],
        neighbour=ELASTIC[1],
        convention=convention,
        domain=domain + sizes,
        **shape,
        **rest,  # type: ignore[arg-type]
    )


def erm() -> StabilityTheorem:
    """Strongly convex ERM: beta(z', z) = L(z') L(z)/mu, retrained (L + L(z')) L(z)/mu."""
    return StabilityTheorem(
        id="elastic-erm",
        title="elastic constant of strongly convex empirical risk minimisation",
        source=_source("regularised minimiser"),
        trust=Trust.DERIVED,
        hypotheses=(trains_by("erm"), CONVEX, LIPSCHITZ),
        statements=(
            _form(Convention.KEEP, _same(1 / mu, STEEPNESS)),
            _form(Convention.RETRAIN, _retrained(1 / mu, STEEPNESS)),
        ),
        structure=Product(),
        symmetric=True,
        monotone={"L": 1, "L_mean": 1, "L_rms": 1, "L_4": 1, "mu": -1},
    )


def kernel() -> StabilityTheorem:
    """Kernel ERM: beta = sigma^2 sqrt(K(z', z')) sqrt(K(z, z))/(2 lambda), keep-1/m."""
    factor = sigma**2 / (2 * lam)
    return StabilityTheorem(
        id="elastic-kernel",
        title="elastic constant of kernel empirical risk minimisation",
        source=_source("kernel minimiser"),
        trust=Trust.DERIVED,
        hypotheses=(
            trains_by("kernel-erm"),
            ADMISSIBLE_COST,
        ),
        statements=(
            _form(Convention.KEEP, _same(factor, KERNEL)),
            _form(Convention.RETRAIN, _retrained(factor, KERNEL)),
        ),
        structure=Product(),
        symmetric=True,
        monotone={"sigma": 1, "kappa": 1, "kappa_mean": 1, "lam": -1},
    )


def gradient_descent() -> StabilityTheorem:
    """Full-batch gradient descent, convex, steps at most 2/gamma; with mu, contracted."""
    return StabilityTheorem(
        id="elastic-gd",
        title="elastic constant of full-batch gradient descent",
        source=_source("gradient descent"),
        trust=Trust.DERIVED,
        hypotheses=(
            trains_by("gd"),
            CONVEX,
            LIPSCHITZ,
            SMOOTH,
            step_at_most(2, with_strong_convexity=True),
            INDEPENDENT,
        ),
        statements=_iterative_forms(),
        structure=Product(),
        symmetric=True,
        monotone={"L": 1, "L_mean": 1, "L_rms": 1, "L_4": 1, "alpha": 1, "T": 1, "mu": -1},
    )


def sgd() -> StabilityTheorem:
    """SGD with replacement, any batch size, in expectation over the draws."""
    return StabilityTheorem(
        id="elastic-sgd",
        title="elastic constant of SGD with replacement",
        source=_source("SGD with replacement; retrain: a draw of the deleted point is redrawn"),
        trust=Trust.DERIVED,
        hypotheses=(
            trains_by("sgd", order="with-replacement"),
            CONVEX,
            LIPSCHITZ,
            SMOOTH,
            step_at_most(2, with_strong_convexity=True),
            INDEPENDENT,
        ),
        statements=_iterative_forms(),
        averaged_over=Averaged.ALGORITHM,
        structure=Product(),
        symmetric=True,
        monotone={"L": 1, "L_mean": 1, "L_rms": 1, "L_4": 1, "alpha": 1, "T": 1, "mu": -1},
    )


def sgd_shuffled() -> StabilityTheorem:
    """Shuffled passes, convex: beta = m w L(z') L(z), for every realisation of the order.

    w is the largest sum of alpha_t/s_t over the steps that can see one example: once a pass, at
    worst in the short last batch.
    """
    return StabilityTheorem(
        id="elastic-sgd-shuffled",
        title="elastic constant of SGD in shuffled passes",
        source=_source("SGD, fixed visiting order"),
        trust=Trust.DERIVED,
        hypotheses=(
            trains_by("sgd", order="shuffled"),
            CONVEX,
            LIPSCHITZ,
            SMOOTH,
            step_at_most(2),
            INDEPENDENT,
        ),
        statements=(
            _form(
                Convention.NULL_STEP,
                _same(m * weight, STEEPNESS),
                derived={"weight": {"constant": visits(), "decay": visits_decaying()}},
            ),
        ),
        structure=Product(),
        symmetric=False,
        monotone={"L": 1, "L_mean": 1, "L_rms": 1, "L_4": 1, "weight": 1},
    )


def sgd_shuffled_strongly_convex() -> StabilityTheorem:
    """The same with a mu-strongly convex regulariser: earlier steps are contracted away."""
    return StabilityTheorem(
        id="elastic-sgd-shuffled-strongly-convex",
        title="elastic constant of SGD in shuffled passes with weight decay",
        source=_source("SGD, fixed visiting order, strongly convex regulariser"),
        trust=Trust.DERIVED,
        hypotheses=(
            trains_by("sgd", order="shuffled"),
            CONVEX,
            LIPSCHITZ,
            SMOOTH,
            STRONGLY_CONVEX_STEPS,
            step_at_most(2, with_strong_convexity=True),
            INDEPENDENT,
        ),
        statements=(
            _form(
                Convention.NULL_STEP,
                _same(m * weight, STEEPNESS),
                derived={"weight": {"constant": _visits_contracted()}},
                domain=(alpha(1) * mu <= 1,),
                in_place=PULLS_ALWAYS,
            ),
        ),
        structure=Product(),
        symmetric=False,
        monotone={"L": 1, "L_mean": 1, "L_rms": 1, "L_4": 1, "weight": 1},
    )


def sgd_nonconvex() -> StabilityTheorem:
    """SGD with replacement, steps c/t, bounded non-convex losses; t0 chosen numerically.

    beta(z', z) = t0 s M + (L + L(z')) L(z) (T/t0)^(c gamma)/gamma, retrained, on average over the
    draws: either the deleted point is met in the first t0 steps, or both runs agree until then.
    """
    growth = (T / t0) ** (c * gamma) / gamma
    return StabilityTheorem(
        id="elastic-sgd-nonconvex",
        title="elastic constant of SGD with replacement, non-convex",
        source=_source("non-convex SGD", "Propositions for algorithms"),
        trust=Trust.DERIVED,
        hypotheses=(
            trains_by("sgd", order="with-replacement"),
            LIPSCHITZ,
            SMOOTH,
            decaying_steps(),
            INDEPENDENT,
        ),
        statements=(
            StabilityStatement(
                name="retrain",
                notion=ELASTIC[0],
                neighbour=ELASTIC[1],
                convention=Convention.RETRAIN,
                domain=(m >= 2, t0 <= T),
                **{
                    part: {name: t0 * batch * M + value for name, value in of.items()}
                    for part, of in _retrained(growth, STEEPNESS).items()
                },
            ),
        ),
        averaged_over=Averaged.ALGORITHM,
        structure=Product(),
        choose=Choice({"t0": at_least(1)}, BurnIn("B")),
        symmetric=True,
        monotone={"L": 1, "L_mean": 1, "L_rms": 1, "L_4": 1, "c": 1, "T": 1, "M": 1, "batch": 1},
    )


def _iterative_forms() -> tuple[StabilityStatement, ...]:
    contracted = (STRONGLY_CONVEX_STEPS, constant_steps())
    forms = []
    for convention, shape in (
        (Convention.NULL_STEP, _same),
        (Convention.RETRAIN, _retrained),
    ):
        forms.append(_form(convention, shape(STEPS, STEEPNESS)))
        domain = (alpha(1) * mu <= 1, m >= 2) if shape is _retrained else (alpha(1) * mu <= 1,)
        forms.append(
            StabilityStatement(
                name=f"{convention}, strongly convex",
                notion=ELASTIC[0],
                neighbour=ELASTIC[1],
                convention=convention,
                domain=domain,
                hypotheses=contracted,
                **shape(CONTRACTED, STEEPNESS),
            )
        )
    return tuple(forms)


PASS_LENGTH = sympy.ceiling(m / batch)
LAST_BATCH = m - batch * (PASS_LENGTH - 1)
FULL_PASSES = sympy.floor(T / PASS_LENGTH)
PASSES = sympy.ceiling(T / PASS_LENGTH)


def visits() -> sympy.Expr:
    """The largest sum of alpha/s over the steps that see one example, one of each pass."""
    step = alpha(1)
    return FULL_PASSES * step / LAST_BATCH + (PASSES - FULL_PASSES) * step / batch


def visits_decaying() -> sympy.Expr:
    """The sum over passes k of the larger of alpha at the start of a pass, over a full batch, and
    alpha at its end, over the last batch. In closed form: the end is larger from one pass on."""
    first, length, last = alpha(1), PASS_LENGTH, LAST_BATCH
    turn = sympy.ceiling((last * length - batch) / (length * (batch - last)))
    switch = sympy.Piecewise(
        (sympy.Min(FULL_PASSES, sympy.Max(0, turn)), last < batch), (FULL_PASSES, True)
    )
    starts = sympy.harmonic(switch - 1 + 1 / length) - sympy.harmonic(1 / length - 1)
    ends = sympy.harmonic(FULL_PASSES) - sympy.harmonic(switch)
    partial = (PASSES - FULL_PASSES) / (batch * (FULL_PASSES * length + 1))
    return first * (starts / (batch * length) + ends / (last * length) + partial)


def _visits_contracted() -> sympy.Expr:
    step = alpha(1)
    keep = 1 - step * mu
    done = FULL_PASSES * PASS_LENGTH
    full = keep ** (T - done) * (1 - keep**done) / (1 - keep**PASS_LENGTH)
    return full * step / LAST_BATCH + (PASSES - FULL_PASSES) * step / batch
