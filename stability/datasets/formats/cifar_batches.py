"""One batch of CIFAR-10, from either published form: 3073-byte records, or a pickled dict."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.datasets.formats.safe_pickle import load_plain
from stability.errors import DataError

PIXELS = 3072  # 1024 red, 1024 green, 1024 blue, each row by row
RECORD = PIXELS + 1

Batch = tuple[NDArray[np.uint8], NDArray[np.int64]]  # pixels (n, 3072) and labels (n,)


def binary_batch(content: bytes, where: str) -> Batch:
    """A binary batch: records of one label byte and 3072 pixel bytes, with nothing between.

    Raises DataError (file and byte) for no records, an incomplete one, a label above 9.
    """
    count, rest = divmod(len(content), RECORD)
    if count == 0 or rest:
        raise DataError(
            where=f"{where}, byte {count * RECORD}",
            found=f"the end of the file after {rest} bytes of a record"
            if content
            else "an empty file",
            allowed=f"whole records of {RECORD} bytes, at least one",
            remedy="The file is truncated; get it again.",
        )
    table = np.frombuffer(content, dtype=np.uint8).reshape(count, RECORD)
    labels = table[:, 0].astype(np.int64)
    bad = np.flatnonzero(labels > 9)
    if bad.size:
        raise _label_fault(f"{where}, byte {bad[0] * RECORD}", labels[bad[0]])
    return table[:, 1:], labels


def pickled_batch(content: bytes, where: str) -> Batch:
    """A Python batch: a pickled dict with `data` (n, 3072) bytes and `labels`, a list of n.

    Read by `load_plain`, which runs nothing. Other keys are passed over. Raises DataError.
    """
    batch = load_plain(content, where)
    pixels, labels = _entry(batch, "data", where), _entry(batch, "labels", where)
    shaped = isinstance(pixels, np.ndarray) and pixels.ndim == 2 and pixels.shape[1] == PIXELS
    if not shaped or pixels.dtype != np.uint8 or len(pixels) == 0:
        kind = f"{pixels.dtype} of shape {pixels.shape}" if isinstance(pixels, np.ndarray) else ""
        raise DataError(
            where=f"{where}, data",
            found=f"an array of {kind}" if kind else f"a value of type {type(pixels).__name__}",
            allowed=f"bytes (uint8) of shape (n, {PIXELS})",
            remedy="This is not a batch of CIFAR-10.",
        )
    if not isinstance(labels, list) or len(labels) != len(pixels):
        number = f"{len(labels)} labels" if isinstance(labels, list) else "no list"
        raise DataError(
            where=f"{where}, labels",
            found=f"{number} for {len(pixels)} images",
            allowed="a list of one label for each image",
            remedy="The file is damaged; get it again.",
        )
    for row, label in enumerate(labels):
        if type(label) is not int or not 0 <= label <= 9:
            raise _label_fault(f"{where}, labels, row {row}", label)
    return pixels, np.array(labels, dtype=np.int64)


def _entry(batch: Any, key: str, where: str) -> Any:
    if isinstance(batch, dict):
        for name in (key.encode(), key):  # Python 2 wrote bytes, Python 3 writes text
            if name in batch:
                return batch[name]
    raise DataError(
        where=where,
        found=f"no entry {key!r}",
        allowed="a dict with the entries data and labels",
        remedy="This is not a batch of CIFAR-10.",
    )


def _label_fault(where: str, label: Any) -> DataError:
    plain = type(label) in (int, float) or isinstance(label, np.integer)
    return DataError(
        where=where,
        found=f"the label {label}" if plain else f"a label of type {type(label).__name__}",
        allowed="whole numbers from 0 to 9",
        remedy="The file is damaged or holds other data.",
    )
