"""Text in pictures: which fonts, how wide a text is in inches, and how long ids are cut."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from matplotlib.font_manager import FontProperties, get_font_names
from matplotlib.textpath import text_to_path

_POINTS = 72
# Matplotlib's own font has no Chinese, Japanese or Korean: these are where systems keep them.
_WANTED = (
    "DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Noto Sans JP",
    "Noto Sans KR", "WenQuanYi Zen Hei", "Microsoft YaHei", "Yu Gothic", "Malgun Gothic",
    "PingFang SC", "Hiragino Sans", "Apple SD Gothic Neo", "Arial Unicode MS", "Noto Emoji",
)  # fmt: skip


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """The families to look through for a glyph: those of this machine, then any for an SVG."""
    known = set(get_font_names())
    return (*(name for name in _WANTED if name in known), "sans-serif")


@lru_cache(maxsize=64)
def font(size: float, weight: str = "normal", style: str = "normal") -> FontProperties:
    """A font of ``size`` points."""
    return FontProperties(family=list(families()), size=size, weight=weight, style=style)  # type: ignore[arg-type]  # weight and style are checked by matplotlib


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """The width of a text, in inches."""
    if not text:
        return 0.0
    with no_glyph_warnings():
        width, _, _ = text_to_path.get_text_width_height_descent(text, font(size, weight), False)
    return float(width) / _POINTS


@contextmanager
def no_glyph_warnings() -> Iterator[None]:
    """Let a character that no font has be an empty box, without a word into somebody's cell."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"(?s).*(Glyph|natively support).*")
        yield


def shortened_id(text: str, limit: int = 26) -> str:
    """An id cut in its middle, since ids differ at their ends; line breaks become spaces.

    Example:
        >>> shortened_id("order-2026-11-22-lisbon-000017", limit=15)
        'order-2…-000017'
    """
    text = one_line(text)
    if len(text) <= limit:
        return text
    head = (limit - 1) // 2
    return f"{text[:head]}…{text[head + 1 - limit :]}"


def shortened(text: str, limit: int = 30) -> str:
    """A text cut at its end; line breaks become spaces."""
    text = one_line(text)
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def one_line(text: str) -> str:
    """A text without line breaks and characters that no font draws."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
