"""The claims of `elasticity-activations`, each decided by the measured numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from stability_experiments.common.elasticity_networks import WORDS, Net, Seen
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.elasticity.elasticity_activations.finite import LOSSES, slope
from stability_experiments.framework.context import Arrays
from stability_experiments.framework.result import Claim

ONE_SIDED, ODD = ("relu", "sigmoid"), ("tanh", "identity")
SMOOTH = ("sigmoid", "tanh", "identity")


def claims(
    found: Mapping[Net, Sequence[Seen]], steps: Mapping[str, Sequence[Arrays]]
) -> tuple[Claim, ...]:
    """What has to show, and whether it does."""
    return (*_activations(found), *_steps(steps))


def _activations(found: Mapping[Net, Sequence[Seen]]) -> Iterator[Claim]:
    means = {
        (net.activation, net.widths): Mean.of(s.correlation(True) for s in seen)
        for net, seen in found.items()
    }
    widths = sorted({net.widths for net in found})
    yield Claim(
        claim="every width: ReLU and sigmoid correlate with distance more strongly than tanh and "
        "the identity, which are odd functions, by 0.3 at least",
        holds=all(
            means[a, w].value + 0.3 < means[b, w].value
            for a in ONE_SIDED
            for b in ODD
            for w in widths
        ),
    )
    yield Claim(
        claim="with random weights tanh is no more local than a linear network: correlation above "
        "-0.3, every width and seed",
        holds=all(
            s.correlation(False) > -0.3
            for net, seen in found.items()
            if net.activation in ODD
            for s in seen
        ),
    )
    yield Claim(
        claim="with random weights and the sign of the change kept, every activation correlates "
        "with distance, at most -0.9",
        holds=all(s.signed_correlation(False) <= -0.9 for seen in found.values() for s in seen),
    )
    yield Claim(
        claim="every width: sigmoid correlates with distance more strongly than ReLU",
        holds=all(means["sigmoid", w].value < means["relu", w].value for w in widths),
    )
    for activation in ONE_SIDED:
        ends = [max(means[activation, w].values) - min(means[activation, w].values)
                for w in (widths[0], widths[-1])]  # fmt: skip
        yield Claim(
            claim=f"{WORDS[activation]}: seeds differ less at the largest width than at the "
            "smallest",
            holds=ends[1] < ends[0],
            required=False,
        )
    yield Claim(
        claim="largest width: sigmoid networks move other points more than ReLU networks do",
        holds=all(
            one.similarity(True).mean() > other.similarity(True).mean()
            for one, other in zip(
                found[_at(found, "sigmoid", widths[-1])],
                found[_at(found, "relu", widths[-1])],
                strict=True,
            )
        ),
    )


def _at(found: Mapping[Net, Sequence[Seen]], activation: str, widths: tuple[int, ...]) -> Net:
    [net] = [n for n in found if (n.activation, n.widths) == (activation, widths)]
    return net


def _steps(steps: Mapping[str, Sequence[Arrays]]) -> Iterator[Claim]:
    for names, near in ((SMOOTH, 0.03), (("relu",), 0.3)):
        words = ", ".join(WORDS[a] for a in names)
        yield Claim(
            claim=f"float64, {words}: the error of a finite step is proportional to the step "
            f"(slope within {near:g} of 1), both losses, every seed",
            holds=all(
                abs(slope(run["float64"][i]) - 1) < near
                for a in names
                for run in steps[a]
                for i in range(len(LOSSES))
            ),
            required=names == SMOOTH,
        )
    yield Claim(
        claim="the best step in float32 is at least a hundred times less accurate than the best in "
        "float64, every activation",
        holds=all(
            run["float32"].min() > 100 * run["float64"].min()
            for runs in steps.values()
            for run in runs
        ),
    )
