"""The body of `neurashed-stability`: constants and bounds of every case, a certificate, claims."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stability.bounds.analyse import Analysis
from stability.conventions import Kind
from stability.theorems.kinds.constant import Stability
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.dynamics.neurashed_stability.cases import Case, Floats, Seen, deleted
from stability_experiments.dynamics.neurashed_stability.certificate import (
    TOGETHER,
    certified,
    changes,
)
from stability_experiments.dynamics.neurashed_stability.pictures import draw
from stability_experiments.framework.context import Context, Stages
from stability_experiments.framework.result import Claim, ExperimentFindings, Row

Found = Mapping[Case, Sequence[Seen]]
RANGE = math.log(4)
KIN = ("same class", "same superclass", "different superclass")
CERTIFIED = {
    "changes": ("beta_hyp", "hypothesis stability"),
    "diagonal": ("beta_pt", "pointwise hypothesis stability"),
}
"""What is seen of each independent sample: the constant it certifies, and words for it."""
UNIFORM, ELASTIC = "uniform tail", "elastic tail"


@dataclass(frozen=True)
class Size:
    """What a preset looks at: m and passes of the main case, others, seeds, certified samples."""

    m: int
    passes: int
    other_m: tuple[int, ...]
    other_passes: tuple[int, ...]
    seeds: int
    tested: int
    certified_m: int
    certified_samples: int

    @property
    def main(self) -> Case:
        """The case that all others are compared with."""
        return Case(self.m, self.passes)

    @property
    def by_passes(self) -> tuple[Case, ...]:
        """Few to many passes."""
        return tuple(Case(self.m, p) for p in sorted((*self.other_passes, self.passes)))

    @property
    def by_size(self) -> tuple[Case, ...]:
        """Small to large samples."""
        return tuple(Case(m, self.passes) for m in sorted((*self.other_m, self.m)))

    @property
    def forms(self) -> tuple[Case, ...]:
        """Without the hierarchy, and without anything shared."""
        return tuple(Case(self.m, self.passes, form) for form in ("flat", "apart"))


SIZES = {
    "smoke": Size(200, 5, (100,), (1, 10), 3, 500, 200, 10 * TOGETHER),
    "paper": Size(400, 5, (100, 200, 800), (1, 2, 10, 20), 10, 1000, 400, 40 * TOGETHER),
}


@dataclass(frozen=True, eq=False)
class Certificate:
    """Constants certified on independent samples, what follows, and the means that were seen."""

    constant: Stability
    analysis: Analysis
    seen: Mapping[str, Mean]


def findings(context: Context) -> ExperimentFindings:
    """Every case and seed, the certificate, and what shows."""
    size = SIZES[context.preset]
    stages = context.stages({"size": size}, (), ("scipy",))
    cases = tuple(dict.fromkeys((*size.by_passes, *size.by_size, *size.forms)))
    found: dict[Case, list[Seen]] = {case: [] for case in cases}
    done, total = 0, len(cases) * size.seeds
    for case in cases:
        for seed in range(context.seed, context.seed + size.seeds):
            context.progress("deletions", done, total)
            arrays = stages.cached(
                f"{case.key}/{seed}", lambda c=case, s=seed: deleted(c, s, size.tested)
            )
            found[case].append(Seen(case, seed, size.tested, arrays))
            done += 1
    context.progress("deletions", total, total)
    certificate = _certificate(context, stages, size)
    return ExperimentFindings(
        rows=(*_rows(found), *_certified_rows(certificate)),
        claims=tuple(_claims(found, size, certificate)),
        figures=draw(
            context.out, {c: found[c] for c in size.by_passes}, {c: found[c] for c in size.by_size},
            found[size.main], RANGE,
        ),
        scaled_down=None if context.preset == "paper" else "smaller samples, fewer seeds",
    )  # fmt: skip


def _certificate(context: Context, stages: Stages, size: Size) -> Certificate:
    case = Case(size.certified_m, size.passes)
    parts: list[Mapping[str, Floats]] = []
    for first in range(0, size.certified_samples, TOGETHER):
        context.progress("independent samples", first, size.certified_samples)
        parts.append(
            stages.cached(f"samples/{first}", lambda f=first: changes(case, context.seed, f))
        )
    context.progress("independent samples", size.certified_samples, size.certified_samples)
    seen = {key: np.concatenate([part[key] for part in parts]) for key in CERTIFIED}
    return Certificate(*certified(case, seen), {k: Mean.of(v) for k, v in seen.items()})


def _rows(found: Found) -> Iterator[Row]:
    for case, seen in found.items():
        for name, words in (
            ("B", "largest mean of a deleted instance"),
            ("U", "largest change"),
            ("B1", "mean change"),
            ("D", "mean change at the deleted instance"),
        ):
            yield Mean.of(getattr(s.reading.summary, name) for s in seen).row(
                f"{name}, {case}", note=f"{words}, times m; plug-in"
            )
        for k, words in enumerate(KIN):
            yield Mean.of(s.kin[k] for s in seen).row(
                f"mean change, {words}, {case}", note="times m"
            )
        for name in seen[0].bounds:
            yield Mean.of(s.bounds[name] for s in seen).row(
                f"{name} bound, {case}", note=f"plug-in; losses in [0, {RANGE:.4g}]"
            )
        yield Mean.of(s.reading.effects.gap for s in seen).row(f"gap, {case}")
        yield Mean.of(s.agreement for s in seen).row(
            f"rank correlation of elasticity and deletion, class by class, {case}"
        )


def _certified_rows(certificate: Certificate) -> Iterator[Row]:
    constant, m = certificate.constant, certificate.constant.setup.sample.size
    for key, (name, words) in CERTIFIED.items():
        seen = certificate.seen[key]
        yield Row(
            name=f"m times {words}, m = {m}, mean", computed=m * seen.value,
            standard_error=m * (seen.error or 0.0),
            note=f"{len(seen.values):,} independent samples",
        )  # fmt: skip
        yield Row(
            name=f"m times {words}, m = {m}, certified", computed=m * constant.at()[name],
            kind=Kind.UPPER, note=f"both fail with probability at most {float(constant.failure):g}",
        )  # fmt: skip
    for bound in certificate.analysis.bounds:
        if bound.quantity in ("gap", "absolute-gap", "loo-gap"):
            yield Row(
                name=f"{bound.quantity}, {bound.theorem}, m = {m}", computed=bound.value,
                kind=Kind.UPPER,
                note=f"{', '.join(bound.labels.words)}; losses in [0, {RANGE:.4g}]",
            )  # fmt: skip


def _claims(found: Found, size: Size, certificate: Certificate) -> Iterator[Claim]:
    sharing = {case: group for case, group in found.items() if case.form != "apart"}
    everything = [s for group in found.values() for s in group]
    yield Claim(
        claim="a deletion moves the loss in its class most, in its superclass less, elsewhere "
        "least, in the mean over seeds",
        holds=all(
            bool((np.diff(np.mean([s.kin for s in group], axis=0)) < 0).all())
            for group in sharing.values()
        ),
    )
    yield Claim(
        claim="where nothing is shared a deletion moves no loss in another class, exactly",
        holds=all(s.kin[1:].max() == 0 for s in found[size.forms[1]]),
    )
    yield Claim(
        claim="class by class, updates move scores where deletions move losses: rank correlation "
        "above 0.6, in the mean over seeds",
        holds=all(np.mean([s.agreement for s in g]) > 0.6 for g in sharing.values()),
    )
    yield Claim(
        claim=f"after {size.by_passes[-1].epochs} passes the uniform constant is 30 times the "
        "elastic one at least, every seed",
        holds=all(
            s.reading.summary.U > 30 * s.reading.summary.B for s in found[size.by_passes[-1]]
        ),
    )
    means = [np.mean([s.reading.summary.B for s in found[c]]) for c in size.by_passes]
    tops = [np.mean([s.reading.summary.U for s in found[c]]) for c in size.by_passes]
    grown = tops[-1] / tops[0], means[-1] / means[0]
    yield Claim(
        claim="more passes: the uniform constant grows, the elastic one does not",
        holds=bool(grown[0] > 2 and grown[1] < 1.2),
        required=False,
    )
    yield Claim(
        claim="more passes: the uniform constant grows more than twice as much as the elastic one "
        f"({grown[0]:.1f} times and {grown[1]:.2f} times)",
        holds=bool(grown[0] > 2 * grown[1] and grown[0] > 2),
    )
    large = [group for case, group in found.items() if case.m >= size.m and case.epochs >= 5]
    kept = [_says_more(s.bounds[UNIFORM], s.bounds[ELASTIC]) for group in large for s in group]
    words = (
        "the uniform plug-in bound says nothing (above the range of the loss), the elastic one is "
        "below half of it, from 5 passes on and from the m of the main case on"
    )
    yield Claim(
        claim=f"{words}, in the mean over seeds",
        holds=all(
            _says_more(*(np.mean([s.bounds[name] for s in group]) for name in (UNIFORM, ELASTIC)))
            for group in large
        ),
    )
    yield Claim(
        claim=f"{words}, every seed ({sum(kept)} of {len(kept)})", holds=all(kept), required=False
    )
    yield Claim(
        claim="the measured gap is below every plug-in bound",
        holds=all(s.reading.effects.gap < min(s.bounds.values()) for s in everything),
    )
    certain = certificate.constant.at()
    yield Claim(
        claim="the certified constants are at least the means that were seen",
        holds=all(certain[name] >= certificate.seen[k].value for k, (name, _) in CERTIFIED.items()),
    )
    best = certificate.analysis.best("gap")
    yield Claim(
        claim="the bound on the gap that the certified constants give is below the range of the "
        "loss",
        holds=best is not None and best.value < RANGE,
    )


def _says_more(uniform: float, elastic: float) -> bool:
    return bool(uniform > RANGE and elastic < RANGE / 2)
