"""The witnesses of every theorem that is proved, by identifier."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from stability_proofs.witnesses import (
    bags,
    conversions,
    expectations,
    gibbs,
    instances,
    minimisers,
    neighbours,
    one_draw,
    privacy,
    runs,
    samples,
)
from stability_proofs.witnesses.witness import Witness

WITNESSES: Mapping[str, tuple[Witness, ...]] = MappingProxyType(
    {
        **minimisers.WITNESSES,
        **gibbs.WITNESSES,
        **runs.WITNESSES,
        **instances.WITNESSES,
        **neighbours.WITNESSES,
        **one_draw.WITNESSES,
        **privacy.WITNESSES,
        **bags.WITNESSES,
        **conversions.WITNESSES,
        **samples.WITNESSES,
        **expectations.WITNESSES,
    }
)
