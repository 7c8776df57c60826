"""All errata, in the order of their sources."""

from __future__ import annotations

from stability_proofs.errata import (
    bassily2020_regulariser,
    bousquet2002_theorem11,
    bousquet2002_theorem22,
    clipped_softmax,
    deng2021_diagonal,
    elisseeff2005_fresh_bags,
    elisseeff2005_ties,
    kontorovich2014_bias,
    label_aware_coordinates,
    label_aware_moment,
    label_aware_start,
    le_sde_logits,
    mou2018_range,
    shalev2010_rate,
)
from stability_proofs.errata.erratum import Erratum

ERRATA: tuple[Erratum, ...] = (
    bousquet2002_theorem11.ERRATUM,
    bousquet2002_theorem22.LINEAR,
    bousquet2002_theorem22.RIDGE,
    elisseeff2005_ties.ERRATUM,
    elisseeff2005_fresh_bags.ERRATUM,
    shalev2010_rate.ERRATUM,
    kontorovich2014_bias.ERRATUM,
    mou2018_range.ERRATUM,
    bassily2020_regulariser.ERRATUM,
    label_aware_start.ERRATUM,
    label_aware_moment.ERRATUM,
    label_aware_coordinates.COORDINATE,
    label_aware_coordinates.PRECISION,
    label_aware_coordinates.MASS,
    deng2021_diagonal.BIAS,
    deng2021_diagonal.WHOLE,
    le_sde_logits.ERRATUM,
    clipped_softmax.ERRATUM,
)
