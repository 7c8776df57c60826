"""Activations of two-layer networks with their first three derivatives, number by number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from scipy.special import erf, expit

from stability.errors import SetupError, did_you_mean
from stability.kernels.kernel import Floats

Slopes = tuple[Floats, Floats, Floats, Floats]
"""s(u), s'(u), s''(u) and s'''(u)."""


def _relu(u: Floats) -> Slopes:
    active = (u >= 0).astype(np.float64)
    return u * active, active, np.zeros_like(u), np.zeros_like(u)


def _erf(u: Floats) -> Slopes:
    first = 2 / np.sqrt(np.pi) * np.exp(-(u**2))
    return erf(u), first, -2 * u * first, (4 * u**2 - 2) * first


def _softplus(u: Floats) -> Slopes:
    first = expit(u)
    second = first * expit(-u)
    return np.logaddexp(0.0, u), first, second, second * (1 - 2 * first)


def _tanh(u: Floats) -> Slopes:
    value = np.tanh(u)
    first = 1 - value**2
    return value, first, -2 * value * first, (6 * value**2 - 2) * first


ACTIVATIONS: Mapping[str, Callable[[Floats], Slopes]] = MappingProxyType(
    {"relu": _relu, "erf": _erf, "softplus": _softplus, "tanh": _tanh}
)


def check_activation(name: str, known: Mapping[str, object] = ACTIVATIONS) -> None:
    """Raise SetupError unless an activation of that name is `known`.

    >>> check_activation("softpuls")
    Traceback (most recent call last):
    stability.errors.SetupError: activation: found 'softpuls'; allowed: 'relu', 'erf', \
'softplus', 'tanh'. Did you mean 'softplus'?
    """
    if name not in known:
        raise SetupError(
            where="activation",
            found=name,
            allowed=", ".join(map(repr, known)),
            remedy=did_you_mean(str(name), known),
        )


def slopes(name: str, u: Floats) -> Slopes:
    """s, s', s'' and s''' at numbers u, each of their shape.

    Those of "relu" are the ones almost everywhere: s'' and s''' are 0, and s'(0) = 1.

    >>> [float(s[0]) for s in slopes("softplus", np.zeros(1))]
    [0.6931471805599453, 0.5, 0.25, 0.0]
    """
    check_activation(name)
    return ACTIVATIONS[name](u)
