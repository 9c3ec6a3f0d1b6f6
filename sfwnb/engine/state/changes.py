"""Changes: what really differed, per entity and field, before and after, with an exact inverse."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

from sfwnb.engine.state.change import Change, differences
from sfwnb.engine.state.merging import merged
from sfwnb.engine.state.plain import State
from sfwnb.engine.state.selectors import Selector


class Changes(Sequence[Change]):
    """Changes in the order in which they happened; never changed itself.

    Example:
        >>> print(Changes([Change("User", "u1", "name", "An", "Ann")]))
        User u1 name: 'An' → 'Ann'
    """

    __slots__ = ("_items",)

    def __init__(self, items: Iterable[Change] = ()) -> None:
        self._items = tuple(items)

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> "Changes": ...
    def __getitem__(self, index: int | slice) -> "Change | Changes":
        found = self._items[index]
        return found if isinstance(found, Change) else Changes(found)

    def __iter__(self) -> Iterator[Change]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Changes) and self._items == other._items

    def __hash__(self) -> int:
        return hash(tuple((c.kind, c.id, c.field) for c in self._items))

    def __repr__(self) -> str:
        return f"Changes({list(self._items)!r})"

    def __str__(self) -> str:
        return "\n".join(map(str, self._items)) or "no changes"

    def __add__(self, later: "Changes") -> "Changes":
        """These changes and those that followed them, as one net difference."""
        return Changes(merged((*self._items, *later)))

    def inverse(self) -> "Changes":
        """The changes that, applied after these, restore what was, order included."""
        return Changes(change.inverse() for change in reversed(self._items))

    def matching(self, selector: Selector | str) -> "Changes":
        """Those changes that a selector matches.

        Raises:
            StateError: When the selector cannot be read.
        """
        compiled = Selector(selector) if isinstance(selector, str) else selector
        return Changes(filter(compiled.matches, self._items))

    def summary(self) -> dict[str, dict[str, Any]]:
        """What happened to which entity, per kind.

        Returns:
            ``{kind: {"created": [id], "updated": {id: [field]}, "deleted": [id]}}``.
        """
        kinds: dict[str, dict[str, Any]] = {}
        for change in self._items:
            of_kind = kinds.setdefault(change.kind, {"created": [], "updated": {}, "deleted": []})
            if change.is_creation:
                of_kind["created"].append(change.id)
            elif change.is_deletion:
                of_kind["deleted"].append(change.id)
            else:
                of_kind["updated"].setdefault(change.id, []).append(change.field)
        return kinds

    def to_json(self) -> list[dict[str, Any]]:
        """The changes as JSON."""
        return [change.to_json() for change in self._items]

    @classmethod
    def from_json(cls, json: Iterable[Mapping[str, Any]]) -> "Changes":
        """The changes that ``to_json`` wrote.

        Raises:
            StateError: When something in it is no change.
        """
        return cls(map(Change.from_json, json))

    @classmethod
    def between(cls, before: State, after: State) -> "Changes":
        """What differs between two states: deletions, then the rest in the order of ``after``."""
        found: list[Change] = []
        for kind, table in before.items():
            kept, now = 0, after.get(kind, {})
            for id, record in table.items():
                if id in now:
                    kept += 1
                else:
                    found.append(Change(kind, id, None, record, None, kept))
        for kind, table in after.items():
            earlier = before.get(kind, {})
            for id, record in table.items():
                if id not in earlier:
                    found.append(Change(kind, id, None, None, record))
                elif earlier[id] is not record:
                    found.extend(differences(kind, id, earlier[id], record))
        return cls(found)
