"""The keys by which a run file chooses a kernel: which of them belong together, and their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from stability.errors import SetupError, did_you_mean
from stability.runs.learners.formulas import told
from stability.runs.learners.own_kernel import names_own_kernel
from stability.setup.fields import (
    FLAG,
    NON_NEGATIVE,
    POSITIVE,
    WORD,
    Allowed,
    Number,
    at_least,
    list_of,
    one_of,
    quantity,
)

QUICK = ("gaussian", "laplace", "linear")
"""Kernels whose values take less time than to store them."""
OWN = "FILE.py:FUNCTION"


class KernelName(Allowed):
    """The name of a kernel, or FILE.py:FUNCTION."""

    def convert(self, value: Any) -> Any:
        """Any text: `KernelKeys.check_keys` refuses unknown ones and suggests the nearest."""
        if not isinstance(value, str):
            raise ValueError("not a text")
        return value


NAMES = (*QUICK, "ntk", "cntk")
KERNELS = KernelName(
    "one of " + ", ".join(map(repr, NAMES)) + f", or {OWN} for a kernel of your own", choices=NAMES
)
ONE_OR_TWO = Allowed("1 or 2", low=Fraction(1), high=Fraction(2), whole=True)
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "gaussian": {"bandwidth": Fraction(1)},
    "laplace": {"bandwidth": Fraction(1)},
    "linear": {},
    "ntk": {
        "activation": "relu", "depth": 1, "weight_std": Fraction(1), "bias_std": Fraction(0),
    },
    "cntk": {"strides": (1, 1, 1, 2, 1, 2, 1), "pooling": False},
    OWN: {"kernel_bound": None, "kernel_bound_source": None},
}  # fmt: skip
"""The keys that belong to each kernel, and their values where the file gives none."""
STRENGTH = Fraction(1, 10)
"""The strength of a label system for which the file gives none."""


@dataclass(frozen=True, kw_only=True)
class KernelKeys:
    """The keys of a section that choose a kernel; each belongs to some kernels, and to no others.

    `kernel_bound` is what the user declares of a kernel of one's own. `label_system` makes the
    kernel label-aware.
    """

    kernel: str = quantity(
        KERNELS,
        "gaussian exp(-|x-z|^2/(2 h^2)), laplace exp(-|x-z|_1/h) with bandwidth h, or linear x.z; "
        "ntk or cntk, the tangent kernel of fully connected or convolutional networks of infinite "
        f"width; {OWN}, a function from points (n, d) and (k, d) to kernel values (n, k), in a "
        "file beside this one",
        default="gaussian",
        example='"gaussian"',
        shown=True,
    )
    bandwidth: Number | None = quantity(
        POSITIVE,
        "h, the width of the gaussian or laplace kernel, 1 if not given",
        default=None,
        example="4.0",
        shown=True,
    )
    depth: int | None = quantity(
        at_least(1), "the hidden layers of the ntk, 1 if not given", default=None, example="2"
    )
    activation: str | None = quantity(
        one_of("relu", "erf"),
        "the activation of the ntk, relu if not given",
        default=None,
        example='"erf"',
    )
    weight_std: Number | None = quantity(
        POSITIVE,
        "the standard deviation of the weights of the ntk, 1 if not given",
        default=None,
        example="1.5",
    )
    bias_std: Number | None = quantity(
        NON_NEGATIVE,
        "the standard deviation of the biases of the ntk; 0, no biases, if not given",
        default=None,
        example="0.1",
    )
    strides: tuple[int, ...] | None = quantity(
        list_of(ONE_OR_TWO, "a list of at least one stride, each 1 or 2"),
        "the strides of the 3x3 convolutions of the cntk, [1, 1, 1, 2, 1, 2, 1] if not given",
        default=None,
        example="[1, 2]",
    )
    pooling: bool | None = quantity(
        FLAG,
        "whether the cntk ends with the mean over all pixels, false if not given",
        default=None,
        example="true",
    )
    kernel_bound: Number | None = quantity(
        POSITIVE,
        "kappa, the supremum of sqrt(K(x, x)) of a kernel of your own over every input that there "
        "can be, not only those in the sample: proved bounds rest on it",
        default=None,
        example="1.0",
    )
    kernel_bound_source: str | None = quantity(
        WORD,
        "who says so, in your words: outputs repeat it",
        default=None,
        example='"it is exp(-|x-z|), so K(x, x) = 1"',
    )
    label_system: str | None = quantity(
        one_of("KR-V1", "KR-V2"),
        "the estimate of products of labels that makes the kernel label-aware; it is made anew "
        "without every deleted example and its label",
        default=None,
        example='"KR-V1"',
    )
    label_strength: Number | None = quantity(
        POSITIVE,
        "how much such a kernel listens to the labels, 0.1 if not given",
        default=None,
        example="0.1",
    )

    def check_keys(self) -> None:
        """Raise SetupError for an unknown kernel and for keys that belong to another one."""
        if self.kernel not in NAMES and not names_own_kernel(self.kernel):
            raise SetupError(
                where="model.kernel", found=self.kernel, allowed=KERNELS.text,
                remedy=did_you_mean(self.kernel, NAMES),
            )  # fmt: skip
        own = DEFAULTS[self.kind_of_kernel]
        for key in (item.name for item in fields(KernelKeys)):
            homes = [name for name, keys in DEFAULTS.items() if key in keys]
            given = getattr(self, key)
            if homes and key not in own and given is not None:
                raise SetupError(
                    where=f"model.{key}",
                    found=list(given) if isinstance(given, tuple) else given,
                    allowed=f"nothing beside kernel = {self.kernel!r}",
                    remedy=f"It belongs to kernel = {' or '.join(map(repr, homes))}: leave it out, "
                    "or choose that kernel.",
                )
        if self.label_strength is not None and self.label_system is None:
            raise SetupError(
                where="model.label_strength",
                found=float(self.label_strength),
                allowed="nothing without label_system",
                remedy='Say label_system = "KR-V1", or leave it out.',
            )
        if (self.kernel_bound is None) != (self.kernel_bound_source is None):
            missing = "kernel_bound" if self.kernel_bound is None else "kernel_bound_source"
            raise SetupError(
                where=f"model.{missing}",
                found=None,
                allowed="both kernel_bound and kernel_bound_source, or neither",
                remedy="The largest K(x, x) of the sample bounds no other input: leave both out, "
                "and what would rest on it is an estimate.",
            )

    @property
    def kind_of_kernel(self) -> str:
        """The name of the kernel, `OWN` for one of the user's own."""
        return OWN if names_own_kernel(self.kernel) else self.kernel

    def value(self, key: str) -> Any:
        """The value of a key that belongs to this kernel, the default one if none is given."""
        given = getattr(self, key)
        return DEFAULTS[self.kind_of_kernel][key] if given is None else given

    @property
    def strength(self) -> float:
        """How much a label-aware kernel listens to the labels."""
        return float(STRENGTH if self.label_strength is None else self.label_strength)

    @property
    def kernel_words(self) -> str:
        """The kernel, in words."""
        kind = self.kind_of_kernel
        if kind == OWN:
            return f"the kernel {self.kernel}"
        said = " and ".join(f"{key} {_plain(self.value(key))}" for key in DEFAULTS[kind])
        name = {"ntk": "tangent kernel", "cntk": "convolutional tangent kernel"}
        return f"the {name.get(kind, f'{kind} kernel')}" + (f" with {said}" if said else "")


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    return told(value) if isinstance(value, Fraction) else str(value)
