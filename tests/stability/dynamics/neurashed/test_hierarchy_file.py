"""Hierarchy files: what they describe, the template, and every mistake with its place."""

from __future__ import annotations

import numpy as np
import pytest

from stability.dynamics import FixedRates, ResidualRates, shared_features, tree_population
from stability.dynamics.neurashed.hierarchy_file import (
    HierarchyStudy,
    hierarchy_template,
    parse_hierarchy,
    read_hierarchy,
)
from stability.errors import SetupError

TREE = """
[hierarchy]
kind = "tree"
[hierarchy.classes]
animals = ["tiger", "cat"]
vehicles = ["plane", "ship"]
"""
GRAPH = """
[hierarchy]
kind = "graph"
classes = { "class 1" = ["A", "B", "C"], "class 2" = ["A", "C", "D"] }
[hierarchy.features]
A = ["1", "2", "3"]
B = { of = ["2", "5", "7"], at_least = 2 }
C = ["4", "5", "6"]
D = { of = ["8", "9", "10"], at_least = 2 }
[hierarchy.instances]
"class 1" = ["1 2 7", "2 3 7", "4 5 7", "5 6 7"]
"class 2" = ["2 8 9", "2 9 10", "5 8 9", "5 9 10"]
"""


def test_a_tree_is_the_four_objects():
    study = parse_hierarchy(TREE)
    found, known = study.hierarchy.population, tree_population()
    assert found.graph.names == known.graph.names and np.array_equal(found.rates, known.rates)
    assert study.updates == ResidualRates() and study.training.steps == 4000
    names, groups = study.hierarchy.groups
    assert names == ("same class", "same superclass", "only the root in common")
    assert groups.max() == 2


def test_a_graph_is_the_published_example():
    study = parse_hierarchy(GRAPH + '[updates]\nkind = "fixed-rates"\ndown = 0.98\n')
    found, known = study.hierarchy.population.listed, shared_features()
    assert found.graph.features == known.graph.features
    assert np.array_equal(found.patterns, known.patterns)
    assert np.array_equal(found.labels, known.labels)
    assert study.updates == FixedRates(down=0.98)
    drawn = study.hierarchy.population.sample(50, [0, 1])
    both, one = drawn, study.hierarchy.population.sample(50, [1])
    assert np.array_equal(both.patterns[1], one.patterns[0])
    rows = {tuple(p) for p in known.patterns.tolist()}
    assert {tuple(p) for p in drawn.patterns[0].tolist()} <= rows
    assert study.hierarchy.groups[1].tolist() == [[0, 1], [1, 0]]


def test_deep_trees_and_lists():
    deep = 'hierarchy = { kind = "tree", classes = { a = { b = ["x", "y"] }, c = ["z"] } }'
    names, groups = parse_hierarchy(deep).hierarchy.groups
    assert len(names) == groups.max() + 1 == 4
    plain = parse_hierarchy('hierarchy = { kind = "tree", classes = ["x", "y"] }')
    assert plain.hierarchy.groups[0] == ("same class", "only the root in common")


@pytest.mark.parametrize("kind", ["tree", "graph"])
def test_the_template_is_a_file_and_says_every_key(kind, tmp_path):
    path = tmp_path / "hierarchy.toml"
    path.write_text(hierarchy_template(kind))
    study = read_hierarchy(path)
    assert study.hierarchy.kind == kind and study == HierarchyStudy(hierarchy=study.hierarchy)
    text = path.read_text()
    for key in ("form", "rates", "elsewhere", "features", "instances", "up", "down", "exposure",
                "scope", "epochs", "seeds", "deletions", "delta"):  # fmt: skip
        assert f"{key} = " in text, key


MISTAKES = {
    "nothing": ("", "[hierarchy]"),
    "no kind": ("[hierarchy]\n", "hierarchy.kind"),
    "misspelt kind": ('[hierarchy]\nkind = "tre"\n', "Did you mean 'tree'?"),
    "misspelt section": (TREE + "[trainig]\n", "Did you mean [training]?"),
    "misspelt key": (TREE + "[training]\nepoch = 3\n", "Did you mean epochs?"),
    "superclass of nothing": (TREE + "toys = []\n", "hierarchy.classes.toys"),
    "a name twice": (TREE + 'toys = ["cat"]\n', "the name cat twice"),
    "not a tree": ('hierarchy = { kind = "tree", classes = 3 }', "hierarchy.classes"),
    "rate": (TREE.replace("[hierarchy.c", "rates = [2.0]\n[hierarchy.c"), "hierarchy.rates[0]"),
    "rule": (TREE + '[updates]\nkind = "fixed-rates"\nup = 1.0\n', "updates.up"),
    "negative start": (TREE + "[training]\nstart = -1.0\n", "training.start"),
    "batch": (TREE + "[training]\nsize = 4\nbatch_size = 5\n", "training.batch_size"),
    "delta": (TREE + "[measurement]\ndelta = 1.0\n", "measurement.delta"),
    "circle": (GRAPH.replace('A = ["1", "2", "3"]', 'A = ["A"]'), "A is made of A"),
    "skips a level": (GRAPH.replace('A = ["1"', 'A = ["C"'), "no edge skips a level"),
    "class without features": (
        GRAPH.replace('"class 2" = ["A", "C", "D"]', '"class 2" = []'),
        "hierarchy.classes.class 2",
    ),
    "one class": (
        GRAPH.replace(', "class 2" = ["A", "C", "D"]', "").split("D = {")[0]
        + '[hierarchy.instances]\n"class 1" = ["1"]\n',
        "one class",
    ),
    "unknown primitive": (GRAPH.replace('["1 2 7"', '["1 2 x"'), "hierarchy.instances.class 1"),
    "feature as primitive": (GRAPH.replace('["1 2 7"', '["A 2 7"'), "It is a feature"),
    "class that never fires": (
        GRAPH.replace('["2 8 9"', '["7"').split(', "2 9 10"')[0] + "]\n",
        "hierarchy.instances.class 2",
    ),
    "name of a feature": (TREE + 'toys = ["cat a"]\n', "so cat a needs another name"),
    "name of a primitive": (TREE + 'toys = ["all b3"]\n', "so all b3 needs another name"),
    "primitive with a blank": (
        GRAPH.replace('["1", "2", "3"]', '["1", "2", "long hair"]'),
        "say long-hair",
    ),
    "too much": (TREE + "[training]\nsize = 100000\nepochs = 1000\n", "100,000,000"),
    "threshold": (GRAPH.replace("at_least = 2", "at_least = 4"), "hierarchy.features.B.at_least"),
    "unknown word": (GRAPH.replace("at_least = 2", "atleast = 2"), "hierarchy.features.B.atleast"),
    "not a list": (GRAPH.replace('A = ["1", "2", "3"]', 'A = "1"'), "hierarchy.features.A"),
    "not texts": (GRAPH.replace('A = ["1", "2", "3"]', "A = [1]"), "texts in quotes"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_refused_with_its_place(name):
    text, word = MISTAKES[name]
    with pytest.raises(SetupError) as refused:
        parse_hierarchy(text, "mine.toml")
    message = str(refused.value)
    assert message.startswith("mine.toml: ") and word in message and "allowed: " in message
