"""Theorems broken on purpose, as data: what is broken, how, and the law that has to notice."""

from __future__ import annotations

from dataclasses import replace

import sympy

from stability.conventions import Averaged, Kind, Neighbour, Notion, Scope
from stability.theorems.catalogue import BY_ID
from stability.theorems.kinds import Conversion, Theorem
from stability.theorems.kinds.hypotheses import CONVEX, averaged_over
from stability.theorems.kinds.hypothesis import Failure
from stability.theorems.kinds.symbol_values import READERS, Reader
from stability.theorems.statements.symbols import symbols

from .breaking import (
    AlwaysSupports,
    Breakage,
    ForgetsFailure,
    IgnoresConditions,
    IgnoresFormHypotheses,
    NumbersAnyway,
    Proves,
    SpendsTwice,
    Upgrades,
    direction,
    forgotten,
    form_of,
    of_class,
    one_value,
    put,
    swapped,
    times,
    values,
    with_check,
    without_hypothesis,
)

m, delta, M, beta, beta_pt, epsilon = symbols("m delta M beta beta_pt epsilon")
L_mean, L_rms, lam, sigma, kappa, D = symbols("L_mean L_rms lam sigma kappa D")


def _emp_without_diagonal(theorem: Theorem) -> Theorem:
    return values(lambda value: value.subs(D, 0))(theorem)


def _thm22_with_keep_constant(theorem: Theorem) -> Theorem:
    keep = theorem.statements[0].values["beta"]
    return form_of("retrain", values={"beta": keep})(theorem)


def _unmeasured(theorem: Theorem) -> Theorem:
    mean = READERS["L_mean"]
    readers = {n: Reader(READERS[n].place, READERS[n].read) for n in ("L_mean", "L_rms", "L_4")}
    assert mean.measured
    return replace(theorem, readers=readers)


def _to_deletion(theorem: Conversion) -> Theorem:
    rule = replace(
        theorem.statements[0],
        takes=(Notion.UNIFORM, Neighbour.REPLACEMENT),
        gives=(Notion.UNIFORM, Neighbour.DELETION),
        values={"beta": epsilon},
    )
    return replace(theorem, statements=(rule,))


def _expected_to_sure(theorem: Conversion) -> Theorem:
    rules = tuple(replace(r, averaged_over=Averaged.NOTHING) for r in theorem.statements)
    return replace(theorem, statements=rules, hypotheses=(averaged_over(Averaged.ALGORITHM),))


def _printed_theorem_11(theorem: Theorem) -> Theorem:
    return one_value("bound", sympy.sqrt((M**2 + 12 * M * m * beta_pt) / (2 * m * delta)))(theorem)


LINEAR, HARD = "not below linear losses", "not below hard problems"
GAMES, TWIN = "holds on games", "agrees with its twins"
SCALES, MONOTONE = "scales with the loss", "monotone as declared"

