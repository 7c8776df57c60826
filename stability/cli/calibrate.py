"""`calibrate`: which sample size, steps, step size or regularisation meets a target."""

from __future__ import annotations

from typing import Annotated

import typer

from stability.bounds.parameters import PARAMETERS
from stability.cli.bounds import SetupFile
from stability.cli.output import AsJson, Delta, Quantity, print_json
from stability.cli.own_theorems import TheoremFiles, every_theorem, read_theorems


def calibrate(
    setup: SetupFile,
    target: Annotated[str, typer.Option(help="The value that the bound shall not exceed.")],
    solve: Annotated[str, typer.Option(help="What to solve for: " + ", ".join(PARAMETERS) + ".")],
    theorem: Annotated[
        str | None,
        typer.Option(help="A theorem that the bound shall use. Missing: the best there is."),
    ] = None,
    quantity: Quantity = None,
    delta: Delta = "0.05",
    as_json: AsJson = False,
    theorems: TheoremFiles = None,
) -> None:
    """A sample size or regularization, as small as is found, or a number of steps or a step size,
    as large as is found, at which a bound meets a target.

    The value printed, put back in the setup file, was checked to meet the target. Bounds need not
    be monotone: of other values only those that are named are known to meet it, and a feasible
    stretch that lies between two points of the search grid is not seen.

    The best bound is one of the library wherever there is one; what theorems of your own
    (--theorems) would give is named beside it, and taken if --theorem names one of them.

    Example: `stability calibrate setup.toml --target 0.1 --solve sample.size`
    """
    from stability.bounds import calibrate as inverse_problems
    from stability.bounds.best import of_your_own
    from stability.report.verdict import VOUCHED, named_beside
    from stability.rounding import rounded_up
    from stability.setup.file import read_setup

    answer = inverse_problems.calibrate(
        read_setup(setup),
        target,
        solve,
        theorem=theorem,
        quantity=quantity,
        delta=delta,
        theorems=every_theorem(read_theorems(theorems)),
    )
    if as_json:
        print_json(answer.record())
        return
    typer.echo(f"{answer.solve} = {answer.number}")
    typer.echo(f"bound {rounded_up(answer.bound)} <= {target}, by {' > '.join(answer.path)}")
    typer.echo(answer.elsewhere)
    labels = answer.best.bound.labels
    typer.echo(f"It is: {', '.join((*labels.words, labels.losses))}.")
    if own := of_your_own(answer.best.bound):
        typer.echo(f"It rests on {own}, {VOUCHED}.")
    for line in named_beside(answer.best):
        typer.echo(line)
    if answer.at_end:
        typer.echo("The search ended here: a still better value might do.")
    if answer.vacuous:
        typer.echo("A target this large is met by the range of the loss alone.")
    own = answer.setup.stability
    if own is not None and own.scaling == "1/m":
        values = ", ".join(f"{name} = {float(value):.12g}" for name, value in own.values)
        typer.echo(f"At that size your own constant is taken as {values}.")
