"""RunningWorkflow: one workflow on the server, to look at and to talk to."""

import time
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from temporalio.client import WorkflowHandle

from sfwnb.engine.workflow import WorkflowDefinition
from sfwnb.errors import LabError, SfwnbError, WaitTimeout
from sfwnb.lab.look import Look, look_at, within_patience, workflow_card
from sfwnb.lab.messages import (
    Messages,
    action_functions,
    query_functions,
    signal_functions,
)
from sfwnb.runtime.calls import Caller
from sfwnb.runtime.trouble import replaced

if TYPE_CHECKING:  # frames, graphs and widgets are only imported when they are asked for
    import networkx as nx
    import pandas as pd

    from sfwnb.engine.state import Schema
    from sfwnb.lab.lab import Lab
    from sfwnb.views.cards import Card
    from sfwnb.views.drawing import Drawing
    from sfwnb.views.frames import Frames
    from sfwnb.widgets.panel import Panel

State = dict[str, dict[str, dict[str, Any]]]


class TwoMeanings:
    """What ``order.update`` is: a word with two meanings, said instead of guessed."""

    _TEXT = (
        "'update' means two things. To edit the state, send the signal: "
        "order.signal.update(data={…}). To call an action, which is a Temporal Update: "
        "order.action.<name>(…)."
    )

    def __repr__(self) -> str:
        return self._TEXT

    def __call__(self, *_arguments: Any) -> None:
        """Refuse, and say which two calls there are."""
        raise LabError(self._TEXT)


