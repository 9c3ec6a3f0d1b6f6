"""Tells whether a gathered class still means the same, so that an unchanged cell swaps nothing.

Code is compared as syntax without places: comments, blank lines and moved lines change nothing.
Handed-over values are compared by what they are where that is cheap to say, by the text of their
statement if they are classes or activities of a cell, else by ``==``, else by identity.
"""

import ast
import dataclasses
import datetime as dt
import decimal
import enum
import hashlib
import itertools
import pathlib
import uuid
from collections.abc import Iterator
from types import FunctionType

from sfwnb.cells.gathering import Gathering
from sfwnb.cells.marks import own_functions
from sfwnb.cells.pieces import Piece
from sfwnb.cells.sources import Sources
from sfwnb.engine.state import Schema

_PLAIN = (
    bool, int, float, complex, str, bytes, range, type(None), type(Ellipsis),
    decimal.Decimal, dt.date, dt.time, dt.timedelta, dt.tzinfo,
    pathlib.PurePath, uuid.UUID,
)  # fmt: skip
_LARGE = 2_000


class Fingerprints:
    """Makes fingerprints that can be compared with the ones that it made before.

    Args:
        sources: The texts of the cells.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._last_seen: dict[str, tuple[object, int]] = {}
        self._numbers = itertools.count(1)

    def of(self, gathering: Gathering) -> str:
        """Sixteen hexadecimal digits that change if the meaning of the class does."""
        lines = [f"root {gathering.root}"]
        for name, piece in sorted(gathering.pieces.items()):
            lines.append(f"run {name} {_syntax(piece)}")
        for name, each in sorted(gathering.imports.items()):
            what = (each.module, each.attribute, sorted(each.submodules), each.passed_through)
            lines.append(f"import {name} {what}")
        for name, value in sorted(gathering.values.items()):
            lines.append(f"value {name} {self._told(name, value)}")
        for activity in gathering.activities:
            name = getattr(activity, "__qualname__", type(activity).__name__)
            lines += [f"activity {self._told(name, activity)}"]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

    def _told(self, name: str, value: object) -> str:
        try:
            parts = list(itertools.islice(self._parts(name, value), _LARGE))
        except RecursionError:  # a list that holds itself
            parts = []
        return " ".join(parts) if 0 < len(parts) < _LARGE else self._numbered(name, value)

    def _parts(self, name: str, value: object) -> Iterator[str]:
        """What a value is, in words."""
        match value:
            case enum.Enum():
                yield f"{value.name} of"
                yield from self._parts(type(value).__name__, type(value))
            case Schema():  # its == does not compare everything
                yield f"Schema {value.to_json()}"
            case type() | FunctionType():
                yield from self._definition(name, value)
            case _ if type(value) in (tuple, list, set, frozenset, dict):
                yield from self._container(name, value)
            case _ if isinstance(value, _PLAIN):
                yield f"{type(value).__name__} {value!r}"
            case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
                yield from self._parts(type(value).__name__, type(value))
                for each in dataclasses.fields(value):
                    yield each.name
                    yield from self._parts(f"{name}.{each.name}", getattr(value, each.name, None))
            case _:
                yield self._numbered(name, value)

    def _container(self, name: str, value: object) -> Iterator[str]:
        yield f"{type(value).__name__} ("
        match value:
            case dict():
                for place, (key, each) in enumerate(value.items()):
                    yield from self._parts(f"{name}.key{place}", key)
                    yield from self._parts(f"{name}[{key!r}]", each)
            case set() | frozenset() if all(isinstance(each, _PLAIN) for each in value):
                yield from sorted(repr(each) for each in value)
            case set() | frozenset():
                yield self._numbered(name, value)
            case list() | tuple():
                for place, each in enumerate(value):
                    yield from self._parts(f"{name}[{place}]", each)
        yield ")"

    def _definition(self, name: str, value: type | FunctionType) -> Iterator[str]:
        if value.__module__ != "__main__":
            yield f"{value.__module__}.{value.__qualname__}"
            return
        text = self._text(value)
        yield text or self._numbered(name, value)
        if isinstance(value, type):
            for base in value.__bases__:
                yield from self._definition(base.__name__, base)
        elif text:
            for number, default in enumerate(value.__defaults__ or ()):
                yield from self._parts(f"{name}.default{number}", default)

    def _text(self, value: type | FunctionType) -> str | None:
        """The syntax of the statement of a class or function, if it can be found."""
        name = value.__name__
        found = None
        for code in (function.__code__ for function in own_functions(value)):
            here = self._sources.of(code.co_filename).binding(name)
            found = next((each for each in here if each.spans(code.co_firstlineno)), found)
        if found is None and isinstance(value, type):
            found = next(iter(reversed(self._sources.binding(name))), None)
        return ast.dump(found.node) if found is not None else None

    def _numbered(self, name: str, value: object) -> str:
        last, number = self._last_seen.get(name, (None, 0))
        if not number or not _equal(last, value):
            number = next(self._numbers)
        self._last_seen[name] = (value, number)
        return f"{type(value).__qualname__} number {number}"


def _syntax(piece: Piece) -> str:
    return " ".join(ast.dump(statement.node) for statement in piece.statements)


def _equal(one: object, other: object) -> bool:
    if one is other:
        return True
    try:
        return type(one) is type(other) and (one == other) is True
    except Exception:  # noqa: BLE001  # what cannot be compared is not equal
        return False
