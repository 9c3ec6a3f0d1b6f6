"""A page's nodes and relations on a canvas: as boxes with curves, or as dots with lines."""

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import hypot

from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.patches import FancyBboxPatch
from matplotlib.path import Path

from sfwnb.views.drawing import arranging
from sfwnb.views.drawing.arranging import Page, second_line
from sfwnb.views.drawing.brush import DIM, INK, LINE, paint_markers, write
from sfwnb.views.drawing.content import Join, Mark
from sfwnb.views.drawing.lettering import text_width
from sfwnb.views.drawing.placement import Node, Point

_RADIUS = 0.085
_ARROW = (0.085, 0.035)
_EDGE = 0.1
"""Inches that a label keeps from the picture's edge."""

Box = tuple[float, float, float, float]


class _Sheet:
    """What boxes and dots have in common: places, arrow heads, and labels that keep clear."""

    def __init__(self, axes: Axes, page: Page, origin: Point) -> None:
        self.axes, self.page = axes, page
        self.origin = origin
        self.at = {node: self.moved(centre) for node, centre in page.placement.centres.items()}
        self.taken: list[Box] = []
        self.heads: list[list[Point]] = []

    def moved(self, point: Point) -> Point:
        """A point of the placement, on the canvas."""
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
        left, right = self.axes.get_xlim()
        for x, y in spots:
            box = (x - wide, y - high, x + wide, y + high)
            if box[0] < left + _EDGE or box[2] > right - _EDGE:
                continue
            if not any(_overlap(box, other) for other in self.taken):
                self.taken.append(box)
                write(self.axes, (x, y), text, size, colour, "center", halo=True)
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


class Boxes(_Sheet):
    """Nodes as boxes with their labels inside, relations as curves from side to side."""

    def paint(self) -> None:
        """Put all of it on the canvas."""
        for node, mark in self.page.content.marks.items():
            self._box(node, mark)
        joins = self.page.content.joins
        self.lines([self._curve(join) for join in joins], 1.0)
        for join in joins:
            self._name(join)

    def _box(self, node: Node, mark: Mark) -> None:
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
        paint_markers(self.axes, [(left + 0.17, y)], mark.style, mark.missing)
        text, below = left + 0.31, second_line(mark)
        raised = y + (0.08 if below else 0)
        write(self.axes, (text, raised), mark.title, arranging.TITLE, INK, weight="bold")
        if below:
            style = "italic" if mark.missing else "normal"
            write(self.axes, (text, y - 0.09), below, arranging.SUBTITLE, DIM, style=style)

    def _curve(self, join: Join) -> Path:
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

    def _name(self, join: Join) -> None:
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


class Dots(_Sheet):
    """Nodes as dots with labels near by, relations as straight lines."""

    def paint(self) -> None:
        """Put all of it on the canvas."""
        marks = list(self.page.content.marks.values())
        for style, group in groupby(
            sorted(marks, key=lambda mark: (mark.kind, mark.missing)),
            key=lambda mark: (mark.style, mark.missing),
        ):
            paint_markers(self.axes, [self.at[mark.node] for mark in group], *style)
        for x, y in self.at.values():
            self.taken.append((x - _RADIUS, y - _RADIUS, x + _RADIUS, y + _RADIUS))
        self._leaning = self._lean()
        few = len(marks) <= arranging.LABELS
        joins = self.page.content.joins
        self.lines([self._line(join) for join in joins], 0.8, 0.9 if few else 0.55)
        root = self.page.content.root
        ranked = sorted(marks, key=lambda mark: (mark.node != root, -mark.degree))
        for mark in ranked[: arranging.LABELS]:
            self._title(mark)
        if few:
            named: set[tuple[Node, str]] = set()  # once for each node is enough
            for join in joins:
                if (join.pair[0], join.label) not in named and self._name(join):
                    named.add((join.pair[0], join.label))

    def _title(self, mark: Mark) -> None:
        x, y = self.at[mark.node]
        away = _RADIUS + 0.075
        aside = text_width(mark.title, arranging.SUBTITLE) / 2 + _RADIUS + 0.05
        below, above = (x, y - away), (x, y + away)
        first, second = (above, below) if self._leaning[mark.node] < 0 else (below, above)
        spots = [first, second, (x + aside, y), (x - aside, y)]
        self.label(spots, mark.title, arranging.SUBTITLE, DIM if mark.missing else INK)

    def _lean(self) -> dict[Node, float]:
        """Whether a node's relations lead up or down from it: its label goes to the other side."""
        leaning = dict.fromkeys(self.at, 0.0)
        for join in self.page.content.joins:
            (x0, y0), (x1, y1) = (self.at[node] for node in join.pair)
            slope = (y1 - y0) / (hypot(x1 - x0, y1 - y0) or 1.0)
            leaning[join.pair[0]] += slope
            leaning[join.pair[1]] -= slope
        return leaning

    def _line(self, join: Join) -> Path:
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

    def _name(self, join: Join) -> bool:
        (x0, y0), (x1, y1) = (self.at[node] for node in join.pair)
        spots = [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in (0.5, 0.4, 0.6)]
        return self.label(spots, join.label, arranging.EDGE - 1, DIM)


def _on_curve(start: Point, end: Point, t: float) -> Point:
    """A point of the curve that leaves and arrives horizontally."""
    (x0, y0), (x1, y1) = start, end
    along = 1.5 * t * (1 - t) + t**3  # its handles stand halfway between the ends
    return x0 + (x1 - x0) * along, y0 + (y1 - y0) * (3 * t**2 - 2 * t**3)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
