"""The digits are those of scikit-learn, whether or not its file is read directly."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from stability.datasets import load_digits
from stability.datasets.sources import digits


@pytest.mark.parametrize("found", [True, False], ids=["file", "no file"])
def test_the_digits_of_scikit_learn(found: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from sklearn.datasets import load_digits as published

    if not found:
        monkeypatch.setattr(digits, "find_spec", lambda name: None)
    pixels, labels = published(return_X_y=True)
    ours = load_digits()
    np.testing.assert_array_equal(ours.inputs * 16.0, pixels)
    np.testing.assert_array_equal(ours.labels, labels)


def test_scikit_learn_is_not_imported_for_them() -> None:
    code = (
        "import sys; from stability.datasets import load_digits; load_digits()\n"
        "print('sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
