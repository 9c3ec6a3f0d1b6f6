"""Plain JSON values: checking, copying and comparing them exactly.

State, edits and changes hold nothing but these, so all of it crosses Temporal, a bridge and the
browser. ``same`` is stricter than ``==``: 1, 1.0 and True are three values in JSON.
"""

import reprlib
from collections.abc import Iterable, Mapping
from enum import Enum
from itertools import chain
from math import isfinite
from typing import Any, Final, TypeGuard

from sfwnb.errors import StateError

Record = dict[str, Any]
"""One entity's fields; relation fields hold ids."""
Table = dict[str, Record]
"""The records of one kind by id, in the order in which they came."""
State = dict[str, Table]
"""``{kind: {id: record}}``; a kind without entities may be left out."""


class Absent(Enum):
    """The type of ``ABSENT``: no such field, which is not the same as a field that is null."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Absent.ABSENT

SCALARS: Final = frozenset({str, int, bool, float, type(None)})
EXACT: Final = frozenset({str, int, bool, type(None)})
_TEXT: Final = frozenset({str})
_JSON: Final = SCALARS | {dict, list}
_DEEPEST: Final = 200
"""Levels of nesting that ``is_json`` follows before it leaves the answer to ``plain``."""


def plain(value: Any, place: str) -> Any:
    """A deep copy of a JSON value; tuples become lists, subclasses of str and int their base.

    Args:
        value: What to copy.
        place: Where it stands, for the message of an error.

    Raises:
        StateError: When something in it is not JSON, or refers to itself.
    """
    try:
        return _copy(value, place)
    except RecursionError:
        raise StateError(f"{place} is nested too deep, or contains itself.") from None


def _copy(value: Any, place: str) -> Any:
    kind = value.__class__
    if kind in EXACT:
        return value
    if kind is dict or isinstance(value, Mapping):
        return {_name(key, place): _copy(item, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_copy(item, f"{place}.{index}") for index, item in enumerate(value)]
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and isfinite(value):
        return float(value)
    raise StateError(
        f"{place} is {shown(value)}, a {kind.__name__}: state holds JSON only"
        " (text, finite numbers, true and false, null, lists, objects)."
    )


def _name(key: Any, place: str) -> str:
    if not isinstance(key, str):
        raise StateError(f"{place} has the key {shown(key)}: keys of JSON objects are text.")
    return str.__str__(key)


def plain_record(record: Mapping[Any, Any], place: str) -> Record:
    """A copy of a record whose values are JSON; quick when all of them are scalars.

    Raises:
        StateError: As of ``plain``.
    """
    if record.__class__ is dict and set(map(type, record)) <= _TEXT:
        types = set(map(type, record.values()))
        if types <= SCALARS and _finite(record.values(), types):
            return dict.copy(record)
    copied: Record = plain(record, place)
    return copied


def is_json(values: Iterable[Any]) -> bool:
    """Whether all values are exactly JSON; decided level by level, in loops that run in C.

    Subclasses, such as members of a StrEnum, are not, and neither is what is nested too deep.
    """
    level = list(values)
    for _ in range(_DEEPEST):
        types = set(map(type, level))
        if not types <= _JSON or not _finite(level, types):
            return False
        objects = [value for value in level if value.__class__ is dict]
        if not _TEXT.issuperset(map(type, chain.from_iterable(objects))):
            return False
        lists = [value for value in level if value.__class__ is list]
        level = [*chain.from_iterable(map(dict.values, objects)), *chain.from_iterable(lists)]
        if not level:
            return True
    return False


def _finite(values: Iterable[Any], types: set[type]) -> bool:
    return float not in types or all(
        isfinite(value) for value in values if value.__class__ is float
    )


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same, types included; the order of keys means nothing.

    Example:
        >>> same(1, True), same({"a": 1, "b": [2]}, {"b": [2], "a": 1})
        (False, True)
    """
    if one is other:
        return True
    kind = one.__class__
    if kind is not other.__class__:
        return False
    if kind is dict:
        return len(one) == len(other) and all(
            key in other and same(value, other[key]) for key, value in one.items()
        )
    if kind is list:
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def is_mapping(value: Any) -> TypeGuard[Mapping[Any, Any]]:
    """Whether a value is a record; a plain dict is recognized without asking the ABC."""
    return value.__class__ is dict or isinstance(value, Mapping)


def shown(value: Any) -> str:
    """A value for a message, cut short."""
    return reprlib.repr(value)
