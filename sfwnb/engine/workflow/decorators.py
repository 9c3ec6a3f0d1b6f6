"""What authors put on classes and methods, ``@chronoforge`` and ``@action``: they only mark."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sfwnb.engine.state import Schema
from sfwnb.engine.workflow.definition import ACTION, collect

Method = TypeVar("Method", bound=Callable[..., Any])
Class = TypeVar("Class", bound=type)


def action(method: Method) -> Method:
    """Make a method an action: a Temporal Update of the method's name and signature.

    The caller gets what the method returns, or the workflow's ``data`` if it returns nothing, after
    the changes that it caused were applied. Raising :class:`sfwnb.errors.Refused` tells the caller
    no; what the method had changed by then stays.

    Example:
        >>> import sfwnb
        >>> class Shipping:
        ...     @sfwnb.action
        ...     async def ship(self, carrier: str, express: bool = False) -> str:
        ...         return carrier
    """
    setattr(method, ACTION, True)
    return method


def chronoforge(
    *, schema: Schema | Mapping[str, Any], kind: str, name: str | None = None
) -> Callable[[Class], Class]:
    """Make a class a workflow whose state is a graph of entities.

    Args:
        schema: The kinds and relations of the state: a Schema, or the dict that describes one.
        kind: The kind of the workflow's own entity.
        name: Temporal's workflow type; the class's name unless said otherwise.

    Returns:
        The class, ready for any Temporal worker.

    Raises:
        DefinitionError: The class or schema has mistakes; all of them are listed, each with its
            line.

    Example:
        >>> import sfwnb
        >>> @sfwnb.chronoforge(schema={"Order": {"lines": ["Line"]}, "Line": {}}, kind="Order")
        ... class OrderWorkflow(sfwnb.StatefulWorkflow):
        ...     @sfwnb.action
        ...     async def ship(self, carrier: str) -> None:
        ...         self.data.carrier = carrier
    """

    def forge(cls: Class) -> Class:
        collect(cls, schema=schema, kind=kind, name=name)
        return cls

    return forge
