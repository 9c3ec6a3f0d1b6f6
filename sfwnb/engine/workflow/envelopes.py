"""The wire forms: what a start, an update, a delete and a state query carry, built and read.

Every envelope has ``"v": 1``; unknown keys are ignored, an unknown version is refused. The builders
are what a person calls (``order.signal.update(data=…)``), the readers are what the workflow runs,
and the kit runs the same readers before it sends, so that a mistake shows at the caller's line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sfwnb.engine.state import Schema, Store, edits
from sfwnb.errors import StateError

VERSION = 1

Record = dict[str, Any]
State = dict[str, dict[str, Record]]


@dataclass(frozen=True)
class StatefulInput:
    """The input of a StatefulWorkflow, as any Temporal client may send it (JSON).

    Attributes:
        id: The id of the workflow's own entity.
        data: Its record, nested to any depth; normalized by the workflow.
        state: Instead of ``data``: entities already normalized, ``{kind: {id: record}}``.
        v: The version of this wire form.
    """

    id: str
    data: Record | None = None
    state: State | None = None
    v: int = VERSION


def start(schema: Schema, kind: str, data: Mapping[str, Any]) -> StatefulInput:
    """Build the input that starts a workflow on ``data``, a record of ``kind``.

    Raises:
        StateError: The record does not fit the schema: no id, an unknown shape, not JSON.
    """
    if not isinstance(data, Mapping):
        raise StateError(f"data= is the record of one {kind}, such as {{'id': …}}, not {data!r}.")
    Store(schema, schema.normalize(data, kind=kind, adopt=True))
    return StatefulInput(id=schema.key(kind, data), data=dict(data))


def read_start(schema: Schema, kind: str, sent: StatefulInput) -> State:
    """The state that a start asks for.

    Raises:
        StateError: An unknown version, both or neither of data and state, a record of another id.
    """
    _check_version(sent.v)
    if (sent.data is None) == (sent.state is None):
        raise StateError("A start carries exactly one of 'data' and 'state'.")
    state = sent.state if sent.data is None else schema.normalize(sent.data, kind=kind, adopt=True)
    if state is None or sent.id not in state.get(kind, {}):
        raise StateError(f"The data hold no {kind} of id {sent.id!r}, which this workflow is for.")
    return state


def workflow_id(kind: str, id: str) -> str:
    """Temporal's id for the workflow of an entity: ``Order-o1``.

    Example:
        >>> workflow_id("Order", "o1"), workflow_id("Back-Order", "o1")
        ('Order-o1', 'Back%2DOrder-o1')
    """
    return f"{kind.replace('%', '%25').replace('-', '%2D')}-{id}"


def update(
    *,
    data: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    kind: str | None = None,
    entities: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None,
    edits: Sequence[Any] | None = None,
    strategy: str = "merge",
    key: str | None = None,
    cause: str | None = None,
) -> dict[str, Any]:
    """Edit the workflow's state; give exactly one of ``data``, ``entities`` and ``edits``.

    Args:
        data: A record or a list of records, nested to any depth.
        kind: The kind of ``data``; the workflow's own kind unless said otherwise.
        entities: Normalized entities, ``{kind: {id: record}}``.
        edits: Edits, such as ``edits.Merge("Line", "l1", {"quantity": 3})``, or their JSON form.
        strategy: How ``data`` and ``entities`` meet what is there: ``"merge"`` or ``"replace"``.
        key: An idempotency key: a second message with it does nothing.
        cause: A word on why, for the journal of changes.

    Raises:
        StateError: What is given is not of these shapes, or does not fit the schema.
    """
    body: dict[str, Any] = {"v": VERSION}
    if data is not None:
        body |= {"data": data, "kind": kind}
    if entities is not None:
        body["entities"] = entities
    if edits is not None:
        if not isinstance(edits, list | tuple):
            raise StateError(f"edits= is a list of edits, not {edits!r}.")
        body["edits"] = [_edit_json(edit) for edit in edits]
    if strategy != "merge":
        body["strategy"] = strategy
    optional = {"key": key, "cause": cause}
    return body | {name: value for name, value in optional.items() if value is not None}


def read_update(schema: Schema, envelope: Any) -> list[edits.Edit]:
    """The edits that an ``update`` asks for.

    Raises:
        StateError: Not an envelope, an unknown version, not exactly one body, an unknown kind or
            edit, a record that does not fit.
    """
    body = _read_envelope("update", envelope)
    given = [name for name in ("edits", "data", "entities") if body.get(name) is not None]
    if len(given) != 1:
        raise StateError(
            "An update carries exactly one of 'edits', 'data' (with 'kind') and 'entities'; "
            f"this one has {', '.join(map(repr, given)) or 'none of them'}."
        )
    strategy = body.get("strategy", "merge")
    match given[0]:
        case "edits":
            return _read_edits(body["edits"])
        case "data":
            if not isinstance(body.get("kind"), str):
                raise StateError("An update with 'data' says their 'kind', such as 'Order'.")
            entities = schema.normalize(body["data"], kind=body["kind"], adopt=True)
        case _:
            entities = _read_entities(schema, body["entities"])
    return edits.from_entities(entities, strategy=strategy)


def delete(*, ids: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Delete entities; references to them are unlinked as the schema says.

    Args:
        ids: The ids to delete, by kind: ``{"Line": ["l1", "l2"]}``.

    Raises:
        StateError: What is given is not of this shape, or does not fit the schema.
    """
    _check_ids(ids)
    return {"v": VERSION, "ids": {kind: list(listed) for kind, listed in ids.items()}}