BREAKAGES = (
    # a constant 1% lower
    Breakage("1% lower", "bousquet2002-thm12-emp", TWIN, times("0.99")),
    Breakage("1% lower", "bousquet2002-thm12-loo", TWIN, times("0.99")),
    Breakage("1% lower", "mohri2018-replacement", TWIN, times("0.99")),
    Breakage("1% lower", "elastic-finite-emp", TWIN, times("0.99")),
    Breakage("1% lower", "elastic-finite-loo", TWIN, times("0.99")),
    Breakage("1% lower", "elastic-moments", TWIN, times("0.99")),
    Breakage("1% lower", "elisseeff2005-thm15-emp", TWIN, times("0.99")),
    Breakage("1% lower", "hardt2016-expectation", GAMES, times("0.99")),
    Breakage("1% lower", "shalev2010-lemma11", GAMES, times("0.99")),
    Breakage("1% lower", "hardt2016-convex", LINEAR, times("0.99")),
    Breakage("1% lower", "hardt2016-strongly-convex", HARD, times("0.99")),
    Breakage("1% lower", "elastic-gd", LINEAR, times("0.99")),
    Breakage("1% lower", "elastic-sgd", LINEAR, times("0.99")),
    Breakage("1% lower", "elastic-sgd-shuffled", LINEAR, times("0.99")),
    Breakage("1% lower", "elastic-sgd-shuffled-strongly-convex", LINEAR, times("0.99")),
    Breakage("1% lower", "elastic-erm", LINEAR, times("0.99")),
    Breakage("1% lower", "elastic-kernel", LINEAR, times("0.99")),
    Breakage("1% lower", "bousquet2002-thm22", LINEAR, times("0.99")),
    Breakage("1% higher", "zhang2022-convex-lower", "lower bounds are attained", times("1.01")),
    Breakage(
        "strong convexity ignored",
        "zhang2022-convex-lower",
        "lower bounds are attained",
        without_hypothesis("no strong convexity"),
    ),
    Breakage(
        "no room in the range",
        "zhang2022-convex-lower",
        "lower bounds are attained",
        swapped(M, 10**9 * M),
    ),
    # the errata of the literature, and terms left out
    Breakage("the printed form", "bousquet2002-thm11-emp", GAMES, _printed_theorem_11),
    Breakage("no diagonal", "elastic-finite-emp", GAMES, _emp_without_diagonal),
    Breakage("retrained like keep-1/m", "bousquet2002-thm22", LINEAR, _thm22_with_keep_constant),
    Breakage("diagonal from the mean", "elastic-erm", LINEAR, swapped(L_rms, L_mean)),
    Breakage("factor 1/6", "bousquet2002-lemma9", GAMES, times("1/6")),
    Breakage("a quarter of the paper", "feldman2018-second-moment", GAMES, times("1/20")),
    Breakage("half the bound", "elisseeff2005-thm12", GAMES, times("1/4")),
    # declared wrongly
    Breakage("falls with M", "bousquet2002-thm12-emp", MONOTONE, direction("M", -1)),
    Breakage("rises with m", "hardt2016-convex", MONOTONE, direction("m", 1)),
    Breakage("rises with mu", "elastic-erm", MONOTONE, direction("mu", 1)),
    Breakage("rises with mu", "elastic-gd", MONOTONE, direction("mu", 1)),
    Breakage("falls with T", "elastic-sgd-nonconvex", MONOTONE, direction("T", -1)),
    Breakage(
        "rises with delta",
        "mohri2018-replacement",
        "directions of symbols that occur",
        direction("delta", 1),
    ),
    Breakage("M forgotten", "mohri2018-replacement", "no direction forgotten", forgotten("M")),
    Breakage("mu forgotten", "elastic-gd", "no direction forgotten", forgotten("mu")),
    Breakage(
        "log of delta", "mohri2018-replacement", "confidence costs", swapped(delta, 1 - delta)
    ),
    Breakage("degree 1", "bousquet2002-lemma9", "honest kind", put(degree=1)),
    Breakage(
        "the square averaged over the algorithm",
        "bousquet2002-lemma9",
        "honest kind",
        put(averages=Averaged.BOTH),
    ),
    Breakage("degree 2", "bousquet2002-thm22", "declared degree", put(degree=2)),
    Breakage("no degree", "bousquet2002-thm12-emp", "declared degree", put(degree=None)),
    Breakage("degree 1", "elisseeff2005-knn", SCALES, put(degree=1)),
    Breakage("degree 1", "zhang2022-nonconvex-upper", SCALES, put(degree=1)),
    Breakage("M squared", "mohri2018-replacement", SCALES, swapped(M, M**2)),
    Breakage("without M", "mou2018-sgld", SCALES, swapped(M, 1)),
    # hypotheses dropped or deaf
    Breakage("convexity dropped", "elastic-gd", HARD, without_hypothesis("convex in")),
    Breakage("convexity dropped", "elastic-sgd", HARD, without_hypothesis("convex in")),
    Breakage("convexity dropped", "elastic-sgd-shuffled", HARD, without_hypothesis("convex in")),
    Breakage("convexity dropped", "hardt2016-convex", HARD, without_hypothesis("convex in")),
    Breakage("convexity dropped", "elastic-erm", HARD, without_hypothesis("convex in")),
    Breakage("convexity dropped", "elastic-argument-erm", HARD, without_hypothesis("convex in")),
    Breakage("any step size", "elastic-gd", HARD, without_hypothesis("every step size")),
    Breakage("any order", "elastic-sgd-shuffled", HARD, without_hypothesis("trained by")),
    Breakage(
        "convexity not looked at",
        "elastic-erm",
        "every hypothesis can fail",
        with_check(CONVEX, lambda setup: None),
    ),
    Breakage(
        "a refusal without a remedy",
        "elastic-erm",
        "refused outside its hypotheses",
        with_check(
            CONVEX, lambda s: None if s.loss.convex else Failure("loss.convex", s.loss.convex, "")
        ),
    ),
    Breakage("no look", "elastic-erm", "refused outside its hypotheses", of_class(AlwaysSupports)),
    Breakage("no look", "elastic-kernel", "dry run and run agree", of_class(AlwaysSupports)),
    Breakage(
        "decaying steps contracted",
        "elastic-gd",
        "a missing value is noticed",
        of_class(IgnoresFormHypotheses),
    ),
    Breakage(
        "symmetry not looked at",
        "bousquet2002-thm11-loo",
        "every condition can fail",
        lambda t: replace(t, hypotheses=(replace(t.hypotheses[0], check=lambda s: None),)),
    ),
    Breakage(
        "conditions not looked at",
        "elisseeff2005-thm15-emp",
        "refused without its conditions",
        of_class(IgnoresConditions),
    ),
    # neighbours, conventions and strength
    Breakage("not doubled", "deletion-to-replacement", "conversions are consistent", times("1/2")),
    Breakage("back", "deletion-to-replacement", "conversions are consistent", _to_deletion),
    Breakage("without 1/m", "elastic-to-uniform", "conversions are consistent", swapped(m, 1)),
    Breakage("D forgotten", "elastic-to-pointwise", "conversions are consistent", swapped(D, 0)),
    Breakage("halved", "uniform-to-hypothesis", "conversions are consistent", times("1/2")),
    Breakage("reversed", "sure-to-expected", "averages are not undone", _expected_to_sure),
    Breakage(
        "replacement as if deleted",
        "bousquet2002-thm22",
        LINEAR,
        form_of("replacement", values={"epsilon": sigma**2 * kappa**2 / (2 * lam * m)}),
    ),
    Breakage("called proved", "elastic-to-uniform", "never stronger", of_class(Proves)),
    Breakage("called upper", "uniform-to-hypothesis", "never stronger", of_class(Upgrades)),
    Breakage("made lower", "hardt2016-convex", "honest kind", put(kind=Kind.LOWER)),
    Breakage("made lower", "bousquet2002-thm12-emp", "honest kind", put(kind=Kind.LOWER)),
    Breakage("for all", "zhang2022-convex-lower", "honest kind", put(scope=Scope.EVERY)),
    Breakage(
        "failure forgotten", "elastic-finite-emp", "failure is charged", of_class(ForgetsFailure)
    ),
    Breakage("failure forgotten", "lei2020-thm2a", "failure is charged", of_class(ForgetsFailure)),
    Breakage(
        "delta spent twice", "bousquet2002-thm12-emp", "failure is charged", of_class(SpendsTwice)
    ),
    Breakage("not certified", "elastic-erm", "measured means are certified", _unmeasured),
    Breakage(
        "a number for C",
        "klochkov2021-excess",
        "unspecified gives no number",
        of_class(NumbersAnyway),
    ),
    # values that are none
    Breakage("minus M", "mohri2018-replacement", "not negative", values(lambda v: v - M)),
    Breakage("over m - 2", "mohri2018-replacement", "not negative", values(lambda v: v / (m - 2))),
    Breakage("plus M", "bousquet2002-thm12-emp", "vanishes", values(lambda v: v + M / 100)),
    # the record
    Breakage("capitals", "mohri2018-replacement", "complete record", put(id="Mohri 2018")),
    Breakage(
        "trust me",
        "mohri2018-replacement",
        "complete record",
        lambda t: replace(t, source=replace(t.source, trust="TRUST ME")),
    ),
    Breakage("no hypotheses", "elastic-erm", "complete record", put(hypotheses=())),
    Breakage(
        "unknown symbol",
        "mohri2018-replacement",
        "known symbols",
        values(lambda v: v + sympy.Symbol("fudge", positive=True)),
    ),
    Breakage(
        "another m",
        "mohri2018-replacement",
        "known symbols",
        swapped(m, sympy.Symbol("m", positive=True)),
    ),
    Breakage(
        "beta for epsilon",
        "hardt2016-convex",
        "named values",
        form_of("replacement", values={"beta": beta}),
    ),
    Breakage(
        "direction of nothing",
        "mohri2018-replacement",
        "directions of symbols that occur",
        direction("kappa", 1),
    ),
)


def broken(breakage: Breakage) -> Theorem:
    """The broken theorem."""
    return breakage.break_it(BY_ID[breakage.theorem])
