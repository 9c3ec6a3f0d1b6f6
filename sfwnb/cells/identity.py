"""Classes whose identity can be told: they are handed over whole, and the sandbox can name them."""

import typing
from collections.abc import Iterator, Mapping
from typing import Any

from sfwnb.cells.names import names_in

_LOOKED_AT = 100


def shared_classes(candidates: Mapping[str, type], values: Mapping[str, object]) -> list[str]:
    """Those of some classes that must not be made twice, because a handed-over value knows them.

    Args:
        candidates: Classes that would be made anew, by name.
        values: What is handed over.
    """
    shared: list[str] = []
    todo = list(values.values())
    while todo:
        known = {cls for value in todo for cls in _classes_of(value)}
        todo = []
        for name, cls in candidates.items():
            if cls in known and name not in shared:
                shared.append(name)
                todo.append(cls)
    return shared


def needed_in_main(values: Mapping[str, object], namespace: Mapping[str, Any]) -> dict[str, object]:
    """The names in annotations that are text, of handed-over classes and of what those name."""
    found: dict[str, object] = {}
    todo = [value for value in values.values() if isinstance(value, type)]
    seen: set[type] = set()
    while todo:
        for cls in todo.pop().__mro__:
            if cls in seen:
                continue
            seen.add(cls)
            for note in _annotations(cls):
                names = [name for name in _text_names(note) if name in namespace]
                found.update({name: namespace[name] for name in names})
                todo += [each for name in names if isinstance(each := namespace[name], type)]
                todo += _classes_in(note)
    return found


def _classes_of(value: object) -> Iterator[type]:
    """The classes whose identity a handed-over value gives away."""
    if isinstance(value, type):
        for base in value.__mro__:
            yield base
            for note in _annotations(base):
                yield from _classes_in(note)
        return
    yield from type(value).__mro__
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list | tuple | set | frozenset) and len(value) <= _LOOKED_AT:
        for each in value:
            yield from each.__mro__ if isinstance(each, type) else type(each).__mro__


def _annotations(cls: type) -> list[object]:
    if cls.__module__ != "__main__":
        return []
    return list(vars(cls).get("__annotations__", {}).values())


def _classes_in(annotation: object) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _classes_in(argument)


def _text_names(annotation: object) -> list[str]:
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        return names_in(annotation)
    return [name for argument in typing.get_args(annotation) for name in _text_names(argument)]
