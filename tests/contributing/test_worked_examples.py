"""The worked examples of CONTRIBUTING.md, followed in a copy of the tree, and the files counted."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from .examples import KEPT, PAGE, ROOT, Change, Example, Insert, Run, Write, examples

EXAMPLES = examples(PAGE.read_text())
WHOLE = [
    one
    for one in EXAMPLES
    if not any(two.steps[: len(one.steps)] == one.steps for two in EXAMPLES if two is not one)
]
"""Those that no other goes on from: its steps are followed first there."""
COUNT = re.compile(r"^\| (?:an? )?([a-z ()]+?) \| (\d+) files?", re.MULTILINE)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tree, without results and caches, in a folder of its own."""
    for name in KEPT:
        ignore = shutil.ignore_patterns("__pycache__", "*.png", "results")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("example", WHOLE, ids=lambda example: example.title)
def test_works_as_the_page_says(example: Example, copy: Path) -> None:
    example.follow(copy)


def test_the_table_counts_the_files() -> None:
    """What a newcomer touches: the numbers in the table are those of the examples."""
    counted = {name: int(count) for name, count in COUNT.findall(PAGE.read_text())}
    touched = {
        example.title.removeprefix("A ").removeprefix("An "): example for example in EXAMPLES
    }
    assert counted.keys() == touched.keys()
    for name, count in counted.items():
        assert len(touched[name].files) == count, (name, sorted(touched[name].files))


PAGE_OF_ONE = """
## Worked examples

### A greeting

In `stability/errors.py`, change `"a"` to `"b"`. Write `stability/hello.py`:

```python
print("hello")
```

In `stability/hello.py`, below `print("hello")`, add:

```python
print("again")
```

```console
$ stability --version
...
0.1
```

## Another part
"""


def test_a_page_is_read_as_steps() -> None:
    [example] = examples(PAGE_OF_ONE)
    assert example.title == "A greeting"
    assert example.steps == (
        Change("stability/errors.py", '"a"', '"b"'),
        Write("stability/hello.py", 'print("hello")\n'),
        Insert("stability/hello.py", "below", 'print("hello")', 'print("again")\n'),
        Run("stability --version", ("0.1",)),
    )
    assert example.files == {"stability/errors.py", "stability/hello.py"}


def test_a_step_that_does_not_fit_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "there.py").write_text("one\ntwo\ntwo\n")
    wrong = [
        Write("there.py", "new"),
        Insert("there.py", "below", "two", "three\n"),
        Change("there.py", "four", "five"),
        Run("stability --version", ("no such version",)),
        Run("stability bounds missing.toml", ()),
    ]
    for step in wrong:
        with pytest.raises(AssertionError):
            step.follow(tmp_path)
    Insert("there.py", "below", "one", "1.5\n").follow(tmp_path)
    Insert("there.py", "above", "one", "0\n").follow(tmp_path)
    assert (tmp_path / "there.py").read_text() == "0\none\n1.5\ntwo\ntwo\n"
