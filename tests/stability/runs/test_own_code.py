"""A network in files of one's own: read once, the same everywhere, recorded, compared."""

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from stability.errors import RunError, SetupError
from stability.estimate.retraining.deletion import refuse_rounding
from stability.runs.learners import retraining
from stability.runs.learners.own_network import OwnNetwork, own_network
from stability.runs.learners.own_sources import imported_by
from stability.runs.run import Settings, run_study

FILES = {
    "net.py": """
import dataclasses
import helper
from layers import activation
from layers.deep import *

@dataclasses.dataclass
class Width:
    value: "int"

def build(shape, classes):
    import late
    from torch import nn
    return nn.Sequential(nn.Flatten(), nn.Linear(64, Width(helper.WIDTH).value),
                         activation.chosen(), nn.Linear(helper.WIDTH, classes))
""",
    "helper.py": "import json\nWIDTH = 5\nprint('read')",
    "late.py": "",
    "layers/__init__.py": "",
    "layers/activation.py": "from . import deep\nfrom torch import nn\nchosen = nn.Tanh",
    "layers/deep.py": "import helper",
    "apart.py": "",
}
RUN = """
data = { name = "digits", size = 40 }
network = { kind = "own" }
training = { step_size = 0.2, epochs = 2, batch_size = 10 }
deletion = { count = 5, placebos = 2 }
evaluation = { size = 20 }
"""


@pytest.fixture
def home(tmp_path):
    """A folder with a network and what it imports."""
    folder = tmp_path / "home"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in ("helper", "late", "layers", OwnNetwork.module):
            del sys.modules[name]


def study(tmp_path):
    from stability.runs import read_run_file

    path = tmp_path / "run.toml"
    path.write_text(RUN)
    return read_run_file(path)


def measured(tmp_path, home, out="out", **settings):
    own = own_network(f"{home / 'net.py'}:build")
    return run_study(study(tmp_path), tmp_path / out, lambda *_: None, Settings(**settings), own)


def test_every_local_module_is_found(home):
    own = own_network(f"{home / 'net.py'}:build")
    assert [module.file for module in own.modules] == [
        "helper.py", "late.py", "layers/__init__.py", "layers/activation.py", "layers/deep.py",
    ]  # fmt: skip
    record = own.record()
    assert set(record["imports"]) == {m.file for m in own.modules if m.content}
    assert own.digest == record["sha256"]


def test_the_library_and_installed_packages_are_not_local(tmp_path):
    text = (
        b"import numpy.linalg, torch, os.path\nfrom stability.training import Recipe\nimport none"
    )
    assert imported_by(tmp_path / "net.py", text) == ()


def test_a_text_that_is_no_python_is_told_when_it_is_run(home):
    (home / "helper.py").write_text("def (")
    own = own_network(f"{home / 'net.py'}:build")
    with pytest.raises(SetupError, match=r"net.py: found SyntaxError"):
        own.load()


def test_run_once_and_from_the_bytes_that_were_read(home, capfd):
    own = own_network(f"{home / 'net.py'}:build")
    (home / "helper.py").write_text("WIDTH = 9")
    for _ in range(3):
        assert own.load()((8, 8), 10)[1].out_features == 5
    assert capfd.readouterr().out == "read\n"
    other = own_network(f"{home / 'net.py'}:build")
    assert other.load()((8, 8), 10)[1].out_features == 9
    assert own.load()((8, 8), 10)[1].out_features == 5


def test_a_worker_runs_the_bytes_that_travelled(home, tmp_path):
    own = own_network(f"{home / 'net.py'}:build")
    (tmp_path / "own.pickle").write_bytes(pickle.dumps(own))
    for path in home.rglob("*.py"):
        path.unlink()
    code = (
        "import pickle, sys; own = pickle.loads(open(sys.argv[1], 'rb').read()); "
        "print(own.load()((8, 8), 10)[1].out_features)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "own.pickle")],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert found.stdout.split() == ["read", "5"]


def test_an_import_by_a_name_made_at_run_time_is_refused(home):
    text = "import sys\nsys.path.append(PLACE)\n__import__('apa' + 'rt')\ndef build(s, c): pass"
    (home / "net.py").write_text(text.replace("PLACE", repr(str(home))))
    path = list(sys.path)
    try:
        with pytest.raises(SetupError, match=r"import of apart .*Write: import apart"):
            own_network(f"{home / 'net.py'}:build").load()
    finally:
        sys.path[:] = path
        sys.modules.pop("apart", None)


@pytest.mark.parametrize("name", ["net.py", "helper.py", "layers/activation.py"])
def test_a_file_that_changes_under_a_run_is_refused_by_name(name, home, tmp_path, monkeypatch):
    monkeypatch.setattr(retraining, "CHUNK", 3)
    once = retraining.compare_variants

    def edits(*arguments, **keys):
        (home / name).write_text(FILES[name] + "\n# edited\n")
        return once(*arguments, **keys)

    monkeypatch.setattr(retraining, "compare_variants", edits)
    with pytest.raises(RunError, match=f"{name} changed while the run was at work"):
        measured(tmp_path, home)
    monkeypatch.setattr(retraining, "compare_variants", once)
    with pytest.raises(RunError, match=r"sha256|imports.*" + name.replace("/", ".")):
        measured(tmp_path, home, resume=True)
    (home / name).write_text(FILES[name])
    findings, _ = measured(tmp_path, home, resume=True)
    again, _ = measured(tmp_path, home, out="other")
    assert np.array_equal(findings.summary.row_mean, again.summary.row_mean)


def test_the_summary_names_every_file(home, tmp_path):
    measured(tmp_path, home)
    network = json.loads((tmp_path / "out" / "summary.json").read_text())["run"]["network"]
    assert set(network["imports"]) == {"helper.py", "layers/activation.py", "layers/deep.py"}
    (home / "helper.py").write_text("WIDTH = 6")
    with pytest.raises(RunError, match=r"network.imports.helper.py"):
        measured(tmp_path, home, resume=True)


def test_workers_have_the_same_network(home, tmp_path):
    alone, _ = measured(tmp_path, home)
    many, _ = measured(tmp_path, home, out="many", workers=2)
    assert np.array_equal(alone.summary.row_mean, many.summary.row_mean)


def test_a_difference_that_rounding_does_not_make_is_an_error():
    refuse_rounding(0.1, 2.3, "here")
    with pytest.raises(RunError, match=r"here: found losses that differ by up to 0.364"):
        refuse_rounding(0.364, 2.3, "here")
