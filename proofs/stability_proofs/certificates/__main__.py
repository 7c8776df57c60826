"""`python -m stability_proofs.certificates [NAME...]`: find certificates anew and store them.

Needs the extra `testing`. A certificate that is found is checked before it is written.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from stability.files import write_text
from stability_proofs.certificates import PROBLEMS
from stability_proofs.tactics.stored import FOLDER, record


def main(names: Sequence[str]) -> int:
    """Search for the named certificates, or for all; the exit status."""
    unknown = [name for name in names if name not in PROBLEMS]
    if unknown:
        print(f"no problem {unknown[0]}; there are {', '.join(PROBLEMS)}", file=sys.stderr)
        return 2
    missing = 0
    for name in names or PROBLEMS:
        problem = PROBLEMS[name]()
        found = problem.search()
        if found is None:
            print(f"{name}: nothing found")
            missing += 1
            continue
        problem.prove(found)
        write_text(FOLDER / f"{name}.json", record(problem, found))
        print(f"{name}: stored")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
