r"""Selectors: patterns over ``Kind.id.field[.nested…]``, alone or many at a time.

``*`` stands for one segment, ``**`` for any number of them, none included. A backslash takes the
meaning from the character after it, so ids with dots and stars can be named; ``Selector.escape``
writes it.

A selector matches a change when the path of something that differs fits the whole pattern. What
differs is the change's own path (``Order.o1.status``, or ``Order.o1`` for an entity that came or
went) and every path inside its values at which before and after are not the same: the change of
``Order.o1.address`` matches ``Order.*.address.city`` if the city differs. So ``Order.*`` means
orders that come and go, ``Order.*.**`` everything about orders.

All patterns share one tree of segments (a tree of one, for a single selector). A change walks it
with a set of nodes; values are only looked into while some node has children to offer.
"""

import re
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from sfwnb.engine.state.change import Change
from sfwnb.engine.state.paths import cut, unescaped
from sfwnb.engine.state.plain import ABSENT, same, shown
from sfwnb.errors import StateError

T = TypeVar("T")
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_SPECIAL = re.compile(r"([\\.*:])")


class _Node(Generic[T]):
    """A place in the tree: what stands behind names, behind ``*`` and behind ``**``."""

    __slots__ = ("deep", "loops", "names", "star", "values")

    def __init__(self, loops: bool = False) -> None:
        self.names: dict[str, _Node[T]] = {}
        self.star: _Node[T] | None = None
        self.deep: _Node[T] | None = None
        self.loops = loops  # it stands behind **, and any segment leads back to it
        self.values: list[T] = []

    def grow(self, segments: Iterable[str]) -> "_Node[T]":
        """The node at the end of a pattern, made if need be."""
        node = self
        for segment in segments:
            if segment == "*":
                node.star = node.star or _Node()
                node = node.star
            elif segment == "**":
                node.deep = node.deep or _Node(loops=True)
                node = node.deep
            else:
                node = node.names.setdefault(unescaped(segment), _Node())
        return node


class SelectorIndex(Generic[T]):
    """Many subscriptions, matched together.

    Example:
        >>> index = SelectorIndex()
        >>> index.add("Order.*.status", "mail")
        >>> index.add("Order.o1.**", "audit")
        >>> index.match(Change("Order", "o1", "status", "open", "paid"))
        ['mail', 'audit']
    """

    __slots__ = ("_order", "_root")

    def __init__(self) -> None:
        self._root: _Node[tuple[int, T]] = _Node()
        self._order = 0

    def add(self, selector: "Selector | str", value: T) -> None:
        """Give ``value`` out for changes that the selector matches.

        Raises:
            StateError: When the selector cannot be read.
        """
        self._order += 1
        self._root.grow(segments_of(selector)).values.append((self._order, value))

    def remove(self, selector: "Selector | str", value: T) -> None:
        """Forget what ``add`` was told; nothing happens if it was not."""
        node = self._root.grow(segments_of(selector))
        node.values = [pair for pair in node.values if pair[1] != value]

    def match(self, change: Change) -> list[T]:
        """The values of every selector that matches, each once, in the order of their adding."""
        found = [pair for node in matching(self._root, change) for pair in node.values]
        found.sort(key=lambda pair: pair[0])
        return [value for _, value in found]


class Selector:
    r"""A pattern over ``Kind.id.field[.nested…]``, compiled once.

    Args:
        pattern: Segments joined by dots; ``*`` for one, ``**`` for any number, ``\`` escapes.

    Raises:
        StateError: When the pattern cannot be read.

    Example:
        >>> Selector("User.*.name").matches(Change("User", "u1", "name", "An", "Ann"))
        True
    """

    __slots__ = ("_root", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._root: _Node[bool] = _Node()
        self._root.grow(segments_of(pattern)).values.append(True)

    def matches(self, change: Change) -> bool:
        """Whether something that the pattern names differs."""
        return any(node.values for node in matching(self._root, change))

    @staticmethod
    def escape(text: str) -> str:
        r"""A text, such as an id, as one segment of a pattern that means just that.

        Example:
            >>> print(Selector.escape("a.b*"))
            a\.b\*
        """
        return _SPECIAL.sub(r"\\\1", text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Selector) and self.pattern == other.pattern

    def __hash__(self) -> int:
        return hash(self.pattern)

    def __repr__(self) -> str:
        return f"Selector({self.pattern!r})"


def segments_of(selector: "Selector | str") -> list[str]:
    """The segments of a pattern, still escaped.

    Raises:
        StateError: When it is no text, is empty, or has a star beside other characters.
    """
    pattern: object = selector.pattern if isinstance(selector, Selector) else selector
    if not isinstance(pattern, str) or not pattern:
        raise StateError(f"{shown(pattern)} is no selector: expected text, as 'Order.*.status'.")
    segments = cut(pattern)
    for segment in segments:
        if segment not in ("*", "**") and "*" in _ESCAPE.sub("", segment):
            raise StateError(
                f"The selector {pattern!r} has a star inside {segment!r}: * stands for a whole"
                r" segment; a star that is meant is written \*."
            )
    return segments


def matching(root: _Node[T], change: Change) -> list[_Node[T]]:
    """The nodes at whose patterns a change arrives, each once."""
    nodes = _step(_step(_closed([root]), change.kind), change.id)
    before, after = change.before, change.after
    if change.field is None:
        before = ABSENT if before is None else before
        after = ABSENT if after is None else after
    else:
        nodes = _step(nodes, change.field)
    found: dict[_Node[T], None] = {}
    _look(nodes, before, after, found)
    return list(found)


def _look(nodes: list[_Node[T]], before: Any, after: Any, found: dict[_Node[T], None]) -> None:
    """Gather the nodes that stand for something that differs, here and inside the values."""
    for node in nodes:
        if node.values:
            found[node] = None
    names = _names(nodes, before, after)
    for name in names:
        old, new = _member(before, name), _member(after, name)
        if not same(old, new):
            _look(_step(nodes, name), old, new, found)


def _names(nodes: list[_Node[T]], before: Any, after: Any) -> Iterable[str]:
    """The segments worth looking at: all of them behind a wildcard, else those that are named."""
    if not isinstance(before, dict | list) and not isinstance(after, dict | list):
        return ()
    if any(node.star or (node.loops and (node.names or not node.values)) for node in nodes):
        return dict.fromkeys((*_all_names(before), *_all_names(after)))
    return dict.fromkeys(name for node in nodes for name in node.names)


def _all_names(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        return value
    return map(str, range(len(value))) if isinstance(value, list) else ()


def _member(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value.get(name, ABSENT)
    if isinstance(value, list) and name.isdecimal() and name == str(int(name)):
        return value[int(name)] if int(name) < len(value) else ABSENT
    return ABSENT


def _step(nodes: list[_Node[T]], segment: str) -> list[_Node[T]]:
    """The nodes that one segment leads to."""
    reached: list[_Node[T]] = []
    for node in nodes:
        if segment in node.names:
            reached.append(node.names[segment])
        if node.star is not None:
            reached.append(node.star)
        if node.loops:
            reached.append(node)
    return _closed(reached)


def _closed(nodes: list[_Node[T]]) -> list[_Node[T]]:
    """Nodes, and those that a ``**`` adds without a segment; each once."""
    for node in nodes:
        if node.deep is not None and node.deep not in nodes:
            nodes.append(node.deep)
    return nodes
