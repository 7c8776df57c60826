"""A user's arrays and loaders: scaled, flattened, and refused when they cannot be pinned down."""

import sys
from decimal import Decimal

import numpy as np
import pytest

from stability.datasets import from_arrays, from_loader
from stability.errors import DataError, SetupError

IMAGES = np.arange(2 * 3 * 4 * 5, dtype=np.uint8).reshape(2, 3, 4, 5)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_images_are_flattened_and_scaled(dtype):
    data = from_arrays(IMAGES, [1, 0], largest=255, dtype=dtype, name="mine")
    assert data.inputs.dtype == dtype and data.shape == (3, 4, 5) and data.name == "mine"
    expected = IMAGES.reshape(2, 60).astype(dtype) / np.dtype(dtype).type(255)
    assert np.array_equal(data.inputs, expected)
    assert data.classes == ("0", "1")
    named = from_arrays(IMAGES, [1, 0], largest=255, classes=["a", "b", "c"], shape=(60,))
    assert named.classes == ("a", "b", "c") and named.shape == (60,)


def test_other_containers():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"x": [0.0, 0.5], "y": [1.0, 0.25]})
    assert from_arrays(frame, pandas.Series([0, 1])).inputs.tolist() == [[0.0, 1.0], [0.5, 0.25]]
    exact = from_arrays([[Decimal(1), Decimal(2)]], [0], largest=4)
    assert exact.inputs.tolist() == [[0.25, 0.5]]


def test_the_callers_array_is_not_touched():
    inputs = np.full((2, 3), 0.5)
    data = from_arrays(inputs, [0, 1])
    inputs[:] = 0.75
    assert data.inputs.max() == 0.5


@pytest.mark.parametrize(
    ("inputs", "labels", "words"),
    [
        ([[0.5], [np.nan]], [0, 1], r"arrays.inputs, row 1, column 0: found the value nan"),
        (IMAGES, [0, 1], r"found bytes \(up to 119\) and no word.*largest = 255"),
        ([[0.5], [np.inf]], [0, 1], "row 1, column 0: found the value inf"),
        ([[0.5], [0.5]], [0.0, 0.5], r"row 1: found the label 0.5, which is no whole .*`targets`"),
        ([[0.5], [0.5]], [0.0, np.nan], r"row 1: found the label nan \(1 of 2 labels are missing"),
        ([[0.5], [0.5]], ["a", " "], "row 1: found an empty text"),
        ([[0.5], [0.5]], [[1, 0], [0, 1]], r"one-hot table .*argmax\(labels, axis=1\)"),
        ([[0.5], [0.5]], [[2, 0], [0, 1]], r"labels of shape \(2, 2\).*argmax"),
        ([[0.5], [0.5]], [None, 1], "missing labels in 1 of 2 rows: 0"),
        (
            [[0.5], [0.5]],
            np.array(["a", 1], dtype=object),
            "row 1: found a label of type int after others of type str",
        ),
        ([[0.5], [0.5]], [b"\xff", b"a"], "bytes that are not text"),
        ([[0.5, 0.1, 0.2], [0.5, 0.2, 0.1]], [0, 1, 0], r"an example in each column.*inputs\.T"),
        (np.zeros((2, 8, 8, 3)), [0, 1], r"channels last as it seems.*channels = \"last\""),
        ([[0.5], [0.5]], [0], "1 labels for 2 inputs"),
        ([[0.5], [0.5, 0.5]], [0, 1], "rows of different lengths"),
        ([0.5, 0.5], [0, 1], r"shape \(2,\)"),
        (np.zeros((0, 4)), [], "at least one"),
        ([["a"], ["b"]], [0, 1], "found texts .*real numbers"),
        ([[None], [0.5]], [0, 1], "row 0, column 0: found the value nan"),
        (np.ma.masked_equal([[0.5], [0.25]], 0.25), [0, 1], "missing"),
        ([[0.5], [0.5]], np.ma.masked_equal([0, 1], 1), "missing"),
        ([[0.5], [0.5]], [[0], [0, 1]], "whole numbers"),
    ],
)
def test_refusals(inputs, labels, words):
    with pytest.raises(DataError, match=words):
        from_arrays(inputs, labels)


def test_labels_out_of_range_of_the_named_classes():
    with pytest.raises(DataError, match=r"row 1: found label 2 \(1 of 2.*0 to 1"):
        from_arrays([[0.5], [0.5]], [0, 2], classes=("a", "b"))


@pytest.mark.parametrize("largest", [0, -1, np.nan, np.inf, True, "255"])
def test_largest_must_be_a_number_above_zero(largest):
    with pytest.raises(SetupError, match=r"arrays.largest"):
        from_arrays([[0.5]], [0], largest=largest)


def test_numbers_too_large_for_float32_are_refused_and_do_not_warn():
    with pytest.raises(DataError, match="row 1, column 0: found the value inf"):
        from_arrays([[0.5], [1e300]], [0, 1], dtype="float32")


def test_dtype_must_be_known():
    with pytest.raises(SetupError, match=r"arrays.dtype.*float64, float32"):
        from_arrays([[0.5]], [0], dtype="float16")


# --- loaders ---


class Passes:
    """A loader with a prepared list of batches for each pass."""

    def __init__(self, *passes):
        self.left = list(passes)

    def __iter__(self):
        return iter(self.left.pop(0))


