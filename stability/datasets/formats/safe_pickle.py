"""Pickles read without running anything: only arrays of numbers and plain values come out.

The standard library's `pickletools` splits the file into instructions; the two dozen of them
that plain values and numpy arrays need are carried out here, every other one is refused. No
name in the file is ever imported or called, not even numpy's own (see `pickled_arrays`), so
there is nothing for a prepared file to reach. This is stricter than `pickle.Unpickler` with a
`find_class` of one's own, which still hashes, allocates and calls what the file says.
"""

from __future__ import annotations

import io
import pickletools
import warnings
from typing import Any

from stability.datasets.formats.pickled_arrays import (
    ROLES,
    Malformed,
    PendingArray,
    PendingType,
    Role,
    build,
    call,
)
from stability.errors import DataError

SIZE_LIMIT = 64 << 20  # bytes of one pickle
INSTRUCTION_LIMIT = 1_000_000
DEPTH_LIMIT = 20

_NUMBERS = {"INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "FLOAT", "BINFLOAT"}
_TEXTS = {"UNICODE", "SHORT_BINUNICODE", "BINUNICODE"}
_BYTES = {"STRING", "BINSTRING", "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES"}
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_EMPTY = {"EMPTY_LIST": list, "EMPTY_DICT": dict, "EMPTY_TUPLE": tuple}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_PUTS = {"PUT", "BINPUT", "LONG_BINPUT"}
_GETS = {"GET", "BINGET", "LONG_BINGET"}
_MARK = object()


def load_plain(content: bytes, where: str) -> Any:
    """The value in a pickle made of dict, list, tuple, str, bytes, numbers, None and arrays.

    The strings of Python 2 become bytes; arrays hold integers or floats and are
    read-only; keys of a dict are str or bytes. `where` names the file.

    Raises DataError with file and byte for everything else: a name that is not part of a numpy
    array (such a pickle may run code; it is named, not run), a truncated or damaged file, bytes
    after the end, more than 64 MiB, a million instructions or 20 levels.

    >>> import pickle
    >>> load_plain(pickle.dumps({"labels": [3, 1]}), "labels.pickle")
    {'labels': [3, 1]}
    >>> load_plain(b"cos\\nsystem\\n(S'echo never'\\ntR.", "bad.pickle")
    Traceback (most recent call last):
    stability.errors.DataError: bad.pickle, byte 0: found the global os.system, which a pickle
    could use to run code (nothing was run); allowed: arrays of numbers and plain values. ...
    """
    if len(content) > SIZE_LIMIT:
        raise _fault(where, SIZE_LIMIT, f"a pickle of {len(content)} bytes", f"{SIZE_LIMIT} bytes")
    machine, position, end = _Machine(), 0, False
    source = io.BytesIO(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # texts with escapes that Python does not know
            for count, (code, argument, start) in enumerate(pickletools.genops(source)):
                position, end = start or 0, code.name == "STOP"
                if count >= INSTRUCTION_LIMIT:
                    raise Malformed("more than a million instructions")
                if not end:
                    machine.step(code.name, argument)
        position = source.tell()
        if position < len(content):
            raise Malformed(f"{len(content) - position} bytes after the end of the pickle")
        return _finished(machine.result(), 0, {})[0]
    except Malformed as fault:
        raise _fault(where, position, str(fault)) from None
    except (ValueError, OverflowError, IndexError, KeyError, TypeError, Warning) as fault:
        reason = str(fault).replace("\n", " ")[:120]
        raise _fault(where, source.tell(), f"a damaged pickle ({reason})") from None


def _fault(where: str, position: int, found: str, allowed: str = "") -> DataError:
    return DataError(
        where=f"{where}, byte {position}",
        found=found,
        allowed=allowed or "arrays of numbers and plain values",
        remedy="Do not use this file elsewhere; get the published file, or its binary form.",
    )


class _Machine:
    """The stack of a pickle, and the instructions that plain values and arrays need."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def result(self) -> Any:
        if len(self.stack) != 1 or self.stack[0] is _MARK:
            raise Malformed(f"{len(self.stack)} values at the end of the pickle, not one")
        return self.stack[0]

    def step(self, name: str, argument: Any) -> None:
        push = self.stack.append
        if name in _NUMBERS or name in _TEXTS:
            push(argument)
        elif name in _BYTES:
            push(argument if isinstance(argument, bytes) else argument.encode("latin-1"))
        elif name in _PUTS:
            self.memo[argument] = self.top()
        elif name == "MEMOIZE":
            self.memo[len(self.memo)] = self.top()
        elif name in _GETS:
            push(self.memo[argument])
        elif name in _CONSTANTS:
            push(_CONSTANTS[name])
        elif name in _EMPTY:
            push(_EMPTY[name]())
        elif name == "MARK":
            push(_MARK)
        elif name in _TUPLES:
            push(tuple(reversed([self.pop() for _ in range(_TUPLES[name])])))
        elif name in ("TUPLE", "LIST"):
            values = self.pop_to_mark()
            push(tuple(values) if name == "TUPLE" else values)
        elif name == "DICT":
            values = self.pop_to_mark()
            push({})
            self.set_items(values)
        elif name in ("APPEND", "APPENDS"):
            self.append([self.pop()] if name == "APPEND" else self.pop_to_mark())
        elif name == "SETITEM":
            value = self.pop()
            self.set_items([self.pop(), value])
        elif name == "SETITEMS":
            self.set_items(self.pop_to_mark())
        elif name == "GLOBAL":
            push(_role(*argument.split(" ", 1)))
        elif name == "STACK_GLOBAL":
            attribute = self.pop()
            push(_role(self.pop(), attribute))
        elif name == "INST":
            raise Malformed(_forbidden(argument.replace(" ", ".")))
        elif name == "REDUCE":
            arguments = self.pop()
            push(call(self.pop(), arguments))
        elif name == "BUILD":
            state = self.pop()
            build(self.top(), state)
        elif name not in ("PROTO", "FRAME"):
            raise Malformed(f"the instruction {name}")

    def top(self) -> Any:
        if not self.stack or self.stack[-1] is _MARK:
            raise Malformed("an instruction without the value it needs")
        return self.stack[-1]

    def pop(self) -> Any:
        value = self.top()
        self.stack.pop()
        return value

    def pop_to_mark(self) -> list[Any]:
        values: list[Any] = []
        while self.stack and self.stack[-1] is not _MARK:
            values.append(self.stack.pop())
        if not self.stack:
            raise Malformed("an instruction without its mark")
        self.stack.pop()
        return values[::-1]

    def append(self, values: list[Any]) -> None:
        target = self.top()
        if type(target) is not list:
            raise Malformed("values appended to something that is not a list")
        target.extend(values)

    def set_items(self, values: list[Any]) -> None:
        target = self.top()
        if type(target) is not dict or len(values) % 2:
            raise Malformed("items set on something that is not a dict")
        for key, value in zip(values[::2], values[1::2], strict=True):
            if type(key) not in (str, bytes):
                raise Malformed("a key that is not a string")
            target[key] = value


def _role(module: Any, attribute: Any) -> Role:
    if type(module) is not str or type(attribute) is not str:
        raise Malformed("a global whose name is not text")
    name = f"{module}.{attribute}"
    if name not in ROLES:
        raise Malformed(_forbidden(name))
    return ROLES[name]


def _forbidden(name: str) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in name[:80])
    return f"the global {shown}, which a pickle could use to run code (nothing was run)"


def _finished(value: Any, depth: int, done: dict[int, tuple[Any, int]]) -> tuple[Any, int]:
    """The value with its arrays in place, and its height; what is shared stays shared."""
    if isinstance(value, (PendingArray, PendingType, Role)):
        if isinstance(value, PendingArray) and value.value is not None:
            return value.value, 0
        raise Malformed("a part of an array that is not itself an array")
    if not isinstance(value, (list, tuple, dict)):
        return value, 0
    if depth < DEPTH_LIMIT and id(value) not in done:
        parts = list(value.values()) if isinstance(value, dict) else value
        finished = [_finished(part, depth + 1, done) for part in parts]
        height = 1 + max((height for _, height in finished), default=0)
        values = [part for part, _ in finished]
        made = dict(zip(value, values, strict=True)) if isinstance(value, dict) else values
        done[id(value)] = (tuple(values) if isinstance(value, tuple) else made, height)
    if depth >= DEPTH_LIMIT or depth + done[id(value)][1] > DEPTH_LIMIT:
        raise Malformed(f"values nested more than {DEPTH_LIMIT} deep")
    return done[id(value)]
