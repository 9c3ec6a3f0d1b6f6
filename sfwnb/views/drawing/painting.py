"""Puts an arranged page on a matplotlib figure, where one unit is one inch; no pyplot."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from math import hypot

from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.path import Path

from sfwnb.views.drawing import arranging
from sfwnb.views.drawing.arranging import Page, second_line
from sfwnb.views.drawing.content import Content, Join, Mark
from sfwnb.views.drawing.lettering import font, shortened, text_width
from sfwnb.views.drawing.palette import Style
from sfwnb.views.drawing.placement import Node, Point

INK, DIM, LINE = "#1F2328", "#656D76", "#8C959F"
_MARGIN, _HEADER, _LEGEND_LINE = 0.28, 0.42, 0.26
_LEAST_WIDTH = 3.4
_RADIUS = 0.085
_ARROW = (0.085, 0.035)
_HALO = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.8}

Box = tuple[float, float, float, float]


def painted(page: Page) -> Figure:
    """The figure of a page: header, nodes and relations, legend, on a white rounded card."""
    content = page.content
    header = 0.0 if not content.marks else _HEADER
    inner = max(page.placement.width, _LEAST_WIDTH, _header_width(content))
    legend = _legend_lines(content, inner)
    foot = _LEGEND_LINE * len(legend) + (0.2 if legend else 0)
    body = page.placement.height if content.marks else 0.5
    width, height = inner + 2 * _MARGIN, body + header + foot + 2 * _MARGIN
    figure, axes = _canvas(width, height)
    if not content.marks:
        _write(axes, (width / 2, height / 2), _nothing(content), arranging.TITLE, DIM, "center")
        return figure
    _paint_header(axes, content, width, height)
    origin = (_MARGIN + (inner - page.placement.width) / 2, _MARGIN + foot)
    (_Boxes if page.boxes else _Dots)(axes, page, origin).paint()
    for number, line in enumerate(reversed(legend)):
        _paint_legend_line(axes, line, (_MARGIN, _MARGIN + number * _LEGEND_LINE + 0.06))
    return figure


class _Sheet:
    """What boxes and dots have in common: places, arrow heads, and labels that keep clear."""

    def __init__(self, axes: Axes, page: Page, origin: Point) -> None:
        self.axes, self.page = axes, page
        self.origin = origin
        self.at = {node: self.moved(centre) for node, centre in page.placement.centres.items()}
        self.taken: list[Box] = []
        self.heads: list[list[Point]] = []

    def moved(self, point: Point) -> Point:
        return point[0] + self.origin[0], point[1] + self.origin[1]

    def lines(self, paths: Sequence[Path], width: float, opacity: float = 1.0) -> None:
        self.axes.add_collection(
            PathCollection(
                paths, facecolors="none", edgecolors=LINE, linewidths=width, alpha=opacity, zorder=1
            )
        )
        self.axes.add_collection(
            PolyCollection(self.heads, facecolors=LINE, edgecolors="none", alpha=opacity, zorder=2)
        )

    def head(self, tip: Point, towards: Point) -> None:
        """An arrow head whose tip points in the direction ``towards``."""
        length = hypot(*towards) or 1.0
        x, y = towards[0] / length, towards[1] / length
        back = (tip[0] - x * _ARROW[0], tip[1] - y * _ARROW[0])
        side = (-y * _ARROW[1], x * _ARROW[1])
        self.heads.append(
            [tip, (back[0] + side[0], back[1] + side[1]), (back[0] - side[0], back[1] - side[1])]
        )

    def label(self, spots: Sequence[Point], text: str, size: float, colour: str) -> bool:
        """Write a text at the first of the spots where it covers nothing; False if none is free."""
        wide, high = text_width(text, size) / 2 + 0.02, size / 72 * 0.62
        for x, y in spots:
            box = (x - wide, y - high, x + wide, y + high)
            if not any(_overlap(box, other) for other in self.taken):
                self.taken.append(box)
                _write(self.axes, (x, y), text, size, colour, "center", halo=True)
                return True
        return False

    def loop(self, centre: Point, top: float) -> Path:
        """A relation to oneself: a bow above the node."""
        x, y = centre[0], centre[1] + top
        self.head((x + 0.09, y), (-0.35, -1))
        return Path(
            [(x - 0.09, y), (x - 0.22, y + 0.26), (x + 0.22, y + 0.26), (x + 0.1, y + 0.03)],
            [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
        )


class _Boxes(_Sheet):
    """Nodes as boxes with their labels inside, relations as curves from side to side."""

    def paint(self) -> None:
        for node, mark in self.page.content.marks.items():
            self.box(node, mark)
        joins = self.page.content.joins
        self.lines([self.curve(join) for join in joins], 1.0)
        for join in joins:
            self.name(join)

    def box(self, node: Node, mark: Mark) -> None:
        (x, y), (width, height) = self.at[node], self.page.sizes[node]
        left, low = x - width / 2, y - height / 2
        self.taken.append((left, low, left + width, low + height))
        self.axes.add_patch(
            FancyBboxPatch(
                (left, low),
                width,
                height,
                boxstyle="round,pad=0,rounding_size=0.07",
                facecolor="white" if mark.missing else mark.style.tint,
                edgecolor=mark.style.colour,
                linestyle=(0, (3, 2)) if mark.missing else "solid",
                linewidth=1.1,
                zorder=3,
            )
        )
        _paint_markers(self.axes, [(left + 0.17, y)], mark.style, mark.missing)
        text, below = left + 0.31, second_line(mark)
        raised = y + (0.08 if below else 0)
        _write(self.axes, (text, raised), mark.title, arranging.TITLE, INK, weight="bold")
        if below:
            style = "italic" if mark.missing else "normal"
            _write(self.axes, (text, y - 0.09), below, arranging.SUBTITLE, DIM, style=style)

    def curve(self, join: Join) -> Path:
        source, target = join.pair
        if source == target:
            return self.loop(self.at[source], self.page.sizes[source][1] / 2)
        points = [self.moved(point) for point in self.page.placement.routes[join.pair]]
        rightward = points[0][0] <= points[-1][0]
        forward = (1.0, 0.0) if rightward else (-1.0, 0.0)
        if join.forth:
            self.head(points[-1], forward)
        if join.back:
            self.head(points[0], (-forward[0], 0.0))
        vertices, codes = [points[0]], [Path.MOVETO]
        for (x0, y0), (x1, y1) in pairwise(points):
            middle = (x0 + x1) / 2
            vertices += [(middle, y0), (middle, y1), (x1, y1)]
            codes += [Path.CURVE4] * 3
        return Path(vertices, codes)

    def name(self, join: Join) -> None:
        source, target = join.pair
        if source == target:
            x, y = self.at[source]
            top = y + self.page.sizes[source][1] / 2
            self.label([(x + 0.3, top + 0.15)], join.label, arranging.EDGE, DIM)
            return
        points = [self.moved(point) for point in self.page.placement.routes[join.pair]]
        gaps = list(zip(points[::2], points[1::2], strict=False))
        spots = [_on_curve(*gap, t) for gap in gaps for t in (0.5, 0.62, 0.38, 0.72, 0.28)]
        self.label(spots, join.label, arranging.EDGE, DIM)


class _Dots(_Sheet):
    """Nodes as dots with labels near by, relations as straight lines."""

    def paint(self) -> None:
        marks = list(self.page.content.marks.values())
        for style, group in groupby(
            sorted(marks, key=lambda mark: (mark.kind, mark.missing)),
            key=lambda mark: (mark.style, mark.missing),
        ):
            _paint_markers(self.axes, [self.at[mark.node] for mark in group], *style)
        for x, y in self.at.values():
            self.taken.append((x - _RADIUS, y - _RADIUS, x + _RADIUS, y + _RADIUS))
        self.leaning = self.lean()
        few = len(marks) <= arranging.LABELS
        joins = self.page.content.joins
        self.lines([self.line(join) for join in joins], 0.8, 0.9 if few else 0.55)
        root = self.page.content.root
        ranked = sorted(marks, key=lambda mark: (mark.node != root, -mark.degree))
        for mark in ranked[: arranging.LABELS]:
            self.title(mark)
        if few:
            named: set[tuple[Node, str]] = set()  # once for each node is enough
            for join in joins:
                if (join.pair[0], join.label) not in named and self.name(join):
                    named.add((join.pair[0], join.label))

    def title(self, mark: Mark) -> None:
        x, y = self.at[mark.node]
        away = _RADIUS + 0.075
        aside = text_width(mark.title, arranging.SUBTITLE) / 2 + _RADIUS + 0.05
        below, above = (x, y - away), (x, y + away)
        first, second = (above, below) if self.leaning[mark.node] < 0 else (below, above)
        spots = [first, second, (x + aside, y), (x - aside, y)]
        self.label(spots, mark.title, arranging.SUBTITLE, DIM if mark.missing else INK)

    def lean(self) -> dict[Node, float]:
        """Whether a node's relations lead up or down from it: its label goes to the other side."""
        leaning = dict.fromkeys(self.at, 0.0)
        for join in self.page.content.joins:
            (x0, y0), (x1, y1) = (self.at[node] for node in join.pair)
            slope = (y1 - y0) / (hypot(x1 - x0, y1 - y0) or 1.0)
            leaning[join.pair[0]] += slope
            leaning[join.pair[1]] -= slope
        return leaning

    def line(self, join: Join) -> Path:
        source, target = (self.at[node] for node in join.pair)
        if join.pair[0] == join.pair[1]:
            return self.loop(source, _RADIUS)
        along = (target[0] - source[0], target[1] - source[1])
        length = hypot(*along) or 1.0
        cut = min(_RADIUS + 0.015, length / 3) / length
        start = (source[0] + along[0] * cut, source[1] + along[1] * cut)
        end = (target[0] - along[0] * cut, target[1] - along[1] * cut)
        if join.forth:
            self.head(end, along)
        if join.back:
            self.head(start, (-along[0], -along[1]))
        return Path([start, end])

    def name(self, join: Join) -> bool:
        (x0, y0), (x1, y1) = (self.at[node] for node in join.pair)
        spots = [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in (0.5, 0.4, 0.6)]
        return self.label(spots, join.label, arranging.EDGE - 1, DIM)


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), facecolor="none")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.axis("off")
    # A card of its own, so that it reads on the dark theme too.
    axes.add_patch(
        FancyBboxPatch(
            (0.02, 0.02),
            width - 0.04,
            height - 0.04,
            boxstyle="round,pad=0,rounding_size=0.12",
            facecolor="white",
            edgecolor="#D0D7DE",
            linewidth=0.8,
            zorder=0,
        )
    )
    return figure, axes


