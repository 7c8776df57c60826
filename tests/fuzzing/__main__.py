"""`python -m tests.fuzzing`: see `tests.fuzzing`."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from tests.fuzzing.commands import load_all
from tests.fuzzing.harness import chance, limit_memory, run_batch
from tests.fuzzing.kinds import KINDS
from tests.fuzzing.report import Counts

BATCH = 25


def main() -> int:
    """Run cases until the time is over; 1 if there was a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--kind", choices=("all", *KINDS), default="all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--case", help="KIND:NUMBER, to run one case again and keep its files")
    asked = parser.parse_args()
    out = asked.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    if asked.case:
        return _again(asked.case, asked.seed, out)
    load_all()
    kinds = list(KINDS) if asked.kind == "all" else [asked.kind]
    counts, spent = Counts(out, asked.seed), dict.fromkeys(kinds, 0.0)
    following = dict.fromkeys(kinds, asked.first)
    until = time.monotonic() + 60 * asked.minutes
    while time.monotonic() < until:
        kind = min(kinds, key=lambda k: spent[k] / KINDS[k].share)
        start = time.monotonic()
        for ended in run_batch(kind, KINDS[kind].load(), asked.seed, following[kind], BATCH):
            counts.add(ended)
            if time.monotonic() > until:
                break
        following[kind] += BATCH
        spent[kind] += time.monotonic() - start
        counts.write(spent)
    print(counts.text())
    return 1 if counts.faults else 0


def _again(case: str, seed: int, out: Path) -> int:
    kind, _, number = case.partition(":")
    load_all()
    limit_memory()
    os.chdir(out)
    outcome = KINDS[kind].load()(chance(kind, seed, int(number)), out)
    print(outcome.end, *outcome.notes)
    print(outcome.message)
    for fault in outcome.faults:
        print(f"\n{fault.key}\n{fault.detail}")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
