"""The claims of `training-models-vs-networks`, each decided by the measured numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stability.dynamics.sde.model import LOGITS
from stability_experiments.dynamics.training_models_vs_networks.findings import (
    OTHERS,
    OWN,
    Found,
)
from stability_experiments.dynamics.training_models_vs_networks.strengths import LATER, modes
from stability_experiments.framework.result import Claim


def claims(found: Found) -> Iterator[Claim]:
    """What both models say of networks, and whether it is so."""
    yield from _elasticity(found)
    yield from _sde(found)


def _elasticity(found: Found) -> Iterator[Claim]:
    network, graph = found.shares(0)
    yield Claim(
        claim="training makes networks more locally elastic: the same-class share of logits is "
        f"larger at the end than before, every network ({network[:, 0].mean():.3f} to "
        f"{network[:, -1].mean():.3f})",
        holds=bool((network[:, -1] > network[:, 0]).all()),
        required=False,
    )
    yield Claim(
        claim="training makes neurashed more locally elastic, every seed "
        f"({graph[:, 0].mean():.2f} to {graph[:, -1].mean():.2f})",
        holds=bool((graph[:, -1] > graph[:, 0]).all()),
    )
    kin = found.by_kin(found.elasticity[:, -1, 0])
    yield Claim(
        claim="at the end an update moves logits most in its class, less in its superclass, least "
        "elsewhere, every network: the ordering that neurashed is made for",
        holds=bool((np.diff(kin, axis=1) < 0).all()),
        required=False,
    )
    p = found.p_value(0)
    yield Claim(
        claim="whom a network moves outside the class follows the hierarchy further than chance at "
        f"the end (at most 1 of 20 renamed hierarchies agrees as well: {p:.3g})",
        holds=p <= 0.05,
        required=False,
    )
    yield Claim(
        claim="neurashed says how local networks are: same-class shares of logits at the end are "
        "within a factor of 1.5",
        holds=bool(2 / 3 < graph[:, -1].mean() / network[:, -1].mean() < 3 / 2),
        required=False,
    )
    told, model = found.shares(1)
    yield Claim(
        claim="training makes the predictions of networks more locally elastic, every network "
        f"({told[:, 0].mean():.2f} to {told[:, -1].mean():.2f})",
        holds=bool((told[:, -1] > told[:, 0]).all()),
    )
    yield Claim(
        claim="the same of predictions",
        holds=bool(2 / 3 < model[:, -1].mean() / told[:, -1].mean() < 3 / 2),
        required=False,
    )


def _sde(found: Found) -> Iterator[Claim]:
    own, others = (found.errors(LOGITS, whose, LATER) for whose in (OWN, OTHERS))
    bare = found.errors_of_others(LATER)
    yield Claim(
        claim="two strengths say more than half of where the mean logits of all classes go "
        f"(L-model, its own strengths: error {own.mean():.2f}), every network",
        holds=bool((own < 0.5).all()),
        required=False,
    )
    yield Claim(
        claim="strengths carry over: with those of other networks the L-model errs by less than "
        f"the mean of these networks does ({others.mean():.2f} against {bare.mean():.2f})",
        holds=bool(others.mean() < bare.mean()),
        required=False,
    )
    tried = np.mean([one.tried for one in found.strengths], axis=0)[:, 1:]
    yield Claim(
        claim="updates themselves are locally elastic: alpha as seen in updates is above beta at "
        "every step tried, in the mean over networks",
        holds=bool((tried[0] > tried[1]).all()),
    )
    logits, updates = (
        np.mean([getattr(one, name)[:, -1] for one in found.strengths], axis=0)
        for name in ("from_logits", "from_updates")
    )
    yield Claim(
        claim="beta is below 0, as logits say: updates say the same "
        f"(B from logits {logits[1]:.1f}, from updates {updates[1]:.1f})",
        holds=bool(np.sign(logits[1]) == np.sign(updates[1])),
        required=False,
    )
    pairs = zip(*(modes(total, len(found.classes)) for total in (logits, updates)), strict=True)
    for name, (one, other) in zip(("mean", "differences"), pairs, strict=True):
        yield Claim(
            claim=f"the growth of the {name} of the coefficients of classes is what updates add up "
            f"to, within a quarter of its logarithm: {one:.2f} and {other:.2f}",
            holds=bool(abs(one - other) < abs(other) / 4),
            required=False,
        )
    late = np.array([one.follows[-1] for one in found.strengths])
    yield Claim(
        claim="why: in the L-model the class with the largest logits moves most; in networks it "
        f"moves least (correlation over classes {late.mean():.2f} at the end, every network)",
        holds=bool((late < 0).all()),
        required=False,
    )
