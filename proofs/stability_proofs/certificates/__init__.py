"""Stored certificates, one JSON file each, and the problems that they solve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from stability_proofs.lemmas.convexity import gradient_steps
from stability_proofs.tactics.stored import Problem

PROBLEMS: Mapping[str, Callable[[], Problem]] = MappingProxyType(
    {
        "cocoercivity": gradient_steps.cocoercivity,
        "steps-apart": gradient_steps.steps_apart,
        "projections-apart": gradient_steps.projections_apart,
    }
)
"""By the name of the file."""
