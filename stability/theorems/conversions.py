"""From one stability constant to another. Each holds for every setup unless it says otherwise.

Source: definitions (Bousquet and Elisseeff 2002; Hardt, Recht and Singer 2016) and the triangle
inequality. A deletion constant b gives a replacement constant 2 b; nothing converts back.
"""

from __future__ import annotations

from stability.conventions import Averaged, Neighbour, Notion, Positions, Trust
from stability.theorems.kinds import Conversion, ConversionStatement, Source
from stability.theorems.kinds.hypotheses import (
    CONVEX,
    LIPSCHITZ,
    SMOOTH,
    averaged_over,
    step_at_most,
    trains_by,
)
from stability.theorems.statements.symbols import alpha, symbols

DELETION, REPLACEMENT = Neighbour.DELETION, Neighbour.REPLACEMENT
m, L, T, B, U, B1, D = symbols("m L T B U B1 D")
beta, beta_hyp, beta_pt, epsilon, distance = symbols("beta beta_hyp beta_pt epsilon distance")


def _source(label: str, trust: str = "RE-DERIVED", note: str = "") -> Source:
    return Source("this project", 2026, "Definitions of stability", label, trust, note)


def elastic_to_uniform() -> Conversion:
    """The supremum of an elastic constant is a uniform one."""
    return Conversion(
        id="elastic-to-uniform",
        title="elastic to uniform",
        source=_source("beta(z', z)/m <= U/m"),
        trust=Trust.DERIVED,
        statements=(
            ConversionStatement(
                takes=(Notion.ELASTIC, DELETION),
                gives=(Notion.UNIFORM, DELETION),
                values={"beta": U / m},
            ),
        ),
        monotone={"U": 1, "m": -1},
    )


def elastic_to_hypothesis() -> Conversion:
    """The mean of an elastic constant bounds the mean change at a fresh point."""
    return Conversion(
        id="elastic-to-hypothesis",
        title="elastic to hypothesis",
        source=_source("E beta(z_i, z)/m = B1/m"),
        trust=Trust.DERIVED,
        statements=(
            ConversionStatement(
                takes=(Notion.ELASTIC, DELETION),
                gives=(Notion.HYPOTHESIS, DELETION),
                values={"beta_hyp": B1 / m},
            ),
        ),
        monotone={"B1": 1, "m": -1},
    )


def elastic_to_pointwise() -> Conversion:
    """The diagonal of an elastic constant bounds the mean change at the deleted point itself."""
    return Conversion(
        id="elastic-to-pointwise",
        title="elastic to pointwise hypothesis",
        source=_source("E beta(z_i, z_i)/m = D/m; the mean B1/m is carried along"),
        trust=Trust.DERIVED,
        statements=(
            ConversionStatement(
                takes=(Notion.ELASTIC, DELETION),
                gives=(Notion.POINTWISE, DELETION),
                values={"beta_hyp": B1 / m, "beta_pt": D / m},
            ),
        ),
        monotone={"B1": 1, "D": 1, "m": -1},
    )


def uniform_to_hypothesis() -> Conversion:
    """A uniform constant bounds every average of the change."""
    return Conversion(
        id="uniform-to-hypothesis",
        title="uniform to hypothesis and pointwise hypothesis",
        source=_source("an average is at most the supremum"),
        trust=Trust.DERIVED,
        statements=(
            ConversionStatement(
                takes=(Notion.UNIFORM, DELETION),
                gives=(Notion.POINTWISE, DELETION),
                values={"beta_hyp": beta, "beta_pt": beta},
            ),
            ConversionStatement(
                takes=(Notion.UNIFORM, REPLACEMENT),
                gives=(Notion.POINTWISE, REPLACEMENT),
                values={"epsilon_pt": epsilon},
            ),
        ),
        monotone={"beta": 1, "epsilon": 1},
    )


