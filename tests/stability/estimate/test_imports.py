"""Ridge, logistic regression and summaries do not need torch."""

import subprocess
import sys

CODE = """
import sys
import stability.estimate, stability.datasets, stability.training
from stability.training import Recipe
early = "torch" in sys.modules
stability.estimate.measure_deletions, stability.training.train_one
print(early, "torch" in sys.modules)
"""


def test_torch_is_imported_when_it_is_asked_for():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
