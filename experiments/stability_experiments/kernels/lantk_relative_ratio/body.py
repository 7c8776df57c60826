"""The body of `lantk-relative-ratio`: the published pairs of classes, then all 45."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np

from stability.kernels.label_aware.strength_choice import STRENGTHS
from stability_experiments.common.colour_classes import ColourClasses, Part
from stability_experiments.common.relative_ratios import (
    KEPT,
    ODD,
    ODD_ONE,
    PUBLISHED,
    SOURCE,
    STRENGTH,
    TOLERANCE,
    WHERE,
    Floats,
    Pair,
    Values,
    ratios,
)
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import Claim, ExperimentFindings, Row
from stability_experiments.kernels.lantk_relative_ratio.pictures import draw

Found = Mapping[Pair, Mapping[str, Floats]]


@dataclass(frozen=True)
class Size:
    """Images of each class, for training and for testing: of the four pairs, and of all 45."""

    training: int
    test: int
    pool_training: int
    pool_test: int
    whole: bool = False


SIZES = {
    "smoke": Size(training=600, test=200, pool_training=60, pool_test=40),
    "paper": Size(training=5000, test=1000, pool_training=200, pool_test=100, whole=True),
}


def findings(context: Context) -> ExperimentFindings:
    """The ratios of every pair, beside the published ones."""
    size = SIZES[context.preset]
    images = ColourClasses.load(context.data)
    stages = context.stages({"size": size}, images.fingerprints, ("scipy",), one_thread=False)
    found: dict[Pair, Mapping[str, Floats]] = {}
    for done, pair in enumerate(PUBLISHED):
        context.progress("pairs", done, len(PUBLISHED) + 1)
        compute = partial(of_pair, images, pair, size)
        found[pair] = stages.cached("-".join(pair), compute)
    context.progress("all 45 pairs", len(PUBLISHED), len(PUBLISHED) + 1)
    every = stages.cached("every-pair", partial(of_every_pair, images, size))
    return ExperimentFindings(
        rows=(*rows(found, size), *rows_of_all(every)),
        claims=tuple(claims(found, every)),
        figures=draw(context.out, {p: (PUBLISHED[p], f) for p, f in found.items()}, every, KEPT),
        scaled_down=None
        if size.whole
        else f"{size.training:,} training images of each class instead of 5,000",
    )


def of_pair(images: ColourClasses, pair: Pair, size: Size) -> dict[str, Floats]:
    """Ratios of two classes."""
    train, test = (p.centred() for p in images.parts(pair, size.training, size.test))
    return ratios(Values.of(train, test))


def of_every_pair(images: ColourClasses, size: Size) -> dict[str, Floats]:
    """Ratios of all pairs of classes, from one kernel matrix: "NTK" and "LANTK" (45, 2)."""
    classes = images.train.classes
    parts: list[Part] = [
        p.centred() for p in images.parts(classes, size.pool_training, size.pool_test)
    ]
    values = Values.of(*parts)
    found = []
    for pair in combinations(range(len(classes)), 2):
        chosen, test = (np.isin(y, pair) for y in (values.labels, values.test_labels))
        found.append(ratios(values.subset(chosen, test)))
    return {
        "NTK": np.array([f["NTK"] for f in found]),
        "LANTK": np.array([f["LANTK"][KEPT] for f in found]),
    }


def rows(found: Found, size: Size) -> Iterator[Row]:
    """The published ratios first, then the other strengths."""
    fewer = "" if size.whole else f"; {size.training:,} images of each class instead of 5,000"
    odd = f"; {ODD}"
    for pair, arrays in found.items():
        for kernel, values in (("NTK", arrays["NTK"]), ("LANTK", arrays["LANTK"][KEPT])):
            words = f"LANTK (KR-V1, lambda = {STRENGTH:g})" if kernel == "LANTK" else kernel
            for k, where in enumerate(WHERE):
                if np.isfinite(values[k]):
                    yield Row(
                        name=f"relative ratio in %, {'/'.join(pair)}, {where}, {words}",
                        computed=float(values[k]),
                        published=PUBLISHED[pair][kernel][k],
                        tolerance=TOLERANCE,
                        source=SOURCE,
                        required=size.whole and kernel == "NTK",
                        note="pixels in [-1, 1] and a constant 1; pairs of an image with itself "
                        f"count{fewer}{odd if (pair, kernel, k) == ODD_ONE else ''}",
                    )
    for pair, arrays in found.items():
        for strength, values, negative in zip(
            STRENGTHS, arrays["LANTK"], arrays["negative"], strict=True
        ):
            name = f"{'/'.join(pair)}, LANTK (KR-V1, lambda = {strength:g})"
            if strength > STRENGTH:
                yield Row(
                    name=f"images whose value with themselves is not above 0, {name}",
                    computed=float(negative),
                    note="the label part outweighs the kernel, whose values across classes become "
                    "negative: a ratio means nothing there",
                )
            elif strength != STRENGTH:
                yield Row(
                    name=f"relative ratio in %, {name}, {WHERE[0]}", computed=float(values[0])
                )


def rows_of_all(every: Mapping[str, Floats]) -> Iterator[Row]:
    """How much more the ratio is with labels, over all pairs."""
    gain = every["LANTK"] - every["NTK"]
    for k, where in enumerate(WHERE):
        finite = gain[np.isfinite(gain[:, k]), k]
        yield Row(
            name=f"mean gain in relative ratio over all pairs of classes, {where}",
            computed=float(finite.mean()),
            note=f"{len(finite)} pairs, {finite.min():.2f} to {finite.max():.2f} points, "
            f"lambda = {STRENGTH:g}",
        )


def claims(found: Found, every: Mapping[str, Floats]) -> Iterator[Claim]:
    """Orderings that must show."""
    yield Claim(
        claim="the kernel is more alike within classes than across them, all four pairs",
        holds=all((arrays["NTK"] > 50).all() for arrays in found.values()),
    )
    yield Claim(
        claim="the more KR-V1 listens to the labels, the larger the ratio, all four pairs, up to "
        f"lambda = {STRENGTH:g}",
        holds=all(
            (np.diff([arrays["NTK"], *arrays["LANTK"][: KEPT + 1]], axis=0) > 0).all()
            for arrays in found.values()
        ),
    )
    yield Claim(
        claim="KR-V1 raises the ratio of training images on all 45 pairs of classes",
        holds=bool((every["LANTK"][:, 0] > every["NTK"][:, 0]).all()),
    )
    yield Claim(
        claim="KR-V1 raises the ratio of test images on all 45 pairs of classes",
        holds=bool((every["LANTK"][:, 1] > every["NTK"][:, 1]).all()),
        required=False,
    )
    yield Claim(
        claim="frog and deer are told from ship more clearly than from truck, by both kernels",
        holds=all(
            found[animal, "ship"][kernel].flat[at] > found[animal, "truck"][kernel].flat[at]
            for animal in ("frog", "deer")
            for kernel, at in (("NTK", 0), ("LANTK", 2 * KEPT))
        ),
    )
