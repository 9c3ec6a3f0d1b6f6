"""One kind of entity: its identity, relations and field types, and the key of a record."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from sfwnb.engine.state.fieldtypes import FieldType
from sfwnb.engine.state.plain import Record, shown
from sfwnb.engine.state.relations import Relation
from sfwnb.errors import StateError


@dataclass(frozen=True, slots=True)
class Kind:
    """What a schema knows of one kind.

    Attributes:
        name: The kind's name.
        id_fields: The field, or the fields of a composite id.
        relations: Relation field → relation, in the order of the definition.
        types: Field → declared type; fields that are not here may hold any JSON.
        open: Whether declared types are not enforced.
        checks: The types that are enforced: none for an open kind.
        single: The id field, or None for a composite id.
        owning: The relations whose targets go with their last owner.
        identifying: The id fields, as a set.
    """

    name: str
    id_fields: tuple[str, ...]
    relations: Mapping[str, Relation]
    types: Mapping[str, FieldType]
    open: bool = False
    checks: Mapping[str, FieldType] = field(init=False, compare=False)
    single: str | None = field(init=False, compare=False)
    owning: tuple[Relation, ...] = field(init=False, compare=False)
    identifying: frozenset[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "checks", {} if self.open else self.types)
        single = self.id_fields[0] if len(self.id_fields) == 1 else None
        object.__setattr__(self, "single", single)
        object.__setattr__(self, "identifying", frozenset(self.id_fields))
        owning = tuple(relation for relation in self.relations.values() if relation.owns)
        object.__setattr__(self, "owning", owning)

    def key(self, record: Mapping[Any, Any]) -> str:
        """The table key of a record: its id as text, or the joined parts of a composite id.

        ``:`` and ``%`` inside the parts of a composite id are percent-encoded, so that no two ids
        share a key.

        Raises:
            StateError: When an id field is missing, or holds neither text nor an integer.
        """
        if self.single is not None:
            return self._part(record, self.single)
        return ":".join(_escape(self._part(record, name)) for name in self.id_fields)

    def reference(self, value: Any, field: str) -> str:
        """The table key that an id in a relation field stands for.

        Raises:
            StateError: When it can be no id.
        """
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise StateError(
            f"{field} refers to {self.name} with {shown(value)}:"
            f" expected an id (text or an integer) or a record of {self.name}."
        )

    def identity(self, key: str) -> Record:
        """The id fields of a new entity, read back from its key.

        Raises:
            StateError: When the key does not have a part for every field of a composite id.
        """
        parts = [key] if self.single is not None else [_unescape(p) for p in key.split(":")]
        if len(parts) != len(self.id_fields):
            raise StateError(
                f"{self.name} has no entity {key!r}, and none can be made: its id has the parts"
                f" {', '.join(self.id_fields)}, joined by ':'."
            )
        return {
            name: self._typed(name, part) for name, part in zip(self.id_fields, parts, strict=True)
        }

    def validate(self, key: str, record: Record, fields: Container[str | None]) -> None:
        """Refuse values that are not of the type that is declared for their field.

        Args:
            key: The record's key, for the message.
            record: What to look at.
            fields: The fields to look at; None among them stands for all.

        Raises:
            StateError: With the path to the first value that does not fit.
        """
        for name, declared in self.checks.items():
            if name in record and (None in fields or name in fields):
                place = f"{self.name} {key!r}.{name}"
                if misfit := declared.misfit(record[name], place):
                    raise StateError(misfit)

    def to_json(self) -> dict[str, Any]:
        """The kind as the dict form of a schema says it."""
        json: dict[str, Any] = {}
        texts = {name: declared.text for name, declared in self.types.items()}
        identity = {name: texts.pop(name) for name in self.id_fields if name in texts}
        if len(identity) == len(self.id_fields):
            json["id"] = identity
        elif self.id_fields != ("id",):
            json["id"] = self.single or list(self.id_fields)
        if self.open:
            json["open"] = True
        return json | texts | {name: r.to_json() for name, r in self.relations.items()}

    def _typed(self, name: str, part: str) -> str | int:
        declared = self.types.get(name)
        digits = part.removeprefix("-")
        if declared is None or declared.allows(part) or not digits.isdecimal():
            return part
        return int(part) if str(int(part)) == part else part

    def _part(self, record: Mapping[Any, Any], name: str) -> str:
        try:
            value = record[name]
        except KeyError:
            whole = "" if self.single else f" (its id has the parts {', '.join(self.id_fields)})"
            raise StateError(
                f"{self.name} without its id field {name!r}{whole}: {shown(record)}"
            ) from None
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise StateError(
            f"{self.name}.{name} is {shown(value)} in {shown(record)}: an id is text or an integer."
        )


def _escape(part: str) -> str:
    return part.replace("%", "%25").replace(":", "%3A")


def _unescape(part: str) -> str:
    return part.replace("%3A", ":").replace("%25", "%")
