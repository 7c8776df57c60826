"""The derivation of each theorem, by identifier, and what is taken on trust instead, with why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from proofs.meaning.claims import Claim, Derived
from proofs.theorems import bousquet2002

Derivation = Callable[[Claim], Derived]
"""From a claim (one statement of the theorem) to what proves it."""

DERIVATIONS: Mapping[str, Derivation] = MappingProxyType(
    {
        "bousquet2002-thm12-emp": bousquet2002.theorem12_emp,
    }
)

ON_TRUST: Mapping[str, str] = MappingProxyType({})
"""Theorems that are not derived here, and the reason."""
