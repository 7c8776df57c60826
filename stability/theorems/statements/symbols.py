"""Every symbol of statements: name, meaning, allowed values, and how each scales with the loss.

Multiplying the loss by a factor f while the run stays the same (step sizes divided by f,
regularisation multiplied by f) multiplies each symbol by f to its `weight`. Theorems declare the
degree with which their statement scales, and the contract battery checks it against this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

import sympy

from stability.conventions import Name
from stability.setup.algorithms import KINDS
from stability.setup.fields import (
    NON_NEGATIVE,
    POSITIVE,
    SHARE,
    UNIT_OPEN,
    Allowed,
    Symbol,
    at_least,
    declarations,
)
from stability.theorems.statements.chains.functions import LARGEST_HALF


@dataclass(frozen=True)
class Meaning:
    """What a symbol stands for."""

    name: Name
    text: str
    allowed: Allowed
    weight: int
    latex: str
    sequence: bool = False

    @property
    def symbol(self) -> sympy.Symbol:
        """The sympy symbol, with the assumptions that `allowed` implies."""
        if self.allowed.whole:
            return sympy.Symbol(self.name, integer=True, positive=True)
        if self.allowed.open_low:
            return sympy.Symbol(self.name, positive=True)
        return sympy.Symbol(self.name, nonnegative=True)


ORDER = Allowed("a number of at least 2", low=Fraction(2))
HALF = Allowed(
    f"a whole number from 1 to {LARGEST_HALF}",
    low=Fraction(1),
    high=Fraction(LARGEST_HALF),
    whole=True,
)
COUNT = at_least(1)
WHOLE_FROM_ZERO = at_least(0)


def _declared() -> dict[str, Meaning]:
    """The symbols that only the field of an algorithm stands for, with that field's values."""
    found = {}
    for kind in KINDS.values():
        for declared in declarations(kind).values():
            own = declared.symbol
            if isinstance(own, Symbol):
                found[own.name] = Meaning(
                    own.name, own.text, declared.allowed, own.weight, own.latex
                )
    return found


