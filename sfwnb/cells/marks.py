"""What kind of thing a value of the notebook is: a workflow, an activity, data, or nothing of use.

The two names with which Temporal marks what its decorators saw are private to it: only this module
reads them.
"""

import asyncio
import dataclasses
import enum
import inspect
import io
import socket
import threading
import types
import typing
from collections.abc import Iterator
from functools import cached_property, partial, partialmethod
from types import FunctionType, MethodType

_WORKFLOW = "__temporal_workflow_definition"
_ACTIVITY = "__temporal_activity_definition"

_OUTSIDE = (
    io.IOBase, socket.socket, threading.Thread, threading.Event, threading.Condition,
    type(threading.Lock()), type(threading.RLock()), asyncio.AbstractEventLoop, asyncio.Future,
    types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, types.FrameType,
)  # fmt: skip
_OUTSIDE_ROOTS = (
    "IPython", "ipykernel", "ipywidgets", "temporalio.client", "temporalio.worker",
    "temporalio.testing", "sfwnb.lab", "sfwnb.runtime", "sfwnb.widgets", "sfwnb.replay",
    "sfwnb.cells",
)  # fmt: skip


def is_workflow(value: object) -> bool:
    """Whether ``@workflow.defn`` (or a decorator that calls it) was put on this very class."""
    definition = getattr(value, _WORKFLOW, None)
    return isinstance(value, type) and getattr(definition, "cls", None) is value


def is_activity(value: object) -> bool:
    """Whether a function or bound method was marked with ``@activity.defn``."""
    return callable(value) and hasattr(value, _ACTIVITY)


def holds_activities(value: type) -> bool:
    """Whether a class has methods marked as activities: it works outside of workflows."""
    return any(hasattr(member, _ACTIVITY) for member in vars(value).values())


def is_data(value: type) -> bool:
    """Whether a class describes data, so that its identity matters more than its code.

    Dataclasses, enums, exceptions, protocols, named tuples, typed dicts, classes of pydantic,
    attrs and msgspec.
    """
    return (
        dataclasses.is_dataclass(value)
        or issubclass(value, enum.Enum | BaseException)
        or (issubclass(value, tuple) and hasattr(value, "_fields"))
        or typing.is_typeddict(value)
        or bool(vars(value).get("_is_protocol"))
        or hasattr(value, "__attrs_attrs__")
        or hasattr(value, "__struct_fields__")
        or any(base.__module__.split(".")[0] == "pydantic" for base in value.__mro__)
    )


def works_outside(value: object) -> bool:
    """Whether a value holds a connection, a thread, a file or a widget: not for workflow code."""
    owner = value.__self__ if isinstance(value, MethodType) else value
    if isinstance(owner, type) or inspect.isroutine(owner):
        return False
    module = f"{type(owner).__module__}."
    return isinstance(owner, _OUTSIDE) or any(module.startswith(f"{r}.") for r in _OUTSIDE_ROOTS)


def own_functions(value: object) -> Iterator[FunctionType]:
    """The functions of cells below a function, a wrapper of one, or a class.

    Their globals tell, not their ``__module__``, which ``functools.wraps`` copies.
    """
    members = vars(value).values() if isinstance(value, type) else (value,)
    for member in members:
        function = _innermost(member)
        if (
            isinstance(function, FunctionType)
            and function.__globals__.get("__name__") == "__main__"
        ):
            yield function


def _innermost(value: object) -> object:
    seen: set[int] = set()
    while id(value) not in seen and not isinstance(value, type):
        seen.add(id(value))
        if isinstance(value, staticmethod | classmethod | MethodType):
            value = value.__func__
        elif isinstance(value, property):
            value = value.fget
        elif isinstance(value, partial | partialmethod | cached_property):
            value = value.func
        elif "__wrapped__" in getattr(value, "__dict__", {}):
            value = value.__wrapped__  # type: ignore[attr-defined]  # the line above has seen it
    return value
