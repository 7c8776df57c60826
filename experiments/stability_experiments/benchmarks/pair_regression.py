"""Regression on features of all pairs: exact by streaming, with the pairs in memory, by a sketch.

Ten features of each of n^2 pairs of images. Each way of fitting works in a process of its own, on
one thread, so that its peak memory can be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression

from stability.datasets import load_digits
from stability.kernels import NeuralTangentKernel, PairFeatureSystem, Sketch
from stability.kernels.label_aware.pair_features import PairFeatures
from stability.runs.tasks.threads import on_one_thread
from stability_experiments.benchmarks.memory import apart, peak

Floats, Labels = NDArray[np.float64], NDArray[np.int64]
SIZES = (500, 1000, 2000)
LARGE = 10_000
"""A size at which only the exact fit is tried: the features alone need 8 GB, the sketch 13."""
NOISE = 0.02
"""Deviation of the noise on pixels in [0, 1]: images are drawn from 1,797, so some come twice."""
SHOWN = 200
"""Images whose pairs are looked at to compare what was fitted."""


@dataclass(frozen=True, eq=False)
class Timing:
    """Seconds of a fit, bytes added at its peak, and fitted values of the first pairs."""

    seconds: float
    memory: int
    values: Floats


Fit = Callable[[Floats, Labels, Floats], Floats]
"""From images (n, d), labels (n,) and kernel (n, n) to the fitted values of the first pairs."""


def run(sizes: tuple[int, ...] = SIZES, large: int | None = LARGE, seed: int = 0) -> Iterator[str]:
    """A line for each number of images, one on growth, and one on a number only for the exact."""
    exact = []
    for n in sizes:
        found = {way: apart(measure, way, n, seed) for way in WAYS}
        exact.append(found["exact, streaming"])
        yield f"pair features of {n:,} images: " + "; ".join(
            f"{way} {one.seconds:.2f} s, +{one.memory / 1e6:,.0f} MB"
            + ("" if one is exact[-1] else f" ({_against(one, exact[-1])})")
            for way, one in found.items()
        )
    if large is not None:
        sizes = (*sizes, large)
        exact.append(apart(measure, "exact, streaming", large, seed))
        yield (
            f"pair features of {large:,} images: exact, streaming {exact[-1].seconds:.2f} s, "
            f"+{exact[-1].memory / 1e6:,.0f} MB besides the kernel's {8e-6 * large**2:,.0f} MB"
        )
    growth = np.polyfit(np.log(sizes), np.log([one.seconds for one in exact]), 1)[0]
    yield f"the exact fit costs n^{growth:.2f} from {sizes[0]:,} to {sizes[-1]:,} images"


def _against(one: Timing, exact: Timing) -> str:
    """How one way compares with the exact one."""
    difference = one.values - exact.values
    spread = exact.values.std()
    return (
        f"{one.seconds / exact.seconds:.1f} times the time, its values differ by "
        f"{np.sqrt(np.mean(difference**2)) / spread:.0e} of their deviation in root mean square, "
        f"{np.abs(difference).max() / spread:.0e} at most"
    )


def measure(way: str, n: int, seed: int) -> Timing:
    """One way of fitting, here: a round for its memory, then one for its time."""
    digits, random = load_digits(), np.random.default_rng(seed)
    rows = random.integers(0, len(digits), n)
    pixels = np.asarray(digits.inputs, dtype=np.float64).reshape(len(digits), -1)[rows]
    images = pixels + random.normal(scale=NOISE, size=pixels.shape)
    labels = np.where(digits.labels[rows] >= 5, 1, -1)
    with on_one_thread():
        kernel = NeuralTangentKernel().matrix(images)
        WAYS[way](images[:SHOWN], labels[:SHOWN], kernel[:SHOWN, :SHOWN])  # what loads, loads now
        before = peak(anew=True)
        values = WAYS[way](images, labels, kernel)
        memory, start = peak() - before, perf_counter()
        WAYS[way](images, labels, kernel)
        return Timing(perf_counter() - start, memory, values)


def _exact(images: Floats, labels: Labels, kernel: Floats) -> Floats:
    return _library(images, labels, kernel, None)


def _sketched(images: Floats, labels: Labels, kernel: Floats) -> Floats:
    return _library(images, labels, kernel, Sketch())


def _library(images: Floats, labels: Labels, kernel: Floats, using: Sketch | None) -> Floats:
    fitted = PairFeatureSystem.fit(images, labels, kernel, using=using)
    shown = min(SHOWN, len(images))
    return fitted.products(images[:shown], None, kernel[:shown, :shown])


def _in_memory(images: Floats, labels: Labels, kernel: Floats) -> Floats:
    features = PairFeatures.of(images, "V1")
    points = features.points(images)
    table = features.between(points, points, kernel)  # (p, n, n)
    pairs = table.reshape(len(table), -1).T
    fitted = LinearRegression().fit(pairs, np.outer(labels, labels).ravel())
    shown = min(SHOWN, len(images))
    first = table[:, :shown, :shown].reshape(len(table), -1).T
    return fitted.predict(first).reshape(shown, shown)


WAYS: Mapping[str, Fit] = {
    "exact, streaming": _exact,
    "all pairs in memory": _in_memory,
    "sketch": _sketched,
}
