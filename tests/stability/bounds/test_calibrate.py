"""Calibration: the answer, put back as printed, meets its target, and is next to what does not."""

import json
from dataclasses import replace
from fractions import Fraction
from math import inf

import pytest
import sympy

from stability.bounds.analyse import analyse
from stability.bounds.calibrate import calibrate, nonvacuous_size, nonvacuous_step_size
from stability.bounds.paths import follow
from stability.bounds.search import DIGITS, binary_grid, decimal_grid, edge, short
from stability.conventions import Kind, Provenance
from stability.errors import Infeasible, SetupError
from stability.setup.file import parse_setup
from stability.setup.setup import Setup
from stability.theorems.catalogue import CATALOGUE

LOSS = (
    "loss = { range = 1, lipschitz = 1, mean_lipschitz = 0.5, smoothness = 0.25, convex = true }\n"
)
SHUFFLED = "sample.size = <SIZE>\n" + LOSS + "[algorithm]\nkind = 'sgd'\nsteps = 60000\n"
SHUFFLED += "step_size = <STEP>"
EPOCHS = SHUFFLED.replace("steps = 60000", "epochs = 2")
DECAYING = (
    "sample.size = <SIZE>\nloss = { range = 1, lipschitz = 1, smoothness = 2 }\n[algorithm]\n"
)
DECAYING += "kind = 'sgd'\nsteps = <STEPS>\norder = 'with-replacement'\n"
DECAYING += "step_size = { schedule = 'decay', c = <C> }"
ERM = "sample.size = <SIZE>\n" + LOSS + "[algorithm]\nkind = 'erm'\nregularization = <LAM>"
USUAL = {"SIZE": "60000", "STEPS": "100000", "STEP": "1e-5", "C": "1", "LAM": "0.1"}


def setup(text: str, **values: str) -> Setup:
    for name, value in {**USUAL, **values}.items():
        text = text.replace(f"<{name}>", value)
    return parse_setup(text)


SUBBAGS = (
    "sample.size = <SIZE>\nloss = { range = 1, lipschitz = 1 }\n[algorithm]\nkind = 'subbagging'\n"
)
SUBBAGS += (
    "subsample = 100\nmeasured = false\nbase_stability = 1e-4\nbags = 500\nprediction_range = 1"
)

# Text, what to solve for, the word that the printed value replaces, which way is better, target,
# and the theorem: all of them take ten times as long.
CASES = [
    (SHUFFLED, "sample.size", "SIZE", -1, "0.05", None),
    (SHUFFLED, "algorithm.step_size", "STEP", 1, "0.2", "uniform-split"),
    (EPOCHS, "sample.size", "SIZE", -1, "0.2", "elastic-split"),
    (EPOCHS, "algorithm.step_size", "STEP", 1, "0.05", "uniform-split"),
    (DECAYING, "sample.size", "SIZE", -1, "0.05", "uniform-split"),
    (DECAYING, "algorithm.steps", "STEPS", 1, "0.05", None),
    (DECAYING, "algorithm.step_size", "C", 1, "0.2", "uniform-split"),
    (ERM, "sample.size", "SIZE", -1, "0.2", None),
    (ERM, "algorithm.regularization", "LAM", -1, "0.05", "elastic-split"),
]


def best_on_the_gap(setup: Setup, theorem: str | None) -> float:
    """The best bound, among all or among those of one theorem; infinite if there is none."""
    asked = [t for t in CATALOGUE if t.category != "generalization" or theorem in (None, t.id)]
    found = analyse(setup, theorems=asked).best("gap")
    return inf if found is None else found.value


def test_no_sample_is_smaller_than_its_subsets():
    answer = calibrate(setup(SUBBAGS), "0.5", "sample.size")
    assert answer.value == 100 and answer.bound < 0.5
    with pytest.raises(SetupError, match="subsample"):
        setup(SUBBAGS, SIZE="99")


@pytest.mark.parametrize(("text", "solve", "word", "better", "target", "theorem"), CASES)
def test_the_printed_value_meets_the_target_and_its_neighbour_does_not(
    text, solve, word, better, target, theorem
):
    answer = calibrate(setup(text), target, solve, theorem=theorem)
    printed = json.dumps(answer.record()["value"])
    assert Fraction(printed) == answer.value, "what is printed is what was tested"
    digits = printed.split("e")[0].replace(".", "").strip("0")
    assert len(digits) <= DIGITS or isinstance(answer.value, int)
    back = setup(text, **{word: printed})
    assert best_on_the_gap(back, theorem) <= answer.bound <= float(target)
    assert Fraction(answer.bound) <= Fraction(target)
    step = 1 if isinstance(answer.value, int) else answer.value / 10**9
    beyond = answer.setup.with_value(solve, answer.value + better * step)
    assert best_on_the_gap(beyond, theorem) > float(target)
    assert not answer.at_end and not answer.vacuous


