"""The panel: one workflow to look at and to send to, and its static face without a kernel."""

import html
import threading
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets
from IPython.display import DisplayHandle, display

from sfwnb.engine.state import Changes
from sfwnb.widgets.face import GATEWAYS, Seen, face_html, face_text, status_html
from sfwnb.widgets.forms import Form, Words
from sfwnb.widgets.graph import GraphPicture
from sfwnb.widgets.newest import Newest
from sfwnb.widgets.ports import State, WorkflowPort
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
        schema = workflow.schema
        self._card = ipywidgets.HTML(f"<b>{html.escape(workflow.title)}</b>")
        self._card_of: Mapping[str, Any] | None = None
        self._status = ipywidgets.HTML()
        self._tables = StateTables(schema.kinds) if schema else None
        self._picture = GraphPicture(schema, workflow.title, lambda: None) if schema else None
        self._newest = Newest[Seen](self._update, self._failed)
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
        if self._picture:
            self._picture.close()
        self._refresh_faces()
        _close(self.widget)

    def html(self) -> str:
        """The static face: what is known now, without asking anybody."""
        picture = self._picture.png if self._picture else None
        return face_html(self._workflow, self._card.value, self._seen, picture)

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
            display({_WIDGET: view}, raw=True)  # type: ignore[no-untyped-call] # IPython

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
        if seen.status != self._card_of:  # the card says nothing of the state
            _write(self._card, self._workflow.card_html())
            self._card_of = seen.status
        _write(self._status, status_html(seen))
        if seen.state is None or not self._tables or not self._picture:
            return _FASTEST
        self._picture.offer(seen.state)
        return max(_FASTEST, self._tables.show(seen.state) / _BYTES_A_SECOND)

    def _failed(self, error: Exception) -> None:
        words = html.escape(f"The panel could not show this: {type(error).__name__}: {error}")
        self._status.value = f'<p class="sfwnb-error">{words}</p>'

    def _refresh_faces(self) -> None:
        face = {"text/html": self.html(), "text/plain": repr(self)}
        for handle in self._faces:
            handle.update(face, raw=True)  # type: ignore[no-untyped-call] # IPython

    def _composed(self) -> Any:
        style = ipywidgets.HTML(f"<style>{LOOKS}{LIVE_LOOKS}</style>")
        style.layout.display = "none"
        parts = [style, self._card, self._status]
        if self._tables and self._picture:
            body = ipywidgets.HBox([self._tables.widget, self._picture.widget])
            parts.append(body.add_class("sfwnb-body"))
        if self.forms:
            parts.append(_forms_widget(self._workflow, self.forms))
        return ipywidgets.VBox(parts).add_class("sfwnb-panel").add_class("sfwnb-live")


def _forms_widget(workflow: WorkflowPort, forms: Mapping[str, Mapping[str, Form]]) -> Any:
    """A tab per way of sending; in it every message, folded, under its name and signature."""
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


def _title(name: str, call: Callable[..., Any]) -> str:
    return f"{name}{signature_of(call).text}"


def _write(widget: Any, value: str) -> None:
    if widget.value != value:
        widget.value = value


def _close(widget: Any) -> None:
    """Close a widget and everything in it; ipywidgets closes only the outermost."""
    for child in getattr(widget, "children", ()):
        _close(child)
    widget.close()
