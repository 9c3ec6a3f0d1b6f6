"""A schema as HTML: a table of kinds for a notebook cell, light or dark."""

from collections.abc import Iterable, Mapping
from html import escape

from sfwnb.engine.state.kinds import Kind
from sfwnb.engine.state.relations import Cardinality, OnDelete, Relation

_ARROWS = {Cardinality.ONE: "→ {}", Cardinality.MANY: "→ [{}]", Cardinality.MAP: "→ {{*: {}}}"}
_BORDER = "border-bottom:1px solid var(--jp-border-color2, #bdbdbd)"
_CELL = f"text-align:left;vertical-align:top;padding:.3em .8em;{_BORDER}"
_MUTED = "color:var(--jp-ui-font-color2, #757575)"

_OPEN = f' <span style="{_MUTED}">open</span>'


def schema_html(
    name: str, kinds: Mapping[str, Kind], referrers: Mapping[str, tuple[Relation, ...]]
) -> str:
    """A table with a row per kind: its id, its relations, who refers to it, its types."""
    heads = "".join(
        f'<th style="{_CELL}">{head}</th>'
        for head in ("kind", "id", "relations", "referred to by", "types")
    )
    rows = "".join(f"<tr>{_row(kind, referrers[kind.name])}</tr>" for kind in kinds.values())
    return (
        '<div style="color:var(--jp-ui-font-color1, inherit);'
        'font-family:var(--jp-ui-font-family, sans-serif)">'
        f'<div style="margin:.3em 0"><b>Schema</b> {escape(name)}</div>'
        f'<table style="border-collapse:collapse;background:none"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(kind: Kind, referrers: Iterable[Relation]) -> str:
    types = [f"{name}: {declared.text}" for name, declared in kind.types.items()]
    cells = (
        f"<b>{escape(kind.name)}</b>"
        + (f' <span style="{_MUTED}">open</span>' if kind.open else ""),
        escape(", ".join(kind.id_fields)),
        "<br>".join(map(_relation, kind.relations.values())),
        "<br>".join(escape(f"{relation.source}.{relation.field}") for relation in referrers),
        "<br>".join(map(escape, types)),
    )
    return "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells)


def _relation(relation: Relation) -> str:
    arrow = _ARROWS[relation.cardinality].format(relation.target)
    notes = [] if relation.on_delete is OnDelete.UNLINK else [f"{relation.on_delete} on delete"]
    notes += ["owns"] if relation.owns else []
    noted = f' <span style="{_MUTED}">{escape(", ".join(notes))}</span>' if notes else ""
    return f"{escape(f'{relation.field} {arrow}')}{noted}"
