"""Products of gaps at two examples: Lemma 9 of Bousquet and Elisseeff, the other examples fixed.

a, b, c and d are independent examples. The word "abc" is the loss at c of the rule trained on a, b
and the others; "bc" the loss at c of the rule from which a is deleted, so that b is left.
"""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import E, absolute, every
from stability_proofs.kernel.terms import Term, app, eq, le, var
from stability_proofs.lemmas.analysis.absolutes import absolute_triangle, bounded_product
from stability_proofs.lemmas.probability.renaming import over, renamed
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import at_same, averaged, linear, mean, use

LETTERS = a, b, c, d = tuple(var(name, "example") for name in "abcd")
M = var("M")


def word(letters: str) -> Term:
    """The loss that a word means."""
    head = "both" if len(letters) == 3 else "left"
    return app(head, *_examples(letters))


def _examples(letters: str) -> list[Term]:
    return [LETTERS["abcd".index(letter)] for letter in letters]


LOW = every(a, b, c, le(0, word("abc")))
HIGH = every(a, b, c, le(word("abc"), M))
SYMMETRIC = every(a, b, c, eq(word("abc"), word("bac")))
LEFT_LOW = every(b, c, le(0, word("bc")))
LEFT_HIGH = every(b, c, le(word("bc"), M))


def _within(letters: str) -> tuple[Theorem, Theorem]:
    """0 <= the loss and the loss <= M."""
    ends = (LOW, HIGH) if len(letters) == 3 else (LEFT_LOW, LEFT_HIGH)
    return tuple(use(assume(end), *_examples(letters)) for end in ends)  # type: ignore[return-value]


def _difference(first: str, last: str) -> Term:
    return word(first) - word(last)


def distance(first: str, last: str) -> Term:
    """The mean distance of two losses."""
    return over(LETTERS, absolute(_difference(first, last)))


def _product(first: str, last: str) -> Term:
    return over(LETTERS, word(first) * word(last))


def _renamed(body: Term, names: str) -> Theorem:
    """E body = E body with the letters of `names` for a, b, c and d."""
    return renamed(LETTERS, dict(zip(LETTERS, _examples(names), strict=True)), body)


def _turned(first: str, last: str) -> Theorem:
    """E of the product = E with the two training examples of both words in the other order."""
    one, two = (use(assume(SYMMETRIC), *_examples(letters)) for letters in (first, last))
    new, old = one.conclusion.args[1], word(last)
    both = linear(eq(word(first) * old, new * two.conclusion.args[1]), (old, one), (new, two))
    return averaged(*LETTERS, equation=both)


def _product_below(first: str, minus: str | None, other: tuple[str, str]) -> Theorem:
    """(first - minus) difference <= M |difference|; with M/2 instead if nothing is named."""
    low, high = _within(first)
    if minus is None:
        factor, most = word(first) - M / 2, M / 2
        ends = linear(le(-most, factor), low), linear(le(factor, most), high)
    else:
        factor, most = _difference(first, minus), M
        least, largest = _within(minus)
        ends = linear(le(-most, factor), low, largest), linear(le(factor, most), high, least)
    return bounded_product(factor, *ends, _difference(*other))


def _between(first: str, middle: str, last: str) -> Theorem:
    return absolute_triangle(word(first), word(middle), word(last))


def _averaged_sum(parts: list[Theorem], triangles: list[Theorem]) -> Theorem:
    """E of the left sides is at most E of the right sides, taken apart by triangles."""
    range_sign = linear(le(0, M), *_within("abc"))
    left = sum((p.conclusion.args[0] for p in parts), start=0 * M)
    longer = [t.conclusion.args for t in triangles]
    right = sum((p.conclusion.args[1] for p in parts), start=0 * M)
    right = right + sum((M / 2 * (above - below) for below, above in longer), start=0 * M)
    bound = linear(le(left, right), *parts, *((range_sign, t) for t in triangles))
    for x in reversed(LETTERS):
        bound = mean(x, bound)
    return bound


