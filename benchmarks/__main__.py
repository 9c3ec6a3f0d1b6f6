"""Run every benchmark: ``python -m benchmarks [import lab calls]``."""

import sys

from benchmarks import calls, importing, ready

BENCHMARKS = {"import": importing.main, "lab": ready.main, "calls": calls.main}


def main() -> None:
    """Run those that were named, or all."""
    for name in sys.argv[1:] or BENCHMARKS:
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
