"""The commented setup file that `stability init` writes, generated from the declared fields.

Every key of every kind appears with its explanation and its allowed values; only the example
values and the text of the few keys without a declaration stand here.
"""

from __future__ import annotations

from collections.abc import Mapping

from stability.conventions import VALUES
from stability.errors import SetupError
from stability.setup.algorithms import KINDS
from stability.setup.setup import AssumedStability, Loss, Sample, Training
from stability.setup.template_lines import TemplateLines, commented_out

EXAMPLES: Mapping[str, str] = {
    "size": "60000",
    "range": "1.0",
    "lipschitz": "1.0",
    "mean_lipschitz": "0.5",
    "rms_lipschitz": "0.6",
    "smoothness": "0.25",
    "convex": "true",
    "measured_failure": "0.0",
    "expected_risks": "[0.69, 0.52, 0.44]",
    "erm_error": "0.01",
    "steps": "60000",
    "epochs": "1",
    "step_size": "1e-5",
    "batch_size": "1",
    "order": '"shuffled"',
    "strong_convexity": "0.01",
    "radius": "10.0",
    "inverse_temperature": "100.0",
    "regularization": "0.1",
    "kernel_bound": "1.0",
    "admissibility": "1.0",
    "mean_sqrt_kernel": "0.8",
    "base_range": "1.0",
    "neighbours": "5",
    "subsample": "100",
    "base_stability": "0.01",
    "bags": "50",
    "prediction_range": "1.0",
    "pl_constant": "0.1",
    "optimization_error": "0.0",
    "notion": '"uniform"',
    "values": "{ beta = 1e-5 }",
    "neighbour": '"deletion"',
    "convention": '"retrain"',
    "averaged_over": '"nothing"',
    "scaling": '"1/m"',
    "structure": '"product"',
    "symmetric": "true",
}
"""A value for every key."""

UNDECLARED: Mapping[str, str] = {
    "step_size": 'step size: a number above 0, or { schedule = "decay", c = 0.1 } for steps c/t',
    "expected_risks": "E F_S(w_1), E F_S(w_2), ...: the training risk before each step, not cut",
    "values": "the numbers that go with notion and neighbour, by name",
}
"""Keys whose allowed values are more than one number or word."""

ACTIVE = frozenset(
    {
        *("range", "lipschitz", "mean_lipschitz", "smoothness", "convex"),
        *("steps", "batch_size", "order", "regularization"),
    }
)
"""Optional keys that the example uses; the others are commented out."""

LINES = TemplateLines(EXAMPLES, ACTIVE, UNDECLARED, required=frozenset({"values"}))

HEAD = """\
# A training setup, for `stability bounds FILE`.
# Remove the # before a key that you know; what is not given is taken as unknown, and theorems that
# need it say so. A number means exactly the decimal written.
"""


def template(kind: str = "sgd") -> str:
    """A commented setup file for an algorithm of this kind, with the other kinds in comments.

    Raises SetupError for an unknown kind.

    >>> print(template("knn").splitlines()[4])
    [sample]
    """
    if kind not in KINDS:
        raise SetupError(
            where="algorithm.kind",
            found=kind,
            allowed="one of " + ", ".join(repr(k) for k in KINDS),
        )
    lines = [HEAD, "[sample]", *LINES.of(Sample), "", "[loss]", *LINES.of(Loss), ""]
    lines += [f"# {KINDS[kind].title}", "[algorithm]", *_algorithm(kind), ""]
    lines.append("# The other algorithms: put one of these in place of the section above.")
    for other in KINDS:
        if other != kind:
            lines += [
                "#",
                f"# {KINDS[other].title}",
                "#[algorithm]",
                *commented_out(_algorithm(other)),
            ]
    lines += [
        "",
        "# Measured or assumed quantities of the run that some theorems need.",
        "#[training]",
        *commented_out(LINES.of(Training)),
        "",
        "# Your own stability constant, in place of [algorithm]: what follows is then `assumed`.",
        "# The names of the values, by notion and neighbour:",
        *(f"#   {notion}, {near}: {', '.join(names)}" for (notion, near), names in VALUES.items()),
        "#[stability]",
        *commented_out(LINES.of(AssumedStability)),
    ]
    return "\n".join(lines) + "\n"


def _algorithm(kind: str) -> list[str]:
    return [f'kind = "{kind}"', *LINES.of(KINDS[kind])]
