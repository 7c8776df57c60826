"""Levels of a feature graph, and what cannot be: circles, edges that skip a level, nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stability.errors import SetupError, did_you_mean

Parts = Mapping[str, tuple[str, ...]]
"""The name of a feature or class to the names of what it is made of."""


def checked_features(made_of: Parts, thresholds: Mapping[str, int], where: str) -> None:
    """Raise SetupError for features made of nothing or of one thing twice, and for thresholds."""
    if not made_of:
        raise SetupError(
            where=f"{where}.features",
            found="no features",
            allowed="at least one, with the names of what it is made of",
        )
    for name, parts in made_of.items():
        place = f"{where}.features.{name}"
        _checked_parts(parts, place, "the names of primitives, or of features of one level")
        most, threshold = len(parts), thresholds[name]
        whole = isinstance(threshold, int) and not isinstance(threshold, bool)
        if not whole or not 1 <= threshold <= most:
            raise SetupError(
                where=f"{place}.at_least",
                found=threshold,
                allowed=f"a whole number from 1 to {most}, the number of things it is made of",
                remedy="It fires when so many of these fire.",
            )


def level_of_each(made_of: Parts, where: str) -> dict[str, int]:
    """The level of every feature: 2 if it is made of primitives, else one above its parts.

    Raises SetupError for circles and for features made of things of two levels.

    >>> level_of_each({"A": ("1", "2"), "B": ("A",)}, "graph")
    {'A': 2, 'B': 3}
    """
    found: dict[str, int] = {}
    for name in made_of:
        path = [name]
        while path:
            here = path[-1]
            waiting = [p for p in made_of[here] if p in made_of and p not in found]
            if here in found or not waiting:
                found.setdefault(here, _level(here, made_of, found, where))
                path.pop()
            elif waiting[0] in path:
                circle = [*path[path.index(waiting[0]) :], waiting[0]]
                raise SetupError(
                    where=f"{where}.features.{circle[0]}",
                    found=" is made of ".join(circle),
                    allowed="features made of things of lower levels only, never of themselves",
                    remedy="Take one of these edges away.",
                )
            else:
                path.append(waiting[0])
    return found


def checked_classes(classes: Parts, made_of: Parts, numbers: Mapping[str, int], where: str) -> int:
    """The last hidden level, of which all classes are made.

    Raises SetupError for classes made of nothing, of what is no feature or of two levels, and for
    features that no class is made of.
    """
    if not classes:
        raise SetupError(
            where=f"{where}.classes",
            found="no classes",
            allowed="at least one, with the names of the features it is made of",
        )
    top = max(numbers.values())
    for name, parts in classes.items():
        place = f"{where}.classes.{name}"
        _checked_parts(parts, place, f"the names of features of level {top}, the highest")
        for part in parts:
            if part not in made_of:
                raise SetupError(
                    where=place,
                    found=part,
                    allowed="the names of features",
                    remedy=did_you_mean(part, made_of)
                    or "Classes are not made of primitives: put a feature between them.",
                )
            if numbers[part] != top:
                raise SetupError(
                    where=place,
                    found=f"{part}, a feature of level {numbers[part]}",
                    allowed=f"features of level {top}, the highest: no edge skips a level",
                    remedy=f"Put features between {part} and {name}, or take away those above "
                    f"level {numbers[part]}.",
                )
    used = {p for parts in classes.values() for p in parts}
    for name in sorted(made_of, key=lambda one: -numbers[one]):
        if name not in used:
            raise SetupError(
                where=f"{where}.features.{name}",
                found="a feature that no class is made of, directly or through others",
                allowed="features below some class: others would never be trained",
                remedy="Leave it out, or name it in what a class or feature is made of.",
            )
        used.update(made_of[name])
    return top


def _level(name: str, made_of: Parts, found: Mapping[str, int], where: str) -> int:
    levels = {part: found.get(part, 1) for part in made_of[name]}
    lowest, highest = min(levels.values()), max(levels.values())
    if lowest != highest:
        low = next(p for p, n in levels.items() if n == lowest)
        high = next(p for p, n in levels.items() if n == highest)
        kind = "a primitive, so level 1" if lowest == 1 else f"level {lowest}"
        raise SetupError(
            where=f"{where}.features.{name}",
            found=f"{low} ({kind}) beside {high} (level {highest})",
            allowed="things of one level, just below it: no edge skips a level",
            remedy=f"Put a feature between {low} and {name}."
            + (f" {near}" if lowest == 1 and (near := did_you_mean(low, made_of)) else ""),
        )
    return highest + 1


def _checked_parts(parts: Iterable[str], place: str, allowed: str) -> None:
    names = list(parts)
    if not names:
        raise SetupError(
            where=place,
            found="nothing that it is made of",
            allowed=allowed,
            remedy="Without any it could never fire.",
        )
    for name in names:
        if not isinstance(name, str) or not name.strip():
            raise SetupError(where=place, found=name, allowed=allowed)
        if names.count(name) > 1:
            raise SetupError(where=place, found=f"{name} twice", allowed=f"{allowed}, each once")
