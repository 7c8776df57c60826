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

from stability.datasets import Columns, Dataset, from_arrays, from_frame
from stability.errors import SetupError
from stability.runs.data import FEWEST, Parts, Source
from stability.runs.learners.learner import Learner
from stability.runs.measurement import Measurement
from stability.runs.run import Settings, held, run_parts
from stability.runs.study.data_section import FILE, DataSection
from stability.runs.study.sections import BoundSection, DeletionSection, EvaluationSection
from stability.runs.study.study import Study
from stability.runs.tasks import NamedProgress, progress_bars
from stability.runs.tasks.threads import on_one_thread
from stability.setup.setup import Exact

PREDICTED = "(predicted)"
"""The name of the column that `y` gets in a frame."""
TEST_SHARE = 0.25


def measure(
    model: Any,
    X: Any,
    y: ArrayLike,
    *,
    deletions: int | Sequence[int] | None = 200,
    test: tuple[Any, ArrayLike] | None = None,
    real_targets: bool | None = None,
    target_range: tuple[float, float] | None = None,
    scaling: str = "none",
    refit_scaling: bool = True,
    loss: str | Callable[..., Any] | None = None,
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

    `model`: an estimator of scikit-learn's kind, not fitted; or a `stability.training.Recipe`, a
    torch network and how it is trained. `X` (n, ...): an array or a DataFrame of numbers; `y` (n,):
    classes, or real targets (`real_targets`; if not given, what the estimator predicts, and for a
    recipe whether any of them is no whole number). Other
    training code: `stability.estimate.measure_training`.

    A quarter of the examples, drawn with `seed`, are test points, unless `test` gives them as a
    pair (X, y). `deletions`: how many of the others are deleted in turn, drawn at random; or their
    positions in the training part; None for all. `loss`: "log-loss", "squared", "absolute",
    "zero-one", "hinge", or a function (fitted estimator, inputs, truth) that gives losses (n,); it
    is cut to [0, `loss_range`]. `target_range`: where every real target lies; the range of the loss
    follows from it. `scaling`: "standardise" or "min-max", fitted again without each deleted
    example unless `refit_scaling` is false. `convention`: what deletion means, "null-step" (the
    first, of networks) or "retrain"; `placebos`: trainings of each placebo of a network. `delta`:
    the failure probability of bounds.

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
    learner = _learner(model, loss, scaling, refit_scaling, seed)
    real = _predicts_numbers(model, y) if real_targets is None else real_targets
    train, held_out = _parts(X, y, test, real, seed)
    size = len(train)
    chosen = _chosen(deletions, size)
    study = Study(
        data=DataSection(name=FILE, file=train.name, size=size, seed=seed),
        learner=learner,
        deletion=DeletionSection(**chosen, seed=seed, convention=convention, placebos=placebos),
        evaluation=EvaluationSection(size=len(held_out)),
        bound=BoundSection(delta=delta, range=loss_range),
    )
    ends = None if target_range is None else (float(target_range[0]), float(target_range[1]))
    parts = Parts(train, held_out, target_range=ends)
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
    refit_scaling: bool,
    seed: int,
) -> Learner:
    from stability.runs.learners.given import GivenEstimator, GivenLoss, GivenRecipe
    from stability.runs.learners.sklearn_estimator import NAMED_LOSSES

    if hasattr(model, "step_size") and hasattr(model, "factory"):
        for name, value, usual in (("loss", loss, None), ("scaling", scaling, "none")):
            if value != usual:
                raise SetupError(
                    where=name, found=value, allowed="nothing beside a recipe, which says it"
                )
        return GivenRecipe(recipe=model)
    if isinstance(model, type) or not hasattr(model, "get_params"):
        what = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
        raise SetupError(
            where="model",
            found=what,
            allowed="an estimator of scikit-learn's kind (an instance), or a Recipe",
            remedy="For a training function of your own use stability.estimate.measure_training.",
        )
    if isinstance(loss, str) and loss not in NAMED_LOSSES:
        raise SetupError(
            where="loss",
            found=loss,
            allowed=", ".join(map(repr, NAMED_LOSSES)) + ", or a function",
        )
    kind = type(model)
    return GivenEstimator(
        estimator=f"{kind.__module__}.{kind.__qualname__}",
        loss=loss if isinstance(loss, str) or loss is None else getattr(loss, "__name__", "loss"),
        scaling=scaling,
        refit_scaling=refit_scaling,
        seed=seed,
        model=model,
        measured_by=GivenLoss(loss) if callable(loss) else None,
    )


def _predicts_numbers(model: Any, y: ArrayLike) -> bool:
    from sklearn.base import is_regressor

    if hasattr(model, "get_params"):
        return is_regressor(model)
    numbers = np.asarray(y)
    return numbers.dtype.kind == "f" and bool((numbers != np.round(numbers)).any())


def _parts(
    X: Any, y: ArrayLike, test: tuple[Any, ArrayLike] | None, real: bool, seed: int
) -> tuple[Dataset, Dataset]:
    """Training and test part. Raises DataError."""
    whole = _data(X, y, real, "data")
    if test is not None:
        from stability.runs.own_data import of_one_kind

        apart = _data(*test, real, "test data")
        return of_one_kind(whole, apart, "test")
    size = len(whole) - max(FEWEST, round(TEST_SHARE * len(whole)))
    if size < FEWEST:
        raise SetupError(where="X", found=f"{len(whole)} examples", allowed=f"{2 * FEWEST} or more")
    return whole.split(size, seed)


def _data(X: Any, y: ArrayLike, real: bool, name: str) -> Dataset:
    if hasattr(X, "columns") and hasattr(X, "iloc"):
        frame = X.assign(**{PREDICTED: np.asarray(y)})
        columns = Columns(targets=PREDICTED) if real else Columns(labels=PREDICTED)
        return from_frame(frame, columns, name=name)
    if real:
        return from_arrays(X, targets=y, name=name)
    return from_arrays(X, y, name=name)


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
