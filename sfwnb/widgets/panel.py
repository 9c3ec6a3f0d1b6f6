"""The panel: one workflow to look at and to send to, and its static face without a kernel."""

import html
import threading
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets
from IPython.display import DisplayHandle, display

from sfwnb.engine.state import Changes, State
from sfwnb.widgets.face import (
    GATEWAYS,
    Seen,
    card_html,
    face_html,
    face_text,
    header_html,
)
from sfwnb.widgets.forms import Form, Words
from sfwnb.widgets.graph import GraphPicture
from sfwnb.widgets.newest import Newest
from sfwnb.widgets.ports import WorkflowPort
from sfwnb.widgets.presence import presence
from sfwnb.widgets.signatures import signature_of
from sfwnb.widgets.style import LIVE_LOOKS, LOOKS
from sfwnb.widgets.tables import StateTables

_WORDS = {
    "signal": Words("Send", "Sent"),
    "query": Words("Ask", "Answered"),
    "action": Words("Do it", "Done"),
}
_WIDGET = "application/vnd.jupyter.widget-view+json"
_PATIENCE = 1.0  # seconds that showing a panel waits for a first state; then it comes later
_DRAWING_PATIENCE = 3.0  # seconds that it waits for a picture, drawn here
_FASTEST = 0.05  # seconds between two updates of the tables
_FACE_REST = 2.0  # seconds between two updates of the static face, which nobody sees yet
_BYTES_A_SECOND = 400_000  # Jupyter Server drops what is over a megabyte a second