def batches(*labels):
    """Batches of one-pixel inputs, equal to label / 10."""
    return [(np.array([[k / 10] for k in part]), np.array(part)) for part in labels]


def test_a_loader_that_repeats_is_read():
    data = from_loader(Passes(batches([1, 2], [3]), batches([1, 2], [3])), dtype="float32")
    assert [data.classes[k] for k in data.labels] == ["1", "2", "3"]
    assert data.inputs.dtype == np.float32
    assert np.allclose(data.inputs.ravel(), [0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (batches([1, 2], [4, 3]), "loader, example 2: found another one in the second pass"),
        (batches([1, 2], [3]), "example 3"),
        (batches([1, 2], [3, 4, 5]), "example 4"),
        (batches([1, 2]), "only 2 examples in the second pass"),
        (batches([1, 2], [3, 4], [5]), "more than 4 examples in the second pass"),
        (batches([1], [2], [3, 4]), "example 1"),
        ([], "only 0 examples"),
        ([(x.astype(np.float32), y) for x, y in batches([1, 2], [3, 4])], "example 0"),
        ([(x, y.view(np.uint64)) for x, y in batches([1, 2], [3, 4])], "example 0"),
        ([(x, y[::-1]) for x, y in batches([1, 2], [3, 4])], "example 0"),
        ([(x + 1e-16 * (y == 4)[:, None], y) for x, y in batches([1, 2], [3, 4])], "example 3"),
    ],
)
def test_two_passes_that_differ(second, words):
    with pytest.raises(DataError, match=words) as caught:
        from_loader(Passes(batches([1, 2], [3, 4]), second))
    assert "shuffle=False" in str(caught.value)


def test_an_iterator_is_refused():
    with pytest.raises(DataError, match="only 0 examples in the second pass"):
        from_loader(iter(batches([1, 2])))


def test_a_buffer_used_again_is_copied():
    buffer = np.zeros((1, 1))

    class Loader:
        def __iter__(self):
            for k in range(3):
                buffer[:] = k / 10
                yield buffer, np.array([k])

    assert from_loader(Loader()).inputs.ravel().tolist() == [0.0, 0.1, 0.2]


@pytest.mark.parametrize(
    ("loader", "words"),
    [
        ([], "without batches"),
        ([np.zeros((2, 3))], "batch 0: found a ndarray; allowed: a pair"),
        ([{"x": 1, "y": 2}], "found a dict"),
        ([(1, 2, 3)], "found a tuple of 3"),
        ([(np.zeros((2, 3)), np.array([1]))], r"inputs of shape \(2, 3\) and labels of shape \(1,"),
        ([(0.5, 1)], r"shape \(\)"),
        ([([[0.5], [0.5, 0.5]], [0, 1])], "batch 0: found something that is not an array"),
        ([*batches([1]), (np.zeros((1, 2)), np.array([1]))], "do not fit together"),
        ([([["a"]], [0])], "batch 0: found something that is not an array of numbers"),
        ([([[Decimal(1)]], [0])], "type object"),
        ([(np.ma.masked_equal([[0.5]], 0.5), [0])], "batch 0: .*missing"),
        ([([[np.nan]], [0])], "the value nan"),
        ([([[0.5]], [0.5])], "label 0.5"),
    ],
)
def test_bad_loaders(loader, words):
    with pytest.raises(DataError, match=words):
        from_loader(loader)


def torch_parts(n=12):
    torch = pytest.importorskip("torch")
    from torch.utils.data import DataLoader, TensorDataset

    images = torch.arange(n * 4, dtype=torch.uint8).reshape(n, 1, 2, 2)
    return torch, TensorDataset(images, torch.arange(n) % 3), DataLoader


def test_a_torch_loader():
    torch, examples, DataLoader = torch_parts()
    data = from_loader(DataLoader(examples, batch_size=5), largest=255)
    assert data.shape == (1, 2, 2) and len(data) == 12 and data.classes == ("0", "1", "2")
    assert np.array_equal(data.inputs.ravel() * 255, np.arange(48))
    leaf = [(torch.full((2, 3), 0.5, requires_grad=True), torch.tensor([0, 1]))]
    assert from_loader(leaf).inputs.max() == 0.5


def test_a_shuffling_torch_loader_is_refused():
    torch, examples, DataLoader = torch_parts()
    with pytest.raises(DataError, match="another one in the second pass"):
        from_loader(DataLoader(examples, batch_size=5, shuffle=True))
    generator = torch.Generator().manual_seed(0)
    with pytest.raises(DataError, match="another one in the second pass"):
        from_loader(DataLoader(examples, batch_size=5, shuffle=True, generator=generator))


def test_random_augmentation_is_refused():
    torch, _, DataLoader = torch_parts()

    class Noisy(torch.utils.data.Dataset):
        def __len__(self):
            return 4

        def __getitem__(self, k):
            return torch.rand(3), k

    with pytest.raises(DataError, match="example 0"):
        from_loader(DataLoader(Noisy(), batch_size=2))


def test_a_tensor_type_that_numpy_does_not_know():
    torch, _, _ = torch_parts()
    with pytest.raises(DataError, match=r"BFloat16.*Convert with \.float"):
        from_loader([(torch.zeros((1, 2), dtype=torch.bfloat16), torch.tensor([0]))])


def test_torch_is_not_needed(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert len(from_loader(batches([1, 2]))) == 2
