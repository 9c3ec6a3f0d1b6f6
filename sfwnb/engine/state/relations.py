"""How one kind refers to another: cardinality, and what a deletion does to the reference."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Cardinality(StrEnum):
    """What a relation field holds: one id, a list of ids, or ids by name."""

    ONE = "one"
    MANY = "many"
    MAP = "map"


class OnDelete(StrEnum):
    """What becomes of a reference when the entity that it points to is deleted.

    ``unlink`` takes the id out (null for a relation to one), ``cascade`` deletes the entity that
    holds the reference too, ``keep`` leaves the id dangling.
    """

    UNLINK = "unlink"
    CASCADE = "cascade"
    KEEP = "keep"


class Orphans(StrEnum):
    """What becomes of an entity that loses its last owner.

    A relation with ``delete`` owns what it points to: when no owning relation points to an entity
    any more, it is deleted with the edit that cut the last one. Like reference counting, entities
    that own each other in a circle are not collected.
    """

    KEEP = "keep"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Relation:
    """A field of one kind that refers to another.

    Attributes:
        field: The field's name.
        target: The kind that it refers to.
        cardinality: one, many or map.
        source: The kind that has the field.
        on_delete: What a deletion of the target does to the reference.
        orphans: Whether the target goes when this was the last owner.
    """

    field: str
    target: str
    cardinality: Cardinality
    source: str
    on_delete: OnDelete = OnDelete.UNLINK
    orphans: Orphans = Orphans.KEEP

    @property
    def owns(self) -> bool:
        """Whether the target is collected when its last owner lets it go."""
        return self.orphans is Orphans.DELETE

    def to_json(self) -> Any:
        """The relation as a schema's dict form says it: short when nothing is unusual."""
        match self.cardinality:
            case Cardinality.ONE:
                short: Any = self.target
            case Cardinality.MANY:
                short = [self.target]
            case _:
                short = {"*": self.target}
        words = Policies(self.on_delete, self.orphans).words()
        return {"to": short, **words} if words else short


@dataclass(frozen=True, slots=True)
class Policies:
    """What ``relation(...)`` puts into ``Annotated[list["Line"], relation(orphans="delete")]``."""

    on_delete: OnDelete = OnDelete.UNLINK
    orphans: Orphans = Orphans.KEEP

    def words(self) -> dict[str, str]:
        """The policies as the dict form says them: only the unusual ones."""
        words: dict[str, str] = {}
        if self.on_delete is not OnDelete.UNLINK:
            words["on_delete"] = self.on_delete.value
        if self.orphans is not Orphans.KEEP:
            words["orphans"] = self.orphans.value
        return words


def relation(*, on_delete: str = "unlink", orphans: str = "keep") -> Policies:
    """Mark a model's relation with its policies, inside ``typing.Annotated``.

    Args:
        on_delete: ``unlink``, ``cascade`` or ``keep``.
        orphans: ``keep`` or ``delete``.

    Raises:
        ValueError: When a policy has another name.

    Example:
        >>> relation(orphans="delete").orphans
        <Orphans.DELETE: 'delete'>
    """
    return Policies(OnDelete(on_delete), Orphans(orphans))