def deletion_to_replacement() -> Conversion:
    """Replacing is deleting twice: delete the old example, then the new one.

    The pointwise rule goes through S without z_i: at z_i the first step costs the pointwise
    constant; the second speaks of a point that is fresh for it, so it costs the hypothesis one.
    """
    return Conversion(
        id="deletion-to-replacement",
        title="deletion to replacement",
        source=_source("triangle inequality through the sample without the example"),
        trust=Trust.DERIVED,
        statements=(
            ConversionStatement(
                takes=(Notion.UNIFORM, DELETION),
                gives=(Notion.UNIFORM, REPLACEMENT),
                values={"epsilon": 2 * beta},
            ),
            ConversionStatement(
                takes=(Notion.ELASTIC, DELETION),
                gives=(Notion.ELASTIC, REPLACEMENT),
                values={"B": 2 * B, "U": 2 * U, "B1": 2 * B1},
            ),
            ConversionStatement(
                takes=(Notion.POINTWISE, DELETION),
                gives=(Notion.POINTWISE, REPLACEMENT),
                values={"epsilon_pt": beta_hyp + beta_pt},
            ),
            ConversionStatement(
                takes=(Notion.ARGUMENT, DELETION),
                gives=(Notion.ARGUMENT, REPLACEMENT),
                values={"distance": 2 * distance},
            ),
        ),
        positions=Positions.MEAN,
        monotone={"beta": 1, "B": 1, "U": 1, "B1": 1, "beta_hyp": 1, "beta_pt": 1, "distance": 1},
    )


def argument_to_loss() -> Conversion:
    """Weights that stay close give losses that stay close."""
    return Conversion(
        id="argument-to-loss",
        title="argument to loss",
        source=_source("|l(w, z) - l(w', z)| <= L |w - w'|"),
        trust=Trust.DERIVED,
        hypotheses=(LIPSCHITZ,),
        statements=(
            ConversionStatement(
                takes=(Notion.ARGUMENT, DELETION),
                gives=(Notion.UNIFORM, DELETION),
                values={"beta": L * distance},
            ),
            ConversionStatement(
                takes=(Notion.ARGUMENT, REPLACEMENT),
                gives=(Notion.UNIFORM, REPLACEMENT),
                values={"epsilon": L * distance},
            ),
        ),
        monotone={"L": 1, "distance": 1},
    )


def sure_to_expected() -> Conversion:
    """What holds for every realisation of the algorithm holds on average over it."""
    return Conversion(
        id="sure-to-expected",
        title="sure to expected",
        source=_source("|E X| <= E |X|"),
        trust=Trust.DERIVED,
        hypotheses=(averaged_over(Averaged.NOTHING),),
        statements=(
            ConversionStatement(
                takes=(Notion.UNIFORM, DELETION),
                gives=(Notion.UNIFORM, DELETION),
                values={"beta": beta},
                averaged_over=Averaged.ALGORITHM,
            ),
            ConversionStatement(
                takes=(Notion.UNIFORM, REPLACEMENT),
                gives=(Notion.UNIFORM, REPLACEMENT),
                values={"epsilon": epsilon},
                averaged_over=Averaged.ALGORITHM,
            ),
        ),
        monotone={"beta": 1, "epsilon": 1},
    )


def sgd_coordinate_change() -> Conversion:
    """Changing one drawn index of SGD moves the loss by at most 2 L^2 max alpha_t.

    One step differs; with non-expansive updates the distance it makes, at most 2 L alpha_t, never
    grows. The draws are independent of each other, one index set per step: T draws in all.
    """
    return Conversion(
        id="sgd-coordinate-change",
        title="what one draw of SGD can change",
        source=_source("non-expansive updates", "RE-DERIVED(own)"),
        trust=Trust.DERIVED,
        hypotheses=(
            trains_by("sgd", order="with-replacement"),
            CONVEX,
            LIPSCHITZ,
            SMOOTH,
            step_at_most(2),
        ),
        statements=(
            ConversionStatement(
                takes=(Notion.UNIFORM, DELETION),
                gives=(Notion.UNIFORM, DELETION),
                values={"rho": 2 * L**2 * alpha(1), "draws": T},
            ),
        ),
        keeps_values=True,
        monotone={"L": 1, "alpha": 1, "T": 1},
    )
