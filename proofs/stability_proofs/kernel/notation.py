"""How terms are written: names for what the language has, and for what is put together from it.

Part of the trusted core: axioms and the meaning of the library's words are written in this.

>>> from stability_proofs.kernel.terms import var
>>> show(absolute(var("x")))
'max(x, (-1 * x))'
"""

from __future__ import annotations

from typing import Any

from stability_proofs.kernel.terms import BINDERS, NATURAL, Term, app, bind, num, term


def E(x: Term, body: Any) -> Term:
    """The expectation over a variable."""
    return bind("E", x, term(body))


def num_over(number: int, x: Term) -> Term:
    """number/x."""
    return num(number) / x


def total(x: Term, body: Any, low: Any = None, high: Any = None) -> Term:
    """The sum over a finite sort, or from `low` to `high`."""
    return bind("sum", x, term(body), *(() if low is None else (low, high)))


def size(sort: str = "index") -> Term:
    """How many elements a finite sort has; m for the indices of examples."""
    return Term("size", (sort,), NATURAL)


def average(x: Term, body: Any) -> Term:
    """The mean over a finite sort."""
    return total(x, body) / size(x.sort)


def maximum(a: Any, b: Any) -> Term:
    """max(a, b)."""
    return app("max", a, b)


def minimum(a: Any, b: Any) -> Term:
    """min(a, b)."""
    return -maximum(-term(a), -term(b))


def absolute(x: Term) -> Term:
    """|x|, which is max(x, -x)."""
    return maximum(x, -x)


def indicator(formula: Term) -> Term:
    """1 if the formula holds, else 0."""
    return app("ind", formula)


def sqrt(x: Any) -> Term:
    """The square root."""
    return app("sqrt", x)


def exp(x: Any) -> Term:
    """The exponential."""
    return app("exp", x)


def log(x: Any) -> Term:
    """The natural logarithm."""
    return app("log", x)


def normal(x: Any) -> Term:
    """The distribution function of the standard normal law, Phi(x) = (1 + erf(x/sqrt 2))/2."""
    return (1 + app("erf", sqrt(num(2)) * x / 2)) / 2


def dot(u: Term, v: Term) -> Term:
    """The inner product."""
    return app("dot", u, v)


def square(v: Term) -> Term:
    """|v|^2 of a vector."""
    return dot(v, v)


def norm(v: Term) -> Term:
    """|v| of a vector."""
    return sqrt(square(v))


def every(*variables_then_body: Term) -> Term:
    """The formula for all values of the variables before it."""
    *variables, body = variables_then_body
    for x in reversed(variables):
        body = bind("forall", x, body)
    return body


def show(x: Any) -> str:
    """A term for people to read."""
    return _show(x, ())


def _show(x: Any, names: tuple[str, ...]) -> str:
    if not isinstance(x, Term):
        return str(x)
    if x.head in ("var", "num"):
        return str(x.args[0])
    if x.head == "bound":
        return names[x.args[0]] if x.args[0] < len(names) else f"bound{x.args[0]}"
    if x.head == "size":
        return "m" if x.args[0] == "index" else f"size({x.args[0]})"
    if x.head == "horizon":
        return x.head
    if x.head in BINDERS:
        name = f"{x.args[0][0]}{len(names)}"
        ends = "".join(f"[{_show(a, names)}]" for a in x.args[1:-1])
        return f"{x.head}_{name}{ends}({_show(x.args[-1], (name, *names))})"
    parts = [_show(a, names) for a in x.args]
    if x.head in ("+", "*", "<=", "<", "=", "^", "scale"):
        return "(" + f" {x.head} ".join(parts) + ")"
    if x.head == "implies":
        return f"({parts[0]} => {parts[1]})"
    return f"{x.head}({', '.join(parts)})"
