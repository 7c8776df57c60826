"""What was found about local elasticity as rows of text, for the terminal and the page."""

from __future__ import annotations

import math

import numpy as np

from stability.elasticity.measurement import ElasticityMeasurement
from stability.rounding import rounded
from stability.runs.elasticity.measure import ElasticityFindings

CLOSEST = 10
LAYER_COLUMNS = (
    "layer",
    "share of the kernel",
    "share, untrained",
    "log ratio",
    "log ratio, untrained",
)
SEPARATION_COLUMNS = ("features", "fuzziness", "fuzziness, untrained")
PAIR_COLUMNS = ("updated", "class", "observed", "class", "similarity")
SUMMARY_COLUMNS = ("what", "trained", "untrained")

LAYER_NOTE = (
    "The log ratio compares the mean |part of the kernel| of pairs within a class with that of "
    "pairs across: 0 means that the layer does not tell classes apart. Shares are those of the "
    "kernel of each point with itself."
)
SEPARATION_NOTE = (
    "Fuzziness is trace(SSw SSb^+), the covariance within classes against that between them. He "
    "and Su (2023) saw it fall by about the same factor from layer to layer of trained networks."
)


def number(value: float, digits: int = 3) -> str:
    """A number for a table; a dash where there is none."""
    return rounded(value, digits) if math.isfinite(value) else "-"


def verdict(findings: ElasticityFindings) -> str:
    """In two sentences: how elastic the network is, and what training did to that."""
    count = len(findings.points.classes)
    now, then = (one.means(count) for one in (findings.after, findings.before))
    ratio, before = now.within / now.across, then.within / then.across
    strength = (
        "locally elastic: an update on one example moves predictions within its class "
        f"{number(ratio)} times as much as in other classes"
        if ratio > 1
        else "not locally elastic by classes: an update on one example moves predictions in other "
        f"classes as much as within its own (ratio {number(ratio)})"
    )
    change = "more" if ratio > before else "less"
    return (
        f"This network is {strength}, on average over pairs of test examples. Before training the "
        f"ratio was {number(before)}: training made it {change} elastic."
    )


NEXT = (
    "It speaks of this network and these test examples alone. Next: another init_seed shows how "
    "much of it stays, and `stability estimate` on the same file what deletions do."
)
"""Whether it means anything beyond, and what to do next."""


def summary_rows(findings: ElasticityFindings) -> tuple[tuple[str, ...], ...]:
    """The main numbers, trained and untrained."""
    count = len(findings.points.classes)
    pair = (findings.after, findings.before)
    means = [one.means(count) for one in pair]
    return (
        ("similarity within classes, mean", *(number(m.within) for m in means)),
        ("similarity across classes, mean", *(number(m.across) for m in means)),
        ("ratio within over across", *(number(m.within / m.across) for m in means)),
        ("clusters agree with classes", *(f"{one.accuracy:.1%}" for one in pair)),
        ("training accuracy", f"{findings.accuracy['training']:.1%}", ""),
        ("test accuracy", f"{findings.accuracy['test']:.1%}", ""),
    )


def layer_rows(findings: ElasticityFindings) -> tuple[tuple[str, ...], ...]:
    """Each layer's share of the kernel and how much of the class structure it carries."""
    after, before = findings.after, findings.before
    shares, contrasts = (
        [f(one) for one in (after, before)]
        for f in (layer_shares, ElasticityMeasurement.layer_contrasts)
    )
    return tuple(
        (name, *(f"{s[name]:.1%}" for s in shares), *(number(c[name]) for c in contrasts))
        for name in after.layers
    )


def layer_shares(measured: ElasticityMeasurement) -> dict[str, float]:
    """Each layer's share of the sum of K(x, x) over the points."""
    whole = float(np.trace(measured.kernel))
    return {name: float(np.trace(part)) / whole for name, part in measured.layers.items()}


def separation_rows(findings: ElasticityFindings) -> tuple[tuple[str, str, str], ...]:
    """The fuzziness of the features in every layer."""
    now, then = findings.after.separation, findings.before.separation
    return tuple(
        (name, number(float(a)), number(float(b)))
        for name, a, b in zip(now.names, now.fuzziness, then.fuzziness, strict=True)
    )


def closest_rows(findings: ElasticityFindings) -> tuple[tuple[str, str, str, str, str], ...]:
    """The pairs of points of two classes that move each other most, by their rows in the data."""
    points, S = findings.points, findings.after.similarity
    other = points.labels[:, None] != points.labels[None, :]
    order = np.argsort(np.where(other, S, -np.inf), axis=None)[::-1][:CLOSEST]
    found = []
    for flat in order:
        i, j = np.unravel_index(flat, S.shape)
        if not other[i, j]:
            break
        found.append(
            (
                f"row {points.rows[i]}", points.classes[points.labels[i]],
                f"row {points.rows[j]}", points.classes[points.labels[j]],
                number(float(S[i, j])),
            )
        )  # fmt: skip
    return tuple(found)
