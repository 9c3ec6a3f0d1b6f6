"""A workflow in memory, as widgets know one: for tests of widgets without a server.

It satisfies ``sfwnb.widgets.ports.WorkflowPort``, and like a lab's refresher it tells its views
from a thread of its own. ``FakeWorkflow()`` holds the bookshop's order ``o1``.
"""

import copy
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import Any, Literal

from sfwnb.engine.state import Changes, Schema
from sfwnb.widgets.ports import View
from tests import bookshop


class Carrier(Enum):
    """Who brings the books."""

    DHL = "dhl"
    POST = "post"


class FakeWorkflow:
    """An order that edits its own state when it is sent something.

    Attributes:
        sent: What arrived, as ``(name, arguments)``.
        watching: The views that are kept fresh.
        cards: How often the card was asked for.
    """

    id = "Order-o1"
    title = "OrderWorkflow Order-o1"

    def __init__(self, state: dict[str, dict[str, Any]] | None = None) -> None:
        self.schema: Schema | None = Schema(bookshop.BOOKSHOP, name="bookshop")
        self.state: Any = state or self.schema.normalize(bookshop.order(), kind="Order")
        self.status: dict[str, Any] = {"status": "running", "pending": 0, "last_error": None}
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.watching: list[View] = []
        self.cards = 0
        self.signal: dict[str, Callable[..., Any]] = {
            "update": self.update, "rename": self.rename, "pause": self.pause,
        }  # fmt: skip
        self.query: dict[str, Callable[..., Any]] = {"count": self.count, "fail": self.fail}
        self.action: dict[str, Callable[..., Any]] = {"ship": self.ship}
        self._refresher = ThreadPoolExecutor(1, thread_name_prefix="fake-refresher")
        self._lock = threading.Lock()

    # the port

    def watch(self, view: View) -> Callable[[], None]:
        """Tell the view what is there, and of every change until it is stopped."""
        self.watching.append(view)
        self._tell(view, {}, self.state)

        def stop() -> None:
            if view in self.watching:
                self.watching.remove(view)

        return stop

    def card_html(self) -> str:
        """Two words."""
        self.cards += 1
        return f"<b>OrderWorkflow</b> {self.id}"

    # what people send

    def update(self, data: dict[str, Any], strategy: Literal["merge", "replace"] = "merge") -> None:
        """Merge records into the state.

        Args:
            data: Records by kind and id, such as {"Order": {"o1": {"status": "sent"}}}.
            strategy: What happens to fields that are not given.
        """
        self.sent.append(("update", {"data": data, "strategy": strategy}))
        self.change(data)

    def rename(self, title: str, note: str | None = None) -> None:
        """Give the first book another title."""
        self.sent.append(("rename", {"title": title, "note": note}))
        self.change({"Book": {"b1": {"title": title}}})

    def pause(self) -> None:
        """Keep messages until resumed."""
        self.status = {**self.status, "status": "paused", "pending": 2}
        self.change({})

    def count(self, kind: str, at_least: int = 0) -> int:
        """How many entities of a kind there are."""
        return max(len(self.state.get(kind, {})), at_least)

    def fail(self) -> None:
        """Raise an error that contains markup."""
        raise ValueError("no <b>such</b> thing")

    def ship(self, carrier: Carrier, quantity: int, express: bool = False) -> dict[str, Any]:
        """Ship a line.

        Args:
            carrier: Who brings it.
            quantity: How many books, at least one.
            express: Whether it is urgent.
        """
        self.sent.append(("ship", {"carrier": carrier, "quantity": quantity, "express": express}))
        shipment = {"id": "s1", "carrier": carrier.value, "quantity": quantity, "lines": ["o1-1"]}
        self.change({"Shipment": {"s1": shipment}, "Order": {"o1": {"shipments": ["s1"]}}})
        return {"shipment": "s1", "express": express}

    # what tests do

    def change(self, records: dict[str, dict[str, dict[str, Any]]]) -> None:
        """Merge records into the state, and have every view told."""
        with self._lock:
            before, after = self.state, copy.deepcopy(self.state)
            for kind, table in records.items():
                for id, record in table.items():
                    after.setdefault(kind, {}).setdefault(id, {"id": id}).update(record)
            self.replace(after, before)

    def delete(self, kind: str, id: str) -> None:
        """Take an entity away, and have every view told."""
        after = copy.deepcopy(self.state)
        del after[kind][id]
        self.replace(after, self.state)

    def replace(self, after: Any, before: Any) -> None:
        """Have another state, and have every view told."""
        self.state = after
        for view in self.watching:
            self._tell(view, before, after)

    def settle(self) -> None:
        """Wait until every view was told everything."""
        self._refresher.submit(lambda: None).result(5)

    def _tell(self, view: View, before: Any, after: Any) -> None:
        self._refresher.submit(view.show, after, Changes.between(before, after), self.status)
