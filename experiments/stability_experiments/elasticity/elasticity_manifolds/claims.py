"""The claims of `elasticity-manifolds`, each decided by the measured numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from stability_experiments.common.elasticity_networks import WORDS, Net, Seen
from stability_experiments.common.elasticity_numbers import pearson
from stability_experiments.framework.result import Claim

Found = Mapping[Net, Sequence[Seen]]
AT_MOST = {("torus", "relu"): -0.94, ("torus", "sigmoid"): -0.97, ("boxes", "relu"): -0.88}
ABOVE = {("torus", "identity"): -0.6, ("boxes", "identity"): -0.3}
FAR = 0.9
"""The share of the largest distance from which points count as opposite."""


def claims(trained: Found, untrained: Found) -> tuple[Claim, ...]:
    """What has to show, and whether it does."""
    return (*_correlations(trained), *_shapes(trained, untrained))


def _of(found: Found, manifold: str, activation: str) -> list[list[Seen]]:
    key = manifold, activation
    return [list(s) for net, s in found.items() if (net.manifold, net.activation) == key]


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def _correlations(trained: Found) -> Iterator[Claim]:
    for (manifold, activation), most in AT_MOST.items():
        yield Claim(
            claim=f"{manifold}, {WORDS[activation]}: correlation with distance at most {most}, "
            "every seed",
            holds=all(
                s.correlation(True) <= most for g in _of(trained, manifold, activation) for s in g
            ),
        )
    for (manifold, activation), least in ABOVE.items():
        yield Claim(
            claim=f"{manifold}, {WORDS[activation]}: correlation with distance above {least}, in "
            "the mean over seeds",
            holds=all(
                _mean(s.correlation(True) for s in g) > least
                for g in _of(trained, manifold, activation)
            ),
        )
    yield Claim(
        claim="with the same points and seed, ReLU correlates more strongly than linear by 0.2 at "
        "least, torus and boxes",
        holds=all(
            a.correlation(True) + 0.2 < b.correlation(True)
            for manifold in ("torus", "boxes")
            for one, other in zip(
                _of(trained, manifold, "relu"), _of(trained, manifold, "identity"), strict=True
            )
            for a, b in zip(one, other, strict=True)
        ),
    )
    yield Claim(
        claim="ReLU: training moves the correlation by less than 0.03, torus and boxes",
        holds=all(
            abs(s.correlation(True) - s.correlation(False)) < 0.03
            for manifold in ("torus", "boxes")
            for group in _of(trained, manifold, "relu")
            for s in group
        ),
    )


def _shapes(trained: Found, untrained: Found) -> Iterator[Claim]:
    yield Claim(
        claim="torus: a linear network moves other points more than ReLU does, in the mean",
        holds=all(
            _mean(s.similarity(True).mean() for s in a)
            < _mean(s.similarity(True).mean() for s in b)
            for a, b in zip(
                _of(trained, "torus", "relu"), _of(trained, "torus", "identity"), strict=True
            )
        ),
    )
    yield Claim(
        claim="boxes: a linear network moves opposite points more than those halfway, ReLU less",
        holds=all(
            v_shaped(s) == (activation == "identity")
            for activation in ("relu", "identity")
            for group in _of(trained, "boxes", activation)
            for s in group
        ),
    )
    yield Claim(
        claim="boxes, ReLU: some points move more than the updated one itself (similarity above 1)",
        holds=all(s.similarity(True).max() > 1 for g in _of(trained, "boxes", "relu") for s in g),
    )
    yield Claim(
        claim="torus, ReLU: activation patterns correlate with Euclidean distance, at most -0.94",
        holds=all(
            pearson(s.arrays["cosines"], s.arrays["euclidean"]) <= -0.94
            for g in _of(trained, "torus", "relu")
            for s in g
        ),
    )
    yield Claim(
        claim="cosines, helix, cycles and spheres, random ReLU weights: correlation at most -0.85",
        holds=all(
            s.correlation(False) <= -0.85
            for net, g in untrained.items()
            if net.activation == "relu"
            for s in g
        ),
    )
    yield Claim(
        claim="random linear networks: correlation above -0.3 around cycles and spheres, but at "
        "most -0.7 along cosines and helix, which end before a line through the origin comes back",
        holds=all(
            s.correlation(False) > -0.3
            if net.manifold in ("cycles", "spheres")
            else s.correlation(False) <= -0.7
            for net, g in untrained.items()
            if net.activation == "identity"
            for s in g
        ),
    )
    yield Claim(
        claim="torus: the published step size is above 2/lambda_max for the linear network, below "
        "it for ReLU and sigmoid",
        holds=all(
            (s.number("steps over the limit") > 1) == (activation == "identity")
            for activation in ("relu", "sigmoid", "identity")
            for group in _of(trained, "torus", activation)
            for s in group
        ),
    )


def v_shaped(seen: Seen) -> bool:
    """Whether points at the far end move more than those about halfway."""
    S, d = seen.similarity(True), seen.distances / seen.distances.max()
    halfway = (d > 0.4) & (d < 0.6)
    return bool(S[d > FAR].mean() > S[halfway].mean())
