"""Small finite worlds with random rules, and the least constants with which premises hold there.

All that a derivation may assume can hold at once, and what it shows then holds as well.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
import sympy

from stability.conventions import VALUES, Averaged, Notion
from stability.theorems.catalogue import BY_ID, CONVERSIONS
from stability.theorems.kinds import Conversion, ConversionStatement
from stability.theorems.kinds.hypotheses import averaged_over
from stability.theorems.statements.symbols import symbols
from stability_proofs.kernel.terms import NATURAL, VECTOR, ProofError, variables
from stability_proofs.ledger.ledger import PROVED, prove
from stability_proofs.semantics import samples
from stability_proofs.semantics.claims import Claim, claims
from stability_proofs.theorems.catalogue import DERIVATIONS
from stability_proofs.witnesses import privacy
from stability_proofs.witnesses.least import with_least_constants
from stability_proofs.witnesses.rules import left, random_rule, world_of_rule
from stability_proofs.witnesses.witness import with_functions
from stability_proofs.witnesses.worlds import World

(ORDER,) = symbols("order")
POINTS = ((0, Fraction(1, 3)), (1, Fraction(2, 3)))
SEEDS = ((0, Fraction(1, 4)), (1, Fraction(3, 4)))
MODELS = tuple((k, Fraction(1, 3)) for k in range(3))
SIZE = 3


def random_world(seed: int) -> World:
    """A symmetric rule with random losses of what it makes of samples, after deletions as well."""
    values = {
        "M": Fraction(1),
        "delta": Fraction(1, 10),
        "L_rms": Fraction(1, 2),
        "r": (1,),
        "order": 3,
    }
    world = world_of_rule(random_rule(seed), POINTS, SIZE, seeds=SEEDS, values=values)
    generator = random.Random(seed)

    @cache
    def table(*inputs: Any) -> Fraction:
        return Fraction(generator.randint(0, 12), 12)

    def weights(examples: tuple[int, ...], r: Any) -> Any:
        return float(table(tuple(sorted(examples)), r)) * np.array([1.0, 2.0])

    functions: dict[str, Callable[..., Any]] = {
        "rival": lambda model, p: table(model, p),
        "least": lambda s: min(sum(table(k, p) for p in s) for k, _ in MODELS) / SIZE,
        "weights": weights,
        "weights_without": lambda s, r, i: weights(left(s, i), r),
        **of_weights(),
    }
    tried = [np.array(v) for v in ((0.0, 0.0), (1.0, 2.0), (-1.0, 0.5))]
    return replace(
        with_functions(world, functions),
        laws={**world.laws, "order": SEEDS, "model": MODELS},
        trials={VECTOR: tried, NATURAL: [0, 1, 2]},
    )


def of_weights() -> dict[str, Callable[..., Any]]:
    """A loss of weights with slopes 1/4 and 1/2 at the two points; whatever runs do, they stay."""
    still = {name: lambda *_: np.zeros(2) for name in ("run", "skipped", "retrained")}
    best = {name: lambda *_: np.zeros(2) for name in ("minimiser", "kept", "refitted")}
    steep = (Fraction(1, 4), Fraction(1, 2))
    return {
        **still,
        **best,
        "inside": lambda w: True,
        "steepness": lambda p: steep[p],
        "slope": lambda w, p: np.zeros(2),
        "measured": lambda w, p: min(1.0, max(0.0, 0.25 + float(steep[p]) * w[0])),
    }


def with_losses_of_weights(world: World, over: Averaged) -> World:
    """Its losses are those of its weights, for the seeds named r or in expectation over seeds."""
    seeds = [((s,), p) for s, p in SEEDS] if over is Averaged.ALGORITHM else [((1,), 1)]
    trained, after, loss = (world.functions[n] for n in ("weights", "weights_without", "measured"))
    functions = {
        "loss": lambda s, p: sum(w * loss(trained(s, r), p) for r, w in seeds),
        "without": lambda s, i, p: sum(w * loss(after(s, r, i), p) for r, w in seeds),
        "twice": lambda s, i, j, p: 0,
    }
    return with_functions(world, functions)


def world_of(claim: Claim, seed: int) -> World:
    """A world in which all that the claim may assume should hold."""
    world, over = random_world(seed), claim.averaged_over
    if sympy.Eq(ORDER, 2) in claim.statement.domain:
        world = replace(world, values={**world.values, "order": 2})
    takes = claim.statement.takes[0] if isinstance(claim.statement, ConversionStatement) else None
    if takes is Notion.ARGUMENT and over is not None:
        world = with_losses_of_weights(world, over)
    if "beta" in world.functions and "profile" not in world.functions:
        beta = world.functions["beta"]
        world = with_functions(world, {"profile": lambda z: max(beta(y, z) for y, _ in POINTS)})
    return with_least_constants(world, claim.allowed)


ELSEWHERE = {"sgd-coordinate-change", *privacy.WITNESSES}
"""Conversions about what these worlds have no meaning for; their witnesses have."""
MINE = (
    *(c.id for c in CONVERSIONS if c.id in DERIVATIONS and c.id not in ELSEWHERE),
    "bousquet2002-lemma9",
    "bousquet2002-thm11-emp",
    "bousquet2002-thm11-loo",
    "bousquet2002-thm12-emp",
    "bousquet2002-thm12-loo",
    "mohri2018-replacement",
    "bousquet2020-moment",
    "bousquet2020-tail",
    "bousquet2020-rms",
    "elastic-moments",
    "elisseeff2005-thm9",
    "elisseeff2005-thm12",
    "elisseeff2005-thm15-emp",
    "elisseeff2005-thm15-loo",
    "hardt2016-expectation",
    "shalev2010-lemma11",
    "shalev2010-thm8",
)
CLAIMS = [claim for name in MINE for claim in claims(BY_ID[name])]


def name_of(claim: Claim) -> str:
    return f"{claim.theorem.id} {claim.statement.name} {claim.averaged_over or ''}"


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("claim", CLAIMS, ids=name_of)
def test_all_premises_hold_at_once_and_so_do_the_goals(claim: Claim, seed: int) -> None:
    world = world_of(claim, seed)
    assert [f for f in claim.allowed if not world.holds(f)] == []
    derived = DERIVATIONS[claim.theorem.id](claim)
    assert [g for g in claim.goals(derived.functions) if not world.holds(g)] == []


@pytest.mark.parametrize("claim", CLAIMS, ids=name_of)
def test_with_a_smaller_constant_a_premise_fails(claim: Claim) -> None:
    world = world_of(claim, 0)
    statement = claim.theorem.statements[0] if claim.said else claim.statement
    takes = statement.takes  # type: ignore[attr-defined]
    named = {v.args[0] for f in claim.allowed for v in variables(f)}
    names = [name for name in VALUES[takes] if name in named]
    assert names
    for name in names:
        less = replace(world, values={**world.values, name: world.values[name] * Fraction(99, 100)})
        assert not all(map(less.holds, claim.allowed)), name


def test_the_average_rate_is_the_expected_gap() -> None:
    """Lemma 11 is an identity: in worlds with a positive gap its bound is attained."""
    [claim] = claims(BY_ID["shalev2010-lemma11"])
    worlds = [world_of(claim, seed) for seed in range(6)]
    gaps = [w.value(claim.goals({})[0].args[0]) for w in worlds]
    assert any(g > 0 for g in gaps)
    assert [abs(g) for g in gaps] == [w.values["epsilon"] for w in worlds]


def test_an_elastic_function_may_not_know_the_sample() -> None:
    """m times the change itself, as a function of the sample, bounds every change."""
    claim = next(filter(of_elastic, claims(BY_ID["deletion-to-replacement"])))
    own = samples.loss(samples.S, samples.z)
    with pytest.raises(ProofError, match="depend on"):
        claim.goals({"beta": own})
    assert claim.goals({"beta": samples.beta(samples.y, samples.z)})


def of_elastic(claim: Claim) -> bool:
    return (
        isinstance(claim.statement, ConversionStatement)
        and claim.statement.takes[0] is Notion.ELASTIC
    )


@pytest.mark.parametrize("taken", Averaged)
@pytest.mark.parametrize("given", Averaged)
def test_only_what_is_sure_holds_on_average(taken: Averaged, given: Averaged) -> None:
    theorem = BY_ID["sure-to-expected"]
    assert isinstance(theorem, Conversion)
    rules = tuple(replace(rule, averaged_over=given) for rule in theorem.statements)
    other = replace(theorem, statements=rules, hypotheses=(averaged_over(taken),))
    right = (taken, given) == (Averaged.NOTHING, Averaged.ALGORITHM)
    assert (prove(other).verdict == PROVED) is right
