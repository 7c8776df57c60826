"""A page for each theorem: statement, hypotheses, source, verdict, derivation, witness, example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stability.report.html.notebook import formulas
from stability.report.terminal.theorem_cards import CATEGORIES, convention_lines
from stability.report.words import LEGEND
from stability.theorems.kinds import Theorem
from stability.theorems.statements.symbols import MEANINGS, latex
from stability_docs.computed import Computed
from stability_docs.examples import Constant, Example, Found, through
from stability_docs.markdown import block, display, folded, math, plain, table
from stability_docs.proofs import Proof

DERIVATIONS = "derivations"
"""The folder of the site in which pages with every step of a derivation lie."""
WORDS = dict(LEGEND)
DIRECTIONS = {1: "the value grows with it", -1: "the value falls with it"}


def page(theorem: Theorem, known: Computed) -> str:
    """The page of a theorem as Markdown."""
    lines = [
        *("---", "orphan: true", "---", ""),
        *(f"# {theorem.id}", "", "[All theorems](index.md)", ""),
        f"{plain(theorem.title[0].upper() + theorem.title[1:])}: {CATEGORIES[theorem.category]}.",
        "",
        *_source(theorem),
        *_statement(theorem),
        *_hypotheses(theorem),
        *_symbols(theorem),
        *_example(theorem, known.examples),
        *_verdict(theorem, known.proofs[theorem.id]),
        *_witnesses(known.proofs[theorem.id]),
        *_commands(theorem),
    ]
    return "\n".join(lines)


def _source(theorem: Theorem) -> Iterator[str]:
    source = theorem.source
    yield f"- Source: {plain(str(source))}. The statement was obtained as `{source.trust}`"
    yield "  ({ref}`what the tags mean <source-tags>`)."
    if source.note:
        yield f"- {plain(source.note)}."
    yield f"- Trust: **{theorem.trust}**: {plain(WORDS[str(theorem.trust)])}."
    yield ""


def _statement(theorem: Theorem) -> Iterator[str]:
    yield "## Statement\n"
    if theorem.unspecified:
        names = ", ".join(theorem.unspecified)
        yield f"A formula only: the source does not give {plain(names)}, so no number follows.\n"
    name = None
    for title, formula in formulas(theorem):
        if title and title != name:
            yield f"{plain(title)}:\n"
        name = title
        yield from display(formula)
    domains = dict.fromkeys(latex(r) for s in theorem.statements for r in s.domain)
    if domains:
        yield f"It holds for {', '.join(map(math, domains))}.\n"
    yield from (f"- {plain(line.removeprefix('- '))}" for line in convention_lines(theorem))
    yield ""


def _hypotheses(theorem: Theorem) -> Iterator[str]:
    yield "## Hypotheses\n"
    for hypothesis in theorem.hypotheses:
        checked = "" if hypothesis.check else " (promised by describing the training so)"
        yield f"- {plain(hypothesis.text)}{checked}"
    if not theorem.hypotheses:
        yield "None but a constant of the kind that it takes."
    yield ""


def _symbols(theorem: Theorem) -> Iterator[str]:
    yield "## Symbols\n"
    rows = []
    for name, meaning in theorem.symbols().items():
        direction = DIRECTIONS.get(theorem.monotone.get(name, 0), "")
        rows.append((math(MEANINGS[name].latex), f"`{name}`", plain(meaning), direction))
    yield from table(("symbol", "name", "meaning", "direction"), rows)


def _verdict(theorem: Theorem, proof: Proof) -> Iterator[str]:
    entry = proof.entry
    yield "## Verdict of the ledger\n"
    if not proof.html:
        yield f"**{entry.verdict}**: {plain(entry.reason)}.\n"
        return
    rests = ", ".join(f"`{name}`" for name in entry.axioms)
    on = f"the named inequalities {rests}" if rests else "definitions alone"
    yield f"**{entry.verdict}**, resting on {on}. The derivation has {proof.steps} steps"
    yield f'(<a href="../../{DERIVATIONS}/{theorem.id}.html">every step</a>).\n'
    told = (f"- `{by}`: {plain(about)}" if about else f"- `{by}`" for by, about in proof.sources)
    yield from folded("The inequalities, lemmas and rules that make the steps", told)
    if proof.short:
        yield from folded("The derivation", block(proof.short))


def _witnesses(proof: Proof) -> Iterator[str]:
    if not proof.witnesses:
        return
    yield "## Witness\n"
    yield "A learner and a distribution, small enough to enumerate, in which all hypotheses hold:"
    yield "the stated number beside the least one that would be true there.\n"
    for instance in dict.fromkeys(row.instance for row in proof.witnesses):
        yield f"{plain(instance[0].upper() + instance[1:])}:\n"
        rows = [row for row in proof.witnesses if row.instance == instance]
        cells = [
            (plain(r.statement), plain(r.quantity), f"{r.value:.4g}", f"{r.bound:.4g}")
            for r in rows
        ]
        yield from table(("statement", "quantity", "least true", "stated"), cells)


def _example(theorem: Theorem, examples: tuple[Example, ...]) -> Iterator[str]:
    yield "## What it gives\n"
    own = [(e, c) for e in examples for c in e.constants if c.theorem == theorem.id]
    best = next(through(theorem.id, examples), None)
    if best is None and not own:
        yield "None of the example setups of this site leads to a number by it.\n"
        return
    example = best[0] if best else own[0][0]
    yield "From the setup file\n"
    yield from block(example.text, "toml")
    yield from _constants([c for e, c in own if e is example])
    if best:
        yield from _bound(best[1])


def _constants(constants: list[Constant]) -> Iterator[str]:
    for constant in constants:
        values = ", ".join(f"{name} = {text}" for name, text in constant.values)
        yield f"- {plain(constant.statement or 'the constant')}: `{values}`"
    if constants:
        yield ""


def _bound(found: Found) -> Iterator[str]:
    path = " → ".join(f"[{step}]({step}.md)" for step in found.path)
    vacuous = " It says no more than the range of the losses does." if found.vacuous else ""
    yield f"the best bound by way of it is **{found.value}** ({plain(found.labels)}),"
    yield f"along {path}.{vacuous}\n"


def _commands(theorem: Theorem) -> Iterator[str]:
    yield "## On the command line\n"
    commands = [f"stability theorems {theorem.id}", f"stability prove {theorem.id}"]
    yield from block("\n".join(f"$ {command}" for command in commands), "console")


def pages(theorems: tuple[Theorem, ...], known: Computed) -> Mapping[str, str]:
    """The pages by id."""
    return {theorem.id: page(theorem, known) for theorem in theorems}
