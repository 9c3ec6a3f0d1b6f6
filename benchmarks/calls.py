"""Query, signal and action through the kit against the bare Temporal client, interleaved."""

import asyncio
import statistics
import time
from collections.abc import Callable
from typing import Any

from temporalio.client import Client

import sfwnb
from sfwnb.engine.workflow import envelopes

BOOKSHOP = {"Order": {"lines": ["Line"]}, "Line": {}}
ROUNDS = 300
BAR = 1.15


@sfwnb.chronoforge(schema=BOOKSHOP, kind="Order")
class OrderWorkflow(sfwnb.StatefulWorkflow):
    """An order that takes notes."""

    @sfwnb.action
    async def note(self, text: str) -> str:
        """Keep a note."""
        self.data.note = text
        return text


def main() -> None:
    """Print the medians of interleaved calls and their ratios."""
    with sfwnb.Lab() as lab, asyncio.Runner() as runner:
        order = lab.start(OrderWorkflow, data={"id": "o1", "status": "open"})
        handle = runner.run(_bare_client(lab.address)).get_workflow_handle(order.id)
        envelope = envelopes.update(data={"id": "o1", "status": "paid"}, kind="Order")
        _compare("query", order.query.status, lambda: runner.run(handle.query("status")))
        _compare(
            "signal",
            lambda: order.signal.update(data={"id": "o1", "status": "paid"}),
            lambda: runner.run(handle.signal("update", envelope)),
        )
        _compare(
            "action",
            lambda: order.action.note("hello"),
            lambda: runner.run(handle.execute_update("note", "hello")),
        )


async def _bare_client(address: str) -> Client:
    return await Client.connect(address)


def _compare(name: str, kit: Callable[[], Any], bare: Callable[[], Any]) -> None:
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS):
        for side in (0, 1) if number % 2 else (1, 0):
            began = time.perf_counter()
            (kit, bare)[side]()
            times[side].append(time.perf_counter() - began)
    ours, theirs = (statistics.median(side) for side in times)
    print(
        f"{name} p50: kit {ours * 1e3:.2f} ms, bare client {theirs * 1e3:.2f} ms, "
        f"ratio {ours / theirs:.2f} (bar: {BAR})"
    )
