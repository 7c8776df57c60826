"""Analyses as plain values, for JSON. Field names are those of the symbols and of the files."""

from __future__ import annotations

from typing import Any

from stability.bounds.analyse import Analysis
from stability.bounds.best import own_record
from stability.bounds.calibrate import nonvacuous_size
from stability.report.verdict import verdict
from stability.setup.plain import finite
from stability.theorems.kinds.bound import Bound

ROW_FIELDS = (
    "theorem",
    "constant",
    "path",
    "form",
    "notion",
    "neighbour",
    "convention",
    "quantity",
    "sides",
    "kind",
    "provenance",
    "trust",
    "high_probability_over",
    "averaged_over",
    "failure",
    "range",
    "range_from",
    "value",
    "trivial",
    "vacuous",
    "nonvacuous_from",
    "nonvacuous_reach",
    "chosen",
    "formula",
    "latex",
)
"""The fields of a row, in order."""


def analysis_record(analysis: Analysis, quantity: str | None = None) -> dict[str, Any]:
    """An analysis as plain values: `setup`, `delta`, `best`, `constants`, `rows` and `refused`.

    `own_theorems` are those of your own that were tried, each with what it was read from.

    `best` holds the verdict and the places among `rows` of the bounds that it names; the rows start
    with the best. With a quantity, only bounds on that are there.

    `constant` of a row is the first step of its path; `notion`, `neighbour` and `convention` are
    those of the constant that the generalization theorem took. `value` is null if it is above
    the largest float. `nonvacuous_from` is a sample size at which a vacuous row says something
    by the same path; null for rows that already do, and where none was found. `nonvacuous_reach`
    says at which others it is known to: "every larger size", "multiples of 128" (larger ones), or
    "this size" alone, where nothing is known of others. Beside the fields of `ROW_FIELDS` a row has
    those of `formula_record`.

    >>> from stability.setup.setup import AssumedStability, Loss, Sample, Setup
    >>> from stability.bounds.analyse import analyse
    >>> own = AssumedStability(notion="uniform", values={"beta": "0.001"}, scaling="1/m")
    >>> setup = Setup(sample=Sample(10), loss=Loss(range=1), stability=own)
    >>> record = analysis_record(analyse(setup))
    >>> [row["nonvacuous_from"] for row in record["rows"] if row["theorem"] == "bousquet2020-tail"]
    [17]
    """
    rows = analysis.ordered(quantity)
    return {
        "setup": analysis.setup.record(),
        "delta": float(analysis.delta),
        "best": verdict(analysis, quantity).record(rows),
        "constants": [finite(constant.record()) for constant in analysis.constants],
        "rows": [{**bound_record(bound), **formula_record(bound)} for bound in rows],
        "refused": [refusal.record() for refusal in analysis.refused],
        "own_theorems": own_record(analysis.theorems),
    }


def bound_record(bound: Bound) -> dict[str, Any]:
    """One bound as plain values, with the fields of `ROW_FIELDS`."""
    stability, vacuous = bound.stability, bound.vacuous
    larger = nonvacuous_size(bound)
    values = {
        "theorem": bound.theorem,
        "constant": bound.path[0],
        "path": list(bound.path),
        "form": {"constant": stability.form, "theorem": bound.form},
        "notion": str(stability.notion),
        "neighbour": str(stability.neighbour),
        "convention": str(bound.convention) if bound.convention else None,
        **bound.labels.record(),
        "value": bound.value,
        "trivial": bound.trivial_value,
        "vacuous": vacuous,
        "nonvacuous_from": None if larger is None else larger.size,
        "nonvacuous_reach": None if larger is None else larger.reach_words,
        "chosen": {name: float(value) for name, value in bound.chosen.items()},
        "formula": str(bound.statement),
        "latex": bound.latex,
    }
    return finite({name: values[name] for name in ROW_FIELDS})


def formula_record(bound: Bound) -> dict[str, Any]:
    """A bound as one formula in the symbols of the setup, with what these stand for.

    `setup_formula` and `setup_latex` are the constants of the whole path put into the statement;
    null where they rest on a sequence of numbers, one for each step. `setup_values` has m as well.
    """
    found = bound.formula
    if found is None:
        return {"setup_formula": None, "setup_latex": None, "setup_values": None}
    values = {name: float(value) for name, value in found.values.items()}
    return {
        "setup_formula": str(found.expression),
        "setup_latex": found.latex,
        "setup_values": {"m": bound.stability.setup.sample.size, **values},
    }
