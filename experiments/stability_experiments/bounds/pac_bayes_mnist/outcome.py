"""What was found at one regularization, as rows and claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stability.bounds.randomised import RandomisedBound
from stability.conventions import Kind
from stability_experiments.bounds.pac_bayes_mnist.reference import SOURCE, TABLE
from stability_experiments.framework.result import Claim, Row

NEAR = 0.02
"""How near a bound has to be to the reference, relatively."""


@dataclass(frozen=True)
class Outcome:
    """Errors and certified errors at one regularization.

    `training`, `test`: errors without noise. `best`: the certificate of the level of noise with the
    smallest certified error, `noisy_test` the test error there. `uniform`: the same from the
    largest distance. `held_out`: what images that were held out say of the weights without noise.
    `fixed_beforehand`: Hoeffding's bound on the gap of a predictor fixed before the data were seen.
    """

    decay: str
    training: float
    test: float
    best: RandomisedBound
    noisy_test: float
    uniform: RandomisedBound
    held_out: float
    fixed_beforehand: float
    offset: float
    size: int
    held_out_size: int


def rows(outcome: Outcome, full: bool) -> Iterator[Row]:
    """The rows of one regularization; beside the reference only on the full data."""
    best, at = outcome.best, f"lambda={outcome.decay}"
    reference = TABLE.get(outcome.decay) if full else None
    labels = ", ".join(best.entropy.labels.words)
    divergence = best.entropy.value * outcome.size

    def row(name: str, computed: float, published: float | None, near: float, note: str) -> Row:
        promised = note.startswith("certified")
        given = reference is not None and published is not None
        return Row(
            name=f"{name}, {at}",
            computed=computed,
            published=published if given else None,
            tolerance=near if given else None,
            source=SOURCE if given else None,
            required=given and promised,
            note=note,
            kind=Kind.UPPER if promised else Kind.ESTIMATE,
        )

    def told(name: str) -> float | None:
        return None if reference is None else float(getattr(reference, name))

    bound, gap = told("bound"), told("gap")
    yield row("training error", outcome.training, told("training"), 0.002, "")
    yield row("test error", outcome.test, told("test"), 0.002, "")
    yield row("level of noise", float(best.noise), told("noise"), 0.0, "of nine fixed beforehand")
    yield row(
        "training error with noise", best.training_risk, told("noisy_training"), 0.002, "enclosed"
    )
    yield row("test error with noise", outcome.noisy_test, told("noisy_test"), 0.002, "")
    yield row(
        "test error with noise, bound",
        best.test_risk,
        bound,
        NEAR * (bound or 0.0),
        f"certified; from m kl <= {divergence:.1f}: {labels}",
    )
    yield row(
        "gap with noise, bound", best.gap, gap, NEAR * (bound or 0.0), "certified, the difference"
    )
    yield row(
        "test error without noise, bound",
        best.risk_without_noise,
        None,
        0.0,
        "certified, at most twice that with noise",
    )
    yield row(
        "test error with noise, bound from the largest distance",
        outcome.uniform.test_risk,
        None,
        0.0,
        f"certified, proved of the pixel box; noise {float(outcome.uniform.noise):g}",
    )
    yield row(
        "test error without noise, bound from images held out",
        outcome.held_out,
        None,
        0.0,
        f"certified, by {outcome.held_out_size} images that were not trained on",
    )
    yield row(
        "gap of a predictor fixed beforehand, bound",
        outcome.fixed_beforehand,
        None,
        0.0,
        "certified, Hoeffding's inequality: what no bound of this kind can be below by much",
    )
    yield row("distance of the solver from the minimiser, at most", outcome.offset, None, 0.0, "")


def claims(outcomes: Sequence[Outcome], full: bool) -> tuple[Claim, ...]:
    """What must show; the size of the smallest certified error only on the full data."""
    certified = [o.best.test_risk for o in outcomes]
    least = min(range(len(outcomes)), key=certified.__getitem__)
    return (
        Claim(
            claim="no test error with noise is above its certified bound",
            holds=all(o.noisy_test <= o.best.test_risk for o in outcomes),
        ),
        Claim(
            claim="some certified test error is below 0.25",
            holds=min(certified) < 0.25,
            required=full,
        ),
        Claim(
            claim="the mean square of the distances certifies a smaller error than the largest "
            "distance, at every lambda",
            holds=all(o.best.test_risk < o.uniform.test_risk for o in outcomes),
        ),
        Claim(
            claim="the smallest certified error is at a lambda in the middle",
            holds=0 < least < len(outcomes) - 1,
            required=full,
        ),
        Claim(
            claim="images that are held out certify a smaller error, at every lambda",
            holds=all(o.held_out < o.best.test_risk for o in outcomes),
            required=full,
        ),
    )
