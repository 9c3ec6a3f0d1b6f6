"""Workflows of the bookshop for the live tests."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow

import sfwnb
from sfwnb.engine.state import edits
from sfwnb.errors import Refused
from tests.bookshop import BOOKSHOP


@sfwnb.chronoforge(schema=BOOKSHOP, kind="Order")
class OrderWorkflow(sfwnb.StatefulWorkflow):
    async def execute(self) -> str:
        await self.until(lambda: self.data.status == "delivered")
        return f"{self.id} delivered"

    @sfwnb.action
    async def ship(self, carrier: str, express: bool = False) -> str:
        """Hand all lines to a carrier."""
        shipment = f"{self.id}-s{len(self.data.shipments) + 1}"
        self.data.shipments.append({"id": shipment, "carrier": carrier, "express": express})
        self.data.status = "shipped"
        print(f"{self.id} goes out with {carrier}")
        workflow.logger.info("shipped %s", shipment)
        return shipment

    @sfwnb.action
    def archive(self) -> None:
        """Put it away."""
        self.store.apply([edits.Set("Order", self.id, "archived", True)])

    @sfwnb.action
    async def refuse(self) -> None:
        raise Refused("We never do that.")

    @sfwnb.action
    async def stumble(self) -> None:
        raise ZeroDivisionError("in the action")

    @workflow.signal
    async def remind(self, days: int) -> None:
        self.data.reminder = days

    @workflow.query
    def lines(self) -> int:
        return len(self.data.lines)


@dataclass
class Greeting:
    name: str
    times: int = 1


@activity.defn
async def greet(greeting: Greeting) -> str:
    activity.logger.info("greeting %s", greeting.name)
    return " ".join([f"hello {greeting.name}"] * greeting.times)


@workflow.defn
class GreetingWorkflow:
    def __init__(self) -> None:
        self.patient = True

    @workflow.run
    async def run(self, greeting: Greeting, wait: bool = False) -> str:
        if wait:
            await workflow.wait_condition(lambda: not self.patient)
        return await workflow.execute_activity(
            greet, greeting, start_to_close_timeout=timedelta(seconds=5)
        )

    @workflow.signal
    def hurry(self) -> None:
        self.patient = False

    @workflow.signal(name="speed-up")
    def speed_up(self) -> None:
        self.patient = False

    @workflow.query
    def is_patient(self) -> bool:
        return self.patient


@workflow.defn
class FaultyWorkflow:
    @workflow.run
    async def run(self) -> str:
        raise ZeroDivisionError("in run")  # the faulty line


@workflow.defn
class FailingWorkflow:
    @workflow.run
    async def run(self) -> str:
        from temporalio.exceptions import ApplicationError

        raise ApplicationError("no such carrier", type="CarrierError")


@workflow.defn
class SleepingWorkflow:
    @workflow.run
    async def run(self) -> None:
        await asyncio.sleep(3600)
