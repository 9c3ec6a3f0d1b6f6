"""A colour and a marker for each kind, told apart without colour vision and in black and white."""

from collections.abc import Sequence
from dataclasses import dataclass

# Okabe and Ito's colours (jfly.uni-koeln.de/color), without black, which edges and text use.
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8A8A8A", "#C9B500")
_MARKERS = ("o", "s", "^", "D", "p", "v", "h", "P", "X", "<", ">")


@dataclass(frozen=True, slots=True)
class Style:
    """How the entities of a kind look.

    Attributes:
        colour: As ``#RRGGBB``.
        marker: Matplotlib's word for a shape.
    """

    colour: str
    marker: str

    @property
    def tint(self) -> str:
        """The colour, thinned to a background under black text."""
        channels = (int(self.colour[i : i + 2], 16) for i in (1, 3, 5))
        return "#" + "".join(f"{round(255 - (255 - value) * 0.13):02X}" for value in channels)


def styles(kinds: Sequence[str]) -> dict[str, Style]:
    """A style for each kind by its place; 88 kinds pass before a pair comes again.

    Example:
        >>> styles(["Order", "Line"])["Line"]
        Style(colour='#E69F00', marker='s')
    """
    return {
        kind: Style(_COLOURS[place % len(_COLOURS)], _MARKERS[place % len(_MARKERS)])
        for place, kind in enumerate(kinds)
    }
