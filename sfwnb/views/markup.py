"""HTML that reads in JupyterLab's light and dark theme, and without any style on GitHub."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from math import isnan
from typing import Any, NewType

Html = NewType("Html", str)
"""Markup that is already escaped: only the functions here make it from text."""

# JupyterLab's own variables; the fallbacks are see-through or inherited, so that they suit both.
EDGE = "var(--jp-border-color2, rgba(128,128,128,.35))"
FAINT = "var(--jp-layout-color2, rgba(128,128,128,.12))"
DIM = "var(--jp-content-font-color2, inherit)"
MONO = "var(--jp-code-font-family, ui-monospace, Menlo, Consolas, monospace)"
SANS = "var(--jp-ui-font-family, system-ui, sans-serif)"


def text(value: object) -> Html:
    """A text, escaped."""
    return Html(escape(str(value)))


def tag(name: str, *content: str, **attributes: str | None) -> Html:
    """An element; ``class_`` stands for ``class``, and attributes that are None are left out.

    Args:
        name: Such as ``"td"``.
        content: Html, escaped by whoever made it.
        attributes: Values are escaped here.
    """
    pairs = "".join(
        f' {key.rstrip("_")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{pairs}>{''.join(content)}</{name}>")


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    """A table whose headers are text and whose cells are Html."""
    head = tag("tr", *(tag("th", text(header)) for header in headers))
    body = (tag("tr", *(tag("td", cell) for cell in row)) for row in rows)
    return tag("table", tag("thead", head), tag("tbody", *body))


def moment(time: datetime) -> str:
    """A time in UTC, to the second."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def styled(name: str, rules: str, *content: str) -> Html:
    """A block of a class of its own with its rules, in which ``&`` stands for the block.

    Where styles are stripped, the content beneath is plain markup that reads by itself.
    """
    selector = f".sfwnb-{name}"
    scoped = "\n".join(rule.replace("&", selector) for rule in rules.strip().splitlines())
    return tag("div", Html(f"<style>{scoped}</style>"), *content, class_=f"sfwnb-{name}")


def shown(value: Any, limit: int = 60) -> str:
    """A value in a few characters: JSON as JSON, nothing for a value that is not there."""
    if value is None or type(value).__name__ in ("NAType", "NaTType") or _is_nan(value):
        return ""
    if isinstance(value, str):
        words = value
    elif isinstance(value, dict | list):
        words = json.dumps(value, ensure_ascii=False, default=str)
    else:
        words = str(value)
    words = " ".join(words[: limit * 4].split())
    return words if len(words) <= limit else f"{words[: limit - 1]}…"


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and isnan(value)
