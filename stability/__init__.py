"""How far can the test loss be from the training loss? Bounds from algorithmic stability.

`analyse(setup)` gives every bound that holds for a training setup, and for every theorem that does
not apply the reason. `calibrate` solves for the sample size, steps, step size or regularisation
that meet a target. `evaluate_theorem` evaluates a statement at numbers of your own, `evaluate_many`
the bounds of a theorem for arrays of them (the module `stability.theorems.statements.term` is the
arithmetic below both). `measure` deletes training examples of a model and data of your own to see
where the loss moves.

>>> import stability
>>> setup = stability.Setup(
...     sample=stability.Sample(60000),
...     loss=stability.Loss(range=1, lipschitz=1, smoothness="0.25", convex=True),
...     algorithm=stability.StochasticGradientDescent(step_size="1e-5", epochs=1),
... )
>>> stability.analyse(setup).of("bousquet2002-thm12-emp")[0].value
0.017007903804934298
"""

from typing import TYPE_CHECKING

from stability.lazy import names_on_demand

if TYPE_CHECKING:
    from stability.bounds.analyse import Analysis, analyse
    from stability.bounds.calibrate import (
        Calibration,
        calibrate,
        nonvacuous_size,
        nonvacuous_step_size,
    )
    from stability.errors import (
        DataError,
        EvaluationError,
        Infeasible,
        Refusal,
        RunError,
        SetupError,
        StabilityError,
        UnsafeMixture,
    )
    from stability.runs.measurement import Measurement
    from stability.runs.measuring import measure
    from stability.setup.algorithms import (
        Algorithm,
        Bagging,
        ConstantStep,
        DecayingStep,
        EmpiricalRiskMinimizer,
        GibbsAveraging,
        GradientDescent,
        KernelMinimizer,
        LangevinDynamics,
        NearestNeighbours,
        PolyakLojasiewicz,
        StochasticGradientDescent,
        Subbagging,
    )
    from stability.setup.file import parse_setup, read_setup
    from stability.setup.setup import AssumedStability, Loss, Sample, Setup, Training
    from stability.setup.template import template
    from stability.theorems.catalogue import CATALOGUE
    from stability.theorems.evaluate import Evaluation
    from stability.theorems.evaluate import evaluate as evaluate_theorem
    from stability.theorems.evaluate_many import ManyBounds, evaluate_many
    from stability.theorems.kinds import (
        Conversion,
        GeneralizationTheorem,
        StabilityTheorem,
        Theorem,
    )
    from stability.theorems.kinds.bound import Bound
    from stability.theorems.kinds.constant import Stability

__all__ = [
    "CATALOGUE",
    "Algorithm",
    "Analysis",
    "AssumedStability",
    "Bagging",
    "Bound",
    "Calibration",
    "ConstantStep",
    "Conversion",
    "DataError",
    "DecayingStep",
    "EmpiricalRiskMinimizer",
    "Evaluation",
    "EvaluationError",
    "GeneralizationTheorem",
    "GibbsAveraging",
    "GradientDescent",
    "Infeasible",
    "KernelMinimizer",
    "LangevinDynamics",
    "Loss",
    "ManyBounds",
    "Measurement",
    "NearestNeighbours",
    "PolyakLojasiewicz",
    "Refusal",
    "RunError",
    "Sample",
    "Setup",
    "SetupError",
    "Stability",
    "StabilityError",
    "StabilityTheorem",
    "StochasticGradientDescent",
    "Subbagging",
    "Theorem",
    "Training",
    "UnsafeMixture",
    "analyse",
    "calibrate",
    "evaluate_many",
    "evaluate_theorem",
    "measure",
    "nonvacuous_size",
    "nonvacuous_step_size",
    "parse_setup",
    "read_setup",
    "template",
]

if not TYPE_CHECKING:  # for type checkers a name that is not declared stays unknown
    __getattr__, __dir__ = names_on_demand(__name__)
