"""The lab's one refresher: it follows the history of each shown workflow and tells its views.

One coroutine a workflow, however many views: it waits for news of the history (a long poll, so that
an idle workflow costs a request a minute or less), asks for state and status once for whatever came
together, and tells every view what changed. It ends with its last view.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sfwnb.engine.state import Changes
from sfwnb.lab.look import Look, look_at, status_for_views
from sfwnb.widgets.ports import View

if TYPE_CHECKING:
    from sfwnb.engine.state import Schema
    from sfwnb.lab.running import RunningWorkflow
    from sfwnb.runtime.loop import BackgroundLoop

State = dict[str, dict[str, dict[str, Any]]]

_LOGGER = logging.getLogger("temporalio.sfwnb")  # which lab.log() shows

_GATHER = 0.03
"""Seconds in which further news join those that came first."""

_AGAIN = 2.0
"""Seconds until a lost workflow is looked for again."""


@dataclass(slots=True)
class _Followed:
    running: "RunningWorkflow"
    views: list[View] = field(default_factory=list)
    state: State | None = None
    status: dict[str, Any] | None = None
    task: asyncio.Task[None] | None = None


class Refresher:
    """Keeps views of workflows up to date.

    Args:
        loop: The background loop that it runs on.
    """

    def __init__(self, loop: "BackgroundLoop") -> None:
        self._loop = loop
        self._followed: dict[tuple[str, str | None], _Followed] = {}

    def watch(self, running: "RunningWorkflow", view: View) -> Callable[[], None]:
        """Tell a view of a workflow's state, now and after every change.

        Returns:
            A function that stops it; calling that twice is fine.
        """
        self._loop.submit(self._add(running, view))

        def stop() -> None:
            if not self._loop.closed:
                self._loop.submit(self._remove(running, view))

        return stop

    async def _add(self, running: "RunningWorkflow", view: View) -> None:
        key = (running.id, running.run_id)
        followed = self._followed.get(key)
        if followed is None or (followed.task and followed.task.done()):
            followed = self._followed[key] = _Followed(running)
            followed.task = asyncio.create_task(self._follow(followed))
        elif followed.status is not None:
            _show(view, followed, Changes(()))
        followed.views.append(view)

    async def _remove(self, running: "RunningWorkflow", view: View) -> None:
        followed = self._followed.get((running.id, running.run_id))
        if followed is None or view not in followed.views:
            return
        followed.views.remove(view)
        if not followed.views and followed.task:
            followed.task.cancel()
            del self._followed[running.id, running.run_id]

    async def _follow(self, followed: _Followed) -> None:
        while True:
            try:
                await self._refresh(followed)
                async for _ in followed.running.caller.news():
                    await asyncio.sleep(_GATHER)
                    await self._refresh(followed)
                await self._end(followed)
                return
            except Exception as error:  # noqa: BLE001  whatever it was, the views must hear of it
                for view in followed.views:
                    _tell(view.lost, str(error))
                await asyncio.sleep(_AGAIN)

    async def _refresh(self, followed: _Followed) -> Look:
        running = followed.running
        seen = await look_at(running.caller, running.definition)
        changes = Changes(())
        if running.definition and running.definition.schema and not seen.failure:
            answer = await running.caller.query("state", [])
            before, followed.state = followed.state, answer["entities"]
            if before is not None:
                changes = Changes.between(before, answer["entities"])
        followed.status = status_for_views(seen)
        for view in followed.views:
            _show(view, followed, changes)
        return seen

    async def _end(self, followed: _Followed) -> None:
        """The run has closed: tell the views how, with its result or error."""
        seen = await self._refresh(followed)
        for view in followed.views:
            _tell(view.ended, seen.word(), seen.outcome)


def _show(view: View, followed: _Followed, changes: Changes) -> None:
    _tell(view.show, followed.state, changes, followed.status or {})


def _tell(say: Callable[..., None], *words: Any) -> None:
    """Tell one view; what it does wrong with it is logged and keeps no other view waiting."""
    try:
        say(*words)
    except Exception:
        _LOGGER.exception("A view failed when it was told of its workflow")


class PanelPort:
    """What a panel needs of a RunningWorkflow: see ``sfwnb.widgets.ports``."""

    def __init__(self, running: "RunningWorkflow", refresher: Refresher) -> None:
        self.id = running.id
        self.title = f"{running.type} {running.id}"
        self.schema: Schema | None = running.definition.schema if running.definition else None
        self.signal: Mapping[str, Callable[..., Any]] = _mapping(running.signal)
        self.query: Mapping[str, Callable[..., Any]] = _mapping(running.query)
        self.action: Mapping[str, Callable[..., Any]] = _mapping(running.action)
        self._running = running
        self._refresher = refresher

    def watch(self, view: View) -> Callable[[], None]:
        """Have a view told of the state; returns what stops it."""
        return self._refresher.watch(self._running, view)

    def card_html(self) -> str:
        """The workflow's card."""
        return self._running.card().html()


def _mapping(messages: Any) -> dict[str, Callable[..., Any]]:
    return {name: messages[name] for name in messages}
