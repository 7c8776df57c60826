"""A theorem is data: identifier, source, hypotheses, conventions, statements, directions.

Three kinds: `StabilityTheorem` maps Setup to Stability, `Conversion` maps Stability to Stability,
`GeneralizationTheorem` maps Stability to Bound. Whether a theorem applies and what it gives come
from one traversal: `supports` runs `apply` and reports its refusal; values are terms that nobody
has evaluated yet, so the dry run costs nothing.
"""

from stability.theorems.kinds.base import Source, Theorem
from stability.theorems.kinds.conversion import Conversion, ConversionStatement
from stability.theorems.kinds.generalization_theorem import (
    GeneralizationStatement,
    GeneralizationTheorem,
)
from stability.theorems.kinds.stability_theorem import StabilityStatement, StabilityTheorem
from stability.theorems.statements.statement import Statement

__all__ = [
    "Conversion",
    "ConversionStatement",
    "GeneralizationStatement",
    "GeneralizationTheorem",
    "Source",
    "StabilityStatement",
    "StabilityTheorem",
    "Statement",
    "Theorem",
]
