"""Whether a page shows a widget: what is only for readers later waits until somebody looks."""

from collections.abc import Callable
from typing import Any

import anywidget

_PAGE = """
function render({ model, el }) {
  el.style.display = "none";
  model.send("shown");
}
export default { render };
"""


def presence(shown: Callable[[], None]) -> Any:
    """An invisible widget that calls ``shown`` whenever a page begins to show it.

    A kernel cannot know otherwise: under nbclient, which builds notebooks, nobody ever looks.
    """
    widget = anywidget.AnyWidget(_esm=_PAGE)
    widget.on_msg(lambda _widget, _content, _buffers: shown())
    return widget
