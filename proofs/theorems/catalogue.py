"""The derivation of each theorem, by identifier, and what is taken on trust instead, with why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from proofs.meaning.claims import Claim, Derived
from proofs.theorems import (
    bousquet2002,
    bousquet2002_algorithms,
    conversions,
    elastic_minimisers,
    elastic_runs,
    finite_elastic,
    hardt2016,
    mohri2018,
)

Derivation = Callable[[Claim], Derived]
"""From a claim (one statement of the theorem) to what proves it."""

DERIVATIONS: Mapping[str, Derivation] = MappingProxyType(
    {
        "bousquet2002-thm22": bousquet2002_algorithms.theorem22,
        "bousquet2002-thm24": bousquet2002_algorithms.theorem24,
        "elastic-erm": elastic_minimisers.erm,
        "elastic-kernel": elastic_minimisers.kernel,
        "elastic-gd": elastic_runs.gradient_descent,
        "elastic-sgd": elastic_runs.sgd,
        "elastic-to-uniform": conversions.elastic_to_uniform,
        "elastic-to-hypothesis": conversions.elastic_to_hypothesis,
        "elastic-to-pointwise": conversions.elastic_to_pointwise,
        "uniform-to-hypothesis": conversions.uniform_to_hypothesis,
        "deletion-to-replacement": conversions.deletion_to_replacement,
        "argument-to-loss": conversions.argument_to_loss,
        "sure-to-expected": conversions.sure_to_expected,
        "bousquet2002-lemma9": bousquet2002.lemma9,
        "bousquet2002-thm11-emp": bousquet2002.theorem11_emp,
        "bousquet2002-thm11-loo": bousquet2002.theorem11_loo,
        "bousquet2002-thm12-emp": bousquet2002.theorem12_emp,
        "bousquet2002-thm12-loo": bousquet2002.theorem12_loo,
        "mohri2018-replacement": mohri2018.replacement,
        "hardt2016-expectation": hardt2016.expectation,
        "elastic-finite-emp": finite_elastic.emp,
        "elastic-finite-loo": finite_elastic.loo,
    }
)

ON_TRUST: Mapping[str, str] = MappingProxyType({})
"""Theorems that are not derived here, and the reason."""