def test_one_theorem_or_one_path():
    start = setup(SHUFFLED)
    best = calibrate(start, "0.05", "algorithm.step_size", theorem="uniform-split")
    one = calibrate(start, "0.05", "algorithm.step_size", theorem="bousquet2002-thm12-emp")
    through = calibrate(start, "0.05", "algorithm.step_size", theorem="hardt2016-convex")
    assert one.theorem == one.path[-1] == "bousquet2002-thm12-emp"
    assert through.path[0] == "hardt2016-convex" and through.averaged_over == "algorithm"
    assert best.value > one.value
    squared = calibrate(start, "1e-4", "sample.size", theorem="bousquet2002-lemma9")
    assert squared.theorem == "bousquet2002-lemma9" and squared.bound <= 1e-4


def test_delta_counts():
    sure, usual = (
        calibrate(setup(ERM), "0.1", "sample.size", theorem="elastic-split", delta=delta)
        for delta in ("1e-6", "0.05")
    )
    assert sure.value > usual.value


def test_the_edge_of_what_is_allowed_is_found_exactly():
    """Any step size up to 2/gamma = 8 meets a huge target, none above it is covered."""
    answer = calibrate(setup(SHUFFLED), 10**6, "algorithm.step_size")
    assert answer.value == 8 and answer.vacuous


def test_epochs_can_be_solved_for():
    answer = calibrate(setup(EPOCHS), "0.1", "algorithm.epochs")
    again = analyse(setup(EPOCHS.replace("epochs = 2", f"epochs = {answer.number}")))
    more = analyse(setup(EPOCHS.replace("epochs = 2", f"epochs = {answer.number + 1}")))
    assert again.best().value <= 0.1 < more.best().value
    by_steps = calibrate(setup(EPOCHS), "0.1", "algorithm.steps")
    assert by_steps.setup.algorithm.epochs is None
    assert by_steps.setup.algorithm.steps == by_steps.value


OWN = "sample.size = 1000\nloss.range = 1\n[stability]\nnotion = 'uniform'\n"
OWN += "values.beta = 1e-3\nscaling = <SCALING>"


def test_an_assumed_constant_is_rescaled_with_the_size():
    start = setup(OWN, SCALING="'1/m'")
    answer = calibrate(start, "0.1", "sample.size")
    assert dict(answer.setup.stability.values)["beta"] == Fraction(1, answer.value)
    assert analyse(answer.setup).best().value <= 0.1
    assert analyse(start.with_size(answer.value - 1)).best().value > 0.1
    assert start.with_size(2000).with_size(1000) == start


def test_a_constant_known_at_one_size_only_cannot_be_solved_for():
    start = setup(OWN.replace("scaling = <SCALING>", ""))
    with pytest.raises(SetupError, match=r"solve: .*scaling"):
        calibrate(start, "0.1", "sample.size")
    with pytest.raises(SetupError, match=r"stability.scaling"):
        start.with_size(999)
    assert start.with_size(1000) == start
    larger = setup(OWN.replace("scaling = <SCALING>", "").replace("1e-3", "1"))
    vacuous = [b for b in analyse(larger).bounds if b.vacuous]
    assert vacuous and all(nonvacuous_size(b) is None for b in vacuous)


def test_infeasible_targets_say_what_was_seen():
    constant = setup(OWN, SCALING="'constant'")
    with pytest.raises(Infeasible, match=r"smallest seen is .* at sample.size =") as caught:
        calibrate(constant, "0.001", "sample.size", theorem="uniform-split")
    assert 0.001 < caught.value.best < 1
    with pytest.raises(Infeasible, match=r"from 1e-15 to 1000000") as caught:
        calibrate(setup(SHUFFLED), "1e-6", "algorithm.step_size", theorem="elastic-split")
    assert 1e-6 < caught.value.best < inf
    with pytest.raises(
        Infeasible, match=r"elisseeff2005-knn gives no bound .*nearest neigh"
    ) as caught:
        calibrate(setup(SHUFFLED), "0.1", "sample.size", theorem="elisseeff2005-knn")
    assert caught.value.best is None


def test_asymptotic_statements_and_estimates_are_no_answer():
    with pytest.raises(Infeasible, match=r"deng2021-asymptotic gives no bound"):
        calibrate(setup(ERM), "0.1", "sample.size", theorem="deng2021-asymptotic")
    answer = calibrate(setup(ERM), "0.1", "sample.size", theorem="elastic-chebyshev")
    bounds = [b for b in analyse(answer.setup).bounds if b.path == answer.path]
    assert all(b.kind is Kind.UPPER and b.provenance is Provenance.PROVED for b in bounds)


