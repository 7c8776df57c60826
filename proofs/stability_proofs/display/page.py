"""Derivations as one HTML page without anything from elsewhere; every text in it is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from stability_proofs.display.derivation import HYPOTHESIS, Line
from stability_proofs.display.written import Written

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .3em .6em; border-top: 1px solid #8884; }
code { font: 14px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
tr:target { background: #fd06; }
tr.claim { font-weight: bold; }
"""


def page(title: str, derivations: Sequence[Written]) -> str:
    """A page with a table of steps for each derivation; numbers of steps are links to them."""
    body = "\n".join(row for k, one in enumerate(derivations, 1) for row in _section(k, one))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )


def _section(number: int, derivation: Written) -> Iterator[str]:
    yield f"<h2>{escape(derivation.id)}</h2>\n<p><code>{escape(derivation.claim)}</code></p>"
    yield "<table>\n<tr><th>step</th><th>formula</th><th>by</th><th>from</th><th>under</th></tr>"
    for line in derivation.lines:
        yield _row(number, line, line.name in derivation.proves)
    yield "</table>\n<h3>Rules, lemmas and axioms</h3>\n<dl>"
    for by, about in derivation.sources():
        yield f"<dt><code>{escape(by)}</code></dt><dd>{escape(about)}</dd>"
    yield "</dl>"


def _row(number: int, line: Line, claim: bool) -> str:
    by = line.by + (f" ({line.detail})" if line.detail else "")
    under = "" if line.by == HYPOTHESIS else _links(number, line.rests_on)
    kind = ' class="claim"' if claim else ""
    return (
        f'<tr id="s{number}-{escape(line.name)}"{kind}><td>{escape(line.name)}</td>'
        f"<td><code>{escape(line.formula)}</code></td><td>{escape(by)}</td>"
        f"<td>{_links(number, line.uses)}</td><td>{under}</td></tr>"
    )


def _links(number: int, names: Sequence[str]) -> str:
    return ", ".join(f'<a href="#s{number}-{escape(n)}">{escape(n)}</a>' for n in names)
