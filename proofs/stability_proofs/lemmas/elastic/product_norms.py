"""Root mean squares of an elastic function of product form, and its largest column mean.

For beta(y, z) = added + factor (base + u(y)) u(z), from the mean of u, that of its square and that
of its fourth power.
"""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, elementary, root_squared
from stability_proofs.kernel.notation import E, sqrt
from stability_proofs.kernel.terms import Term, eq, le, lt, replace
from stability_proofs.lemmas.analysis.roots import at_most_by_squares
from stability_proofs.lemmas.elastic.product_form import Product
from stability_proofs.semantics.samples import y, z
from stability_proofs.tactics.vocabulary import Square, for_all, linear, mean, one_over, use


def norms(product: Product) -> tuple[Theorem, ...]:
    """What bounds the rows, the columns, the diagonal and all of beta in root mean square, and the
    largest column mean."""
    found = _Norms(product)
    return (
        found.rows(), found.columns(), found.diagonal(), found.pairs(), found.largest_column()
    )  # fmt: skip


class _Norms:
    def __init__(self, product: Product) -> None:
        self.u, self.body = product.u, product.body
        self.added, self.factor = product.added, product.factor
        self.a, self.f = (t.conclusion.args[1] for t in (product.added, product.factor))
        self.average, self.average_sign = product.average, product.average_sign
        self.mean = self.average.conclusion.args[1]
        self.rms = product.rms_sign.conclusion.args[1]
        self.rms_sign = linear(le(0, self.rms), product.rms_sign)
        self.product = product
        low, high = use(product.nonnegative, z), use(product.below, z)
        self.low, self.high = low, high
        self.top = high.conclusion.args[1]
        self.top_sign = linear(le(0, self.top), low, high)
        self.base = self.top if product.with_base else self.top * 0
        self.base_sign = linear(le(0, self.base), self.top_sign)
        self.mean_of = E(z, self.u(z))
        self.square_of = E(z, self.u(z) ** 2)
        self.mean_sign = mean(z, low)
        self.second = product.square.conclusion.args[1]
        square = linear(le(0, self.u(z) ** 2), Square(self.u(z)))
        self.square_sign = linear(le(0, self.square_of), mean(z, square))
        self.second_sign = linear(le(0, self.second), self.square_sign, product.square)
        apart = self.u(z) - self.mean_of
        jensen = mean(z, linear(le(0, apart**2), Square(apart)))
        self.jensen = linear(le(self.mean_of**2, self.square_of), jensen)
        squares = linear(
            le(self.mean_of * self.mean_of, self.rms * self.rms), self.jensen, product.of_rms
        )
        self.mean_below_rms = at_most_by_squares(self.mean_of, self.rms, squares, self.rms_sign)
        self.reach, self.reach_sign, self.reached, self.reach_mean = self._reach(product.with_base)

    def _reach(self, with_base: bool) -> tuple[Term, Theorem, Theorem, Theorem]:
        """What bounds |base + u|_2: the term, 0 <= it, E (base + u)^2 <= its square, the mean."""
        second = self.base**2 + 2 * self.base * self.mean_of + self.square_of
        if not with_base:
            reach, sign, value = self.rms, self.rms_sign, linear(eq(self.rms**2, self.rms**2))
        else:
            inside = self.base**2 + 2 * self.base * self.mean + self.second
            signs = (self.base_sign, self.base_sign), (self.base_sign, self.average_sign)
            low = linear(le(0, inside), *signs, self.second_sign)
            reach, sign, value = sqrt(inside), elementary("sqrt", inside), root_squared(low)
        above = self.product.square if with_base else self.product.of_rms
        reached = linear(le(second, reach**2), value, (self.base_sign, self.average), above)
        total = self.base + self.mean_of
        squares = linear(le(total * total, reach * reach), self.jensen, reached)
        return reach, sign, reached, at_most_by_squares(total, reach, squares, sign)

    def rows(self) -> Theorem:
        """E (a + f (base + u) E u)^2 <= (a + f reach mean)^2."""
        f, a, R = self.factor, self.added, self.reach_sign
        goal = le(E(y, E(z, self.body) ** 2), (self.a + self.f * self.reach * self.mean) ** 2)
        return linear(
            goal,
            (a, f, self.average, R),
            (a, f, self.mean_sign, self.reach_mean),
            (f, f, self.average, self.average_sign, R, R),
            (f, f, self.average, self.mean_sign, R, R),
            (f, f, self.mean_sign, self.mean_sign, self.reached),
        )

    def columns(self) -> Theorem:
        """E (a + f (base + E u) u)^2 <= (a + f (base + mean) rms)^2."""
        f, a, r = self.factor, self.added, self.rms_sign
        total = linear(le(0, self.base + self.mean_of), self.base_sign, self.mean_sign)
        larger = linear(
            le(0, 2 * self.base + self.mean + self.mean_of),
            self.base_sign,
            self.average_sign,
            self.mean_sign,
        )
        bound = self.a + self.f * (self.base + self.mean) * self.rms
        return linear(
            le(E(z, E(y, self.body) ** 2), bound**2),
            (a, f, self.average, r),
            (a, f, total, self.mean_below_rms),
            (f, f, self.average, larger, r, r),
            (f, f, total, total, self.product.of_rms),
        )

    def pairs(self) -> Theorem:
        """E (a + f (base + u) u')^2 <= (a + f reach rms)^2."""
        f, a, R = self.factor, self.added, self.reach_sign
        least = self.square_sign
        found = E(y, E(z, self.body**2))
        if not self.product.with_base:
            square = self.product.square
            products = (a, f, self.jensen), (a, f, square), (f, f, square, least)
            goal = le(found, (self.a + self.f * self.second) ** 2)
            return linear(goal, *products, (f, f, square, self.second_sign))
        return linear(
            le(found, (self.a + self.f * self.reach * self.rms) ** 2),
            (a, f, self.mean_below_rms, R),
            (a, f, self.mean_sign, self.reach_mean),
            (f, f, self.product.of_rms, R, R),
            (f, f, least, self.reached),
        )

    def diagonal(self) -> Theorem:
        """E (a + f (base + u) u)^2 <= (a + f (base rms + fourth))^2."""
        u, rms, product = self.u(z), self.rms, self.product
        fourth = product.fourth_sign.conclusion.args[1]
        fourth_sign = linear(le(0, fourth), product.fourth_sign)
        # E u^2 <= fourth, as (E u^2)^2 <= E u^4
        gap = u**2 - self.square_of
        jensen = mean(z, linear(le(0, gap**2), Square(gap)))
        squares = linear(
            le(self.square_of * self.square_of, fourth * fourth), jensen, product.fourth
        )
        second = at_most_by_squares(self.square_of, fourth, squares, fourth_sign)
        # E u^3 <= rms fourth, as 0 <= E (fourth u - rms u^2)^2
        mixed = fourth * u - rms * u**2
        positive = linear(lt(0, fourth * rms), (product.fourth_sign, product.rms_sign))
        doubled = linear(
            le(fourth * rms * E(z, u**3), fourth * rms * (fourth * rms)),
            mean(z, linear(le(0, mixed**2), Square(mixed))),
            (product.of_rms, fourth_sign, fourth_sign),
            (product.fourth, self.rms_sign, self.rms_sign),
        )
        third = linear(
            le(E(z, u**3), fourth * rms), (doubled, one_over(positive)), nonzero=[positive]
        )
        f, a, b = self.factor, self.added, self.base_sign
        bound = self.a + self.f * (self.base * rms + fourth)
        return linear(
            le(E(z, replace(self.body, {y: z}) ** 2), bound**2),
            (a, f, b, self.mean_below_rms),
            (a, f, second),
            (f, f, b, b, product.of_rms),
            (f, f, b, third),
            (f, f, product.fourth),
        )

    def largest_column(self) -> Theorem:
        """a + f (base + E u) u(z) <= a + f (base + mean) top."""
        total = linear(le(0, self.base + self.mean), self.base_sign, self.average_sign)
        goal = le(E(y, self.body), self.a + self.f * (self.base + self.mean) * self.top)
        steps = (self.factor, self.average, self.low), (self.factor, total, self.high)
        return for_all(linear(goal, *steps), z)
