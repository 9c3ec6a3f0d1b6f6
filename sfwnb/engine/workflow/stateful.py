"""StatefulWorkflow: the base class, its built-in signals and queries, and its life.

A workflow is handed its state at ``@workflow.init``, because signals may run before ``run``. The
built-in handlers carry names that no author would choose (``_signal_update``), so that an author's
attributes are free (what is private here is ``_sfwnb…``, which the collector refuses to authors, as
it does the handlers' names); what Temporal sees are the names of the wire (``update``), each also
as ``sfwnb_update``. A message that cannot be carried out never fails the workflow's task: it
changes nothing, and stands in ``status`` as the last error.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import FunctionType
from typing import Any, ClassVar

from temporalio import workflow

from sfwnb.engine.state import Draft, Schema, Store, draft, edits
from sfwnb.engine.workflow import envelopes
from sfwnb.errors import Refused, SfwnbError, StateError

CANCEL_ACTIVITY = "sfwnb_cancel"
"""The plugin's activity that asks the server to cancel the workflow that schedules it."""

Reader = Callable[[Schema, Any], list[edits.Edit]]

RESERVED = frozenset(
    {
        *("id", "kind", "state", "data", "status", "pending_changes", "subscriptions"),
        *("managed_paths", "children", "api_url", "api_token", "recent_changes", "health"),
        *("update", "delete", "subscribe", "unsubscribe", "set_state", "pause", "resume", "cancel"),
        *("retry", "skip", "fix", "compensate", "give_up"),
    }
)
"""Names of built-in messages, which an author's handler may not take (nor any ``sfwnb_…``)."""


