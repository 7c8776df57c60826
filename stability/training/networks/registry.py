"""Every network that has a name, found by looking into the folder `architectures`.

import-linter sees the arrow to the folder, not those to its files: none of them may import this
module, which tests/test_layers.py checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules
from types import MappingProxyType

from stability.training.networks import architectures as folder
from stability.training.networks.architecture import Architecture


@cache
def architectures() -> Mapping[str, type[Architecture]]:
    """Name of a network to its class, in the order of the names.

    >>> list(architectures())
    ['cnn', 'digit-cnn', 'lenet', 'mlp', 'relu-mlp', 'residual-mlp']
    """
    found: dict[str, type[Architecture]] = {}
    for file in iter_modules(folder.__path__):
        module = import_module(f"{folder.__name__}.{file.name}")
        for item in vars(module).values():
            own = isinstance(item, type) and item.__module__ == module.__name__
            if own and issubclass(item, Architecture) and not isabstract(item):
                found[item.kind] = item
    return MappingProxyType(dict(sorted(found.items())))
