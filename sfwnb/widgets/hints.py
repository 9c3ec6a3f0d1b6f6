"""Type hints as forms need them: what decides about an input, and how a type is said in words."""

import inspect
import re
import types
import typing
from typing import Any

EMPTY = inspect.Parameter.empty


def without_none(annotation: Any) -> tuple[Any, bool]:
    """The type that an input is chosen by, and whether ``None`` is allowed too.

    Example:
        >>> without_none(int | None)
        (<class 'int'>, True)
    """
    while True:
        if hasattr(annotation, "__supertype__"):  # NewType
            annotation = annotation.__supertype__
        elif typing.get_origin(annotation) is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        else:
            break
    if typing.get_origin(annotation) not in (typing.Union, types.UnionType):
        return annotation, annotation is types.NoneType
    parts = [part for part in typing.get_args(annotation) if part is not types.NoneType]
    optional = len(parts) < len(typing.get_args(annotation))
    if len(parts) > 1:
        return typing.Union[tuple(parts)], optional  # noqa: UP007 # built from a list of types
    core, inner = without_none(parts[0])
    return core, optional or inner


def type_words(annotation: Any) -> str:
    """A type as its author wrote it, without module names.

    Example:
        >>> type_words(dict[str, int] | None)
        'dict[str, int] | None'
    """
    if annotation is EMPTY:
        return ""
    written = inspect.formatannotation(annotation).replace("NoneType", "None")
    return re.sub(r"(?<![\w.'\"])(?:[A-Za-z_]\w*\.)+(?=[A-Za-z_])", "", written)
