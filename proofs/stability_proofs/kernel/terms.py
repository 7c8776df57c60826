"""The language of the trusted core: terms, and the normal form of polynomials in them.

Meaning. Every sort is a non-empty set. `E` averages over a sort's one probability law; `sample` is
a family of independent examples with the law of `example`, indexed by the finite sort `index`;
`draws` and `seeds` are families likewise. Draws are indexed by all natural numbers: `E` averages
over those with an index of at most `horizon`, a natural number, and the draws after it are fixed.
The law of a finite sort is uniform. `sum` and `prod` run over a finite sort, or over the natural
numbers between two ends. Functions are total: 1/0 is 0, the square root of a negative number is 0,
its logarithm some number. What stands under `E` is measurable and integrable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from math import gcd, lcm
from types import MappingProxyType
from typing import Any

REAL, NATURAL, VECTOR, SET, FORMULA = "real", "natural", "vector", "set", "formula"
FAMILIES: Mapping[str, tuple[str, str]] = {
    "sample": ("index", "example"),
    "draws": (NATURAL, "index"),
    "seeds": ("draw", "seed"),
}
"""Sorts of independent families: the sort of their indices and that of their elements."""
FINITE = ("index", "draw")
"""Finite sorts; `size` counts them."""
BINDERS = ("E", "sum", "prod", "sup", "forall")
"""Their arguments: the sort of the bound variable, other arguments, the body."""
BUILT_IN = frozenset(
    (
        *("var", "bound", "local", "num", "+", "*", "^", "inv", "scale", "dot", "max", "exp"),
        *("log", "sqrt", "erf", "floor", "harmonic", "ind", "size", "horizon", "at", "put", "mix"),
        *("member", "<=", "<", "=", "implies", "not", "poly", "linear", *BINDERS),
    )
)


class ProofError(Exception):
    """A step that no rule allows; the message says what was wrong."""


def require(holds: bool, message: str, *about: object) -> None:
    """Refuse a step."""
    if not holds:
        raise ProofError(" | ".join([message, *map(str, about)]))


@dataclass(frozen=True, eq=False, slots=True)
class Term:
    """A head with arguments, of a sort. Bound variables are numbered from the inside (de Bruijn).

    `args` holds terms, and texts or numbers where the head says so. `+ - * / **` build terms.
    """

    head: str
    args: tuple[Any, ...] = ()
    sort: str = REAL
    key: int = field(init=False)

    def __init_subclass__(cls) -> None:
        raise TypeError("terms are of one class, which says what equal terms are")

    def __post_init__(self) -> None:
        if self.head == "num":
            object.__setattr__(self, "args", tuple(map(Fraction, self.args)))
        object.__setattr__(self, "key", hash((self.head, self.args, self.sort)))

    def __hash__(self) -> int:
        return self.key

    def __eq__(self, other: object) -> bool:
        if self is other or not isinstance(other, Term):
            return self is other
        mine, its = (self.head, self.sort, self.args), (other.head, other.sort, other.args)
        return self.key == other.key and mine == its

    def __add__(self, other: Any) -> Term:
        return Term("+", (self, term(other)), VECTOR if self.sort == VECTOR else REAL)

    def __mul__(self, other: Any) -> Term:
        by = term(other)
        if by.sort == VECTOR:
            return Term("scale", (self, by), VECTOR)
        return Term("*", (self, by))

    def __rmul__(self, other: Any) -> Term:
        return term(other) * self

    def __radd__(self, other: Any) -> Term:
        return term(other) + self

    def __neg__(self) -> Term:
        return num(-1) * self

    def __sub__(self, other: Any) -> Term:
        return self + (-term(other))

    def __rsub__(self, other: Any) -> Term:
        return term(other) - self

    def __truediv__(self, other: Any) -> Term:
        return self * Term("inv", (term(other),))

    def __rtruediv__(self, other: Any) -> Term:
        return term(other) / self

    def __pow__(self, power: int) -> Term:
        require(isinstance(power, int) and power >= 0, "a power is a natural number")
        return Term("^", (self, power))


HORIZON = Term("horizon", (), NATURAL)
"""The last index of the draws that `E` averages over."""


def num(value: Fraction | int) -> Term:
    """A rational number."""
    return Term("num", (Fraction(value),))


def term(value: Any) -> Term:
    """A term as it is, a number as a term."""
    return value if isinstance(value, Term) else num(value)


def var(name: str, sort: str = REAL) -> Term:
    """A free variable."""
    return Term("var", (name,), sort)


def app(head: str, *args: Any, sort: str = REAL) -> Term:
    """A function applied to terms."""
    return Term(head, tuple(map(term, args)), sort)


def _map(x: Any, change: Callable[[Term, int], Term | None], depth: int = 0) -> Any:
    """Rebuild, with `change(term, number of binders around it)` where that is not None."""
    if isinstance(x, Term):
        changed = change(x, depth)
        if changed is not None or not x.args:
            return x if changed is None else changed
        inner = depth + (x.head in BINDERS)
        args = (*(_map(a, change, depth) for a in x.args[:-1]), _map(x.args[-1], change, inner))
        return x if args == x.args else Term(x.head, args, x.sort)
    if isinstance(x, (tuple, frozenset)):
        return type(x)(_map(a, change, depth) for a in x)
    return x


def replace(x: Any, values: Mapping[Term, Term]) -> Any:
    """Put terms in the place of free variables, all at once."""
    for variable, value in values.items():
        good = variable.head == "var" and fits(value, variable.sort) and unbound(value)
        require(good, "not of the sort", variable, value)
    return _map(x, lambda t, d: values.get(t) if t.head == "var" else None)


def abstract(x: Any, variable: Term) -> Any:
    """The body of a binder of this variable."""
    bound = lambda t, d: Term("bound", (d,), t.sort) if t == variable else None  # noqa: E731
    return _map(x, bound)


def opened(binder: Term, value: Term) -> Any:
    """The body of a binder with a term in the place of its variable."""
    require(binder.head in BINDERS and unbound(value), "no binder", binder)
    return _map(binder.args[-1], lambda t, d: value if t == Term("bound", (d,), t.sort) else None)


def bind(head: str, variable: Term, body: Term, *outer: Any) -> Term:
    """E, sum, prod, sup or forall of a variable; a sum or product from `outer[0]` to `outer[1]`."""
    require(unbound(body), "a bound variable would be caught", body)
    sort = body.sort if head in ("sum", "forall") else REAL
    return Term(head, (variable.sort, *map(term, outer), abstract(body, variable)), sort)


@cache
def variables(x: Any) -> frozenset[Term]:
    """The free variables of a term (or of several)."""
    if isinstance(x, Term) and x.head in ("var", "local"):
        return frozenset((x,))
    parts = x.args if isinstance(x, Term) else x if isinstance(x, (tuple, frozenset)) else ()
    return frozenset().union(*map(variables, parts))


@cache
def height(x: Any) -> int:
    """How deep binders are nested."""
    parts = x.args if isinstance(x, Term) else x if isinstance(x, (tuple, frozenset)) else ()
    return max(map(height, parts), default=0) + (isinstance(x, Term) and x.head in BINDERS)


def fresh(binder: Term) -> Term:
    """A variable for the body of a binder that is not in it: formulas have none of these.

    Nor is it in a binder around this one that was opened before, whose number is larger.
    """
    taken = (v.args[0] + 1 for v in variables(binder) if v.head == "local")
    return Term("local", (max([height(binder), *taken]),), binder.args[0])


@cache
def unbound(x: Any, depth: int = 0) -> bool:
    """Whether every bound variable belongs to a binder inside."""
    if isinstance(x, Term):
        if x.head == "bound":
            return x.args[0] < depth
        *outer, last = x.args or ((),)
        inner = depth + (x.head in BINDERS)
        return all(unbound(a, depth) for a in outer) and unbound(last, inner)
    return not isinstance(x, (tuple, frozenset)) or all(unbound(a, depth) for a in x)


def is_integer(t: Term) -> bool:
    """Whether a term is a whole number whatever its variables are."""
    if t.head in ("+", "*"):
        return all(map(is_integer, t.args))
    if t.head == "num":
        return t.args[0].denominator == 1
    return t.sort == NATURAL or t.head == "floor" or (t.head == "^" and is_integer(t.args[0]))


def fits(t: Term, sort: str) -> bool:
    """Whether a term may stand for a variable of a sort."""
    if t.sort == sort or (t.sort, sort) == (NATURAL, REAL):
        return True
    if sort != NATURAL or t.sort != REAL or not is_integer(t):
        return False
    if t.head in ("+", "*"):
        return all(fits(a, NATURAL) for a in t.args)
    return t.head == "num" and t.args[0] >= 0


def at(family: Term, i: Term) -> Term:
    """The element at an index."""
    require(fits(i, FAMILIES[family.sort][0]), "no index", i)
    return app("at", family, i, sort=FAMILIES[family.sort][1])


def put(family: Term, i: Term, element: Term) -> Term:
    """The family with another element at an index."""
    index, of = FAMILIES[family.sort]
    require(fits(i, index) and fits(element, of), "no index or element", i, element)
    return app("put", family, i, element, sort=family.sort)


def mix(first: Term, second: Term, indices: Term) -> Term:
    """The family with the elements of the first at a set of indices, of the second elsewhere."""
    good = first.sort == second.sort in FAMILIES and indices.sort == SET
    require(good, "no families or no set", first, second, indices)
    return app("mix", first, second, indices, sort=first.sort)


def member(index: Term, indices: Term) -> Term:
    """That an index is in a set."""
    require(index.sort in FINITE and indices.sort == SET, "no index or no set", index, indices)
    return app("member", index, indices, sort=FORMULA)


def le(a: Any, b: Any) -> Term:
    """a <= b."""
    return Term("<=", (term(a), term(b)), FORMULA)


def lt(a: Any, b: Any) -> Term:
    """a < b."""
    return Term("<", (term(a), term(b)), FORMULA)


def eq(a: Any, b: Any) -> Term:
    """a = b, of any one sort."""
    return Term("=", (term(a), term(b)), FORMULA)


def implies(*formulas: Term) -> Term:
    """The last formula if all the others hold."""
    *premises, conclusion = formulas
    for premise in reversed(premises):
        conclusion = Term("implies", (premise, conclusion), FORMULA)
    return conclusion


def negation(formula: Term) -> Term:
    """What holds if a formula does not."""
    if formula.head in ("<=", "<"):
        a, b = formula.args
        return Term("<" if formula.head == "<=" else "<=", (b, a), FORMULA)
    return formula.args[0] if formula.head == "not" else Term("not", (formula,), FORMULA)


Monomial = frozenset
"""Of pairs (atom, exponent > 0)."""
Poly = Mapping[frozenset, Fraction]
"""Coefficients, none of them 0, by monomial."""
ONE: Poly = MappingProxyType({Monomial(): Fraction(1)})


def _atom(t: Term) -> Poly:
    return {Monomial(((t, 1),)): Fraction(1)}


def plus(p: Poly, q: Poly, factor: Fraction = Fraction(1)) -> Poly:
    """p + factor q."""
    total = dict(p)
    for monomial, c in q.items():
        total[monomial] = total.get(monomial, Fraction(0)) + factor * c
        if not total[monomial]:
            del total[monomial]
    return total


def times(p: Poly, q: Poly) -> Poly:
    """p q."""
    total: Poly = {}
    for a, x in p.items():
        for b, y in q.items():
            powers = dict(a)
            for atom, k in b:
                powers[atom] = powers.get(atom, 0) + k
            total = plus(total, {Monomial(powers.items()): x * y})
    return total


@cache
def poly(t: Term) -> Poly:
    """A real term as a polynomial in atoms: everything that is not +, *, ^ of others.

    1/x is an atom (that of a product is a product); E and sum are linear, dot is bilinear.
    An atom in normal form is itself. Nobody can change what is kept here.
    """
    return MappingProxyType(dict(_polynomial(t)))


def _polynomial(t: Term) -> Poly:
    total: Poly
    if t.head == "num":
        return {Monomial(): t.args[0]} if t.args[0] else {}
    if t.head == "poly":
        return dict(t.args[0])
    if t.head == "+":
        total = {}
        for a in t.args:
            total = plus(total, poly(a))
        return total
    if t.head in ("*", "^"):
        total = ONE
        for a in t.args if t.head == "*" else (t.args[0],) * t.args[1]:
            total = times(total, poly(a))
        return total
    if t.head == "inv":
        a = t.args[0]
        if a.head == "*":
            return poly(Term("*", tuple(Term("inv", (factor,)) for factor in a.args)))
        return inverse(poly(a))
    if t.head == "dot" and not _is_normal(t):
        return _product(*t.args)
    if t.head in ("E", "sum"):
        return _linear_binder(t)
    return _atom(atomic(t))


def _is_normal(t: Term) -> bool:
    """Whether a relation, a maximum or an inner product is in normal form: it holds one thing."""
    [first, *rest] = t.args
    return not rest and (t.head in ("<=", "<") or isinstance(first, frozenset))


def inverse(p: Poly) -> Poly:
    """1/p. Of a single product it is a product; p is divided by the content of its coefficients."""
    if len(p) != 1:
        numerator = gcd(*(c.numerator for c in p.values()))
        content = Fraction(numerator or 1, lcm(*(c.denominator for c in p.values())))
        inner = Term("poly", (frozenset((a, c / content) for a, c in p.items()),))
        return {Monomial(((Term("inv", (inner,)), 1),)): 1 / content}
    [(monomial, c)] = p.items()
    total = {Monomial(): 1 / c}
    for a, k in monomial:
        for _ in range(k):
            turned = poly(a.args[0]) if a.head == "inv" else _atom(Term("inv", (a,)))
            total = times(total, turned)
    return total


def _linear_binder(t: Term) -> Poly:
    """Sums taken apart, and factors without the variable taken out."""
    x, total = fresh(t), {}
    outer = tuple(canon(a) if isinstance(a, Term) else a for a in t.args[:-1])
    for monomial, c in poly(opened(t, x)).items():
        inside = Monomial((a, k) for a, k in monomial if x in variables(a))
        value = ONE
        if inside or len(outer) > 1:
            body = Term("poly", (frozenset({(inside, Fraction(1))}),))
            value = _atom(Term(t.head, (*outer, abstract(body, x))))
        elif t.head == "sum":
            value = _atom(Term("size", outer, NATURAL))
        total = plus(total, times({monomial - inside: c}, value))
    return total


def coordinates(v: Term) -> dict[Term, Poly]:
    """A vector as a combination of atoms."""
    if v.head == "linear":
        return {a: dict(p) for a, p in v.args[0]}
    if v.head not in ("+", "scale"):
        return {atomic(v): ONE}
    total: dict[Term, Poly] = {}
    factor, parts = (poly(v.args[0]), v.args[1:]) if v.head == "scale" else (ONE, v.args)
    for part in parts:
        for a, p in coordinates(part).items():
            total[a] = plus(total.get(a, {}), times(factor, p))
    return {a: p for a, p in total.items() if p}


def _product(u: Term, v: Term) -> Poly:
    total: Poly = {}
    for a, p in coordinates(u).items():
        for b, q in coordinates(v).items():
            first, second = (a, b) if a.head == "sum" else (b, a)
            if first.head == "sum":
                x = fresh(Term("sum", (first.args[0], (first.args[-1], second))))
                inner = Term("dot", (opened(first, x), second))
                value = poly(Term("sum", (*first.args[:-1], abstract(inner, x))))
            else:
                value = _atom(Term("dot", (frozenset((a, b)),)))
            total = plus(total, times(times(p, q), value))
    return total


def atomic(t: Term) -> Term:
    """A term that is no sum or product, with its arguments in normal form."""
    if t.head in BINDERS:
        x = fresh(t)
        outer = tuple(canon(a) if isinstance(a, Term) else a for a in t.args[:-1])
        return Term(t.head, (*outer, abstract(canon(opened(t, x)), x)), t.sort)
    args = tuple(canon(a) if isinstance(a, Term) else a for a in t.args)
    new_set = t.head == "max" and not _is_normal(t)
    return Term(t.head, (frozenset(args),) if new_set else args, t.sort)


@cache
def canon(t: Term) -> Term:
    """The normal form: terms with equal normal forms are equal, whatever their variables are.

    The normal form of a normal form is itself.
    """
    if t.head in ("<=", "<", "=") and _is_normal(t):
        return t
    if t.head in ("<=", "<"):
        return Term(t.head, (canon(t.args[1] - t.args[0]),), FORMULA)
    if t.head == "=":
        a, b = t.args
        real = a.sort in (REAL, NATURAL)
        sides = (canon(a - b), canon(b - a)) if real else (canon(a), canon(b))
        return Term("=", (frozenset(sides),), FORMULA)
    if t.sort in (REAL, NATURAL):
        return Term("poly", (frozenset(poly(t).items()),))
    if t.sort == VECTOR:
        parts = ((a, frozenset(p.items())) for a, p in coordinates(t).items())
        return Term("linear", (frozenset(parts),), VECTOR)
    return atomic(t)
