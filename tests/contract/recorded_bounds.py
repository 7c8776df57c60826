"""Bounds of fifteen setups of different kinds, as plain rows to record and to compare.

`python -m tests.contract.recorded_bounds`, from the root of the project, records them anew: only
where a number is meant to change, and then the difference says which.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stability.bounds.analyse import analyse
from stability.setup.file import read_setup

FOLDER = Path(__file__).with_name("recorded")
RECORD = FOLDER / "bounds.json"
SETUPS = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def recorded() -> dict[str, Any]:
    """What is stored: for every setup its rows and the theorems that are refused, and where."""
    return json.loads(RECORD.read_text())


def found(name: str) -> dict[str, Any]:
    """The same of a setup as it is now."""
    analysis = analyse(read_setup(FOLDER / f"{name}.toml"))
    rows = [
        {
            "path": " > ".join(bound.path),
            "label": f"{bound.quantity}, {bound.kind}, {bound.provenance}, "
            f"mean over {bound.averaged_over}",
            "value": bound.value,
        }
        for bound in analysis.bounds
    ]
    refused = [f"{refusal.theorem}: {refusal.where}" for refusal in analysis.refused]
    return {"rows": rows, "refused": refused}


if __name__ == "__main__":
    text = json.dumps({name: found(name) for name in SETUPS}, indent=0)
    RECORD.write_text(text + "\n")
