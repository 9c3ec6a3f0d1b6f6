"""What workflow and activity code printed and logged: a sequence that shows itself."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol, TypeVar, overload

import pandas as pd

from sfwnb.views.markup import DIM, EDGE, MONO, Html, styled, tag, text

_SHOWN = 200
_LINE = 2_000
_COLUMNS = ("time", "level", "source", "workflow_id", "text")
_RULES = f"""
& {{ max-height: 460px; overflow: auto; border: 1px solid {EDGE}; border-radius: 6px; \
padding: 6px 10px; }}
& pre {{ margin: 0; padding: 0; background: transparent; font-family: {MONO}; font-size: 12px; \
line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; }}
& .sfwnb-note, & .sfwnb-dim {{ color: {DIM}; }}
& .sfwnb-WARNING {{ color: var(--jp-warn-color0, #b35900); }}
& .sfwnb-ERROR, & .sfwnb-CRITICAL, & .sfwnb-STDERR {{ color: var(--jp-error-color1, #d32f2f); }}
"""


class LogLine(Protocol):
    """What a log's record has at least."""

    @property
    def time(self) -> datetime:
        """When, aware of its time zone."""

    @property
    def level(self) -> str:
        """Such as ``INFO``, or ``PRINT`` for what was printed."""

    @property
    def source(self) -> str:
        """Such as ``workflow`` or ``activity``."""

    @property
    def workflow_id(self) -> str:
        """Of the workflow that it comes from or works for; may be empty."""

    @property
    def text(self) -> str:
        """The line, or lines."""


Line = TypeVar("Line", bound=LogLine)


class Log(Sequence[Line]):
    """Records in the order in which they came; a slice of a log is a log.

    Example:
        >>> Log([])
        Log: no lines
    """

    def __init__(self, records: Sequence[Line]) -> None:
        self._records = list(records)

    @overload
    def __getitem__(self, index: int) -> Line: ...

    @overload
    def __getitem__(self, index: slice) -> "Log[Line]": ...

    def __getitem__(self, index: int | slice) -> "Line | Log[Line]":
        if isinstance(index, slice):
            return Log(self._records[index])
        return self._records[index]

    def __len__(self) -> int:
        return len(self._records)

    def frame(self) -> pd.DataFrame:
        """All records, with the columns time (UTC), level, source, workflow_id, text."""
        rows = [
            (each.time, each.level, str(each.source), each.workflow_id, each.text)
            for each in self._records
        ]
        frame = pd.DataFrame(rows, columns=list(_COLUMNS))
        frame["time"] = pd.to_datetime(frame["time"], utc=True)
        return frame

    def __repr__(self) -> str:
        if not self._records:
            return "Log: no lines"
        lines = [f"{head}  {body}" for head, _, body in self._lines()]
        return "\n".join([*self._earlier(), *lines])

    def _repr_html_(self) -> str:
        if not self._records:
            return styled("log", _RULES, tag("div", text("No lines yet."), class_="sfwnb-note"))
        notes = [tag("div", text(note), class_="sfwnb-note") for note in self._earlier()]
        lines = [
            f"{tag('span', text(head), class_='sfwnb-dim')}  "
            f"{tag('span', text(body), class_=f'sfwnb-{_word(level)}')}"
            for head, level, body in self._lines()
        ]
        return styled("log", _RULES, *notes, tag("pre", Html("\n".join(lines))))

    def _earlier(self) -> list[str]:
        hidden = len(self._records) - _SHOWN
        return [f"{hidden:,} earlier lines: .frame() has them all"] if hidden > 0 else []

    def _lines(self) -> Iterator[tuple[str, str, str]]:
        """Of each record that is shown: its aligned head, its level, and its indented text."""
        shown = self._records[-_SHOWN:]
        level, source, workflow = (
            max(len(str(getattr(each, name))) for each in shown)
            for name in ("level", "source", "workflow_id")
        )
        for each in shown:
            head = (
                f"{each.time.astimezone(UTC):%H:%M:%S.%f}"[:12]
                + f"  {each.level:<{level}}  {each.source!s:<{source}}"
                + (f"  {each.workflow_id:<{workflow}}" if workflow else "")
            )
            body = each.text if len(each.text) <= _LINE else f"{each.text[:_LINE]}…"
            yield head, each.level, body.replace("\n", "\n" + " " * (len(head) + 2))


def _word(level: str) -> str:
    return level if level.isalpha() else "dim"
