"""A state as pandas frames: one for each kind, and one of the edges between them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import accumulate
from typing import Any

import pandas as pd

from sfwnb.engine.state import Schema, State
from sfwnb.errors import UnknownKind, did_you_mean
from sfwnb.views.markup import DIM, EDGE, FAINT, Html, moment, shown, styled, table, tag, text
from sfwnb.views.references import Reference, kinds_of, references, relations_of

_ROWS, _COLUMNS = 20, 15
_OPEN = 30  # rows: kinds stand open until so many are shown
_RULES = f"""
& {{ font-size: var(--jp-ui-font-size1, 13px); }}
& details {{ margin: 2px 0; }}
& summary {{ cursor: pointer; padding: 2px 0; }}
& summary span, & .sfwnb-note {{ color: {DIM}; }}
& .sfwnb-scroll {{ overflow-x: auto; max-height: 420px; overflow-y: auto; }}
& .sfwnb-scroll, & details .sfwnb-note {{ margin-left: 14px; }}
& table {{ border-collapse: collapse; margin: 4px 0 6px; border: 1px solid {EDGE}; \
color: inherit; font-size: 12px; }}
& th, & td {{ text-align: left !important; padding: 3px 10px; vertical-align: top; }}
& td {{ white-space: nowrap; border-top: 1px solid {EDGE}; }}
& thead th {{ background: {FAINT}; }}
& td:first-child {{ font-weight: 600; }}
"""


class Frames(Mapping[str, pd.DataFrame]):
    """A frame for each kind, as of one moment.

    The index of a frame is ``id``, always text. Its columns are the fields of the records in the
    order in which they first occur; relation fields hold ids, or lists of ids. The field ``id``
    itself is the index and no column, since pandas refuses a name that is both (where it does not
    identify the records, it is the column ``id_field``). A kind without entities has an empty frame
    with its relations as columns. Kinds that only the state has come last.

    Args:
        schema: Names the kinds and relations.
        state: ``{kind: {id: record}}``; its tables may change afterwards.
        as_of: When the state was so.

    Attributes:
        as_of: When the state was so; aware of its time zone.

    Example:
        >>> from datetime import UTC, datetime
        >>> from sfwnb.engine.state import Schema
        >>> shop = Schema({"Book": {"author": "Author"}, "Author": {}})
        >>> state = {"Book": {"b1": {"id": "b1", "title": "Solaris", "author": "a1"}}}
        >>> frames = Frames(shop, state, datetime(2026, 1, 1, tzinfo=UTC))
        >>> frames["Book"].loc["b1", "author"]
        'a1'
    """

    def __init__(self, schema: Schema, state: State, as_of: datetime) -> None:
        self.as_of = as_of
        self._schema = schema
        self._tables = {kind: dict(state.get(kind, {})) for kind in kinds_of(schema, state)}
        self._frames: dict[str, pd.DataFrame] = {}

    def __getitem__(self, kind: str) -> pd.DataFrame:
        """The frame of a kind; the same one each time.

        Raises:
            UnknownKind: Neither the schema nor the state has it.
        """
        if kind not in self._tables:
            raise UnknownKind(
                f"No kind {kind!r} in schema {self._schema.name!r}. It has: "
                f"{', '.join(self._tables)}.{did_you_mean(str(kind), self._tables)}"
            )
        if kind not in self._frames:
            self._frames[kind] = self._frame(kind)
        return self._frames[kind]

    def __contains__(self, kind: object) -> bool:
        return kind in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def get(self, kind: str, default: Any = None) -> Any:
        """The frame of a kind, or the default for a kind that is not there."""
        # Mapping's own waits for a KeyError, which an UnknownKind is not.
        return self[kind] if kind in self else default  # noqa: SIM401  # this is that get

    @property
    def edges(self) -> pd.DataFrame:
        """Every reference: source_kind, source_id, relation, target_kind, target_id."""
        found = list(references(self._schema, self._tables))
        return pd.DataFrame(found, columns=list(Reference._fields), dtype="str")

    def _frame(self, kind: str) -> pd.DataFrame:
        table = self._tables[kind]
        index = pd.Index(list(table), name="id", dtype="str")
        if not table:
            return pd.DataFrame(index=index, columns=list(relations_of(self._schema, kind)))
        frame = pd.DataFrame(list(table.values()))
        frame.index = index
        if "id" not in frame.columns:
            return frame
        if kind in self._schema.kinds and self._schema.id_fields(kind) != ("id",):
            return frame.rename(columns={"id": "id_field"})
        del frame["id"]  # in place: drop copies all columns where pandas does not copy on write
        return frame

    def __repr__(self) -> str:
        head = f"Frames of {self._schema.name!r} as of {moment(self.as_of)}"
        width = max(map(len, self._tables), default=0)
        lines = [f"  {kind:<{width}}  {_shape(self[kind])}" for kind in self._tables]
        return "\n".join([f"{head}{'' if any(self._tables.values()) else ': no entities'}", *lines])

    def _repr_html_(self) -> str:
        note = f"{text(self._schema.name)}, as of {text(moment(self.as_of))}"
        full = [kind for kind, table in self._tables.items() if table]
        blank = [kind for kind, table in self._tables.items() if not table]
        before = accumulate((min(len(self[kind]), _ROWS) for kind in full), initial=0)
        blocks = [
            self._details(kind, rows < _OPEN) for kind, rows in zip(full, before, strict=False)
        ]
        if not full:
            note += " · no entities yet"
        if blank:
            blocks.append(tag("div", text(f"No rows: {', '.join(blank)}"), class_="sfwnb-note"))
        return styled("frames", _RULES, tag("div", note, class_="sfwnb-note"), *blocks)

    def _details(self, kind: str, opened: bool) -> Html:
        frame = self[kind]
        part = frame.iloc[:_ROWS, :_COLUMNS]
        cells = part.astype(object).itertuples(name=None)
        rows = [[text(shown(cell)) for cell in row] for row in cells]
        block = [tag("div", table(["id", *map(str, part.columns)], rows), class_="sfwnb-scroll")]
        if part.shape != frame.shape:
            block.append(tag("div", text(_cut(part, frame)), class_="sfwnb-note"))
        name = tag("b", text(kind))
        summary = tag("summary", name, Html(" "), tag("span", text(_shape(frame))))
        return tag("details", summary, *block, open="open" if opened else None)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._tables)


def _shape(frame: pd.DataFrame) -> str:
    rows, columns = frame.shape
    return f"{_counted(rows, 'row')}, {_counted(columns, 'column')}"


def _cut(part: pd.DataFrame, frame: pd.DataFrame) -> str:
    words = []
    if len(part) < len(frame):
        words.append(f"{len(part):,} of {_counted(len(frame), 'row')}")
    if part.shape[1] < frame.shape[1]:
        words.append(f"{part.shape[1]:,} of {_counted(frame.shape[1], 'column')}")
    return ", ".join(words)


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
