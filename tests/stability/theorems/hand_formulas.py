"""The statements of the literature, typed a second time as plain Python, with their sources.

Sources: B1 Bousquet and Elisseeff 2002; B2 Feldman and Vondrak 2018; B3 Bousquet, Klochkov and
Zhivotovskiy 2020; B5 Elisseeff, Evgeniou and Pontil 2005; B6 Hardt, Recht and Singer 2016; and so
on, as each theorem says. `v` holds the values of the symbols.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import ceil, e, erf, exp, floor, log, log2, sqrt
from types import SimpleNamespace as Values

from stability.theorems.statements.chains.functions import (
    centred_norm_value,
    range_norm_value,
    square_chain_value,
    uniform_chain_value,
)

Formula = Callable[[Values], float]


def tail(v: Values, total: float = 1.0) -> float:
    return sqrt(log(total / v.delta) / (2 * v.m))


def one_draw(v: Values, change: float) -> float:
    """The least over lambda of m (lambda M/m + change)^2/(8 lambda) + log(1/delta)/lambda."""
    best = sqrt(8 * v.m * (log(1 / v.delta) + v.m * change**2 / 8)) / v.M
    return v.m * (best * v.M / v.m + change) ** 2 / (8 * best) + log(1 / v.delta) / best


def variation(v: Values) -> float:
    """p - q of the Bernoulli outputs at which both inequalities of (eps, delta) are equations."""
    ratio = exp(min(v.dp_epsilon, 700))
    delta = getattr(v, "dp_delta", 0.0)
    return (ratio + delta) / (ratio + 1) - (1 - delta) / (ratio + 1)


def twice(v: Values) -> float:
    """B5, Theorem 15, second factor."""
    return (v.M + 4 * v.m * v.beta) / sqrt(2 * v.m) + sqrt(2 * v.draws) * v.rho


def steps(v: Values) -> list[float]:
    return [v.alpha] * v.T


def total(v: Values) -> float:
    return sum(steps(v))


def contracted(v: Values) -> float:
    return sum(v.alpha * (1 - v.alpha * v.mu) ** (v.T - t) for t in range(1, v.T + 1))


def visited(v: Values) -> float:
    """Once a pass an example is seen: at worst in the short last batch, or in a part of a pass."""
    length = ceil(v.m / v.batch)
    last = v.m - v.batch * (length - 1)
    return v.alpha * (floor(v.T / length) / last + (v.T % length > 0) / v.batch)


def k0(v: Values) -> int:
    return v.T if v.alpha > log(2) / (v.inverse_temperature * v.L**2) else 0


def elastic_range(v: Values, factor: float = 1.0) -> float:
    return 2 * v.B + 2 * min((v.B + v.eta) * factor, v.U) + v.M


def bags(p: float, q: float, v: Values) -> float:
    return (p / (1 - p) + q / (1 - p) ** 2) / (4 * v.m * v.eps**2)


def soloff(v: Values, kind: int) -> float:
    missed = (1 - 1 / v.m) ** v.subsample
    if kind == 0:
        return bags(1 - missed, missed**2 - (1 - 2 / v.m) ** v.subsample, v)
    p = v.subsample / v.m
    return bags(p, p * (1 - p) / (v.m - 1), v)


def deleted_estimate(v: Values) -> float:
    """B16, Theorem 6, for losses in [0, M] through losses in [0, 1]."""
    u, w, b2 = v.u1 / v.M**2, v.w1 / v.M**2, v.beta_2 / v.M
    c1 = 2.2 * v.a**2 * u + 1.07 * v.a**2 * w**2
    c2 = 4 / 3 * (1.46 * v.a * w + 1 / v.a)
    inner = 4 * sqrt((v.m * b2**2 + c1) * log(4 / v.delta)) + c2 * log(4 / v.delta)
    return v.beta_hyp + v.M * inner


def maurer(v: Values) -> float:
    top = max(1, v.c1, v.c2)
    a1, a2 = 2 * top**2 / v.lam**1.5, (68 / v.lam**3 + 24 * v.c3 / v.lam**4) * top**3
    small = a2 * log(1 / v.delta) / v.m
    return a1 / v.m + sqrt(2 * v.gap_variance * log(1 / v.delta)) + small


def second_moment_root(v: Values) -> float:
    pairs = v.m * (v.m - 1) / v.m**2 * (v.beta_rms / v.m) ** 2
    own = v.M**2 / (4 * v.m)
    return (v.b_rms + v.c_rms + v.d_rms) / v.m + min(v.M / 2, sqrt(own + pairs))


def loo_root(v: Values) -> float:
    pairs = v.m * (v.m - 1) / v.m**2 * (v.beta_rms / (v.m - 1)) ** 2
    return v.b_rms / v.m + sqrt(v.M**2 / (4 * v.m) + pairs)


def uniform_root(v: Values) -> float:
    pairs = v.m * (v.m - 1) / v.m**2 * (v.epsilon / 2) ** 2
    return 1.5 * v.epsilon + min(v.M / 2, sqrt(v.M**2 / (4 * v.m) + pairs))


def hoeffding(v: Values, failure: float) -> float:
    return sqrt(log(1 / failure) / 2 / v.m)


def split(v: Values, *, sides: int, tail_of_bias: bool, loo: bool = False) -> float:
    size = v.m - 1 if loo else v.m
    pairs = v.m * (v.m - 1) / v.m**2 * (v.beta_rms / size) ** 2
    square = min(pairs + min(pairs, v.M**2 / (4 * v.m)), v.M**2 / 4)
    far = 1 / v.delta_2 if sides == 2 else 1 / v.delta_2 - 1
    width = v.B if loo else v.B + v.U + v.c_sup
    if tail_of_bias:
        bias = (v.B1 if loo else 3 * v.B1 + v.D) + width * hoeffding(v, v.delta_3)
    else:
        bias = width if loo else v.B1 + width
    return v.M * hoeffding(v, v.delta_1 / sides) + sqrt(square * far) + bias / v.m


def split_fourth(v: Values, *, sides: int, tail_of_bias: bool) -> float:
    levels = len(f"{int(v.m) - 1:b}") if v.m > 1 else 0
    rest = (15 / v.delta_2) ** 0.25 * v.beta_4 * levels
    width = v.B + v.U + v.c_sup
    bias = 3 * v.B1 + v.D + width * hoeffding(v, v.delta_3) if tail_of_bias else v.B1 + width
    return v.M * hoeffding(v, v.delta_1 / sides) + (rest + bias) / v.m


def uniform_fourth(v: Values, *, sides: int) -> float:
    levels = len(f"{int(v.m) - 1:b}") if v.m > 1 else 0
    rest = (0.75 / v.delta_2) ** 0.25 * levels + 2
    return v.M * hoeffding(v, v.delta_1 / sides) + v.epsilon * rest


def by_variance(v: Values, *, product: bool, loo: bool = False) -> float:
    k, weight = log((1 if product else 2) / v.delta_2), log(1 / v.delta_1)
    c = k * v.U / 3 / v.m
    eta = min(v.U, c + sqrt(c**2 + 2 * k / v.m * v.beta_rms**2))
    sigma = v.M / 2 + 2 * v.b_rms + eta * (v.m / (v.m - 1) if loo else 1)
    rest = min(2 * v.U, 2 * v.B1 + v.U + v.c_sup) if product else 2 * v.U
    b = weight * (v.M + 2 * v.B + rest) / 3 / v.m
    bias = v.B1 if loo else v.B1 + v.D
    return bias / v.m + b + sqrt(b**2 + 2 * weight * sigma**2 / v.m)


def square_of_distance(v: Values, replaces: bool) -> float:
    return v.distance**2 * v.m / 2 if replaces else v.u_rms**2 / v.m


def apart(v: Values, failure: float, replaces: bool) -> float:
    """The root of r^2 = 2 l (s^2 + a r/3): where Pinelis' tail 2 exp(-r^2/...) is `failure`."""
    weight = log(2 / failure)
    step = v.distance if replaces else v.u_sup / v.m + v.u_mean / v.m
    b = 2 * weight * step / 3
    return (b + sqrt(b**2 + 8 * weight * square_of_distance(v, replaces))) / 2


