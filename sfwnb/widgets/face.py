"""The static face of a panel: what a reader without a kernel sees of a workflow."""

import base64
import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sfwnb.engine.state import State
from sfwnb.widgets.ports import WorkflowPort
from sfwnb.widgets.signatures import signature_of
from sfwnb.widgets.style import FACES, LOOKS
from sfwnb.widgets.tables import Page, table_html

MOST_ROWS = 50
"""Rows per kind in a static face: it is saved in the notebook."""

_TONES = {
    "running": "good",
    "completed": "good",
    "paused": "mark",
    "cancelling": "mark",
    "failed": "bad",
    "task failing": "bad",
    "terminated": "bad",
    "timed_out": "bad",
}

GATEWAYS = (("signal", "Signals"), ("query", "Queries"), ("action", "Actions"))
"""The ways to send to a workflow: the port's attribute, and the heading."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest that a panel was told.

    Attributes:
        state: The state, or None when the workflow has none or nothing was told yet.
        status: The answer of the ``status`` query.
        notice: Why there is nothing newer: lost, ended, closed; empty while all is well.
        as_of: When it was told.
    """

    state: State | None = None
    status: Mapping[str, Any] = field(default_factory=dict)
    notice: str = ""
    as_of: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and how wide it is meant to be shown, in pixels of a page."""

    png: bytes
    width: int


def face_html(port: WorkflowPort, card: str, seen: Seen, picture: Picture | None) -> str:
    """The whole face, with its own rules about when it is shown.

    Args:
        port: The workflow.
        card: Its card, as HTML.
        seen: What is known of it.
        picture: The entity graph, when there is a picture of it.
    """
    parts = [
        f"<style>{LOOKS}{FACES}</style>",
        header_html(port, seen),
        card_html(card),
        *(_table(kind, seen.state or {}) for kind, _ in _in_order(port, seen)),
        picture_html(picture, port.title),
        *(_calls(heading, gateway, getattr(port, gateway)) for gateway, heading in GATEWAYS),
        '<p class="sfwnb-quiet">As it was at '
        f'<time datetime="{seen.as_of.isoformat(timespec="seconds")}">'
        f"{seen.as_of:%Y-%m-%d %H:%M:%S} UTC</time>. Run the cell for the live panel.</p>",
    ]
    return f'<div class="sfwnb-panel sfwnb-face">{"".join(parts)}</div>'


def face_text(port: WorkflowPort, seen: Seen) -> str:
    """The face in one line, for a terminal."""
    counts = ", ".join(f"{len(table):,} {kind}" for kind, table in _in_order(port, seen) if table)
    return f"Panel of {port.title}: {seen.notice or counts or 'no state yet'}"


def header_html(port: WorkflowPort, seen: Seen) -> str:
    """One line: what it is, its status, how many messages wait, and what went wrong."""
    status = seen.status
    items = [f"<b>{html.escape(port.title)}</b>"]
    if word := str(status.get("status") or ""):
        tone = _TONES.get(word.lower(), "quiet")
        items.append(f'<span class="sfwnb-badge sfwnb-is-{tone}">{html.escape(word)}</span>')
    if waiting := status.get("pending"):
        words = "1 message waits" if waiting == 1 else f"{waiting} messages wait"
        items.append(f"<span>{html.escape(words)}</span>")
    if seen.notice:
        items.append(f'<span class="sfwnb-error">{html.escape(seen.notice)}</span>')
    if error := status.get("last_error"):
        items.append(f'<span class="sfwnb-error">{html.escape(_error_words(error))}</span>')
    return f'<div class="sfwnb-header">{"".join(items)}</div>'


def card_html(card: str) -> str:
    """The workflow's card, folded: most of the time the header says enough."""
    return f"<details><summary>About this workflow</summary>{card}</details>" if card else ""


def picture_html(picture: Picture | None, title: str) -> str:
    """A picture as an element that needs no server."""
    if not picture:
        return ""
    data = base64.b64encode(picture.png).decode()
    words = html.escape(f"Entity graph of {title}")
    image = f'<img alt="{words}" width="{picture.width}" src="data:image/png;base64,{data}">'
    return f'<div class="sfwnb-picture">{image}</div>'


def _in_order(port: WorkflowPort, seen: Seen) -> list[tuple[str, Mapping[str, Any]]]:
    """Kinds with their entities, in the schema's order; none when there is no state."""
    if seen.state is None:
        return []
    kinds = port.schema.kinds if port.schema else ()
    return [(kind, seen.state.get(kind, {})) for kind in dict.fromkeys([*kinds, *seen.state])]


def _table(kind: str, state: State) -> str:
    page = Page.of(state, kind, MOST_ROWS)
    return (
        f"<details{' open' if page.total else ''}>"
        f"<summary>{html.escape(kind)} {page.total:,}</summary>{table_html(page)}</details>"
    )


def _calls(heading: str, gateway: str, calls: Mapping[str, Callable[..., Any]]) -> str:
    if not calls:
        return ""
    items = "".join(
        f"<li><code>{html.escape(f'.{gateway}.{name}{signature_of(call).text}')}</code></li>"
        for name, call in calls.items()
    )
    return f"<details><summary>{heading} {len(calls)}</summary><ul>{items}</ul></details>"


def _error_words(error: Any) -> str:
    """``signal update: UnknownKind: No kind 'Bok'…``, or whatever was given, as text."""
    if not isinstance(error, Mapping):
        return str(error)
    known = (error.get(key) for key in ("cause", "type", "message"))
    return ": ".join(str(word) for word in known if word) or str(dict(error))
