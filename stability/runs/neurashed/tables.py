"""What was found about a hierarchy as rows of text, for the terminal and the page."""

from __future__ import annotations

import numpy as np

from stability.dynamics.neurashed.graph import Floats
from stability.report.compared import label_notes
from stability.rounding import rounded
from stability.runs.neurashed.measure import HierarchyFindings

Rows = tuple[tuple[str, ...], ...]

GROUP_COLUMNS = ("instances", "before training", "trained", "standard error")
FEATURE_COLUMNS = (
    *("feature", "level", "classes", "fires", "in a batch"),
    *("drift without gate", "factor", "standard error of ln"),
)
CONSTANT_COLUMNS = ("constant", "value", "what it is")
BOUND_COLUMNS = ("bound on the gap", "value", "promise")
MEANINGS = (
    ("U", "the largest change anywhere: the uniform constant"),
    ("B", "the largest mean of a deleted instance over test instances"),
    ("B1", "the mean over deleted and test instances"),
    ("D", "the mean change at the deleted instance itself"),
)
BOUND_NOTE = (
    "Deletions are exact: the training is run again without the instance. The constants are those "
    "of this one sample, though, so the bounds are estimates and promise nothing."
)


def number(value: float, digits: int = 3) -> str:
    """A number for a table; a dash where there is none."""
    return rounded(float(value), digits) if np.isfinite(value) else "-"


def feature_note(findings: HierarchyFindings) -> str:
    """What the columns of features are."""
    updates = findings.study.updates
    gate = (
        " The gate multiplies growth by the mean residual, so that in time every feature that does "
        "not always fire falls."
        if updates.gated
        else ""
    )
    return (
        "Fires: share of the instances whose class is made of the feature. A factor grows if its "
        f"feature fires in more than q* = {rounded(updates.survival_rate, 4)} of the steps that "
        f"touch it; the drift is the mean change of ln(factor) per step.{gate} Factors are "
        "geometric means over seeds."
    )


def verdict(findings: HierarchyFindings) -> str:
    """In a few sentences: how elastic the hierarchy became, and what deletions do."""
    first, last = (np.nanmean(findings.elasticity[k], axis=0) for k in (0, -1))
    far = findings.groups[-1]
    local, before = last[-1] / last[0], first[-1] / first[0]  # small is local
    change = "more" if local < before else "less" if local > before else "no more"
    share = findings.reading.summary
    return (
        f"An update on one instance moves the scores of others of its class {number(last[0])} "
        f"times as much as its own, of the farthest ({far}) {number(last[-1])} times: "
        f"{_to_one(last)}, before training {_to_one(first)}. Training made "
        f"it {change} locally elastic. Deleting one of m = {share.sample_size} instances moves the "
        f"loss at a test instance by {number(share.B)}/m in the mean at most, and by "
        f"{number(share.U)}/m at the worst instance."
    )


def _to_one(values: Floats) -> str:
    """The first of several numbers over the last, in words."""
    return "not at all" if values[-1] == 0.0 else f"{number(values[0] / values[-1])} to 1"


def group_rows(findings: HierarchyFindings) -> Rows:
    """Relative elasticity by groups, before and after training, and the accuracy."""
    values, seeds = findings.elasticity, findings.elasticity.shape[1]
    rows = [
        (
            name,
            number(float(np.nanmean(values[0, :, k]))),
            number(float(np.nanmean(values[-1, :, k]))),
            _error(values[-1, :, k]),
        )
        for k, name in enumerate(findings.groups)
    ]
    right = findings.accuracy
    shown = (f"{right[k].mean():.1%}" for k in (0, -1))
    return (*rows, (f"accuracy, {seeds} seeds", *shown, _error(right[-1])))


def feature_rows(findings: HierarchyFindings) -> Rows:
    """Every hidden feature: how often it fires, what that means for it, where its factor ended."""
    study, graph = findings.study, findings.graph
    size, updates = study.training.batch_size, study.updates
    last = findings.course.last
    rows = []
    for number_of, place in enumerate(graph.slices, start=2):
        for k in range(place.start, place.stop):
            rate = float(findings.rates[k])
            rows.append(
                (
                    graph.features[k], str(number_of), str(int(graph.reach[:, k].sum())),
                    f"{rate:.1%}", f"{float(updates.batch_rate(rate, size)):.1%}",
                    number(float(updates.drift(rate, size)), 2),
                    number(float(np.exp(np.clip(last[:, k].mean(), -700, 700)))),
                    _error(last[:, k]),
                )
            )  # fmt: skip
    return tuple(rows)


def constant_rows(findings: HierarchyFindings) -> Rows:
    """The elastic constants on the scale m |change|, and the measured gap."""
    summary, effects = findings.reading.summary, findings.reading.effects
    values = tuple((n, number(getattr(summary, n)), f"{text}, times m") for n, text in MEANINGS)
    return (*values, ("gap", number(effects.gap), "mean test loss minus mean training loss"))


def bound_rows(findings: HierarchyFindings) -> Rows:
    """The bounds that follow, each an estimate."""
    return tuple(
        (name, rounded(bound.value, 4), ", ".join(bound.labels.words))
        for name, bound in findings.reading.bounds
    )


def bound_notes(findings: HierarchyFindings) -> tuple[str, ...]:
    """What the bounds promise."""
    return (BOUND_NOTE, *label_notes(findings.reading.bounds))


def _error(values: np.ndarray) -> str:
    """The standard error of a mean over seeds."""
    there = values[~np.isnan(values)]
    if len(there) < 2:
        return "-"
    return number(float(there.std(ddof=1) / np.sqrt(len(there))), 2)