class RunningWorkflow:
    """A workflow on the server; made by ``lab.start`` and ``lab.open``.

    Attributes are local and free; whatever asks the server has parentheses.

    Attributes:
        id: Temporal's workflow id.
        run_id: The run that was started or opened, of which later ones may go on; None for one that
            was opened without.
        type: Temporal's workflow type.
        definition: What the workflow's class says of itself; None when the class is not known here.
        signal: Its signals as functions: ``order.signal.update(data={…})``.
        query: Its queries as functions: ``order.query.status()``.
        action: Its actions, Temporal Updates, as functions: ``order.action.ship("dhl")``.
        handle: The Temporal client's handle, for those who want ``await``.
        caller: The same workflow as this library asks it, with errors in words; to ``await``.
        lab: The lab that it was started or opened with.
        note: A word on how it was come by, such as "already running since 10:02:11".
    """

    update = TwoMeanings()

    def __init__(
        self,
        lab: "Lab",
        handle: WorkflowHandle[Any, Any],
        type: str,
        definition: WorkflowDefinition | None,
        note: str = "",
    ) -> None:
        self.id = handle.id
        self.run_id = handle.run_id or handle.first_execution_run_id
        self.type = type
        self.handle = handle
        self.note = note
        self.lab = lab
        self.caller = Caller(lab.client, handle, lab.worker)
        self._last_look: Look | None = None
        self.renew(definition)

    def renew(self, definition: WorkflowDefinition | None) -> None:
        """Take over what the class says of itself now; the lab calls it after a cell changed it."""
        self.definition = definition
        title = f"{self.type} {self.id!r}"
        if definition is None:
            self.signal = Messages("signal", title, {}, self._signal)
            self.query = Messages("query", title, {}, self._query)
            self.action = Messages("action", title, {}, self._update)
            return
        self.signal = Messages("signal", title, signal_functions(definition, self._signal))
        self.query = Messages("query", title, query_functions(definition, self._query))
        self.action = Messages("action", title, action_functions(definition, self._update))

    def state(self) -> State:
        """The normalized state now: ``{kind: {id: record}}``.

        Raises:
            LabError: Not a StatefulWorkflow, or no worker can answer.
        """
        self._schema()
        entities: State = self._query("state", [])["entities"]
        return entities

    def frames(self) -> "Frames":
        """The state now as pandas frames, one a kind.

        Returns:
            A mapping of kind to DataFrame: index ``id`` (str), a column for each field; relations
            as ids; ``.edges`` and ``.as_of``.

        Raises:
            LabError: As :meth:`state`.
        """
        from sfwnb.views.frames import Frames

        return Frames(self._schema(), self.state(), datetime.now(UTC))

    def graph(self) -> "nx.MultiDiGraph[tuple[str, str]]":
        """The state now as a networkx MultiDiGraph.

        Returns:
            Nodes ``(kind, id)`` with the attributes kind, id and record; an edge for each
            reference, with the relation's name as key and as attribute ``relation``.

        Raises:
            LabError: As :meth:`state`.
        """
        from sfwnb.views.graphs import entity_graph

        return entity_graph(self._schema(), self.state(), datetime.now(UTC))

    def draw(self) -> "Drawing":
        """The state now as a picture, coloured by kind, of at most 200 entities.

        Returns:
            A Drawing: it shows itself in a cell; ``.save("order.svg")``, ``.figure``.

        Raises:
            LabError: As :meth:`state`.
        """
        from sfwnb.views.drawing import draw

        return draw(self.graph())

    def history(self) -> "pd.DataFrame":
        """The events of the run so far.

        Returns:
            A DataFrame, one row an event: index ``event_id``; the columns time, type, name, detail.

        Raises:
            LabError: The server does not answer.
        """
        from sfwnb.views.history import history_frame

        return history_frame(self._ask(self.caller.history()))

    def wait_until(self, condition: Callable[[State], object], timeout: float | None = 10) -> State:
        """Wait until the state is as you want it, and return that state.

        Args:
            condition: Called with the state after each change; true when it is reached.
            timeout: Seconds to wait; None waits for ever.

        Raises:
            WaitTimeout: The time ran out.
            WorkflowTaskFailed: The workflow's code raises, so its state cannot go on.
            LabError: The workflow ended before.
        """
        self._schema()
        deadline = None if timeout is None else time.monotonic() + timeout
        news = self.caller.news()

        def ask(question: Coroutine[Any, Any, Any]) -> Any:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            try:
                return self._ask(question, left)
            except SfwnbError:
                raise
            except TimeoutError:
                raise WaitTimeout(
                    f"The condition did not hold for {self.id!r} within {timeout:g} s. "
                    "Its state is order.state(), what happened order.history()."
                ) from None

        try:
            while not condition(state := ask(self.caller.query("state", []))["entities"]):
                try:
                    ask(news.__anext__())
                except StopAsyncIteration:
                    if condition(state := self.state()):
                        return state
                    raise LabError(f"{self.id!r} ended, and the condition never held.") from None
            return cast("State", state)
        finally:
            self.lab.ask(news.aclose())

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the workflow to end and return its result.

        Args:
            timeout: Seconds to wait; None waits for ever (Kernel > Interrupt stops the waiting).

        Raises:
            WaitTimeout: It has not ended in time; it goes on.
            WorkflowTaskFailed: Its code raises, so that it cannot end: says the cell and line.
            WorkflowFailed: It failed, or was cancelled or terminated.
        """
        try:
            return self._ask(self.caller.result(), timeout)
        except SfwnbError:
            raise
        except TimeoutError:
            raise WaitTimeout(f"{self.id!r} has not ended within {timeout:g} s.") from None

    def panel(self) -> "Panel":
        """A live panel: state tables, a picture, and a form for each signal, query and action."""
        from sfwnb.lab.refresher import PanelPort
        from sfwnb.widgets.panel import Panel

        return Panel(PanelPort(self, self.lab.refresher))

    @property
    def ui_url(self) -> str | None:
        """The workflow in the Web UI, or None where the Web UI is not known."""
        if self.lab.ui_url is None:
            return None
        return f"{self.lab.ui_url}/namespaces/{self.lab.namespace}/workflows/{quote(self.id, '')}"

    def _schema(self) -> "Schema":
        if self.definition is None:
            raise LabError(
                f"The class of {self.id!r} is not known here, so its state cannot be read: "
                f"lab.register({self.type}), then lab.open({self.id!r}) again."
            )
        if self.definition.schema is None:
            raise LabError(
                f"{self.type} is not a StatefulWorkflow, so it has no state to read. It has "
                f"these queries: {', '.join(self.query) or 'none'}."
            )
        return self.definition.schema

    def _signal(self, name: str, arguments: Sequence[Any]) -> None:
        self._ask(self.caller.signal(name, arguments))

    def _query(self, name: str, arguments: Sequence[Any]) -> Any:
        return self._ask(self.caller.query(name, arguments))

    def _update(self, name: str, arguments: Sequence[Any]) -> Any:
        return self._ask(self.caller.update(name, arguments))

    def _ask(self, question: Coroutine[Any, Any, Any], timeout: float | None = None) -> Any:
        """Ask the server, unless the workflow of this id is not the one meant here any more."""
        if self.lab.is_replaced(self.id, self.handle.first_execution_run_id):
            question.close()
            raise replaced(self.id)
        return self.lab.ask(question, timeout)

    def card(self) -> "Card":
        """What is known of the workflow now, in a second at most; never raises."""
        seen = within_patience(self.lab, look_at(self.caller, self.definition))
        if isinstance(seen, str):
            return workflow_card(self, self._last_look, seen)
        self._last_look = seen
        return workflow_card(self, seen, None)

    def __repr__(self) -> str:
        return repr(self.card())

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, str]:
        card = self.card()
        return {"text/plain": repr(card), "text/html": card.html()}
