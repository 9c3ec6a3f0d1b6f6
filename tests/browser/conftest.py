"""Fixtures of the browser tests: one server, one browser, one page a session."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.jupyterlab_driver import LabPage, chromium, serve, write_notebook

HERE = Path(__file__).parent
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("SKIP_BROWSER") == "1":
        skip = pytest.mark.skip(reason="SKIP_BROWSER=1: the browser tests are left out")
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def lab_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPage]:
    """JupyterLab in Chromium, with requests that leave this host aborted."""
    with chromium() as browser, serve(tmp_path_factory.mktemp("jupyterlab")) as server:
        yield LabPage.open(browser, server)


@pytest.fixture
def notebook(lab_page: LabPage, request: pytest.FixtureRequest) -> Iterator[Callable[..., LabPage]]:
    """A function that runs code cells, or a copy of an .ipynb, in a new tab with a new kernel.

    It fails the test when a cell raises, unless ``errors=`` names the classes that are expected,
    in order.
    """

    def run(*cells: str | Path, errors: tuple[str, ...] = ()) -> LabPage:
        name = "".join(c if c.isalnum() else "_" for c in request.node.name) + ".ipynb"
        match cells:
            case [Path() as source]:
                (lab_page.server.root / name).write_bytes(source.read_bytes())
            case _:
                write_notebook(lab_page.server.root / name, [str(cell) for cell in cells])
        lab_page.open_notebook(name)
        raised = lab_page.run_all()
        assert [error.partition(":")[0] for error in raised] == list(errors), raised
        return lab_page

    yield run
    lab_page.screenshot(f"end-of-{request.node.name}")
    lab_page.close_notebook()