@pytest.mark.parametrize("target", ["0", "-1", "nan", "inf", "much", "", None, True, float("nan")])
def test_wrong_targets(target):
    with pytest.raises(SetupError, match=r"target: .*above 0"):
        calibrate(setup(SHUFFLED), target, "sample.size")


@pytest.mark.parametrize(
    ("text", "solve", "word"),
    [
        (SHUFFLED, "algorithm.regularization", "'sgd' has no regularization"),
        (SHUFFLED, "algorithm.epochs", "solve for algorithm.steps"),
        (SHUFFLED, "size", "sample.size"),
        (SHUFFLED, "loss.range", "sample.size"),
        (ERM, "algorithm.steps", "'erm' has no steps"),
        (
            ERM.replace("regularization = <LAM>", "strong_convexity = 1"),
            "algorithm.regularization",
            "strong_convexity",
        ),
        (OWN.replace("<SCALING>", "'1/m'"), "algorithm.steps", "no algorithm"),
    ],
)
def test_what_cannot_be_solved_for(text, solve, word):
    with pytest.raises(SetupError) as caught:
        calibrate(setup(text), "0.1", solve)
    assert word in str(caught.value) and caught.value.where == "solve"


@pytest.mark.parametrize("delta", ["0", "1", "1.5", "-1", "nan", "x"])
def test_wrong_deltas(delta):
    with pytest.raises(SetupError, match=r"delta"):
        calibrate(setup(SHUFFLED), "0.1", "sample.size", delta=delta)


def test_unknown_theorems():
    with pytest.raises(SetupError, match=r"Did you mean bousquet2002-thm12-emp"):
        calibrate(setup(SHUFFLED), "0.1", "sample.size", theorem="bousquet2002-thm12-em")


def vacuous_bounds(text: str, **values: str):
    return [b for b in analyse(setup(text, **values)).bounds if b.vacuous]


def test_the_first_size_that_says_something():
    found = 0
    for bound in vacuous_bounds(ERM, SIZE="500", LAM="0.01"):
        answer = nonvacuous_size(bound)
        if answer is None:
            continue
        size = answer.size
        found += 1
        start = bound.stability.setup
        assert size > start.sample.size
        there = follow(bound, start.with_size(size), Fraction(1, 20))
        before = follow(bound, start.with_size(size - 1), Fraction(1, 20))
        assert there.path == bound.path and not there.vacuous
        assert before.vacuous or bound.statement.has(sympy.ceiling)
    assert found > 10


def test_no_size_will_do_for_steps_that_follow_it_and_a_smaller_step_will():
    bounds = [b for b in vacuous_bounds(SHUFFLED, STEP="0.01") if b.stability.notion == "elastic"]
    assert bounds
    for bound in bounds:
        assert nonvacuous_size(bound) is None
        step = nonvacuous_step_size(bound)
        assert 0 < step < 0.01
        start = bound.stability.setup
        there = follow(bound, start.with_value("algorithm.step_size", step), Fraction(1, 20))
        above = start.with_value("algorithm.step_size", step * 1.0001)
        assert not there.vacuous and follow(bound, above, Fraction(1, 20)).vacuous


def test_bounds_that_say_something_need_no_remedy():
    for bound in analyse(setup(SHUFFLED)).bounds:
        if not bound.vacuous:
            assert nonvacuous_size(bound) is None
            assert nonvacuous_step_size(bound) is None
    for bound in vacuous_bounds(ERM, SIZE="500", LAM="0.01"):
        assert nonvacuous_step_size(bound) is None


def test_a_path_that_cannot_be_followed_has_no_remedy():
    bound = vacuous_bounds(ERM, SIZE="500", LAM="0.01")[0]
    measured = replace(bound, stability=replace(bound.stability, path=("measured",)))
    assert nonvacuous_size(measured) is None


def test_the_search_survives_what_is_not_monotone():
    seen = []

    def feasible(x):
        seen.append(x)
        return 100 <= x <= 200 or x >= 5000

    found = edge(feasible, binary_grid(20), whole=True)
    assert found.value == 100 and found.value in seen
    assert edge(lambda x: False, binary_grid(20), whole=True) is None
    assert edge(lambda x: True, binary_grid(20), whole=True).at_end


@pytest.mark.parametrize("limit", ["1e-14", "0.123456789012345", "3.3333333333", "99999.9"])
def test_the_search_ends_at_a_short_number_on_the_right_side(limit):
    limit = Fraction(limit)
    found = edge(lambda x: x <= limit, reversed(decimal_grid(-15, 6)), whole=False).value
    assert found == short(found) <= limit
    assert limit - found < limit / 10 ** (DIGITS - 2)
    found = edge(lambda x: x >= limit, decimal_grid(-15, 6), whole=False).value
    assert found == short(found) >= limit
    assert found - limit < limit / 10 ** (DIGITS - 2)
