"""Every theorem of the library, in one frozen tuple. The order is that of the papers' years."""

from __future__ import annotations

from types import MappingProxyType

from stability.theorem import Conversion, GeneralizationTheorem, StabilityTheorem, Theorem
from stability.theorems import (
    bousquet2002,
    bousquet2020,
    conversions,
    elastic_algorithms,
    elisseeff2005,
    finite_elastic,
    hardt2016,
    mohri2018,
)

STABILITY_THEOREMS: tuple[StabilityTheorem, ...] = (
    bousquet2002.theorem22(),
    bousquet2002.theorem24(),
    elastic_algorithms.erm(),
    elastic_algorithms.kernel(),
    elastic_algorithms.gradient_descent(),
    elastic_algorithms.sgd(),
    elastic_algorithms.sgd_shuffled(),
    elastic_algorithms.sgd_shuffled_strongly_convex(),
    elastic_algorithms.sgd_nonconvex(),
    hardt2016.convex(),
    hardt2016.strongly_convex(),
    hardt2016.strongly_convex_decaying(),
    hardt2016.nonconvex(),
    elisseeff2005.nearest_neighbours(),
    elisseeff2005.subbagging(),
    elisseeff2005.bagging(),
)
"""From a setup to a constant."""

CONVERSIONS: tuple[Conversion, ...] = (
    conversions.elastic_to_uniform(),
    conversions.elastic_to_hypothesis(),
    conversions.elastic_to_pointwise(),
    conversions.uniform_to_hypothesis(),
    conversions.deletion_to_replacement(),
    conversions.argument_to_loss(),
    conversions.sure_to_expected(),
    conversions.sgd_coordinate_change(),
)
"""From a constant to another."""

GENERALIZATION_THEOREMS: tuple[GeneralizationTheorem, ...] = (
    bousquet2002.lemma9(),
    bousquet2002.theorem11_emp(),
    bousquet2002.theorem11_loo(),
    bousquet2002.theorem12_emp(),
    bousquet2002.theorem12_loo(),
    mohri2018.replacement(),
    bousquet2020.moment(),
    bousquet2020.tail(),
    bousquet2020.rms(),
    elisseeff2005.theorem9(),
    elisseeff2005.theorem12(),
    elisseeff2005.theorem15_emp(),
    elisseeff2005.theorem15_loo(),
    hardt2016.expectation(),
    finite_elastic.emp(),
    finite_elastic.loo(),
)
"""From a constant to a bound."""

CATALOGUE: tuple[Theorem, ...] = (*STABILITY_THEOREMS, *CONVERSIONS, *GENERALIZATION_THEOREMS)
"""All of them."""

BY_ID = MappingProxyType({theorem.id: theorem for theorem in CATALOGUE})
"""A theorem by its identifier."""
