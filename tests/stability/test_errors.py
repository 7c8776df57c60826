"""Messages say where, what was found, what is allowed; and errors travel between processes."""

import pickle
from fractions import Fraction

import pytest

from stability.errors import DataError, Infeasible, Refusal, RunError, SetupError

LOCATED = [SetupError, DataError, RunError]


@pytest.mark.parametrize("kind", LOCATED)
def test_a_message_has_all_four_parts(kind: type[SetupError]) -> None:
    error = kind(where="loss.range", found=Fraction(-1, 2), allowed="a number", remedy="Mend it.")
    assert str(error) == "loss.range: found -0.5; allowed: a number. Mend it."


@pytest.mark.parametrize("kind", LOCATED)
def test_located_errors_survive_pickling(kind: type[SetupError]) -> None:
    error = kind(where="a.b", found=3, allowed="4", remedy="Try 4.")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (str(again), again.where, again.found) == (str(error), "a.b", 3)


def test_refusals_survive_pickling() -> None:
    refusal = Refusal("id", "two-examples", "m >= 2", "sample.size", Fraction(1), "Use 2.")
    again = pickle.loads(pickle.dumps(refusal))
    assert str(again) == str(refusal) == "id does not apply: m >= 2; sample.size is 1. Use 2."
    assert again.record() == refusal.record()


def test_infeasible_keeps_the_best_that_was_seen() -> None:
    assert pickle.loads(pickle.dumps(Infeasible("none", best=0.3))).best == 0.3
