"""Contractions of the third- and fourth-order kernels with training weights, neuron by neuron.

A training example c moves the weights along grad f(x_c), a direction in which every neuron moves
alone. So K3 contracted with weights is one derivative of K2 along one direction, and K4 contracted
with a sum of k products is k second derivatives: matrices (n, n') at a cost of k n n' for each
neuron, where the tensor K4 itself has n^4 entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stability.kernels.activation_slopes import Slopes, slopes
from stability.kernels.kernel import Floats

NUMBERS = 2**22
"""Numbers in an array of what neurons do at inputs: decides how many are looked at together."""


@dataclass(frozen=True, eq=False)
class Neurons:
    """Neurons a s(w . x): `hidden` weights w (m, d), `output` weights a (m,), and their shares.

    Sums over neurons count each with its `shares` (m,): 1 for a network, probabilities for a mean
    over random neurons. There is no factor for the width.
    """

    hidden: Floats
    output: Floats
    shares: Floats
    activation: str

    def blocks(self, count: int) -> Iterator[Neurons]:
        """The same in parts, for `count` numbers that are formed for each neuron."""
        step = max(1, NUMBERS // count)
        for first in range(0, len(self.output), step):
            part = slice(first, first + step)
            yield Neurons(self.hidden[part], self.output[part], self.shares[part], self.activation)


@dataclass(frozen=True, eq=False)
class Directions:
    """Directions in weight space: changes (k, m) of output and (k, m, d) of hidden weights."""

    output: Floats
    hidden: Floats

    def at(self, points: Floats) -> Floats:
        """The changes (k, n, m) of w . x at points (n, d)."""
        return np.einsum("nd,kmd->knm", points, self.hidden, optimize=True)


@dataclass(frozen=True, eq=False)
class At:
    """Neurons at some points (n, d): s and its derivatives, (n, m) each."""

    points: Floats
    s: Slopes

    @classmethod
    def of(cls, neurons: Neurons, points: Floats) -> At:
        """Of these neurons."""
        return cls(points, slopes(neurons.activation, points @ neurons.hidden.T))


def third_contracted(
    neurons: Neurons, rows: Floats, columns: Floats | None, training: Floats, once: Floats
) -> Floats:
    """sum_c once_c K3(rows, columns, training_c) (n, n'), times m^(3/2); no columns: the rows."""
    found: Floats | float = 0.0
    for part in neurons.blocks(2 * len(rows) + len(training)):
        a, c = At.of(part, rows), At.of(part, training)
        b = a if columns is None else At.of(part, columns)
        found = found + _first(part, a, b, gradients(part, c, once[None]))
    return np.asarray(found)


def fourth_contracted(
    neurons: Neurons, rows: Floats, columns: Floats | None, training: Floats,
    left: Floats, right: Floats,
) -> Floats:  # fmt: skip
    """sum_kce left_kc right_ke K4(rows, columns, training_c, training_e) (n, n'), times m^2.

    `left` and `right` are (k, n_training). Without columns they are the rows again.
    """
    found: Floats | float = 0.0
    size = len(rows) + len(training) + training.shape[1]
    size += len(rows if columns is None else columns)
    for part in neurons.blocks(2 * max(1, len(left)) * size):
        a, c = At.of(part, rows), At.of(part, training)
        b = a if columns is None else At.of(part, columns)
        v, w = gradients(part, c, left), gradients(part, c, right)
        found = found + _first(part, a, b, turned(part, c, left, w)) + _second(part, a, b, v, w)
    return np.asarray(found)


def gradients(neurons: Neurons, at: At, weights: Floats) -> Directions:
    """The gradients of sum_c weights_kc f(x_c) for weights (k, n)."""
    inputs = (weights[:, :, None] * at.points).transpose(0, 2, 1)  # (k, d, n)
    hidden = (inputs.reshape(-1, len(at.points)) @ at.s[1]).reshape(*inputs.shape[:2], -1)
    return Directions(weights @ at.s[0], (neurons.output * hidden).transpose(0, 2, 1))


def turned(neurons: Neurons, at: At, weights: Floats, along: Directions) -> Directions:
    """How those gradients change along directions: the Hessians times them, summed over k."""
    change = along.at(at.points)
    output = np.einsum("kn,knm->nm", weights, change)
    inner = at.s[1] * (weights.T @ along.output) + neurons.output * at.s[2] * output
    return Directions((at.s[1] * output).sum(axis=0)[None], (inner.T @ at.points)[None])


def _first(neurons: Neurons, a: At, b: At, along: Directions) -> Floats:
    """The derivative of K2 along one direction, times m."""
    [output], [at_a], [at_b] = along.output, along.at(a.points), along.at(b.points)
    outer = _sided(neurons.shares, a, b, a.s[1] * at_a, b.s[1] * at_b, 0)
    square = neurons.shares * neurons.output**2
    inner = _sided(square, a, b, a.s[2] * at_a, b.s[2] * at_b, 1)
    inner += (a.s[1] * (2 * neurons.shares * neurons.output * output)) @ b.s[1].T
    return outer + a.points @ b.points.T * inner


def _second(neurons: Neurons, a: At, b: At, v: Directions, w: Directions) -> Floats:
    """The sum over k of the second derivatives of K2 along directions v_k and w_k, times m."""
    va, wa = v.at(a.points), w.at(a.points)
    vb, wb = (va, wa) if b is a else (v.at(b.points), w.at(b.points))
    shares, weight = neurons.shares, neurons.output
    both_a, both_b = ((p * q).sum(axis=0) for p, q in ((va, wa), (vb, wb)))
    outer = _sided(shares, a, b, a.s[2] * both_a, b.s[2] * both_b, 0)
    outer += _crossed(shares, a.s[1], b.s[1], va, wa, vb, wb)
    mixed_a, mixed_b = (
        np.einsum("km,knm->nm", v.output, q) + np.einsum("km,knm->nm", w.output, p)
        for p, q in ((va, wa), (vb, wb))
    )
    bent_a, bent_b = (
        weight**2 * x.s[3] * both + 2 * weight * x.s[2] * mixed
        for x, both, mixed in ((a, both_a, mixed_a), (b, both_b, mixed_b))
    )
    inner = _sided(shares, a, b, bent_a, bent_b, 1)
    inner += (a.s[1] * (2 * shares * (v.output * w.output).sum(axis=0))) @ b.s[1].T
    if a.s[2].any():
        inner += _crossed(shares * weight**2, a.s[2], b.s[2], va, wa, vb, wb)
    return outer + a.points @ b.points.T * inner


def _sided(shares: Floats, a: At, b: At, of_a: Floats, of_b: Floats, order: int) -> Floats:
    """sum_r shares_r (of_a s(b) + s(a) of_b), s the derivative of that order."""
    return (shares * of_a) @ b.s[order].T + (shares * a.s[order]) @ of_b.T


def _crossed(
    shares: Floats, sa: Floats, sb: Floats, va: Floats, wa: Floats, vb: Floats, wb: Floats
) -> Floats:
    """sum_kr shares_r s(a) s(b) (v_k(a) w_k(b) + w_k(a) v_k(b))."""
    sa = shares * sa
    one = _flat(sa * va) @ _flat(sb * wb).T
    return one + (one.T if vb is va else _flat(sa * wa) @ _flat(sb * vb).T)


def _flat(values: Floats) -> Floats:
    """(k, n, m) as (n, k m)."""
    return values.transpose(1, 0, 2).reshape(values.shape[1], -1)
