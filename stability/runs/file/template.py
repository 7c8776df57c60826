"""The commented run file that `stability init FILE --run` writes, from the declared fields."""

from __future__ import annotations

from collections.abc import Mapping

from stability.errors import SetupError
from stability.runs.file.sections import (
    MODELS,
    NETWORKS,
    BoundSection,
    DataSection,
    DeletionSection,
    EvaluationSection,
    LogisticSection,
)
from stability.setup.sections import nearest
from stability.setup.template_lines import TemplateLines, commented_out
from stability.training.settings import TrainingSettings

LEARNERS = (*NETWORKS, *MODELS)
"""Every kind of network and model."""

EXAMPLES: Mapping[str, str] = {
    "name": '"digits"',
    "size": "1000",
    "seed": "0",
    "dir": '"data"',
    "verify": "true",
    "file": '"my-data.npz"',
    "largest": "255",
    "target": '["5", "6", "7", "8", "9"]',
    "widths": "[32]",
    "init_seed": "0",
    "regularization": "0.1",
    "features": "500",
    "weight_deviation": "1.0",
    "bias_limit": "1.0",
    "kernel": '"gaussian"',
    "bandwidth": "4.0",
    "optimiser": '"sgd"',
    "step_size": "0.1",
    "epochs": "5",
    "batch_size": "20",
    "order_seed": "0",
    "momentum": "0.9",
    "weight_decay": "0.0",
    "loss": '"cross-entropy"',
    "schedule": '"constant"',
    "decay_every": "10",
    "decay_factor": "0.1",
    "dropout_seed": "0",
    "dtype": '"float64"',
    "device": '"cpu"',
    "convention": '"retrain"',
    "count": "50",
    "indices": "[0, 7, 42]",
    "placebos": "10",
    "delta": "0.05",
    "range": "1.0",
}
"""A value for every key."""

EVALUATION_SIZE = "500"
ACTIVE = frozenset({"widths", "kernel", "bandwidth", "seed", "delta"})
OF_RETRAINING, OF_RIDGE = frozenset({"count", "placebos"}), frozenset({"target"})
"""Keys that the example uses for learners that are retrained, and for ridge models."""

HEAD = """\
# A run file, for `stability estimate FILE --out DIR`: train, delete single examples, look where the
# loss moves, and bound the gap with what was measured. Remove the # before what you want to say.
"""


def run_template(kind: str = "relu-mlp") -> str:
    """A commented run file for a network or model of this kind, with the others in comments.

    Raises SetupError for an unknown kind.

    >>> print(run_template("ridge").splitlines()[3])
    [data]
    """
    if kind not in LEARNERS:
        near = nearest(kind, LEARNERS)
        raise SetupError(
            where="--kind",
            found=kind,
            allowed="one of " + ", ".join(repr(k) for k in LEARNERS),
            remedy=f"Did you mean {near!r}?" if near else "",
        )
    network = kind in NETWORKS
    squares = kind in MODELS and kind != LogisticSection.kind
    lines = TemplateLines(EXAMPLES, ACTIVE | (OF_RIDGE if squares else OF_RETRAINING), {})
    points = TemplateLines({"size": EVALUATION_SIZE}, frozenset({"size"}), {})
    training = ["[training]", *lines.of(TrainingSettings)]
    out = [HEAD, "[data]", *lines.of(DataSection), "", *_learner(kind, lines), ""]
    out += [
        "# The other learners: put one of these in place of the section above"
        + (" (a model has no [training])." if network else " (a network has [training])."),
    ]
    for other in LEARNERS:
        if other != kind:
            out += ["#", *commented_out(_learner(other, lines))]
    out += ["", *(training if network else commented_out(training)), ""]
    out += ["[deletion]", *lines.of(DeletionSection), "", "[evaluation]"]
    out += [*points.of(EvaluationSection), "", "[bound]", *lines.of(BoundSection)]
    return "\n".join(out) + "\n"


def _learner(kind: str, lines: TemplateLines) -> list[str]:
    section = "network" if kind in NETWORKS else "model"
    data = NETWORKS[kind] if kind in NETWORKS else MODELS[kind]
    return [f"# {data.title}", f"[{section}]", f'kind = "{kind}"', *lines.of(data)]
