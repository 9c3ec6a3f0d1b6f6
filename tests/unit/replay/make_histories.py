"""Writes the recorded histories beside it: `python tests/unit/replay/make_histories.py TEMPORAL`.

Run it by hand, with the path of the `temporal` executable, when a case is added. What names the
machine is replaced: paths of files, process ids and host names.
"""

import asyncio
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import temporalio.client
import temporalio.converter
from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RetryPolicy
from temporalio.converter import PayloadCodec
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

HERE = Path(__file__).parent
QUEUE = "bookshop"
_SOON = timedelta(seconds=5)


class Backwards(PayloadCodec):
    """A codec that everybody can read who knows it."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [
            Payload(metadata={"encoding": b"binary/backwards"}, data=p.SerializeToString()[::-1])
            for p in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [Payload.FromString(p.data[::-1]) for p in payloads]


@activity.defn
async def reserve(book: str, quantity: int) -> str:
    if activity.info().attempt == 1:
        raise ApplicationError(f"no stock of {book}", type="OutOfStock")
    return f"{quantity} of {book}"


@workflow.defn
class Shipment:
    @workflow.run
    async def run(self, carrier: str) -> str:
        return f"with {carrier}"


@workflow.defn
class Order:
    def __init__(self) -> None:
        self.paid = False
        self.shipped = ""

    @workflow.run
    async def run(self, order: dict[str, Any]) -> dict[str, Any]:
        reserved = await workflow.execute_activity(
            reserve,
            args=["b1", 2],
            start_to_close_timeout=timedelta(seconds=5),
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=10)),
            summary="keep two back",
        )
        await workflow.sleep(0.01)
        await workflow.wait_condition(lambda: self.paid and bool(self.shipped))
        sent = await workflow.execute_child_workflow(Shipment.run, "dhl", id="Shipment-s1")
        return {"id": order["id"], "reserved": reserved, "sent": sent}

    @workflow.signal
    def pay(self, amount: dict[str, Any]) -> None:
        self.paid = amount["value"] > 0

    @workflow.update
    async def ship(self, carrier: str, express: bool = False) -> str:
        self.shipped = carrier
        return f"{carrier}, express" if express else carrier


@workflow.defn
class Broken:
    @workflow.run
    async def run(self, order: dict[str, Any]) -> float:
        await workflow.sleep(0.01)
        return total(order)


def total(order: dict[str, Any]) -> float:
    try:
        return sum(price_of(line) for line in order["lines"])
    except KeyError as error:
        raise ValueError(f"cannot add up order {order['id']}") from error


def price_of(line: dict[str, Any]) -> float:
    return float(line["price"] * line["quantity"])


@workflow.defn(name="Broken")
class Repaired:
    @workflow.run
    async def run(self, order: dict[str, Any]) -> float:
        await workflow.sleep(0.01)
        return 12.5


@workflow.defn
class Waiting:
    def __init__(self) -> None:
        self.paid = False

    @workflow.run
    async def run(self, order: dict[str, Any]) -> None:
        await workflow.sleep(60)

    @workflow.signal
    def pay(self) -> None:
        self.paid = True


@workflow.defn(name="Waiting")
class Otherwise(Waiting):
    """Not what the history of `Waiting` was made by."""

    @workflow.run
    async def run(self, order: dict[str, Any]) -> None:
        await workflow.execute_local_activity(reserve, args=["b1", 2], start_to_close_timeout=_SOON)


def worker(client: temporalio.client.Client, *workflows: type) -> Worker:
    return Worker(
        client,
        task_queue=QUEUE,
        workflows=workflows,
        activities=[reserve],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=0,
    )


async def until_waiting(handle: temporalio.client.WorkflowHandle[Any, Any]) -> None:
    while (await handle.describe()).history_length < 5:  # noqa: ASYNC110  # the server has no event to wait for
        await asyncio.sleep(0.05)


async def until_failed(handle: temporalio.client.WorkflowHandle[Any, Any]) -> None:
    while True:
        described = await handle.describe()
        if described.raw_description.pending_workflow_task.attempt > 2:
            return
        await asyncio.sleep(0.05)


async def write(name: str, handle: temporalio.client.WorkflowHandle[Any, Any]) -> None:
    history = (await handle.fetch_history()).to_json_dict()
    text = json.dumps(masked(history), indent=1, ensure_ascii=False)
    (HERE / f"{name}.json").write_text(text + "\n")


def masked(value: Any) -> Any:
    match value:
        case dict():
            return {key: masked(item) for key, item in value.items()}
        case list():
            return [masked(item) for item in value]
        case str() if re.fullmatch(r"\d+@.+", value):
            return "1@lab"
        case str():
            return masked_paths(value)
    return value


def masked_paths(text: str) -> str:
    text = text.replace(str(HERE), "/home/ann/shop")
    return re.sub(r'"/[^"\n]*/(site-packages|lib/python3\.\d+)/', r'"/usr/lib/python3.11/\1/', text)


async def main(temporal: str) -> None:
    order = {"id": "o1", "lines": [{"id": "l1", "quantity": 2}]}
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=temporal) as server:
        client = server.client
        async with worker(client, Order, Shipment):
            handle = await client.start_workflow(Order.run, order, id="Order-o1", task_queue=QUEUE)
            await handle.signal(Order.pay, {"value": 20, "currency": "EUR"})
            await handle.execute_update(Order.ship, args=["dhl", True])
            await handle.result()
            await write("order_completed", handle)
        async with worker(client, Broken):
            stuck = await client.start_workflow(Broken.run, order, id="Order-o2", task_queue=QUEUE)
            await until_failed(stuck)
            await write("order_stuck", stuck)
        async with worker(client, Repaired):
            await stuck.result()
            await write("order_mended", stuck)
        async with worker(client, Waiting):
            changed = await client.start_workflow(
                Waiting.run, order, id="Order-o3", task_queue=QUEUE
            )
            await until_waiting(changed)
        async with worker(client, Otherwise):
            await changed.signal(Waiting.pay)
            await until_failed(changed)
            await write("order_changed", changed)
        config = client.config()
        config["data_converter"] = replace(
            temporalio.converter.default(),
            payload_codec=Backwards(),
            failure_converter_class=(
                temporalio.converter.DefaultFailureConverterWithEncodedAttributes
            ),
        )
        secret = temporalio.client.Client(**config)
        async with worker(secret, Broken):
            hidden = await secret.start_workflow(Broken.run, order, id="Order-o4", task_queue=QUEUE)
            await until_failed(hidden)
            await write("order_encrypted", hidden)
        for each in (changed, hidden):
            await each.terminate(reason="the recording is over")
        await write("order_terminated", hidden)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
