"""Cards: a title, a status and a few rows, as text and as HTML, from values alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from urllib.parse import urlsplit

from sfwnb.views.markup import DIM, EDGE, FAINT, MONO, SANS, Html, moment, styled, tag, text

_BLUE, _GREEN, _AMBER, _PURPLE, _RED = "#1f6feb", "#1a7f37", "#9a6700", "#8250df", "#cf222e"
_GREY = "#57606a"
_COLOURS = {
    "RUNNING": _BLUE,
    "COMPLETED": _GREEN,
    "PAUSED": _AMBER,
    "CANCELING": _AMBER,
    "CANCELLING": _AMBER,
    "CANCELED": _AMBER,
    "CANCELLED": _AMBER,
    "CONTINUED_AS_NEW": _PURPLE,
    "FAILED": _RED,
    "TERMINATED": _RED,
    "TIMED_OUT": _RED,
    "TASK FAILING": _RED,
    "LOST": _RED,
}
_RULES = f"""
& {{ display: inline-block; box-sizing: border-box; min-width: 340px; max-width: 100%; \
padding: 10px 14px; border: 1px solid {EDGE}; border-radius: 8px; font-family: {SANS}; \
font-size: var(--jp-ui-font-size1, 13px); line-height: 1.45; }}
& .sfwnb-head {{ display: flex; align-items: baseline; gap: 10px; margin-bottom: 4px; }}
& .sfwnb-title {{ font-size: 115%; font-weight: 600; }}
& code.sfwnb-chip {{ border-radius: 9px; padding: 1px 9px; color: #fff; font-family: {SANS}; \
font-size: 85%; font-weight: 600; letter-spacing: .02em; white-space: nowrap; }}
& table {{ border: none; border-collapse: collapse; margin: 0; font-size: inherit; \
color: inherit; }}
& tbody tr, & tbody tr:hover {{ background: transparent !important; }}
& th, & td {{ text-align: left !important; vertical-align: top; padding: 2px 0; border: none; \
background: transparent; line-height: 1.4; }}
& th {{ font-weight: normal; color: {DIM}; padding-right: 16px; white-space: nowrap; }}
& td {{ overflow-wrap: anywhere; }}
& td code {{ font-family: {MONO}; font-size: 95%; background: transparent; padding: 0; \
color: inherit; }}
& .sfwnb-note {{ margin: 6px 0 0; }}
& .sfwnb-time {{ margin: 6px 0 0; color: {DIM}; font-size: 90%; }}
& .sfwnb-error {{ margin: 8px 0 0; padding: 6px 10px; border-left: 3px solid {_RED}; \
background: {FAINT}; border-radius: 0 4px 4px 0; overflow-wrap: anywhere; white-space: pre-wrap; }}
& .sfwnb-error pre {{ margin: 4px 0 0; padding: 0; background: transparent; font-family: {MONO}; \
white-space: pre-wrap; overflow-wrap: anywhere; }}
"""


@dataclass(frozen=True, slots=True)
class Code:
    """A value that is typed somewhere as it stands: an address, an id, a path."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A value that can be opened, if it is a web address.

    Attributes:
        href: Anything but http and https is shown as text.
        text: What to show instead of the address.
    """

    href: str
    text: str = ""


Value: TypeAlias = "str | Code | Link | Sequence[str | Code | Link]"
"""What a row shows; of a sequence, each on its line."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An error and where it is.

    Attributes:
        message: What happened.
        type: The error's class; may be empty.
        place: The user's line, such as ``Cell In[4], line 12``; may be empty.
        source: The text of that line; may be empty.
    """

    message: str
    type: str = ""
    place: str = ""
    source: str = ""

    @property
    def headline(self) -> str:
        """The error as Python would say it."""
        return (
            f"{self.type}: {self.message}"
            if self.type and self.message
            else str(self.type or self.message)
        )


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """What a lab or a workflow looks like beneath a cell.

    Attributes:
        title: What it is.
        status: One word in capitals, such as ``RUNNING``; None shows none.
        rows: Labels and values.
        notes: Sentences below the rows.
        error: What is wrong, and where.
        as_of: When it was so; aware of its time zone.

    Example:
        >>> Card("OrderWorkflow", status="RUNNING", rows=[("workflow id", Code("Order-o1"))])
        OrderWorkflow · RUNNING
          workflow id  Order-o1
    """

    title: str
    status: str | None = None
    rows: Sequence[tuple[str, Value]] = ()
    notes: Sequence[str] = ()
    error: Problem | None = None
    as_of: datetime | None = None

    def text(self) -> str:
        """The card in plain text, a line each."""
        width = max((len(label) for label, _ in self.rows), default=0)
        lines = [" · ".join(filter(None, [self.title, self.status]))]
        for label, value in self.rows:
            first, *rest = [_plain(part) for part in _parts(value)] or [""]
            lines.append(f"  {label:<{width}}  {first}".rstrip())
            lines += [f"  {'':<{width}}  {more}" for more in rest]
        lines += [f"  {line}" for note in self.notes for line in note.splitlines()]
        if self.error:
            lines += [f"  {line}" for line in self.error.headline.splitlines()]
            lines += [f"    {line}" for line in (self.error.place, self.error.source) if line]
        if self.as_of:
            lines.append(f"  as of {moment(self.as_of)}")
        return "\n".join(lines)

    def html(self) -> str:
        """The card in HTML: a table with plain markup, which reads where styles are stripped."""
        head = [tag("b", text(self.title), class_="sfwnb-title")]
        if self.status:
            colour = f"background: {_COLOURS.get(self.status, _GREY)}"
            head += [Html(" "), tag("code", text(self.status), class_="sfwnb-chip", style=colour)]
        blocks = [tag("div", *head, class_="sfwnb-head")]
        if self.rows:
            blocks.append(tag("table", tag("tbody", *(_row(*row) for row in self.rows))))
        blocks += [tag("p", _lines(note), class_="sfwnb-note") for note in self.notes]
        if self.error:
            blocks.append(_problem(self.error))
        if self.as_of:
            blocks.append(tag("p", text(f"as of {moment(self.as_of)}"), class_="sfwnb-time"))
        return styled("card", _RULES, *blocks)

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()


def _row(label: str, value: Value) -> Html:
    parts = [_marked(part) for part in _parts(value)]
    return tag("tr", tag("th", text(label)), tag("td", "<br>".join(parts)))


def _parts(value: Value) -> Sequence[str | Code | Link]:
    return [value] if isinstance(value, str | Code | Link) else value


def _plain(value: str | Code | Link) -> str:
    match value:
        case Code():
            return value.text
        case Link() if value.text:
            return f"{value.text} ({value.href})"
        case Link():
            return value.href
    return value


def _marked(value: str | Code | Link) -> Html:
    match value:
        case Code():
            return tag("code", text(value.text))
        case Link() if _is_web(value.href):
            words = text(value.text or value.href)
            return tag("a", words, href=value.href, target="_blank", rel="noopener noreferrer")
    return text(_plain(value))


def _is_web(href: str) -> bool:
    try:
        return urlsplit(href).scheme in ("http", "https")
    except ValueError:
        return False


def _problem(problem: Problem) -> Html:
    parts = [tag("b", text(problem.headline))]
    if problem.place:
        parts.append(Html(f"<br>{text(problem.place)}"))
    if problem.source:
        parts.append(tag("pre", text(problem.source)))
    return tag("div", *parts, class_="sfwnb-error")


def _lines(words: str) -> Html:
    return Html("<br>".join(map(text, words.splitlines())))
