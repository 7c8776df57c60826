"""The claims of `network-bounds-mnist`, each decided by the measured numbers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from stability_experiments.bounds.network_bounds_mnist.outcome import Outcome
from stability_experiments.bounds.network_bounds_mnist.settings import CALM, Setting, Size
from stability_experiments.common.retraining import stands_out
from stability_experiments.framework.result import Claim


def claims(
    size: Size, outcomes: Mapping[Setting, Outcome], real: bool, full: bool
) -> tuple[Claim, ...]:
    """The claims on bounds, then those on placebos.

    `real`: also what has to show on MNIST only, for which the steps were chosen. `full`: also what
    small sizes may lack.
    """
    return (*_on_bounds(size, outcomes, real, full), *_on_placebos(size, outcomes, real))


def _on_bounds(
    size: Size, outcomes: Mapping[Setting, Outcome], real: bool, full: bool
) -> tuple[Claim, ...]:
    found = list(outcomes.values())
    values = [{name: b.value for name, b in one.bounds.items()} for one in found]
    calm = size.sweeps[0]
    lengths, widths, sizes = (
        [outcomes[s] for s in calm.along(axis)] for axis in ("epochs", "width", "m")
    )
    return (
        Claim(
            claim="every measured gap is below every estimate beside it",
            holds=all(one.gap < min(v.values()) for one, v in zip(found, values, strict=True)),
        ),
        Claim(
            claim="elastic estimates are below uniform ones, tail, moment and split, every setting",
            holds=all(
                v[f"elastic {method}"] < v[f"uniform {method}"]
                for v in values
                for method in ("tail", "moment", "split")
            ),
        ),
        Claim(
            claim="some network has a vacuous uniform tail estimate and an elastic one that is not",
            holds=any(
                one.bounds["uniform tail"].vacuous and not one.bounds["elastic tail"].vacuous
                for one in found
            ),
            required=full,
        ),
        Claim(
            claim="calm perceptron: the longer it trains, the larger the uniform estimate",
            holds=_rises([one.bounds["uniform tail"].value for one in lengths]),
        ),
        Claim(
            claim="calm perceptron: U over B is larger after the longest training than after the "
            "shortest",
            holds=lengths[0].spread < lengths[-1].spread,
        ),
        Claim(
            claim="calm perceptron: the widest moves its own class more, against the others, than "
            "the narrowest",
            holds=widths[0].elasticity < widths[-1].elasticity,
            required=real,
        ),
        Claim(
            claim="calm perceptron: the more images, the smaller the elastic tail estimate",
            holds=_rises([-one.bounds["elastic tail"].value for one in sizes]),
            required=False,
        ),
    )


def _on_placebos(size: Size, outcomes: Mapping[Setting, Outcome], real: bool) -> tuple[Claim, ...]:
    unruly = [outcomes[s] for s in size.sweeps[1].along("epochs")]
    last = unruly[-1]
    calm = [one for setting, one in outcomes.items() if setting.pace == CALM]
    first = [outcomes[sweep.at] for sweep in size.sweeps if sweep.at.pace == CALM]
    return (
        Claim(
            claim="calm: no class drowns in the placebo, every setting",
            holds=all(stands_out(one.retraining.signal).drowned == 0 for one in calm),
        ),
        Claim(
            claim="calm: the placebo alone would give less than a tenth of B, at "
            + " and at ".join(str(one.setting) for one in first),
            holds=all(one.placebo_constant < one.summary.B / 10 for one in first),
        ),
        Claim(
            claim="unruly perceptron: after the first epoch no class drowns in the placebo",
            holds=stands_out(unruly[0].retraining.signal).drowned == 0,
        ),
        Claim(
            claim=f"unruly perceptron: after {last.setting.epochs} epochs a quarter of the cells "
            "drown",
            holds=stands_out(last.retraining.signal).share >= 0.25,
        ),
        Claim(
            claim=f"unruly perceptron: after {last.setting.epochs} epochs the placebo alone would "
            "give a third of B, so that chaos passes for sensitivity",
            holds=last.placebo_constant > last.summary.B / 3,
            required=real,
        ),
        Claim(
            claim="unruly perceptron: a push of the size of a deletion does as much as a deletion, "
            "in four of five cells",
            holds=all(stands_out(one.retraining.pushed).share >= 0.8 for one in unruly),
            required=real,
        ),
        Claim(
            claim="calm: images of the deleted class move more than others, every setting",
            holds=all(one.elasticity > 1 for one in calm),
        ),
        Claim(
            claim=f"the {first[0].setting} tells the deleted class more than the {last.setting}",
            holds=first[0].elasticity > last.elasticity,
        ),
    )


def _rises(values: list[float]) -> bool:
    return all(a < b for a, b in pairwise(values))
