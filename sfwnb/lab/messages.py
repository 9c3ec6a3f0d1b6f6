"""``order.signal``, ``order.query``, ``order.action``: functions with the workflow's signatures.

The functions are made once, when a workflow is opened, and are plain attributes, so that tab
completion finds them with jedi on and off. Each checks its arguments against the author's type
hints before anything is sent, so that a mistake shows at the caller's line and not in a worker.
"""

import inspect
import keyword
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, wraps
from typing import Any

from pydantic import PydanticSchemaGenerationError, TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError

from sfwnb.engine.workflow import Handler, WorkflowDefinition, envelopes
from sfwnb.errors import UnknownMessage, WrongArguments, did_you_mean

Send = Callable[[str, Sequence[Any]], Any]
Message = Callable[..., Any]

_LONG = 120
_PLURALS = {"signal": "signals", "query": "queries", "action": "actions"}

_signatures = {
    builder: inspect.signature(builder)
    for builder in (envelopes.update, envelopes.delete, envelopes.state)
}


class Messages:
    """The signals, queries or actions of one workflow, each a function.

    Attributes stand for names that are identifiers; ``messages["ship-order"](…)`` for all others.

    Args:
        word: What these are: ``"signal"``, ``"query"`` or ``"action"``.
        title: The workflow, for error messages.
        functions: The functions by name.
        send: For a workflow whose class is not known: how to send any name, with any arguments.
    """

    def __init__(
        self, word: str, title: str, functions: Mapping[str, Message], send: Send | None = None
    ) -> None:
        self._word = word
        self._title = title
        self._functions = dict(functions)
        self._send = send
        for name, function in self._functions.items():
            if name.isidentifier() and not keyword.iskeyword(name):
                setattr(self, name, function)

    def __getattr__(self, name: str) -> Any:
        # Only reached for what is not there: the functions themselves are plain attributes.
        raise self._unknown(name)

    def __getitem__(self, name: str) -> Message:
        if name in self._functions:
            return self._functions[name]
        if self._send is None:
            raise self._unknown(name)
        return _open_ended(name, self._send)

    def __contains__(self, name: object) -> bool:
        return name in self._functions

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)

    def __dir__(self) -> list[str]:
        return [name for name in self.__dict__ if not name.startswith("_")]

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._functions)

    def __repr__(self) -> str:
        if not self._functions:
            return f"{self._title} has no {self._word} that is known here."
        lines = [
            f"  .{name}{_readable(inspect.signature(function))}"
            for name, function in self._functions.items()
        ]
        return f"{self._title}, its {_PLURALS[self._word]}:\n" + "\n".join(lines)

    def _unknown(self, name: str) -> UnknownMessage:
        known = ", ".join(self._functions) or "none"
        return UnknownMessage(
            f"{self._title} has no {self._word} {name!r}. It has: {known}."
            f"{did_you_mean(name, self._functions)}"
        )


def signal_functions(definition: WorkflowDefinition, send: Send) -> dict[str, Message]:
    """A function for each signal of a workflow."""
    builtin = {"update": _update(definition, send), "delete": _delete(definition, send)}
    return _functions(definition, definition.signals, builtin, send)


def query_functions(definition: WorkflowDefinition, send: Send) -> dict[str, Message]:
    """A function for each query of a workflow."""
    return _functions(definition, definition.queries, {"state": _state(send)}, send)


def action_functions(definition: WorkflowDefinition, send: Send) -> dict[str, Message]:
    """A function for each action (Temporal Update) of a workflow."""
    return _functions(definition, definition.updates, {}, send)


def _functions(
    definition: WorkflowDefinition,
    handlers: Mapping[str, Handler],
    builtin: Mapping[str, Message],
    send: Send,
) -> dict[str, Message]:
    return {
        name: builtin[name]
        if handler.builtin and name in builtin
        else _function(definition, handler, send)
        for name, handler in handlers.items()
    }


def _function(definition: WorkflowDefinition, handler: Handler, send: Send) -> Message:
    def function(*arguments: Any, **named: Any) -> Any:
        return send(handler.name, checked(handler.name, handler.signature, arguments, named))

    function.__name__ = handler.name
    function.__qualname__ = f"{definition.name}.{handler.name}"
    function.__doc__ = handler.doc
    function.__signature__ = handler.signature  # type: ignore[attr-defined]  # inspect reads it
    function.__annotations__ = {
        name: parameter.annotation
        for name, parameter in handler.signature.parameters.items()
        if parameter.annotation is not parameter.empty
    }
    return function


