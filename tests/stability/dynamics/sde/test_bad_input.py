"""Input of the locally elastic SDE that cannot be: what is said of it."""

from __future__ import annotations

import numpy as np
import pytest

from stability.dynamics import (
    LocallyElasticSDE,
    Strengths,
    argmax_accuracy,
    centred_logits,
    collapse_conditions,
    constant_strengths,
    critical_scale,
    deletion_shifts,
    drawn_class_means,
    estimate_identity,
    level_index,
    log_slope,
    mean_cosines,
    mean_features,
    norm_ratio,
    predicted_ratio,
    prediction_error,
    separated_share,
    separation_ratio,
    shift_limits,
    simplex_alignment,
    simulate,
    strength_rates,
    variability_ratio,
)
from stability.errors import DataError, SetupError

STRENGTHS = constant_strengths(0.1)
ODE, LOGITS = LocallyElasticSDE(STRENGTHS), LocallyElasticSDE(STRENGTHS, kind="L-model")
X = np.random.default_rng(0).normal(size=(3, 4, 3))
SAME = np.ones((3, 4, 3))
RAGGED = [[[1.0]], [[1.0], [2.0]]]


def known(integrals) -> Strengths:
    return Strengths(lambda t: t, lambda t: t, integrals=integrals)


def paths(**changes):
    given = {"initial": X, "times": [1.0], "trials": 2, "step": 0.5, "seed": 0, **changes}
    return simulate(ODE, **given)


def late(times):
    """Integrals that are infinite from time 1 on."""
    return times, np.where(times < 1.0, times, np.inf)


SETUP = {
    "noise": (lambda: LocallyElasticSDE(STRENGTHS, noise="much"), "sde.noise: found 'much'"),
    "noises": (lambda: LocallyElasticSDE(STRENGTHS, noise=X), "sde.noise: found 'ndarray'"),
    "no strengths": (lambda: LocallyElasticSDE(0.1), "sde.strengths: found 'float'"),
    "integrals": (lambda: known(3), "strengths.integrals: .* a function from times"),
    "one integral": (lambda: known(lambda t: t), "strengths.integrals"),
    "scalar integrals": (lambda: known(lambda t: (0.0, 0.0)), "strengths.integrals"),
    "a start": (lambda: known(lambda t: (1 + t, t)), "which are 0 at time 0"),
    "later": (lambda: known(late).accumulated([1.0]), "finite numbers"),
    "half a trial": (lambda: paths(trials=2.5), "simulate.trials: found 2.5"),
    "seed": (lambda: paths(seed=-1), "simulate.seed: found -1"),
    "no end": (lambda: paths(step=np.inf), "simulate.step: found inf"),
    "tiny steps": (lambda: paths(step=1e-14), "at most 10,000,000"),
    "half a sample": (lambda: paths(deleted=(0.5, 1)), "deleted sample"),
    "three numbers": (lambda: paths(deleted=(0, 1, 2)), "deleted sample"),
    "outgrown": (lambda: mean_features(ODE, np.eye(3), [5.0, 1e5]), r"t = 100000: .*exp\(3333\)"),
    "outgrown logits": (lambda: mean_features(LOGITS, np.eye(3), [1e5]), "weaker strengths"),
    "outgrown paths": (lambda: paths(times=[1e5], step=100.0), "weaker strengths"),
    "outgrown shifts": (lambda: deletion_shifts(ODE, X, (0, 0), [1e5]), "weaker strengths"),
    "half a class": (lambda: shift_limits(ODE, 2.5, 4, [1.0]), "limits.classes: found 2.5"),
    "radius": (lambda: shift_limits(ODE, 3, 4, [1.0], 0.0), "radius: found 0.0"),
    "ratio of logits": (lambda: predicted_ratio(LOGITS, 1.0, [1.0], 3), "larger of two modes"),
    "one class": (lambda: predicted_ratio(ODE, 1.0, [1.0], 1), "classes: found 1"),
    "gap": (lambda: predicted_ratio(ODE, -1.0, [1.0], 3), "gap: found -1"),
    "critical": (lambda: critical_scale(1), "critical_scale.classes: found 1"),
    "collapse": (lambda: collapse_conditions(ODE, [1.0], 3), "keep their directions"),
    "collapse of one": (lambda: collapse_conditions(LOGITS, [1.0], 1), "classes: found 1"),
    "window": (lambda: strength_rates(np.arange(9.0), 3.5), "window: found 3.5"),
    "spacing": (lambda: strength_rates(np.arange(9.0), 3, spacing=0.0), "spacing: found 0"),
    "no looks": (lambda: level_index([2.0], [1.0], last=0), "last looks: found 0"),
    "block": (lambda: drawn_class_means(X, X[..., 0], 2, block=1.5), "block: found 1.5"),
}
DATA = {
    "knots": (lambda: Strengths(lambda t: t, lambda t: t, knots="x"), "knots: found something"),
    "text": (lambda: mean_features(ODE, np.eye(3), ["late"]), "times: found something"),
    "unequal classes": (lambda: paths(initial=RAGGED), "classes have equally many"),
    "unequal means": (lambda: estimate_identity(RAGGED), "rows of different lengths"),
    "no spread": (lambda: separation_ratio(X[:, :1]), "2 samples of each"),
    "nan": (lambda: separated_share(X * np.nan), "not finite"),
    "nan logits": (lambda: argmax_accuracy(X * np.nan), "not finite"),
    "time 0": (lambda: log_slope([0.0, 1.0], [1.0, 2.0]), "no logarithm"),
    "one time": (lambda: log_slope([2.0, 2.0], [1.0, 2.0]), "two different times"),
    "negative": (lambda: log_slope([1.0, 2.0], [1.0, -2.0]), "no logarithm"),
    "unlike": (lambda: log_slope([1.0, 2.0], [1.0]), r"\(2,\) and values \(1,\)"),
    "cosines": (lambda: mean_cosines(SAME[0, :3]), "that of all classes"),
    "alignment": (lambda: simplex_alignment(np.zeros((3, 3))), "that of all classes"),
    "norms": (lambda: norm_ratio(SAME[0, :3]), "all the same"),
    "variability": (lambda: variability_ratio(SAME), "all the same"),
    "before": (lambda: collapse_conditions(LOGITS, [0.0, 1.0], 3), "a time of 0"),
    "unlike shapes": (lambda: prediction_error(X, X[:, :1]), r"\(3, 4, 3\) and \(3, 1, 3\)"),
    "still": (lambda: prediction_error(SAME, SAME), "that move by 0"),
    "other labels": (lambda: drawn_class_means(X, [[0, 1, 0, 9]] * 3, 2), "labels from 0 to 1"),
    "one logit": (lambda: centred_logits(3.0), "one number"),
}


@pytest.mark.parametrize("name", SETUP)
def test_settings_are_refused(name: str) -> None:
    call, words = SETUP[name]
    with pytest.raises(SetupError, match=words):
        call()


@pytest.mark.parametrize("name", DATA)
def test_data_are_refused(name: str) -> None:
    call, words = DATA[name]
    with pytest.raises(DataError, match=words):
        call()


def test_what_is_infinite_or_nothing_is_no_error() -> None:
    start = np.repeat(np.eye(3)[:, None], 4, axis=1)
    assert separation_ratio(start) == np.inf and separation_ratio(SAME) == 0.0
    assert predicted_ratio(ODE, 1.0, [0.0], 3)[0] == np.inf
    assert paths(initial=X[:, :1]).shape == (1, 2, 3, 1, 3)  # a class of one sample
