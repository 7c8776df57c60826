"""Locally elastic constants of gradient methods that clip the gradient of each example.

Own results. The loss that is trained on is phi(<w, x>, y), phi convex and differentiable in its one
score. Its gradient phi' x, cut to norm C, is that of the loss with the derivative
max(-C/|x|, min(phi', C/|x|)), which is convex, not less smooth, and min(L(z), C)-Lipschitz. So the
constants of convex losses hold with u(z') = min(L(z'), C) for the deleted example, while the one
that is tested keeps L(z): beta(z', z) = sum of steps times min(L(z'), C) L(z). What curvature the
losses had is not left where they are clipped: weight decay alone contracts.

With several scores that is false, since clipped gradients need not be monotone: see `ONE_SCORE`.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from stability.conventions import Averaged, Convention, Neighbour, Notion, Trust
from stability.setup.setup import Setup
from stability.theorems.elastic_algorithms import (
    CONTRACTED,
    INDEPENDENT,
    PULLS_ALWAYS,
    STEPS,
    visits,
    visits_decaying,
)
from stability.theorems.kinds import Source, StabilityStatement, StabilityTheorem
from stability.theorems.kinds.constant import Product
from stability.theorems.kinds.hypotheses import (
    CONVEX,
    LIPSCHITZ,
    SMOOTH,
    STRONGLY_CONVEX_STEPS,
    TrainedBy,
    constant_steps,
    step_at_most,
    trains_by,
)
from stability.theorems.kinds.hypothesis import Failure, Hypothesis, known
from stability.theorems.statements.symbols import alpha, symbols

m, L, L_mean, L_rms, L_4, mu, weight, clipping = symbols("m L L_mean L_rms L_4 mu weight clipping")
TOP, MEAN, RMS = (sympy.Min(slope, clipping) for slope in (L, L_mean, L_rms))
"""Of u(z') = min(L(z'), C): its supremum, and what its mean and root mean square are at most."""
BOTH = sympy.Min(L_rms**2, clipping * L_mean)
"""E u(z) L(z) is at most this."""
BOTH_RMS = sympy.Min(L_4**2, clipping * L_rms)
"""The root mean square of u(z) L(z) is at most this."""
REACH = sympy.sqrt(TOP**2 + 2 * TOP * MEAN + RMS**2)

APART = (("-5.602", "-1.866", "-0.2045"), ("-5.582", "-1.870", "-0.2150"))
"""Scores of a softmax with three labels, the first of them the right one, |x| = 1 and C = 1."""
COUNTEREXAMPLE = (
    "For several scores it is false: clipped gradients of a softmax need not be monotone. With "
    f"|x| = 1, the first of three labels and C = 1, at the scores ({', '.join(APART[0])}) and "
    f"({', '.join(APART[1])}), <T(a) - T(b), a - b> = -0.00640 |a - b|^2 for the clipped "
    "gradients T, and a step of 1/2 takes the two 1.00338 times as far apart (`stability prove "
    "--errata`). Leave clipping out, or train one score"
)


CLIPPED = known(
    "clipped-gradients",
    "algorithm.clipping",
    "the gradient of each example's loss is cut to norm C by itself, C fixed beforehand",
    "Give algorithm.clipping, or see the constants of gradients as they are.",
)


def _one_score(setup: Setup) -> Failure | None:
    found = setup.value("algorithm.scores")
    if found == 1:
        return None
    if found is None:
        remedy = "Say scores = 1 if the loss is phi(<w, x>, y) with phi convex in <w, x>."
        return Failure("algorithm.scores", None, f"{remedy} {COUNTEREXAMPLE}.")
    return Failure("algorithm.scores", found, f"{COUNTEREXAMPLE}.")


ONE_SCORE = Hypothesis(
    "one-score",
    "the loss that is trained on is phi(<w, x>, y), phi convex and differentiable in its one score",
    _one_score,
)


def _values(factor: sympy.Expr) -> Mapping[str, Mapping[str, sympy.Expr]]:
    """beta(z', z) = factor min(L(z'), C) L(z)."""
    return {
        "values": {
            "B": factor * TOP * L_mean,
            "U": factor * TOP * L,
            "B1": factor * MEAN * L_mean,
            "D": factor * BOTH,
        },
        "extras": {
            "b_rms": factor * RMS * L_mean,
            "c_rms": factor * MEAN * L_rms,
            "d_rms": factor * BOTH_RMS,
            "beta_rms": factor * RMS * L_rms,
            "c_sup": factor * MEAN * L,
        },
    }


def _retrained(factor: sympy.Expr) -> Mapping[str, Mapping[str, sympy.Expr]]:
    """beta(z', z) = factor (min(L, C) + min(L(z'), C)) L(z)."""
    return {
        "values": {
            "B": 2 * factor * TOP * L_mean,
            "U": 2 * factor * TOP * L,
            "B1": factor * (TOP + MEAN) * L_mean,
            "D": factor * (TOP * L_mean + BOTH),
        },
        "extras": {
            "b_rms": factor * REACH * L_mean,
            "c_rms": factor * (TOP + MEAN) * L_rms,
            "d_rms": factor * (TOP * L_rms + BOTH_RMS),
            "beta_rms": factor * REACH * L_rms,
            "c_sup": factor * (TOP + MEAN) * L,
        },
    }


def _form(name: str, convention: Convention, shape: object, **rest: object) -> StabilityStatement:
    return StabilityStatement(
        name=name,
        notion=Notion.ELASTIC,
        neighbour=Neighbour.DELETION,
        convention=convention,
        **shape,  # type: ignore[arg-type]
        **rest,  # type: ignore[arg-type]
    )


def _forms() -> tuple[StabilityStatement, ...]:
    contracted = (PULLS_ALWAYS, STRONGLY_CONVEX_STEPS, constant_steps())
    found = []
    for convention, shape in ((Convention.NULL_STEP, _values), (Convention.RETRAIN, _retrained)):
        sizes = (m >= 2,) if convention is Convention.RETRAIN else ()
        small = (alpha(1) * mu <= 1, *sizes)
        found.append(_form(str(convention), convention, shape(STEPS), domain=sizes))
        found.append(
            _form(
                f"{convention}, weight decay",
                convention,
                shape(CONTRACTED),
                domain=small,
                hypotheses=contracted,
            )
        )
    return tuple(found)


def _theorem(
    name: str,
    title: str,
    trained: TrainedBy,
    statements: tuple[StabilityStatement, ...],
    averaged: Averaged,
) -> StabilityTheorem:
    moves = "weight" if trained.order == "shuffled" else "alpha"
    return StabilityTheorem(
        id=name,
        title=f"elastic constant of {title} with clipped gradients, one score",
        source=Source("this project", 2026, "Clipping as a hypothesis", title, "RE-DERIVED(own)"),
        trust=Trust.SECOND_HAND,
        hypotheses=(
            trained,
            CLIPPED,
            ONE_SCORE,
            CONVEX,
            LIPSCHITZ,
            SMOOTH,
            step_at_most(2, with_strong_convexity=moves == "alpha"),
            INDEPENDENT,
        ),
        statements=statements,
        averaged_over=averaged,
        structure=Product(),
        symmetric=moves == "alpha",
        monotone={
            **{"L": 1, "L_mean": 1, "L_rms": 1, "L_4": 1, "clipping": 1, moves: 1},
            **({"T": 1, "mu": -1} if moves == "alpha" else {}),
        },
    )


def gradient_descent() -> StabilityTheorem:
    """Full-batch gradient descent: the sum of steps times min(L(z'), C) L(z)."""
    trained = trains_by("gd", clipped=True)
    title = "full-batch gradient descent"
    return _theorem("clipped-gd", title, trained, _forms(), Averaged.NOTHING)


def sgd() -> StabilityTheorem:
    """SGD with replacement, in expectation over the draws: the same."""
    trained = trains_by("sgd", order="with-replacement", clipped=True)
    return _theorem("clipped-sgd", "SGD with replacement", trained, _forms(), Averaged.ALGORITHM)


def sgd_shuffled() -> StabilityTheorem:
    """Shuffled passes, for every order: m w min(L(z'), C) L(z), w as in elastic-sgd-shuffled."""
    form = _form(
        str(Convention.NULL_STEP),
        Convention.NULL_STEP,
        _values(m * weight),
        derived={"weight": {"constant": visits(), "decay": visits_decaying()}},
    )
    trained = trains_by("sgd", order="shuffled", clipped=True)
    title = "SGD in shuffled passes"
    return _theorem("clipped-sgd-shuffled", title, trained, (form,), Averaged.NOTHING)
