"""The public names of every package, documented from their docstrings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from inspect import getdoc, isclass, isroutine
from typing import Any

from stability_docs.markdown import plain

PACKAGES = (
    "stability",
    "stability.datasets",
    "stability.training",
    "stability.estimate",
    "stability.elasticity",
    "stability.kernels",
    "stability.dynamics",
    "stability.runs",
    "stability.theorems.kinds",
    "stability.testing",
)
"""Packages that list their public names in `__all__`."""
MODULES = ("stability.bounds.randomised", "stability_proofs.testing")
"""Modules that are used by their own names, with the names that they define."""


def api() -> Mapping[str, str]:
    """The pages by name; `index` lists them."""
    names = (*PACKAGES, *MODULES)
    homes = _homes()
    pages = {name: "\n".join(_page(name, homes)) for name in names}
    lines = ["# Python", "", "The public names, by the package that they are imported from.", ""]
    lines += ["```{toctree}", ":maxdepth: 1", "", *names, "```", ""]
    return {"index": "\n".join(lines), **pages}


def public_names(package: str) -> tuple[str, ...]:
    """The names that a page documents."""
    module = import_module(package)
    if package in PACKAGES:
        return tuple(module.__all__)
    own = {n: v for n, v in vars(module).items() if not n.startswith("_")}
    made = (n for n, v in own.items() if (isclass(v) or isroutine(v)) and v.__module__ == package)
    return tuple(sorted(made))


def _homes() -> Mapping[Any, str]:
    """The package under which each documented object stands: the first that has it."""
    homes: dict[Any, str] = {}
    for package in (*PACKAGES, *MODULES):
        module = import_module(package)
        for name in public_names(package):
            member = getattr(module, name)
            if isclass(member) or isroutine(member):
                homes.setdefault(member, package)
    return homes


def _page(package: str, homes: Mapping[Any, str]) -> Iterator[str]:
    module = import_module(package)
    first = (getdoc(module) or "").partition("\n\n")[0]
    yield f"# {package}\n"
    yield f"{plain(first)}\n"
    names = public_names(package)
    for title, wanted in (("Functions", isroutine), ("Classes", isclass)):
        members = [name for name in names if wanted(getattr(module, name))]
        if members:
            yield f"## {title}\n"
        for name in members:
            home = homes[getattr(module, name)]
            if home != package:
                yield f"- `{name}`: documented with [{home}]({home}.md)\n"
            else:
                yield from _entry(f"{package}.{name}", wanted is isclass)


def _entry(name: str, is_class: bool) -> Iterator[str]:
    yield "```{eval-rst}"
    yield f".. {'autoclass' if is_class else 'autofunction'}:: {name}"
    if is_class:
        yield from ("   :members:", "   :undoc-members:")
    yield "```\n"