def _paint_markers(axes: Axes, places: Sequence[Point], style: Style, missing: bool) -> None:
    xs, ys = zip(*places, strict=True)
    colour = "white" if missing else style.colour
    size = 74 if style.marker in "v^Pph<>X" else 58
    axes.scatter(
        xs,
        ys,
        s=size,
        marker=style.marker,
        c=colour,
        edgecolors=style.colour if missing else "white",
        linewidths=1.1 if missing else 0.7,
        zorder=4,
    )


def _write(
    axes: Axes,
    place: Point,
    text: str,
    size: float,
    colour: str,
    align: str = "left",
    *,
    weight: str = "normal",
    style: str = "normal",
    halo: bool = False,
) -> None:
    axes.text(
        *place,
        text,
        color=colour,
        ha=align,
        va="center_baseline" if align == "left" else "center",
        fontproperties=font(size, weight, style),
        bbox=_HALO if halo else None,
        parse_math=False,
        zorder=5,
    )


def _paint_header(axes: Axes, content: Content, width: float, height: float) -> None:
    y = height - _MARGIN - 0.06
    _write(axes, (_MARGIN, y), _title(content), 11, INK, weight="bold")
    _write(axes, (width - _MARGIN, y), _count(content), arranging.TITLE, DIM, "right")


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
        _paint_markers(axes, [(x + 0.08, y)], style, missing)
        _write(axes, (x + 0.21, y), text, 8.5, DIM)
        x += _entry_width(text)


def _on_curve(start: Point, end: Point, t: float) -> Point:
    """A point of the curve that leaves and arrives horizontally."""
    (x0, y0), (x1, y1) = start, end
    along = 1.5 * t * (1 - t) + t**3  # its handles stand halfway between the ends
    return x0 + (x1 - x0) * along, y0 + (y1 - y0) * (3 * t**2 - 2 * t**3)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
