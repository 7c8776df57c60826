"""A few dozen cases of every kind of the fuzzer, always the same ones."""

from __future__ import annotations

import pytest

from tests.fuzzing.harness import run_case
from tests.fuzzing.kinds import KINDS

SEED = 0
COUNTS = {"setups": 16, "evaluate": 24, "problems": 16, "runs": 8, "files": 24, "networks": 8}
AT_ONCE = 8


@pytest.mark.parametrize(
    ("kind", "first"),
    [(kind, first) for kind, count in COUNTS.items() for first in range(0, count, AT_ONCE)],
)
def test_cases_end_in_confirmed_numbers_or_refusals(kind: str, first: int) -> None:
    for number in range(first, first + AT_ONCE):
        ended = run_case(kind, KINDS[kind].load(), SEED, number)
        told = "\n".join(f"{fault.key}\n{fault.detail}" for fault in ended.outcome.faults)
        assert not told, f"{kind}:{number}, seed {SEED}\n{told}\n{ended.outcome.message}"


def test_every_kind_has_cases() -> None:
    assert set(COUNTS) == set(KINDS)
