"""`python -m stability_proofs [ID...]`: the ledger, of all theorems unless some are named.

The exit status is 1 if one is refuted.
"""

from __future__ import annotations

import sys

from stability.theorems.catalogue import CATALOGUE, named
from stability_proofs.ledger.ledger import REFUTED, ledger
from stability_proofs.ledger.tables import print_ledger

if __name__ == "__main__":
    entries = list(ledger([named(name) for name in sys.argv[1:]] or CATALOGUE))
    print_ledger(entries)
    sys.exit(any(entry.verdict == REFUTED for entry in entries))
