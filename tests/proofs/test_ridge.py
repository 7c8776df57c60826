"""The exact deletion formula of ridge regression: proved, and found again by solving."""

from __future__ import annotations

import numpy as np

from stability_proofs.kernel.terms import VECTOR, lt
from stability_proofs.lemmas.regularised_erm import ridge
from stability_proofs.witnesses.worlds import World

SIZE, DELETED, WEIGHT = 4, 2, 0.3
GENERATOR = np.random.default_rng(7)
FEATURES, TARGETS = GENERATOR.normal(size=(SIZE, 3)), GENERATOR.normal(size=SIZE)


def solve(rows: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.linalg.solve(rows.T @ rows / SIZE + WEIGHT * np.eye(3), right)


def world(shift: float = 0.0) -> World:
    """Four examples, minimisers by solving their equations; `shift` spoils one of them."""
    rest = np.arange(SIZE) != DELETED
    fitted, deleted = (
        solve(FEATURES[keep], FEATURES[keep].T @ TARGETS[keep] / SIZE)
        for keep in (np.full(SIZE, True), rest)
    )
    everything = tuple(range(SIZE))
    return World(
        laws={
            "index": [(i, 1 / SIZE) for i in everything],
            "example": [(i, 1 / SIZE) for i in everything],
        },
        functions={"feature": lambda z: FEATURES[z], "target": lambda z: TARGETS[z]},
        values={
            "S": everything,
            "k": DELETED,
            "lam": WEIGHT,
            "fitted": fitted,
            "deleted": deleted + shift,
            "solution": solve(FEATURES, FEATURES[DELETED] / SIZE),
        },
        trials={VECTOR: [*np.eye(3), np.array([1.0, -2.0, 0.5])]},
    )


def test_assumes_the_normal_equations_alone() -> None:
    theorem = ridge.deletion_formula()
    positive = lt(0, ridge.lam)
    assert theorem.hypotheses <= {ridge.FITTED, ridge.DELETED, ridge.SOLUTION, positive}
    assert not theorem.axioms
    assert ridge.leverage_below_one().hypotheses <= {ridge.SOLUTION, positive}


def test_holds_where_the_equations_are_solved() -> None:
    found = world()
    for theorem in (ridge.deletion_formula(), ridge.leverage_below_one()):
        assert all(found.holds(formula) for formula in theorem.hypotheses)
        assert found.holds(theorem.conclusion)


def test_fails_for_weights_that_solve_nothing() -> None:
    found = world(shift=0.01)
    assert not found.holds(ridge.DELETED)
    assert not found.holds(ridge.deletion_formula().conclusion)
