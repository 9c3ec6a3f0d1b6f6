"""Puts an arranged page on a figure, with its header and its legend."""

from collections.abc import Iterator, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sfwnb.views.drawing import arranging
from sfwnb.views.drawing.arranging import Page
from sfwnb.views.drawing.brush import DIM, INK, canvas, paint_markers, write
from sfwnb.views.drawing.content import Content
from sfwnb.views.drawing.lettering import shortened, text_width
from sfwnb.views.drawing.palette import Style
from sfwnb.views.drawing.placement import Point
from sfwnb.views.drawing.sheets import Boxes, Dots

_MARGIN, _HEADER, _LEGEND_LINE = 0.28, 0.42, 0.26
_LEAST_WIDTH = 3.4


def painted(page: Page) -> Figure:
    """The figure of a page: header, nodes and relations, legend, on a white rounded card."""
    content = page.content
    header = 0.0 if not content.marks else _HEADER
    inner = max(page.placement.width, _LEAST_WIDTH, _header_width(content))
    legend = _legend_lines(content, inner)
    foot = _LEGEND_LINE * len(legend) + (0.2 if legend else 0)
    body = page.placement.height if content.marks else 0.5
    width, height = inner + 2 * _MARGIN, body + header + foot + 2 * _MARGIN
    figure, axes = canvas(width, height)
    if not content.marks:
        write(axes, (width / 2, height / 2), _nothing(content), arranging.TITLE, DIM, "center")
        return figure
    _paint_header(axes, content, width, height)
    origin = (_MARGIN + (inner - page.placement.width) / 2, _MARGIN + foot)
    (Boxes if page.boxes else Dots)(axes, page, origin).paint()
    for number, line in enumerate(reversed(legend)):
        _paint_legend_line(axes, line, (_MARGIN, _MARGIN + number * _LEGEND_LINE + 0.06))
    return figure


def _paint_header(axes: Axes, content: Content, width: float, height: float) -> None:
    y = height - _MARGIN - 0.06
    write(axes, (_MARGIN, y), _title(content), 11, INK, weight="bold")
    write(axes, (width - _MARGIN, y), _count(content), arranging.TITLE, DIM, "right")


def _header_width(content: Content) -> float:
    left = text_width(_title(content), 11, "bold")
    return left + 0.4 + text_width(_count(content), arranging.TITLE)


def _title(content: Content) -> str:
    return shortened(content.name, 48)


def _count(content: Content) -> str:
    shown, total = sum(content.shown.values()), sum(content.total.values())
    if shown < total:
        return f"{shown:,} of {total:,} entities"
    return "1 entity" if total == 1 else f"{total:,} entities"


def _nothing(content: Content) -> str:
    return f"{_title(content)}: no entities yet" if content.name else "No entities yet"


def _legend_lines(content: Content, width: float) -> list[list[tuple[Style, bool, str]]]:
    lines: list[list[tuple[Style, bool, str]]] = []
    room = 0.0
    for entry in _legend(content):
        need = _entry_width(entry[2])
        if not lines or need > room:
            lines.append([])
            room = width
        lines[-1].append(entry)
        room -= need
    return lines


def _legend(content: Content) -> Iterator[tuple[Style, bool, str]]:
    for kind, total in content.total.items():
        shown = content.shown.get(kind, 0)
        count = f"{total:,}" if shown == total else f"{shown:,} of {total:,}"
        yield content.styles[kind], False, f"{shortened(kind or 'nodes')} {count}"
    missing = [mark for mark in content.marks.values() if mark.missing]
    if missing:
        yield Style(DIM, "o"), True, f"missing {len(missing):,}"


def _entry_width(text: str) -> float:
    return 0.45 + text_width(text, 8.5)


def _paint_legend_line(axes: Axes, line: Sequence[tuple[Style, bool, str]], at: Point) -> None:
    x, y = at
    for style, missing, text in line:
        paint_markers(axes, [(x + 0.08, y)], style, missing)
        write(axes, (x + 0.21, y), text, 8.5, DIM)
        x += _entry_width(text)
