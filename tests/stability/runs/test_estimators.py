"""Estimators of scikit-learn: deletions are plain refits, bit for bit; scaling is refitted."""

from __future__ import annotations

import tomllib
import warnings
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils.metaestimators import available_if

from stability import measure
from stability.datasets import load
from stability.errors import DataError, SetupError
from stability.runs.file.read import parse_run_file
from stability.runs.findings import Findings
from stability.runs.run import Settings, run_study
from stability.runs.tasks.threads import on_one_thread

SIZE, DELETED = 60, (0, 7, 31)
FAMILIES = {
    "linear_model.LogisticRegression": "max_iter = 500",
    "svm.LinearSVC": "dual = true",
    "svm.SVC": "C = 0.5",
    "neighbors.KNeighborsClassifier": "n_neighbors = 3",
    "tree.DecisionTreeClassifier": "max_depth = 1",
    "ensemble.RandomForestClassifier": "n_estimators = 5",
    "ensemble.GradientBoostingClassifier": "n_estimators = 4",
    "ensemble.HistGradientBoostingClassifier": "max_iter = 3",
    "naive_bayes.GaussianNB": "var_smoothing = 1e-6",
    "discriminant_analysis.LinearDiscriminantAnalysis": "n_components = 1",
    "neural_network.MLPClassifier": "hidden_layer_sizes = [4], max_iter = 30",
    "linear_model.LinearRegression": "fit_intercept = true",
    "linear_model.Ridge": "alpha = 2.0",
    "linear_model.ElasticNet": "alpha = 0.1, l1_ratio = 0.5",
    "neighbors.KNeighborsRegressor": "n_neighbors = 4",
    "gaussian_process.GaussianProcessRegressor": "alpha = 3000.0",
}
"""Estimators of scikit-learn and their parameters, as a run file gives them."""
SCALED = {
    "neural_network.MLPClassifier": "min-max",
    "neighbors.KNeighborsRegressor": "standardise",
    "linear_model.ElasticNet": "min-max",
    "gaussian_process.GaussianProcessRegressor": "min-max",
}
"""Those that are measured behind a scaling."""
SCALERS = {"standardise": StandardScaler, "min-max": MinMaxScaler}


