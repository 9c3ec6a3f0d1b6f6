"""What live tests share a session long: a lab; for its parts alone a bare server and loop."""

from collections.abc import Iterator

import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

import sfwnb
from sfwnb.runtime.loop import BackgroundLoop
from sfwnb.runtime.server import DevServer


@pytest.fixture(scope="session")
def lab() -> Iterator[sfwnb.Lab]:
    with sfwnb.Lab() as lab:
        yield lab


@pytest.fixture
def end(lab: sfwnb.Lab):
    """Ends the workflow of an id, whichever run it is in, if it still runs."""

    def end(id: str) -> None:
        try:
            lab.ask(lab.client.get_workflow_handle(id).terminate())
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    return end


@pytest.fixture(scope="session")
def loop() -> Iterator[BackgroundLoop]:
    background = BackgroundLoop()
    yield background
    background.close()


@pytest.fixture(scope="session")
def server(loop: BackgroundLoop) -> Iterator[DevServer]:
    running = loop.call(DevServer.start())
    yield running
    loop.call(running.stop())


@pytest.fixture(scope="session")
def client(loop: BackgroundLoop, server: DevServer) -> Client:
    return loop.call(Client.connect(server.address))
