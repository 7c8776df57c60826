"""What must show in `le-sde-geomnist`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from stability_experiments.common.contrast_growth import growth_rate
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.strength_rows import elasticity_grows, feature_error, later
from stability_experiments.dynamics.le_sde_geomnist.courses import CHANCE, Seen, told
from stability_experiments.dynamics.le_sde_geomnist.reference import law
from stability_experiments.framework.result import Claim


def claims(seen: Mapping[float, Seen]) -> Iterator[Claim]:
    """All claims."""
    clean = seen[0.0]
    accuracy = {share: Mean.of(one.arrays["accuracy"][-1]) for share, one in seen.items()}
    yield Claim(
        claim="without wrong labels at least 0.95 of the validation images are told right",
        holds=accuracy[0.0].value >= 0.95,
    )
    yield Claim(
        claim="the more labels are wrong, the lower the accuracy",
        holds=all(a.value > b.value for a, b in pairwise(accuracy.values())),
        required=False,
    )
    for share, one in accuracy.items():
        if abs(law(share)) < 1e-9:
            yield Claim(
                claim=f"{told(share)}: labels say nothing, and accuracy is within 0.1 of a guess",
                holds=abs(one.value - CHANCE) < 0.1,
            )
        if law(share) < -0.1:
            yield Claim(
                claim=f"{told(share)}: accuracy is below a guess by two standard errors",
                holds=one.value + 2 * (one.error or 0.0) < CHANCE,
                required=False,
            )
    for estimator in ("I-model", "L-model"):
        yield Claim(
            claim=f"{estimator}: A - B at the end is above that of the first tenth by three "
            "standard errors: local elasticity grows",
            holds=elasticity_grows(clean.used, estimator),
        )
    ends = {share: one.true.contrast_at_end() for share, one in seen.items()}
    yield Claim(
        claim="the more labels are wrong, the smaller the contrast of the true classes at the end",
        holds=all(a[0] > b[0] for a, b in pairwise(ends.values())),
    )
    for share, (end, error) in ends.items():
        if law(share) < -0.1:
            yield Claim(
                claim=f"{told(share)}: true classes end on the wrong side, by two standard errors",
                holds=end + 2 * error < 0.0,
                required=False,
            )
    rates = [growth_rate(one.true) for share, one in seen.items() if law(share) > 0.1]
    found = [rate[0] for rate in rates if rate is not None]
    yield Claim(
        claim="alpha - beta of the L-model falls with the share of wrong labels",
        holds=len(found) == len(rates) and all(a > b for a, b in pairwise(found)),
        required=False,  # its standard errors are as large as the differences
    )
    for kind in ("I-model", "L-model"):
        late, early = (feature_error(clean.used, kind, k) for k in (later(clean.used), 0))
        yield Claim(
            claim=f"{kind}: features are predicted better from where classes have come apart than "
            "from a start that is chance",
            holds=late < early,
            required=False,
        )