def read_delete(schema: Schema, envelope: Any) -> list[edits.Edit]:
    """The edits that a ``delete`` asks for.

    Raises:
        StateError: Not an envelope, an unknown version or kind, ids that are not lists.
    """
    ids: Any = _read_envelope("delete", envelope).get("ids")
    _check_ids(ids)
    for kind in ids:
        schema.relations(kind)
    return [edits.Delete(kind, str(id)) for kind, listed in ids.items() for id in listed]


def state(
    *, kinds: Sequence[str] | None = None, ids: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Any]:
    """Ask for the state, or a part of it.

    Args:
        kinds: Only these kinds.
        ids: Only these entities, by kind.

    Raises:
        StateError: What is given is not of these shapes.
    """
    _check_kinds(kinds)
    _check_ids(ids or {})
    return {name: value for name, value in {"kinds": kinds, "ids": ids}.items() if value}


def read_state(schema: Schema, state: State, asked: Any) -> State:
    """The part of the state that a query asks for; the tables are not copied.

    Raises:
        StateError: The argument is not a mapping, or names an unknown kind.
    """
    if not asked:
        return state
    if not isinstance(asked, Mapping):
        raise StateError(f"The query 'state' takes a mapping, not {type(asked).__name__}.")
    if "v" in asked:
        _check_version(asked["v"])
    ids = asked.get("ids") or {}
    _check_ids(ids)
    _check_kinds(asked.get("kinds"))
    kinds = asked.get("kinds") or list(ids) or list(state)
    for kind in (*kinds, *ids):
        schema.relations(kind)
    return {
        kind: {id: state[kind][id] for id in ids[kind] if id in state.get(kind, {})}
        if kind in ids
        else state.get(kind, {})
        for kind in kinds
    }


def _check_ids(ids: Any) -> None:
    if not isinstance(ids, Mapping) or any(
        isinstance(some, str) or not isinstance(some, Sequence) for some in ids.values()
    ):
        raise StateError(f"'ids' are a list for each kind, {{'Line': ['l1']}}, not {ids!r}.")


def _check_kinds(kinds: Any) -> None:
    if kinds is not None and (isinstance(kinds, str) or not isinstance(kinds, Sequence)):
        raise StateError(f"'kinds' are a list, ['Line'], not {kinds!r}.")


def _read_envelope(name: str, envelope: Any) -> Mapping[str, Any]:
    if not isinstance(envelope, Mapping):
        raise StateError(f"The signal {name!r} takes an envelope such as {{'v': 1, …}}.")
    _check_version(envelope.get("v"))
    return envelope


def _check_version(version: Any) -> None:
    if version != VERSION or isinstance(version, bool):
        raise StateError(f"The wire form is 'v': {VERSION}; this one says {version!r}.")


def _read_entities(schema: Schema, given: Any) -> State:
    if not isinstance(given, Mapping):
        raise StateError("The 'entities' of an update are records by id, by kind.")
    for kind, table in given.items():
        schema.relations(kind)
        if not isinstance(table, Mapping):
            raise StateError(f"The {kind} entities of an update are records by id.")
        for id, record in table.items():
            if not isinstance(record, Mapping):
                raise StateError(f"The entity {kind} {id!r} of an update is no record: {record!r}.")
    return {kind: dict(table) for kind, table in given.items()}


def _read_edits(given: Any) -> list[edits.Edit]:
    if not isinstance(given, list):
        raise StateError("The 'edits' of an update are a list.")
    return [edits.from_json(edit) for edit in given]


def _edit_json(edit: edits.Edit | Mapping[str, Any]) -> Mapping[str, Any]:
    return edit if isinstance(edit, Mapping) else edits.to_json(edit)
