"""Workflows and activities for the tests of the worker and the log; a module, as users have."""

import asyncio
import datetime as dt
import logging
import random
import sys
import threading
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio import activity, workflow

FIVE_SECONDS = timedelta(seconds=5)
plain_logger = logging.getLogger("deliveries")


@dataclass
class Gate:
    """Where an activity waits until the test lets it go on."""

    reached: threading.Event = field(default_factory=threading.Event)
    open: threading.Event = field(default_factory=threading.Event)


GATE = Gate()


@activity.defn
def wait_at_the_gate() -> str:
    GATE.reached.set()
    if not GATE.open.wait(20):
        raise RuntimeError("nobody opened the gate")
    return "through the gate"


@activity.defn
async def wait_for_ever() -> None:
    GATE.reached.set()
    await asyncio.Event().wait()


@activity.defn
async def price(book: str) -> float:
    print("price of", book)
    print("warned", file=sys.stderr)
    activity.logger.info("logged %s", book)
    plain_logger.warning("plainly logged %s", book)
    return 11.5


@workflow.defn
class Gated:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            wait_at_the_gate, start_to_close_timeout=timedelta(seconds=30)
        )


@workflow.defn
class Endless:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(wait_for_ever, start_to_close_timeout=timedelta(seconds=30))


@workflow.defn(name="Delivery")
class Delivery:
    """Waits for a number of parcels; its second version answers otherwise."""

    def __init__(self) -> None:
        self.parcels = 0

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.parcels >= 2)
        return "old"

    @workflow.signal
    def parcel(self) -> None:
        self.parcels += 1


@workflow.defn(name="Delivery")
class Delivery2:
    def __init__(self) -> None:
        self.parcels = 0

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.parcels >= 2)
        return "new"

    @workflow.signal
    def parcel(self) -> None:
        self.parcels += 1


@workflow.defn
class ReadsTheClock:
    @workflow.run
    async def run(self) -> str:
        return str(dt.datetime.now())  # noqa: DTZ005  the mistake that is to be caught


@workflow.defn
class RollsDice:
    @workflow.run
    async def run(self) -> int:
        return random.randint(1, 6)


@workflow.defn
class Computes:
    @workflow.run
    async def run(self) -> None:
        while True:
            sum(range(10_000))


@workflow.defn
class Prints:
    @workflow.run
    async def run(self) -> float:
        print("before")
        print("half a ", end="")
        print("line")
        workflow.logger.info("logged by %s", "the workflow")
        plain_logger.warning("plainly logged")
        result = await workflow.execute_activity(
            price, "The Dispossessed", start_to_close_timeout=FIVE_SECONDS
        )
        print("after")
        await workflow.wait_condition(lambda: self.ended)
        print("end")
        return result

    def __init__(self) -> None:
        self.ended = False

    @workflow.signal
    def end(self) -> None:
        self.ended = True

    @workflow.query
    def ask(self) -> str:
        print("asked")
        return "answer"


@activity.defn(name="price")
async def another_price(book: str) -> float:
    return 1.0


def not_an_activity() -> None: ...


class NotAWorkflow: ...


@workflow.defn
class Breaks:
    @workflow.run
    async def run(self) -> None:
        raise LookupError("the shelf is empty")
