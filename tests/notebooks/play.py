"""Play a tutorial as people do: Run All, Run All again, every cell alone, restart, Run All.

``python -m tests.notebooks.play SOURCE`` prints a line a step, and the error of one that fails.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests import kernel as kernels
from tests.notebooks.building import build


def cells(source: Path) -> list[tuple[str, bool]]:
    """Each code cell's text, and whether its tag announces an error."""
    return [
        (cell.source, "raises-exception" in cell.metadata.get("tags", []))
        for cell in build.read(source).cells
        if cell.cell_type == "code"
    ]


def play(source: Path) -> Iterator[str]:
    """Run the steps; an error that no tag announces raises AssertionError."""
    with tempfile.TemporaryDirectory() as folder, kernels.started(Path(folder)) as kernel:
        for step in ("run all", "run all again"):
            for code, fails in cells(source):
                kernel.run(code, fails=fails)
            yield step
        for code, fails in cells(source):
            # what was mended stays mended: an announced error need not come again
            kernel.run(code, fails=None if fails else False)
        yield "every cell once more"
        kernel.restart()
        for code, fails in cells(source):
            kernel.run(code, fails=fails)
        yield "run all after a restart"


if __name__ == "__main__":
    for done in play(Path(sys.argv[1])):
        print(done, flush=True)
