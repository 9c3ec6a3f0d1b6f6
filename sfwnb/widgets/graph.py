"""The picture of the entity graph, redrawn on a thread of its own when the graph changes."""

import html
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets

from sfwnb.engine.state import Schema, State
from sfwnb.widgets.face import Picture, picture_html
from sfwnb.widgets.newest import Newest

_LABELS = ("name", "title", "label")
_REST = 0.3  # seconds between two pictures; one costs about as much to draw


def draw_picture(schema: Schema, state: State) -> Picture:
    """The entity graph of a state, drawn now."""
    # Imported here, on the drawing thread: matplotlib takes longer than the whole panel.
    from sfwnb.views.drawing import draw
    from sfwnb.views.graphs import entity_graph

    png, shown = draw(entity_graph(schema, state))._repr_png_()
    return Picture(png, shown["width"])


def graph_outline(schema: Schema, state: State) -> Mapping[str, Mapping[str, tuple[Any, ...]]]:
    """What a picture shows of a state: entities by kind and id, with label and relations.

    Equal outlines have the same picture, so a change of any other field costs no drawing.
    """
    return {
        kind: {
            id: tuple(record.get(field) for field in (*_LABELS, *schema.relations(kind)))
            for id, record in table.items()
        }
        for kind, table in state.items()
    }


class GraphPicture:
    """A picture that follows a state.

    Args:
        schema: Says which fields are relations.
        title: For readers who cannot see the picture.
        drawn: Called, on the drawing thread, when there is a new picture.

    Attributes:
        widget: What is shown.
        newest: The newest picture, or None.
    """

    def __init__(self, schema: Schema, title: str, drawn: Callable[[], None]) -> None:
        self._schema, self._title, self._drawn = schema, title, drawn
        self._outline: object = None
        self._newest = Newest[State](self._draw, self._failed)
        self.newest: Picture | None = None
        self.widget = ipywidgets.HTML().add_class("sfwnb-picture")

    def offer(self, state: State) -> None:
        """Draw this state soon, unless it looks the same or a newer one comes before."""
        self._newest.offer(state)

    def settle(self, timeout: float) -> bool:
        """Wait until the picture shows the newest state; whether it did in time."""
        return self._newest.settle(timeout)

    def close(self) -> None:
        """Draw no more."""
        self._newest.close()

    def _draw(self, state: State) -> float:
        outline = graph_outline(self._schema, state)
        if outline == self._outline:
            return 0.0
        self.newest = draw_picture(self._schema, state)
        self._outline = outline
        self.widget.value = picture_html(self.newest, self._title)
        self._drawn()
        return _REST

    def _failed(self, error: Exception) -> None:
        words = html.escape(f"No picture: {type(error).__name__}: {error}")
        self.widget.value = f'<p class="sfwnb-quiet">{words}</p>'
