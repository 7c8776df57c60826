"""Lower bounds: an instance may not cheat, and what it may use exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from stability.theorems.catalogue import BY_ID
from stability.theorems.kinds import StabilityTheorem
from stability_proofs.kernel.notation import dot
from stability_proofs.kernel.terms import NATURAL, VECTOR, ProofError, Term, at, num, var
from stability_proofs.semantics import instances
from stability_proofs.semantics.claims import Claim, claims
from stability_proofs.semantics.samples import S
from stability_proofs.semantics.training import START, cost, w
from stability_proofs.theorems.catalogue import DERIVATIONS
from stability_proofs.witnesses.worlds import World

NAME = "zhang2022-convex-lower"
STEPS = (0.5, 0.25)


def claim() -> Claim:
    (found,) = claims(BY_ID[NAME])
    return found


def world(ceiling: float) -> World:
    """Two examples of either sign, two steps with one drawn example each."""
    orders = [(order, Fraction(1, 4)) for order in product(range(2), repeat=2)]
    functions: dict[str, Any] = {
        "sign": lambda z: z,
        "alpha": lambda t: STEPS[(int(t) - 1) % 2],
        "visit": lambda r, t, i: int(r[(int(t) - 1) % 2] == i),
        "refill": lambda r, k, t, i: int(r[(int(t) - 1) % 2] == k and i != k),
    }
    values = {"L": 0.9, "M": ceiling, "gamma": 4.0, "T": 2, "plus": 1, "minus": -1}
    return World(
        laws={
            "index": [(i, Fraction(1, 2)) for i in range(2)],
            "example": [(1, Fraction(1, 2)), (-1, Fraction(1, 2))],
            "order": orders,
        },
        functions=functions,
        values={**values, "unit": np.array([0.6, 0.8]), "start": np.array([1.0, -1.0])},
        trials={VECTOR: [np.array([0.0, 2.0]), np.array([-1.0, 0.5])], NATURAL: [0, 1, 2]},
    )


@pytest.mark.parametrize("ceiling", [5.0, 0.3])
def test_what_an_instance_may_use_exists(ceiling: float) -> None:
    found, asked = world(ceiling), claim()
    assert all(found.holds(formula) for formula in asked.allowed)


@pytest.mark.parametrize("ceiling", [5.0, 0.3])
def test_linear_losses_attain_the_value(ceiling: float) -> None:
    found, asked = world(ceiling), claim()
    derived = DERIVATIONS[NAME](asked)
    last = asked.goals(derived.functions)[-1]
    assert found.holds(last)
    expected = min(2 * 0.9**2 * sum(STEPS), ceiling) / 2
    assert found.value(asked.values["epsilon"]) == pytest.approx(expected)


def cheats() -> Mapping[str, Term]:
    return {
        "cost": dot(w, START) * instances.sign(at(S, var("i", "index"))),
        "measured": cost(w, var("z", "example")),
    }


@pytest.mark.parametrize("head", sorted(cheats()))
def test_functions_depend_on_their_inputs_alone(head: str) -> None:
    asked = claim()
    functions = {**DERIVATIONS[NAME](asked).functions, head: cheats()[head]}
    with pytest.raises(ProofError, match="may not"):
        asked.goals(functions)


def test_a_part_left_open_is_refused() -> None:
    asked = claim()
    functions = dict(DERIVATIONS[NAME](asked).functions)
    del functions["slope"]
    with pytest.raises(ProofError, match="says what these are"):
        asked.goals(functions)


def test_other_losses_do_not_pass_as_that_instance() -> None:
    asked = claim()
    derived = DERIVATIONS[NAME](asked)
    other = replace(derived, functions={**derived.functions, "steepness": num(0)})
    assert asked.unmet(derived) is None
    assert asked.unmet(other) is not None


def test_a_larger_value_is_not_attained() -> None:
    theorem = BY_ID[NAME]
    assert isinstance(theorem, StabilityTheorem)
    (form,) = theorem.statements
    larger = replace(form, values={"epsilon": form.values["epsilon"] * 101 / 100})
    (asked,) = claims(replace(theorem, statements=(larger,)))
    derived = DERIVATIONS[NAME](asked)
    assert asked.unmet(derived) is not None
    assert not world(5.0).holds(asked.goals(derived.functions)[-1])
