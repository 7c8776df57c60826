"""Steps that are really made against their limit, in float64 and in float32."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor
from torch.func import vjp, vmap

from stability.datasets.manifolds import manifold
from stability.elasticity.steps import finite_steps, loss_slopes, relative_steps, small_steps
from stability.kernels.empirical import EmpiricalKernel
from stability.training.start import build_network
from stability_experiments.common.elasticity_networks import PER_CLASS, Net

Floats = NDArray[np.float64]
LOSSES = ("squared", "cross-entropy")
SHARES = np.logspace(-9, 0, 19)
"""Step sizes times K(x, x): for squared loss the share of the residual that the step takes away."""

FITTED = (10**-4.5, 10**-2.5)
"""Between these the slope of error against step is fitted: above rounding, below most kinks."""

UPDATED = 5
"""So many of the blue points are updated, one at a time."""


def errors(net: Net, seed: int) -> Mapping[str, ArrayLike]:
    """Relative errors of finite steps, (losses, shares), in float64 and in float32.

    Root mean square over pairs of the difference to the limit, over that of the limit. The network
    is untrained.
    """
    sample = manifold(net.manifold).sample(PER_CLASS, seed)
    recipe = net.recipe(seed)
    kernel = EmpiricalKernel(build_network(recipe, sample.data.shape, 2))
    observed = np.asarray(sample.data.inputs)[sample.blue]
    updated = observed[:UPDATED]
    unit = relative_steps(kernel, updated, 1.0)
    found = np.empty((2, len(LOSSES), len(SHARES)))
    for i, loss in enumerate(LOSSES):
        slopes = loss_slopes(loss, kernel.outputs(updated), np.ones(UPDATED, dtype=int))
        limit = small_steps(kernel, updated, slopes, observed)
        for j, share in enumerate(SHARES):
            given = kernel, updated, slopes, observed, share * unit
            found[0, i, j] = _relative(finite_steps(*given), limit)
            found[1, i, j] = _relative(single_precision_steps(*given), limit)
    return {"float64": found[0], "float32": found[1]}


def single_precision_steps(
    kernel: EmpiricalKernel, updated: Floats, slopes: Floats, observed: Floats, sizes: Floats
) -> Floats:
    """What `finite_steps` gives if weights, inputs and outputs are float32, as published."""
    network = kernel.network
    weights = {name: w.float() for name, w in kernel.weights.items()}
    x, points = torch.tensor(updated).float(), torch.tensor(observed).float()
    g, steps = torch.tensor(slopes).float(), torch.tensor(sizes).float()

    def after(x: Tensor, g: Tensor, s: Tensor) -> Tensor:
        _, back = vjp(lambda w: network.evaluate(w, x[None])[0], weights)  # pyright: ignore
        [gradient] = back(g)
        return network.evaluate({n: w - s * gradient[n] for n, w in weights.items()}, points)

    with torch.no_grad():
        # Both alike, so that a step which rounding takes away altogether changes nothing.
        before, moved = (vmap(after)(x, g, size) for size in (0 * steps, steps))
        changes = (before - moved) / steps[:, None, None]
    return changes.double().numpy()


def _relative(found: Floats, limit: Floats) -> float:
    return float(np.sqrt(((found - limit) ** 2).mean() / (limit**2).mean()))


def slope(values: Floats) -> float:
    """The slope of log error against log step between the ends of `FITTED`.

    >>> round(slope(3.0 * SHARES), 12)
    1.0
    """
    used = (FITTED[0] * 0.99 <= SHARES) & (FITTED[1] * 1.01 >= SHARES)
    return float(np.polyfit(np.log(SHARES[used]), np.log(values[used]), 1)[0])
