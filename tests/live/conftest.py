"""A lab for the live tests: one real server and worker a session, closed at its end."""

from collections.abc import Iterator

import pytest
from temporalio.service import RPCError, RPCStatusCode

import sfwnb


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