class Panel:
    """A live view of one workflow: its card, state tables, a picture, and a form for every message.

    In JupyterLab it follows the workflow. Where there is no kernel (a notebook reopened or
    converted, GitHub) and after a kernel restart, its static face shows: the same content as it was
    when last seen. Several panels can show one workflow, and one panel can be shown twice.

    Args:
        workflow: The workflow.

    Attributes:
        widget: The live widget, to be put into a layout of your own.
        forms: The forms, as ``{"signal": {"update": Form}, "query": ..., "action": ...}``.
    """

    def __init__(self, workflow: WorkflowPort) -> None:
        self._workflow = workflow
        self._seen = Seen()
        self._has_news = threading.Event()
        self._faces: list[DisplayHandle] = []
        self._is_closed = False
        self._is_looked_at = False
        schema = workflow.schema
        self._header = ipywidgets.HTML(header_html(workflow, self._seen))
        self._card = ipywidgets.HTML()
        self._card_of: tuple[object, ...] | None = None
        self._card_html = ""
        self._tables = StateTables(schema.kinds) if schema else None
        self._picture = GraphPicture(schema, workflow.title, self._age) if schema else None
        self._newest = Newest[Seen](self._update, self._failed)
        self._newest_face = Newest[None](self._refresh_faces, self._failed)
        self.forms = {
            gateway: {name: Form(call, _WORDS[gateway]) for name, call in calls.items()}
            for gateway, _ in GATEWAYS
            if (calls := getattr(workflow, gateway))
        }
        self.widget = self._composed()
        self._stop = workflow.watch(self)

    # What the refresher calls, on its own thread: nothing here may wait.

    def show(self, state: State | None, changes: Changes, status: Mapping[str, Any]) -> None:  # noqa: ARG002 # the tables compare what they show, which survives skipped updates
        """Follow the workflow; see ``View``."""
        self._tell(Seen(state, status or self._seen.status))

    def lost(self, reason: str) -> None:
        """Keep what was seen and say that it is old; see ``View``."""
        self._tell(Seen(self._seen.state, self._seen.status, reason, self._seen.as_of))

    def ended(self, status: str, detail: str = "") -> None:
        """Say that and how the run closed; see ``View``."""
        notice = f"{status}: {detail}" if detail else status
        self._tell(Seen(self._seen.state, self._seen.status, notice, self._seen.as_of))

    def close(self) -> None:
        """Stop watching and take the live widget away; the static face stays. Twice is fine."""
        if self._is_closed:
            return
        self._is_closed = True
        self._stop()
        self._newest.close()
        self._newest_face.close()
        if self._picture:
            self._picture.close()
        self._refresh_faces()
        _close(self.widget)

    def html(self) -> str:
        """The static face: what is known now, without asking anybody."""
        picture = self._picture.newest if self._picture else None
        return face_html(self._workflow, self._card_html, self._seen, picture)

    def __repr__(self) -> str:
        return face_text(self._workflow, self._seen)

    def _repr_html_(self) -> str:
        return self.html()

    def _ipython_display_(self) -> None:
        """Two outputs: the static face and the live widget; the page shows one of them."""
        self._wait_for_content()
        face = {"text/html": self.html(), "text/plain": repr(self)}
        handle = display(face, raw=True, display_id=True)  # type: ignore[no-untyped-call] # IPython
        if handle is not None:
            self._faces.append(handle)
        if not self._is_closed:
            view = {"model_id": self.widget.model_id, "version_major": 2, "version_minor": 0}
            # No words of its own: what cannot show a widget shows the face above it.
            display({_WIDGET: view, "text/html": ""}, raw=True)  # type: ignore[no-untyped-call] # IPython

    def _wait_for_content(self) -> None:
        if self._is_closed or not self._has_news.wait(_PATIENCE):
            return
        self._newest.settle(_PATIENCE)
        if self._picture:
            self._picture.settle(_DRAWING_PATIENCE)

    def _tell(self, seen: Seen) -> None:
        self._seen = seen
        self._newest.offer(seen)
        self._has_news.set()

    def _update(self, seen: Seen) -> float:
        """Write what changed into the widgets; the seconds to rest follow from what was sent."""
        header = header_html(self._workflow, seen)
        if self._header.value != header:
            self._header.value = header
        written = 0
        if seen.state is not None and self._tables and self._picture:
            written = self._tables.show(seen.state)
            self._picture.offer(seen.state)
        self._age()
        self._update_card(seen)
        return max(_FASTEST, written / _BYTES_A_SECOND)

    def _update_card(self, seen: Seen) -> None:
        """A card may cost a question to the server: ask when the status changed, not the state."""
        card_of = (seen.status.get("status"), seen.notice)
        if card_of != self._card_of:
            self._card_html = self._workflow.card_html()
            self._card.value = card_html(self._card_html)
            self._card_of = card_of

    def _failed(self, error: Exception) -> None:
        words = html.escape(f"The panel could not show this: {type(error).__name__}: {error}")
        self._header.value = f'<p class="sfwnb-error">{words}</p>'

    def _look_at(self) -> None:
        self._is_looked_at = True
        self._age()

    def _age(self) -> None:
        """Have the static faces follow, slowly; a notebook built without a page keeps the first."""
        if self._is_looked_at:
            self._newest_face.offer(None)

    def _refresh_faces(self, _: None = None) -> float:
        face = {"text/html": self.html(), "text/plain": repr(self)}
        for handle in self._faces:
            handle.update(face, raw=True)  # type: ignore[no-untyped-call] # IPython
        return _FACE_REST

    def _composed(self) -> Any:
        style = ipywidgets.HTML(f"<style>{LOOKS}{LIVE_LOOKS}</style>")
        style.layout.display = "none"
        head = ipywidgets.HBox([self._header, self._card]).add_class("sfwnb-head")
        parts = [style, presence(self._look_at), head]
        if self._tables and self._picture:
            body = ipywidgets.HBox([self._tables.widget, self._picture.widget])
            parts.append(body.add_class("sfwnb-body"))
        else:
            parts.append(_quiet("It keeps no normalized state, so there is nothing to tabulate."))
        if self.forms:
            parts.append(_forms_widget(self._workflow, self.forms))
        else:
            parts.append(_quiet("No signals, queries or actions of it are known here."))
        return ipywidgets.VBox(parts).add_class("sfwnb-panel").add_class("sfwnb-live")


def _forms_widget(workflow: WorkflowPort, forms: Mapping[str, Mapping[str, Form]]) -> Any:
    """A tab per way of sending; in it every message, folded, under its name."""
    headings = dict(GATEWAYS)
    tab = ipywidgets.Tab().add_class("sfwnb-forms")
    tab.children = [
        ipywidgets.Accordion(
            [form.widget for form in named.values()],
            titles=[_title(name, getattr(workflow, gateway)[name]) for name in named],
        )
        for gateway, named in forms.items()
    ]
    tab.titles = [f"{headings[gateway]} {len(named)}" for gateway, named in forms.items()]
    tab.selected_index = 0
    return tab


def _quiet(words: str) -> Any:
    return ipywidgets.HTML(f'<p class="sfwnb-quiet">{words}</p>')


def _title(name: str, call: Callable[..., Any]) -> str:
    """The name with its parameters; their types stand in the fields."""
    parameters = signature_of(call).parameters
    return f"{name}({', '.join(each.parameter.name for each in parameters)})"


def _close(widget: Any) -> None:
    """Close a widget and everything in it; ipywidgets closes only the outermost."""
    for child in getattr(widget, "children", ()):
        _close(child)
    widget.close()
