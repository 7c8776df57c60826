"""The commented run file that `stability init FILE --run` writes, from the declared fields."""

from __future__ import annotations

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
from stability.setup.template_lines import commented_out, section_lines
from stability.training.settings import TrainingSettings

LEARNERS = (*NETWORKS, *MODELS)
"""Every kind of network and model."""

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
    shown = OF_RIDGE if squares else OF_RETRAINING
    training = ["[training]", *section_lines(TrainingSettings)]
    out = [HEAD, "[data]", *section_lines(DataSection, shown), "", *_learner(kind), ""]
    out += [
        "# The other learners: put one of these in place of the section above"
        + (" (a model has no [training])." if network else " (a network has [training])."),
    ]
    for other in LEARNERS:
        if other != kind:
            out += ["#", *commented_out(_learner(other))]
    out += ["", *(training if network else commented_out(training)), ""]
    out += ["[deletion]", *section_lines(DeletionSection, shown), ""]
    out += ["[evaluation]", *section_lines(EvaluationSection), ""]
    out += ["[bound]", *section_lines(BoundSection)]
    return "\n".join(out) + "\n"


def _learner(kind: str) -> list[str]:
    section = "network" if kind in NETWORKS else "model"
    data = NETWORKS[kind] if kind in NETWORKS else MODELS[kind]
    return [f"# {data.title}", f"[{section}]", f'kind = "{kind}"', *section_lines(data)]
