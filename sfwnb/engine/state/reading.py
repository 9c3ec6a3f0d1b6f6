"""Reading a schema's dict form: every mistake is found, and all are reported at once.

``{"Order": {"lines": ["Line"], "customer": "Customer"}, "Line": {"id": ["order_id", "no"]}}``:
a kind's name stands for one, in a list for many, under ``"*"`` for a map of names to ids. With
policies: ``{"to": ["Line"], "on_delete": "cascade", "orphans": "delete"}``. Two words are special:
``id`` names the id fields (a name, a list, or a mapping of names to types), and ``open: True``
switches type checks off. Any other text is a type, such as ``"status": "'open' | 'paid'"``.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from sfwnb.engine.state.fieldtypes import NAMES, FieldType, read_type
from sfwnb.engine.state.kinds import Kind
from sfwnb.engine.state.plain import shown
from sfwnb.engine.state.relations import Cardinality, OnDelete, Orphans, Relation
from sfwnb.errors import DefinitionError, did_you_mean, listed

_WORDS = ("to", "on_delete", "orphans")
_WORD_OF: dict[type, str] = {OnDelete: "on_delete", Orphans: "orphans"}
_Policy = TypeVar("_Policy", OnDelete, Orphans)


class Reader:
    """Reads a definition and gathers what is wrong with it."""

    def __init__(self, name: str, definition: Any) -> None:
        self._name = name
        self._definition = definition
        self.mistakes: list[str] = []
        self.names: list[str] = []

    def kinds(self) -> dict[str, Kind]:
        """All kinds, in the order of the definition.

        Raises:
            DefinitionError: With every mistake.
        """
        if not isinstance(self._definition, Mapping) or not self._definition:
            raise DefinitionError(
                f"Schema {self._name!r} is {shown(self._definition)}: expected its kinds, as in"
                " {'Order': {'lines': ['Line']}, 'Line': {}}."
            )
        self.names = [name for name in self._definition if isinstance(name, str)]
        found = [self._kind(name, value) for name, value in self._definition.items()]
        if self.mistakes:
            several = "" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes:\n"
            raise DefinitionError(f"Schema {self._name!r}: {several}{listed(self.mistakes)}")
        return {kind.name: kind for kind in found if kind}

    def _kind(self, name: Any, definition: Any) -> Kind | None:
        """One kind; None, and a mistake, when it cannot be read at all."""
        if not isinstance(name, str) or not name or name in NAMES:
            self.mistakes.append(
                f"A kind is called {name!r}: its name is text, and no type's name."
            )
            return None
        if not isinstance(definition, Mapping):
            self.mistakes.append(
                f"{name} is {shown(definition)}: expected its relations, as in"
                " {'lines': ['Line']}."
            )
            return None
        fields = dict(definition)
        is_open = fields.pop("open") if isinstance(fields.get("open"), bool) else False
        id_fields, types = self._identity(name, fields.pop("id", "id"))
        relations: dict[str, Relation] = {}
        for field, value in fields.items():
            self._field(name, field, value, relations, types)
        for field in id_fields:
            if field in relations:
                self.mistakes.append(f"{name}.{field} cannot be an id field and a relation.")
        return Kind(name, id_fields, relations, types, is_open)

    def _identity(self, kind: str, value: Any) -> tuple[tuple[str, ...], dict[str, FieldType]]:
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, Mapping | list | tuple) or not names:
            names = [None]
        fields = tuple(name for name in names if isinstance(name, str) and name)
        if len(set(fields)) != len(names):
            self.mistakes.append(
                f"{kind}.id is {shown(value)}: expected the id's field, or a list of several."
            )
            return ("id",), {}
        types: dict[str, FieldType] = {}
        for field, text in value.items() if isinstance(value, Mapping) else ():
            if declared := self._type(kind, field, text):
                types[field] = declared
        return fields, types

    def _field(
        self,
        kind: str,
        field: Any,
        value: Any,
        relations: dict[str, Relation],
        types: dict[str, FieldType],
    ) -> None:
        if not isinstance(field, str) or not field:
            self.mistakes.append(f"{kind} has a field {field!r}: field names are text.")
        elif isinstance(value, str) and value not in self.names and (read := read_type(value)):
            types[field] = read
        elif (found := self._relation(kind, field, value)) is not None:
            relations[field] = found

    def _type(self, kind: str, field: str, text: Any) -> FieldType | None:
        declared = read_type(text) if isinstance(text, str) else None
        if declared is None:
            self.mistakes.append(f"{kind}.{field} has the type {text!r}: {_TYPES}")
        return declared

    def _relation(self, kind: str, field: str, value: Any) -> Relation | None:
        options = dict(value) if isinstance(value, Mapping) and "to" in value else {"to": value}
        for word in [word for word in options if word not in _WORDS]:
            self.mistakes.append(
                f"{kind}.{field} has the option {word!r}: known are to, on_delete, orphans."
                f"{did_you_mean(str(word), _WORDS)}"
            )
        on_delete = self._policy(kind, field, options, OnDelete)
        orphans = self._policy(kind, field, options, Orphans)
        match options["to"]:
            case str(target):
                cardinality = Cardinality.ONE
            case [str(target)]:
                cardinality = Cardinality.MANY
            case {"*": str(target), **rest} if not rest:
                cardinality = Cardinality.MAP
            case other:
                self.mistakes.append(
                    f"{kind}.{field} is {shown(other)}: expected a kind, [kind],"
                    " {'*': kind}, or a type."
                )
                return None
        if target not in self.names:
            self.mistakes.append(
                f"{kind}.{field} refers to {target!r}, which is neither a kind nor a type."
                f" Kinds: {', '.join(self.names)}.{did_you_mean(target, [*self.names, *NAMES])}"
            )
            return None
        if on_delete is None or orphans is None:
            return None
        return Relation(field, target, cardinality, kind, on_delete, orphans)

    def _policy(
        self, kind: str, field: str, options: Mapping[str, Any], policy: type[_Policy]
    ) -> _Policy | None:
        word = _WORD_OF[policy]
        value = options.get(word, next(iter(policy)))
        if value in list(policy):
            return policy(value)
        self.mistakes.append(
            f"{kind}.{field} has {word}={value!r}: expected {' or '.join(policy)}."
        )
        return None


_TYPES = (
    "expected one made of str, int, float, bool, None, any, list, dict, list[...],"
    " dict[str, ...] and literals, joined by |."
)
