"""Multinomial logistic regression: the minimiser, and refitting without each example."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from stability.conventions import Convention
from stability.datasets import Dataset
from stability.errors import SetupError
from stability.rounding import rounded_up
from stability.runs.data import Parts, Source
from stability.runs.learners.learner import (
    FromSetup,
    Job,
    Learner,
    Measured,
    check_size,
    stored_blocks,
)
from stability.runs.study.study import Study
from stability.runs.tasks import Task
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.setup.fields import POSITIVE, Number, one_of, quantity
from stability.setup.setup import Loss, Sample, Setup

if TYPE_CHECKING:
    from stability.estimate.exact.logistic import LogisticModel
    from stability.estimate.exact.logistic_deletions import LogisticDeletions
    from stability.estimate.exact.softmax_features import SoftmaxFeatures

CHUNK = 64
"""Refits that are stored together."""
TOLERANCE = 1e-10
"""Of the norm of the gradient at every minimiser."""


@dataclass(frozen=True, kw_only=True)
class Logistic(Learner):
    """Multinomial logistic regression: mean cross-entropy + lambda/2 |W|^2."""

    kind: ClassVar[str] = "logistic"
    title: ClassVar[str] = "multinomial logistic regression"
    conventions: ClassVar[tuple[Convention, ...]] = (Convention.KEEP,)
    regularization: Number = quantity(
        POSITIVE, "lambda, the weight of the regulariser lambda/2 |W|^2", example="0.1"
    )
    scaling: str = quantity(
        one_of("as-given", "unit-ball"),
        "what it is fitted to: the inputs as they are, or inputs and constant over the largest "
        "norm that their declared range allows",
        default="as-given",
        example='"as-given"',
        shown=True,
    )
    intercept: str = quantity(
        one_of("penalised", "free", "none"),
        "a constant feature 1 whose weights are penalised like all others, or are free of the "
        "regulariser as in scikit-learn (no theorem covers it), or none",
        default="penalised",
        example='"penalised"',
        shown=True,
    )

    @property
    def objective(self) -> str:
        """What is minimised."""
        return (
            "mean cross-entropy of softmax(W x) + lambda/2 |W|^2 with lambda = "
            f"{float(self.regularization):.12g}; {self.features.words}"
        )

    @property
    def features(self) -> SoftmaxFeatures:
        """What it is fitted to."""
        from stability.estimate.exact.softmax_features import SoftmaxFeatures

        return SoftmaxFeatures(self.scaling, self.intercept)

    def measure(self, job: Job) -> Measured:
        """Fit to everything; then refit without each example (keep-1/m).

        Raises SetupError if the minimiser is not reached, RunError as `run_tasks` does.
        """
        from stability.estimate.exact.logistic import LogisticModel, fit_logistic

        parts, bound, features = job.parts, job.study.bound, self.features
        for part in (parts.train, parts.test):
            check_size(part)
        if features.free_last:
            _refuse_few(parts.problem[0])
        train, test = ((features(part), part.labels) for part in parts.problem)
        classes = len(parts.problem[0].classes)
        limit = math.log(classes) if bound.range is None else float(bound.range)
        regularization = float(self.regularization)

        def fit() -> dict[str, Any]:
            found = fit_logistic(
                *train,
                classes,
                regularization,
                tolerance=TOLERANCE,
                free_last=features.free_last,
            )
            return {"weights": found.weights, "gradient_norm": found.gradient_norm}

        job.progress("fitting to everything", 0, 1)
        full = job.storage.once("full", fit)
        job.progress("fitting to everything", 1, 1)
        norm = float(full["gradient_norm"][0])
        model = LogisticModel(full["weights"][0], regularization, norm, features.free_last)
        deleted = job.deleted
        what = f"refitting {len(deleted)} times"
        here = parts if job.storage.alone else None
        found = job.storage.many(
            "deletions",
            [Task(f"without example {i}", int(i)) for i in deleted],
            Refitting(model, features, job.source, parts.fingerprint, limit, here),
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

    def from_setup(self, study: Study[Any], parts: Parts, limit: float) -> FromSetup | None:
        """sup L(z) = sqrt 2 sup |x| over the range that the data set declares, and moments of L(z).

        E L, E L^2 and E L^4 are certified from the sample, their share of delta charged, so uniform
        bounds are proved and elastic ones certified. Where no range is declared, or the classes are
        those that were seen, the numbers of the sample stand in their place and every bound is an
        estimate. None for an intercept that is not penalised, of which no theorem speaks.
        """
        from stability.estimate.exact.softmax_constants import (
            LIPSCHITZ_SUPREMUM,
            lipschitz_constants,
            smoothness_constants,
        )
        from stability.estimate.statistics.moments import (
            CERTIFICATE_SHARE,
            certified_moments,
            sample_moments,
        )

        features, data = self.features, parts.problem[0]
        if features.free_last:
            return None
        x = features(data)
        rests, seen = [], []
        if data.range is not None:
            norm = features.supremum(data.range, data.inputs.shape[1])
            rests.append(f"inputs lie in {data.range}, as {data.range.by} says")
        else:
            norm = float(np.linalg.norm(x, axis=1).max())
            seen.append("the range of the inputs (data.range and data.range_source declare one)")
        if data.classes_seen:
            seen.append("which classes there are (an array `classes` in the file names them)")
        risk = study.bound.delta * CERTIFICATE_SHARE
        top = 1.0 if norm == 1.0 else norm * (1.0 + 2.0**-50)
        supremum = LIPSCHITZ_SUPREMUM * top * (1.0 if top == 1.0 else 1.0 + 2.0**-50)
        constants = np.minimum(lipschitz_constants(x), supremum)
        if seen:
            moments = sample_moments(constants, supremum)
        else:
            moments = certified_moments(constants, supremum, risk)
            rests.append(
                f"E L(z) <= {rounded_up(moments.mean)}, E L(z)^2 <= "
                f"{rounded_up(moments.values[2])} and E L(z)^4 <= {rounded_up(moments.values[4])} "
                f"but with probability {float(risk):g}, certified from the {len(data)} training "
                f"examples for the population that the examples of {data.name} are independent "
                "draws from"
            )
        setup = Setup(
            sample=Sample(study.data.size),
            loss=Loss(
                range=Fraction(limit),
                lipschitz=supremum,
                mean_lipschitz=moments.mean,
                rms_lipschitz=moments.rms,
                fourth_moment_lipschitz=moments.fourth,
                smoothness=Fraction(float(smoothness_constants([[top]])[0])),
                convex=True,
                measured_failure=moments.failure,
            ),
            algorithm=self.algorithm(study),
        )
        return FromSetup(setup, tuple(rests), tuple(seen))


@dataclass(frozen=True, eq=False)
class Refitting:
    """Refits without some examples, from the minimiser. Workers get it without `parts`."""

    model: LogisticModel
    features: SoftmaxFeatures
    source: Source
    fingerprint: str
    limit: float
    parts: Parts | None = None

    def __call__(self, arguments: list[int]) -> list[dict[str, Any]]:
        """The results of some deletions, in order."""
        block = self._deletions(arguments)
        return [
            {"changes": row, "diagonal": own, "training_maximum": top}
            for row, own, top in zip(
                block.changes, block.diagonal, block.training_maximum, strict=True
            )
        ]

    @cached_property
    def _deletions(self) -> LogisticDeletions:
        from stability.estimate.exact.logistic_deletions import LogisticDeletions

        parts = self.source.load_same(self.fingerprint) if self.parts is None else self.parts
        train, test = ((self.features(part), part.labels) for part in parts.problem)
        return LogisticDeletions(self.model, train, test, self.limit, TOLERANCE)


def _refuse_few(train: Dataset) -> None:
    """An intercept that is not penalised has no best value for a class without examples."""
    counts = np.bincount(train.labels, minlength=len(train.classes))
    few = np.flatnonzero(counts < 2)
    if few.size:
        raise SetupError(
            where="model.intercept",
            found=f"'free', and {int(counts[few[0]])} training examples of class "
            f"{train.classes[few[0]]!r}",
            allowed="two training examples of every class: with none left, no intercept is best",
            remedy='Say intercept = "penalised", or train on more examples.',
        )
