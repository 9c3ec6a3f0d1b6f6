"""Pictures of entity graphs: ``draw`` makes a Drawing, which shows itself as PNG and SVG."""

from collections.abc import Hashable
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import networkx as nx
from matplotlib.figure import Figure

from sfwnb.errors import StateError, did_you_mean
from sfwnb.views.drawing.arranging import arranged
from sfwnb.views.drawing.content import Content, content
from sfwnb.views.drawing.lettering import no_glyph_warnings
from sfwnb.views.drawing.painting import painted

_FORMATS = ("png", "svg", "pdf", "eps", "jpg", "jpeg", "webp", "tif", "tiff")
_DPI = 192  # twice what a screen pixel is to Jupyter, for sharp letters


class Drawing:
    """A picture that shows itself in a notebook and saves itself to a file.

    Attributes:
        figure: The matplotlib Figure; pyplot never knew it.
    """

    def __init__(self, figure: Figure, words: str) -> None:
        self.figure = figure
        self._words = words

    def save(self, path: str | Path) -> Path:
        """Write the picture in the format that the file's suffix names.

        Returns:
            The path, absolute.

        Raises:
            StateError: The suffix names no format that can be written.

        Example:
            >>> order.draw().save("order.svg")  # doctest: +SKIP
        """
        target = Path(path).expanduser().absolute()
        suffix = target.suffix.lower().removeprefix(".")
        if suffix not in _FORMATS:
            known = ", ".join(f".{name}" for name in _FORMATS)
            raise StateError(
                f"Cannot save a drawing as {target.name!r}: a file's suffix names the format, one "
                f"of {known}.{did_you_mean(suffix, _FORMATS)}"
            )
        target.write_bytes(self._written(suffix))
        return target

    def __repr__(self) -> str:
        return f"<Drawing: {self._words}>"

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        width, height = self.figure.get_size_inches()
        half = _DPI // 2
        return self._written("png"), {"width": round(width * half), "height": round(height * half)}

    def _repr_svg_(self) -> str:
        text = self._written("svg").decode()
        return text[text.index("<svg") :]

    def _written(self, format: str) -> bytes:
        buffer = BytesIO()
        # No date and no random ids: the same state gives the same bytes, as notebooks in git need.
        metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(format)
        with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "sfwnb"}), no_glyph_warnings():
            self.figure.savefig(buffer, format=format, dpi=_DPI, metadata=metadata)
        return buffer.getvalue()


def draw(
    graph: "nx.MultiDiGraph[Any]", *, root: Hashable | None = None, limit: int = 200
) -> Drawing:
    """Draw an entity graph: a colour and a marker for each kind, arrows for relations.

    Up to 60 nodes are boxes with their ids and names, in layers from what refers to what is
    referred to, wherever no layer grows too high; others are dots placed by their distances in the
    graph, the best connected of them labelled. The same graph gives the same picture.

    Args:
        graph: As ``entity_graph`` makes it; a graph of your own with the node attributes ``kind``,
            ``id`` and ``record`` and the edge attribute ``relation``, all optional, works too.
        root: The node to start from, such as ``("Order", "o1")``.
        limit: Of a larger graph only so many nodes are drawn: the root or the best connected one,
            and from there the best connected of its neighbours on.

    Example:
        >>> import networkx as nx
        >>> graph = nx.MultiDiGraph(name="bookshop")
        >>> graph.add_node(("Order", "o1"), kind="Order", id="o1")
        >>> draw(graph)
        <Drawing: bookshop, 1 entity: Order 1>
    """
    root = root if root in graph else _root(graph)
    chosen = content(graph, limit=limit, root=root)
    return Drawing(painted(arranged(chosen)), _words(chosen))


def _root(graph: "nx.MultiDiGraph[Any]") -> Hashable | None:
    """A node that nobody refers to, with the most relations; None when all are referred to."""
    tops = [node for node in graph if not graph.in_degree(node) and graph.out_degree(node)]
    return max(tops, key=graph.out_degree, default=None)


def _words(shown: Content) -> str:
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in shown.total.items())
    drawn, total = sum(shown.shown.values()), sum(shown.total.values())
    count = "no entities" if not total else "1 entity" if total == 1 else f"{total:,} entities"
    part = f"{drawn:,} of {count}" if drawn < total else count
    head = ", ".join(filter(None, [shown.name, part]))
    return f"{head}: {kinds}" if kinds else head


__all__ = ["Drawing", "draw"]
