"""Lower bounds: the formula that some problem is at least so unstable, shown by an instance.

Step sizes, the order of visiting and its law are given, and two examples: every example has a
`sign`, 1 or -1, that of `plus` is 1 and that of `minus` -1; `unit` is a vector of norm 1. A
derivation says what losses, gradients, projection and runs are, in these terms (HEADS, and the mean
and root mean square of L(z)). Then every hypothesis on a problem has to hold of them, runs have to
start and move as said, what is evaluated is the training loss and lies in [0, M] for all that runs
give, and the expected loss at `plus` has to change by the stated value when `plus`, at any place of
any sample, becomes `minus`. As the functions are spelled out there is such a problem: this is what
`some problem` promises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stability.conventions import Averaged, Kind, Neighbour, Notion, Scope
from stability.theorems.kinds import StabilityStatement, StabilityTheorem
from stability_proofs.kernel.checker import assume, interpret
from stability_proofs.kernel.notation import E, absolute, every, square
from stability_proofs.kernel.terms import (
    NATURAL,
    REAL,
    VECTOR,
    ProofError,
    Term,
    app,
    eq,
    le,
    put,
    replace,
    unbound,
    var,
    variables,
)
from stability_proofs.semantics import training
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.samples import S, z
from stability_proofs.semantics.training import k, measured, r, run, t, w

plus, minus = var("plus", "example"), var("minus", "example")
unit = var("unit", VECTOR)

HEADS: Mapping[str, tuple[Term, ...]] = {
    "cost": (w, z),
    "slope": (w, z),
    "measured": (w, z),
    "penalty": (w,),
    "pull": (w,),
    "steepness": (z,),
    "inside": (w,),
    "projected": (w,),
    "run": (S, r, t),
    "skipped": (S, r, k, t),
    "retrained": (S, r, k, t),
}
"""What an instance says, in these variables."""
NUMBERS = ("L_mean", "L_rms", "L_4")
"""And these numbers of it."""


def sign(point: Term) -> Term:
    """1 or -1."""
    return app("sign", point)


def given() -> tuple[Term, ...]:
    """The examples and the vector that an instance may use."""
    return (
        every(z, eq(sign(z) * sign(z), 1)),
        eq(sign(plus), 1),
        eq(sign(minus), -1),
        eq(square(unit), 1),
    )


def speaks_of_problem(formula: Term) -> bool:
    """Whether a formula is about what an instance says, and so has to be shown."""
    names = {v.args[0] for v in variables(formula)}
    return bool(_heads(formula) & set(HEADS) or names & set(NUMBERS))


def evaluated() -> Term:
    """The evaluated loss is the training loss."""
    return every(w, z, eq(training.cost(w, z), measured(w, z)))


def in_range(M: Term) -> tuple[Term, ...]:
    """The losses of what runs give lie in [0, M]."""
    loss = measured(run(S, r, LAST), z)
    return (every(S, r, z, le(0, loss)), every(S, r, z, le(loss, M)))


def required(
    theorem: StabilityTheorem, statement: StabilityStatement, said: Iterable[Term]
) -> tuple[Term, ...]:
    """What has to be shown of the instance, before its functions are put in."""
    shape = (
        statement.notion,
        statement.neighbour,
        theorem.averaged_over,
        theorem.kind,
        theorem.scope,
    )
    known = (Notion.UNIFORM, Neighbour.REPLACEMENT, Averaged.ALGORITHM, Kind.LOWER, Scope.SOME)
    if shape != known:
        raise ProofError(f"{theorem.id}: {statement.name} has no formula for some problem")
    return (*said, *training.starts_alike(), evaluated(), *in_range(var("M")))


def shown(
    required_: Iterable[Term], functions: Mapping[str, Term], value: Term
) -> tuple[Term, ...]:
    """The formulas to be shown, for these functions."""
    if set(functions) != {*HEADS, *NUMBERS}:
        raise ProofError(f"an instance says what these are: {(*HEADS, *NUMBERS)}")
    for head, body in functions.items():
        _well_said(head, body)
    first = put(S, k, plus)
    before, after = (measured(run(s, r, LAST), plus) for s in (first, put(first, k, minus)))
    least = every(S, k, le(value, absolute(E(r, before) - E(r, after))))
    return tuple(_of_instance(formula, functions) for formula in (*required_, least))


def _of_instance(formula: Term, functions: Mapping[str, Term]) -> Term:
    numbers = {var(name): functions[name] for name in NUMBERS}
    theorem = assume(replace(formula, numbers))
    for head, inputs in HEADS.items():
        theorem = interpret(theorem, head, inputs, functions[head])
    return theorem.conclusion


def _well_said(head: str, body: Term) -> None:
    """A function depends on its inputs and on what is given, and on nothing else."""
    known = {*HEADS.get(head, ()), plus, minus, unit, training.START}
    unknown = {v for v in variables(body) - known if v.sort not in (REAL, NATURAL)}
    if unknown or _heads(body) & set(HEADS) or not unbound(body):
        raise ProofError(f"{head} depends on what it may not: {sorted(map(str, unknown))}")


def _heads(x: object) -> frozenset[str]:
    if isinstance(x, Term):
        return frozenset((x.head,)).union(*map(_heads, x.args))
    return frozenset().union(*map(_heads, x)) if isinstance(x, (tuple, frozenset)) else frozenset()
