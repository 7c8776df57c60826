"""A setup in plain form: sections of keys and numbers, as a setup file has them.

What hypotheses and symbols say of a setup is written down here for this form alone, so that the
checks and readers of the library, which look at its own data, can be compared with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from fractions import Fraction
from typing import Any

import sympy

from stability.conventions import Averaged, Neighbour, Notion, Positions
from stability.setup.algorithms import KINDS, ConstantStep, DecayingStep
from stability.setup.setup import Loss, Sample, Setup, Training
from stability.theorems.kinds.constant import Stability
from stability.theorems.statements.term import Term

Plain = Mapping[str, Any]
"""Values by place, such as `loss.range`; what is not given has no entry."""

HALF, TENTH = Fraction(1, 2), Fraction(1, 10)
LOSS: Plain = {
    "sample.size": 100,
    "sample.folds": 9,
    "loss.range": Fraction(2),
    "loss.lipschitz": Fraction(3),
    "loss.mean_lipschitz": Fraction(1),
    "loss.rms_lipschitz": Fraction(5, 4),
    "loss.fourth_moment_lipschitz": Fraction(6),
    "loss.smoothness": Fraction(1, 4),
    "loss.convex": True,
    "loss.nonnegative": True,
    "training.expected_risks": (Fraction(1), *(Fraction(1, 3),) * 19, Fraction(1, 5)),
    "training.erm_error": Fraction(1, 7),
    "training.measured": False,
    "training.noise": Fraction(1, 9),
    "training.noise_levels": 4,
    "training.noise_offset": Fraction(1, 17),
}
RUN: Plain = {"algorithm.steps": 20, "algorithm.step_size": TENTH}
ALGORITHMS: Mapping[str, Plain] = {
    "gd": {**RUN, "algorithm.radius": Fraction(8)},
    "sgd": {
        **RUN,
        "algorithm.batch_size": 1,
        "algorithm.order": "with-replacement",
        "algorithm.radius": Fraction(8),
    },
    "sgld": {**RUN, "algorithm.inverse_temperature": Fraction(11)},
    "erm": {"algorithm.regularization": Fraction(1, 50)},
    "kernel-erm": {
        "algorithm.regularization": Fraction(1, 50),
        "algorithm.kernel_bound": Fraction(7),
        "algorithm.admissibility": Fraction(13),
        "algorithm.mean_sqrt_kernel": Fraction(6),
    },
    "gibbs": {"algorithm.regularization": Fraction(1, 50), "algorithm.base_range": Fraction(3, 2)},
    "knn": {"algorithm.neighbours": 5},
    "bagging": {
        "algorithm.subsample": 10,
        "algorithm.base_stability": Fraction(1, 100),
        "algorithm.bags": 40,
        "algorithm.prediction_range": Fraction(3),
        "algorithm.measured": False,
    },
    "subbagging": {
        "algorithm.measured": False,
        "algorithm.subsample": 10,
        "algorithm.base_stability": Fraction(1, 100),
        "algorithm.bags": 40,
        "algorithm.prediction_range": Fraction(3),
    },
    "dp": {
        "algorithm.neighbour": "add-remove",
        "algorithm.source": "an accountant",
        "algorithm.epsilon": Fraction(3, 11),
        "algorithm.delta": Fraction(1, 1001),
    },
    "pl": {
        "algorithm.pl_constant": Fraction(1, 8),
        "algorithm.optimization_error": TENTH,
        "algorithm.measured": False,
    },
}
"""One setup of every kind in which no two numbers of one meaning are the same."""


def setup_of(kind: str, **changes: Any) -> Plain:
    """The setup of a kind with other values at some places; None takes a value out.

    Places are written with `__` in place of the dot.
    """
    put = {name.replace("__", "."): value for name, value in changes.items()}
    given = {**LOSS, "algorithm.kind": kind, **ALGORITHMS[kind], **put}
    if "algorithm.step_size" not in given:
        del given["training.expected_risks"]
    return {place: value for place, value in given.items() if value is not None}


def built(plain: Plain) -> Setup:
    """The library's data for a plain setup."""
    sections: dict[str, dict[str, Any]] = {}
    for place, value in plain.items():
        section, _, name = place.partition(".")
        sections.setdefault(section, {})[name] = value
    algorithm = sections["algorithm"]
    kind = KINDS[algorithm.pop("kind")]
    if "step_size" in algorithm:
        algorithm["step_size"] = _steps(algorithm["step_size"])
    return Setup(
        sample=Sample(**sections["sample"]),
        loss=Loss(**sections.get("loss", {})),
        training=Training(**sections.get("training", {})),
        algorithm=kind(**algorithm),
    )


def _steps(value: Any) -> Any:
    return DecayingStep(value["c"]) if isinstance(value, Mapping) else value


def plain(setup: Setup) -> Plain:
    """The plain form of a setup with an algorithm."""
    found: dict[str, Any] = {"algorithm.kind": setup.algorithm.kind} if setup.algorithm else {}
    for section in ("sample", "loss", "training", "algorithm"):
        holder = getattr(setup, section)
        for item in fields(holder) if holder is not None else ():
            value = getattr(holder, item.name)
            if isinstance(value, ConstantStep):
                value = value.size
            elif isinstance(value, DecayingStep):
                value = {"schedule": "decay", "c": value.c}
            if value is not None:
                found[f"{section}.{item.name}"] = value
    return found


ONE_ALGORITHM = setup_of("sgd")
CONSTANT: Plain = {
    **ONE_ALGORITHM,
    "constant.symmetric": True,
    "constant.averaged_over": "algorithm",
    "constant.values": ("beta", "rho", "draws"),
}
"""A constant of uniform stability, in plain form."""


def constant_of(**changes: Any) -> Plain:
    """The constant with other values at some of its places, and places of its setup."""
    return {**CONSTANT, **{name.replace("__", "."): value for name, value in changes.items()}}


def built_constant(given: Plain) -> Stability:
    """The library's data for a plain constant."""
    own = {place: value for place, value in given.items() if not place.startswith("constant.")}
    return Stability(
        setup=built(own),
        notion=Notion.UNIFORM,
        neighbour=Neighbour.DELETION,
        convention=None,
        averaged_over=Averaged(given["constant.averaged_over"]),
        values={name: Term(sympy.Rational(1, 10), {}) for name in given["constant.values"]},
        path=("tried",),
        symmetric=given["constant.symmetric"],
        positions=Positions.EVERY,
    )


def plain_constant(stability: Stability) -> Plain:
    """The plain form of a constant and its setup."""
    return {
        **plain(stability.setup),
        "constant.symmetric": stability.symmetric,
        "constant.averaged_over": str(stability.averaged_over),
        "constant.values": tuple(stability.values),
    }