def randomised(v: Values, replaces: bool, *, drawn: bool = False) -> float:
    ratio = (apart(v, v.delta_1, replaces) + v.offset) / v.noise
    far = sqrt(-2 * log(2 * v.delta_3)) if drawn else 0.0
    levels = 1 if drawn else v.noise_levels
    price = log(2 * levels) + log(v.m) / 2 - log(v.delta_2)
    return (ratio * (ratio / 2 + far) + price) / v.m


def chain_tail(position: int, v: Values) -> float:
    """`chains` itself is tried against slow recursions in tests/oracles/test_chains.py."""
    norm = square_chain_value(v.half, v.m, v.uu_1, v.uu_2, v.uu_4, v.uu_sup)
    width = v.B + v.U + v.c_sup
    tail = 3 * v.B1 + v.D + width * hoeffding(v, v.delta_3) if position % 2 == 0 else v.B1 + width
    linear = v.M * hoeffding(v, v.delta_1 / (1 if position < 2 else 2))
    return linear + norm * v.delta_2 ** (-0.5 / v.half) + tail / v.m


def between(v: Values, root: float, top: float) -> float:
    """(E X^2 (sup X)^(q - 2))^(1/q)."""
    order = 2 * v.half
    return float((root**2 * top ** (order - 2)) ** (1 / order))


