"""Leave-one-out values by pyDVL and by dattri, of scikit-learn's logistic regression.

`python -m stability_experiments.benchmarks.other_libraries NAME FILE.npz` computes them once, from
arrays `x`, `y`, `at`, `labels` and a number `C`: a whole program, start-up included.
"""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TIGHT = 1e-8
"""Tolerance of scikit-learn's L-BFGS (its own is 1e-4) at which its values have settled."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Training points x (m, p), y (m,), test points, and scikit-learn's `C` and `tol`."""

    x: Floats
    y: NDArray[np.int64]
    at: Floats
    labels: NDArray[np.int64]
    C: float
    tol: float = TIGHT

    @property
    def estimator(self) -> Any:
        """C times the sum of the cross-entropies + |W|^2/2 is minimised, with a free intercept."""
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(C=self.C, tol=self.tol, max_iter=10_000)


def pydvl_values(problem: Problem) -> Floats:
    """u(all) - u(all without i) (m,), u the mean log-likelihood of the test labels."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydvl.valuation import (  # pyright: ignore[reportMissingImports]
            Dataset,
            LOOValuation,
            ModelUtility,
            SupervisedScorer,
        )

        test = Dataset(problem.at, problem.labels)
        scorer = SupervisedScorer("neg_log_loss", test, default=0.0)
        utility = ModelUtility(problem.estimator, scorer, catch_errors=False)
        valuation = LOOValuation(utility)
        valuation.fit(Dataset(problem.x, problem.y))
        result = valuation.result
    values = np.empty(len(problem.x))
    values[np.asarray(result.indices)] = np.asarray(result.values)
    return values


def dattri_values(problem: Problem) -> Floats:
    """The same: dattri retrains without each example and evaluates at every test point.

    It has no learner of its own: the training function is the caller's, here scikit-learn's.
    """
    import torch
    from dattri.metric import (  # pyright: ignore[reportMissingImports]
        calculate_loo_ground_truth,
    )
    from dattri.model_util.retrain import retrain_loo  # pyright: ignore[reportMissingImports]
    from torch.utils.data import DataLoader, TensorDataset

    def loader(x: Floats, y: NDArray[np.int64]) -> Any:
        return DataLoader(TensorDataset(torch.tensor(x), torch.tensor(y)), batch_size=len(x))

    def train(data: Any, seed: int | None = None) -> Any:
        [(x, y)] = data
        fitted = problem.estimator.fit(x.numpy(), y.numpy())
        return torch.tensor(np.column_stack([fitted.coef_, fitted.intercept_]))

    def losses(weights: Any, data: Any) -> Any:
        [(x, y)] = data
        logits = x @ weights[:, :-1].T + weights[:, -1]
        return torch.nn.functional.cross_entropy(logits, y, reduction="none")

    whole, test = loader(problem.x, problem.y), loader(problem.at, problem.labels)
    with TemporaryDirectory() as folder, redirect_stderr(io.StringIO()):  # a bar of progress
        retrain_loo(train, whole, folder)
        without, order = calculate_loo_ground_truth(losses, folder, test)
    changes = without.numpy().astype(np.float64) - losses(train(whole), test).numpy()
    values = np.empty(len(problem.x))
    values[order.numpy().astype(np.int64)] = changes.mean(axis=1)
    return values


VALUES: Mapping[str, Callable[[Problem], Floats]] = MappingProxyType(
    {"pydvl": pydvl_values, "dattri": dattri_values}
)
"""By the name of the package."""


def main() -> None:
    """Values by one of the libraries, for the arrays in a file."""
    name, file = sys.argv[1:]
    with np.load(Path(file)) as arrays:
        x, y, at, labels, C = (arrays[key] for key in ("x", "y", "at", "labels", "C"))
        problem = Problem(x, y, at, labels, float(C))
    print(VALUES[name](problem).sum())


if __name__ == "__main__":
    main()
