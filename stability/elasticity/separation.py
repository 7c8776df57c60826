"""How far classes are apart in every layer of a network: the law of data separation.

He and Su, A Law of Data Separation in Deep Learning (PNAS 2023): in trained networks the fuzziness
trace(SSw SSb^+) falls by about the same factor from layer to layer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.func import functional_call

from stability.errors import DataError
from stability.kernels.empirical import EmpiricalKernel

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DataSeparation:
    """`fuzziness` (L,) in every layer of `names`, and its fit log fuzziness = a + l log(factor).

    `factor`: what the fuzziness is multiplied with from layer to layer; `correlation`: Pearson's r
    of the layer's number and the log of the fuzziness (NaN for fewer than three layers).
    """

    names: tuple[str, ...]
    fuzziness: Floats
    factor: float
    correlation: float


def fuzziness(features: ArrayLike, labels: ArrayLike) -> float:
    """trace(SSw SSb^+) of features (n, d) with labels (n,).

    SSw and SSb are the covariances within and between the classes, each class weighted with its
    size. Infinite if all classes have the same mean. Raises DataError for fewer than two classes.

    >>> round(fuzziness([[0.0], [2.0], [10.0], [12.0]], [0, 0, 1, 1]), 9)  # 1 / 25
    0.04
    """
    X, y = np.asarray(features, dtype=np.float64), np.asarray(labels)
    X = X.reshape(len(X), -1)
    present = np.unique(y)
    if len(present) < 2 or len(y) != len(X):
        raise DataError(
            where="labels",
            found=f"{len(present)} class for {len(X)} points" if len(present) < 2 else len(y),
            allowed="a label for each point, two classes at least",
            remedy="Between-class covariance needs two classes that are not empty.",
        )
    within = np.empty_like(X)
    means = []
    for c in present:
        members = y == c
        mean = X[members].mean(axis=0)
        within[members] = X[members] - mean
        means.append(np.sqrt(members.mean()) * (mean - X.mean(axis=0)))
    _, singular, directions = np.linalg.svd(np.stack(means), full_matrices=False)
    kept = singular > max(singular[0], np.abs(X).max()) * len(present) * np.finfo(float).eps * 8
    if not kept.any():
        return float("inf")
    spread = ((within @ directions[kept].T) ** 2).mean(axis=0)
    return float((spread / singular[kept] ** 2).sum())


def layer_features(kernel: EmpiricalKernel, inputs: ArrayLike) -> dict[str, Floats]:
    """What enters each layer that has parameters, and the outputs: name to features (n, d).

    The inputs themselves are the first. A layer that is used more than once counts at its first
    use; other than that the order is that of the computation.
    """
    found: dict[str, Floats] = {}
    hooks = []
    module = kernel.network.quiet

    def watch(name: str, part: nn.Module) -> None:
        def enter(_: nn.Module, entered: tuple[Tensor, ...]) -> None:
            if entered and isinstance(entered[0], Tensor) and name not in found:
                found[name] = entered[0].detach().flatten(1).double().cpu().numpy()

        hooks.append(part.register_forward_pre_hook(enter))

    for name, part in module.named_modules():
        if any(True for _ in part.parameters(recurse=False)):
            watch(f"before {name}" if name else "inputs", part)
    points = kernel.tensor(inputs)
    try:
        with torch.no_grad():
            given = {**kernel.weights, **kernel.network.fixed}
            outputs = functional_call(module, given, (points.reshape(-1, *kernel.network.shape),))
    finally:
        for hook in hooks:
            hook.remove()
    return {**found, "outputs": outputs.double().cpu().numpy()}


def data_separation(
    kernel: EmpiricalKernel, inputs: ArrayLike, labels: ArrayLike
) -> DataSeparation:
    """The fuzziness in every layer of a network at points (n, ...) with labels (n,).

    Raises DataError for fewer than two classes.

    >>> from stability.training.networks.network import network_from
    >>> kernel = EmpiricalKernel(network_from(nn.Sequential(nn.Linear(1, 2), nn.Tanh()), (1,)))
    >>> data_separation(kernel, [[0.0], [2.0], [10.0], [12.0]], [0, 0, 1, 1]).names
    ('before 0', 'outputs')
    """
    features = layer_features(kernel, inputs)
    values = np.array([fuzziness(part, labels) for part in features.values()])
    factor = correlation = float("nan")
    usable = np.isfinite(values) & (values > 0)
    if len(values) > 1 and usable.all():
        layers, logs = np.arange(len(values)), np.log(values)
        factor = float(np.exp(np.polyfit(layers, logs, 1)[0]))
        if len(values) > 2:
            correlation = float(np.corrcoef(layers, logs)[0, 1])
    return DataSeparation(tuple(features), values, factor, correlation)
