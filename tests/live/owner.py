"""A process that owns a server, as a notebook kernel does; run as a script by the tests.

It says what it has started as one line of JSON, then does what it is told on standard input.
"""

import json
import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from types import FrameType

from temporalio import activity, workflow
from temporalio.client import Client

from sfwnb.runtime.loop import BackgroundLoop
from sfwnb.runtime.server import DevServer
from sfwnb.runtime.worker import SwappingWorker


@activity.defn
def sleep_in_a_thread() -> None:
    time.sleep(60)


@workflow.defn(sandboxed=False)
class Busy:
    """Sets timers for ever, and has an activity in flight."""

    @workflow.run
    async def run(self) -> None:
        waiting = workflow.start_activity(
            sleep_in_a_thread, start_to_close_timeout=timedelta(minutes=2)
        )
        while not waiting.done():
            await workflow.sleep(0.01)


async def busy_worker(address: str, workflows: int) -> SwappingWorker:
    worker = SwappingWorker(lambda: Client.connect(address), "busy")
    await worker.swap([Busy], [sleep_in_a_thread])
    await worker.wait_polling()
    client = await Client.connect(address)
    for number in range(workflows):
        await client.start_workflow(Busy.run, id=f"busy-{number}", task_queue="busy")
    return worker


def say_so(number: int, frame: FrameType | None) -> None:
    print("interrupted", flush=True)


def main(file: str, workflows: int) -> None:
    signal.signal(signal.SIGINT, say_so)
    loop = BackgroundLoop()
    server = loop.call(DevServer.start(Path(file) if file else None))
    worker = loop.call(busy_worker(server.address, workflows)) if workflows else None
    report = {
        "address": server.address,
        "server": server.pid,
        "watchdog": server._watchdog.pid if server._watchdog else 0,
        "folder": str(server._folder),
        "worker": worker is not None,
    }
    print(json.dumps(report), flush=True)
    while True:
        order = sys.stdin.readline().strip()
        if order == "fork":
            child = os.fork()
            if child == 0:
                signal.pause()
            print(child, flush=True)
        elif order == "alive":
            client = loop.call(Client.connect(server.address))
            print(loop.call(client.service_client.check_health()), flush=True)
        else:
            return  # and leave, with everything alive


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
