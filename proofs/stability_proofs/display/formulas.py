"""A term as one line of mathematics.

`S_i` is the example at index i, `S[i := z]` the sample with z in its place, `E_S` an expectation
over S, `mean_i` the mean over a finite sort, `1{...}` an indicator, `<u, v>` an inner product and
`|v|` the norm of a vector as well as the absolute value of a number.

>>> from stability_proofs.kernel.notation import E, absolute
>>> from stability_proofs.kernel.terms import app, le, var
>>> S, c = var("S", "sample"), var("c")
>>> formula(le(absolute(app("F", S) - E(S, app("F", S))), c / 2))
'|F(S) - E_S F(S)| <= c / 2'
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from stability_proofs.kernel.terms import BINDERS, Term, num, opened, var, variables

NAMES: Mapping[str, str] = {
    "sample": "S R Q",
    "draws": "q o",
    "seeds": "r s",
    "index": "i j k l",
    "draw": "d e",
    "example": "z y x",
    "seed": "x y",
    "natural": "n k t",
    "vector": "v w u",
    "set": "A B",
    "real": "x y a b",
}
"""Names for bound variables of each sort, the first that is free."""
ANY, IMPLIES, RELATION, SUM, PRODUCT, SIGN, POWER, ATOM = range(8)
"""How tightly what is written holds together."""
RELATIONS: Mapping[str, str] = {"<=": "<=", "<": "<", "=": "="}


def formula(t: Term) -> str:
    """A term or a formula as one line of text."""
    return _written(t, ANY)


def _written(t: Term, around: int) -> str:
    text, binding = _parts(t)
    return f"({text})" if binding < around else text


def _parts(t: Term) -> tuple[str, int]:
    head, args = t.head, t.args
    if head == "var":
        return args[0], ATOM
    if head == "num":
        return _number(args[0])
    if head == "+":
        return _sum(t), SUM
    if head in ("*", "scale"):
        return _product(t)
    if head == "inv":
        return f"1 / {_written(args[0], POWER)}", PRODUCT
    if head == "^":
        return f"{_written(args[0], ATOM)}^{args[1]}", POWER
    if head in RELATIONS:
        return f" {RELATIONS[head]} ".join(_written(a, SUM) for a in args), RELATION
    if head == "implies":
        return f"{_written(args[0], RELATION)} => {_written(args[1], IMPLIES)}", IMPLIES
    if head == "not":
        return f"not {_written(args[0], ATOM)}", RELATION
    if head in BINDERS:
        return _bound(t)
    return _applied(t), ATOM


def _number(value: Fraction) -> tuple[str, int]:
    if value.denominator != 1:
        return f"{value.numerator} / {value.denominator}", PRODUCT
    return str(value), ATOM if value >= 0 else SIGN


def _sum(t: Term) -> str:
    first, *rest = t.args
    text = _written(first, SUM)
    for part in rest:
        minus = _negated(part)
        text += f" + {_written(part, SUM)}" if minus is None else f" - {_written(minus, PRODUCT)}"
    return text


def _negated(t: Term) -> Term | None:
    """What a term is the negative of, if it is written as one."""
    if t.head == "num" and t.args[0] < 0:
        return num(-t.args[0])
    if t.head not in ("*", "scale") or t.args[0].head != "num" or t.args[0].args[0] >= 0:
        return None
    factor = num(-t.args[0].args[0])
    rest = t.args[1:] if factor == num(1) else (factor, *t.args[1:])
    return rest[0] if len(rest) == 1 else Term(t.head, rest, t.sort)


def _product(t: Term) -> tuple[str, int]:
    minus = _negated(t)
    if minus is not None:
        least = _least(minus)
        if least is not None:
            return f"min({', '.join(least)})", ATOM
        return f"-{_written(minus, SIGN)}", SIGN
    first, *rest = t.args
    if t.head == "*" and rest and _is_mean(first, rest[0]):
        return _over("mean", first)
    text = _written(first, PRODUCT)
    for part in rest:
        over = part.head == "inv"
        text += f" / {_written(part.args[0], POWER)}" if over else f" * {_written(part, SIGN)}"
    return text, PRODUCT


def _least(t: Term) -> list[str] | None:
    """The arguments of a minimum, which is written -max(-a, -b)."""
    parts = [_negated(a) for a in t.args] if t.head == "max" else [None]
    return None if None in parts else [formula(p) for p in parts if p is not None]


def _is_mean(total: Term, over: Term) -> bool:
    finite = total.head == "sum" and len(total.args) == 2
    return finite and over == Term("inv", (Term("size", (total.args[0],), "natural"),))


def _bound(t: Term) -> tuple[str, int]:
    if t.head != "forall":
        return _over(t.head, t)
    names = []
    while t.head == "forall":
        x = _fresh(t)
        names.append(x.args[0])
        t = opened(t, x)
    return f"for all {', '.join(names)}: {_written(t, ANY)}", ANY


def _over(word: str, t: Term) -> tuple[str, int]:
    """A binder as `word_x body`, with the ends of a sum in brackets."""
    x = _fresh(t)
    ends = " .. ".join(formula(end) for end in t.args[1:-1])
    name = f"{word}_{x.args[0]}" + (f"[{ends}]" if ends else "")
    text, binding = _parts(opened(t, x))
    nested = text.startswith(("E_", "sum_", "prod_", "sup_", "mean_")) and binding == PRODUCT
    return f"{name} {text if nested or binding >= SIGN else f'({text})'}", PRODUCT


def _fresh(binder: Term) -> Term:
    """A variable for a binder that its body does not have."""
    taken = {x.args[0] for x in variables(binder)}
    sort = binder.args[0]
    names = NAMES.get(sort, sort[0]).split()
    names += [f"{names[0]}{k}" for k in range(len(taken) + 1)]
    return var(next(name for name in names if name not in taken), sort)


def _applied(t: Term) -> str:
    head, args = t.head, t.args
    if head == "size":
        return "m" if args[0] == "index" else f"size({args[0]})"
    if head == "at":
        return f"{_written(args[0], ATOM)}_{_written(args[1], ATOM)}"
    if head == "put":
        return f"{_written(args[0], ATOM)}[{formula(args[1])} := {formula(args[2])}]"
    if head == "member":
        return f"({formula(args[0])} in {formula(args[1])})"
    if head == "ind":
        return f"1{{{formula(args[0])}}}"
    if head == "dot":
        return f"<{formula(args[0])}, {formula(args[1])}>"
    if head == "sqrt" and args[0].head == "dot" and args[0].args[0] == args[0].args[1]:
        return f"|{formula(args[0].args[0])}|"
    if head == "max" and len(args) == 2 and args[1] == -args[0]:
        return f"|{formula(args[0])}|"
    return f"{head}({', '.join(formula(a) for a in args)})" if args else head