def _open_ended(name: str, send: Send) -> Message:
    def function(*arguments: Any) -> Any:
        return send(name, arguments)

    function.__name__ = name
    return function


def _update(definition: WorkflowDefinition, send: Send) -> Message:
    @wraps(envelopes.update)
    def update(*arguments: Any, **named: Any) -> Any:
        given = _given(envelopes.update, arguments, named)
        if given.get("data") is not None:
            given["kind"] = given.get("kind") or definition.kind
        envelope = envelopes.update(**given)
        if definition.schema:
            envelopes.read_update(definition.schema, envelope)
        return send("update", [envelope])

    return _returning_nothing(update)


def _delete(definition: WorkflowDefinition, send: Send) -> Message:
    @wraps(envelopes.delete)
    def delete(*arguments: Any, **named: Any) -> Any:
        envelope = envelopes.delete(**_given(envelopes.delete, arguments, named))
        if definition.schema:
            envelopes.read_delete(definition.schema, envelope)
        return send("delete", [envelope])

    return _returning_nothing(delete)


def _returning_nothing(function: Message) -> Message:
    """The builder's signature, but of a signal, which returns nothing."""
    signature = inspect.signature(function).replace(return_annotation=None)
    function.__signature__ = signature  # type: ignore[attr-defined]  # inspect reads it
    return function


def _state(send: Send) -> Message:
    @wraps(envelopes.state)
    def state(*arguments: Any, **named: Any) -> Any:
        return send("state", [envelopes.state(**_given(envelopes.state, arguments, named))])

    return state


def _given(builder: Message, arguments: Sequence[Any], named: Mapping[str, Any]) -> dict[str, Any]:
    signature = _signatures[builder]
    return _bound(builder.__name__, signature, arguments, named).arguments


def _readable(signature: inspect.Signature) -> str:
    """A signature without the modules of its types; of a long one the names only."""
    text = re.sub(r"\b(?:[A-Za-z_]\w*\.)+(?=[A-Za-z_])", "", str(signature))
    return text if len(text) <= _LONG else f"({', '.join(signature.parameters)})"


def _bound(
    name: str, signature: inspect.Signature, arguments: Sequence[Any], named: Mapping[str, Any]
) -> inspect.BoundArguments:
    try:
        return signature.bind(*arguments, **named)
    except TypeError as error:
        raise WrongArguments(f"{name}{_readable(signature)}: {error}.") from None


def checked(
    name: str, signature: inspect.Signature, arguments: Sequence[Any], named: Mapping[str, Any]
) -> list[Any]:
    """The arguments by position, defaults filled in, converted as the type hints say.

    Raises:
        WrongArguments: They do not fit the signature or its type hints.
    """
    bound = _bound(name, signature, arguments, named)
    bound.apply_defaults()
    values: list[Any] = []
    for parameter in signature.parameters.values():
        given = bound.arguments[parameter.name]
        several = parameter.kind is inspect.Parameter.VAR_POSITIONAL
        values += [_converted(name, parameter, each) for each in (given if several else [given])]
    return values


def _converted(name: str, parameter: inspect.Parameter, value: Any) -> Any:
    adapter = _adapter(parameter.annotation)
    if adapter is None:
        return value
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, (parameter.name, *each['loc'])))}: {each['msg']}"
            for each in error.errors(include_url=False)
        )
        raise WrongArguments(f"{name}: {problems} (given: {value!r}).") from None


def _adapter(annotation: Any) -> TypeAdapter[Any] | None:
    if annotation in (inspect.Parameter.empty, Any):
        return None
    try:
        return _cached_adapter(annotation)
    except TypeError:  # an annotation that cannot be hashed
        return None


@cache
def _cached_adapter(annotation: Any) -> TypeAdapter[Any] | None:
    try:
        return TypeAdapter(annotation)
    except (PydanticSchemaGenerationError, PydanticUserError):
        return None  # a class that pydantic knows nothing of: the data converter decides
