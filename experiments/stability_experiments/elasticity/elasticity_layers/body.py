"""The body of `elasticity-layers`: every data set, depth and seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.images import digit_images
from stability_experiments.elasticity.elasticity_layers.claims import claims
from stability_experiments.elasticity.elasticity_layers.depths import STEP, Deep, Looked, look
from stability_experiments.elasticity.elasticity_layers.pictures import draw
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import ExperimentFindings, Row

WHEN = {"before": "untrained", "after": "trained"}


@dataclass(frozen=True)
class Size:
    """How much of everything a preset uses."""

    training: int
    test: int
    depths: tuple[int, ...]
    width: int
    epochs: int
    per_class: int
    seeds: int


SIZES = {
    "smoke": Size(
        training=500, test=300, depths=(2, 4, 8), width=64, epochs=40, per_class=8, seeds=3
    ),
    "paper": Size(
        training=5000, test=2000, depths=(2, 4, 8, 16), width=100, epochs=100, per_class=20, seeds=5
    ),
}


def findings(context: Context) -> ExperimentFindings:
    """Every depth and seed, and what shows."""
    size, seed = SIZES[context.preset], context.seed
    train, test, name = digit_images(context.data, size.training, size.test, seed)
    stages = context.stages({"size": size}, (train.fingerprint, test.fingerprint), ("torch",))
    nets = [Deep(name, d, size.width, size.epochs, size.per_class) for d in size.depths]
    found: dict[Deep, list[Looked]] = {}
    total = len(nets) * size.seeds
    for deep in nets:
        for k in range(size.seeds):
            context.progress("networks", sum(map(len, found.values())), total)
            arrays = stages.cached(deep.place(seed + k), partial(look, deep, train, test, seed + k))
            found.setdefault(deep, []).append(Looked(deep, arrays))
    context.progress("networks", total, total)
    return ExperimentFindings(
        rows=tuple(rows(found)),
        claims=claims(found),
        figures=draw(context.out, found),
        scaled_down=f"{name}: {len(train):,} training images, width {size.width}, {size.epochs} "
        "epochs; the published networks were trained longer",
    )


def rows(found: Mapping[Deep, Sequence[Looked]]) -> Iterator[Row]:
    """The law of data separation, then what the parts of the layers tell."""
    for when, words in WHEN.items():
        for deep, seen in found.items():
            accuracy = Mean.of(s.number(f"training accuracy {when}") for s in seen).value
            outside = Mean.of(s.number(f"test accuracy {when}") for s in seen).value
            yield Mean.of(s.number(f"r {when}") for s in seen).row(
                f"r of log fuzziness and layer, {words}, {deep}",
                note=f"training accuracy {accuracy:.3f}, test accuracy {outside:.3f}",
            )
            yield Mean.of(s.number(f"factor {when}") for s in seen).row(
                f"factor of the fuzziness from layer to layer, {words}, {deep}"
            )
    for when, words in WHEN.items():
        for deep, seen in found.items():
            for place, which in ((0, "first"), (-1, "last")):
                yield Mean.of(s.contrast(when)[place] for s in seen).row(
                    f"class contrast of the {which} layer's part, {words}, {deep}",
                    note=f"{100 * Mean.of(s.share(when)[place] for s in seen).value:.0f}% of the "
                    "trace of the kernel",
                )
            yield Mean.of(s.number(f"whole {when}") for s in seen).row(
                f"class contrast of the kernel, {words}, {deep}"
            )
    for deep, seen in found.items():
        yield Mean.of(s.together for s in seen).row(
            f"r over layers of gain in class contrast and fall of log fuzziness, {deep}",
            note="trained against untrained",
        )
    for deep, seen in found.items():
        yield Mean.of(s.number("limit") for s in seen).row(
            f"2/lambda_max at the start, {deep}", note=f"Adam with steps of {STEP:g}"
        )
