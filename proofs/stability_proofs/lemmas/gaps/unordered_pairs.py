"""Products of gaps at two examples for rules that need not be symmetric, other examples fixed.

a, b, c and d are independent examples. `both(a, b, c)` is the loss at c of the rule trained on a, b
and the others, `later(b, c)` that without a, and `earlier(a, c)` that without b.
"""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import E, absolute, every
from stability_proofs.kernel.terms import Term, app, le, var
from stability_proofs.lemmas.analysis.absolutes import bounded_product
from stability_proofs.lemmas.probability.renaming import over, renamed
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import linear, mean, use

LETTERS = a, b, c, d = tuple(var(name, "example") for name in "abcd")
M = var("M")


def both(first: Term, second: Term, point: Term) -> Term:
    """The loss of the rule trained on both."""
    return app("both", first, second, point)


def later(second: Term, point: Term) -> Term:
    """The loss of the rule without the first."""
    return app("later", second, point)


def earlier(first: Term, point: Term) -> Term:
    """The loss of the rule without the second."""
    return app("earlier", first, point)


RANGE = (
    every(a, b, c, le(0, both(a, b, c))),
    every(a, b, c, le(both(a, b, c), M)),
)
LEFT_RANGE = (
    every(b, c, le(0, later(b, c))),
    every(b, c, le(later(b, c), M)),
    every(a, c, le(0, earlier(a, c))),
    every(a, c, le(earlier(a, c), M)),
)


def _ends(loss: Term) -> tuple[Theorem, Theorem]:
    """0 <= loss and loss <= M."""
    which = {"both": RANGE, "later": LEFT_RANGE[:2], "earlier": LEFT_RANGE[2:]}
    low, high = (use(assume(end), *loss.args) for end in which[loss.head])
    return low, high


def _below(first: Term, minus: Term, other: Term) -> Theorem:
    """(first - minus) other <= M |other|."""
    (low, high), (least, most) = _ends(first), _ends(minus)
    down, up = linear(le(-M, first - minus), low, most), linear(le(first - minus, M), high, least)
    return bounded_product(first - minus, down, up, other)


def _averaged_sum(*parts: Theorem) -> Theorem:
    """E of the sum of the left sides is at most E of the sum of the right sides."""
    left, right = (sum((p.conclusion.args[k] for p in parts), start=0 * M) for k in (0, 1))
    bound = linear(le(left, right), *parts)
    for x in reversed(LETTERS):
        bound = mean(x, bound)
    return bound


def _renamed(body: Term, names: str) -> Theorem:
    """E body = E body with the letters of `names` for a, b, c and d."""
    by_name = dict(zip("abcd", LETTERS, strict=True))
    return renamed(LETTERS, {x: by_name[n] for x, n in zip(LETTERS, names, strict=True)}, body)


def _product(gap_first: tuple[Term, Term], gap_second: tuple[Term, Term]) -> Term:
    """E (R - first)(R - second), R being the mean loss over the tested example."""
    (first, tested), (second, other) = gap_first, gap_second
    return over(LETTERS, (first - tested) * (second - other))


@lemma(
    given=(LEFT_RANGE[3], LEFT_RANGE[2], LEFT_RANGE[1], LEFT_RANGE[0], RANGE[0], RANGE[1]),
    shows=le(
        E(a, E(d, E(b, E(c, (both(a, d, c) - later(d, a)) * (both(a, d, b) - earlier(a, d)))))),
        M
        * (
            3 * E(a, E(d, E(b, E(c, absolute(both(a, d, b) - earlier(a, b))))))
            + E(a, E(d, E(b, E(c, absolute(both(a, d, b) - later(d, b))))))
        ),
    ),
)
def left_out() -> Theorem:
    """E (R - later(b, a))(R - earlier(a, b)) <= M (3 E |both - earlier| + E |both - later|).

    R = E both(a, b, c) over c. The second gap is near that at a fresh example; then what the first
    says of b is forgotten, at three changes, and the mean of the rest is 0.
    """
    change = earlier(a, c), earlier(a, b)
    parts = (
        _below(both(a, b, d), later(b, a), both(a, b, c) - earlier(a, c)),
        _below(*change, both(a, b, d) - earlier(a, d)),
        _below(*change, both(d, b, a) - later(b, a)),
        _below(*change, earlier(d, a) - both(d, b, a)),
    )
    by_first, by_second = both(a, b, c) - later(b, c), both(a, b, c) - earlier(a, c)
    most = M * (3 * over(LETTERS, absolute(by_second)) + over(LETTERS, absolute(by_first)))
    goal = le(_product((both(a, b, d), later(b, a)), (both(a, b, c), earlier(a, b))), most)
    return linear(
        goal,
        _averaged_sum(*parts),
        _renamed(earlier(a, b) * earlier(d, a), "acbd"),
        _renamed(earlier(a, b) * earlier(a, d), "acbd"),
        _renamed(M * absolute(both(a, b, d) - earlier(a, d)), "abdc"),
        _renamed(M * absolute(both(d, b, a) - later(b, a)), "cbda"),
        _renamed(M * absolute(earlier(d, a) - both(d, b, a)), "cbda"),
    )


@lemma(
    given=(RANGE[1], RANGE[0]),
    shows=le(
        E(a, E(d, E(b, E(c, (both(a, d, c) - both(a, d, a)) * (both(a, d, b) - both(a, d, d)))))),
        M
        * (
            3 * E(a, E(d, E(b, E(c, absolute(both(a, d, d) - both(a, b, d))))))
            + E(a, E(d, E(b, E(b, absolute(both(a, d, a) - both(b, d, a))))))
        ),
    ),
)
def fitted() -> Theorem:
    """E (R - both(a, b, a))(R - both(a, b, b)) <= M (3 E |own change of b| + E |own change of a|).

    The own change of b is both(a, b, b) - both(a, c, b), that of a both(a, b, a) - both(d, b, a).
    The same steps as in `left_out`.
    """
    change = both(a, b, c), both(a, c, b)
    parts = (
        _below(both(a, b, d), both(a, b, a), both(a, c, b) - both(a, b, b)),
        _below(*change, both(a, b, d) - both(a, d, d)),
        _below(*change, both(d, b, a) - both(a, b, a)),
        _below(*change, both(d, a, a) - both(d, b, a)),
    )
    of_first, of_second = both(a, b, a) - both(d, b, a), both(a, b, b) - both(a, c, b)
    most = M * (3 * over(LETTERS, absolute(of_second)) + over(LETTERS, absolute(of_first)))
    goal = le(_product((both(a, b, d), both(a, b, a)), (both(a, b, c), both(a, b, b))), most)
    return linear(
        goal,
        _averaged_sum(*parts),
        _renamed(both(a, b, c) * both(d, a, a), "acbd"),
        _renamed(both(a, b, c) * both(a, d, d), "acbd"),
        _renamed(M * absolute(both(a, b, d) - both(a, d, d)), "acdb"),
        _renamed(M * absolute(both(d, a, a) - both(d, b, a)), "bcda"),
    )
