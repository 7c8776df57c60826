"""What each hypothesis says of a setup, to be tried: a predicate, and setups at both sides of it.

The predicates read the plain form of a setup and nothing of the library. Those on step sizes try
the formula of the hypothesis at the first steps; those on functions, which no setup can tell, say
which numbers the formulas speak of, and that these have to be given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stability.theorems.kinds.hypotheses import AveragedOver, TrainedBy
from stability.theorems.kinds.hypothesis import Hypothesis
from stability_proofs.semantics.setups.plain import HALF, LOSS, Plain, constant_of, setup_of
from stability_proofs.semantics.setups.symbols import SYMBOLS

Predicate = Callable[[Plain], bool]
FIRST_STEPS = (1, 2, 3, 7)
TINY = Fraction(1, 10**12)


@dataclass(frozen=True)
class Edge:
    """A hypothesis to be tried: what it says of a setup, and setups at its edge on each side.

    `of_constant`: it is asked of a constant, whose setup stands beside it.
    """

    says: Predicate
    inside: tuple[Plain, ...]
    outside: tuple[Plain, ...]
    of_constant: bool = False


def _given(*places: str) -> Predicate:
    return lambda setup: all(place in setup for place in places)


def _absent(place: str) -> Predicate:
    return lambda setup: place not in setup


def _steps(setup: Plain) -> tuple[Fraction, ...]:
    """alpha_t at the first steps; none where nothing is trained in steps."""
    step = setup.get("algorithm.step_size")
    if step is None:
        return ()
    if isinstance(step, Mapping):
        return tuple(Fraction(step["c"]) / t for t in FIRST_STEPS)
    return tuple(Fraction(step) for _ in FIRST_STEPS)


def _decay_of(setup: Plain) -> Fraction:
    """lambda of weight decay lambda/2 |w|^2."""
    return setup.get("algorithm.weight_decay", Fraction(0))


def _curvature(setup: Plain) -> Fraction:
    """mu of the objectives of a descent: of the losses and of weight decay."""
    return setup.get("algorithm.strong_convexity", Fraction(0)) + _decay_of(setup)


def _at_most(numerator: int, with_mu: bool) -> Predicate:
    def says(setup: Plain) -> bool:
        gamma = setup.get("loss.smoothness")
        if gamma is None:
            return False
        gamma += _decay_of(setup)
        mu = _curvature(setup) if with_mu else Fraction(0)
        return all(step * (gamma + mu) <= numerator for step in _steps(setup))

    return says


def _constant(setup: Plain) -> bool:
    steps = _steps(setup)
    return bool(steps) and all(step == steps[0] for step in steps)


def _decaying(setup: Plain) -> bool:
    steps = _steps(setup)
    return bool(steps) and all(t * a == steps[0] for t, a in zip(FIRST_STEPS, steps, strict=True))


def _inverse(setup: Plain) -> bool:
    mu, steps = _curvature(setup), _steps(setup)
    if not mu or not steps:
        return False
    return all(mu * t * a == 1 for t, a in zip(FIRST_STEPS, steps, strict=True))


def decay(c: Any) -> Mapping[str, Any]:
    """Step sizes c/t."""
    return {"schedule": "decay", "c": Fraction(c)}


def _step_edge(numerator: int, with_mu: bool) -> Edge:
    mu = {"algorithm__strong_convexity": Fraction(1, 8)} if with_mu else {}
    limit = Fraction(numerator) / (Fraction(1, 4) + (Fraction(1, 8) if with_mu else 0))
    above = limit + TINY
    sgd = [setup_of("sgd", algorithm__step_size=a, **mu) for a in (limit, decay(limit))]
    over = [setup_of("sgd", algorithm__step_size=a, **mu) for a in (above, decay(above))]
    pull = Fraction(1, 16)
    least = Fraction(numerator) / (1 / limit * numerator + pull * (2 if with_mu else 1))
    pulled = {"algorithm__weight_decay": pull, **mu}
    sgd.append(setup_of("sgd", algorithm__step_size=least, **pulled))
    over.append(setup_of("sgd", algorithm__step_size=least + TINY, **pulled))
    return Edge(
        _at_most(numerator, with_mu),
        (*sgd, setup_of("gd", algorithm__step_size=limit, **mu)),
        (*over, setup_of("sgd", loss__smoothness=None)),
    )


BUDGETS: Mapping[str, Mapping[str, Any]] = {
    "epsilon": {"epsilon": Fraction(3, 11)},
    "delta": {"epsilon": Fraction(3, 11), "delta": Fraction(1, 1001)},
    "mu": {"mu": Fraction(3, 7)},
    "rho": {"rho": Fraction(2, 19)},
    "delta_at_zero": {"delta_at_zero": Fraction(4, 23)},
}
"""Privacy budgets, by the field that tells which of them it is."""


def private(budget: str, word: str, **changes: Any) -> Plain:
    """A setup with one privacy budget, for neighbours of a kind."""
    given = {"epsilon": None, "delta": None, **BUDGETS[budget], **changes}
    return setup_of(
        "dp",
        algorithm__neighbour=word,
        **{f"algorithm__{name}": value for name, value in given.items()},
    )


def _guaranteed(budget: str, word: str) -> Edge:
    """A budget of one kind, for neighbours of one kind; delta = 0 counts as pure."""

    def says(setup: Plain) -> bool:
        here = {name for name in BUDGETS if f"algorithm.{name}" in setup}
        if setup.get("algorithm.delta") == 0:
            here.discard("delta")
        if "delta" in here:
            here.discard("epsilon")
        return setup.get("algorithm.neighbour") == word and here == {budget}

    other = {"add-remove": "replace-one", "replace-one": "add-remove"}[word]
    inside: tuple[Plain, ...] = (private(budget, word),)
    outside: tuple[Plain, ...] = (private(budget, other),)
    outside += tuple(private(name, word) for name in BUDGETS if name != budget)
    zero = private("delta", word, delta=Fraction(0))
    inside, outside = (
        ((*inside, zero), outside) if budget == "epsilon" else (inside, (*outside, zero))
    )
    return Edge(says, inside, outside)


NO_MEANS = {
    f"loss__{name}": None for name in ("mean_lipschitz", "rms_lipschitz", "fourth_moment_lipschitz")
}
EDGES: Mapping[str, Edge] = {
    **{
        f"guaranteed-{budget}-{word}": _guaranteed(budget, word)
        for budget in BUDGETS
        for word in ("add-remove", "replace-one")
    },
    "convex": Edge(
        lambda setup: setup.get("loss.convex") is True,
        (setup_of("sgd"),),
        (setup_of("sgd", loss__convex=False), setup_of("sgd", loss__convex=None)),
    ),
    "lipschitz": Edge(
        _given("loss.lipschitz"),
        (setup_of("sgd", **NO_MEANS),),
        (setup_of("sgd", loss__lipschitz=None, **NO_MEANS),),
    ),
    "trained-lipschitz": Edge(
        _given("loss.lipschitz"),
        (setup_of("erm", **NO_MEANS),),
        (setup_of("erm", loss__lipschitz=None, **NO_MEANS),),
    ),
    "smooth": Edge(
        _given("loss.smoothness"), (setup_of("sgd"),), (setup_of("sgd", loss__smoothness=None),)
    ),
    "below-parabolas": Edge(
        _given("loss.smoothness"), (setup_of("sgd"),), (setup_of("sgd", loss__smoothness=None),)
    ),
    "strongly-convex": Edge(
        lambda setup: SYMBOLS["mu"](setup) is not None,
        (
            setup_of("sgd", algorithm__strong_convexity=Fraction(1, 8)),
            setup_of("sgd", algorithm__weight_decay=TINY),
        ),
        (setup_of("sgd"), setup_of("sgd", algorithm__weight_decay=Fraction(0))),
    ),
    "projected": Edge(
        _given("algorithm.radius"), (setup_of("sgd"),), (setup_of("sgd", algorithm__radius=None),)
    ),
    "clipped-gradients": Edge(
        _given("algorithm.clipping"),
        (setup_of("sgd", algorithm__clipping=TINY),),
        (setup_of("sgd"),),
    ),
    "one-score": Edge(
        lambda setup: setup.get("algorithm.scores") == 1,
        (setup_of("sgd", algorithm__scores=1),),
        (setup_of("sgd"), setup_of("sgd", algorithm__scores=2)),
    ),
    "not-projected": Edge(
        _absent("algorithm.radius"), (setup_of("sgd", algorithm__radius=None),), (setup_of("sgd"),)
    ),
    "no-strong-convexity": Edge(
        lambda setup: "algorithm.strong_convexity" not in setup and not _decay_of(setup),
        (setup_of("sgd"),),
        (
            setup_of("sgd", algorithm__strong_convexity=TINY),
            setup_of("sgd", algorithm__weight_decay=TINY),
        ),
    ),
    "loss-alone": Edge(
        lambda setup: not _decay_of(setup),
        (setup_of("sgd"), setup_of("sgd", algorithm__strong_convexity=TINY)),
        (setup_of("sgd", algorithm__weight_decay=TINY),),
    ),
    "pulls-in-every-step": Edge(
        _absent("algorithm.strong_convexity"),
        (setup_of("sgd", algorithm__weight_decay=TINY),),
        (setup_of("sgd", algorithm__strong_convexity=TINY, algorithm__weight_decay=TINY),),
    ),
    "costs-not-negative": Edge(
        lambda setup: setup.get("loss.nonnegative") is True and "algorithm.radius" not in setup,
        (setup_of("sgd", algorithm__radius=None),),
        (
            setup_of("sgd"),
            setup_of("sgd", algorithm__radius=None, loss__nonnegative=False),
            setup_of("sgd", algorithm__radius=None, loss__nonnegative=None),
        ),
    ),
    "losses-not-negative": Edge(
        lambda setup: setup.get("loss.nonnegative") is True,
        (setup_of("sgd"),),
        (setup_of("sgd", loss__nonnegative=False), setup_of("sgd", loss__nonnegative=None)),
    ),
    "zero-one-loss": Edge(
        lambda setup: setup.get("loss.range", setup.get("algorithm.base_range")) == 1,
        (setup_of("knn", loss__range=Fraction(1)),),
        (
            setup_of("knn", loss__range=1 - TINY),
            setup_of("knn", loss__range=1 + TINY),
            setup_of("knn", loss__range=None),
        ),
    ),
    "step-at-most-1-over-gamma": _step_edge(1, with_mu=False),
    "step-at-most-2-over-gamma": _step_edge(2, with_mu=False),
    "step-at-most-2-over-gamma-plus-mu": _step_edge(2, with_mu=True),
    "constant-steps": Edge(
        _constant, (setup_of("sgd"),), (setup_of("sgd", algorithm__step_size=decay("0.1")),)
    ),
    "decaying-steps": Edge(
        _decaying, (setup_of("sgd", algorithm__step_size=decay("0.1")),), (setup_of("sgd"),)
    ),
    "decaying-steps-from-one-over-mu": Edge(
        _inverse,
        (setup_of("sgd", algorithm__strong_convexity=HALF / 4, algorithm__step_size=decay(8)),),
        (
            setup_of(
                "sgd", algorithm__strong_convexity=HALF / 4, algorithm__step_size=decay(8 + TINY)
            ),
            setup_of("sgd", algorithm__strong_convexity=HALF / 4, algorithm__step_size=Fraction(8)),
            setup_of("sgd", algorithm__step_size=decay(8)),
        ),
    ),
    "averages-all-bags": Edge(
        _absent("algorithm.bags"),
        (setup_of("bagging", algorithm__bags=None),),
        (setup_of("bagging", algorithm__bags=10**9),),
    ),
    "predictions-in-unit-interval": Edge(
        lambda setup: setup.get("algorithm.prediction_range", 2) <= 1,
        (setup_of("bagging", algorithm__prediction_range=Fraction(1)),),
        (
            setup_of("bagging", algorithm__prediction_range=1 + TINY),
            setup_of("bagging", algorithm__prediction_range=None),
        ),
    ),
    "normalisation-known": Edge(lambda setup: False, (), (setup_of("sgd"),)),
    "symmetric": Edge(
        lambda constant: constant["constant.symmetric"] is True,
        (constant_of(),),
        (constant_of(constant__symmetric=False),),
        of_constant=True,
    ),
    "carries-draws": Edge(
        lambda constant: {"rho", "draws"} <= set(constant["constant.values"]),
        (constant_of(),),
        (
            constant_of(constant__values=("beta",)),
            constant_of(constant__values=("beta", "rho")),
            constant_of(constant__values=("beta", "draws")),
        ),
        of_constant=True,
    ),
}
"""Hypotheses by id; those on the kind of training and on averages are made by `edge_of`."""


def _trained_by(hypothesis: TrainedBy) -> Edge:
    wanted = {
        "algorithm.order": hypothesis.order,
        "algorithm.batch_size": hypothesis.batch_size,
    }
    wanted = {place: value for place, value in wanted.items() if value is not None}
    put: dict[str, Any] = {place.replace(".", "__"): value for place, value in wanted.items()}

    def says(setup: Plain) -> bool:
        trained = setup.get("algorithm.kind") in hypothesis.kinds
        cut = "algorithm.clipping" in setup
        same = all(setup.get(place) == value for place, value in wanted.items())
        return trained and same and (hypothesis.clipped or not cut)

    others = tuple(setup_of(kind) for kind in ALL_KINDS if kind not in hypothesis.kinds)
    if hypothesis.order is not None:
        other = {"shuffled": "with-replacement", "with-replacement": "shuffled"}
        turned = {**put, "algorithm__order": other[hypothesis.order]}
        others += (setup_of(hypothesis.kinds[0], **turned),)
    if hypothesis.batch_size is not None:
        larger = {**put, "algorithm__batch_size": hypothesis.batch_size + 1}
        others += (setup_of(hypothesis.kinds[0], **larger),)
    for kind in sorted({"gd", "sgd"} & {*hypothesis.kinds}) if not hypothesis.clipped else ():
        others += (setup_of(kind, **put, algorithm__clipping=TINY),)
    return Edge(says, tuple(setup_of(kind, **put) for kind in hypothesis.kinds), others)


ALL_KINDS = (
    *("gd", "sgd", "sgld", "erm", "kernel-erm"),
    *("gibbs", "knn", "bagging", "subbagging", "pl", "dp"),
)
AVERAGES = ("nothing", "algorithm", "sample and algorithm")


def _averaged_over(hypothesis: AveragedOver) -> Edge:
    allowed = {str(over) for over in hypothesis.allowed}
    constants = [constant_of(constant__averaged_over=over) for over in AVERAGES]
    return Edge(
        lambda constant: constant["constant.averaged_over"] in allowed,
        tuple(c for c in constants if c["constant.averaged_over"] in allowed),
        tuple(c for c in constants if c["constant.averaged_over"] not in allowed),
        of_constant=True,
    )


def edge_of(hypothesis: Hypothesis) -> Edge | None:
    """What a hypothesis says of setups or constants; None if nothing is written down for it."""
    if isinstance(hypothesis, TrainedBy):
        known = set(hypothesis.kinds) <= set(ALL_KINDS)
        return _trained_by(hypothesis) if known else None
    if isinstance(hypothesis, AveragedOver):
        return _averaged_over(hypothesis)
    return EDGES.get(hypothesis.id)


def pool() -> Iterator[Plain]:
    """Setups on which every hypothesis on setups is tried: those at all edges, and all kinds."""
    for kind in ALL_KINDS:
        yield setup_of(kind)
    yield setup_of("sgd", algorithm__order="shuffled", algorithm__batch_size=2)
    risks = LOSS["training.expected_risks"]
    passes = {"algorithm__steps": None, "algorithm__epochs": 3}
    long = (Fraction(1, 3),) * 45
    yield setup_of("sgd", **passes, algorithm__batch_size=7, training__expected_risks=long)
    yield setup_of("gd", **passes, training__expected_risks=risks[:4])
    yield setup_of("gibbs", loss__range=None)
    for given in (risks[:20], None):
        yield setup_of("sgd", training__expected_risks=given)
    yield setup_of("sgd", loss__mean_lipschitz=None)
    yield setup_of("sgd", loss__rms_lipschitz=None)
    yield setup_of("sgd", loss__fourth_moment_lipschitz=None)
    yield setup_of("sgd", loss__mean_lipschitz=None, loss__rms_lipschitz=None)
    yield setup_of("sgd", loss__mean_lipschitz=HALF)
    yield setup_of("sgd", loss__fourth_moment_lipschitz=Fraction(70))
    yield setup_of("erm", algorithm__regularization=None, algorithm__strong_convexity=HALF)
    yield setup_of("kernel-erm", algorithm__mean_sqrt_kernel=None)
    for kind in ("bagging", "subbagging"):
        yield setup_of(kind, algorithm__bags=None, algorithm__prediction_range=HALF)
    for edge in EDGES.values():
        if not edge.of_constant:
            yield from (*edge.inside, *edge.outside)
