"""Mutual information between noisy features and the input or its class, by Monte Carlo.

T = signals of the features + sigma * normal noise. Of a deterministic map mutual information says
nothing, so the noise is needed: with it T is a mixture of as many normal laws as there are inputs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stability.dynamics.neurashed.firing import signals
from stability.dynamics.neurashed.graph import Floats
from stability.dynamics.neurashed.instances import Instances
from stability.errors import DataError, SetupError


@dataclass(frozen=True, eq=False)
class MutualInformation:
    """In bits: I(T; X) with the input and I(T; Y) with its class, both (...).

    `input_error` and `class_error` are standard errors of the Monte Carlo means.
    """

    with_input: Floats
    with_class: Floats
    input_error: Floats
    class_error: Floats


def mutual_information(
    means: ArrayLike, labels: ArrayLike, *, sigma: float = 0.5, draws: int = 20_000, seed: int = 0
) -> MutualInformation:
    """Of X uniform over n inputs whose features have the `means` (..., n, d); `labels` (n,).

    `draws` of T in all, an equal number for each input; the noise is the same for all leading axes
    and comes in pairs of opposite sign, which makes the error smaller.
    Raises DataError for labels that do not fit and SetupError for other arguments.

    >>> apart = mutual_information([[0.0], [100.0]], [0, 1], draws=100)
    >>> float(apart.with_input), float(apart.with_class)
    (1.0, 1.0)
    """
    mu, y = np.asarray(means, dtype=np.float64), np.asarray(labels)
    count, dimension = mu.shape[-2:]
    if y.shape != (count,):
        raise DataError(
            where="labels", found=f"shape {y.shape}", allowed=f"one for each of {count} inputs"
        )
    if not sigma > 0:
        raise SetupError(
            where="sigma", found=sigma, allowed="a number above 0",
            remedy="Without noise the features determine the input or nothing does.",
        )  # fmt: skip
    pairs = draws // (2 * count)
    if pairs < 2:
        raise SetupError(where="draws", found=draws, allowed=f"at least {4 * count}")
    noise = np.random.default_rng(seed).normal(size=(count, pairs, dimension))
    noise = np.concatenate([noise, -noise], axis=1)
    own_class = y[:, None] == y[None]
    lead = mu.shape[:-2]
    found = np.empty((4, *lead))
    for place in np.ndindex(lead):
        found[(slice(None), *place)] = _informations(mu[place] / sigma, noise, own_class)
    with_input, with_class, input_error, class_error = (np.asarray(part) for part in found)
    return MutualInformation(with_input, with_class, input_error, class_error)


def signal_information(
    instances: Instances, log_factors: ArrayLike, *, sigma: float = 0.5, draws: int = 20_000,
    seed: int = 0,
) -> MutualInformation:  # fmt: skip
    """Of the signals of all hidden features, for instances that are equally likely.

    `log_factors` (..., F) as recorded in training.

    >>> from stability.dynamics.neurashed.problems import shared_features
    >>> found = signal_information(shared_features(), np.full(4, np.log(0.2)))
    >>> float(found.with_input.round(2)), float(found.with_class.round(2))
    (0.34, 0.21)
    """
    sent = signals(instances.graph, instances.firing, log_factors)[1:]
    return mutual_information(
        np.concatenate(sent, axis=-1), instances.labels, sigma=sigma, draws=draws, seed=seed
    )


def _informations(mu: Floats, noise: Floats, own_class: Floats) -> tuple[float, ...]:
    """Both, and their errors, for means (n, d) in units of the noise and noise (n, draws, d)."""
    gaps = mu[:, None] - mu[None]  # from each input (i) to each other (j)
    # ln p(t | j) - ln p(t | i) at t = mu_i + noise
    logs = -(noise @ np.swapaxes(gaps, 1, 2)) - 0.5 * (gaps**2).sum(axis=2)[:, None]
    ratios = np.exp(logs)  # (i, draws, j)
    everything = ratios.mean(axis=2)
    same = np.einsum("idj,ij->id", ratios, own_class) / own_class.sum(axis=1)[:, None]
    values = -np.log2(everything), np.log2(same / everything)
    pairs = [one.reshape(len(one), 2, -1).mean(axis=1) for one in values]
    means = (float(one.mean()) for one in pairs)
    errors = (
        float(np.sqrt(one.var(axis=1, ddof=1).sum() / one.shape[1]) / len(one)) for one in pairs
    )
    return *means, *errors
