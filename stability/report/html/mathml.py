"""Formulas that a browser draws by itself: MathML from a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy

if TYPE_CHECKING:
    from markupsafe import Markup


def formula(expression: sympy.Expr) -> Markup:
    """A formula as a `<math>` element, marked as safe: it is built from the statement alone.

    >>> from stability.theorems.statements.symbols import symbols
    >>> U, m = symbols("U m")
    >>> print(formula(U / m))
    <math display="block"><mrow><mfrac><mi>U</mi><mi>m</mi></mfrac></mrow></math>
    """
    from markupsafe import Markup
    from sympy.printing.mathml import mathml

    return Markup(f'<math display="block">{mathml(expression, printer="presentation")}</math>')
