"""The summary of measured changes, against tables worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stability.errors import DataError
from stability.estimate import DeletionBlock, SummaryAccumulator, summarise

# two deleted examples, two test points; m = 10
ROWS = np.array([[0.1, -0.3], [0.2, 0.2]])
DIAGONAL = np.array([0.05, -0.9])
TRAINING = np.array([0.6, 0.3])  # without the deleted example: the diagonal counts anyway


def test_by_hand():
    accumulator = SummaryAccumulator(sample_size=10)
    accumulator.add(ROWS, DIAGONAL, TRAINING)
    summary = accumulator.finish()
    assert summary.row_mean.tolist() == pytest.approx([2.0, 2.0])
    assert summary.row_variance.tolist() == pytest.approx([1.0, 0.0])
    assert summary.row_maximum.tolist() == pytest.approx([6.0, 9.0])
    assert summary.diagonal.tolist() == pytest.approx([0.5, 9.0])
    assert (summary.sample_size, summary.test_size) == (10, 2)
    values = (summary.B, summary.U, summary.B1, summary.D)
    assert values == pytest.approx((2.0, 9.0, 2.0, 4.75))


def test_the_diagonal_counts_without_training_maxima():
    accumulator = SummaryAccumulator(sample_size=10)
    accumulator.add(ROWS, DIAGONAL)
    assert accumulator.finish().row_maximum.tolist() == pytest.approx([3.0, 9.0])


def test_the_largest_mean_and_the_largest_entry_may_sit_in_different_rows():
    accumulator = SummaryAccumulator(sample_size=1)
    accumulator.add([[0.0, 0.8], [0.5, 0.5]], [0.1, 0.2])
    summary = accumulator.finish()
    assert pytest.approx((0.5, 0.8)) == (summary.B, summary.U)
    assert pytest.approx(0.45) == summary.B1


@settings(deadline=None, derandomize=True)
@given(
    rows=st.integers(1, 9), columns=st.integers(1, 6), cut=st.integers(0, 9),
    m=st.integers(1, 1000), seed=st.integers(0, 999),
)  # fmt: skip
def test_laws(rows, columns, cut, m, seed):
    """Blocks do not matter, signs do not matter, and the order B1 <= B <= U, D <= U holds."""
    rng = np.random.default_rng(seed)
    table, own = rng.normal(size=(rows, columns)), rng.normal(size=rows)
    extra = np.abs(own) + rng.uniform(size=rows)

    def block(part, sign=1.0):
        return DeletionBlock(
            np.arange(rows)[part], sign * table[part], sign * own[part], extra[part]
        )

    whole = summarise([block(slice(None))], m)
    pieces = [block(slice(0, cut), -1.0), block(slice(cut, None), -1.0)]
    parts = summarise([piece for piece in pieces if len(piece.indices)], m)
    for name in ("row_mean", "row_variance", "row_maximum", "diagonal"):
        assert np.allclose(getattr(whole, name), getattr(parts, name), rtol=1e-14, atol=0)
    slack = 1 + 1e-12
    assert whole.B * slack >= whole.B1 and whole.U * slack >= whole.B
    assert whole.U * slack >= whole.D
    limit = whole.row_mean * (whole.row_maximum - whole.row_mean)
    assert (whole.row_variance <= limit + 1e-9 * m * m).all()


@pytest.mark.parametrize(
    "arguments",
    [
        ([0.1, 0.2], [0.1]),
        ([[0.1, 0.2]], [0.1, 0.2]),
        ([[0.1, 0.2]], [0.1], [0.1, 0.2]),
        ([[]], [0.1]),
        ([[0.1, np.nan]], [0.1]),
        ([[0.1, 0.2]], [np.inf]),
    ],
)
def test_refusals(arguments):
    with pytest.raises(DataError, match=r"summary.add"):
        SummaryAccumulator(5).add(*arguments)


def test_blocks_of_different_width_and_empty_summaries_are_refused():
    accumulator = SummaryAccumulator(5)
    with pytest.raises(DataError, match="at least one deleted"):
        accumulator.finish()
    accumulator.add([[0.1, 0.2]], [0.1])
    with pytest.raises(DataError, match="same n_test"):
        accumulator.add([[0.1]], [0.1])
