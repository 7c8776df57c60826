"""Text and numbers in LaTeX: escaped, marked, and how wide they are about."""

from __future__ import annotations

import re

from stability.rounding import in_latex

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}
_NUMBER = re.compile(r"(about )?(-?[0-9.]+(?:e[+-]?\d+)?)")
BOLD = r"\mathbf"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NARROW, _WIDE = frozenset("iljtfI.,:;'|()[]-! "), frozenset("mwMW")


def escaped(text: str) -> str:
    """Text in which LaTeX takes every character as itself.

    >>> escaped("keep-1/m & 5 % of x_1")
    'keep-1/m \\\\& 5 \\\\% of x\\\\_1'
    """
    return "".join(_SPECIAL.get(character, character) for character in text)


def latex_number(text: str) -> str:
    """A number as tables write it, in mathematics; other text escaped.

    >>> latex_number("3.333e-07"), latex_number("about 0.5"), latex_number("in expectation")
    ('$3.333 \\\\times 10^{-7}$', '$\\\\approx 0.5$', 'in expectation')
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        return escaped(text)
    about, number = match.groups()
    relation = r"\approx " if about else ""
    return f"${relation}{in_latex(number)}$"


def marked(text: str, mark: str, bold: bool = False) -> str:
    """A number as tables write it with a mark above it, in bold if asked.

    >>> print(marked("0.5", "a*"), marked("2e-07", "b", bold=True), marked("infinite", "c"))
    $0.5^{a*}$ $\\mathbf{2 \\times 10^{-7}}\\;{}^{b}$ infinite$^{c}$
    """
    number = latex_number(text)
    if not number.startswith("$"):
        return rf"\textbf{{{number}}}$^{{{mark}}}$" if bold else f"{number}$^{{{mark}}}$"
    inner = number.strip("$")
    apart = r"\;{}" if "^" in inner else ""  # no mark is read as a part of the power
    return f"${rf'{BOLD}{{{inner}}}' if bold else inner}{apart}^{{{mark}}}$"


def letter(place: int) -> str:
    """The mark of a note: a to z, then aa, ab and so on.

    >>> letter(0), letter(25), letter(26), letter(53)
    ('a', 'z', 'aa', 'bb')
    """
    above, here = divmod(place, len(_LETTERS))
    return (letter(above - 1) if above else "") + _LETTERS[here]


def width(code: str) -> float:
    """How wide a cell is about, in widths of a digit, rather too large than too small.

    >>> width("1000"), width(r"$\\mathbf{0.5}^{a}$") < width(r"$3.333 \\times 10^{-7}$") < 12
    (4.0, True)
    """
    raised = sum(0.75 * len(part) for part in re.findall(r"\^\{([^}]*)\}", code))
    plain = re.sub(r"\^\{[^}]*\}", "", code)
    relations = len(re.findall(r"\\(?:times|approx)\b", plain))
    plain = re.sub(r"\\(?:times|approx|mathbf|textbf|cite)\b ?", "", plain)
    plain = re.sub(r"\\text(\w)\w*\{\}", r"\1", plain)
    plain = re.sub(r"[\\{}$]", "", plain)
    bold = 1.15 if BOLD in code or r"\textbf" in code else 1.0
    return bold * (raised + 2.4 * relations + sum(map(_width, plain)))


def _width(character: str) -> float:
    if character.isdigit():
        return 1.0
    if character in _NARROW:
        return 0.6
    return 1.7 if character in _WIDE else 1.4 if character.isupper() else 1.0
