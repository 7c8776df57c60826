"""Rules for sets of indices: part of the trusted core.

`member(i, A)` says that an index is in a set; `mix(s, r, A)` is the family with the elements of s
at the indices in A and those of r elsewhere, so that the mean over r of F(mix(s, r, A)) is the
conditional expectation of F(s) given the elements in A.
"""

from __future__ import annotations

from stability_proofs.kernel.checker import (
    Theorem,
    alike,
    arbitrary,
    conclude,
    rule,
    without_variables,
)
from stability_proofs.kernel.terms import (
    FAMILIES,
    FINITE,
    NATURAL,
    SET,
    Term,
    at,
    bind,
    eq,
    fits,
    implies,
    le,
    member,
    mix,
    negation,
    replace,
    require,
)


@rule
def mixed(s: Term, r: Term, A: Term, i: Term, theorem: Theorem) -> Theorem:
    """The element of a mixed family at an index, which is in the set or is not."""
    inside = member(i, A)
    if alike(theorem.conclusion, inside):
        return conclude(eq(at(mix(s, r, A), i), at(s, i)), theorem)
    require(alike(theorem.conclusion, negation(inside)), "in the set or not?", theorem.conclusion)
    return conclude(eq(at(mix(s, r, A), i), at(r, i)), theorem)


@rule
def equal_families(s: Term, r: Term, i: Term, theorem: Theorem) -> Theorem:
    """s = r, from s_i = r_i for arbitrary i."""
    require(FAMILIES[s.sort][0] == i.sort, "not the indices", i)
    require(alike(theorem.conclusion, eq(at(s, i), at(r, i))), "not the elements", theorem)
    arbitrary(i, theorem)
    without_variables(s, i)
    without_variables(r, i)
    return conclude(eq(s, r), theorem)


@rule
def swap_set(s: Term, r: Term, A: Term, body: Term) -> Theorem:
    """E over two families with the same law: the elements in a set may change places."""
    require(s.head == r.head == "var" and s.sort == r.sort and s != r, "not two families", s, r)
    require(FAMILIES[s.sort][0] in FINITE and A.sort == SET, "no set of indices", A)
    without_variables(A, s, r)
    other = replace(body, {s: mix(r, s, A), r: mix(s, r, A)})
    both = bind("E", s, bind("E", r, body))
    return conclude(eq(both, bind("E", s, bind("E", r, other))))


@rule
def collected(i: Term, formula: Term, A: Term, theorem: Theorem) -> Theorem:
    """What follows if A holds exactly the i with a property holds: there is such a set.

    The hypothesis that falls away: for all i, 1{i in A} = 1{formula}.
    """
    require(A.head == "var" and A.sort == SET and i.sort in FINITE, "no set variable", A)
    without_variables(formula, A)
    same = eq(_one(member(i, A)), _one(formula))
    definition = bind("forall", i, same)
    arbitrary(A, theorem, without=(definition,))
    without_variables(theorem.conclusion, A)
    return conclude(theorem.conclusion, theorem, without=(definition,))


@rule
def halved(A: Term, n: Term, B: Term, small: Theorem, theorem: Theorem) -> Theorem:
    """A set of at most 2n indices has a half B: B and the rest of A have at most n each.

    `small`: the count of A is at most 2n, n a natural number. Falls away from `theorem`: B lies in
    A; its count is at most n; that of A minus that of B is at most n.
    """
    i = Term("var", ("index of a set",), "index")
    inside = bind("forall", i, implies(member(i, B), member(i, A)))
    falls = (inside, le(count(B), n), le(count(A) - count(B), n))
    require(B.head == "var" and B.sort == SET and fits(n, NATURAL), "no half", B, n)
    require(alike(small.conclusion, le(count(A), 2 * n)), "too large a set", small.conclusion)
    without_variables(A, B)
    without_variables(n, B)
    arbitrary(B, theorem, without=falls)
    without_variables(theorem.conclusion, B)
    return conclude(theorem.conclusion, small, conclude(theorem.conclusion, theorem, without=falls))


def count(A: Term) -> Term:
    """The number of indices in a set."""
    i = Term("var", ("index of a set",), "index")
    return bind("sum", i, _one(member(i, A)))


def _one(formula: Term) -> Term:
    return Term("ind", (formula,))
