"""Deleting entities: what becomes of those that refer to them, and of those that they owned.

A deletion takes constant time: the references to an entity are looked up in the reverse index.
"""

from typing import Any

from sfwnb.engine.state.overlay import WHOLE, Overlay
from sfwnb.engine.state.relations import Cardinality, OnDelete, Relation


def delete(overlay: Overlay, kind: str, id: str) -> None:
    """Delete an entity and follow the policies of the relations that refer to it."""
    doomed = [(kind, id)]
    for name, key in doomed:
        record = overlay.read(name, key)
        if record is None:
            continue
        referrers = overlay.schema.referrers(name)
        references = overlay.references() if referrers else None
        overlay.write(overlay.schema.kind(name), key, record, None, WHOLE)
        for source, holder, field in references.of(name, key) if references else ():
            relation = overlay.schema.kind(source).relations[field]
            if relation.on_delete is OnDelete.CASCADE:
                doomed.append((source, holder))
            elif relation.on_delete is OnDelete.UNLINK:
                _unlink(overlay, relation, holder, key)


def collect(overlay: Overlay) -> None:
    """Delete what has lost its last owner; those that it owned may follow."""
    for kind, id in overlay.lost:
        if overlay.read(kind, id) is None:
            continue
        if not any(overlay.references().owners(kind, id)):
            delete(overlay, kind, id)
    overlay.lost.clear()


def _unlink(overlay: Overlay, relation: Relation, holder: str, key: str) -> None:
    before: Any = overlay.read(relation.source, holder)  # there, or it would not be in the index
    value = before[relation.field]
    match relation.cardinality:
        case Cardinality.ONE:
            left: Any = None
        case Cardinality.MANY:
            left = [id for id in value if id != key]
        case _:
            left = {name: id for name, id in value.items() if id != key}
    after = {**before, relation.field: left}
    kind = overlay.schema.kind(relation.source)
    overlay.write(kind, holder, before, after, (relation.field,))
