"""Estimators of scikit-learn: deletions are plain refits, bit for bit; scaling is refitted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from stability.datasets import load
from stability.errors import DataError, SetupError
from stability.runs.file.read import parse_run_file
from stability.runs.findings import Findings
from stability.runs.run import Settings, run_study

SIZE, DELETED = 60, (0, 7, 31)
CLASSIFIERS = {
    "linear_model.LogisticRegression": "max_iter = 500",
    "svm.LinearSVC": "",
    "svm.SVC": "probability = false",
    "neighbors.KNeighborsClassifier": "n_neighbors = 3",
    "tree.DecisionTreeClassifier": "max_depth = 3",
    "ensemble.RandomForestClassifier": "n_estimators = 5",
    "ensemble.HistGradientBoostingClassifier": "max_iter = 3",
    "naive_bayes.GaussianNB": "",
    "discriminant_analysis.LinearDiscriminantAnalysis": "",
}
REGRESSORS = {
    "linear_model.Ridge": "alpha = 2.0",
    "linear_model.Lasso": "",
    "neighbors.KNeighborsRegressor": "",
    "gaussian_process.GaussianProcessRegressor": "alpha = 1.0",
}


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
        f"[deletion]\nindices = {list(DELETED)}\n"
    )


def measured(text: str, out: Path) -> Findings:
    run = out / "run.toml"
    run.write_text(text)
    found, _ = run_study(parse_run_file(text), out / "out", lambda *_: None, Settings(file=run))
    return found


def plain_changes(model, losses, data: str = "wine"):
    """The changes (deleted, n_test) by a plain loop of refits, and the losses without any."""
    train, test = load(data).split(SIZE, 0)
    x, y = train.inputs, train.labels if train.has_labels else train.targets
    truth = test.labels if test.has_labels else test.targets
    base = losses(model().fit(x, y), test.inputs, truth)
    without = [
        losses(model().fit(np.delete(x, i, 0), np.delete(y, i)), test.inputs, truth)
        for i in DELETED
    ]
    return np.array(without) - base


def log_loss(model, inputs, truth):
    chosen = model.predict_proba(inputs)[np.arange(len(truth)), truth]
    with np.errstate(divide="ignore"):
        return np.minimum(-np.log(chosen), np.log(3))


@pytest.mark.parametrize(
    ("text", "model", "losses", "data"),
    [
        (
            study("sklearn.neighbors.KNeighborsClassifier", "n_neighbors = 3"),
            lambda: KNeighborsClassifier(3),
            log_loss,
            "wine",
        ),
        (
            study("sklearn.ensemble.RandomForestClassifier", "n_estimators = 5", seed=4),
            lambda: RandomForestClassifier(5, random_state=4),
            log_loss,
            "wine",
        ),
        (
            study("sklearn.linear_model.Ridge", "alpha = 2.0", "diabetes", scaling='"standardise"'),
            lambda: make_pipeline(StandardScaler(), Ridge(alpha=2.0)),
            lambda model, x, y: np.minimum((model.predict(x) - y) ** 2, 400.0**2),
            "diabetes",
        ),
        (
            study("sklearn.svm.LinearSVC", "", loss='"zero-one"', scaling='"standardise"'),
            lambda: make_pipeline(StandardScaler(), LinearSVC(random_state=0)),
            lambda model, x, y: (model.predict(x) != y).astype(float),
            "wine",
        ),
    ],
)
def test_deletions_are_plain_refits_bit_for_bit(text, model, losses, data, tmp_path: Path) -> None:
    found = measured(text, tmp_path)
    wanted = SIZE * np.abs(plain_changes(model, losses, data)).mean(axis=1)
    assert found.summary.row_mean.tolist() == wanted.tolist()


@pytest.mark.parametrize("estimator", CLASSIFIERS)
def test_classifiers_of_every_family(estimator, tmp_path: Path) -> None:
    found = measured(study(f"sklearn.{estimator}", CLASSIFIERS[estimator]), tmp_path)
    assert len(found.summary.row_mean) == 3 and found.measured.limit in (np.log(3), 1.0)


@pytest.mark.parametrize("estimator", REGRESSORS)
def test_regressors_of_every_family(estimator, tmp_path: Path) -> None:
    text = study(f"sklearn.{estimator}", REGRESSORS[estimator], "diabetes", loss='"absolute"')
    found = measured(text, tmp_path)
    assert found.measured.limit == 400.0 and found.summary.U > 0.0
    assert len(found.classes.classes) <= 5


def test_scaling_that_is_fitted_again_changes_the_numbers(tmp_path: Path) -> None:
    both = []
    for again in ("true", "false"):
        (tmp_path / again).mkdir()
        text = study(
            "sklearn.neighbors.KNeighborsRegressor",
            data="diabetes",
            scaling='"standardise"',
            refit_scaling=again,
        )
        both.append(measured(text, tmp_path / again).summary.row_mean)
    assert not np.array_equal(*both)


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
