"""The claims that a derivation has to prove, built from the theorem's own data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from types import MappingProxyType

from stability.conventions import (
    AT_POSITIONS,
    FURTHER_VALUES,
    OF_LAWS,
    VALUES,
    Averaged,
    Convention,
    Kind,
    Neighbour,
    Notion,
    Over,
    Positions,
    Quantity,
    Scope,
)
from stability.theorems.kinds import (
    Conversion,
    ConversionStatement,
    GeneralizationStatement,
    GeneralizationTheorem,
    StabilityStatement,
    StabilityTheorem,
    Statement,
)
from stability.theorems.kinds import Theorem as Named
from stability.theorems.kinds.hypotheses import AveragedOver
from stability.theorems.kinds.hypothesis import Hypothesis
from stability.theorems.kinds.situation import FAILURES, Choice
from stability.theorems.kinds.support import Support
from stability.theorems.statements.symbols import names_in
from stability_proofs.kernel.checker import Theorem, alike
from stability_proofs.kernel.notation import E, show
from stability_proofs.kernel.terms import (
    NATURAL,
    REAL,
    VECTOR,
    ProofError,
    Term,
    canon,
    le,
    replace,
    variables,
)
from stability_proofs.semantics import (
    algorithms,
    constants,
    draws,
    excess,
    folds,
    instances,
    labels,
    on_average,
    one_draw,
    privacy,
    randomised,
    samples,
    slack,
)
from stability_proofs.semantics.hypotheses import formulas, of_schedule, of_symbols
from stability_proofs.semantics.reading import read, symbol_facts, symbol_term

OF_TRAINING = frozenset(("L_mean", "L_rms", "L_4", "L", "mu", "gamma", "alpha"))
"""Symbols of which hypotheses on losses and steps speak."""


@dataclass(frozen=True)
class Derived:
    """What a derivation gives: a theorem for each goal.

    For an elastic constant also the functions it speaks of: `beta` in `samples.y` (deleted; for
    replacement `samples.x` replaced by `samples.y`) and `samples.z` (tested), and `profile` in
    `samples.z`; for a Gibbs distribution `exponent` in `one_draw.S` and `one_draw.h`.
    """

    theorems: tuple[Theorem, ...]
    functions: Mapping[str, Term] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """One statement of a theorem.

    `allowed` holds the formulas that may be assumed, `values` the stated values by name. A
    conversion, and a statement over sample and algorithm together, is one claim for each
    randomness that the constant it takes may average over; of one draw of SGD, one for each
    `deletion`; a conversion of a mean over the sample that may be bounded on average over the
    `positions` of the example is one claim for each of the two. `said` holds the goals of a
    statement about a symbol, as of the bounds on p. `schedule` says how the step sizes go, where a
    symbol is derived for that schedule only.
    `required` holds what an instance has to satisfy, where some problem is spoken of.
    """

    theorem: Named
    statement: Statement
    allowed: tuple[Term, ...]
    values: Mapping[str, Term]
    averaged_over: Averaged | None = None
    said: tuple[Term, ...] = ()
    schedule: str | None = None
    deletion: Convention | None = None
    positions: Positions = Positions.EVERY
    required: tuple[Term, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    @property
    def convention(self) -> Convention | None:
        """What deletion means, in a form of a stability theorem or for a run of SGD."""
        return (
            self.statement.convention
            if isinstance(self.statement, StabilityStatement)
            else self.deletion
        )

    @cached_property
    def _allowed(self) -> frozenset[Term]:
        return frozenset(map(canon, self.allowed))

    def goals(self, functions: Mapping[str, Term]) -> tuple[Term, ...]:
        """The formulas to be shown."""
        theorem, statement = self.theorem, self.statement
        if self.required:
            return instances.shown(self.required, functions, self.values["epsilon"])
        if theorem.kind not in (Kind.UPPER, Kind.ASYMPTOTIC):
            raise ProofError(f"{theorem.id}: nothing is derived of kind {theorem.kind}")
        if self.said:
            return self.said
        _speak_of_examples(functions)
        if isinstance(theorem, GeneralizationTheorem) and isinstance(
            statement, GeneralizationStatement
        ):
            return (_bound_holds(theorem, statement, self.values["bound"]),)
        if isinstance(theorem, StabilityTheorem) and isinstance(statement, StabilityStatement):
            return algorithms.constants_hold(theorem, statement, self.values, functions)
        if isinstance(statement, ConversionStatement) and self.averaged_over is not None:
            changes = statement.averaged_over is not None
            over = statement.averaged_over or self.averaged_over
            gives, rest = statement.gives, dict(self.values)
            influence = draws.said(rest.pop("rho"), rest.pop("draws")) if self.deletion else ()
            given = constants.given(gives, over, rest, functions, self.positions, changes=changes)
            return (*given, *influence)
        raise ProofError(f"no goals for {theorem.id}")

    def unmet(self, derived: Derived) -> str | None:
        """Why a derivation does not prove the claim, or None if it does."""
        goals = self.goals(derived.functions)
        if len(goals) != len(derived.theorems):
            return f"{len(derived.theorems)} theorems for {len(goals)} goals"
        for goal, theorem in zip(goals, derived.theorems, strict=True):
            if not alike(goal, theorem.conclusion):
                return f"stated: {show(goal)}; derived: {show(theorem.conclusion)}"
            for formula in theorem.hypotheses:
                if canon(formula) not in self._allowed:
                    return f"rests on what is not among the hypotheses: {show(formula)}"
        return None


def _speak_of_examples(functions: Mapping[str, Term]) -> None:
    """An elastic function may depend on examples, and on numbers, but not on the sample.

    The exponent of a Gibbs distribution is one of sample and hypothesis.
    """
    for name, body in functions.items():
        of = {one_draw.S, one_draw.h} if name == "exponent" else {samples.x, samples.y, samples.z}
        free = {v for v in variables(body) if v.sort not in (REAL, NATURAL, VECTOR)}
        if not free <= of:
            raise ProofError(f"the functions depend on {sorted(v.args[0] for v in free)}")


def claims(theorem: Named) -> tuple[Claim, ...]:
    """One claim for each statement.

    Raises ProofError where a part has no formula, or a label says something else.
    """
    labels.consistent(theorem)
    if isinstance(theorem, GeneralizationTheorem):
        stated = tuple(
            claim
            for statement in theorem.statements
            for claim in _way(theorem, statement)(theorem, statement)
        )
        return (*stated, *(slack_claim(theorem, form) for form in theorem.supporting))
    if isinstance(theorem, StabilityTheorem):
        return tuple(c for statement in theorem.statements for c in _stability(theorem, statement))
    if isinstance(theorem, Conversion):
        return tuple(c for statement in theorem.statements for c in _conversion(theorem, statement))
    raise ProofError(f"no claims of {theorem.id}")


def slack_claim(theorem: GeneralizationTheorem, statement: Support) -> Claim:
    """What there is to prove of what supports a free symbol."""
    values = {name: read(value) for name, value in statement.values.items()}
    ranges = _ranges(slack.symbols_of(statement), theorem.choose)
    allowed = (*ranges, *slack.assumed(statement))
    return Claim(theorem, statement, allowed, values, said=slack.said(statement))


def _ranges(names: Iterable[str], choice: Choice | None = None) -> list[Term]:
    """The ranges of symbols; of those that are chosen, the domains that are declared for them."""
    chosen = choice.domains if choice is not None else {}
    return [fact for name in sorted(names) for fact in symbol_facts(name, chosen.get(name))]


def _said(hypotheses: Iterable[Hypothesis]) -> list[Term]:
    every = tuple(hypotheses)
    return [formula for h in every for formula in formulas(h, every)]


def _but_on_randomness(hypotheses: Iterable[Hypothesis]) -> Iterator[Hypothesis]:
    """Without those on what the constant averages over: of these `constants.averages` speaks."""
    return (h for h in hypotheses if not isinstance(h, AveragedOver))


def _generalization(
    theorem: GeneralizationTheorem, statement: GeneralizationStatement
) -> Iterator[Claim]:
    names = set(statement.names()) | {"M", "delta"} | set(VALUES[statement.takes])
    symbols = {name: symbol_term(name) for name in names}
    allowed = _ranges(names, theorem.choose)
    allowed += [read(relation) for relation in statement.domain]
    allowed += samples.standing(symbols["M"])
    moves = statement.takes[0] in on_average.NOTIONS
    if moves:
        allowed += on_average.premise(*statement.takes, symbols)
    else:
        allowed += samples.premise(*statement.takes, symbols, theorem.positions)
    if theorem.at_previous_size:
        scaled = statement.takes[0] is Notion.ELASTIC or bool(theorem.scales_down)
        if scaled:
            allowed += samples.premise_before(*statement.takes, symbols)
    if theorem.at_folds:
        allowed += folds.standing(symbols["M"], symbol_term("folds"))
        allowed.append(folds.elastic_deletion())
    further = {name: symbols[name] for name in _further(statement.takes) & names}
    allowed += samples.elastic_further(samples.beta(samples.y, samples.z), further)
    if "order" in names:
        allowed += samples.elastic_norms(symbols["order"], symbols)
    if "p" in names:
        allowed.append(samples.rows_exceed(symbols["B"] + symbols["eta"], symbols["p"]))
    if _bounds_mean_excess(theorem, statement):
        allowed += excess.nearly_minimises(symbols["erm_error"])
    if "training_risk" in names:
        allowed.append(on_average.training_risk_at_most(symbols["training_risk"]))
    allowed += _said(theorem.hypotheses)
    yield Claim(theorem, statement, tuple(allowed), {"bound": read(statement.values["bound"])})


def _further(kind: tuple[Notion, Neighbour]) -> frozenset[str]:
    """What a constant of a kind may carry beside its values."""
    return frozenset(FURTHER_VALUES.get(kind, ()))


def _randomised(
    theorem: GeneralizationTheorem, statement: GeneralizationStatement
) -> Iterator[Claim]:
    """One claim for each randomness that the constant may average over."""
    names = set(statement.names()) | {"M", "delta"} | set(VALUES[statement.takes])
    symbols = {name: symbol_term(name) for name in names}
    allowed = _ranges(names, theorem.choose)
    allowed += [read(relation) for relation in statement.domain]
    allowed += randomised.standing(symbols["M"])
    allowed += _said(_but_on_randomness(theorem.hypotheses))
    values = {"bound": read(statement.values["bound"])}
    before = theorem.at_previous_size and bool(theorem.scales_down)
    for over in constants.averages(theorem.hypotheses, statement.takes):
        premises = randomised.premise(
            *statement.takes, over, symbols, theorem.positions, before=before
        )
        yield Claim(theorem, statement, (*allowed, *premises), values, over)


def _way(
    theorem: GeneralizationTheorem, statement: GeneralizationStatement
) -> Callable[[GeneralizationTheorem, GeneralizationStatement], Iterator[Claim]]:
    if statement.takes[0] in OF_LAWS:
        return _drawn
    return _randomised if theorem.over is Over.BOTH else _generalization


def _drawn(theorem: GeneralizationTheorem, statement: GeneralizationStatement) -> Iterator[Claim]:
    """Of one draw from a law, or of the mean over it: the law is all that the constant is about."""
    names = set(statement.names()) | {"M", "delta"} | set(VALUES[statement.takes])
    symbols = {name: symbol_term(name) for name in names}
    allowed = _ranges(names, theorem.choose)
    allowed += [read(relation) for relation in statement.domain]
    allowed += one_draw.standing(symbols["M"])
    allowed += one_draw.premise(*statement.takes, symbols)
    allowed += _said(_but_on_randomness(theorem.hypotheses))
    values = {"bound": read(statement.values["bound"])}
    for over in constants.averages(theorem.hypotheses, statement.takes):
        if over is not Averaged.ALGORITHM:
            raise ProofError(f"a law has no meaning for a constant over {over}")
        yield Claim(theorem, statement, tuple(allowed), values, over)


def _bounds_mean_excess(theorem: GeneralizationTheorem, statement: GeneralizationStatement) -> bool:
    return statement.quantity is Quantity.EXCESS_RISK and theorem.over is Over.NOTHING


def _bound_holds(
    theorem: GeneralizationTheorem, statement: GeneralizationStatement, bound: Term
) -> Term:
    symbols = {name: symbol_term(name) for name in (*statement.names(), "delta")}
    parts = [symbols[name] for name in FAILURES if name in symbols and name not in ("delta", "p")]
    failure = sum(parts[1:], start=parts[0]) if parts else symbols["delta"]
    if theorem.over is Over.SAMPLE and "p" in symbols:
        failure = symbols["p"] + failure
    if statement.takes[0] in OF_LAWS:
        return one_draw.conclusion(theorem.over, statement.quantity, bound, failure)
    if theorem.over is Over.BOTH:
        return randomised.conclusion(statement.quantity, bound, failure)
    if _bounds_mean_excess(theorem, statement):
        return excess.mean_excess(bound)
    if statement.quantity is Quantity.KFOLD_SQUARED_GAP:
        return le(E(samples.S, folds.kfold_gap(samples.S) ** 2), bound)
    return samples.conclusion(statement.quantity, bound, failure, symbols)


def _stability(theorem: StabilityTheorem, statement: StabilityStatement) -> Iterator[Claim]:
    """One claim for the form, and one for each schedule for which it derives a symbol."""
    if theorem.scope is Scope.SOME:
        yield _instance(theorem, statement)
        return
    schedules = [schedule for by_schedule in statement.derived.values() for schedule in by_schedule]
    for schedule in (None, *dict.fromkeys(schedules)):
        yield _form(theorem, statement, schedule)


def _instance(theorem: StabilityTheorem, statement: StabilityStatement) -> Claim:
    """That some problem has the stated constant at least."""
    values = {name: read(value) for name, value in statement.values.items()}
    said = _said((*theorem.hypotheses, *statement.hypotheses))
    allowed = _ranges({*statement.names(), "L", "gamma"}, theorem.choose)
    allowed += [read(relation) for relation in statement.domain]
    allowed += (f for f in said if not instances.speaks_of_problem(f))
    required = instances.required(theorem, statement, filter(instances.speaks_of_problem, said))
    allowed += instances.given()
    return Claim(theorem, statement, tuple(allowed), values, required=required)


def _form(theorem: StabilityTheorem, statement: StabilityStatement, schedule: str | None) -> Claim:
    stated = {**statement.values, **statement.extras}
    derived = {
        symbol_term(name): read(by_schedule[schedule])
        for name, by_schedule in statement.derived.items()
        if schedule is not None and schedule in by_schedule
    }
    values = {name: replace(read(value), derived) for name, value in stated.items()}
    extras = {name for value in statement.extras.values() for name in names_in(value)}
    names = extras | set(statement.names(schedule)) | OF_TRAINING
    names |= {name for name in statement.derived if symbol_term(name) not in derived}
    allowed = _ranges(names, theorem.choose)
    allowed += [read(relation) for relation in statement.domain]
    allowed += (*_said((*theorem.hypotheses, *statement.hypotheses)), *of_symbols(names))
    allowed += of_schedule(schedule)
    return Claim(theorem, statement, tuple(allowed), values, schedule=schedule)


def _conversion(theorem: Conversion, statement: ConversionStatement) -> Iterator[Claim]:
    if theorem.kind is not Kind.UPPER:
        raise ProofError(f"{theorem.id}: a constant that is {theorem.kind}")
    values = {name: read(value) for name, value in statement.values.items()}
    if theorem.keeps_values:
        values = {name: symbol_term(name) for name in VALUES[statement.takes]} | values
    names = {*statement.names(), *VALUES[statement.takes], "M"}
    allowed = _ranges(names | OF_TRAINING if "draws" in values else names)
    allowed += [read(relation) for relation in statement.domain]
    allowed += constants.standing(symbol_term("M"))
    if statement.takes[0] in privacy.NOTIONS:
        allowed += privacy.standing(symbol_term("M"))
    allowed += _said(_but_on_randomness(theorem.hypotheses))
    taken = {name: symbol_term(name) for name in VALUES[statement.takes]}
    changes = statement.averaged_over is not None
    means = statement.takes[0] in AT_POSITIONS and theorem.positions is Positions.MEAN
    readings = tuple(Positions) if means else (Positions.EVERY,)
    deletions = draws.CONVENTIONS if "draws" in values else (None,)
    overs = constants.averages(theorem.hypotheses, statement.takes)
    for over, positions, deletion in product(overs, readings, deletions):
        premises = constants.taken(statement.takes, over, taken, positions, changes=changes)
        run = draws.assumed(deletion) if deletion else ()
        known = (*allowed, *premises, *run)
        yield Claim(theorem, statement, known, values, over, deletion=deletion, positions=positions)
