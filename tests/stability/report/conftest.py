"""Analyses to look at: bounds that say something and vacuous ones, estimates, and nothing."""

from dataclasses import replace

import pytest

from stability.bounds.analyse import Analysis, analyse
from stability.conventions import Provenance
from stability.report.rows import BoundRow, bound_row
from stability.setup.algorithms import GradientDescent, KernelMinimizer, StochasticGradientDescent
from stability.setup.setup import AssumedStability, Loss, Sample, Setup


@pytest.fixture(scope="session")
def sgd() -> Analysis:
    """Shuffled SGD on MNIST's size: vacuous and other bounds, an asymptotic value."""
    loss = Loss(
        range=1,
        lipschitz=1,
        mean_lipschitz="0.55",
        rms_lipschitz="0.6",
        smoothness="0.25",
        convex=True,
    )
    algorithm = StochasticGradientDescent(step_size="0.001", epochs=1)
    return analyse(Setup(sample=Sample(60000), loss=loss, algorithm=algorithm))


@pytest.fixture(scope="session")
def kernel() -> Analysis:
    """Kernel ERM with a loss range of two."""
    algorithm = KernelMinimizer(
        regularization="0.1", kernel_bound=1, admissibility=1, mean_sqrt_kernel="0.6"
    )
    return analyse(Setup(sample=Sample(1000), loss=Loss(range=2), algorithm=algorithm), "0.01")


@pytest.fixture(scope="session")
def nothing() -> Analysis:
    """A setup of which hardly anything is known: no theorem applies."""
    return analyse(
        Setup(
            sample=Sample(100),
            algorithm=GradientDescent(step_size="0.1", steps=10),
            loss=Loss(range=1),
        )
    )


@pytest.fixture(scope="session")
def estimated(kernel: Analysis) -> Analysis:
    """The same constants, now as if measured on one model: nothing is promised."""
    own = AssumedStability(notion="uniform", values={"beta": "0.5"})
    setup = replace(kernel.setup, algorithm=None, stability=own)
    measured = [
        replace(
            c,
            setup=setup,
            made_for=None,
            provenance=Provenance.PLUG_IN,
            path=("measured",),
            sizes="this",
        )
        for c in kernel.constants
        if c.convention == "retrain"
    ]
    return analyse(setup, measured=measured)


@pytest.fixture(scope="session")
def rows(sgd: Analysis) -> dict[bool, tuple[BoundRow, ...]]:
    """The rows of the first, all and the best."""
    everything = {id(b): bound_row(b) for b in sgd.bounds}
    best = tuple(everything[id(b)] for b in sgd.best_per_notion())
    return {True: tuple(everything.values()), False: best}
