"""Field paths: ``"address.city"``, ``"tags.0"`` or ``["names", "a.b"]``, and writing at one.

A text is cut at its dots, a backslash keeps the character after it. A segment finds its place in
what it meets: the name of a field in an object, an index in a list (negative from the end).
Records are never changed: every container on the way is copied.
"""

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from sfwnb.engine.state.plain import ABSENT, Record, shown
from sfwnb.errors import StateError

_PIECE = re.compile(r"\\.|\.|[^.\\]+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
Path: TypeAlias = str | tuple[str | int, ...]
"""A field path as an edit carries it."""
Segments: TypeAlias = tuple[Any, ...]
"""A path cut up: a name, then names and indexes."""


def split(path: Any) -> Segments:
    r"""The segments of a path.

    Raises:
        StateError: When it is neither text nor a non-empty sequence of text and integers.

    Example:
        >>> split("address.city"), split(r"a\.b.c")
        (('address', 'city'), ('a.b', 'c'))
    """
    if isinstance(path, str):
        if "." not in path and "\\" not in path:
            return (path,)
        return tuple(map(unescaped, cut(path)))
    if isinstance(path, list | tuple) and path and isinstance(path[0], str):
        segments = tuple(path)
        if all(isinstance(part, str | int) and not isinstance(part, bool) for part in segments):
            return segments
    raise StateError(
        f"{shown(path)} is no field path: expected text such as 'address.city', or a list of"
        " names and indexes that begins with a name."
    )


def cut(text: str) -> list[str]:
    r"""Cut a text at its dots; a backslash, which stays, keeps the character after it.

    Raises:
        StateError: When a backslash at the end keeps nothing.
    """
    if "\\" not in text:
        return text.split(".")
    pieces = _PIECE.findall(text)
    if sum(map(len, pieces)) != len(text):
        raise StateError(f"{text!r} ends in a backslash that escapes nothing.")
    parts = [""]
    for piece in pieces:
        parts.append("") if piece == "." else parts.append(parts.pop() + piece)
    return parts


def unescaped(segment: str) -> str:
    """A segment without its escaping backslashes."""
    return _ESCAPED.sub(r"\1", segment) if "\\" in segment else segment


def write(record: Record, path: Segments, change: Callable[[Any], Any], place: str) -> Record:
    """A copy of a record in which the value at a path is what ``change`` makes of it.

    ``change`` gets the value, or ABSENT, and returns the new one, or ABSENT to take it out.
    Objects that are missing on the way are made, unless there is nothing to put into them.

    Raises:
        StateError: When the path leads through something that is no object or list.
    """
    written: Record = _write(record, path, change, place)
    return written


def _write(container: Any, path: Segments, change: Callable[[Any], Any], place: str) -> Any:
    """The container, copied if something in it became different."""
    segment, rest = path[0], path[1:]
    at, old = _member(container, segment, place)
    if rest:
        inner = {} if old is ABSENT or old is None else old
        new = _write(inner, rest, change, f"{place}.{segment}")
        if new is inner:
            return container
    else:
        new = change(old)
        if new is old:
            return container
    copied = container.copy()
    if new is ABSENT:
        del copied[at]
    elif old is ABSENT and isinstance(container, list):
        raise StateError(f"{place} is a list of {len(container)}: there is no {segment!r} in it.")
    else:
        copied[at] = new
    return copied


def _member(container: Any, segment: str | int, place: str) -> tuple[Any, Any]:
    """Name or index of a member, and the member, or ABSENT."""
    if isinstance(container, dict) and isinstance(segment, str):
        return segment, container.get(segment, ABSENT)
    if isinstance(container, list):
        try:
            return int(segment), container[int(segment)]
        except (ValueError, IndexError):
            return segment, ABSENT
    raise StateError(f"{place} is {shown(container)}: there is no {segment!r} in it.")
