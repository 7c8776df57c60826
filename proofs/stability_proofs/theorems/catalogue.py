"""The derivation of each theorem, by identifier, and what is taken on trust instead, with why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.theorems import (
    bassily2020,
    bousquet2002,
    bousquet2002_algorithms,
    bousquet2020,
    conversions,
    conversions_sgd,
    deng2021,
    elastic_kfold,
    elastic_minimisers,
    elastic_moments,
    elastic_runs,
    elastic_second_moment,
    elastic_shuffled,
    elastic_split,
    elisseeff2005,
    elisseeff2005_algorithms,
    feldman2018,
    finite_elastic,
    hardt2016,
    lei2020,
    lei2020_runs,
    mohri2018,
    one_draw,
    private_outputs,
    private_variation,
    shalev2010,
    soloff2024,
    split_fourth,
    uniform_split,
    zhang2022,
)

Derivation = Callable[[Claim], Derived]
"""From a claim (one statement of the theorem) to what proves it."""

DERIVATIONS: Mapping[str, Derivation] = MappingProxyType(
    {
        "bousquet2002-thm22": bousquet2002_algorithms.theorem22,
        "bousquet2002-thm24": bousquet2002_algorithms.theorem24,
        "elastic-erm": elastic_minimisers.erm,
        "elastic-argument-erm": elastic_minimisers.argument,
        "elastic-kernel": elastic_minimisers.kernel,
        "elastic-gd": elastic_runs.gradient_descent,
        "elastic-sgd": elastic_runs.sgd,
        "elastic-sgd-shuffled": elastic_shuffled.convex,
        "elastic-sgd-shuffled-strongly-convex": elastic_shuffled.strongly_convex,
        "elastic-sgd-nonconvex": elastic_runs.nonconvex,
        "hardt2016-convex": hardt2016.convex,
        "hardt2016-strongly-convex": hardt2016.strongly_convex,
        "hardt2016-strongly-convex-decaying": hardt2016.strongly_convex_decaying,
        "hardt2016-nonconvex": hardt2016.nonconvex,
        "bassily2020-gd": bassily2020.gradient_descent,
        "bassily2020-sgd": bassily2020.sgd,
        "lei2020-convex-l1": lei2020_runs.convex_l1,
        "lei2020-convex-l2": lei2020_runs.convex_l2,
        "zhang2022-convex-lower": zhang2022.convex_lower,
        "elisseeff2005-knn": elisseeff2005_algorithms.nearest_neighbours,
        "elisseeff2005-subbagging": elisseeff2005_algorithms.subbagging,
        "elisseeff2005-bagging": elisseeff2005_algorithms.with_replacement,
        "soloff2024-bagging": soloff2024.of_any_rule,
        "elastic-to-uniform": conversions.elastic_to_uniform,
        "elastic-to-hypothesis": conversions.elastic_to_hypothesis,
        "elastic-to-pointwise": conversions.elastic_to_pointwise,
        "uniform-to-hypothesis": conversions.uniform_to_hypothesis,
        "deletion-to-replacement": conversions.deletion_to_replacement,
        "argument-to-loss": conversions.argument_to_loss,
        "sure-to-expected": conversions.sure_to_expected,
        "sgd-coordinate-change": conversions_sgd.coordinate_change,
        "bousquet2002-lemma9": bousquet2002.lemma9,
        "bousquet2002-thm11-emp": bousquet2002.theorem11_emp,
        "bousquet2002-thm11-loo": bousquet2002.theorem11_loo,
        "bousquet2002-thm12-emp": bousquet2002.theorem12_emp,
        "bousquet2002-thm12-loo": bousquet2002.theorem12_loo,
        "mohri2018-replacement": mohri2018.replacement,
        "feldman2018-second-moment": feldman2018.second_moment,
        "feldman2018-chebyshev": feldman2018.chebyshev,
        "bousquet2020-moment": bousquet2020.moment,
        "bousquet2020-tail": bousquet2020.tail,
        "bousquet2020-rms": bousquet2020.rms,
        "elisseeff2005-thm9": elisseeff2005.theorem9,
        "elisseeff2005-thm12": elisseeff2005.theorem12,
        "elisseeff2005-thm15-emp": elisseeff2005.theorem15_emp,
        "elisseeff2005-thm15-loo": elisseeff2005.theorem15_loo,
        "hardt2016-expectation": hardt2016.expectation,
        "lei2020-thm2a": lei2020.theorem2a,
        "lei2020-thm2b": lei2020.theorem2b,
        "shalev2010-lemma11": shalev2010.lemma11,
        "shalev2010-thm8": shalev2010.theorem8,
        "deng2021-asymptotic": deng2021.asymptotic,
        "elastic-finite-emp": finite_elastic.emp,
        "elastic-finite-loo": finite_elastic.loo,
        "elastic-moments": elastic_moments.moments,
        "elastic-second-moment": elastic_second_moment.second_moment,
        "elastic-chebyshev": elastic_second_moment.chebyshev,
        "elastic-second-moment-loo": elastic_second_moment.second_moment_loo,
        "elastic-chebyshev-loo": elastic_second_moment.chebyshev_loo,
        "elastic-second-moment-kfold": elastic_kfold.second_moment,
        "elastic-split": elastic_split.split,
        "uniform-split": uniform_split.split,
        "elastic-split-fourth": split_fourth.elastic,
        "uniform-split-fourth": split_fourth.uniform,
        "uniform-second-moment": uniform_split.second_moment,
        "uniform-chebyshev": uniform_split.chebyshev,
        "elastic-split-loo": elastic_split.split_loo,
        "gibbs-exponent": one_draw.exponent_of_gibbs,
        "gibbs-one-draw": one_draw.gibbs_draw,
        "gibbs-mean-draw": one_draw.gibbs_draw,
        "pure-dp-one-draw": one_draw.private,
        "pure-dp-mean-draw": one_draw.private,
        "dp-guarantee": private_outputs.guarantee,
        "dp-to-replacement": private_outputs.to_replacement,
        "dp-to-uniform": private_variation.to_uniform,
    }
)

NORMALISATION = (
    "taken on trust as a whole: it does not scale with the loss as it is written down, so that it "
    "can hold in one normalisation only, which the source does not tell"
)

PINELIS = (
    "the tail of a martingale in a Hilbert space (Pinelis 1994, Theorem 3.2) is taken on trust: "
    "its proof differentiates a function of a norm twice, and the language has no derivatives in "
    "spaces of vectors; the second moment is elastic-radius-second-moment"
)
FREEDMAN = (
    "Freedman's inequality (1975) for martingales with conditional variances that are bounded on a "
    "predictable event, and Pinelis' lemma in its maximal form, are taken on trust: they are none "
    "of the named inequalities, and the language has no stopped sums; the norms of rows and pairs "
    "and the largest column that support them are derived for elastic-second-moment and "
    "elastic-split"
)
PAC_BAYES = (
    "the PAC-Bayes inequality of Maurer (2004) and the divergence of Gaussian laws are taken on "
    "trust: they need integrals of Gaussian densities, which have no formula in the language; the "
    "radius is that of elastic-radius"
)

CLIPPING = (
    "that clipping the gradient of a convex function of one score gives that of another one is "
    "taken on trust: it needs an antiderivative, which the language does not have; the rest is the "
    "derivation of the constants without clipping"
)

ON_TRUST: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("clipped-gd", "clipped-sgd", "clipped-sgd-shuffled"), CLIPPING),
        "elastic-radius": PINELIS,
        **dict.fromkeys(("elastic-variance-tail", "elastic-variance-tail-loo"), FREEDMAN),
        **dict.fromkeys(
            (
                "elastic-pac-bayes",
                "uniform-pac-bayes",
                "elastic-pac-bayes-gap",
                "elastic-pac-bayes-one-draw",
            ),
            PAC_BAYES,
        ),
        "elastic-radius-second-moment": (
            "taken on trust: the language has expectations of numbers alone, so that nothing in it "
            "stands for the mean of the weights; for a single weight it is the inequality of Efron "
            "and Stein, which is derived (lemma probability.efron_stein.efron_stein)"
        ),
        "zhang2022-nonconvex-upper": NORMALISATION,
        "zhang2022-nonconvex-lower": NORMALISATION,
        "zhang2022-strongly-convex-lower": NORMALISATION,
        "charles2018-pl": (
            "taken on trust as a whole: it is recalled, its constant C is not given, and how the "
            "compared minimisers are chosen was not checked"
        ),
        "mou2018-sgld": (
            "the Hellinger distance of the laws of two runs is taken on trust: it needs densities "
            "of Gaussian noise, and the language knows laws by their expectations only"
        ),
        **dict.fromkeys(
            ("uniform-rio", "elastic-rio"),
            "taken on trust: the interpolation of the norm of X - E X between L_2 and the supremum "
            "(Riesz and Thorin) is none of the named inequalities, and the largest moment of two "
            "points no expression of the language; without both, bousquet2020-moment and "
            "elastic-moments are derived, by Rio's inequality as well",
        ),
        **dict.fromkeys(
            ("uniform-chain", "elastic-chain", "uniform-chain-moment", "elastic-chain-moment"),
            "taken on trust: the chain is a recursion over numbers of examples, for which no "
            "expression of the language stands, and the interpolation of the norm of X - E X "
            "between L_2 and the supremum (Riesz and Thorin) is none of the named inequalities; "
            "the other parts of the tails, linear part and bias, are those of elastic-split and "
            "uniform-split, which are derived, and so is the fourth moment by halves, in "
            "elastic-split-fourth and uniform-split-fourth",
        ),
        "nguyen2026-logfree": (
            "taken on trust as a whole: the preprint is known second hand, without its proof"
        ),
        "klochkov2021-excess": (
            "taken on trust as a whole: its absolute constant C is not given, so that there is no "
            "statement to derive"
        ),
        "kontorovich2014-thm2": (
            "concentration of functions that are Lipschitz in every example by subgaussian "
            "diameters (Theorem 1 of the source) is taken on trust: losses of unbounded range have "
            "no bounded differences, and no named inequality speaks of others"
        ),
        "maurer2017-thm2": (
            "the Bernstein-type inequality with the variance of the function itself and the "
            "interaction of its arguments (Theorem 4 of the source) is taken on trust: it is none "
            "of the named inequalities"
        ),
        "aboumoustafa2019-thm6": (
            "the exponential Efron-Stein inequality, for functions with moments of every order, is "
            "taken on trust: it is none of the named inequalities"
        ),
    }
)
"""Theorems that are not derived here, and the reason."""
