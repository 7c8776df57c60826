"""Kernel ridge regression with a kernel chosen by its name, or one of the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from stability.datasets import Dataset
from stability.runs.data import Parts
from stability.runs.learners.formulas import Fit, SquaresModel, told
from stability.runs.learners.kernel_keys import DEFAULTS, OWN, QUICK, KernelKeys
from stability.runs.learners.learner import Floats, FromSetup, Job, Measured
from stability.runs.learners.own_kernel import OwnKernel
from stability.runs.learners.own_network import OwnNetwork
from stability.runs.study.study import Study
from stability.training.settings import TrainingSettings

if TYPE_CHECKING:
    from stability.kernels.kernel import Kernel


@dataclass(frozen=True, kw_only=True)
class KernelRidgeRegression(KernelKeys, SquaresModel):
    """Kernel ridge regression: mean square + lambda |f|^2."""

    kind: ClassVar[str] = "kernel-ridge"
    title: ClassVar[str] = "kernel ridge regression"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.check_keys()

    @property
    def packages(self) -> tuple[str, ...]:  # type: ignore[override]
        """The libraries whose versions decide the numbers: the cntk is computed with torch."""
        return (*SquaresModel.packages, *(("torch",) if self.kernel == "cntk" else ()))

    @property
    def uses_workers(self) -> bool:  # type: ignore[override]
        """Whether kernel values, or kernels without an example, are what takes long."""
        return self.kernel not in QUICK or self.label_system is not None

    @property
    def objective(self) -> str:
        """What is minimised, or solved."""
        about = (
            "x is the inputs as they are, without a constant; y is 1 for the target classes and 0 "
            "for the others; predictions are cut to [0, 1]"
        )
        if self.label_system is None:
            return (
                f"mean of (f(x) - y)^2 + lambda |f|^2 with lambda = {told(self.regularization)} "
                f"and the norm of {self.kernel_words}; {about}"
            )
        return (
            f"mean of (f(x) - y)^2 + lambda |f|^2 with lambda = {told(self.regularization)} and "
            f"the norm of the label-aware kernel K + c Z; K is {self.kernel_words}, Z the products "
            f"of labels that {self.label_system} estimates{self._jitter}, c = {self.strength:.12g} "
            "mean |K| / mean |Z|; all of it is made anew without every deleted example and its "
            f"label; {about}"
        )

    @property
    def _jitter(self) -> str:
        """What KR-V2 adds to the kernel that it inverts, in words."""
        from stability.kernels.regression import JITTER

        if self.label_system != "KR-V2":
            return ""
        return f" with K^-1, for which {JITTER:g} mean K(x, x) is added to its diagonal"

    def given(
        self,
        own: OwnNetwork | None,
        beside: Path | None = None,
        training: TrainingSettings | None = None,
    ) -> KernelRidgeRegression:
        """This learner with the kernel of the user's own that the run file names, if any.

        Raises SetupError for a file that cannot be read or run.
        """
        super().given(own)  # refuses a network
        if self.kind_of_kernel != OWN:
            return self
        kernel = OwnKernel.read(self.kernel, beside)
        kernel.run()
        return WithOwnKernel(
            **{item.name: getattr(self, item.name) for item in fields(self)}, own=kernel
        )

    def record(self) -> Mapping[str, Any]:
        """Its section; a bandwidth that is not given is written out."""
        found = dict(super().record())
        default = "bandwidth" in DEFAULTS[self.kind_of_kernel] and self.bandwidth is None
        return {**found, "bandwidth": 1.0} if default else found

    def kernel_for(self, shape: tuple[int, ...]) -> Kernel:
        """The label-free kernel for inputs of a shape. Raises DataError if it takes no such."""
        from stability.runs.learners.named_kernels import label_free

        return label_free(self, shape)

    def require_same_code(self) -> None:
        """Raise RunError if files of the user's own changed: here there are none."""

    def inputs(self, part: Dataset) -> Floats:
        """The inputs, a row each."""
        return np.asarray(part.inputs, dtype=np.float64)

    def fit(self, inputs: Floats, targets: Floats) -> Fit:
        """The minimiser, of a kernel whose values are quick."""
        from stability.estimate.exact.kernel_ridge import KernelRidge
        from stability.runs.learners.named_kernels import quick_kernel

        return KernelRidge(float(self.regularization), quick_kernel(self)).fit(inputs, targets)

    def measure(self, job: Job) -> Measured:
        """Fit to everything, and without each deleted example, by the formula of a fixed kernel or
        with a label-aware kernel made anew.

        Raises SetupError and DataError for kernels and inputs that do not go together, RunError as
        `run_tasks` does.
        """
        if not self.uses_workers:
            return super().measure(job)
        from stability.runs.learners.kernel_measuring import measure_kernel

        return measure_kernel(job)

    def from_setup(self, study: Study[Any], parts: Parts, limit: float) -> FromSetup | None:
        """The setup of kernel minimisers: see `kernel_setup`. None for a label-aware kernel."""
        from stability.runs.learners.kernel_setup import kernel_setup

        return None if self.label_system is not None else kernel_setup(study, parts)


@dataclass(frozen=True, kw_only=True)
class WithOwnKernel(KernelRidgeRegression):
    """Kernel ridge regression with the kernel that a file of the user's own holds."""

    own: OwnKernel

    def given(
        self,
        own: OwnNetwork | None,
        beside: Path | None = None,
        training: TrainingSettings | None = None,
    ) -> WithOwnKernel:
        """This learner, which has its kernel."""
        return self

    def record(self) -> Mapping[str, Any]:
        """Its section, with the digests of the files in place of where they lie."""
        found = {key: value for key, value in super().record().items() if key != "own"}
        name = f"{self.own.path.name}:{self.own.function}"
        return {**found, "kernel": name, **self.own.record()}

    def kernel_for(self, shape: tuple[int, ...]) -> Kernel:
        """The kernel; the function takes inputs of any shape, a row each."""
        return self.own.kernel()

    def require_same_code(self) -> None:
        """Raise RunError if the files of the kernel changed since they were read."""
        self.own.require_unchanged()
