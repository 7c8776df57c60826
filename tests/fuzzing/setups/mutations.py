"""Broken setup and run files: what people, editors and malice do to a file of settings."""

from __future__ import annotations

import random
from collections.abc import Callable

WRONG = (
    "nan", "inf", "-inf", "-1", "0", "-0.0", "1e400", "1e-400", "1e308", "true", "false", '"1"',
    '""', "[]", "{}", "[[1]]", '"\\u0000"', '"\\u001b[31m"', '"\\U0001F600"', "1979-05-27",
    "07:32:00", "0x10", "0b11", "1_000", "999999999999999999999999999999", "1.5", "[1, 2]",
    '{ schedule = "decay" }', '{ schedule = "warmup", c = 1 }', '{ schedule = "decay", c = "1" }',
    "[nan]", "[1, true]", '["a"]', "{ beta = nan }", "{ 'a b' = 1 }", "1e300", "1e301", "1e-301",
    '"nan"', '"uniform\\n"', "0.1e1", "-1e-30", "1e999999999", "[" * 200 + "]" * 200,
)  # fmt: skip
KEYS = (
    "sizes", "Range", "lipshitz", "kind", "steps", "epochs", "range", "size", "values", "notion",
    '"\\u001b[2J"', '"a b"', "'ключ'", '""', "x.y", "m", "__class__", "stepsize", "weight_decay",
)  # fmt: skip
GARBAGE = (
    "\x00", "]", "= 3", "[", "[[sample]]", '"""', "\ufeff", "key", "[sample]\nsize = 3", "#\x7f",
    "size = 5\nsize = 6", "[loss]\n[loss]", "a.b.c = 1", "\u2028", "<html>", "\udcff", "\r",
)  # fmt: skip
SECTIONS = ("[Sample]", "[losses]", "[stability]", "[algorithm]", "[training]", "[data]", "[model]")


def mutated(chance: random.Random, text: str) -> bytes:
    """The file after one to three changes."""
    lines = text.splitlines()
    for _ in range(chance.choice((1, 1, 2, 3))):
        chance.choice(CHANGES)(chance, lines)
    content = "\n".join(lines).encode("utf-8", "surrogateescape")
    if chance.random() < 0.04:
        place = chance.randrange(len(content) + 1)
        content = content[:place] + bytes(chance.randrange(256) for _ in range(5)) + content[place:]
    if chance.random() < 0.02:
        content = content[: chance.randrange(len(content) + 1)]
    if chance.random() < 0.005:
        content += b"# " + b"x" * 1_100_000
    if chance.random() < 0.02:
        content = content.decode("utf-8", "replace").encode(chance.choice(("utf-16", "utf-8-sig")))
    return content


def _keys(lines: list[str]) -> list[int]:
    return [i for i, line in enumerate(lines) if " = " in line]


def _wrong_value(chance: random.Random, lines: list[str]) -> None:
    if places := _keys(lines):
        place = chance.choice(places)
        lines[place] = f"{lines[place].split(' = ')[0]} = {chance.choice(WRONG)}"


def _other_value(chance: random.Random, lines: list[str]) -> None:
    if places := _keys(lines):
        place, other = chance.choice(places), chance.choice(places)
        value = lines[other].split(" = ", 1)[1]
        lines[place] = f"{lines[place].split(' = ')[0]} = {value}"


def _other_key(chance: random.Random, lines: list[str]) -> None:
    if places := _keys(lines):
        place = chance.choice(places)
        lines[place] = f"{chance.choice(KEYS)} = {lines[place].split(' = ', 1)[1]}"


def _more(chance: random.Random, lines: list[str]) -> None:
    place = chance.randrange(len(lines) + 1)
    lines.insert(place, f"{chance.choice(KEYS)} = {chance.choice(WRONG)}")


def _less(chance: random.Random, lines: list[str]) -> None:
    if lines:
        del lines[chance.randrange(len(lines))]


def _twice(chance: random.Random, lines: list[str]) -> None:
    if lines:
        lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))


def _section(chance: random.Random, lines: list[str]) -> None:
    places = [i for i, line in enumerate(lines) if line.startswith("[")]
    if places:
        lines[chance.choice(places)] = chance.choice(SECTIONS)


def _without_section(chance: random.Random, lines: list[str]) -> None:
    places = [i for i, line in enumerate(lines) if line.startswith("[")]
    if places:
        start = chance.choice(places)
        end = next((i for i in places if i > start), len(lines))
        del lines[start:end]


def _garbage(chance: random.Random, lines: list[str]) -> None:
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(GARBAGE))


def _typo(chance: random.Random, lines: list[str]) -> None:
    places = [i for i, line in enumerate(lines) if line]
    if places:
        place = chance.choice(places)
        line = lines[place]
        cut = chance.randrange(len(line))
        new = chance.choice(("", chance.choice("abcxyz_-.=\"'[]{}, 09")))
        lines[place] = line[:cut] + new + line[cut + 1 :]


CHANGES: tuple[Callable[[random.Random, list[str]], None], ...] = (
    *(_wrong_value, _wrong_value, _wrong_value, _other_value, _other_key, _more, _less),
    *(_twice, _section, _without_section, _garbage, _typo),
)
