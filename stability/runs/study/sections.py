"""The sections of a run file: frozen data whose fields say what they may hold."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from stability.conventions import Convention
from stability.errors import SetupError
from stability.setup.fields import (
    POSITIVE,
    UNIT_OPEN,
    Number,
    at_least,
    check_fields,
    list_of,
    one_of,
    quantity,
)
from stability.training.settings import SEED


@dataclass(frozen=True, kw_only=True)
class DeletionSection:
    """What is deleted, and what deletion means. Without count, indices, rows: every one in turn.

    Networks also get two placebos: trainings that start from changed weights and delete nothing.
    One changes them as rounding does: what a deletion does beyond it is not arithmetic. The other
    as far as a deletion pushes them in an epoch: what a deletion does beyond it is due to the
    example. Estimators with a random_state get one: fits to everything with another random_state.
    """

    convention: str | None = quantity(
        one_of(*map(str, Convention)),
        "what deletion means; networks: null-step if not given, models: keep-1/m",
        default=None,
        example='"retrain"',
    )
    count: int | None = quantity(
        at_least(1),
        "how many examples, drawn at random, are deleted in turn",
        default=None,
        example="50",
    )
    indices: tuple[int, ...] | None = quantity(
        list_of(at_least(0), "a list of whole numbers of at least 0"),
        "the examples to delete, by their positions in the training examples, in place of count",
        default=None,
        example="[0, 7, 42]",
    )
    rows: tuple[int, ...] | None = quantity(
        list_of(at_least(0), "a list of whole numbers of at least 0"),
        "the examples to delete, by their rows in the file or published part, in place of count",
        default=None,
        example="[12, 345]",
    )
    seed: int = quantity(
        SEED,
        "the seed that chooses them",
        default=0,
        example="0",
        shown=True,
    )
    placebos: int = quantity(
        at_least(0),
        "trainings of each placebo: of networks, functions and estimators with a random_state",
        default=10,
        example="10",
    )

    def __post_init__(self) -> None:
        check_fields(self, "deletion")
        ways = [k for k in ("count", "indices", "rows") if getattr(self, k) is not None]
        if len(ways) > 1:
            raise SetupError(
                where=f"deletion.{ways[0]}",
                found=f"both {' and '.join(ways)}",
                allowed="one of count, indices and rows, or none: then every example is deleted",
            )
        for key, what in (("indices", "position"), ("rows", "row")):
            chosen = getattr(self, key)
            if chosen is not None and len(set(chosen)) < len(chosen):
                raise SetupError(
                    where=f"deletion.{key}",
                    found=f"a {what} given twice",
                    allowed=f"{what}s of training examples, each given once",
                )


@dataclass(frozen=True, kw_only=True)
class EvaluationSection:
    """Where losses are looked at."""

    size: int | None = quantity(
        at_least(2),
        "the number of test examples; all there are if not given",
        default=None,
        example="500",
        shown=True,
    )

    def __post_init__(self) -> None:
        check_fields(self, "evaluation")


@dataclass(frozen=True, kw_only=True)
class ElasticitySection:
    """Among which points `stability elasticity` looks; `estimate` does not read it."""

    examples: int = quantity(
        at_least(4),
        "for `stability elasticity`: the number of test examples among which it is looked at",
        default=200,
        example="200",
        shown=True,
    )
    seed: int = quantity(
        SEED,
        "the seed that chooses them and starts the clustering",
        default=0,
        example="0",
    )

    def __post_init__(self) -> None:
        check_fields(self, "elasticity")


@dataclass(frozen=True, kw_only=True)
class BoundSection:
    """What the bounds are computed for."""

    delta: Number = quantity(
        UNIT_OPEN,
        "the failure probability of each bound",
        default=Fraction(1, 20),
        example="0.05",
        shown=True,
    )
    range: Number | None = quantity(
        POSITIVE,
        "losses are cut to [0, range]; log(classes) for cross-entropy, 1 for squares if not given",
        default=None,
        example="1.0",
    )

    def __post_init__(self) -> None:
        check_fields(self, "bound")
