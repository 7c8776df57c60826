"""`prove --laws`: the laws that every theorem obeys, tried on some theorems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from stability.cli.output import print_json
from stability.errors import SetupError, install_command

if TYPE_CHECKING:
    from stability.testing.laws.law import LawResult
    from stability.theorems.kinds import Theorem

EXAMPLES = 20
"""Random settings for each law; `stability.testing.check_contract` takes any number."""


def show_laws(theorems: Sequence[Theorem], as_json: bool) -> bool:
    """Print what came of each law, broken ones with a counterexample; whether one is broken.

    Raises SetupError if hypothesis is not installed, with which settings are drawn.
    """
    from stability.runs.tasks import progress_bar

    results: list[LawResult] = []
    with progress_bar("laws") as report:
        for done, theorem in enumerate(theorems):
            report(done, len(theorems))
            results += _tried(theorem)
        report(len(theorems), len(theorems))
    broken = [result for result in results if result.verdict == "broken"]
    if as_json:
        print_json({"laws": [_record(result) for result in results]})
        return bool(broken)
    for theorem in theorems:
        own = [result for result in results if result.theorem == theorem.id]
        held = sum(result.verdict == "holds" for result in own)
        fails = [result for result in own if result.verdict == "broken"]
        typer.echo(
            f"{theorem.id}: {held} laws hold, {len(fails)} broken, "
            f"{len(own) - held - len(fails)} do not apply"
        )
        for result in fails:
            typer.echo(f"  {result.law}: {result.counterexample}")
    return bool(broken)


def _tried(theorem: Theorem) -> list[LawResult]:
    try:
        from stability.testing.laws.battery import check_contract
    except ImportError as error:
        raise SetupError(
            where="prove --laws",
            found="no hypothesis, the package that draws the settings",
            allowed="an installation with it",
            remedy=f"Install it: {install_command('testing')}",
        ) from error
    return check_contract(theorem, examples=EXAMPLES)


def _record(result: LawResult) -> dict[str, str | None]:
    return {
        "theorem": result.theorem,
        "law": result.law,
        "verdict": result.verdict,
        "counterexample": result.counterexample or None,
    }