@pytest.fixture(autouse=True)
def without_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages take most of the time of so small a study, and are tested elsewhere."""
    monkeypatch.setattr("stability.runs.run.write_page", lambda *_: None)


def study(estimator: str, parameters: str = "", data: str = "wine", **model) -> str:
    said = "".join(f"{key} = {value}\n" for key, value in model.items())
    scaled = "target_range = [0, 400]\n" if data == "diabetes" else ""
    return (
        f'[data]\nname = "{data}"\nsize = {SIZE}\n{scaled}[model]\nkind = "sklearn"\n'
        f'estimator = "{estimator}"\nparameters = {{ {parameters} }}\n{said}'
        f"[deletion]\nindices = {list(DELETED)}\nplacebos = 1\n"
    )


def measured(text: str, out: Path) -> Findings:
    run = out / "run.toml"
    run.write_text(text)
    found, _ = run_study(parse_run_file(text), out / "out", lambda *_: None, Settings(file=run))
    return found


def plain_changes(model, losses, data: str = "wine"):
    """The changes (deleted, n_test) by a plain loop of refits."""
    train, test = load(data).split(SIZE, 0)
    x, y = train.inputs, train.labels if train.has_labels else train.targets
    truth = test.labels if test.has_labels else test.targets
    with on_one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fits that are cut short
        base = losses(model().fit(x, y), test.inputs, truth)
        without = [
            losses(model().fit(np.delete(x, i, 0), np.delete(y, i)), test.inputs, truth)
            for i in DELETED
        ]
    return np.array(without) - base


def stored_changes(out: Path):
    """The changes (deleted, n_test) that a run keeps."""
    shards = sorted((out / "out" / "deletions").glob("shard-*.parquet"))
    tables = pd.concat([pd.read_parquet(shard) for shard in shards]).sort_values("position")
    return np.stack(tables["changes"].to_list())[: len(DELETED)]


def usual_losses(model, inputs, truth):
    """The loss that is measured if nothing is said, cut where it is cut."""
    if not is_classifier(model):
        return np.minimum((model.predict(inputs) - truth) ** 2, 400.0**2)
    if hasattr(model, "predict_proba"):
        return log_loss(model, inputs, truth)
    return (model.predict(inputs) != truth).astype(float)


def plain_model(name: str, scaling: str = "none"):
    """What makes an estimator of this name as its parameters in FAMILIES say."""
    module, _, kind = name.rpartition(".")
    made = getattr(import_module(f"sklearn.{module}"), kind)
    parameters = tomllib.loads(f"all = {{ {FAMILIES[name]} }}")["all"]
    parameters |= {"random_state": 0} if "random_state" in made().get_params() else {}
    steps = [] if scaling == "none" else [SCALERS[scaling]()]
    return lambda: make_pipeline(*map(clone, steps), made(**parameters))


def log_loss(model, inputs, truth):
    chosen = model.predict_proba(inputs)[np.arange(len(truth)), truth]
    with np.errstate(divide="ignore"):
        return np.minimum(-np.log(chosen), np.log(3))


@pytest.mark.parametrize("name", FAMILIES)
def test_deletions_are_plain_refits_bit_for_bit(name, tmp_path: Path) -> None:
    """By a run file and by `measure`, with the scaling fitted again without each example."""
    scaling = SCALED.get(name, "none")
    model = plain_model(name, scaling)
    data = "wine" if is_classifier(model()) else "diabetes"
    wanted = plain_changes(model, usual_losses, data)
    said = f'"{scaling}"'
    found = measured(study(f"sklearn.{name}", FAMILIES[name], data, scaling=said), tmp_path)
    assert wanted.any() and np.array_equal(stored_changes(tmp_path), wanted)
    assert found.measured.limit in (np.log(3), 1.0, 400.0**2)
    assert found.summary.row_mean.tolist() == (SIZE * np.abs(wanted).mean(axis=1)).tolist()
    train, test = load(data).split(SIZE, 0)
    ends = None if train.has_labels else (0, 400)
    given = measure(model(), train, test=test, deletions=DELETED, target_range=ends, progress=False)
    assert given.findings.constants == found.constants


@pytest.mark.parametrize("name", SCALED)
def test_scaling_that_is_fitted_again_changes_the_numbers(name, tmp_path: Path) -> None:
    """Fitted once to all examples it is another training: the plain loop behind fixed inputs."""
    model, bare = plain_model(name, SCALED[name]), plain_model(name)
    data = "wine" if is_classifier(model()) else "diabetes"
    text = study(
        f"sklearn.{name}", FAMILIES[name], data, scaling=f'"{SCALED[name]}"', refit_scaling="false"
    )
    fixed = measured(text, tmp_path)
    scaler = SCALERS[SCALED[name]]().fit(load(data).split(SIZE, 0)[0].inputs)
    once = plain_changes(lambda: Fixed(scaler, bare()), usual_losses, data)
    again = plain_changes(model, usual_losses, data)
    assert np.array_equal(stored_changes(tmp_path), once)
    assert not np.array_equal(once, again)
    assert "no deletion changes it" in fixed.study.learner.objective


class Fixed(BaseEstimator):
    """An estimator behind a scaler that is fitted beforehand."""

    def __init__(self, scaler, model) -> None:
        self.scaler, self.model = scaler, model

    def __sklearn_tags__(self):
        return self.model.__sklearn_tags__()

    def fit(self, x, y):
        self.model.fit(self.scaler.transform(x), y)
        return self

    def predict(self, x):
        return self.model.predict(self.scaler.transform(x))

    @available_if(lambda self: hasattr(self.model, "predict_proba"))
    def predict_proba(self, x):
        return self.model.predict_proba(self.scaler.transform(x))


def test_own_estimator_and_own_loss(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import numpy as np\nfrom sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler\n"
        "from sklearn.linear_model import Ridge\n"
        "def make():\n    return make_pipeline(StandardScaler(), Ridge(alpha=2.0))\n"
        "def loss(model, inputs, truth):\n"
        "    return np.minimum(np.abs(model.predict(inputs) - truth), 50)\n"
    )
    text = study("mine.py:make", data="diabetes", loss='"mine.py:loss"')
    found = measured(text + "[bound]\nrange = 50\n", tmp_path)
    wanted = plain_changes(
        lambda: make_pipeline(StandardScaler(), Ridge(alpha=2.0)),
        lambda model, x, y: np.minimum(np.abs(model.predict(x) - y), 50),
        "diabetes",
    )
    assert found.summary.row_mean.tolist() == (SIZE * np.abs(wanted).mean(axis=1)).tolist()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (study("sklearn.linear_model.LogisticRegresion"), "Did you mean 'LogisticRegression'"),
        (study("os.path.join"), "allowed: the name of an estimator"),
        (study("sklearn.linear_model.Ridge", "alfa = 1.0", "diabetes"), "Did you mean 'alpha'"),
        (study("sklearn.linear_model.Ridge"), "for classes; allowed: a classifier"),
        (study("sklearn.linear_model.LogisticRegression", "", "diabetes"), "allowed: a regressor"),
        (study("sklearn.svm.LinearSVC", "", loss='"log-loss"'), "without predict_proba"),
        (study("sklearn.svm.LinearSVC", "", loss='"hinge"'), "bound.range"),
        (study("sklearn.svm.LinearSVC", "", loss='"lost"'), "model.loss: found 'lost'"),
        (study("sklearn.svm.LinearSVC", "", loss='"mae"'), "Did you mean 'absolute'"),
        (study("sklearn.linear_model.LogisticRegression", "C = -1.0"), "fails"),
        (study("sklearn.ensemble.VotingClassifier"), "cannot be made without arguments"),
        (study("sklearn.preprocessing.StandardScaler"), "with the methods fit, predict"),
    ],
)
def test_what_cannot_be_fitted_is_refused(text, said, tmp_path: Path) -> None:
    with pytest.raises((SetupError, DataError)) as caught:
        measured(text, tmp_path)
    assert said in str(caught.value)


def test_real_targets_are_refused_by_models_of_classes(tmp_path: Path) -> None:
    text = f'[data]\nname = "diabetes"\nsize = {SIZE}\n[model]\nkind = "logistic"\n'
    with pytest.raises(DataError, match="real targets and no labels"):
        measured(text + "regularization = 0.1\n", tmp_path)
