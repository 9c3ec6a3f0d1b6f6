"""How long ``sfwnb.Lab()`` takes until the server answers and the worker polls."""

import statistics
import time

import sfwnb

RUNS = 11


def main() -> None:
    """Print the median over fresh servers, after the imports."""
    sfwnb.Lab().close()
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        lab = sfwnb.Lab()
        times.append(time.perf_counter() - began)
        lab.close()
    print(
        f"Lab ready: median {statistics.median(times):.2f} s (bar: 0.5 s), "
        f"{min(times):.2f} to {max(times):.2f} s over {RUNS} starts"
    )
