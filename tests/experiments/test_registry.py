"""The registry says of every experiment what its module says, and lists without importing it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stability.errors import SetupError
from stability_experiments.framework.registry import ENTRIES, Entry, find
from stability_experiments.framework.result import Experiment, Preset

FOLDER = Path(__file__).parents[2] / "experiments"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_entry_says_what_its_module_says(entry: Entry) -> None:
    experiment = entry.load()
    assert (experiment.name, experiment.shows) == (entry.name, entry.shows)
    assert experiment.presets == entry.presets


def test_every_module_with_an_experiment_is_registered() -> None:
    modules = {
        ".".join(p.relative_to(FOLDER).with_suffix("").parts)
        for p in FOLDER.rglob("*.py")
        if "\nEXPERIMENT = " in p.read_text()
    }
    assert modules == {entry.module for entry in ENTRIES}
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES) >= 2


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_presets_are_a_smoke_of_a_minute_and_the_published_setting(entry: Entry) -> None:
    assert [preset.name for preset in entry.presets] == ["smoke", "paper"]
    assert entry.presets[0].minutes <= 1


def test_the_list_needs_no_experiment_and_nothing_heavy() -> None:
    code = (
        "import sys\nfrom stability_experiments.framework.registry import ENTRIES, find\n"
        "[entry.record() for entry in ENTRIES]\n"
        "loaded = {'torch', 'matplotlib', 'sklearn'} & set(sys.modules)\n"
        "loaded |= {e.module for e in ENTRIES if e.module in sys.modules}\n"
        "print(sorted(loaded)); find(ENTRIES[0].name).load()\n"
        "print(ENTRIES[0].module in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "True"]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("ridge-bounds-mnst", "ridge-bounds-mnist"),
        ("logistic", "logistic-bounds-mnist"),
        ("logistic_bounds_mnist", "logistic-bounds-mnist"),
    ],
)
def test_an_unknown_name_gets_the_nearest(name: str, near: str) -> None:
    with pytest.raises(SetupError, match=f"Did you mean '{near}'"):
        find(name)


def test_a_name_like_no_other_gets_no_suggestion() -> None:
    with pytest.raises(SetupError) as caught:
        find("xyz")
    assert "Did you mean" not in str(caught.value)


NEEDY = Entry("needy", "none", "nothing", (Preset(name="smoke", minutes=1),), ("mnist",))


def test_missing_data_are_asked_for_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"needy, --data.*mnist/.*--data DIR"):
        NEEDY.check("smoke", None)
    with pytest.raises(SetupError, match="no folder mnist/"):
        NEEDY.check("smoke", tmp_path)
    (tmp_path / "mnist").mkdir()
    NEEDY.check("smoke", tmp_path)
    find("ridge-bounds-mnist").check("smoke", None)


def test_an_unknown_preset_gets_the_nearest() -> None:
    with pytest.raises(SetupError, match=r"'papr'.*Did you mean 'paper'"):
        find("ridge-bounds-mnist").check("papr", None)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_experiment_is_one(entry: Entry) -> None:
    assert isinstance(entry.load(), Experiment)
