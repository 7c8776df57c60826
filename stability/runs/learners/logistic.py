"""Multinomial logistic regression: the minimiser, and refitting without each example."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

from stability.conventions import Convention
from stability.datasets import Dataset
from stability.runs.data import Parts, Source
from stability.runs.learners.learner import Floats, Job, Learner, Measured, stored_blocks
from stability.runs.study.study import Study
from stability.runs.tasks import Task
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.setup.fields import POSITIVE, Number, quantity
from stability.setup.setup import Loss, Sample, Setup

if TYPE_CHECKING:
    from stability.estimate.exact.logistic import LogisticModel

CHUNK = 4
"""Refits that are stored together."""
TOLERANCE = 1e-10
"""Of the norm of the gradient at every minimiser."""
CERTIFICATE_SHARE = Fraction(1, 10)
"""The part of delta that pays for the certificate of E L(z)."""


@dataclass(frozen=True, kw_only=True)
class Logistic(Learner):
    """Multinomial logistic regression: mean cross-entropy + lambda/2 |w|^2."""

    kind: ClassVar[str] = "logistic"
    title: ClassVar[str] = "multinomial logistic regression"
    conventions: ClassVar[tuple[Convention, ...]] = (Convention.KEEP,)
    regularization: Number = quantity(
        POSITIVE, "lambda, the weight of the regulariser", example="0.1"
    )

    def measure(self, job: Job) -> Measured:
        """Fit to everything; then refit without each example (keep-1/m).

        Raises SetupError if the minimiser is not reached, RunError as `run_tasks` does.
        """
        from stability.estimate.exact.logistic import LogisticModel, fit_logistic

        parts, bound = job.parts, job.study.bound
        train, test = (boxed(part) for part in parts.problem)
        classes = len(parts.problem[0].classes)
        limit = math.log(classes) if bound.range is None else float(bound.range)
        regularization = float(self.regularization)

        def fit() -> dict[str, Any]:
            found = fit_logistic(*train, classes, regularization, tolerance=TOLERANCE)
            return {"weights": found.weights, "gradient_norm": found.gradient_norm}

        job.progress("fitting to everything", 0, 1)
        full = job.storage.once("full", fit)
        job.progress("fitting to everything", 1, 1)
        model = LogisticModel(full["weights"][0], regularization, float(full["gradient_norm"][0]))
        deleted = job.deleted
        what = f"refitting {len(deleted)} times"
        here = parts if job.storage.alone else None
        found = job.storage.many(
            "deletions",
            [Task(f"without example {i}", int(i)) for i in deleted],
            Refitting(model, job.source, parts.fingerprint, limit, here),
            chunk=CHUNK,
            progress=lambda done, total: job.progress(what, done, total),
        )
        return Measured(
            base_training=model.losses(*train, limit),
            base_test=model.losses(*test, limit),
            limit=limit,
            deleted=deleted,
            blocks=stored_blocks(found, deleted),
            facts={
                "training accuracy": model.accuracy(*train),
                "test accuracy": model.accuracy(*test),
                "norm of the gradient at the minimiser": model.gradient_norm,
            },
            fingerprint=found.fingerprint,
            notes=(*full.set_aside, *found.set_aside),
        )

    def algorithm(self, study: Study[Any]) -> EmpiricalRiskMinimizer:
        """The regularised minimiser."""
        return EmpiricalRiskMinimizer(regularization=self.regularization)

    def proved_setup(self, study: Study[Any], parts: Parts, limit: float) -> Setup:
        """sup L(z) = sqrt 2 is proved, as inputs lie in a box that their data set declares.

        E L(z) is certified from the sample, its share of delta charged. So uniform bounds are
        proved, elastic ones certified.
        """
        from stability.estimate.exact.softmax_constants import (
            LIPSCHITZ_SUPREMUM,
            SMOOTHNESS_SUPREMUM,
            lipschitz_constants,
        )
        from stability.estimate.statistics.intervals import empirical_bernstein_upper

        risk = study.bound.delta * CERTIFICATE_SHARE
        inputs, _ = boxed(parts.train)
        constants = lipschitz_constants(inputs)
        return Setup(
            sample=Sample(study.data.size),
            loss=Loss(
                range=Fraction(limit),
                lipschitz=LIPSCHITZ_SUPREMUM,
                mean_lipschitz=empirical_bernstein_upper(
                    constants, LIPSCHITZ_SUPREMUM, float(risk)
                ),
                smoothness=Fraction(SMOOTHNESS_SUPREMUM) + self.regularization,
                convex=True,
                measured_failure=risk,
            ),
            algorithm=self.algorithm(study),
        )


@dataclass(frozen=True, eq=False)
class Refitting:
    """Refits without some examples, from the minimiser. Workers get it without `parts`."""

    model: LogisticModel
    source: Source
    fingerprint: str
    limit: float
    parts: Parts | None = None

    def __call__(self, arguments: list[int]) -> list[dict[str, Any]]:
        """The results of some deletions, in order."""
        from stability.estimate.exact.logistic import delete_logistic

        parts = self.source.load_same(self.fingerprint) if self.parts is None else self.parts
        train, test = (boxed(part) for part in parts.problem)
        block = delete_logistic(
            self.model, train, test, arguments, loss_range=self.limit, tolerance=TOLERANCE
        )
        return [
            {"changes": row, "diagonal": own, "training_maximum": top}
            for row, own, top in zip(
                block.changes, block.diagonal, block.training_maximum, strict=True
            )
        ]


def boxed(part: Dataset) -> tuple[Floats, Any]:
    """Features (n, d + 1) of norm at most 1, and labels."""
    from stability.estimate.exact.softmax_constants import pixel_box

    return pixel_box(part), part.labels