def rio(v: Values) -> float:
    return (v.order - 1) * centred_norm_value(v.order)


def levels(v: Values) -> int:
    return ceil(log2(v.m)) if v.m > 1 else 0


def tops(v: Values, root: float, top: float) -> float:
    return root ** (2 / v.order) * top ** (1 - 2 / v.order)


def uniform_rest(v: Values) -> float:
    return 2 * v.epsilon + v.epsilon * uniform_chain_value(v.half, v.m) / v.delta_2 ** (
        0.5 / v.half
    )


BOUNDS: dict[tuple[str, int], Formula] = {
    ("bousquet2002-lemma9", 0): lambda v: v.M**2 / (2 * v.m) + 3 * v.M * v.epsilon_pt,
    ("bousquet2002-lemma9", 1): lambda v: v.M**2 / (2 * v.m) + 3 * v.M * v.beta_hyp,
    ("bousquet2002-thm11-emp", 0): lambda v: sqrt(
        (v.M**2 + 6 * v.M * v.m * (v.beta_hyp + v.beta_pt)) / (2 * v.m * v.delta)
    ),
    ("bousquet2002-thm11-loo", 0): lambda v: sqrt(
        (v.M**2 + 6 * v.M * v.m * v.beta_hyp) / (2 * v.m * v.delta)
    ),
    ("bousquet2002-thm12-emp", 0): lambda v: 2 * v.beta + (4 * v.m * v.beta + v.M) * tail(v),
    ("bousquet2002-thm12-loo", 0): lambda v: v.beta + (4 * v.m * v.beta + v.M) * tail(v),
    ("mohri2018-replacement", 0): lambda v: v.epsilon + (2 * v.m * v.epsilon + v.M) * tail(v),
    ("feldman2018-second-moment", 0): lambda v: 16 * v.epsilon**2 + 2 * v.M**2 / v.m,
    ("feldman2018-second-moment", 1): lambda v: 10 * v.epsilon**2 + v.M**2 / (2 * v.m),
    ("feldman2018-chebyshev", 0): lambda v: sqrt(
        (10 * v.epsilon**2 + v.M**2 / (2 * v.m)) / v.delta
    ),
    ("bousquet2020-moment", 0): lambda v: (
        2 * v.epsilon
        + 24 * sqrt(2) * v.order * v.epsilon * ceil(log2(v.m))
        + 4 * v.M * sqrt(v.order / v.m)
    ),
    ("bousquet2020-tail", 0): lambda v: (
        2 * v.epsilon
        + 24 * sqrt(2) * e * v.epsilon * ceil(log2(v.m)) * max(2, log(1 / v.delta))
        + 4 * e * v.M * sqrt(max(2, log(1 / v.delta)) / v.m)
    ),
    ("bousquet2020-moment", 1): lambda v: (
        2 * v.epsilon
        + 2 * (v.order - 1) * v.epsilon * ceil(log2(v.m))
        + v.M * sqrt((v.order - 1) / v.m)
    ),
    ("bousquet2020-tail", 1): lambda v: (
        2 * v.epsilon
        + 2 * e * v.epsilon * ceil(log2(v.m)) * (max(2, log(1 / v.delta)) - 1)
        + e * v.M * sqrt((max(2, log(1 / v.delta)) - 1) / v.m)
    ),
    ("bousquet2020-rms", 0): lambda v: (
        2 * v.epsilon_rms
        + 2 * (v.order - 1) * v.epsilon_rms * ceil(log2(v.m))
        + v.M * sqrt((v.order - 1) / v.m)
    ),
    ("nguyen2026-logfree", 0): lambda v: 33 * v.order * v.epsilon + v.M * sqrt(2 * v.order / v.m),
    ("klochkov2021-excess", 0): lambda v: (
        2 * v.erm_error
        + v.C * (v.epsilon * log(v.m) + (v.M + v.bernstein) / v.m) * log(1 / v.delta)
    ),
    ("elisseeff2005-thm9", 0): lambda v: sqrt(
        (2 * v.M**2 + 12 * v.M * v.m * v.beta_hyp) / (v.m * v.delta)
    ),
    ("elisseeff2005-thm12", 0): lambda v: sqrt(
        (2 * v.M**2 + 12 * v.M * v.m * v.epsilon_pt) / (v.m * v.delta)
    ),
    ("elisseeff2005-thm9", 1): lambda v: sqrt(
        (v.M**2 + 4 * v.M * v.m * v.beta_hyp) / (v.m * v.delta)
    ),
    ("elisseeff2005-thm12", 1): lambda v: sqrt(
        (v.M**2 + 4 * v.M * v.m * v.epsilon_pt) / (v.m * v.delta)
    ),
    ("elisseeff2005-thm15-emp", 0): lambda v: 2 * v.beta + twice(v) * sqrt(log(2 / v.delta)),
    ("elisseeff2005-thm15-loo", 0): lambda v: v.beta + twice(v) * sqrt(log(2 / v.delta)),
    ("hardt2016-expectation", 0): lambda v: v.epsilon,
    ("lei2020-thm2a", 0): lambda v: v.L * v.epsilon,
    ("lei2020-thm2b", 0): lambda v: (
        v.gamma / v.balance * v.training_risk + (v.gamma + v.balance) / 2 * v.epsilon**2
    ),
    ("kontorovich2014-thm2", 0): lambda v: (
        v.beta * v.mean_distance + 3 * v.beta * v.D_SG * sqrt(2 * v.m * log(1 / v.delta))
    ),
    ("maurer2017-thm2", 0): maurer,
    ("aboumoustafa2019-thm6", 0): deleted_estimate,
    ("shalev2010-lemma11", 0): lambda v: v.epsilon,
    ("shalev2010-thm8", 0): lambda v: v.epsilon + v.erm_error,
    ("deng2021-asymptotic", 0): lambda v: (
        2 * v.B / v.m + 2 * (2 * v.B + v.eta + v.M) * sqrt(2 * log(2 / v.delta) / v.m)
    ),
    ("elastic-finite-emp", 0): lambda v: (
        ((v.B1 + v.D) / v.m + v.p * v.M) / (1 - v.p)
        + v.p * elastic_range(v)
        + elastic_range(v) * tail(v)
    ),
    ("elastic-finite-loo", 0): lambda v: (
        (v.B1 / v.m + v.p * v.M) / (1 - v.p) + (v.p + tail(v)) * elastic_range(v, v.m / (v.m - 1))
    ),
    ("elastic-moments", 0): lambda v: (
        (v.B + v.B1 + v.diagonal_norm + v.column_norm) / v.m
        + 2 * (v.order - 1) * ceil(log2(v.m)) * (v.B + v.supremum_norm) / v.m
        + v.M * sqrt((v.order - 1) / v.m)
    ),
    ("elastic-second-moment", 0): lambda v: second_moment_root(v) ** 2,
    ("elastic-chebyshev", 0): lambda v: second_moment_root(v) / sqrt(v.delta),
    ("elastic-second-moment-loo", 0): lambda v: loo_root(v) ** 2,
    ("elastic-chebyshev-loo", 0): lambda v: loo_root(v) / sqrt(v.delta),
    ("elastic-second-moment-kfold", 0): lambda v: (
        (v.M / 2) ** 2 / v.m + v.beta_rms**2 / (v.m**2 - v.m * -(-v.m // v.folds))
    ),
    ("elastic-split", 0): lambda v: split(v, sides=1, tail_of_bias=True),
    ("elastic-split", 1): lambda v: split(v, sides=1, tail_of_bias=False),
    ("elastic-split", 2): lambda v: split(v, sides=2, tail_of_bias=True),
    ("elastic-split", 3): lambda v: split(v, sides=2, tail_of_bias=False),
    ("elastic-split-fourth", 0): lambda v: split_fourth(v, sides=1, tail_of_bias=True),
    ("elastic-split-fourth", 1): lambda v: split_fourth(v, sides=1, tail_of_bias=False),
    ("elastic-split-fourth", 2): lambda v: split_fourth(v, sides=2, tail_of_bias=True),
    ("elastic-split-fourth", 3): lambda v: split_fourth(v, sides=2, tail_of_bias=False),
    ("uniform-split-fourth", 0): lambda v: uniform_fourth(v, sides=1),
    ("uniform-split-fourth", 1): lambda v: uniform_fourth(v, sides=2),
    ("elastic-split-loo", 0): lambda v: split(v, sides=1, tail_of_bias=True, loo=True),
    ("elastic-split-loo", 1): lambda v: split(v, sides=1, tail_of_bias=False, loo=True),
    ("elastic-variance-tail", 0): lambda v: by_variance(v, product=False),
    ("elastic-variance-tail", 1): lambda v: by_variance(v, product=True),
    ("elastic-variance-tail-loo", 0): lambda v: by_variance(v, product=False, loo=True),
    ("elastic-variance-tail-loo", 1): lambda v: by_variance(v, product=True, loo=True),
    ("elastic-radius", 0): lambda v: apart(v, v.delta, False),
    ("elastic-radius", 1): lambda v: apart(v, v.delta, True),
    ("elastic-radius-second-moment", 0): lambda v: square_of_distance(v, False),
    ("elastic-radius-second-moment", 1): lambda v: square_of_distance(v, True),
    ("elastic-pac-bayes", 0): lambda v: randomised(v, False),
    ("uniform-pac-bayes", 0): lambda v: randomised(v, True),
    ("elastic-pac-bayes-gap", 0): lambda v: v.M * sqrt(randomised(v, False) / 2),
    ("elastic-pac-bayes-gap", 1): lambda v: v.M * sqrt(randomised(v, True) / 2),
    ("elastic-pac-bayes-one-draw", 0): lambda v: randomised(v, False, drawn=True),
    ("elastic-pac-bayes-one-draw", 1): lambda v: randomised(v, True, drawn=True),
    **{("elastic-chain", k): partial(chain_tail, k) for k in range(4)},
    ("elastic-chain-moment", 0): lambda v: (
        square_chain_value(v.half, v.m, v.uu_1, v.uu_2, v.uu_4, v.uu_sup)
        + v.M * range_norm_value(v.half, v.m)
        + (v.B1 + between(v, v.b_rms, v.B) + between(v, v.c_rms, v.c_sup)) / v.m
        + between(v, v.d_rms, v.U) / v.m
    ),
    ("uniform-chain", 0): lambda v: v.M * hoeffding(v, v.delta_1) + uniform_rest(v),
    ("uniform-chain", 1): lambda v: v.M * hoeffding(v, v.delta_1 / 2) + uniform_rest(v),
    ("uniform-chain-moment", 0): lambda v: (
        v.epsilon * (2 + uniform_chain_value(v.half, v.m)) + v.M * range_norm_value(v.half, v.m)
    ),
    ("uniform-rio", 0): lambda v: (
        2 * v.epsilon
        + v.epsilon * levels(v) * rio(v) * 2 ** (1 - 2 / v.order)
        + v.M * rio(v) / sqrt((v.order - 1) * v.m)
    ),
    ("elastic-rio", 0): lambda v: (
        (v.B1 + tops(v, v.b_rms, v.B) + tops(v, v.c_rms, v.c_sup) + tops(v, v.d_rms, v.U)) / v.m
        + tops(v, v.beta_rms, v.U) * (v.order - 1) * 4 ** (1 - 2 / v.order) * levels(v) / v.m
        + v.M * rio(v) / sqrt((v.order - 1) * v.m)
    ),
    ("uniform-second-moment", 0): lambda v: uniform_root(v) ** 2,
    ("uniform-chebyshev", 0): lambda v: uniform_root(v) / sqrt(v.delta),
    ("uniform-split", 0): lambda v: (
        v.M * hoeffding(v, v.delta_1)
        + sqrt(2 * (v.m - 1) / v.m * (v.epsilon / 2) ** 2 * (1 / v.delta_2 - 1))
        + 2 * v.epsilon
    ),
    ("gibbs-one-draw", 0): lambda v: one_draw(v, 2 * v.exponent),
    ("gibbs-mean-draw", 0): lambda v: one_draw(v, 2 * v.exponent),
    ("pure-dp-one-draw", 0): lambda v: one_draw(v, v.dp_epsilon),
    ("pure-dp-mean-draw", 0): lambda v: one_draw(v, v.dp_epsilon),
}
"""Right sides of bounds, by theorem and position of the reading."""

CONSTANTS: dict[tuple[str, int, str], Formula] = {
    ("clipped-gd", 0, "B"): lambda v: total(v) * min(v.L, v.clipping) * v.L_mean,
    ("clipped-gd", 0, "D"): lambda v: total(v) * min(v.L_rms**2, v.clipping * v.L_mean),
    ("clipped-gd", 1, "U"): lambda v: contracted(v) * min(v.L, v.clipping) * v.L,
    ("clipped-gd", 2, "B1"): lambda v: (
        total(v) * (min(v.L, v.clipping) + min(v.L_mean, v.clipping)) * v.L_mean
    ),
    ("clipped-sgd", 0, "B1"): lambda v: total(v) * min(v.L_mean, v.clipping) * v.L_mean,
    ("clipped-sgd", 3, "B"): lambda v: 2 * contracted(v) * min(v.L, v.clipping) * v.L_mean,
    ("clipped-sgd-shuffled", 0, "U"): lambda v: v.m * visited(v) * min(v.L, v.clipping) * v.L,
    ("gibbs-exponent", 0, "exponent"): lambda v: v.M / v.lam / v.m,
    ("dp-guarantee", 0, "dp_epsilon"): lambda v: v.dp_epsilon,
    ("dp-guarantee", 2, "dp_delta"): lambda v: v.dp_delta,
    ("dp-guarantee", 4, "dp_mu"): lambda v: v.dp_mu,
    ("dp-guarantee", 6, "dp_rho"): lambda v: v.dp_rho,
    ("dp-guarantee", 8, "dp_variation"): lambda v: v.dp_variation,
    ("dp-to-replacement", 0, "dp_epsilon"): lambda v: v.dp_epsilon + v.dp_epsilon,
    ("dp-to-replacement", 1, "dp_delta"): lambda v: min(
        1, v.dp_delta + exp(min(v.dp_epsilon, 700)) * v.dp_delta
    ),
    ("dp-to-replacement", 2, "dp_mu"): lambda v: v.dp_mu + v.dp_mu,
    ("dp-to-uniform", 0, "beta"): lambda v: v.M * variation(v),
    ("dp-to-uniform", 1, "epsilon"): lambda v: v.M * variation(v),
    ("dp-to-uniform", 2, "beta"): lambda v: v.M * variation(v),
    ("dp-to-uniform", 3, "epsilon"): lambda v: v.M * variation(v),
    ("dp-to-uniform", 4, "beta"): lambda v: v.M * erf(v.dp_mu / sqrt(8)),
    ("dp-to-uniform", 5, "epsilon"): lambda v: v.M * erf(v.dp_mu / sqrt(8)),
    ("dp-to-uniform", 6, "beta"): lambda v: v.M * min(1, sqrt(v.dp_rho / 2)),
    ("dp-to-uniform", 7, "epsilon"): lambda v: v.M * min(1, sqrt(v.dp_rho / 2)),
    ("dp-to-uniform", 8, "beta"): lambda v: v.M * v.dp_variation,
    ("dp-to-uniform", 9, "epsilon"): lambda v: v.M * v.dp_variation,
    ("bousquet2002-thm22", 0, "beta"): lambda v: v.sigma**2 * v.kappa**2 / (2 * v.lam * v.m),
    ("bousquet2002-thm22", 1, "beta"): lambda v: v.sigma**2 * v.kappa**2 / (v.lam * v.m),
    ("bousquet2002-thm22", 2, "epsilon"): lambda v: v.sigma**2 * v.kappa**2 / (v.lam * v.m),
    ("bousquet2002-thm24", 0, "beta"): lambda v: v.M**2 / (v.lam * v.m),
    ("elastic-argument-erm", 0, "u_sup"): lambda v: v.L / v.mu,
    ("elastic-argument-erm", 0, "u_mean"): lambda v: v.L_mean / v.mu,
    ("elastic-argument-erm", 0, "u_rms"): lambda v: v.L_rms / v.mu,
    ("elastic-erm", 0, "B"): lambda v: v.L * v.L_mean / v.mu,
    ("elastic-erm", 0, "D"): lambda v: v.L_rms**2 / v.mu,
    ("elastic-erm", 1, "B1"): lambda v: (v.L + v.L_mean) * v.L_mean / v.mu,
    ("elastic-erm", 1, "D"): lambda v: (v.L * v.L_mean + v.L_rms**2) / v.mu,
    ("elastic-kernel", 0, "U"): lambda v: v.sigma**2 * v.kappa**2 / (2 * v.lam),
    ("elastic-kernel", 0, "B1"): lambda v: v.sigma**2 * v.kappa_mean**2 / (2 * v.lam),
    ("elastic-kernel", 1, "D"): lambda v: v.sigma**2 * v.kappa * v.kappa_mean / v.lam,
    ("elastic-gd", 0, "U"): lambda v: v.L**2 * total(v),
    ("elastic-gd", 1, "B"): lambda v: v.L * v.L_mean * contracted(v),
    ("elastic-gd", 2, "U"): lambda v: 2 * v.L**2 * total(v),
    ("elastic-gd", 3, "B1"): lambda v: (v.L + v.L_mean) * v.L_mean * contracted(v),
    ("elastic-sgd", 0, "D"): lambda v: v.L_rms**2 * total(v),
    ("elastic-sgd-nonconvex", 0, "B"): lambda v: (
        v.t0 * v.batch * v.M + 2 * v.L * v.L_mean * (v.T / v.t0) ** (v.c * v.gamma) / v.gamma
    ),
    ("hardt2016-convex", 0, "epsilon"): lambda v: 2 * v.L**2 * total(v) / v.m,
    ("hardt2016-strongly-convex", 0, "epsilon"): lambda v: 2 * v.L**2 / (v.mu * v.m),
    ("hardt2016-strongly-convex-decaying", 0, "epsilon"): lambda v: (
        (2 * v.L**2 + v.gamma * v.rho) / (v.mu * v.m)
    ),
    ("hardt2016-nonconvex", 0, "epsilon"): lambda v: (
        (1 + 1 / (v.gamma * v.c))
        / (v.m - 1)
        * (2 * v.c * v.L**2) ** (1 / (v.gamma * v.c + 1))
        * (v.T * v.M) ** (v.gamma * v.c / (v.gamma * v.c + 1))
    ),
    ("bassily2020-gd", 0, "epsilon"): lambda v: (
        2 * v.L**2 * v.alpha * sqrt(v.T) + 2 * v.L**2 * v.alpha * v.T / v.m
    ),
    ("bassily2020-sgd", 1, "epsilon"): lambda v: min(
        2 * v.radius * v.L, 2 * v.L**2 * v.alpha * sqrt(v.T) + 2 * v.L**2 * total(v) / v.m
    ),
    ("lei2020-convex-l1", 0, "epsilon"): lambda v: (
        2 * sqrt(2 * v.gamma) * total(v) * sqrt(v.F) / v.m
    ),
    ("lei2020-convex-l2", 0, "epsilon"): lambda v: sqrt(
        8
        * (1 + 1 / v.growth)
        * v.gamma
        / v.m
        * sum((1 + v.growth / v.m) ** (v.T - t) * v.alpha**2 * v.F for t in range(1, v.T + 1))
    ),
    ("zhang2022-nonconvex-upper", 0, "epsilon"): lambda v: (
        16 * v.L**2 * v.T**v.a / v.m ** (1 + v.a)
    ),
    ("zhang2022-nonconvex-lower", 0, "epsilon"): lambda v: v.T**v.a / (6 * v.m ** (1 + v.a)),
    ("zhang2022-strongly-convex-lower", 0, "epsilon"): lambda v: 1 / (16 * v.mu * v.m),
    ("zhang2022-convex-lower", 0, "epsilon"): lambda v: min(2 * v.L**2 * total(v), v.M) / v.m,
    ("charles2018-pl", 0, "beta_pt"): lambda v: (
        v.C * v.L * v.optimization_error + 2 * v.L**2 / (v.mu * (v.m - 1))
    ),
    ("elisseeff2005-knn", 0, "beta_hyp"): lambda v: v.k / v.m,
    ("elisseeff2005-subbagging", 0, "beta"): lambda v: v.L * v.base * v.subsample / v.m,
    ("elisseeff2005-subbagging", 1, "beta"): lambda v: 2 * v.L * v.base * v.subsample / v.m,
    ("elisseeff2005-bagging", 0, "beta"): lambda v: v.L * v.base * v.subsample / v.m,
    ("soloff2024-bagging", 0, "fraction"): lambda v: soloff(v, 0),
    ("soloff2024-bagging", 1, "fraction"): lambda v: soloff(v, 1),
    ("mou2018-sgld", 0, "epsilon"): lambda v: (
        2 * v.M * k0(v) / v.m
        + 2 * v.L * v.M / v.m * sqrt(v.inverse_temperature * v.alpha * (v.T - k0(v)))
    ),
    ("elastic-sgd-shuffled", 0, "U"): lambda v: v.m * v.L**2 * visited(v),
    ("elastic-to-uniform", 0, "beta"): lambda v: v.U / v.m,
    ("elastic-to-hypothesis", 0, "beta_hyp"): lambda v: v.B1 / v.m,
    ("elastic-to-pointwise", 0, "beta_pt"): lambda v: v.D / v.m,
    ("uniform-to-hypothesis", 0, "beta_pt"): lambda v: v.beta,
    ("deletion-to-replacement", 0, "epsilon"): lambda v: 2 * v.beta,
    ("deletion-to-replacement", 2, "epsilon_pt"): lambda v: v.beta_hyp + v.beta_pt,
    ("argument-to-loss", 0, "beta"): lambda v: v.L * v.distance,
    ("sure-to-expected", 1, "epsilon"): lambda v: v.epsilon,
    ("sgd-coordinate-change", 0, "rho"): lambda v: 2 * v.L**2 * v.alpha,
}
"""Values of constants, by theorem, position of the statement, and name; constant steps."""
