"""`python -m stability_proofs`: the ledger of all theorems; exit status 1 if one is refuted."""

from __future__ import annotations

import sys

from stability.theorems.catalogue import CATALOGUE
from stability_proofs.ledger.ledger import REFUTED, ledger
from stability_proofs.ledger.tables import print_ledger

if __name__ == "__main__":
    entries = list(ledger(CATALOGUE))
    print_ledger(entries)
    sys.exit(any(entry.verdict == REFUTED for entry in entries))
