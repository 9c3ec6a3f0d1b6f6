from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cells.notebook import Notebook, open_notebook


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with open_notebook(tmp_path) as opened:
        opened.run("from temporalio import workflow, activity")
        yield opened
