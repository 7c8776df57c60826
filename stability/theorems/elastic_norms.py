"""What the four numbers of an elastic constant say of its norms, where nothing better is known.

For 0 <= X <= c, E X^2 <= c E X. With X a row mean E_z beta(z', z), a column mean E_z' beta(z', z),
the diagonal beta(z, z), or beta at two independent examples; and no column mean is above U.
"""

from __future__ import annotations

import sympy

from stability.theorems.kinds.support import Support
from stability.theorems.statements.symbols import symbols

B, U, B1, D = symbols("B U B1 D")
ROWS = Support(name="rows", values={"b_rms": sympy.sqrt(B) * sympy.sqrt(B1)})
COLUMNS = Support(name="columns", values={"c_rms": sympy.sqrt(U) * sympy.sqrt(B1)})
DIAGONAL = Support(name="diagonal", values={"d_rms": sympy.sqrt(U) * sympy.sqrt(D)})
PAIRS = Support(name="pairs", values={"beta_rms": sympy.sqrt(U) * sympy.sqrt(B1)})
LARGEST_COLUMN = Support(name="largest column", values={"c_sup": U})
