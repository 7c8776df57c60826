"""The commented run file that `stability init FILE --run` writes, from the declared fields."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stability.errors import SetupError, did_you_mean
from stability.runs.learners.registry import LEARNERS, SECTIONS
from stability.runs.study.data_section import DataSection
from stability.runs.study.sections import (
    BoundSection,
    DeletionSection,
    ElasticitySection,
    EvaluationSection,
)
from stability.setup.template_lines import commented_out, section_lines
from stability.training.settings import TrainingSettings

HEAD = """\
# A run file, for `stability estimate FILE --out DIR`: train, delete single examples, look where the
# loss moves, and bound the gap with what was measured. Remove the # before what you want to say.
"""

TRAIN = "train.py"
"""The file of the example of `function`."""

OWN_NETWORK = '''\
"""A network of your own, for `--network FILE.py:network`."""

from torch import nn


def network(shape, classes):
    """A module that takes examples of a shape, channels first, and gives a number per class."""
    return nn.Sequential(nn.Flatten(), nn.LazyLinear(32), nn.Tanh(), nn.Linear(32, classes))
'''
"""The file of Python that stands beside the commented run file of a network of one's own."""

OWN_FUNCTION = '''\
"""A training of your own, for `kind = "function"`."""

import numpy as np
from sklearn.linear_model import LogisticRegression


def losses(indices, train, test):
    """Train on the examples at `indices`: the losses at all of `train`, and at all of `test`."""
    model = LogisticRegression(max_iter=500).fit(train.inputs[indices], train.labels[indices])
    return loss(model, train), loss(model, test)


def loss(model, part):
    """One minus the probability of the true class, in [0, 1]."""
    return 1.0 - model.predict_proba(part.inputs)[np.arange(len(part)), part.labels]
'''
"""The file of Python that stands beside the commented run file of a training of one's own."""


def own_code(kind: str | None, target: Path) -> Mapping[Path, str]:
    """The file of Python that goes with a commented run file of this kind, if one does.

    >>> [str(path) for path in own_code("own", Path("run.toml"))]
    ['run_network.py']
    """
    known = {"own": (f"{target.stem}_network.py", OWN_NETWORK), "function": (TRAIN, OWN_FUNCTION)}
    return {target.with_name(name): text for k, (name, text) in known.items() if k == kind}


def run_template(kind: str = "relu-mlp") -> str:
    """A commented run file for a network or model of this kind, with the others in comments.

    Raises SetupError for an unknown kind.

    >>> print(run_template("ridge").splitlines()[3])
    [data]
    """
    if kind not in LEARNERS:
        raise SetupError(
            where="--kind",
            found=kind,
            allowed="one of " + ", ".join(repr(k) for k in LEARNERS),
            remedy=did_you_mean(kind, LEARNERS),
        )
    learner = LEARNERS[kind]
    trained, shown = learner.trained, learner.shown
    training = ["[training]", *section_lines(TrainingSettings)]
    examples = SECTIONS[learner.section][kind].data_examples
    data = section_lines(DataSection, shown, examples)
    out = [HEAD, "[data]", *data, "", *_learner(kind), ""]
    out += [
        "# The other learners: put one of these in place of the section above"
        + (" (a model has no [training])." if trained else " (a network has [training])."),
    ]
    for other in LEARNERS:
        if other != kind:
            out += ["#", *commented_out(_learner(other))]
    out += ["", *(training if trained else commented_out(training)), ""]
    out += ["[deletion]", *section_lines(DeletionSection, shown), ""]
    out += ["[evaluation]", *section_lines(EvaluationSection), ""]
    out += ["[bound]", *section_lines(BoundSection, learner.shown_bound)]
    elastic = ["[elasticity]", *section_lines(ElasticitySection)]
    out += ["", *(elastic if trained else commented_out(elastic))]
    return "\n".join(out) + "\n"


def _learner(kind: str) -> list[str]:
    section = LEARNERS[kind].section
    described = SECTIONS[section][kind]
    return [f"# {described.title}", f"[{section}]", f'kind = "{kind}"', *section_lines(described)]