@lemma(
    given=(HIGH, LOW, SYMMETRIC),
    shows=le(
        E(a, E(c, E(d, E(b, app("both", a, c, d) * app("both", a, c, b)))))
        - E(a, E(c, E(d, E(b, app("both", a, c, d) * app("both", a, c, a)))))
        - E(a, E(c, E(d, E(b, app("both", a, c, d) * app("both", a, c, c)))))
        + E(a, E(c, E(d, E(d, app("both", a, c, a) * app("both", a, c, c))))),
        3 * M * E(a, E(c, E(d, E(d, absolute(app("both", a, c, a) - app("both", d, c, a)))))),
    ),
)
def fitted() -> Theorem:
    """E (R - aba)(R - abb) <= 3 M E |aba - dba|, where R = E abc over the tested c.

    Factors whose differences are 0 on average are centred at M/2.
    """
    parts = [
        _product_below("dcb", "acc", ("dca", "aca")),
        _product_below("aca", None, ("dcb", "acb")),
        _product_below("acb", None, ("aba", "aca")),
    ]
    triangles = [_between("dcb", "bcb", "acb"), _between("aba", "cba", "aca")]
    turned = use(assume(SYMMETRIC), *_examples("cba"))
    through = at_same(turned, lambda loss: M * absolute(loss - word("aca")))
    names = [
        _renamed(word("dcb") * word("dca"), "dcba"),
        _renamed(word("acc") * word("aca"), "acbd"),
        _renamed(word("aca") * word("acb"), "acbd"),
        _renamed(word("abc") * word("abb"), "bacd"),
        _turned("bac", "baa"),
        _renamed(word("aba") * word("acb"), "cadb"),
        _turned("cac", "cda"),
        _renamed(M * word("dcb"), "dbca"),
        _renamed(M * word("aba"), "acbd"),
        averaged(*LETTERS, equation=through),
        _renamed(M * absolute(_difference("dca", "aca")), "acbd"),
        _renamed(M * absolute(_difference("dcb", "bcb")), "cabd"),
        _renamed(M * absolute(_difference("bcb", "acb")), "dabc"),
        _renamed(M * absolute(_difference("aba", "cba")), "abdc"),
        _renamed(M * absolute(_difference("bca", "aca")), "adbc"),
    ]
    square, cross = _product("abc", "abd"), _product("aba", "abb")
    goal = le(
        square - _product("abc", "aba") - _product("abc", "abb") + cross,
        3 * M * distance("aba", "dba"),
    )
    return linear(goal, _averaged_sum(parts, triangles), *names)


@lemma(
    given=(LEFT_LOW, LEFT_HIGH, HIGH, LOW),
    shows=le(
        E(a, E(c, E(d, E(b, app("both", a, c, d) * app("both", a, c, b)))))
        - E(a, E(c, E(d, E(b, app("both", a, c, d) * app("left", c, a)))))
        - E(a, E(c, E(d, E(b, app("both", a, c, d) * app("left", a, c)))))
        + E(a, E(c, E(d, E(d, app("left", c, a) * app("left", a, c))))),
        M
        / 2
        * (
            5 * E(a, E(c, E(d, E(b, absolute(app("both", a, c, d) - app("left", c, d))))))
            + E(a, E(c, E(d, E(b, absolute(app("both", a, c, d) - app("left", a, d))))))
        ),
    ),
)
def left_out() -> Theorem:
    """E (R - ba)(R - ab) <= M/2 (5 E |abc - bc| + E |abc - ac|), where R = E abc over c."""
    parts = [
        _product_below("abd", "ab", ("abc", "bc")),
        _product_below("ba", None, ("dbc", "abc")),
        _product_below("bc", None, ("cb", "ab")),
    ]
    triangles = [_between("dbc", "bc", "abc"), _between("cb", "acb", "ab")]
    names = [
        _renamed(word("dbc") * word("ba"), "cbda"),
        _renamed(word("bc") * word("cb"), "cbad"),
        _renamed(M * word("dbc"), "dbca"),
        _renamed(M * word("cb"), "cbad"),
        _renamed(M * absolute(_difference("dbc", "bc")), "dbca"),
        _renamed(M * absolute(_difference("cb", "acb")), "acbd"),
        _renamed(M * absolute(_difference("acb", "ab")), "acbd"),
    ]
    goal = le(
        _product("abc", "abd")
        - _product("abc", "ba")
        - _product("abc", "ab")
        + _product("ba", "ab"),
        M / 2 * (5 * distance("abc", "bc") + distance("abc", "ac")),
    )
    return linear(goal, _averaged_sum(parts, triangles), *names)
