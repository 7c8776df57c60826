"""`python -m stability_proofs.errata`: all errata; exit status 1 if one shows something else."""

from __future__ import annotations

import sys

from stability_proofs.errata.rows import findings
from stability_proofs.errata.table import print_findings

if __name__ == "__main__":
    found = list(findings())
    print_findings(found)
    sys.exit(any(finding.fault for finding in found))
