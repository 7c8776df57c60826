"""`evaluate`: reference values, the choice of a statement, and every wrong input."""

import math
import random
from fractions import Fraction

import pytest

from stability.conventions import Kind
from stability.errors import EvaluationError, SetupError
from stability.theorems.catalogue import CATALOGUE, named
from stability.theorems.evaluate import evaluate

REFERENCE = [
    ("bousquet2002-thm12-emp", "m=60000 delta=0.05 beta=1e-5 M=1", 0.0170079038049343),
    ("mohri2018-replacement", "m=60000 delta=0.05 epsilon=2e-5 M=1", 0.0170079038049343),
    (
        "elastic-finite-emp",
        "m=60000 delta=0.04 M=1 B=0.5 U=40 B1=0.3 D=12 eta=0.8 p=0.0001",
        0.0245892850304241,
    ),
    ("bousquet2020-tail", "m=60000 delta=0.05 epsilon=1e-6 M=1", 0.081254168204023),
    (
        "elisseeff2005-thm15-emp",
        "m=60000 delta=0.05 beta=1e-6 M=1 T=100 rho=1e-4",
        0.0095932915452421,
    ),
    ("hardt2016-nonconvex", "m=50000 L=1 gamma=2 c=0.1 T=100000 M=1", 0.000213819968753056),
]


