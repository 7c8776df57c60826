"""`theorems` and `evaluate`: what the library knows, and its statements at numbers of your own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stability.cli.output import AsJson, AsLatex, at_most_one, console, print_json
from stability.cli.own_theorems import TheoremFiles, every_theorem, read_theorems
from stability.conventions import Kind
from stability.errors import SetupError

if TYPE_CHECKING:
    from stability.theorems.evaluate import Evaluation

TheoremId = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="An identifier that `stability theorems` lists.", show_default=False
    ),
]
PROMISES = {
    Kind.UPPER: "an upper bound",
    Kind.EXACT: "the exact value",
    Kind.LOWER: "a lower bound",
    Kind.ASYMPTOTIC: "asymptotic: it promises nothing at this sample size",
    Kind.ESTIMATE: "an estimate: it promises nothing",
}
"""What a number of each kind promises."""


def theorems(
    identifier: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A theorem to show in full.")
    ] = None,
    as_json: AsJson = False,
    as_latex: AsLatex = False,
    as_bib: Annotated[
        bool, typer.Option("--bib", help="Print a .bib file of the sources.")
    ] = False,
    files: TheoremFiles = None,
) -> None:
    """The theorems of the library; with an ID its statement, hypotheses, conventions and symbols.

    With --theorems and no ID, those of your own alone.

    Example: `stability theorems elastic-finite-emp`, or `stability theorems --theorems mine.py`
    """
    at_most_one(json=as_json, latex=as_latex, bib=as_bib)
    from stability.theorems.catalogue import CATALOGUE, named

    own = read_theorems(files)
    chosen = own.theorems or CATALOGUE
    if identifier is not None:
        chosen = (named(identifier, every_theorem(own)),)
    if as_json:
        records = [theorem.record() for theorem in chosen]
        print_json({"theorems": records} if identifier is None else records[0])
    elif as_bib:
        from stability.report.citations import bibliography

        typer.echo(bibliography(chosen))
    elif as_latex:
        for theorem in chosen:
            for label, text in theorem.latex().items():
                typer.echo(f"% {theorem.id}, {label}\n{text}")
    else:
        from stability.report.terminal.theorem_cards import theorem_panel, theorems_table

        one = identifier is not None
        console().print(theorem_panel(chosen[0]) if one else theorems_table(chosen))


def evaluate(
    identifier: TheoremId,
    values: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME=VALUE...", help="The symbols, such as m=60000 delta=0.05."),
    ] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Print the rational, or 30 digits on both sides of it.")
    ] = False,
    as_json: AsJson = False,
    form: Annotated[str | None, typer.Option(help="Which of several statements.")] = None,
    which: Annotated[str | None, typer.Option(help="Which of several values.")] = None,
    theorems: TheoremFiles = None,
) -> None:
    """The number that a theorem's statement gives for numbers of your own.

    A decimal means exactly that decimal. Every symbol of the statement has to be given, the range
    M of the losses too. For steps c/t give c in place of alpha. Only the range of each symbol is
    checked: the hypotheses of the theorem are up to you, and are repeated.

    Example: `stability evaluate bousquet2002-thm12-emp m=60000 delta=0.05 beta=1e-5 M=1`
    """
    from stability.theorems.catalogue import named
    from stability.theorems.evaluate import evaluate as evaluate_theorem

    theorem = named(identifier, every_theorem(read_theorems(theorems)))
    found = evaluate_theorem(theorem, _named_values(values or []), form=form, which=which)
    if as_json:
        from stability.bounds.best import own_record

        print_json({**_record(found), "own_theorems": own_record([theorem])})
        return
    for name in found.values if which is None else (found.which,):
        typer.echo(f"{name} = {_exactly(found, name) if exact else repr(found.rounded(name))}")
    statement = f", {found.form}" if found.form else ""
    side = "down" if found.kind is Kind.LOWER else "up"
    how = "" if exact else f"; floats are rounded {side}"
    typer.echo(f"{found.id}{statement}: {PROMISES[found.kind]}{how}")
    typer.echo(f"It is: {', '.join((*found.labels.words, found.labels.losses))}.")
    for warning in found.warnings:
        typer.echo(warning)
    if theorem.origin is not None:
        typer.echo(f"It is a theorem of your own, from {theorem.origin.place}.")
    if found.note:
        typer.echo(found.note)


def _named_values(pairs: list[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise SetupError(
                where="evaluate", found=pair, allowed="NAME=VALUE without blanks, such as m=60000"
            )
        if name in given:
            raise SetupError(where=name, found="two values", allowed="one value for each symbol")
        given[name] = value
    return given


def _exactly(found: Evaluation, name: str) -> str:
    enclosure = found.values[name]
    if enclosure.is_exact:
        return str(enclosure.low)
    return "between {} and {}".format(*enclosure.decimals())


def _record(found: Evaluation) -> dict[str, Any]:
    from stability.setup.plain import finite

    return finite(
        {
            "id": found.id,
            "form": found.form,
            "which": found.which,
            "value": found.value,
            **found.labels.record(),
            "enclosure": list(found.enclosure.decimals()),
            "values": {
                name: {"value": found.rounded(name), "enclosure": list(e.decimals())}
                for name, e in found.values.items()
            },
            "trivial": None if found.trivial is None else float(found.trivial),
            "vacuous": found.vacuous,
            "unchecked": list(found.unchecked),
            "note": found.note,
        }
    )
