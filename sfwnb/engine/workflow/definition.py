"""The collector: reads a decorated class, reports every mistake at once, and makes it a workflow.

Decorators only mark. ``collect`` looks at the class with its bases, lists all mistakes with their
lines, wraps each action in a Temporal Update, gives the class a ``run`` of its own (Temporal does
not inherit one) and hands it to ``workflow.defn``. ``describe`` answers, for any workflow class,
what it can be sent: names, signatures and words, for forms and completion.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from types import FunctionType
from typing import Any, get_type_hints

from temporalio import workflow

from sfwnb.engine.state import Schema
from sfwnb.engine.workflow import envelopes
from sfwnb.engine.workflow.stateful import RESERVED, Forged, StatefulWorkflow
from sfwnb.errors import DefinitionError, SfwnbError, did_you_mean, listed, place

ACTION = "__sfwnb_action__"
_GENERATED = "__sfwnb_generated__"


@dataclass(frozen=True, slots=True)
class Handler:
    """A message that a workflow takes.

    Attributes:
        name: Its name on the wire.
        signature: What a caller gives, without ``self``; annotations are resolved types.
        doc: The author's words about it, or an empty string.
        builtin: Whether every StatefulWorkflow has it.
    """

    name: str
    signature: inspect.Signature
    doc: str
    builtin: bool


@dataclass(frozen=True, slots=True)
class WorkflowDefinition:
    """What a workflow class is to its callers.

    Attributes:
        name: Temporal's workflow type.
        arguments: The signature of its ``run``, without ``self``.
        signals: By name, in the order of the class; built-in ones first.
        queries: As ``signals``.
        updates: As ``signals``; the actions of a StatefulWorkflow stand here.
        schema: The schema of a StatefulWorkflow, else None.
        kind: The kind of its own entity, else None.
    """

    name: str
    arguments: inspect.Signature
    signals: Mapping[str, Handler]
    queries: Mapping[str, Handler]
    updates: Mapping[str, Handler]
    schema: Schema | None = None
    kind: str | None = None


def collect(
    cls: type, *, schema: Schema | Mapping[str, Any], kind: str, name: str | None = None
) -> None:
    """Check the class and make it a Temporal workflow; see ``chronoforge``.

    Raises:
        DefinitionError: All mistakes of the class and its schema.
    """
    if not issubclass(cls, StatefulWorkflow):
        raise DefinitionError(
            f"@chronoforge is for a class that extends StatefulWorkflow; {cls!r} does not."
        )
    schema = schema if isinstance(schema, Schema) else Schema(schema, name=cls.__name__)
    mistakes = [*_mistakes(cls, schema, kind)]
    if mistakes:
        raise DefinitionError(f"{cls.__name__} cannot be a workflow:\n{listed(mistakes)}")
    cls._sfwnb_forged = Forged(schema, kind)
    for method_name, method in _authored(cls):
        if hasattr(method, ACTION) and not hasattr(method, "_defn"):
            _install_action(cls, method_name, method)
    _give_run(cls)
    try:
        workflow.defn(name=name or cls.__name__, failure_exception_types=[SfwnbError])(cls)
    except ValueError as error:
        raise DefinitionError(f"{cls.__name__} cannot be a workflow: {error}") from error


def describe(cls: type) -> WorkflowDefinition:
    """What callers may send to a workflow class, a StatefulWorkflow or any other.

    Raises:
        DefinitionError: The class is not a workflow.
    """
    found = _defined(cls)
    forged = cls._sfwnb_forged if issubclass(cls, StatefulWorkflow) else None
    return WorkflowDefinition(
        name=found.name or cls.__name__,
        arguments=_signature(found.run_fn),
        signals=_handlers(cls, found.signals),
        queries=_handlers(cls, found.queries),
        updates=_handlers(cls, found.updates),
        schema=forged.schema if forged else None,
        kind=forged.kind if forged else None,
    )


def type_name(cls: type) -> str:
    """Temporal's workflow type of a workflow class.

    Raises:
        DefinitionError: The class is not a workflow.
    """
    return _defined(cls).name or cls.__name__


def _defined(cls: type) -> workflow._Definition:
    # The one place that reads the SDK's private definition: there is no public reader of it.
    found = workflow._Definition.from_class(cls)
    if found is None:
        raise DefinitionError(
            f"{getattr(cls, '__name__', cls)!r} is not a workflow: decorate the class with "
            "@sfwnb.chronoforge(schema=…, kind=…) or with @workflow.defn."
        )
    return found


def _authored(cls: type) -> Iterator[tuple[str, Any]]:
    """The author's attributes, the nearest of each name, bases first, in the order written."""
    seen: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base is not object and not issubclass(StatefulWorkflow, base):
            seen |= vars(base)
    yield from seen.items()


def _mistakes(cls: type, schema: Schema, kind: str) -> Iterator[str]:
    if "<locals>" in cls.__qualname__:
        yield (
            f"{cls.__name__} stands inside a function, where Temporal cannot find it by name: "
            "move it to the top level of the cell or module."
        )
    if kind not in schema.kinds:
        known = ", ".join(schema.kinds)
        near = did_you_mean(kind, schema.kinds)
        yield f"kind={kind!r} is not in the schema, which has: {known}.{near}"
    for name, method in _authored(cls):
        for mistake in _mistakes_of(cls, name, method):
            yield f"{_where(method)}{mistake}"