def symbols(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


@pytest.mark.parametrize(("theorem", "at", "reference"), REFERENCE)
def test_reference_values(theorem, at, reference):
    found = evaluate(theorem, symbols(at))
    assert found.value == pytest.approx(reference, rel=1e-12)
    assert found.enclosure.low <= found.enclosure.high <= Fraction(found.value)
    low, high = map(float, found.enclosure.decimals())
    assert low == pytest.approx(reference, rel=1e-12) and found.value >= high
    assert found.kind is Kind.UPPER and found.note == ""


def test_theorem12_by_hand():
    m, delta, beta, M = 1000, 0.1, 0.002, 2.0
    by_hand = 2 * beta + (4 * m * beta + M) * math.sqrt(math.log(1 / delta) / (2 * m))
    found = evaluate("bousquet2002-thm12-emp", {"m": m, "delta": "0.1", "beta": "0.002", "M": 2})
    assert found.value == pytest.approx(by_hand, rel=1e-14)


def test_the_range_is_asked_for():
    at = {"m": 1000, "delta": "0.05", "beta": "1e-5"}
    with pytest.raises(SetupError, match=r"no value for M \(loss range.*Add M=\.\.\.") as caught:
        evaluate("bousquet2002-thm12-emp", at)
    assert "M" in caught.value.allowed
    for theorem in CATALOGUE:  # none of them takes it silently
        assert set(theorem.printed) <= {"M"} and bool(theorem.printed) == (
            theorem.id == "hardt2016-nonconvex"
        )


def test_a_range_for_which_the_source_states_it_is_told():
    at = symbols("m=50000 L=1 gamma=2 c=0.1 T=100000")
    printed, given = (evaluate("hardt2016-nonconvex", a) for a in (at, {**at, "M": 1}))
    assert printed.values == given.values and given.note == ""
    assert printed.note.startswith("with M = 1, for which the source states it")
    assert evaluate("hardt2016-nonconvex", {**at, "M": 2}).value > printed.value


def test_t_stands_for_draws():
    at = {"m": 1000, "delta": "0.05", "beta": "1e-5", "M": 1}
    randomised = {**at, "rho": "1e-4"}
    by_steps = evaluate("elisseeff2005-thm15-emp", {**randomised, "T": 9})
    by_draws = evaluate("elisseeff2005-thm15-emp", {**randomised, "draws": 9})
    assert by_steps.values == by_draws.values
    other = evaluate("elisseeff2005-thm15-emp", {**randomised, "draws": 10})
    assert other.value > by_steps.value
    with pytest.raises(SetupError, match="T: found a symbol"):
        evaluate("elisseeff2005-thm15-emp", {**randomised, "T": 9, "draws": 9})


def test_a_decimal_string_is_exact_and_a_float_is_binary():
    assert evaluate("elastic-to-uniform", {"U": "0.1", "m": 1}).enclosure.low == Fraction(1, 10)
    assert evaluate("elastic-to-uniform", {"U": 0.1, "m": 1}).enclosure.low == Fraction(0.1)
    assert evaluate("elastic-to-uniform", {"U": Fraction(1, 3), "m": 1}).enclosure.is_exact


def test_lower_bounds_are_rounded_down():
    third = {"m": 3, "L": 1, "alpha": "0.1", "T": 1, "M": 1}
    lower = evaluate("zhang2022-convex-lower", third)
    upper = evaluate("hardt2016-convex", third)
    exactly = Fraction(2, 30)
    assert lower.kind is Kind.LOWER and lower.enclosure.low == exactly
    assert Fraction(lower.value) < exactly < Fraction(upper.value)


GD = {"m": 60000, "L": 1, "L_mean": "0.5", "L_rms": "0.6", "alpha": "1e-5", "T": 60000}


def test_the_statement_is_the_first_that_uses_what_is_given():
    assert evaluate("elastic-gd", GD).form == "null-step"
    assert evaluate("elastic-gd", {**GD, "mu": "0.1"}).form == "null-step, strongly convex"
    retrained = evaluate("elastic-gd", GD, form="retrain")
    assert retrained.form == "retrain"
    assert retrained.values["U"].low == 2 * evaluate("elastic-gd", GD).values["U"].low
    assert set(evaluate("uniform-to-hypothesis", {"epsilon": 1}).values) == {"epsilon_pt"}
    assert set(evaluate("uniform-to-hypothesis", {"beta": 1}).values) == {"beta_hyp", "beta_pt"}


def test_one_of_several_values():
    every = evaluate("elastic-gd", GD)
    assert list(every.values) == ["B", "U", "B1", "D"] and every.which == "B"
    one = evaluate("elastic-gd", GD, which="D")
    assert one.value == every.rounded("D") == pytest.approx(0.216)


def test_decaying_steps_through_c():
    decaying = {**{n: v for n, v in GD.items() if n != "alpha"}, "c": "0.1", "T": 3}
    found = evaluate("elastic-gd", decaying).values["U"]
    assert (
        found.low <= Fraction(11, 60) <= found.high < Fraction(11, 60) * (1 + Fraction(1, 10**20))
    )
    with pytest.raises(SetupError, match="c: found a symbol that elastic-gd does not use"):
        evaluate("elastic-gd", {**GD, "c": 1})


def by_counting(m: int, batch: int, T: int, step) -> Fraction:
    """The largest sum of alpha_t/s_t over the steps that may see one example, pass by pass."""
    length = -(-m // batch)
    sizes = [batch] * (length - 1) + [m - batch * (length - 1)]
    total = Fraction(0)
    for first in range(0, T, length):
        steps = range(first, min(first + length, T))
        total += max(step(t + 1) / sizes[t - first] for t in steps)
    return total


@pytest.mark.parametrize("seed", range(20))
def test_the_derived_weight_counts_visits(seed):
    draw = random.Random(seed)
    m, batch, T = draw.randint(1, 40), draw.randint(1, 12), draw.randint(1, 120)
    rest = {"m": m, "L": 1, "L_mean": 1, "L_rms": 1}
    run = {**rest, "batch": batch, "T": T}
    constant = evaluate("elastic-sgd-shuffled", {**run, "alpha": "0.1"}).values["U"]
    assert constant.low == m * by_counting(m, batch, T, lambda t: Fraction(1, 10))
    decaying = evaluate("elastic-sgd-shuffled", {**run, "c": "0.1"}).values["U"]
    exactly = m * by_counting(m, batch, T, lambda t: Fraction(1, 10 * t))
    assert decaying.low <= exactly <= decaying.high
    assert decaying.high - decaying.low < exactly / 10**20
    weight = by_counting(m, batch, T, lambda t: Fraction(1, 10))
    assert evaluate("elastic-sgd-shuffled", {**rest, "weight": weight}).values["U"] == constant


def test_risks_are_one_number_or_one_per_step():
    at = {"m": 100, "gamma": 1, "T": 3, "alpha": "0.1"}
    level = evaluate("lei2020-convex-l1", {**at, "F": "0.25"})
    listed = evaluate("lei2020-convex-l1", {**at, "F": "0.25, 0.25,0.25"})
    assert level.value == pytest.approx(listed.value, rel=1e-15)
    assert evaluate("lei2020-convex-l1", {**at, "F": "0.25,0.09,0.04"}).value < level.value
    with pytest.raises(SetupError, match=r"F: found 2 numbers; allowed: .* each of the 3 steps"):
        evaluate("lei2020-convex-l1", {**at, "F": "0.25,0.25"})


def test_a_constant_that_the_source_does_not_give():
    at = {"m": 100, "delta": "0.05", "epsilon": "0.01", "M": 1, "bernstein": 1}
    at["erm_error"] = 0
    with pytest.raises(SetupError, match="a value of your own"):
        evaluate("klochkov2021-excess", at)
    found = evaluate("klochkov2021-excess", {**at, "C": 3})
    assert "C = 3" in found.note and "source does not give" in found.note
    at = {"m": 100, "L": 1, "T": 1000, "a": "0.05"}
    with pytest.raises(SetupError, match="never as a number"):
        evaluate("zhang2022-nonconvex-upper", at)


B3 = {"m": 1000, "delta": "0.05", "beta": "0.001", "M": 1}
WRONG = {
    "theorem": (("bousquet2002-thm12-em", B3), "Did you mean bousquet2002-thm12-emp"),
    "no such thing": (("qqq", B3), "`stability theorems` lists"),
    "empty id": (("", B3), "`stability theorems` lists"),
    "symbol": (("bousquet2002-thm12-emp", {**B3, "bta": 1}), "Did you mean beta"),
    "foreign symbol": (("bousquet2002-thm12-emp", {**B3, "L": 1}), "does not use"),
    "missing": (
        ("bousquet2002-thm12-emp", {"m": 5, "M": 1}),
        "no value for beta (uniform deletion",
    ),
    "missing free": (
        ("elastic-finite-emp", {**B3, "B": 1, "U": 1, "B1": 1, "D": 1} | {"beta": 1}),
        "does not use",
    ),
    "missing alpha": (("hardt2016-convex", {"m": 5, "L": 1, "T": 5}), "give c in place of alpha"),
    "size 0": (("bousquet2002-thm12-emp", {**B3, "m": 0}), "m: found 0"),
    "size -1": (("bousquet2002-thm12-emp", {**B3, "m": "-1"}), "at least 1"),
    "size 1.5": (("bousquet2002-thm12-emp", {**B3, "m": "1.5"}), "whole number"),
    "delta 0": (("bousquet2002-thm12-emp", {**B3, "delta": 0}), "strictly between"),
    "delta 1": (("bousquet2002-thm12-emp", {**B3, "delta": "1"}), "strictly between"),
    "negative": (("bousquet2002-thm12-emp", {**B3, "beta": "-1e-9"}), "at least 0"),
    "nan": (("bousquet2002-thm12-emp", {**B3, "beta": "nan"}), "beta: found 'nan'"),
    "float nan": (("bousquet2002-thm12-emp", {**B3, "beta": math.nan}), "beta: found nan"),
    "inf": (("bousquet2002-thm12-emp", {**B3, "beta": math.inf}), "beta: found inf"),
    "text": (("bousquet2002-thm12-emp", {**B3, "beta": "small"}), "found 'small'"),
    "blank": (("bousquet2002-thm12-emp", {**B3, "beta": ""}), "beta: found ''"),
    "truth": (("bousquet2002-thm12-emp", {**B3, "beta": True}), "found True"),
    "list": (("bousquet2002-thm12-emp", {**B3, "beta": "1,2"}), "found '1,2'"),
    "none": (("bousquet2002-thm12-emp", {**B3, "beta": None}), "found nothing"),
    "huge": (("bousquet2002-thm12-emp", {**B3, "beta": "1e999999999"}), "1e300"),
    "huge size": (("bousquet2002-thm12-emp", {**B3, "m": 10**5000}), "1e300"),
    "division by zero": (("bousquet2002-thm12-emp", {**B3, "beta": "1/0"}), "found '1/0'"),
    "moment order": (("bousquet2020-moment", {"m": 9, "epsilon": 1, "order": 1}), "at least 2"),
    "share": (
        (
            "elastic-finite-emp",
            {"m": 9, "delta": "0.1", "B": 1, "U": 1, "B1": 1, "D": 1, "eta": 0, "p": 1},
        ),
        "below 1",
    ),
    "domain": (
        ("hardt2016-nonconvex", {"m": 1, "L": 1, "gamma": 1, "c": 1, "T": 5}),
        "m >= 2",
    ),
    "both steps": (
        ("hardt2016-convex", {"m": 5, "L": 1, "T": 5, "alpha": 1, "c": 1}),
        "c: found a symbol",
    ),
    "beside weight": (
        (
            "elastic-sgd-shuffled",
            {"m": 5, "L": 1, "L_mean": 1, "L_rms": 1, "weight": 1, "T": 5},
        ),
        "T: found a symbol",
    ),
    "two statements at once": (("uniform-to-hypothesis", {"beta": 1, "epsilon": 1}), "does not"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input_is_told(name):
    (theorem, values), word = WRONG[name]
    with pytest.raises(SetupError) as caught:
        evaluate(theorem, values)
    assert word in str(caught.value)


def test_wrong_form_and_value_are_told():
    with pytest.raises(SetupError, match=r"form: found 'retrian'.*Did you mean 'retrain'"):
        evaluate("elastic-gd", GD, form="retrian")
    with pytest.raises(SetupError, match="has no name"):
        evaluate("bousquet2002-thm12-emp", B3, form="x")
    with pytest.raises(SetupError, match=r"which: found 'E'; allowed: .* B, U, B1, D"):
        evaluate("elastic-gd", GD, which="E")


def test_a_symbol_of_another_form_names_that_form():
    with pytest.raises(SetupError, match=r"mu: .*The form 'null-step, strongly convex' uses it"):
        evaluate("elastic-gd", {**GD, "mu": 1}, form="null-step")


def test_no_finite_value_is_an_error_and_not_a_number():
    at = {"m": 100, "gamma": 1, "T": 10**8, "alpha": "0.1", "F": 1, "growth": 1}
    huge = evaluate("hardt2016-convex", {"m": 1, "L": "1e300", "alpha": "1e300", "T": 1})
    assert huge.value == math.inf and huge.enclosure.low == 2 * Fraction(10) ** 900
    risks = {**at, "T": 3 * 10**6, "c": 1}
    del risks["alpha"]
    with pytest.raises(EvaluationError, match=r"lei2020-convex-l2 at .*terms"):
        evaluate("lei2020-convex-l2", risks)


@pytest.mark.parametrize("theorem", CATALOGUE, ids=lambda theorem: theorem.id)
def test_every_theorem_asks_for_its_symbols_by_name(theorem):
    """Nothing given: each either says what is missing or that it is a formula only."""
    assert named(theorem.id) is theorem
    with pytest.raises(SetupError) as caught:
        evaluate(theorem.id, {})
    assert theorem.id in caught.value.where
    assert "no value for" in str(caught.value) or "never as a number" in str(caught.value)
