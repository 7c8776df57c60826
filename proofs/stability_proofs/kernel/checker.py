"""The trusted core: the rules that make theorems.

A `Theorem` says that its conclusion follows from its hypotheses, if the axioms it names are true.
Theorems are made by `conclude` and the few rules beside it that hold the seal, and those are called
by the trusted files alone: this one, `families.py` and `sets.py` beside it. Arithmetic is exact,
nothing is searched for; to be read first is the language, `terms.py` and `grammar.py`.

Then read here: `Theorem`, `conclude`, `arbitrary`; logic, where `interpret` (a function gets a
meaning) takes most care; arithmetic, where `combine` carries nearly everything; binders; suprema;
vectors. What a rule is given and does not put into its conclusion, it has to check itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from fractions import Fraction
from functools import wraps
from typing import Any, ParamSpec

from stability_proofs.kernel.grammar import formed
from stability_proofs.kernel.terms import (
    BINDERS,
    BUILT_IN,
    FINITE,
    FORMULA,
    NATURAL,
    ONE,
    REAL,
    VECTOR,
    Poly,
    Term,
    abstract,
    app,
    bind,
    canon,
    eq,
    fits,
    fresh,
    implies,
    inverse,
    is_integer,
    le,
    lt,
    negation,
    num,
    opened,
    plus,
    poly,
    replace,
    require,
    term,
    times,
    variables,
)


def alike(a: Term, b: Term) -> bool:
    """Whether two terms or formulas are the same in normal form."""
    return a == b or canon(a) == canon(b)


_SEAL = object()


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """A rule and what it was given: for those who read a derivation, no rule looks at it."""

    rule: Callable[..., Theorem]
    given: tuple[Any, ...]
    named: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Theorem:
    """`conclusion` holds wherever all `hypotheses` hold, if the named axioms are true.

    `step` is how it was made.
    """

    hypotheses: frozenset[Term]
    conclusion: Term
    axioms: frozenset[tuple[str, Term]]
    seal: InitVar[object]
    step: Step | None = field(default=None, init=False, compare=False, repr=False)

    def __post_init__(self, seal: object) -> None:
        require(seal is _SEAL, "theorems are made by rules only")
        for formula in (self.conclusion, *self.hypotheses):
            require(formed(formula) and formula.sort == FORMULA, "no formula", formula)


def proved(*theorems: Theorem) -> None:
    """Refuse what only looks like a theorem."""
    require(all(type(t) is Theorem for t in theorems), "no theorem", theorems)


def conclude(conclusion: Term, *used: Theorem, without: Iterable[Term] = ()) -> Theorem:
    """A new theorem; for the rules alone. `without`: hypotheses that fall away."""
    proved(*used)
    dropped = tuple(without)
    require(all(map(formed, dropped)), "what falls away means nothing", dropped)
    gone = set(map(canon, dropped))
    hypotheses = frozenset(h for t in used for h in t.hypotheses if canon(h) not in gone)
    axioms = frozenset(a for t in used for a in t.axioms)
    return Theorem(hypotheses, conclusion, axioms, _SEAL)


Given = ParamSpec("Given")


def rule(make: Callable[Given, Theorem]) -> Callable[Given, Theorem]:
    """A rule whose theorems remember it, and what it was given."""

    @wraps(make)
    def made(*given: Given.args, **named: Given.kwargs) -> Theorem:
        theorem = make(*given, **named)
        if theorem.step is None:
            object.__setattr__(theorem, "step", Step(made, given, named))
        return theorem

    return made


def arbitrary(x: Term, *theorems: Theorem, without: Iterable[Term] = ()) -> None:
    """Refuse a variable that a hypothesis says something of."""
    gone = {canon(f) for f in without}
    for t in theorems:
        named = [h for h in t.hypotheses if canon(h) not in gone and x in variables(h)]
        require(x.head == "var" and not named, "the variable is not arbitrary", x, named)


def without_variables(t: Term, *forbidden: Term) -> None:
    """Refuse a term that depends on a variable."""
    require(not variables(t) & set(forbidden), "depends on a variable", t)


@rule
def assume(formula: Term) -> Theorem:
    """A formula follows from itself."""
    return Theorem(frozenset((formula,)), formula, frozenset(), _SEAL)


@rule
def axiom(name: str, formula: Term) -> Theorem:
    """A formula taken on trust, for every meaning of its free variables and functions."""
    return Theorem(frozenset(), formula, frozenset(((name, formula),)), _SEAL)


@rule
def noted(theorem: Theorem, about: object) -> Theorem:
    """The same theorem, with a note for those who read the derivation."""
    return conclude(theorem.conclusion, theorem)


@rule
def discharge(formula: Term, theorem: Theorem) -> Theorem:
    """From a conclusion under a hypothesis to the implication."""
    return conclude(implies(formula, theorem.conclusion), theorem, without=(formula,))


@rule
def apply(implication: Theorem, *premises: Theorem) -> Theorem:
    """Modus ponens, once for each premise."""
    for premise in premises:
        require(implication.conclusion.head == "implies", "no implication", implication.conclusion)
        wanted, then = implication.conclusion.args
        require(alike(wanted, premise.conclusion), "not the premise", wanted, premise.conclusion)
        implication = conclude(then, implication, premise)
    return implication


@rule
def generalise(x: Term, theorem: Theorem) -> Theorem:
    """What holds for an arbitrary x holds for all."""
    arbitrary(x, theorem)
    return conclude(bind("forall", x, theorem.conclusion), theorem)


@rule
def specialise(theorem: Theorem, value: Term, whole: Theorem | None = None) -> Theorem:
    """What holds for all holds for a term; `whole` says 0 <= term where it must be natural."""
    binder = theorem.conclusion
    require(binder.head == "forall", "no universal statement", binder)
    natural = whole is not None and is_integer(value) and alike(whole.conclusion, le(0, value))
    ok = fits(value, binder.args[0]) or (binder.args[0] == NATURAL and natural)
    require(ok, "not of the sort", value, binder.args[0])
    return conclude(opened(binder, value), theorem, *([whole] if whole else []))


@rule
def substitute(theorem: Theorem, values: Mapping[Term, Term]) -> Theorem:
    """Terms for free variables, in hypotheses and conclusion."""
    proved(theorem)
    changed = frozenset(replace(h, values) for h in theorem.hypotheses)
    return Theorem(changed, replace(theorem.conclusion, values), theorem.axioms, _SEAL)


@rule
def interpret(theorem: Theorem, head: str, inputs: Sequence[Term], body: Term) -> Theorem:
    """A meaning for a function that a theorem speaks of: head(inputs) is body."""
    proved(theorem)
    require(head not in BUILT_IN and formed(body), "the meaning is fixed, or none", head, body)
    inputs = tuple(inputs)

    def change(x: Any) -> Any:
        if not isinstance(x, Term):
            return x
        if x.head in BINDERS:
            local = fresh(x)
            inside = abstract(change(opened(x, local)), local)
            return Term(x.head, (*map(change, x.args[:-1]), inside), x.sort)
        args = tuple(map(change, x.args))
        if x.head != head:
            return Term(x.head, args, x.sort)
        good = len(args) == len(inputs) and fits(body, x.sort)
        require(good and all(map(fits, args, (i.sort for i in inputs))), "another function", x)
        return replace(body, dict(zip(inputs, args, strict=True)))

    changed = frozenset(map(change, theorem.hypotheses))
    return Theorem(changed, change(theorem.conclusion), theorem.axioms, _SEAL)


@rule
def cases(formula: Term, holds: Theorem, fails: Theorem) -> Theorem:
    """The same conclusion from a formula and from its negation."""
    require(alike(holds.conclusion, fails.conclusion), "two conclusions", holds.conclusion)
    one = conclude(holds.conclusion, holds, without=(formula,))
    other = conclude(holds.conclusion, fails, without=(negation(formula),))
    return conclude(holds.conclusion, one, other)


@rule
def contradiction(theorem: Theorem, opposite: Theorem, formula: Term) -> Theorem:
    """Anything follows from a formula and its negation."""
    require(alike(negation(theorem.conclusion), opposite.conclusion), "no contradiction")
    return conclude(formula, theorem, opposite)


@rule
def rewrite(equation: Theorem, x: Term, pattern: Term, theorem: Theorem) -> Theorem:
    """From a = b and pattern(a) to pattern(b)."""
    require(equation.conclusion.head == "=", "no equation", equation.conclusion)
    a, b = equation.conclusion.args
    wanted = replace(pattern, {x: a})
    require(alike(wanted, theorem.conclusion), "not the pattern", wanted, theorem.conclusion)
    return conclude(replace(pattern, {x: b}), equation, theorem)


@rule
def induction(n: Term, claim: Term, start: Theorem, step: Theorem) -> Theorem:
    """claim(0), and claim(n) gives claim(n + 1): the claim holds for every natural number."""
    require(n.sort == NATURAL, "no natural number", n)
    require(alike(start.conclusion, replace(claim, {n: num(0)})), "not the start", start.conclusion)
    require(alike(step.conclusion, replace(claim, {n: n + 1})), "not the step", step.conclusion)
    arbitrary(n, step, without=(claim,))
    used = conclude(claim, step, without=(claim,))
    return conclude(bind("forall", n, claim), start, used)


# ----------------------------------------------------------------------------------- arithmetic

Part = tuple[Fraction | int, Sequence[Theorem], Sequence[Term]]
"""A coefficient, theorems a <= b that stand for b - a, and terms that are squared: a product."""


@rule
def same(a: Term, b: Term) -> Theorem:
    """a = b, if their normal forms are equal."""
    require(alike(a, b), "not the same in normal form", a, b)
    return conclude(eq(a, b))


@rule
def combine(
    goal: Term,
    parts: Sequence[Part] = (),
    equations: Sequence[tuple[Term | int, Theorem]] = (),
    nonzero: Sequence[Theorem] = (),
) -> Theorem:
    """The one rule of arithmetic: goal a <= b, a < b or a = b from a certificate.

    b - a has to be the sum of the parts, with coefficients that are not negative, and of terms
    times the equations (right side minus left side); `nonzero` holds theorems 0 < d for the d that
    are divided by. For a < b one of the parts has to be positive, for a = b there are none. Squares
    and multipliers are not in the conclusion: that they are real numbers is seen to here.
    """
    parts = [(Fraction(c), tuple(factors), tuple(squares)) for c, factors, squares in parts]
    equations = [(term(multiplier), equation) for multiplier, equation in equations]
    nonzero = tuple(nonzero)
    real = [q for _, _, squares in parts for q in squares] + [x for x, _ in equations]
    require(all(formed(x) and x.sort in (REAL, NATURAL) for x in real), "no real numbers", real)
    numbers = all(a.sort in (REAL, NATURAL) for a in goal.args)
    require(goal.head in ("<=", "<", "=") and numbers, "no relation of numbers", goal)
    rest, positive = poly(goal.args[1] - goal.args[0]), False
    for coefficient, factors, squares in parts:
        require(coefficient >= 0 and goal.head != "=", "a part that may be negative", coefficient)
        product = ONE
        for factor in factors:
            product = times(product, _gap(factor, ("<=", "<", "=")))
        for square in squares:
            product = times(product, poly(square * square))
        rest = plus(rest, product, -coefficient)
        strict = all(f.conclusion.head == "<" for f in factors) and not squares
        positive = positive or (coefficient > 0 and strict)
    for multiplier, equation in equations:
        rest = plus(rest, times(poly(multiplier), _gap(equation, ("=",))), Fraction(-1))
    for divisor in nonzero:
        rest = _cleared(rest, _gap(divisor, ("<",)))
    require(not rest, "the certificate does not add up", goal, _shown(rest))
    require(positive or goal.head != "<", "nothing says that it is strict", goal)
    used = [f for _, factors, _ in parts for f in factors] + [e for _, e in equations]
    return conclude(goal, *used, *nonzero)


@rule
def antisymmetric(below: Theorem, above: Theorem) -> Theorem:
    """a = b, from a <= b and b <= a."""
    a, b = below.conclusion.args
    both = alike(below.conclusion, le(a, b)) and alike(above.conclusion, le(b, a))
    require(both, "not both ways", below.conclusion, above.conclusion)
    return conclude(eq(a, b), below, above)


def _gap(theorem: Theorem, heads: tuple[str, ...]) -> Poly:
    relation = theorem.conclusion
    good = relation.head in heads and relation.args[0].sort in (REAL, NATURAL)
    require(good, "not a relation of numbers", relation)
    return poly(relation.args[1] - relation.args[0])


def _cleared(rest: Poly, divisor: Poly) -> Poly:
    """Multiplied by powers of a divisor that is not 0, until nothing is divided by it."""
    single = [a for monomial in divisor for a, _ in monomial] if len(divisor) == 1 else []
    for value in [poly(a) for a in single if a.head != "inv"] if len(divisor) == 1 else [divisor]:
        [(turned, scale)] = inverse(value).items()
        [(atom, _)] = turned
        most = max((dict(m).get(atom, 0) for m in rest), default=0)
        total: Poly = {}
        for monomial, c in rest.items():
            k = dict(monomial).get(atom, 0)
            p = {monomial - {(atom, k)}: c / scale**k}
            for _ in range(most - k):
                p = times(p, value)
            total = plus(total, p)
        rest = total
    return rest


def _shown(p: Poly) -> str:
    return " + ".join(f"{c} {[(str(a), k) for a, k in m]}" for m, c in list(p.items())[:4])


@rule
def at_least_one(sort: str) -> Theorem:
    """1 <= the size of a finite sort."""
    return conclude(le(1, Term("size", (sort,), NATURAL)))


@rule
def natural(t: Term) -> Theorem:
    """0 <= t for natural numbers."""
    require(fits(t, NATURAL), "not natural", t)
    return conclude(le(0, t))


@rule
def next_integer(theorem: Theorem) -> Theorem:
    """From a < b to a + 1 <= b for whole numbers."""
    a, b = theorem.conclusion.args
    whole = theorem.conclusion.head == "<" and is_integer(a) and is_integer(b)
    require(whole, "not whole numbers", theorem.conclusion)
    return conclude(le(a + 1, b), theorem)


@rule
def positive_inverse(theorem: Theorem) -> Theorem:
    """From 0 < x to 0 < 1/x."""
    zero, x = theorem.conclusion.args
    require(theorem.conclusion.head == "<" and alike(zero, num(0)), "not positive", theorem)
    return conclude(lt(0, 1 / x), theorem)


@rule
def max_is_above(t: Term, which: int) -> Theorem:
    """a <= max(a, ...)."""
    require(t.head == "max", "no maximum", t)
    return conclude(le(t.args[which], t))


@rule
def max_is_least(t: Term, bounds: Sequence[Theorem]) -> Theorem:
    """max(a, ...) <= c, from a <= c for each of them."""
    bounds = tuple(bounds)
    c = bounds[0].conclusion.args[1]
    good = t.head == "max" and len(bounds) == len(t.args)
    for a, bound in zip(t.args, bounds, strict=False):
        good = good and alike(bound.conclusion, le(a, c))
    require(good, "a bound is missing", t)
    return conclude(le(t, c), *bounds)


@rule
def elementary(name: str, *inputs: Term) -> Theorem:
    """What is known of exp, sqrt, floor and harmonic for all arguments.

    exp-tangent 1 + x <= exp x; exp-sum exp(x + y) = exp x exp y; log-exp log(exp x) = x;
    sqrt 0 <= sqrt x; floor-below floor x <= x; floor-above x < floor x + 1;
    harmonic H(x) = H(x-1) + 1/x
    """
    x, y = inputs[0], inputs[-1]
    known = {
        "exp-tangent": le(1 + x, app("exp", x)),
        "exp-sum": eq(app("exp", x + y), app("exp", x) * app("exp", y)),
        "log-exp": eq(app("log", app("exp", x)), x),
        "sqrt": le(0, app("sqrt", x)),
        "floor-below": le(app("floor", x), x),
        "floor-above": lt(x, app("floor", x) + 1),
        "harmonic": eq(app("harmonic", x), app("harmonic", x - 1) + 1 / x),
    }
    return conclude(known[name])


@rule
def exp_log(theorem: Theorem) -> Theorem:
    """exp(log x) = x, from 0 < x."""
    x = theorem.conclusion.args[1]
    require(alike(theorem.conclusion, lt(0, x)), "not positive", theorem.conclusion)
    return conclude(eq(app("exp", app("log", x)), x), theorem)


@rule
def root_squared(theorem: Theorem) -> Theorem:
    """(sqrt x)^2 = x, from 0 <= x."""
    x = theorem.conclusion.args[1]
    require(alike(theorem.conclusion, le(0, x)), "may be negative", theorem.conclusion)
    return conclude(eq(app("sqrt", x) ** 2, x), theorem)


# ------------------------------------------------------------------------------ sums and binders


@rule
def congruence(binder: Term, x: Term, equation: Theorem) -> Theorem:
    """binder(x, a) = binder(x, b), from a = b for arbitrary x."""
    a, b = equation.conclusion.args
    require(equation.conclusion.head == "=" and x.sort == binder.args[0], "no equation", binder)
    return _monotone(binder.head, x, binder.args[1:-1], equation, eq, a, b)


@rule
def monotone(head: str, x: Term, theorem: Theorem, *outer: Any) -> Theorem:
    """E or sum of a at most that of b, from a <= b for arbitrary x (between the ends of a sum)."""
    require(head in ("E", "sum") and theorem.conclusion.head in ("<=", "<"), "not monotone", head)
    return _monotone(head, x, tuple(map(term, outer)), theorem, le, *theorem.conclusion.args)


def _monotone(
    head: str, x: Term, outer: Sequence[Term], theorem: Theorem, relation: Any, a: Term, b: Term
) -> Theorem:
    inside = (le(outer[0], x), le(x, outer[1])) if outer else ()
    ranged = head in ("sum", "prod") and x.sort not in FINITE
    require(ranged == bool(outer) and (x.sort == NATURAL or not outer), "ends of a sum", x)
    for end in outer:
        without_variables(end, x)
    arbitrary(x, theorem, without=inside)
    goal = relation(bind(head, x, a, *outer), bind(head, x, b, *outer))
    return conclude(goal, theorem, without=inside)


@rule
def last_of(t: Term, ends: Theorem) -> Theorem:
    """A sum (product) from lo to hi is that to hi - 1 plus (times) the last, from lo <= hi."""
    sort, lo, hi, _ = t.args
    good = t.head in ("sum", "prod") and fits(lo, NATURAL) and is_integer(hi)
    require(good and alike(ends.conclusion, le(lo, hi)), "not the ends", t)
    before, last = Term(t.head, (sort, lo, hi - 1, t.args[-1]), t.sort), opened(t, hi)
    return conclude(eq(t, before * last if t.head == "prod" else before + last), ends)


@rule
def empty(t: Term, ends: Theorem) -> Theorem:
    """A sum from lo to hi is 0 and a product 1, from hi < lo."""
    _, lo, hi, _ = t.args
    good = t.head in ("sum", "prod") and t.sort != VECTOR
    require(good and alike(ends.conclusion, lt(hi, lo)), "not empty", t)
    return conclude(eq(t, 1 if t.head == "prod" else 0), ends)


@rule
def exchange(t: Term) -> Theorem:
    """E and sums that follow each other change places (Fubini)."""
    x = fresh(t)
    inner = opened(t, x)
    free = not any(x in variables(a) for a in inner.args[:-1])
    require(t.head in ("E", "sum") and inner.head in ("E", "sum") and free, "not two in turn", t)
    y = fresh(inner)
    inside = Term(t.head, (*t.args[:-1], abstract(opened(inner, y), x)), t.sort)
    return conclude(eq(t, Term(inner.head, (*inner.args[:-1], abstract(inside, y)), t.sort)))


@rule
def indicator(theorem: Theorem, formula: Term) -> Theorem:
    """1{formula} is 1 if the formula holds and 0 if its negation does."""
    if alike(theorem.conclusion, formula):
        return conclude(eq(app("ind", formula), 1), theorem)
    require(alike(theorem.conclusion, negation(formula)), "says nothing of it", formula)
    return conclude(eq(app("ind", formula), 0), theorem)


@rule
def somewhere(x: Term, body: Term, theorem: Theorem) -> Theorem:
    """What follows from E body <= body(x) for an arbitrary x holds: some x is that large."""
    least = le(bind("E", x, body), body)
    arbitrary(x, theorem, without=(least,))
    without_variables(theorem.conclusion, x)
    return conclude(theorem.conclusion, theorem, without=(least,))


# ----------------------------------------------------------------------------- suprema, vectors


@rule
def sup_is_above(x: Term, bound: Theorem, value: Term) -> Theorem:
    """body(value) <= sup body, from body <= c for arbitrary x."""
    body, c = bound.conclusion.args
    require(bound.conclusion.head == "<=" and fits(value, x.sort), "no bound", bound.conclusion)
    arbitrary(x, bound)
    without_variables(c, x)
    return conclude(le(replace(body, {x: value}), bind("sup", x, body)), bound)


@rule
def sup_is_least(x: Term, bound: Theorem) -> Theorem:
    """sup body <= c, from body <= c for arbitrary x."""
    body, c = bound.conclusion.args
    require(bound.conclusion.head == "<=", "no bound", bound.conclusion)
    arbitrary(x, bound)
    without_variables(c, x)
    return conclude(le(bind("sup", x, body), c), bound)


@rule
def square_of(v: Term) -> Theorem:
    """0 <= <v, v>: Gram matrices are positive semidefinite."""
    require(v.sort == VECTOR, "no vector", v)
    return conclude(le(0, app("dot", v, v)))


@rule
def gram(matrix: Sequence[Sequence[Fraction]], vectors: Sequence[Term]) -> Theorem:
    """0 <= sum Q_ij <v_i, v_j> for a symmetric Q that is positive semidefinite, by LDL^T."""
    vectors = tuple(vectors)
    n = len(vectors)
    rest = [[Fraction(q) for q in row] for row in matrix]
    symmetric = all(rest[i][j] == rest[j][i] for i in range(n) for j in range(n))
    require(symmetric and len(rest) == n, "not symmetric")
    total = num(0)
    for i in range(n):
        for j in range(n):
            total = total + rest[i][j] * app("dot", vectors[i], vectors[j])
    for k in range(n):
        pivot = rest[k][k]
        require(pivot > 0 or (pivot == 0 and not any(rest[k][k:])), "not positive semidefinite")
        if pivot == 0:
            continue
        for i in range(k + 1, n):
            factor = rest[i][k] / pivot
            for j in range(k, n):
                rest[i][j] -= factor * rest[k][j]
    return conclude(le(0, total))
