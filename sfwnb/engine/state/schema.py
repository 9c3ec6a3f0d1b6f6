"""The schema: the kinds of entity, how each is identified, and how they refer to each other."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from sfwnb.engine.state import denormalizing
from sfwnb.engine.state.checking import Problem, problems
from sfwnb.engine.state.columns import Columns, Declined
from sfwnb.engine.state.html import schema_html
from sfwnb.engine.state.kinds import Kind
from sfwnb.engine.state.models import definition_of
from sfwnb.engine.state.normalizing import Normalizer
from sfwnb.engine.state.plain import Record, State
from sfwnb.engine.state.reading import Reader
from sfwnb.engine.state.relations import Relation
from sfwnb.engine.state.yaml_text import read_yaml
from sfwnb.errors import StateError, UnknownKind, did_you_mean


class Schema:
    """Kinds, ids and relations: an ordinary, unchanging value.

    Two schemas are equal if they say the same about kinds, ids and relations: a state that fits
    one then fits the other. Names, versions and field types are not compared.

    Args:
        kinds: The dict form, as ``sfwnb.engine.state.reading`` describes it.
        name: What messages call it.
        version: Raised by its author when older states have to be migrated.

    Raises:
        DefinitionError: With every mistake of the definition.

    Example:
        >>> shop = Schema({"Order": {"lines": ["Line"]}, "Line": {"id": ["order", "no"]}})
        >>> shop.normalize({"id": "o1", "lines": [{"order": "o1", "no": 1}]}, kind="Order")["Line"]
        {'o1:1': {'order': 'o1', 'no': 1}}
    """

    __slots__ = ("_kinds", "_referrers", "name", "version")

    def __init__(self, kinds: Mapping[str, Any], *, name: str = "schema", version: int = 1) -> None:
        reader = Reader(name, kinds)
        self._kinds = reader.kinds()
        self.name = name
        self.version = version
        self._referrers = {
            target: tuple(r for r in self._all_relations() if r.target == target)
            for target in self._kinds
        }

    def _all_relations(self) -> Iterable[Relation]:
        return (r for kind in self._kinds.values() for r in kind.relations.values())

    @property
    def kinds(self) -> tuple[str, ...]:
        """The names of the kinds, in the order of the definition."""
        return tuple(self._kinds)

    @property
    def by_name(self) -> Mapping[str, Kind]:
        """All that is known of each kind, by its name."""
        return self._kinds

    def kind(self, name: str) -> Kind:
        """All that is known of one kind.

        Raises:
            UnknownKind: When the schema does not have it.
        """
        found = self._kinds.get(name)
        if found is None:
            raise UnknownKind(
                f"No kind {name!r} in schema {self.name!r}. It has: {', '.join(self._kinds)}."
                f"{did_you_mean(str(name), self._kinds)}"
            )
        return found

    def relations(self, kind: str) -> Mapping[str, Relation]:
        """The relation fields of a kind, in the order of the definition."""
        return MappingProxyType(dict(self.kind(kind).relations))

    def referrers(self, kind: str) -> tuple[Relation, ...]:
        """Every relation of every kind that refers to this one: the inverse relations."""
        return self._referrers[self.kind(kind).name]

    def id_fields(self, kind: str) -> tuple[str, ...]:
        """The field that identifies a kind's records, or the fields of a composite id."""
        return self.kind(kind).id_fields

    def key(self, kind: str, record: Mapping[str, Any]) -> str:
        """The id under which a record stands in its table.

        Raises:
            StateError: When an id field is missing, or is neither text nor an integer.
        """
        return self.kind(kind).key(record)

    def normalize(self, data: Any, kind: str, *, adopt: bool = False) -> State:
        """Nested records as flat tables whose relation fields hold ids.

        Args:
            data: One record, or a list of records, nested to any depth; JSON (what is not is
                refused here, or by the store at the latest).
            kind: Of what kind they are.
            adopt: The payload is handed over: its records become the state's own, uncopied. Only
                for data that nobody else holds and that are JSON, as fresh from ``json.loads``.

        Returns:
            ``{kind: {id: record}}`` with the kinds that occur, in the order of the schema, and
            entities in the order of the document.

        Raises:
            UnknownKind: When the schema does not have the kind.
            StateError: When something in the payload cannot be an entity or is not JSON.
        """
        known = self.kind(kind)
        records = data if isinstance(data, list | tuple) else (data,)
        try:
            columns = Columns(self._kinds, adopt=adopt)
            columns.take(known, records)
        except Declined:
            normalizer = Normalizer(self._kinds)
            normalizer.records(known, records)
            return normalizer.found()
        tables = columns.tables
        return {name: tables[name] for name in self._kinds if tables.get(name)}

    def denormalize(
        self,
        state: State,
        kind: str,
        id: str,
        depth: int | None = None,
        *,
        fields: Mapping[str, Collection[str]] | None = None,
    ) -> Record:
        """One record with what it refers to nested in it; a copy that shares nothing.

        A repeat on the current path and a reference to what the state lacks stay ids. Without a
        depth, an entity that is reached by many paths is repeated on each of them.

        Args:
            state: The tables.
            kind: The kind of the record.
            id: Its id.
            depth: How many relations deep; 0 leaves ids everywhere, None goes on to the end.
            fields: Kind → the only fields of it that are wanted.

        Raises:
            UnknownKind: When the schema does not have the kind.
            StateError: When the state does not have the entity.
        """
        name, key = self.kind(kind).name, str(id)
        table = state.get(name, {})
        if key not in table:
            raise StateError(f"No {name} {key!r} in the state.{did_you_mean(key, table)}")
        return denormalizing.nest(self._kinds, state, name, key, depth, fields or {})

    def check(self, state: State) -> list[Problem]:
        """What is wrong with a state: dangling references, wrong keys, types and shapes.

        Args:
            state: The tables; they need not be well-formed.

        Returns:
            Every problem, in the order of the state; empty when all is well.
        """
        return list(problems(self._kinds, state))

    def to_json(self) -> dict[str, Any]:
        """The schema as JSON: its name, version, and dict form."""
        kinds = {name: kind.to_json() for name, kind in self._kinds.items()}
        return {"name": self.name, "version": self.version, "kinds": kinds}

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> "Schema":
        """The schema that ``to_json`` wrote.

        Raises:
            DefinitionError: With every mistake of the definition.
        """
        return cls(
            json.get("kinds", {}), name=json.get("name", "schema"), version=json.get("version", 1)
        )

    @classmethod
    def from_models(cls, *models: type, name: str = "schema", version: int = 1) -> "Schema":
        """The schema that dataclasses or pydantic models describe, as ``models`` reads them.

        Args:
            models: The classes; each is a kind of the class's name.
            name: What messages call the schema.
            version: Raised by its author when older states have to be migrated.

        Raises:
            DefinitionError: With every mistake of the definition.
        """
        return cls(definition_of(models, name), name=name, version=version)

    @classmethod
    def from_yaml(cls, text: str, *, name: str = "schema", version: int = 1) -> "Schema":
        """The schema that a YAML text holds in the dict form (the extra ``sfwnb[state]``).

        Args:
            text: YAML, read by a safe loader.
            name: What messages call the schema.
            version: Raised by its author when older states have to be migrated.

        Raises:
            DefinitionError: When PyYAML is missing, and with every mistake of the definition.
        """
        return cls(read_yaml(text, name), name=name, version=version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(frozenset(self._kinds))

    def _identity(self) -> dict[str, Any]:
        return {name: (kind.id_fields, dict(kind.relations)) for name, kind in self._kinds.items()}

    def __repr__(self) -> str:
        kinds = {name: kind.to_json() for name, kind in self._kinds.items()}
        return f"Schema({kinds!r}, name={self.name!r})"

    def _repr_html_(self) -> str:
        return schema_html(self.name, self._kinds, self._referrers)
