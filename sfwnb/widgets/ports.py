"""What widgets need of a workflow and of whoever keeps them fresh, as Protocols.

A panel reads a ``WorkflowPort`` and is itself a ``View``: the lab's one refresher calls
``show(...)`` whenever the workflow's history grew. Widgets know nothing else of labs and servers,
so a test or another gateway can drive them with an object of its own.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sfwnb.engine.state import Changes, Schema, State


class View(Protocol):
    """What the refresher tells whoever watches a workflow.

    It calls from the background loop's thread: a view may set traits and hand work over, but must
    not wait and must not ask the server.
    """

    def show(self, state: State | None, changes: Changes, status: Mapping[str, Any]) -> None:
        """The workflow as it is now.

        Args:
            state: The whole state, which nobody changes any more; None when the workflow has none.
            changes: What changed since the last call; empty at the first.
            status: The answer of the workflow's ``status`` query: ``status`` in a word,
                ``last_error`` with ``cause`` and ``message`` or None, ``waiting`` (how many
                messages wait while it is paused). All of them may be missing.
        """

    def lost(self, reason: str) -> None:
        """The workflow cannot be asked for now; ``show`` is called again when it can."""

    def ended(self, status: str, detail: str = "") -> None:
        """The run closed: Temporal's word for how (``"COMPLETED"``), and its result or error."""


class WorkflowPort(Protocol):
    """A workflow that somebody can look at and send to.

    Attributes:
        id: Temporal's workflow id.
        title: The workflow's class or type.
        schema: What its state is made of; None when it keeps no normalized state.
        signal: Functions by name that send and return; with signature, type hints and docstring.
        query: Functions by name that ask and return the answer.
        action: Functions by name that send an update and return its result.
    """

    @property
    def id(self) -> str: ...  # noqa: D102 # described in the class docstring, as all of them

    @property
    def title(self) -> str: ...  # noqa: D102 # as above

    @property
    def schema(self) -> Schema | None: ...  # noqa: D102 # as above

    @property
    def signal(self) -> Mapping[str, Callable[..., Any]]: ...  # noqa: D102 # as above

    @property
    def query(self) -> Mapping[str, Callable[..., Any]]: ...  # noqa: D102 # as above

    @property
    def action(self) -> Mapping[str, Callable[..., Any]]: ...  # noqa: D102 # as above

    def watch(self, view: View) -> Callable[[], None]:
        """Keep a view fresh, beginning with the newest state; the function returned stops it."""

    def card_html(self) -> str:
        """The workflow's card as HTML that is safe to show; local, asks no server."""
