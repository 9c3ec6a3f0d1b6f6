"""What ``import sfwnb`` costs: the sandbox pays it for every workflow that imports the package."""

import statistics
import subprocess
import sys

CODE = "import time; began = time.perf_counter(); import {0}; print(time.perf_counter() - began)"
RUNS = 11


def main() -> None:
    """Print the median of fresh interpreters, with temporalio's own import beside it."""
    ours, theirs = _median("sfwnb"), _median("temporalio.client")
    print(
        f"import sfwnb: {ours * 1e3:.1f} ms (bar: 10 ms); temporalio.client: {theirs * 1e3:.0f} ms"
    )


def _median(module: str) -> float:
    return statistics.median(
        float(subprocess.check_output([sys.executable, "-c", CODE.format(module)]))
        for _ in range(RUNS)
    )
