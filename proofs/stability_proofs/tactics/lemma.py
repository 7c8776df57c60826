"""A lemma: a function that proves something, and the statement that it declares.

`@lemma(shows=..., given=..., at=...)` stands above such a function. The statement is a formula
(several, if several theorems are proved), checked against what the function proves by
`Lemma.check`; a derivation that uses the lemma shows it by name.

>>> from stability_proofs.kernel.checker import elementary
>>> from stability_proofs.kernel.notation import sqrt
>>> from stability_proofs.kernel.terms import le, var
>>> x = var("x")
>>> @lemma(at=(x,), shows=le(0, sqrt(x)))
... def root_sign(x: Term) -> Theorem:
...     return elementary("sqrt", x)
>>> root_sign.check()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from inspect import getdoc, signature
from typing import Any, Generic, ParamSpec, TypeVar

from stability_proofs.kernel.checker import Theorem, alike, assume, noted, specialise
from stability_proofs.kernel.notation import every, show
from stability_proofs.kernel.terms import FORMULA, Term, canon, require

Given = ParamSpec("Given")
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Lemma(Generic[Given, Result]):
    """A function that proves something, and what.

    `at`: arguments in general position, a formula where the function takes a theorem that says
    so (`for_any` where it has to hold for arbitrary values); or a function that gives these, where
    that takes steps of proof. Called with these it proves the formulas of `shows`, from the
    premises in `at` and the hypotheses `given`; with other arguments it proves the like of them.
    """

    prove: Callable[Given, Result]
    shows: tuple[Term, ...]
    given: tuple[Term, ...]
    at: tuple[Any, ...] | Callable[[], tuple[Any, ...]]

    def __call__(self, *args: Given.args, **named: Given.kwargs) -> Result:
        """What the function proves for some arguments."""
        return self.prove(*args, **named)

    @property
    def function(self) -> Callable[..., Any]:
        """The function as it was written."""
        return self.prove.__wrapped__  # type: ignore[attr-defined]

    @property
    def name(self) -> str:
        """The name that says where it is: subject, file and function."""
        return f"{self.function.__module__}.{self.function.__name__}".partition(".lemmas.")[2]

    @property
    def description(self) -> str:
        """What it says, in words."""
        return getdoc(self.function) or ""

    @property
    def premises(self) -> tuple[Term, ...]:
        """What it needs of the theorems that it takes."""
        taken = theorems_in(self._arguments())
        return tuple(dict.fromkeys(h for theorem in taken for h in theorem.hypotheses))

    def _arguments(self) -> tuple[Any, ...]:
        takes = [str(p.annotation) for p in signature(self.function).parameters.values()]
        at = self.at() if callable(self.at) else self.at
        takes += takes[-1:] * (len(at) - len(takes))
        return tuple(
            _assumed(value) if "Theorem" in kind else value
            for value, kind in zip(at, takes, strict=False)
        )

    def instance(self) -> Any:
        """What the function gives for the arguments in general position."""
        return self.prove(*self._arguments())  # type: ignore[call-arg]

    def check(self) -> None:
        """Raises ProofError if something else is proved than is declared."""
        proved = tuple(theorems_in(self.instance()))
        require(len(proved) == len(self.shows), "not as many formulas are shown", self.name)
        for theorem, formula in zip(proved, self.shows, strict=True):
            same = alike(theorem.conclusion, formula)
            require(same, "shown is", self.name, show(theorem.conclusion))
        used = {canon(h): h for theorem in proved for h in theorem.hypotheses}
        given, premises = set(map(canon, self.given)), set(map(canon, self.premises))
        more = [show(h) for form, h in used.items() if form not in given | premises]
        require(not more, "a hypothesis is not declared", self.name, *more)
        require(given <= set(used), "a hypothesis is declared that is not used", self.name)


@dataclass(frozen=True, eq=False)
class Use:
    """That a theorem is what a lemma gives, and for which arguments."""

    lemma: Lemma[..., Any]
    given: tuple[Any, ...]


def for_any(formula: Term, *variables: Term) -> Theorem:
    """A premise that holds for arbitrary values of variables, as an argument in general position.

    >>> from stability_proofs.kernel.terms import le, var
    >>> x, c = var("x"), var("c")
    >>> show(for_any(le(x, c), x).conclusion)
    '(x <= c)'
    """
    theorem = assume(every(*variables, formula))
    for x in variables:
        theorem = specialise(theorem, x)
    return theorem


def lemma(
    *,
    shows: Term | tuple[Term, ...],
    given: tuple[Term, ...] = (),
    at: tuple[Any, ...] | Callable[[], tuple[Any, ...]] = (),
) -> Callable[[Callable[Given, Result]], Lemma[Given, Result]]:
    """Declare what a function proves; see `Lemma`. One without parameters is called once."""
    formulas = shows if isinstance(shows, tuple) else (shows,)

    def declare(function: Callable[Given, Result]) -> Lemma[Given, Result]:
        def prove(*args: Given.args, **named: Given.kwargs) -> Result:
            use = Use(found, (*args, *named.values()))
            return _each(function(*args, **named), lambda theorem: noted(theorem, use))

        once: Any = prove if signature(function).parameters else cache(prove)
        once.__wrapped__ = function
        found = Lemma(once, formulas, given, at)
        return found

    return declare


def theorems_in(x: Any) -> Iterator[Theorem]:
    """The theorems in a result, in the order of its fields."""
    if isinstance(x, Theorem):
        yield x
    elif isinstance(x, (tuple, list)):
        for part in x:
            yield from theorems_in(part)
    elif isinstance(x, Mapping):
        yield from theorems_in(tuple(x.values()))
    elif is_dataclass(x) and not isinstance(x, (type, Term)):
        yield from theorems_in(tuple(getattr(x, part.name) for part in fields(x)))


def _each(x: Any, change: Callable[[Theorem], Theorem]) -> Any:
    """The result with every theorem in it changed."""
    if isinstance(x, Theorem):
        return change(x)
    if isinstance(x, (tuple, list)):
        return type(x)(_each(part, change) for part in x)
    if isinstance(x, Mapping):
        return {key: _each(part, change) for key, part in x.items()}
    if is_dataclass(x) and not isinstance(x, (type, Term)):
        parts = {part.name: getattr(x, part.name) for part in fields(x) if part.init}
        return replace(x, **{name: _each(part, change) for name, part in parts.items()})
    return x


def _assumed(x: Any) -> Any:
    if isinstance(x, Term):
        return assume(x) if x.sort == FORMULA else x
    return tuple(map(_assumed, x)) if isinstance(x, tuple) else x
