"""Fifteen setups give the bounds that are recorded: the same rows, numbers and refusals."""

from __future__ import annotations

import copy

import pytest

from .recorded_bounds import SETUPS, found, recorded

RECORDED = recorded()
CLOSE = 1e-9
"""Free symbols are chosen by floats, which may differ in the last digits on other machines."""


def differences(before: dict, now: dict) -> list[str]:
    """What is not the same, in words."""
    told = [
        f"{theorem}: {'no longer' if theorem in before['refused'] else 'now'} refused so"
        for theorem in sorted(set(before["refused"]) ^ set(now["refused"]))
    ]
    if len(before["rows"]) != len(now["rows"]):
        told.append(f"{len(before['rows'])} rows before, {len(now['rows'])} now")
    for old, new in zip(before["rows"], now["rows"], strict=False):
        alike = old["value"] == pytest.approx(new["value"], rel=CLOSE)
        if (old["path"], old["label"]) != (new["path"], new["label"]) or not alike:
            told.append(f"{old} is now {new}")
    return told


def test_all_setups_are_recorded() -> None:
    assert set(RECORDED) == set(SETUPS) and len(SETUPS) >= 10


@pytest.mark.parametrize("name", SETUPS)
def test_bounds_are_those_recorded(name: str) -> None:
    assert differences(RECORDED[name], found(name)) == []


def test_a_difference_is_seen() -> None:
    before = RECORDED["erm"]
    larger, renamed, fewer = (copy.deepcopy(before) for _ in range(3))
    larger["rows"][3]["value"] *= 1.000001
    renamed["rows"][0]["label"] = renamed["rows"][0]["label"].replace("proved", "plug-in")
    fewer["refused"].pop()
    assert [len(differences(before, now)) for now in (before, larger, renamed, fewer)] == [
        *(0, 1, 1, 1),
    ]