class Status(StrEnum):
    """What a StatefulWorkflow is doing, as its ``status`` query says it."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLING = "cancelling"


@dataclass(frozen=True, slots=True)
class Forged:
    """What ``@chronoforge`` was told."""

    schema: Schema
    kind: str


class StatefulWorkflow:
    """A Temporal workflow whose state is a normalized graph of entities.

    Extend it and decorate the class with ``@chronoforge(schema=…, kind=…)``. Write ``@action``
    methods, Temporal's own signals, queries and updates, and ``execute``, which says when the
    workflow ends.

    Attributes:
        id: The id of the workflow's own entity.
        store: The one holder of the state: ``self.store.apply([edits.Merge(…)])``.

    Example:
        >>> import sfwnb
        >>> @sfwnb.chronoforge(schema={"Order": {}}, kind="Order")
        ... class Delivery(sfwnb.StatefulWorkflow):
        ...     async def execute(self) -> str:
        ...         self.data.status = "on its way"
        ...         await self.until(lambda: self.data.status == "delivered")
        ...         return "thank you"
    """

    id: str
    store: Store
    _sfwnb_forged: ClassVar["Forged"]

    @workflow.init
    def __init__(self, input: envelopes.StatefulInput) -> None:
        self.id = input.id
        self._sfwnb_refused_start: StateError | None = None
        self._sfwnb_status = Status.RUNNING
        self._sfwnb_waiting: list[tuple[str, list[edits.Edit]]] = []
        self._sfwnb_last_error: dict[str, Any] | None = None
        try:
            self.store = Store(self.schema, envelopes.read_start(self.schema, self.kind, input))
        except StateError as error:
            self.store = Store(self.schema, {})
            self._sfwnb_refused_start = error

    @property
    def schema(self) -> Schema:
        """The schema that ``@chronoforge`` was given."""
        return self._sfwnb_forged.schema

    @property
    def kind(self) -> str:
        """The kind of the workflow's own entity."""
        return self._sfwnb_forged.kind

    @property
    def data(self) -> Draft:
        """The workflow's own entity with its relations resolved; writing to it becomes edits.

        Raises:
            StateError: The entity was deleted.
        """
        return draft(self.store, self.kind, self.id)

    async def execute(self) -> Any:
        """What the workflow does, and when it ends; by default it lives until it is cancelled.

        Returns:
            The result of the workflow.
        """
        await self.until(lambda: False)

    async def until(
        self, condition: Callable[[], bool], timeout: timedelta | float | None = None
    ) -> None:
        """Wait until the condition holds and the workflow is not paused.

        Args:
            condition: Read again after every message; it must not change anything.
            timeout: How long to wait: a timedelta, or seconds.

        Raises:
            asyncio.TimeoutError: The time has passed.
        """
        await workflow.wait_condition(
            lambda: self._sfwnb_status is not Status.PAUSED and condition(), timeout=timeout
        )

    async def _sfwnb_run(self) -> Any:
        if self._sfwnb_refused_start:
            raise self._sfwnb_refused_start
        result = await self.execute()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return result

    async def _sfwnb_act(self, method: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        result = method(self, *arguments)
        if hasattr(result, "__await__"):
            result = await result
        return self._query_data() if result is None else result

    def _sfwnb_check_action(self, name: str) -> None:
        if self._sfwnb_refused_start:
            raise self._sfwnb_refused_start
        if self._sfwnb_status is not Status.RUNNING:
            raise Refused(f"{name!r} was not begun: the workflow is {self._sfwnb_status}.")

    def _sfwnb_receive(self, name: str, read: Reader, sent: Any) -> None:
        try:
            asked = read(self.schema, sent)
            if self._sfwnb_status is Status.PAUSED:
                self._sfwnb_waiting.append((name, asked))
            else:
                self.store.apply(asked)
        except SfwnbError as error:
            self._sfwnb_note_error(name, error)

    def _sfwnb_note_error(self, name: str, error: SfwnbError) -> None:
        self._sfwnb_last_error = {
            "cause": f"signal {name}",
            "type": type(error).__name__,
            "message": str(error),
            "time": workflow.now().isoformat(),
        }

    @workflow.signal(name="update")
    def _signal_update(self, envelope: Any = None, *_surplus: Any) -> None:
        self._sfwnb_receive("update", envelopes.read_update, envelope)

    @workflow.signal(name="delete")
    def _signal_delete(self, envelope: Any = None, *_surplus: Any) -> None:
        self._sfwnb_receive("delete", envelopes.read_delete, envelope)

    @workflow.signal(name="pause")
    def _signal_pause(self, *_surplus: Any) -> None:
        if self._sfwnb_status is Status.RUNNING:
            self._sfwnb_status = Status.PAUSED

    @workflow.signal(name="resume")
    def _signal_resume(self, *_surplus: Any) -> None:
        if self._sfwnb_status is not Status.PAUSED:
            return
        self._sfwnb_status = Status.RUNNING
        waiting, self._sfwnb_waiting = self._sfwnb_waiting, []
        for name, asked in waiting:
            self._sfwnb_receive(name, lambda _schema, same: list(same), asked)

    @workflow.signal(name="cancel", unfinished_policy=workflow.HandlerUnfinishedPolicy.ABANDON)
    async def _signal_cancel(self, *_surplus: Any) -> None:
        # Only the server can make a run end as cancelled, and a workflow may not ask it to cancel
        # itself (it answers "not found"): so an activity asks.
        self._sfwnb_status = Status.CANCELLING
        info = workflow.info()
        await workflow.execute_activity(
            CANCEL_ACTIVITY,
            args=[info.workflow_id, info.run_id],
            start_to_close_timeout=timedelta(seconds=10),
        )

    @workflow.query(name="state")
    def _query_state(self, asked: Any = None) -> dict[str, Any]:
        entities = envelopes.read_state(self.schema, self.store.state, asked)
        return {
            "v": envelopes.VERSION,
            "version": self.store.version,
            "entities": entities,
            "next": None,
        }

    @workflow.query(name="data")
    def _query_data(self, depth: int | None = None) -> Any:
        if self.id not in self.store.state.get(self.kind, {}):
            return None
        return self.schema.denormalize(self.store.state, self.kind, self.id, depth=depth)

    @workflow.query(name="status")
    def _query_status(self) -> dict[str, Any]:
        return {
            "v": envelopes.VERSION,
            "status": str(self._sfwnb_status),
            "version": self.store.version,
            "pending": len(self._sfwnb_waiting),
            "last_error": self._sfwnb_last_error,
        }


def _answer_to_prefixed_names(cls: type) -> None:
    """Let every built-in message answer as ``sfwnb_<name>`` too, which no author can take."""
    prefixes: Mapping[str, Callable[..., Any]] = {
        "_signal_": workflow.signal,
        "_query_": workflow.query,
    }
    for name, method in list(vars(cls).items()):
        for prefix, decorate in prefixes.items():
            if name.startswith(prefix):
                wire_name = f"sfwnb_{name.removeprefix(prefix)}"
                setattr(cls, f"_sfwnb{name}", decorate(name=wire_name)(_unmarked(method)))


def _unmarked(method: FunctionType) -> FunctionType:
    """The same function without Temporal's mark, so that it can take another name."""
    copy = FunctionType(method.__code__, method.__globals__, method.__name__, method.__defaults__)
    copy.__annotations__ = method.__annotations__
    copy.__doc__ = method.__doc__
    return copy


_answer_to_prefixed_names(StatefulWorkflow)
