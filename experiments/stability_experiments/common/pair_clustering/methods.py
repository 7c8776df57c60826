"""Ways to cluster the images of a pair: a network, a number of its output, a form of similarity."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.elasticity.clustering import cluster_accuracy, rows_kmeans
from stability.elasticity.kernel_clustering import kernel_kmeans
from stability.elasticity.similarity import normalised, relative
from stability_experiments.common.pair_clustering.nets import BCE, Net

Floats = NDArray[np.float64]
STARTS = 20
CHANCE, SATURATED = 0.5, 1e-100
RELATIVE, KERNELIZED, NORMALISED = "relative", "kernelized", "normalised"
FORMS = (RELATIVE, KERNELIZED, NORMALISED)
OUTPUT, LOGIT, PROBABILITY = "output", "logit", "probability"
UNTRAINED = ", untrained"


@dataclass(frozen=True)
class Method:
    """`net`: its name, empty for baselines; `space`: which number is looked at."""

    net: str
    form: str
    space: str = OUTPUT

    def __str__(self) -> str:
        if not self.net:
            return self.form
        space = "" if self.space == OUTPUT else f" {self.space}"
        return f"{self.net},{space} {self.form}"

    @property
    def uses_kernel(self) -> bool:
        """Whether kernel K-means is what clusters, with its many starts."""
        return self.form in (KERNELIZED, NORMALISED)


KMEANS, PCA = Method("", "K-means"), Method("", "PCA + K-means")
BASELINES = (KMEANS, PCA)


def looks(net: Net) -> tuple[str, ...]:
    """The numbers of a network that are looked at."""
    return (LOGIT, PROBABILITY) if net.loss == BCE else (OUTPUT,)


def methods(nets: tuple[Net, ...]) -> tuple[Method, ...]:
    """Everything that is clustered by, in order; the first network also before training.

    The normalised kernel is the same for logits and probabilities and comes once.
    """
    found = [Method(nets[0].name + UNTRAINED, form) for form in FORMS]
    for net in nets:
        for space in looks(net):
            forms = FORMS[:2] if space == PROBABILITY else FORMS
            found += [Method(net.name, form, space) for form in forms]
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Score:
    """The accuracy of a clustering; for kernel K-means also that of every start (STARTS,)."""

    accuracy: float
    starts: Floats | None = None


def score(method: Method, kernel: Floats, classes: NDArray[np.int64], seed: int) -> Score:
    """Cluster by a kernel matrix (n, n) in the form of the method.

    Relative: K-means on the rows of the symmetrised similarity; others: kernel K-means, the lowest
    objective of all starts. Where probabilities are so sure that a step at some point moves it by
    nothing in floating point, the relative similarity is none; it then counts as chance.
    """
    own = np.diagonal(kernel)
    if method.form == RELATIVE and own.min() <= SATURATED * own.max():
        return Score(CHANCE)
    if method.form == RELATIVE:
        with warnings.catch_warnings():  # rows that are all the same are one cluster
            warnings.simplefilter("ignore", UserWarning)
            labels = rows_kmeans(relative(kernel), seed=seed)
        return Score(cluster_accuracy(labels, classes))
    K = kernel if method.form == KERNELIZED else normalised(kernel)
    found = kernel_kmeans(K, starts=STARTS, seed=seed)
    starts = np.array([cluster_accuracy(labels, classes) for labels in found.all_labels])
    return Score(cluster_accuracy(found.labels, classes), starts)