def _mistakes_of(cls: type, name: str, method: Any) -> Iterator[str]:
    if name == "__init__":
        yield (
            "__init__ is StatefulWorkflow's own, it puts the state in place. Write starting values "
            "as class attributes or into the data."
        )
    elif _is_own(name) and not hasattr(method, _GENERATED) and not isinstance(method, Forged):
        yield f"{name!r} is StatefulWorkflow's own name: call yours otherwise."
    wire_name = _wire_name(method)
    if wire_name and (wire_name in RESERVED or wire_name.startswith("sfwnb_")):
        yield f"the message {wire_name!r} is built in already: call yours otherwise."
    if hasattr(method, ACTION):
        yield from _mistakes_of_action(name, method)
    elif any(hasattr(vars(base).get(name), ACTION) for base in cls.__mro__):
        yield f"{name!r} overrides an action: decorate it with @action too."


def _mistakes_of_action(name: str, method: Any) -> Iterator[str]:
    if not isinstance(method, FunctionType):
        yield f"@action is for a method; {name!r} is a {type(method).__name__}."
        return
    if name in RESERVED or name.startswith("sfwnb_"):
        yield f"the message {name!r} is built in already: call yours otherwise."
    for parameter in inspect.signature(method).parameters.values():
        if parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
            yield (
                f"the action {name!r} has the parameter {str(parameter)!r}; Temporal passes "
                "arguments by position, so write a plain parameter."
            )


def _is_own(name: str) -> bool:
    """Whether a name is the base class's, and not there to be overridden."""
    if name.startswith("__") and name.endswith("__"):
        return False
    own = name in vars(StatefulWorkflow) or name in StatefulWorkflow.__annotations__
    return (own and name != "execute") or name == "run" or name.startswith("_sfwnb")


def _wire_name(method: Any) -> str | None:
    for mark in ("__temporal_signal_definition", "__temporal_query_definition"):
        if hasattr(method, mark):
            return str(getattr(method, mark).name)
    if hasattr(method, "_defn") and not hasattr(method, ACTION):
        return str(method._defn.name)
    return None


def _where(method: Any) -> str:
    code = getattr(method, "__code__", None)
    return f"{place(code.co_filename, code.co_firstlineno)}: " if code else ""


def _install_action(cls: type, name: str, method: FunctionType) -> None:
    @wraps(method)
    async def act(self: StatefulWorkflow, *arguments: Any) -> Any:
        return await self._sfwnb_act(method, arguments)

    @wraps(method)
    def check(self: StatefulWorkflow, *_arguments: Any) -> None:
        self._sfwnb_check_action(name)

    update = workflow.update(name=name)(act)
    update.validator(check)
    setattr(cls, name, update)


def _give_run(cls: type) -> None:
    # Temporal hands the input to __init__ and to run, and wants their parameters alike.
    async def run(self, input: envelopes.StatefulInput) -> Any:  # type: ignore[no-untyped-def]  # noqa: ANN001, ARG001  # as __init__
        return await self._sfwnb_run()

    # Temporal tells a class's own methods by module and qualified name.
    run.__module__, run.__qualname__ = cls.__module__, f"{cls.__name__}.run"
    setattr(run, _GENERATED, True)
    cls.run = workflow.run(run)  # type: ignore[attr-defined]  # the attribute is made here


def _handlers(cls: type, found: Mapping[str | None, Any]) -> dict[str, Handler]:
    """In the order written, bases first, so that the built-in ones lead."""
    written = [id(each) for base in reversed(cls.__mro__) for each in vars(base).values()]
    place_of = {number: index for index, number in enumerate(written)}
    ranked = sorted(found.values(), key=lambda each: place_of.get(id(each.fn), -1))
    return {
        each.name: Handler(
            each.name, _signature(each.fn), inspect.getdoc(each.fn) or "", _is_builtin(each.fn)
        )
        for each in ranked
        if each.name and not each.name.startswith("sfwnb_")
    }


def _is_builtin(method: Callable[..., Any]) -> bool:
    return method.__module__ == StatefulWorkflow.__module__


def _signature(method: Callable[..., Any]) -> inspect.Signature:
    signature = inspect.signature(method)
    hints = _hints(inspect.unwrap(method))
    parameters = [
        parameter.replace(annotation=hints.get(parameter.name, parameter.annotation))
        for parameter in list(signature.parameters.values())[1:]
        if parameter.name != "_surplus"  # built-in signals take no more, but mind no more either
    ]
    returned = hints.get("return", signature.return_annotation)
    return signature.replace(
        parameters=parameters,
        return_annotation=None if returned is type(None) else returned,
    )


def _hints(method: Callable[..., Any]) -> dict[str, Any]:
    try:
        return get_type_hints(method, include_extras=True)
    except NameError:  # a name that is gone since: the annotations stay text
        return {}
