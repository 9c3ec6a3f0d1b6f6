"""Workflow classes for the tests of the collector; Temporal refuses classes inside functions."""

from temporalio import workflow

import sfwnb
from tests.bookshop import BOOKSHOP


class Report:
    """Known while Temporal reads the annotations, and gone (see below) when the kit does."""


@sfwnb.chronoforge(schema=BOOKSHOP, kind="Order")
class OrderWorkflow(sfwnb.StatefulWorkflow):
    @sfwnb.action
    async def ship(self, carrier: str, express: bool = False) -> str:
        """Hand the parcel over."""
        return f"{carrier} {express}"

    @sfwnb.action
    def archive(self) -> None:
        pass

    @workflow.signal
    def remind(self, days: int) -> None:
        """Send a reminder."""

    @workflow.query(name="total")
    def _total(self) -> float:
        return 1.0


@sfwnb.chronoforge(schema=BOOKSHOP, kind="Order")
class GiftWorkflow(OrderWorkflow):
    @sfwnb.action
    async def wrap(self, paper: str) -> str:
        return paper


@workflow.defn(name="plain-one")
class PlainWorkflow:
    @workflow.run
    async def run(self, name: str, times: int = 1) -> str:
        return name * times

    @workflow.query
    def report(self) -> "Report":  # noqa: F821  gone by then
        return None

    @workflow.update
    async def rename(self, name: str) -> None:
        pass


class Unforged(sfwnb.StatefulWorkflow):
    @sfwnb.action
    async def ship(self, *, carrier: str) -> None:
        pass

    @sfwnb.action
    async def pack(self, *parcels: str) -> None:
        pass

    @workflow.signal
    def update(self, data: dict) -> None:
        pass

    @workflow.query
    def sfwnb_state(self) -> int:
        return 1

    @sfwnb.action
    async def cancel(self) -> None:
        pass

    def __init__(self) -> None:
        pass

    store = 3

    def _sfwnb_run(self) -> None:
        pass

    def _query_status(self) -> None:
        pass


class Silent(OrderWorkflow):
    async def ship(self, carrier: str, express: bool = False) -> str:
        return carrier


class NotStateful:
    pass


del Report
