"""Where each symbol of a statement stands in a setup, in plain form: a second table of them all.

The library reads symbols from its own data (`stability.theorems.kinds.symbol_values`). What it
finds is compared with what is said here, at setups in which no two numbers are alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from stability_proofs.semantics.setups.plain import Plain

Value = Any
Meaning = Callable[[Plain], Value]


def at(*places: str) -> Meaning:
    """The value at the first of these places that has one."""
    return lambda setup: next((setup[place] for place in places if place in setup), None)


def _steps(setup: Plain) -> Value:
    steps, epochs = setup.get("algorithm.steps"), setup.get("algorithm.epochs")
    if steps is not None or epochs is None:
        return steps
    if setup["algorithm.kind"] == "gd":
        return epochs
    return epochs * ceil(Fraction(setup["sample.size"], setup.get("algorithm.batch_size", 1)))


def _step_size(setup: Plain) -> Value:
    step = setup.get("algorithm.step_size")
    return None if isinstance(step, Mapping) else step


def _decay(setup: Plain) -> Value:
    step = setup.get("algorithm.step_size")
    return step["c"] if isinstance(step, Mapping) else None


def _mean_slope(setup: Plain) -> Value:
    """The mean, or what it is at most: the root mean square, the fourth root, the supremum."""
    fourth = setup.get("loss.fourth_moment_lipschitz")
    given = at("loss.mean_lipschitz", "loss.rms_lipschitz")(setup)
    if given is None and fourth is not None:
        return Raised(4, fourth)
    return at("loss.lipschitz")(setup) if given is None else given


def _root_mean_square(setup: Plain) -> Value:
    """The fourth power of L_rms, the least of rms^4, (L mean)^2 and E L^4, as far as given."""
    top = setup.get("loss.lipschitz")
    if top is None:
        return None
    candidates = [top**4]
    if "loss.mean_lipschitz" in setup:
        candidates.append((top * setup["loss.mean_lipschitz"]) ** 2)
    if "loss.rms_lipschitz" in setup:
        candidates.append(setup["loss.rms_lipschitz"] ** 4)
    if "loss.fourth_moment_lipschitz" in setup:
        candidates.append(setup["loss.fourth_moment_lipschitz"])
    return Raised(4, min(candidates))


def _fourth_root(setup: Plain) -> Value:
    """The eighth power of L_4, the smaller of (E L^4)^2 and (L L_rms)^4."""
    second, top = _root_mean_square(setup), setup.get("loss.lipschitz")
    if second is None or top is None:
        return None
    candidates = [top**4 * second.value]
    if "loss.fourth_moment_lipschitz" in setup:
        candidates.append(setup["loss.fourth_moment_lipschitz"] ** 2)
    return Raised(8, min(candidates))


def _twice(value: Value) -> Value:
    return None if value is None else 2 * value


@dataclass(frozen=True)
class Raised:
    """A number of which a power is said."""

    power: int
    value: Fraction


def _output_risk(setup: Plain) -> Value:
    risks, steps = setup.get("training.expected_risks"), _steps(setup)
    return risks[steps] if risks and steps and len(risks) > steps else None


def _smoothness(setup: Plain) -> Value:
    """Of the objectives: weight decay adds its lambda."""
    loss = setup.get("loss.smoothness")
    return None if loss is None else loss + setup.get("algorithm.weight_decay", 0)


def _strong_convexity(setup: Plain) -> Value:
    """Of the objectives: of the losses (or the Polyak-Lojasiewicz constant), and lambda of a
    regulariser lambda/2 |w|^2."""
    known = at("algorithm.strong_convexity", "algorithm.pl_constant")(setup) or 0
    beside = "regularization" if setup["algorithm.kind"] == "erm" else "weight_decay"
    return known + setup.get(f"algorithm.{beside}", 0) or None


SYMBOLS: Mapping[str, Meaning] = {
    "folds": at("sample.folds"),
    "M": at("loss.range", "algorithm.base_range"),
    "L": at("loss.lipschitz"),
    "L_mean": _mean_slope,
    "L_rms": _root_mean_square,
    "L_4": _fourth_root,
    "gamma": _smoothness,
    "mu": _strong_convexity,
    "lam": at("algorithm.regularization"),
    "radius": at("algorithm.radius"),
    "clipping": at("algorithm.clipping"),
    "T": _steps,
    "alpha": _step_size,
    "c": _decay,
    "batch": lambda setup: setup.get("algorithm.batch_size", 1),
    "kappa": at("algorithm.kernel_bound"),
    "kappa_mean": at("algorithm.mean_sqrt_kernel", "algorithm.kernel_bound"),
    "sigma": at("algorithm.admissibility"),
    "k": at("algorithm.neighbours"),
    "subsample": at("algorithm.subsample"),
    "base": at("algorithm.base_stability"),
    "prediction_range": at("algorithm.prediction_range"),
    "draws": at("algorithm.bags"),
    "inverse_temperature": at("algorithm.inverse_temperature"),
    "optimization_error": at("algorithm.optimization_error"),
    "dp_epsilon": at("algorithm.epsilon"),
    "dp_delta": at("algorithm.delta"),
    "dp_mu": at("algorithm.mu"),
    "dp_rho": at("algorithm.rho"),
    "dp_variation": at("algorithm.delta_at_zero"),
    "erm_error": at("training.erm_error"),
    "training_risk": _output_risk,
    "F": at("training.expected_risks"),
    "noise": at("training.noise"),
    "noise_levels": lambda setup: setup.get("training.noise_levels", 1),
    "offset": lambda setup: setup.get("training.noise_offset", 0),
}
"""Symbols that are read from a setup."""
OWN: Mapping[str, Mapping[str, Meaning]] = {
    # the loss of the base algorithm; `loss.range` is that of the Gibbs algorithm
    "bousquet2002-thm24": {"M": at("algorithm.base_range")},
    "gibbs-exponent": {"M": at("algorithm.base_range")},
    # losses lie in [0, rho] on the ball
    "hardt2016-strongly-convex-decaying": {"rho": at("loss.range")},
    # of a problem that the theorem chooses: no setup gives it
    "zhang2022-nonconvex-upper": {"a": at()},
    "zhang2022-nonconvex-lower": {"a": at()},
    # L bounds the difference of two gradients
    "mou2018-sgld": {"L": lambda setup: _twice(setup.get("loss.lipschitz"))},
}
"""Theorems in which a symbol stands for something of their own."""
MEASURED = frozenset(("L_mean", "L_rms", "L_4", "kappa_mean"))
"""Symbols that may be upper confidence bounds from data."""


def meaning_of(theorem: str, name: str) -> Meaning | None:
    """Where a theorem's symbol stands in a setup; None if it is not read from one."""
    return OWN.get(theorem, {}).get(name, SYMBOLS.get(name))
