"""From a model and data in memory to constants, bounds and a page: `stability.measure`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import SetupError
from stability.runs.arguments import in_arguments
from stability.runs.data import Parts, Source, check_classes, checked_targets
from stability.runs.deletions import Settings, held
from stability.runs.given_data import Weights, class_weights, given_parts
from stability.runs.given_values import never_read
from stability.runs.learners.given import GivenEstimator, GivenLoss, GivenRecipe
from stability.runs.learners.given_function import GivenTraining
from stability.runs.learners.learner import Learner
from stability.runs.learners.sklearn_estimator import NAMED_LOSSES, which_loss
from stability.runs.measurement import Measurement
from stability.runs.repeats import repeats
from stability.runs.run import run_parts
from stability.runs.study.data_section import FILE, DataSection
from stability.runs.study.sections import BoundSection, DeletionSection, EvaluationSection
from stability.runs.study.study import Study
from stability.runs.tasks import NamedProgress, progress_bars
from stability.runs.tasks.threads import on_one_thread
from stability.setup.setup import Exact

TEST_SHARE = 0.25

Chosen = int | Sequence[int] | None
"""How many examples are deleted, or their positions; None for all."""
LossOf = str | Callable[..., Any] | None
"""A loss of an estimator by its name, or a function; None for the usual one."""
Ends = tuple[float, float] | None
"""The lowest and the highest that there can be."""


def measure(
    model: Any,
    X: Any = None,
    y: ArrayLike | None = None,
    *,
    deletions: Chosen = 200,
    test: Any = None,
    test_fraction: float | None = None,
    weights: Weights | None = None,
    real_targets: bool | None = None,
    target_range: Ends = None,
    scaling: str = "none",
    refit_scaling: bool | None = None,
    loss: LossOf = None,
    loss_range: Exact | None = None,
    convention: str | None = None,
    placebos: int = 10,
    delta: Exact = Fraction(1, 20),
    seed: int = 0,
    out: Path | str | None = None,
    resume: bool = False,
    progress: bool = True,
) -> Measurement:
    """How far do the losses of a model move when single training examples are deleted?

    `model`: an estimator of scikit-learn's kind, not fitted; a `stability.training.Recipe`, a torch
    network and how it is trained; or a function of the indices (k,) to train on that returns the
    losses at all training examples (m,) and at the test points (n,), as
    `stability.estimate.measure_training` takes it. `X` (n, ...): an array of numbers or a
    DataFrame, with `y` (n,), classes or real targets; estimators are fitted on frames with the
    columns of a DataFrame, texts and categories among them, and networks take numbers alone. Or
    without y a torch DataLoader or Dataset of pairs, or a `stability.datasets.Dataset`.
    `real_targets`: whether y are real numbers; if not given, what the estimator predicts, else
    whether any of them is no whole number.

    A `test_fraction` of the examples, a quarter if not given, drawn with `seed`, are test points,
    unless `test` gives them, as a pair (X, y) or like X. `deletions`: how many of the others are
    deleted in turn, drawn at random; or their positions in the training part; None for all.
    `loss`: for estimators "log-loss", "squared", "absolute", "zero-one", "hinge", or a function
    (fitted estimator, inputs, truth) that gives losses (n,); it is cut to [0, `loss_range`].
    `target_range`: where every real target lies; the range of the loss follows from it. `weights`:
    what training multiplies the loss of each example of X by, or of each class that is named, or
    "balanced": m over the number of classes and of examples of the class, again without each
    deleted example. What is measured is the loss without them. `scaling`: "standardise" or
    "min-max", fitted again without each deleted example unless `refit_scaling` is false; with null
    steps of networks it is fixed. `convention`: what deletion means, "null-step" (the first, of
    networks) or "retrain"; `placebos`: trainings of each placebo, which delete nothing (for
    estimators with a random_state: fits with another one).
    `delta`: the failure probability of bounds.

    With `out` everything is kept in that folder, and `resume` goes on with what was interrupted.
    What is measured on one sample promises nothing of others: bounds from it are estimates.

    Raises SetupError and DataError for what cannot be measured, RunError for a folder that holds
    something else.

    >>> from sklearn.linear_model import LogisticRegression
    >>> from stability.datasets import load
    >>> iris = load("iris")
    >>> found = measure(
    ...     LogisticRegression(max_iter=500), iris.inputs, iris.labels, deletions=5, progress=False
    ... )
    >>> sorted(found.constants().index), len(found.influential())
    (['B', 'B1', 'D', 'U'], 5)
    """
    with in_arguments():
        learner = _learner(model, loss, scaling, refit_scaling, seed)
        if isinstance(learner, GivenTraining):
            _check_function(X, test, weights)
            if isinstance(test, (tuple, list)) and len(test) == 2:
                X, points = never_read(X, test[0])
                test = points, test[1]
        if test is not None and test_fraction is not None:
            raise SetupError(
                where="test_fraction",
                found=f"{test_fraction} beside test",
                allowed="one of test_fraction (a share of X) and test (all test points)",
            )
        share = TEST_SHARE if test_fraction is None else test_fraction
        train, held_out = given_parts(
            X, y, test,
            real=_predicts_numbers(model) if real_targets is None else real_targets,
            share=share, weights=weights, seed=seed, keep_columns=learner.takes_frames,
        )  # fmt: skip
        if not isinstance(learner, GivenTraining):
            check_classes(train, held_out)
        size, by_class = len(train), class_weights(weights)
        chosen = _chosen(deletions, size)
        by_data = scaling != "none" and isinstance(learner, GivenRecipe)
        study = Study(
            data=DataSection(
                name=FILE,
                file=train.name,
                size=size,
                seed=seed,
                test_fraction=share if test is None else None,
                weights=None if weights is None or by_class is not None else "(weights)",
                class_weights=by_class,
                target_range=target_range,
                scaling=scaling if by_data else None,
                refit_scaling=refit_scaling if by_data else None,
            ),
            learner=learner,
            deletion=DeletionSection(**chosen, seed=seed, convention=convention, placebos=placebos),
            evaluation=EvaluationSection(size=len(held_out)),
            bound=BoundSection(delta=delta, range=loss_range),
        )
        ends = checked_targets(study.data.target_range, train, held_out)
        repeated = 0 if test is None else repeats(train, held_out)
        parts = Parts(train, held_out, target_range=ends, repeated=repeated, drawn=test is None)
        learner.check_data(parts)
        source = Source(study.data, study.evaluation, None, None)
        how = Settings(resume=resume)
        with _folder(out) as folder, held(folder), on_one_thread(), _bars(progress) as bars:
            findings, summary = run_parts(study, source, parts, folder, bars, how)
            pages = None if out is not None else _files(folder)
        return Measurement(findings, summary, None if out is None else Path(out), pages)


def _learner(
    model: Any,
    loss: str | Callable[..., Any] | None,
    scaling: str,
    refit_scaling: bool | None,
    seed: int,
) -> Learner:
    if hasattr(model, "step_size") and hasattr(model, "factory"):
        if loss is not None:
            raise SetupError(
                where="loss", found=loss, allowed="nothing beside a recipe, which says it"
            )
        return GivenRecipe(recipe=model)
    if callable(model) and not isinstance(model, type) and not hasattr(model, "get_params"):
        for name, value, usual in (("loss", loss, None), ("scaling", scaling, "none")):
            if value != usual:
                raise SetupError(
                    where=name, found=value, allowed="nothing beside a function, which does it"
                )
        return GivenTraining(name=getattr(model, "__qualname__", repr(model)), function=model)
    if isinstance(model, type) or not hasattr(model, "get_params"):
        what = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
        raise SetupError(
            where="model",
            found=what,
            allowed="an estimator of scikit-learn's kind (an instance), a Recipe, or a function of "
            "the indices to train on",
        )
    if isinstance(loss, str) and loss not in NAMED_LOSSES:
        raise SetupError(
            where="loss",
            found=loss,
            allowed=", ".join(map(repr, NAMED_LOSSES)) + ", or a function",
            remedy=which_loss(loss),
        )
    kind = type(model)
    return GivenEstimator(
        estimator=f"{kind.__module__}.{kind.__qualname__}",
        loss=loss if isinstance(loss, str) or loss is None else getattr(loss, "__name__", "loss"),
        scaling=scaling,
        refit_scaling=refit_scaling is not False,
        seed=seed,
        model=model,
        measured_by=GivenLoss(loss) if callable(loss) else None,
    )


def _check_function(X: Any, test: Any, weights: Weights | None) -> None:
    """Raise SetupError for what a training function needs or has itself."""
    if X is None:
        raise SetupError(
            where="X",
            found="nothing beside a training function",
            allowed="the training examples X and y that its indices count, and test=(X, y): they "
            "say how many there are, and the classes or targets",
        )
    if test is None:
        raise SetupError(
            where="test",
            found="nothing beside a training function",
            allowed="the test points (X, y) at which it returns losses, in their order",
        )
    if weights is not None:
        raise SetupError(
            where="weights",
            found="weights beside a training function",
            allowed="nothing: the function weights the losses of its training itself",
        )


def _predicts_numbers(model: Any) -> bool | None:
    """Whether an estimator predicts numbers; None for what the data decide."""
    from sklearn.base import is_regressor

    return is_regressor(model) if hasattr(model, "get_params") else None


def _chosen(deletions: int | Sequence[int] | None, size: int) -> dict[str, Any]:
    if deletions is None:
        return {}
    if isinstance(deletions, (int, np.integer)) and not isinstance(deletions, bool):
        return {"count": min(int(deletions), size)}
    return {"indices": tuple(map(int, deletions))}  # type: ignore[arg-type]


@contextmanager
def _folder(out: Path | str | None) -> Iterator[Path]:
    if out is not None:
        yield Path(out)
        return
    with TemporaryDirectory(prefix="stability-") as folder:
        yield Path(folder)


@contextmanager
def _bars(wanted: bool) -> Iterator[NamedProgress]:
    if not wanted:
        yield lambda *_: None
        return
    with progress_bars() as progress:
        yield progress


def _files(folder: Path) -> dict[str, bytes]:
    """What a page is made from, before the folder goes."""
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if file.suffix in (".json", ".png", ".parquet")
    }
