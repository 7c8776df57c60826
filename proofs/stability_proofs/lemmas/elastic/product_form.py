"""Elastic functions of product form, added + factor (base + u(y)) u(z), and what bounds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import E
from stability_proofs.kernel.terms import Term, at, eq, le, lt, num, replace
from stability_proofs.semantics import regularity
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, y, z
from stability_proofs.semantics.training import k, steepness
from stability_proofs.tactics.vocabulary import for_all, linear, mean, use

NOTHING = linear(le(0, 0))


@dataclass(frozen=True)
class Product:
    """beta(y, z) = added + factor (base + u(y)) u(z), where the base is 0 or the supremum of u.

    `factor`: 0 <= factor; `nonnegative`: for all z, 0 <= u(z); `below`: for all z, u(z) <= top;
    `average`: E u(z) <= average; `square` and `of_rms`: E u(z)^2 <= square and <= rms^2; `fourth`:
    E u(z)^4 <= fourth^2; `average_sign`: 0 <= average; `rms_sign`, `fourth_sign`: 0 < rms and 0 <
    fourth; `with_base`: whether the base is the supremum; `added`: 0 <= added.
    """

    u: Callable[[Term], Term]
    factor: Theorem
    nonnegative: Theorem
    below: Theorem
    average: Theorem
    average_sign: Theorem
    square: Theorem
    of_rms: Theorem
    rms_sign: Theorem
    fourth: Theorem
    fourth_sign: Theorem
    with_base: bool = False
    added: Theorem = NOTHING

    @property
    def _factor(self) -> Term:
        return self.factor.conclusion.args[1]

    @property
    def _added(self) -> Term:
        return self.added.conclusion.args[1]

    @property
    def _top(self) -> Term:
        return use(self.below, z).conclusion.args[1]

    @property
    def _base(self) -> Term:
        return self._top if self.with_base else num(0)

    @property
    def body(self) -> Term:
        """beta(y, z)."""
        return self._added + self._factor * (self._base + self.u(y)) * self.u(z)

    @property
    def profile(self) -> Term:
        """The function of z that is above every row."""
        return self._added + self._factor * (self._base + self._top) * self.u(z)

    @property
    def functions(self) -> dict[str, Term]:
        """What a claim of an elastic constant speaks of."""
        return {"beta": self.body, "profile": self.profile}

    def own(self) -> Term:
        """beta(z_k, z)."""
        return replace(self.body, {y: at(S, k)})

    def values(self) -> tuple[Theorem, ...]:
        """What U, B, B1 and D bound of beta, what dominates it, and whether it is a square."""
        factor, u, base, top = self._factor, self.u, self._base, self._top
        low, high = use(self.nonnegative, z), use(self.below, z)
        deleted, below = use(self.nonnegative, y), use(self.below, y)
        expected = E(z, u(z))
        average, square = (t.conclusion.args[1] for t in (self.average, self.square))
        sign = linear(le(0, top), low, high)
        weight = linear(le(0, base + u(y)), deleted, sign)
        least = mean(z, low)
        total = linear(le(0, base + expected), least, sign)
        both = linear(le(0, base + top), sign)
        known, squares, sure = self.average, self.square, self.average_sign
        beta, profile = self.body, self.profile
        diagonal = E(z, replace(beta, {y: z}))
        scaled, more = factor * (base + top), self._added
        return (
            for_all(linear(le(0, beta), self.added, (self.factor, weight, low)), y, z),
            for_all(
                linear(
                    le(beta, more + scaled * top),
                    (self.factor, weight, high),
                    (self.factor, below, sign),
                ),
                y, z,
            ),
            for_all(
                linear(
                    le(E(z, beta), more + scaled * average),
                    (self.factor, weight, known),
                    (self.factor, below, sure),
                ),
                y,
            ),
            linear(
                le(E(y, E(z, beta)), more + factor * (base + average) * average),
                (self.factor, total, known),
                (self.factor, known, sure),
            ),
            linear(
                le(diagonal, more + factor * (base * average + square)),
                (self.factor, sign, known),
                (self.factor, squares),
            ),
            for_all(linear(le(beta, profile), (self.factor, below, low)), y, z),
            for_all(linear(le(profile, more + scaled * top), (self.factor, both, high)), z),
            linear(le(E(z, profile), more + scaled * average), (self.factor, both, known)),
            *self._square(),
        )  # fmt: skip

    def _square(self) -> tuple[Theorem, ...]:
        """That beta is u(y) u(z) with one function, where nothing is added to it."""
        if self.with_base or self.added is not NOTHING:
            return ()
        own = replace(self.body, {z: y}) * replace(self.body, {y: z})
        return (for_all(linear(eq(self.body**2, own)), y, z),)


def steepness_product(factor: Theorem, *, with_base: bool, added: Theorem = NOTHING) -> Product:
    """added + factor (base + L(y)) L(z), from 0 <= factor and 0 <= added."""
    L, L_mean, L_rms, L_4 = map(symbol_term, ("L", "L_mean", "L_rms", "L_4"))
    fourth_sign = assume(lt(0, L_4))
    return Product(
        u=steepness,
        factor=factor,
        nonnegative=assume(regularity.steepness_nonnegative()),
        below=assume(regularity.steepness_at_most(L)),
        average=assume(regularity.steepness_mean(L_mean)),
        average_sign=linear(le(0, L_mean), assume(lt(0, L_mean))),
        square=assume(regularity.steepness_mean_square(L_rms)),
        of_rms=assume(regularity.steepness_mean_square(L_rms)),
        rms_sign=assume(lt(0, L_rms)),
        fourth=linear(
            le(E(z, steepness(z) ** 4), (L_4 * L_4) ** 2),
            assume(regularity.steepness_mean_fourth(L_4)),
        ),
        fourth_sign=linear(lt(0, L_4 * L_4), (fourth_sign, fourth_sign)),
        with_base=with_base,
        added=added,
    )
