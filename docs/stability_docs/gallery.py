"""A page for each experiment with stored results, and the list of all experiments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from stability_docs.markdown import plain, table
from stability_experiments.framework.finding import experiments
from stability_experiments.framework.results_page import section
from stability_experiments.framework.stored import stored_results

FIGURES = "../../../experiments/results"
"""The folder of the stored results, seen from a page of the gallery."""
HEAD = """\
# Experiments

Each experiment declares what it shows, compares its numbers with published ones where there are
some, and states claims that must hold; a claim that does not hold says so.
`stability experiment run NAME --out DIR` runs one.
"""


def gallery() -> Mapping[str, str]:
    """The pages by name."""
    by_name = groupby(stored_results(), key=lambda stored: stored.experiment.name)
    pages = {
        name: "\n".join(section(list(group), FIGURES)).replace("## ", "# ", 1)
        for name, group in by_name
    }
    return {"index": "\n".join(_index(frozenset(pages))), **pages}


def _index(stored: frozenset[str]) -> Iterator[str]:
    yield HEAD
    for area, group in groupby(experiments(), key=lambda e: e.body.__module__.split(".")[1]):
        yield f"## {area.capitalize()}\n"
        rows = [
            (f"[{e.name}]({e.name}.md)" if e.name in stored else e.name, plain(e.shows))
            for e in group
        ]
        yield from table(("experiment", "what it shows"), rows)
    yield from ("```{toctree}", ":hidden:", "", *sorted(stored), "```", "")
