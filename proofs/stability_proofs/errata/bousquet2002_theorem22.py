"""Theorem 22 of Bousquet and Elisseeff is about keep-1/m: retraining may move twice as far.

Ridge regression with opposite targets: of m examples x = 1, one has the target -1 and the others 1.
With all of them the weight is (m - 2)/m/(1 + lambda), without the odd one 1/(1 + lambda). All
predictions that can occur are within 1/(1 + lambda) of 0, where the cost (p - y)^2 is
sigma-Lipschitz with sigma = 2 (1 + 1/(1 + lambda)).
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from stability.theorems import bousquet2002
from stability.theorems.statements.symbols import symbols
from stability_proofs.errata.erratum import Erratum, Evidence, Method, exactly
from stability_proofs.errata.stated import claim_of, compared, with_form
from stability_proofs.witnesses import minimisers

sigma, kappa, lam, m = symbols("sigma kappa lam m")
PRINTED = sigma**2 * kappa**2 / (2 * lam * m)
KEPT, RETRAINED = "keep-1/m", "retrain"
SOURCE = "Bousquet and Elisseeff 2002, Theorem 22, read as retraining on m - 1 examples"
STATED = "beta <= sigma^2 kappa^2/(2 lambda m)"
CORRECTED = "beta <= sigma^2 kappa^2/(lambda m) for retraining; as printed for keep-1/m"


def linear(deletion: str) -> Evidence:
    """The printed constant for one kind of deletion, and that of the library."""
    theorem, world = bousquet2002.theorem22(), minimisers.lines()
    printed = claim_of(with_form(theorem, deletion, {"beta": PRINTED}), deletion)
    return Evidence(compared(printed, world), compared(claim_of(theorem, deletion), world))


def ridge(regularisation: int, size: int = 10) -> Evidence:
    """The change of the loss at the odd example when that is deleted, beside both constants."""
    strength = Fraction(regularisation)
    alone = 1 / (1 + strength)
    together = alone * (size - 2) / size
    change = (1 + alone) ** 2 - (1 + together) ** 2
    admissible = 2 * (1 + alone)
    stated = admissible**2 / (2 * strength * size)
    quantity = "change of the loss"
    return Evidence(exactly(quantity, stated, change), exactly(quantity, 2 * stated, change))


LINEAR = Erratum(
    slug="bousquet2002-thm22-linear",
    source=SOURCE,
    printed=STATED,
    instance=f"{minimisers.KERNEL.instance}: sigma = 1, kappa = max |z|, lambda = 1/4",
    method=Method.EXACT,
    corrected=CORRECTED,
    theorem="bousquet2002-thm22",
    evidence=partial(linear, RETRAINED),
    spared="keep-1/m in place of retraining",
    control=partial(linear, KEPT),
)
RIDGE = Erratum(
    slug="bousquet2002-thm22-ridge",
    source=SOURCE,
    printed=STATED,
    instance="ridge regression, m = 10 examples x = 1, one with target -1, the others 1, "
    "lambda = 8; sigma = 20/9 on the predictions that occur",
    method=Method.EXACT,
    corrected=CORRECTED,
    theorem="bousquet2002-thm22",
    evidence=partial(ridge, 8),
    spared="lambda = 1",
    control=partial(ridge, 1),
)
