"""State tables: a tab per kind, what changed last is marked and says what it was before."""

import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import ipywidgets

from sfwnb.engine.state import State

MOST_ROWS = 200
"""A table shows the first so many entities of its kind and says how many there are."""

_LONGEST_CELL = 60  # characters; the rest stands in the tooltip
_MISSING = object()
_WAITING = '<p class="sfwnb-quiet">Waiting for the state…</p>'

Record = Mapping[str, Any]
Records = Mapping[str, Record]


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one kind that a table shows, cut out of a state.

    Attributes:
        kind: The kind.
        records: The first rows, by id.
        total: How many entities the kind has.
    """

    kind: str
    records: Records = field(default_factory=dict)
    total: int = 0

    @classmethod
    def of(cls, state: State, kind: str, most: int = MOST_ROWS) -> "Page":
        """The first ``most`` entities of a kind."""
        table = state.get(kind, {})
        return cls(kind, dict(islice(table.items(), most)), len(table))


def table_html(page: Page, before: Page | None = None) -> str:
    """One kind as an HTML table; with ``before``, what differs is marked.

    A changed cell's tooltip says what it was, new rows are marked as new, and deleted ones are
    named under the table. Everything is escaped.
    """
    if not page.total and not (before and before.total):
        return f'<p class="sfwnb-quiet">No {html.escape(page.kind)} yet.</p>'
    old = before.records if before else page.records
    columns = _columns(page.records)
    head = "".join(f"<th>{html.escape(name)}</th>" for name in ["", *columns])
    rows = "".join(_row(id, record, columns, old.get(id)) for id, record in page.records.items())
    body = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    notes = "".join(f'<p class="sfwnb-quiet">{note}</p>' for note in _notes(page, before))
    return f'<div class="sfwnb-rows">{body}</div>{notes}'


class StateTables:
    """The tables of a state, in tabs.

    Args:
        kinds: Kinds that always have a tab, in this order; others get one when they appear.

    Attributes:
        widget: What is shown.
    """

    def __init__(self, kinds: Iterable[str]) -> None:
        self._bodies: dict[str, Any] = {}
        self._pages: dict[str, Page] = {}
        self._marked: set[str] = set()
        self._is_first = True
        self.widget = ipywidgets.Tab().add_class("sfwnb-tables")
        self._add(kinds)

    def show(self, state: State) -> int:
        """Show a state; kinds without a change keep their HTML. Returns the characters written."""
        self._add(kind for kind in state if kind not in self._bodies)
        pages = {kind: Page.of(state, kind) for kind in self._bodies}
        written = 0
        changed = {kind for kind, page in pages.items() if page != self._pages[kind]}
        if not changed and not self._is_first:
            return 0
        for kind in [*self._bodies] if self._is_first else sorted(changed | self._marked):
            before = None if self._is_first else self._pages[kind]
            body = table_html(pages[kind], before)
            written += len(body)
            self._bodies[kind].value = body
        self._marked = set() if self._is_first else changed
        self._pages, self._is_first = pages, False
        self._write_titles()
        return written

    def _add(self, kinds: Iterable[str]) -> None:
        for kind in kinds:
            body = _WAITING if self._is_first else table_html(Page(kind))
            self._bodies[kind] = ipywidgets.HTML(body).add_class("sfwnb-table")
            self._pages[kind] = Page(kind)
        if len(self.widget.children) < len(self._bodies):
            self.widget.children = list(self._bodies.values())
            if self.widget.selected_index is None:
                self.widget.selected_index = 0
            self._write_titles()

    def _write_titles(self) -> None:
        titles = tuple(self._title(kind) for kind in self._bodies)
        if titles != self.widget.titles:
            self.widget.titles = titles

    def _title(self, kind: str) -> str:
        if self._is_first:
            return kind
        return f"{kind} {self._pages[kind].total:,}{' •' if kind in self._marked else ''}"


def _columns(records: Records) -> list[str]:
    """Every field that occurs, in order of appearance, without an ``id`` that repeats the index."""
    names = dict.fromkeys(name for record in records.values() for name in record)
    if all(str(record.get("id", id)) == id for id, record in records.items()):
        names.pop("id", None)
    return list(names)


def _row(id: str, record: Record, columns: Iterable[str], old: Record | None) -> str:
    cells = "".join(_cell(record, name, old) for name in columns)
    new = ' class="sfwnb-new" title="new"' if old is None else ""
    return f"<tr{new}><th>{html.escape(id)}</th>{cells}</tr>"


def _cell(record: Record, name: str, old: Record | None) -> str:
    value = record.get(name, _MISSING)
    before = value if old is None else old.get(name, _MISSING)
    words = cell_words(value)
    is_changed = type(before) is not type(value) or before != value
    classes = [
        *(["sfwnb-changed"] if is_changed else []),
        *(["sfwnb-number"] if isinstance(value, int | float) else []),
        *(["sfwnb-quiet"] if value is None else []),
    ]
    if is_changed:
        title = f"before: {cell_words(before) or '(nothing)'}"
    else:
        title = words if len(words) > _LONGEST_CELL else ""
    return (
        "<td"
        + (f' class="{" ".join(classes)}"' if classes else "")
        + (f' title="{html.escape(title)}"' if title else "")
        + f">{html.escape(_cut(words))}</td>"
    )


def cell_words(value: Any) -> str:
    """A value as a cell shows it: text as it is, everything else as JSON."""
    if value is _MISSING:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return repr(value)


def _notes(page: Page, before: Page | None) -> Iterable[str]:
    if page.total > len(page.records):
        yield f"The first {len(page.records):,} of {page.total:,} rows."
    gone = [id for id in before.records if id not in page.records] if before else []
    if before and gone and before.total > page.total:
        names = html.escape(", ".join(gone[:10]))
        yield f"Deleted: {names}{', …' if len(gone) > 10 else ''}."


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST_CELL else f"{words[: _LONGEST_CELL - 1]}…"
