"""What live tests share a session long: a lab; for its parts, a bare server, loop and client."""

from collections.abc import Iterator

import pytest
from temporalio.client import Client

import sfwnb
from sfwnb.runtime.loop import BackgroundLoop
from sfwnb.runtime.server import DevServer


@pytest.fixture(scope="session")
def lab() -> "Iterator[sfwnb.Lab]":
    with sfwnb.Lab() as lab:
        yield lab


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
