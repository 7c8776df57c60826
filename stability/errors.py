"""The one family of errors. A message says where, what was found, what is allowed, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any


def shown(value: Any) -> str:
    """A value as a person would write it: decimals rather than fractions, strings quoted."""
    from fractions import Fraction

    if value is None:
        return "nothing"
    if isinstance(value, str):
        return repr(value if len(value) <= 80 else value[:77] + "...")
    if isinstance(value, (int, Fraction)) and abs(value) > 10**300:
        return "a number above 1e300 in size"
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return str(value.numerator)
        return f"{float(value):.12g}"
    text = str(value).replace("\n", "; ")
    return text if len(text) <= 80 else text[:77] + "..."


def in_one_line(error: BaseException) -> str:
    """The type of an error and the start of what it says.

    >>> in_one_line(ValueError("too many"))
    'ValueError: too many'
    """
    return f"{type(error).__name__}: {told(error)}"


def told(error: BaseException) -> str:
    r"""The start of what an error of others says, in one line of printable characters.

    >>> told(ValueError("bad \x1b[31m node <ast.Call object at 0x7f33c694a290>"))
    'bad \\x1b[31m node <ast.Call>'
    """
    first = re.sub(r" object at 0x[0-9a-fA-F]+", "", (str(error).splitlines() or [""])[0][:200])
    return printable(first)


def printable(text: str) -> str:
    r"""A text with everything escaped that a terminal could take for more than a character.

    >>> printable("a \x1b[31m name\u2028")
    'a \\x1b[31m name\\u2028'
    """
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def install_command(extra: str) -> str:
    """The command that installs this library with one of its extras, for remedies.

    >>> print(install_command("networks"))
    pip install 'stability-bounds[networks]'
    """
    return f"pip install 'stability-bounds[{extra}]'"


class StabilityError(Exception):
    """Base of every error that this library raises on purpose."""


class _Located(StabilityError):
    """An error at one place of an input: `where`, `found`, `allowed`, `remedy`."""

    def __init__(self, *, where: str, found: Any, allowed: str, remedy: str = "") -> None:
        self.where, self.found, self.allowed, self.remedy = where, found, allowed, remedy
        found_text = found if isinstance(found, str) and " " in found else shown(found)
        message = f"{where}: found {found_text}; allowed: {allowed}."
        super().__init__(printable(f"{message} {remedy}".strip()))

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions travel between worker processes by pickle; their arguments are by keyword.
        again = {"where": self.where, "found": self.found}
        return partial(type(self), **again, allowed=self.allowed, remedy=self.remedy), ()


class SetupError(_Located):
    """A training setup, a setup file or an argument says something that cannot be."""


class DataError(_Located):
    """A data file or array is not what it should be (file and offset, or row, in `where`)."""


class RunError(_Located):
    """A run directory was made by other settings, or a stored piece of it is damaged."""


class UnsafeMixture(StabilityError):
    """A weaker kind of number (an estimate, a lower bound) was used where a bound is promised."""


class EvaluationError(StabilityError):
    """A statement has no finite value at the numbers given."""


class Infeasible(StabilityError):
    """A calibration has no solution: no value in the range searched meets the target."""

    def __init__(self, message: str, *, best: float | None = None) -> None:
        self.best = best
        super().__init__(message)


class Refusal(StabilityError):
    """A theorem does not apply, and why: the hypothesis that fails and what would repair it.

    Tables list refusals; `Theorem.apply` raises them.

    Attributes: `theorem` (id), `hypothesis_id` (its name for programs), `hypothesis` (in words),
    `where` (place in the setup, such as `algorithm.step_size`), `found` (the value there, as text),
    `remedy`; `also`: refusals for the other hypotheses that fail, to be mended at once.
    """

    def __init__(
        self,
        theorem: str,
        hypothesis_id: str,
        hypothesis: str,
        where: str,
        found: Any,
        remedy: str,
        also: tuple[Refusal, ...] = (),
    ) -> None:
        self.theorem, self.hypothesis_id, self.hypothesis = theorem, hypothesis_id, hypothesis
        self.where, self.found, self.remedy, self.also = where, shown(found), remedy, also
        super().__init__(theorem, hypothesis_id, hypothesis, where, found, remedy, also)

    def in_the_name_of(self, theorem: str) -> Refusal:
        """The same refusal by another theorem."""
        return Refusal(theorem, *self.args[1:])

    def __str__(self) -> str:
        others = (f" Also: {o.hypothesis}; {o.where} is {o.found}. {o.remedy}" for o in self.also)
        return (
            f"{self.theorem} does not apply: {self.hypothesis}; {self.where} is {self.found}. "
            f"{self.remedy}{''.join(others)}"
        )

    def record(self) -> dict[str, Any]:
        """The refusal as plain values, for JSON and tables; `also` holds those beside it."""
        return {**self._reason(), "also": [other._reason() for other in self.also]}

    def _reason(self) -> dict[str, str]:
        return {
            "theorem": self.theorem,
            "hypothesis": self.hypothesis,
            "hypothesis_id": self.hypothesis_id,
            "where": self.where,
            "found": self.found,
            "remedy": self.remedy,
        }


def did_you_mean(
    word: str, known: Iterable[str], *, show: Callable[[str], str] = repr, most: int = 1
) -> str:
    """The remedy that names the known words most like this one, "" if none is like it.

    Words that begin with it count as most like it. `show` writes each, `most` is how many.

    >>> did_you_mean("bta", ["beta", "delta"]), did_you_mean("bta", ["sigma"])
    ("Did you mean 'beta'?", '')
    >>> did_you_mean("los", ["loss", "sample"], show="[{}]".format)
    'Did you mean [loss]?'
    """
    import difflib

    words = list(known)
    begun = [other for other in words if word and other.startswith(word)]
    near = begun[:most] or difflib.get_close_matches(word, words, n=most)
    return f"Did you mean {' or '.join(map(show, near))}?" if near else ""