_ROWS: tuple[tuple[str, str, Allowed, int, str], ...] = (
    ("m", "sample size", COUNT, 0, "m"),
    ("delta", "failure probability", UNIT_OPEN, 0, r"\delta"),
    ("delta_1", "failure probability of the independent part", UNIT_OPEN, 0, r"\delta_1"),
    ("delta_2", "failure probability of the remainder", UNIT_OPEN, 0, r"\delta_2"),
    ("delta_3", "failure probability of the bias", UNIT_OPEN, 0, r"\delta_3"),
    ("M", "loss range: losses lie in [0, M]", POSITIVE, 1, "M"),
    ("beta", "uniform deletion constant", NON_NEGATIVE, 1, r"\beta"),
    ("epsilon", "uniform replacement constant", NON_NEGATIVE, 1, r"\varepsilon"),
    ("distance", "uniform constant of the weights (a distance)", NON_NEGATIVE, 0, "d"),
    (
        "u_sup",
        "supremum of u(z), m times how far deleting z moves the weights",
        NON_NEGATIVE,
        0,
        "U_w",
    ),
    (
        "u_mean",
        "mean of u(z), m times how far deleting z moves the weights",
        NON_NEGATIVE,
        0,
        r"\bar u",
    ),
    (
        "u_rms",
        "root mean square of u(z), m times how far deleting z moves the weights",
        NON_NEGATIVE,
        0,
        r"\|u\|_2",
    ),
    ("noise", "standard deviation of the Gaussian noise on each weight", POSITIVE, 0, "s"),
    ("noise_levels", "number of levels of noise among which data may choose", COUNT, 0, "n_s"),
    (
        "offset",
        "distance of the centre of the noise from the trained weights",
        NON_NEGATIVE,
        0,
        "e",
    ),
    ("beta_hyp", "deletion hypothesis constant", NON_NEGATIVE, 1, r"\beta_{\mathrm{hyp}}"),
    ("beta_pt", "deletion pointwise hypothesis constant", NON_NEGATIVE, 1, r"\beta_{\mathrm{pt}}"),
    (
        "epsilon_pt",
        "replacement pointwise hypothesis constant",
        NON_NEGATIVE,
        1,
        r"\varepsilon_{\mathrm{pt}}",
    ),
    (
        "epsilon_rms",
        "root mean square over the m indices of the replacement constants",
        NON_NEGATIVE,
        1,
        r"\varepsilon_{\mathrm{rms}}",
    ),
    ("B", "largest row mean sup_z' E_z beta(z', z)", NON_NEGATIVE, 1, "B"),
    ("U", "supremum of beta(z', z)", NON_NEGATIVE, 1, "U"),
    ("B1", "mean E beta(z', z), z' and z independent", NON_NEGATIVE, 1, "B_1"),
    ("D", "diagonal mean E beta(z, z)", NON_NEGATIVE, 1, "D"),
    ("b_rms", "root mean square of the row means E_z beta(z', z)", NON_NEGATIVE, 1, r"\|b\|_2"),
    ("c_rms", "root mean square of the column means E_z' beta(z', z)", NON_NEGATIVE, 1, r"\|c\|_2"),
    ("d_rms", "root mean square of the diagonal beta(z, z)", NON_NEGATIVE, 1, r"\|d\|_2"),
    (
        "beta_rms",
        "root mean square of beta(z', z), z' and z independent",
        NON_NEGATIVE,
        1,
        r"\|\beta\|_2",
    ),
    (
        "beta_4",
        "fourth root of the mean fourth power of beta(z', z), z' and z independent",
        NON_NEGATIVE,
        1,
        r"\|\beta\|_4",
    ),
    ("c_sup", "largest column mean sup_z E_z' beta(z', z)", NON_NEGATIVE, 1, r"\sup c"),
    ("uu_1", "square of E u, where beta(z', z) <= u(z') u(z)", NON_NEGATIVE, 1, r"(Eu)^2"),
    ("uu_2", "square of |u|_2, where beta(z', z) <= u(z') u(z)", NON_NEGATIVE, 1, r"\|u\|_2^2"),
    ("uu_4", "square of |u|_4, where beta(z', z) <= u(z') u(z)", NON_NEGATIVE, 1, r"\|u\|_4^2"),
    ("uu_sup", "square of sup u, where beta(z', z) <= u(z') u(z)", NON_NEGATIVE, 1, r"\sup u^2"),
    ("half", "half the order q of a moment, which is even", HALF, 0, r"\frac{q}{2}"),
    ("eta", "slack above B", NON_NEGATIVE, 1, r"\eta"),
    ("p", "bound on P(max_i sum_{j != i} beta(z_i, z_j)/m > B + eta)", SHARE, 0, r"p_\eta"),
    ("b", "row mean of beta", NON_NEGATIVE, 1, "b_k"),
    ("v", "row variance of beta", NON_NEGATIVE, 2, "v_k"),
    ("U_row", "row maximum of beta", POSITIVE, 1, "U_k"),
    ("Lambda", "Lipschitz constant of beta in its first argument", POSITIVE, 1, r"\Lambda"),
    ("radius", "radius of a ball", POSITIVE, 0, "r"),
    ("balls", "number of balls that cover the examples", COUNT, 0, "N"),
    ("L", "supremum of the per-example Lipschitz constants", POSITIVE, 1, "L"),
    ("L_mean", "mean of the per-example Lipschitz constants", POSITIVE, 1, r"\bar L"),
    ("L_rms", "root mean square of the per-example Lipschitz constants", POSITIVE, 1, "L_2"),
    ("L_4", "fourth root of the mean fourth power of the same", POSITIVE, 1, "L_4"),
    ("gamma", "smoothness", POSITIVE, 1, r"\gamma"),
    ("mu", "strong convexity, or the Polyak-Lojasiewicz constant", POSITIVE, 1, r"\mu"),
    ("T", "number of steps", COUNT, 0, "T"),
    ("c", "c of the step sizes c/t", POSITIVE, -1, "c"),
    ("batch", "batch size", COUNT, 0, "s"),
    ("weight", "max_i of the sum of alpha_t/s_t over the steps t that see i", POSITIVE, -1, "w"),
    ("t0", "burn-in: steps before which the deleted point is not met", COUNT, 0, "t_0"),
    ("k0", "number of first steps that are too large", WHOLE_FROM_ZERO, 0, "k_0"),
    ("lam", "regularisation", POSITIVE, 1, r"\lambda"),
    ("folds", "number of folds of a cross-validation", at_least(2), 0, "K"),
    ("order", "order of a moment", ORDER, 0, "q"),
    ("draws", "number of independent draws of the algorithm", COUNT, 0, "T"),
    ("rho", "largest change of the loss when one draw changes", NON_NEGATIVE, 1, r"\rho"),
    ("eps", "change of a prediction that counts", POSITIVE, 0, r"\epsilon"),
    ("growth", "free positive number", POSITIVE, 0, "g"),
    ("balance", "free positive number", POSITIVE, 1, "a"),
    (
        "training_risk",
        "expected training risk of the output, in the loss that is evaluated",
        NON_NEGATIVE,
        1,
        r"E F_S",
    ),
    (
        "erm_error",
        "excess of the training risk over the least one in a class of models",
        NON_NEGATIVE,
        1,
        r"e",
    ),
    ("bernstein", "constant of the Bernstein condition", POSITIVE, 1, r"B_{\mathrm{Bern}}"),
    ("C", "an absolute constant that the source does not give", POSITIVE, 0, "C"),
    ("mean_distance", "E rho(Z, Z') of two examples", NON_NEGATIVE, 0, r"E\rho"),
    ("D_SG", "subgaussian diameter of the examples", NON_NEGATIVE, 0, r"D_{SG}"),
    ("beta_2", "second L_q coefficient at m - 1", NON_NEGATIVE, 1, r"\beta_2"),
    ("u1", "growth of the L_q coefficients, square-root part", NON_NEGATIVE, 2, "u_1"),
    ("w1", "growth of the L_q coefficients, linear part", NON_NEGATIVE, 2, "w_1"),
    ("a", "free positive number", POSITIVE, 0, "a"),
    ("c1", "largest derivative of the loss, first to third", POSITIVE, 0, "c'"),
    ("c2", "largest second derivative of the loss", POSITIVE, 0, "c''"),
    ("c3", "largest third derivative of the loss", NON_NEGATIVE, 0, "c'''"),
    (
        "exponent",
        "largest change of the exponent of a Gibbs distribution when one example is replaced",
        NON_NEGATIVE,
        0,
        "c",
    ),
    ("gap_variance", "variance of the gap over samples", NON_NEGATIVE, 2, r"\sigma^2(\Delta)"),
    ("diagonal_norm", "L_q norm of beta(z, z)", NON_NEGATIVE, 1, r"\|\beta(z,z)\|_q"),
    ("column_norm", "L_q norm of E_z' beta(z', z)", NON_NEGATIVE, 1, r"\|E_{z'}\beta(z',z)\|_q"),
    (
        "supremum_norm",
        "L_q norm of sup_z' beta(z', z)",
        NON_NEGATIVE,
        1,
        r"\|\sup_{z'}\beta(z',z)\|_q",
    ),
)

MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {name: Meaning(name, *rest) for name, *rest in _ROWS}  # type: ignore[arg-type]
    | _declared()
    | {
        "alpha": Meaning(
            "alpha", "step size (constant; c/t through c)", POSITIVE, -1, r"\alpha", True
        ),
        "F": Meaning(
            "F",
            "expected training risk before each step, in the loss that is trained on (not cut)",
            NON_NEGATIVE,
            1,
            "F",
            True,
        ),
    }
)
"""Every symbol that a statement may use, by name: those of the rows, those that algorithms declare
beside a field, and the two that are sequences."""

t = sympy.Symbol("t", integer=True, positive=True)
"""The index of steps in sums."""

tau = sympy.Symbol("tau", integer=True, positive=True)
"""The second index of steps."""

alpha = sympy.Function("alpha", positive=True)
"""Step size alpha(t) at step t = 1, 2, ..."""

F = sympy.Function("F", nonnegative=True)
"""Expected training risk F(t) before step t."""


def symbol(name: str) -> sympy.Symbol:
    """The sympy symbol of a name in the table.

    >>> symbol("delta")
    delta
    """
    return MEANINGS[name].symbol


def symbols(names: str) -> tuple[sympy.Symbol, ...]:
    """Several symbols, names separated by blanks.

    >>> symbols("m delta")
    (m, delta)
    """
    return tuple(symbol(name) for name in names.split())


@lru_cache(maxsize=4096)
def names_in(expression: sympy.Basic) -> frozenset[str]:
    """The names of the table's symbols and sequences that an expression uses."""
    free = {s.name for s in expression.free_symbols if s.name in MEANINGS}
    applied = {f.func.__name__ for f in expression.atoms(sympy.core.function.AppliedUndef)}
    return frozenset(free | applied)


def latex(expression: sympy.Expr) -> str:
    """LaTeX of an expression in the table's notation."""
    named = {s: MEANINGS[s.name].latex for s in expression.free_symbols if s.name in MEANINGS}
    steps = {
        f: sympy.Symbol(f"{MEANINGS[f.func.__name__].latex}_{{{sympy.latex(f.args[0])}}}")
        for f in expression.atoms(sympy.core.function.AppliedUndef)
    }
    return sympy.latex(
        expression.xreplace(steps), symbol_names={**named, **{s: s.name for s in steps.values()}}
    )
