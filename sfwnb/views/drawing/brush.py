"""The canvas of a picture, where one unit is one inch, and what is put on it: markers and text."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from sfwnb.views.drawing.lettering import font
from sfwnb.views.drawing.palette import Style
from sfwnb.views.drawing.placement import Point

INK, DIM, LINE = "#1F2328", "#656D76", "#8C959F"
_HALO = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.8}


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure of so many inches without pyplot: axes over all of it, a white card of its own."""
    figure = Figure(figsize=(width, height), facecolor="none")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.axis("off")
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


def paint_markers(axes: Axes, places: Sequence[Point], style: Style, missing: bool) -> None:
    """Put a kind's marker at some places; hollow for what is missing."""
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


def write(
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
    """Write a text as it stands; a halo keeps it readable over lines."""
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
