"""Every theorem of the library, in one frozen tuple. A new theorem is one more line.

The lists hold the functions that make the theorems. `CATALOGUE`, its three parts and `BY_ID` are
built when they are first asked for: a program that only prints its version builds none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any, TypeVar, cast

from stability.errors import SetupError, did_you_mean
from stability.theorems import (
    aboumoustafa2019,
    bassily2020,
    bousquet2002,
    bousquet2020,
    charles2018,
    clipped_gradients,
    conversions,
    deng2021,
    elastic_algorithms,
    elastic_argument,
    elastic_chain,
    elastic_moments,
    elastic_pac_bayes,
    elastic_radius,
    elastic_second_moment,
    elastic_split,
    elastic_variance,
    elisseeff2005,
    feldman2018,
    finite_elastic,
    hardt2016,
    klochkov2021,
    kontorovich2014,
    lei2020,
    maurer2017,
    mohri2018,
    mou2018,
    nguyen2026,
    one_draw,
    private_outputs,
    rio_moments,
    shalev2010,
    soloff2024,
    split_fourth,
    uniform_split,
    zhang2022,
)
from stability.theorems.kinds import Conversion, GeneralizationTheorem, StabilityTheorem, Theorem

_STABILITY_THEOREMS: tuple[Callable[[], StabilityTheorem], ...] = (
    bousquet2002.theorem22,
    bousquet2002.theorem24,
    elastic_algorithms.erm,
    elastic_algorithms.kernel,
    elastic_algorithms.gradient_descent,
    elastic_algorithms.sgd,
    elastic_algorithms.sgd_shuffled,
    elastic_algorithms.sgd_shuffled_strongly_convex,
    elastic_algorithms.sgd_nonconvex,
    elastic_argument.erm,
    hardt2016.convex,
    hardt2016.strongly_convex,
    hardt2016.strongly_convex_decaying,
    hardt2016.nonconvex,
    bassily2020.gradient_descent,
    bassily2020.sgd,
    lei2020.convex_l1,
    lei2020.convex_l2,
    zhang2022.nonconvex_upper,
    zhang2022.nonconvex_lower,
    zhang2022.convex_lower,
    zhang2022.strongly_convex_lower,
    charles2018.polyak_lojasiewicz,
    elisseeff2005.nearest_neighbours,
    elisseeff2005.subbagging,
    elisseeff2005.bagging,
    soloff2024.bagging,
    mou2018.sgld,
    clipped_gradients.gradient_descent,
    clipped_gradients.sgd,
    clipped_gradients.sgd_shuffled,
    one_draw.exponent_of_gibbs,
    private_outputs.guarantee,
)
_CONVERSIONS: tuple[Callable[[], Conversion], ...] = (
    conversions.elastic_to_uniform,
    conversions.elastic_to_hypothesis,
    conversions.elastic_to_pointwise,
    conversions.uniform_to_hypothesis,
    conversions.deletion_to_replacement,
    conversions.argument_to_loss,
    conversions.sure_to_expected,
    conversions.sgd_coordinate_change,
    private_outputs.to_replacement,
    private_outputs.to_uniform,
)
_GENERALIZATION_THEOREMS: tuple[Callable[[], GeneralizationTheorem], ...] = (
    bousquet2002.lemma9,
    bousquet2002.theorem11_emp,
    bousquet2002.theorem11_loo,
    bousquet2002.theorem12_emp,
    bousquet2002.theorem12_loo,
    mohri2018.replacement,
    feldman2018.second_moment,
    feldman2018.chebyshev,
    bousquet2020.moment,
    bousquet2020.tail,
    bousquet2020.rms,
    nguyen2026.logfree,
    klochkov2021.excess,
    elisseeff2005.theorem9,
    elisseeff2005.theorem12,
    elisseeff2005.theorem15_emp,
    elisseeff2005.theorem15_loo,
    hardt2016.expectation,
    lei2020.theorem2a,
    lei2020.theorem2b,
    kontorovich2014.theorem2,
    maurer2017.theorem2,
    aboumoustafa2019.theorem6,
    shalev2010.lemma11,
    shalev2010.theorem8,
    deng2021.asymptotic,
    finite_elastic.emp,
    finite_elastic.loo,
    elastic_moments.moments,
    elastic_second_moment.second_moment,
    elastic_second_moment.chebyshev,
    elastic_second_moment.second_moment_loo,
    elastic_second_moment.chebyshev_loo,
    elastic_second_moment.second_moment_kfold,
    elastic_split.split,
    elastic_split.split_loo,
    elastic_chain.tail,
    elastic_chain.moments,
    elastic_chain.uniform_tail,
    elastic_chain.uniform_moments,
    rio_moments.uniform,
    rio_moments.elastic,
    uniform_split.split,
    split_fourth.elastic,
    split_fourth.uniform,
    uniform_split.second_moment,
    uniform_split.chebyshev,
    elastic_variance.tail,
    elastic_variance.tail_loo,
    elastic_radius.tail,
    elastic_radius.second_moment,
    elastic_pac_bayes.elastic,
    elastic_pac_bayes.uniform,
    elastic_pac_bayes.gap,
    elastic_pac_bayes.one_draw,
    one_draw.gibbs_one_draw,
    one_draw.gibbs_mean_draw,
    one_draw.private_one_draw,
    one_draw.private_mean_draw,
)
_CATALOGUE = (*_STABILITY_THEOREMS, *_CONVERSIONS, *_GENERALIZATION_THEOREMS)

STABILITY_THEOREMS: tuple[StabilityTheorem, ...]
"""From a setup to a constant."""

CONVERSIONS: tuple[Conversion, ...]
"""From a constant to another."""

GENERALIZATION_THEOREMS: tuple[GeneralizationTheorem, ...]
"""From a constant to a bound."""

CATALOGUE: tuple[Theorem, ...]
"""All of them."""

BY_ID: Mapping[str, Theorem]
"""A theorem by its identifier."""


def __getattr__(name: str) -> Any:
    """The five names above; Python asks for a name here when the module does not hold it."""
    if name in _BUILD:
        return _BUILD[name]()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


Made = TypeVar("Made", bound=Theorem)


def made(make: Callable[[], Made]) -> Made:
    """The theorem of the catalogue that this function makes; no other one is made."""
    return cast("Made", _made(make))


@cache
def _made(make: Callable[[], Theorem]) -> Theorem:
    return make()


@cache
def _all(makers: tuple[Callable[[], Theorem], ...]) -> tuple[Theorem, ...]:
    return tuple(map(_made, makers))


@cache
def _by_id() -> Mapping[str, Theorem]:
    return MappingProxyType({theorem.id: theorem for theorem in _all(_CATALOGUE)})


_BUILD: Mapping[str, Callable[[], Any]] = {
    "STABILITY_THEOREMS": partial(_all, _STABILITY_THEOREMS),
    "CONVERSIONS": partial(_all, _CONVERSIONS),
    "GENERALIZATION_THEOREMS": partial(_all, _GENERALIZATION_THEOREMS),
    "CATALOGUE": partial(_all, _CATALOGUE),
    "BY_ID": _by_id,
}


def named(theorem_id: str, theorems: Iterable[Theorem] | None = None) -> Theorem:
    """A theorem of the catalogue, or of others. Raises SetupError that suggests the nearest
    identifier.

    >>> named("hardt2016-convex").source.year
    2016
    """
    if theorems is not None:
        known = {theorem.id: theorem for theorem in theorems}
        if theorem_id in known:
            return known[theorem_id]
        raise _unknown(theorem_id, known)
    # An identifier mostly begins with the name of the theorem's file: those are made first, so
    # that one theorem is found without making them all.
    for make in sorted(_CATALOGUE, key=lambda make: not theorem_id.startswith(_file(make))):
        if _made(make).id == theorem_id:
            return _made(make)
    raise _unknown(theorem_id, _by_id())


def _unknown(theorem_id: str, known: Iterable[str]) -> SetupError:
    return SetupError(
        where="theorem",
        found=theorem_id,
        allowed="an identifier that `stability theorems` lists",
        remedy=did_you_mean(theorem_id, known, show=str, most=3),
    )


def distinct(theorems: Iterable[Theorem]) -> tuple[Theorem, ...]:
    """The theorems, no two of which have the same identifier. Raises SetupError with both places.

    >>> from dataclasses import replace
    >>> theirs = named("mohri2018-replacement")
    >>> distinct([theirs, replace(theirs, title="mine")])
    Traceback (most recent call last):
    stability.errors.SetupError: theorem mohri2018-replacement: found two of this identifier, one \
in the library and one in what was given as `theorems`; allowed: identifiers that differ. Give \
yours another one, such as my-mohri2018-replacement.
    """
    found: dict[str, Theorem] = {}
    for theorem in theorems:
        other = found.setdefault(theorem.id, theorem)
        if other is not theorem:
            raise SetupError(
                where=f"theorem {theorem.id}",
                found=f"two of this identifier, one in {_place(other)} and one in "
                f"{_place(theorem)}",
                allowed="identifiers that differ",
                remedy=f"Give yours another one, such as my-{theorem.id}.",
            )
    return tuple(found.values())


def _place(theorem: Theorem) -> str:
    if theorem.origin is not None:
        return theorem.origin.place
    known = _by_id().get(theorem.id)
    return "the library" if known is theorem else "what was given as `theorems`"


def _file(make: Callable[[], Theorem]) -> str:
    return make.__module__.rpartition(".")[2]
