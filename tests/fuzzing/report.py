"""Counting how cases ended, and keeping one case of every distinct fault."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.fuzzing.harness import Ended
from tests.fuzzing.outcomes import CHECKED, FAULT, REFUSED, UNCHECKED

ENDS = (CHECKED, UNCHECKED, REFUSED, FAULT)


class Counts:
    """Cases by kind and end; each distinct fault once, with its files, in a folder of its own."""

    def __init__(self, out: Path, seed: int) -> None:
        self.out, self.seed = out, seed
        self.ends: dict[str, Counter[str]] = {}
        self.notes: dict[str, Counter[str]] = {}
        self.faults: dict[str, dict[str, Any]] = {}
        self.slowest: dict[str, tuple[float, int]] = {}

    def add(self, ended: Ended) -> None:
        """Count one case."""
        kind, outcome = ended.kind, ended.outcome
        end = FAULT if outcome.faults else outcome.end
        self.ends.setdefault(kind, Counter())[end] += 1
        self.notes.setdefault(kind, Counter()).update(outcome.notes)
        self.slowest[kind] = max(self.slowest.get(kind, (0.0, 0)), (ended.seconds, ended.number))
        for fault in outcome.faults:
            key = f"{kind}: {fault.key}"
            if key not in self.faults:
                where = self.out / f"fault-{len(self.faults):03d}-{kind}-{ended.number}"
                where.mkdir(exist_ok=True)
                for name, text in ended.files.items():
                    (where / name).write_text(text)
                told = f"{key}\n\n{fault.detail}\n\n{outcome.message}\n"
                again = f"python -m tests.fuzzing --seed {self.seed} --case {kind}:{ended.number}"
                (where / "fault.txt").write_text(f"{told}\n{again} --out AGAIN\n")
                self.faults[key] = {"case": ended.number, "folder": where.name, "times": 0}
            self.faults[key]["times"] += 1

    def record(self, spent: Mapping[str, float]) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "seed": self.seed,
            "ends": {kind: dict(ends) for kind, ends in self.ends.items()},
            "notes": {kind: dict(notes) for kind, notes in self.notes.items()},
            "faults": self.faults,
            "slowest": {k: {"seconds": s, "case": n} for k, (s, n) in self.slowest.items()},
            "seconds": dict(spent),
        }

    def write(self, spent: Mapping[str, float]) -> None:
        """Write `counts.json` and `counts.txt`."""
        (self.out / "counts.json").write_text(json.dumps(self.record(spent), indent=1))
        (self.out / "counts.txt").write_text(self.text() + "\n")

    def text(self) -> str:
        """A short table: kinds by ends, and the faults."""
        width = max(map(len, ENDS)) + 2
        lines = ["kind".ljust(12) + "".join(e.rjust(width) for e in (*ENDS, "all"))]
        for kind, ends in self.ends.items():
            numbers = [*(ends[e] for e in ENDS), sum(ends.values())]
            lines.append(kind.ljust(12) + "".join(str(n).rjust(width) for n in numbers))
        total = [sum(e[name] for e in self.ends.values()) for name in ENDS]
        lines.append("all".ljust(12) + "".join(str(n).rjust(width) for n in (*total, sum(total))))
        lines += [
            f"{fault['times']} x {key}  ({fault['folder']})" for key, fault in self.faults.items()
        ]
        return "\n".join(lines)
