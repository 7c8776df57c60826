"""`prove`: theorems derived, their steps and lemmas, mutants, witnesses and errata."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stability.cli.laws import show_laws
from stability.cli.output import AsJson, at_most_one, print_json
from stability.cli.own_theorems import TheoremFiles, every_theorem, read_theorems
from stability.errors import SetupError
from stability.files import write_text

if TYPE_CHECKING:
    from stability.theorems.kinds import Theorem
    from stability.theorems.own import OwnTheorems


def prove(
    identifiers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID...]",
            help="Theorems to prove; all of them if none is given. With --lemmas: subjects, files "
            "or names of lemmas.",
        ),
    ] = None,
    steps: Annotated[
        bool,
        typer.Option(
            "--steps", help="Show the derivation of a theorem (or lemma), each lemma as one step."
        ),
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="With --steps: show the steps of lemmas as well.")
    ] = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="With --steps: write them as an HTML page."),
    ] = None,
    lemmas: Annotated[
        bool, typer.Option("--lemmas", help="List lemmas by subject, with what they state.")
    ] = False,
    mutants: Annotated[
        bool,
        typer.Option(
            "--mutants", help="Change each proved theorem to the unsafe side: none may be proved."
        ),
    ] = False,
    witnesses: Annotated[
        bool,
        typer.Option(
            "--witnesses",
            help="Evaluate each proved theorem in small worlds in which its hypotheses hold.",
        ),
    ] = False,
    hypotheses: Annotated[
        bool,
        typer.Option(
            "--hypotheses",
            help="List the hypotheses: words, formulas, and checks tried at the edge of each.",
        ),
    ] = False,
    errata: Annotated[
        bool,
        typer.Option(
            "--errata",
            help="Show statements of the literature that fail as printed, with counterexamples.",
        ),
    ] = False,
    laws: Annotated[
        bool,
        typer.Option(
            "--laws", help="Try every law that theorems obey, with counterexamples to broken ones."
        ),
    ] = False,
    files: TheoremFiles = None,
    as_json: AsJson = False,
) -> None:
    """Derive the theorems step by step, on the very expressions that the library evaluates.

    A verdict is *proved* (with the named inequalities it rests on), *refuted*, or *undecided* (with
    the reason: no derivation, or the step that is missing). Exit status 1 if a theorem is refuted,
    a mutant is still proved, a witness or a counterexample fails, or a check of a hypothesis
    accepts something else than the hypothesis says, or a law is broken.

    With --theorems and no ID, theorems of your own alone. They are proved by the DERIVATIONS of
    their file, which the checker judges as it does those of the library; they have no witnesses.

    A witness is an algorithm and a distribution, small enough to enumerate, in which all that the
    theorem assumes holds at once. Beside each stated number stands the least one that would be
    true there, and beside the failure probability of a tail the exact one.

    An erratum is a printed statement with an instance in which it fails, beside the corrected one
    in the same instance; with ID, those of which that theorem is the correction.

    The steps of a derivation are numbered. Each is a formula with the rule, lemma or axiom that it
    is made by, the steps that it is made from, and the hypotheses (h1, h2, ...) that it rests on.

    Examples: `stability prove bousquet2002-thm12-emp --steps`, `stability prove --lemmas
    convexity`, `stability prove --theorems mine.py --laws`
    """
    from stability.theorems.catalogue import CATALOGUE, named

    tables = {"mutants": mutants, "witnesses": witnesses, "hypotheses": hypotheses, "laws": laws}
    at_most_one(**tables, errata=errata, lemmas=lemmas)
    at_most_one(**tables, errata=errata, steps=steps)
    if (full or html) and not steps:
        raise SetupError(
            where="prove", found="--full or --html alone", allowed="--full and --html with --steps"
        )
    own = read_theorems(files)
    if steps:
        _steps(identifiers or [], own, lemmas, full, html, as_json)
        return
    if lemmas:
        _lemmas(identifiers or [], as_json)
        return
    known = every_theorem(own)
    chosen = [named(identifier, known) for identifier in identifiers or []]
    if errata:
        raise typer.Exit(int(_errata([theorem.id for theorem in chosen] or None, as_json)))
    chosen = chosen or list(own.theorems or CATALOGUE)
    if witnesses:
        failed = _witnesses(chosen, as_json)
    elif hypotheses:
        failed = _hypotheses(chosen, as_json)
    elif laws:
        failed = show_laws(chosen, as_json)
    else:
        failed = (_mutants if mutants else _ledger)(chosen, own, as_json)
    raise typer.Exit(int(failed))


def _ledger(theorems: list[Theorem], own: OwnTheorems, as_json: bool) -> bool:
    from stability.bounds.best import own_record
    from stability_proofs.ledger.ledger import REFUTED, ledger

    entries = list(ledger(theorems, own.derivations))
    yours = own_record(theorems)
    if as_json:
        print_json({"theorems": [entry.record() for entry in entries], "own_theorems": yours})
    else:
        from stability_proofs.ledger.tables import print_ledger

        print_ledger(entries)
        if yours:
            typer.echo(f"Of your own: {', '.join(one['id'] for one in yours)}.")
    return any(entry.verdict == REFUTED for entry in entries)


def _steps(
    names: list[str],
    own: OwnTheorems,
    of_lemmas: bool,
    full: bool,
    html: Path | None,
    as_json: bool,
) -> None:
    from stability_proofs.display import lemmas, written
    from stability_proofs.display.derivation import folded, unfolded

    if not names:
        what = "names of lemmas" if of_lemmas else "IDs of theorems"
        raise SetupError(where="prove --steps", found="no name", allowed=what)
    unfold = unfolded if full else folded
    if of_lemmas:
        chosen = [lemma for name in names for lemma in lemmas.named(name)]
        found = [written.of_lemma(lemma, unfold) for lemma in chosen]
    else:
        found = [
            one
            for name in names
            for one in written.written(_proved(name, own), unfold, own.derivations.get(name))
        ]
    if html is not None:
        from stability_proofs.display.page import page

        write_text(html, page(f"Derivation of {', '.join(names)}", found))
        typer.echo(f"Written to {html}")
    elif as_json:
        print_json({"derivations": [one.record() for one in found]})
    else:
        from stability_proofs.display.text import text_of

        typer.echo("\n\n".join("\n".join(text_of(one)) for one in found))


def _proved(identifier: str, own: OwnTheorems) -> Theorem:
    """The theorem, if it is proved. Raises SetupError with the reason if it is not."""
    from stability.theorems.catalogue import named
    from stability_proofs.ledger.ledger import PROVED, prove

    theorem = named(identifier, every_theorem(own))
    entry = prove(theorem, own.derivations.get(identifier))
    if entry.verdict != PROVED:
        found = f"a theorem that is {entry.verdict}: {entry.reason}"
        raise SetupError(where=identifier, found=found, allowed="theorems that are proved")
    return theorem


def _lemmas(names: list[str], as_json: bool) -> None:
    from stability_proofs.display import lemmas, text

    chosen = [lemma for name in names for lemma in lemmas.named(name)] or list(lemmas.all_lemmas())
    if as_json:
        print_json({"lemmas": [text.record(lemma) for lemma in chosen]})
    else:
        typer.echo("\n".join(text.text_of_lemmas(chosen)))


def _mutants(theorems: list[Theorem], own: OwnTheorems, as_json: bool) -> bool:
    from stability.runs.tasks import progress_bar
    from stability_proofs.ledger.survivors import survivors_among

    with progress_bar("mutants") as report:
        count, survivors = survivors_among(theorems, report, own.derivations)
    if as_json:
        print_json({"mutants": count, "survivors": [mutant.record() for mutant in survivors]})
    else:
        from stability_proofs.ledger.tables import print_survivors

        print_survivors(count, survivors)
    return bool(survivors)


def _hypotheses(theorems: list[Theorem], as_json: bool) -> bool:
    from stability_proofs.display.hypotheses import hypothesis_rows, print_hypotheses

    rows = hypothesis_rows(theorems)
    if as_json:
        print_json({"hypotheses": [row.record() for row in rows]})
    else:
        print_hypotheses(rows)
    return any(row.differs for row in rows)


def _witnesses(theorems: list[Theorem], as_json: bool) -> bool:
    from stability.bounds.best import own_record
    from stability.runs.tasks import progress_bar
    from stability_proofs.witnesses.rows import evidence

    with progress_bar("witnesses") as report:
        found = list(evidence(theorems, report))
    evaluated = {one.theorem for one in found}
    own = own_record(theorems)
    known = evaluated.union(one["id"] for one in own)
    undecided = [theorem.id for theorem in theorems if theorem.id not in known]
    if as_json:
        told = [one.record() for one in found]
        print_json({"witnesses": told, "undecided": undecided, "own_theorems": own})
    else:
        from stability_proofs.ledger.tables import print_evidence

        print_evidence(found, undecided)
        if own:
            typer.echo(f"Of your own, without a witness: {', '.join(one['id'] for one in own)}.")
    return any(one.faults for one in found)


def _errata(theorems: list[str] | None, as_json: bool) -> bool:
    from stability.runs.tasks import progress_bar
    from stability_proofs.errata.rows import findings

    with progress_bar("errata") as report:
        found = list(findings(theorems, report))
    if as_json:
        print_json({"errata": [finding.record() for finding in found]})
    else:
        from stability_proofs.errata.table import print_findings

        print_findings(found)
    return any(finding.fault for finding in found)
