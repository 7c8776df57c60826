"""Two losses that are not convex: how far the minimiser moves, against search over a grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stability.conventions import Convention, Neighbour, Notion
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.setup.setup import Loss, Sample, Setup
from stability.testing import try_law
from stability.testing.laws.game_laws import GAME_LAWS
from stability.testing.laws.law import BROKEN
from stability.testing.oracles.wells import TwoWells
from stability.theorems.kinds import Source, StabilityStatement, StabilityTheorem
from stability.theorems.kinds.hypotheses import CONVEX, LIPSCHITZ, trains_by
from stability.theorems.statements.symbols import symbols

W = np.linspace(-6, 6, 1_200_001)


def losses(m: int, bend: float) -> tuple[np.ndarray, np.ndarray]:
    def fallen(w: np.ndarray) -> np.ndarray:
        slope = np.clip(w / bend, 0, 1) * np.clip((6 - w) / bend, 0, 1) if bend else (w > 0) * 1.0
        return np.cumsum(slope) * (W[1] - W[0])

    return 100 - (1 - 1 / (m + 1)) * fallen(W), (100 - fallen(W))[::-1]


@pytest.mark.parametrize("m", [6, 7])
@pytest.mark.parametrize("smoothness", [None, 2])
def test_the_minimiser_moves_as_far_as_it_is_said_to(m: int, smoothness: int | None) -> None:
    setup = Setup(
        sample=Sample(m),
        loss=Loss(range=100, lipschitz=1, smoothness=smoothness, convex=False),
        algorithm=EmpiricalRiskMinimizer(regularization="0.2"),
    )
    game = TwoWells(setup)
    assert game.distance is not None and game.change is not None
    a, b = losses(m, 1 / smoothness if smoothness else 0)
    k = m // 2

    def minimiser(of_a: int, of_b: int, size: int) -> int:
        return int(np.argmin((of_a * a + of_b * b) / size + 0.1 * W**2))

    before = minimiser(m - k, k, m)
    after = (k, m - 1 - k) if m % 2 == 0 else (k, k)
    replaced = (k + 1, k - 1) if m % 2 == 0 else (k, k + 1)
    for neighbour in (minimiser(*after, m), minimiser(*after, m - 1), minimiser(*replaced, m)):
        assert W[before] * W[neighbour] < 0
        assert abs(W[before] - W[neighbour]) >= game.distance
        assert abs(b[before] - b[neighbour]) >= float(game.change) - 1e-4


def test_convex_or_unknown_problems_have_none() -> None:
    setup = Setup(
        sample=Sample(10),
        loss=Loss(range=100, lipschitz=1, convex=False),
        algorithm=EmpiricalRiskMinimizer(regularization="0.2"),
    )
    assert TwoWells(setup).distance is not None
    for changed in (
        replace(setup, loss=replace(setup.loss, convex=True)),
        replace(setup, loss=replace(setup.loss, range=1)),
        replace(setup, loss=replace(setup.loss, smoothness="0.1")),
    ):
        assert TwoWells(changed).distance is None


m, lam, L = symbols("m lam L")


@pytest.mark.parametrize(
    ("notion", "neighbour", "values"),
    [
        (Notion.UNIFORM, Neighbour.DELETION, {"beta": L**2 / (lam * m)}),
        (Notion.UNIFORM, Neighbour.REPLACEMENT, {"epsilon": 2 * L**2 / (lam * m)}),
        (Notion.ARGUMENT, Neighbour.DELETION, {"distance": L / (lam * m)}),
    ],
)
def test_a_theorem_on_minimisers_without_convexity_is_caught(
    notion: Notion, neighbour: Neighbour, values: dict
) -> None:
    (law,) = (law for law in GAME_LAWS if law.name == "not below hard problems")
    statement = StabilityStatement(
        notion=notion, neighbour=neighbour, convention=Convention.KEEP, values=values
    )
    theorem = StabilityTheorem(
        id="mine-erm",
        title="stability of minimisers",
        source=Source("A. Author", 2026, "My paper", "Lemma 2", "RE-DERIVED(own)"),
        hypotheses=(trains_by("erm"), LIPSCHITZ),
        statements=(statement,),
        degree=1,
        symmetric=True,
        monotone={"L": 1, "lam": -1, "m": -1},
    )
    found = try_law(law, theorem, 5, seed=0)
    assert found.verdict == BROKEN and "not convex" in found.counterexample
    convex = replace(theorem, hypotheses=(*theorem.hypotheses, CONVEX))
    assert try_law(law, convex, 5, seed=0).verdict != BROKEN
