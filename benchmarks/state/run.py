"""Measures of the state engine against its bars, and against normalizr and immer on Node.

Run: ``python benchmarks/state/run.py [--citm citm_catalog.json] [--rounds 1.0]``. The peers are
installed by npm into ``benchmarks/state/peers`` when they are missing. Python and Node take turns
within each row; each timed piece begins with a collected heap; the ratio is the median over turns.
Payloads are decoded afresh, and decoding is not counted. "Hot" is Node after many runs of the same
function; what a process does with its first payloads is shown beside it.
"""

import argparse
import gc
import json
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import citm

from sfwnb.engine.state import Change, Schema, SelectorIndex, State, Store, edits

HERE = Path(__file__).parent
MARKET = Schema({"User": {"listings": ["Listing"]}, "Listing": {"user": "User"}}, name="market")
SIZES = (1_000, 10_000, 100_000)
NESTED = 11
"""A user and ten listings."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what was measured, how, against which bar."""

    what: str
    measured: str
    bar: str
    holds: bool | None


def users(entities: int) -> list[dict[str, Any]]:
    """Users with ten listings each, so many entities in all."""
    return [
        {
            "id": f"u{n}",
            "name": f"User {n}",
            "email": f"user{n}@example.org",
            "city": "Lisbon",
            "listings": [
                {
                    "id": f"l{n}-{m}",
                    "title": f"Listing {m} of user {n}",
                    "price": 10.5 * m,
                    "rooms": m,
                    "user": f"u{n}",
                }
                for m in range(10)
            ],
        }
        for n in range(math.ceil(entities / NESTED))
    ]


class Peer:
    """The Node process that runs the JavaScript libraries."""

    def __init__(self) -> None:
        folder = HERE / "peers"
        if not (folder / "node_modules").exists():
            npm = shutil.which("npm") or sys.exit("npm is needed for the peers.")
            subprocess.run([npm, "install", "--no-audit", "--no-fund"], cwd=folder, check=True)
        self._process = subprocess.Popen(
            ["node", "--expose-gc", "peer.mjs"],
            cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._asked: IO[str] = self._process.stdin
        self._answers: IO[str] = self._process.stdout

    def ask(self, **request: Any) -> float:
        """Milliseconds of one job."""
        self._asked.write(json.dumps(request) + "\n")
        self._asked.flush()
        return float(self._answers.readline())

    def close(self) -> None:
        """End the process."""
        self._asked.close()
        self._process.wait()


def milliseconds(task: Callable[[], Any]) -> float:
    gc.collect()
    start = time.perf_counter()
    task()
    return (time.perf_counter() - start) * 1e3


def ours(text: str, times: int, adopt: bool) -> float:
    """Milliseconds to normalize one of several freshly decoded payloads."""
    payloads = [json.loads(text) for _ in range(times)]

    def task() -> None:
        for data in payloads:
            MARKET.normalize(data, kind="User", adopt=adopt)

    return milliseconds(task) / times


def of_normalize(folder: Path, rounds: float) -> Iterator[Row]:
    for size in SIZES:
        text = json.dumps(users(size))
        count = math.ceil(size / NESTED) * NESTED
        file = folder / f"users-{size}.json"
        file.write_text(text)
        times = max(1, 20_000 // size)
        for adopt in (False, True):
            peer = Peer()
            young = [peer.ask(job="normalize", file=str(file), times=1) for _ in range(10)]
            for _ in range(10):
                peer.ask(job="normalize", file=str(file), times=times)
            pairs = [
                (ours(text, times, adopt), peer.ask(job="normalize", file=str(file), times=times))
                for _ in range(max(5, int(20 * rounds)))
            ]
            peer.close()
            ratio = statistics.median(theirs / mine for mine, theirs in pairs)
            median = statistics.median(mine for mine, _ in pairs)
            yield Row(
                f"normalize {size:,}{', adopting' if adopt else ''}",
                f"{ratio:.2f}x normalizr when hot, {statistics.median(young) / median:.2f}x in its"
                f" first ten runs; {count / median / 1e3:.2f} M entities/s",
                ">= 1.5x",
                ratio >= 1.5,
            )


def of_edits(peer: Peer, folder: Path, rounds: float) -> Iterator[Row]:
    medians = {}
    stores = {n: Store(MARKET, MARKET.normalize(users(n), kind="User")) for n in SIZES}
    ids = {size: list(store.state["Listing"]) for size, store in stores.items()}
    times: dict[int, list[float]] = {size: [] for size in SIZES}
    for turn in range(int(20_000 * rounds)):
        for size, store in stores.items():
            id = ids[size][turn * 7 % len(ids[size])]
            start = time.perf_counter()
            store.apply([edits.Set("Listing", id, "price", -turn - 1)])
            times[size].append(time.perf_counter() - start)
    for size in SIZES:
        medians[size] = statistics.median(times[size]) * 1e6
        some = ids[size][:: max(1, len(ids[size]) // 200)]
        file = str(folder / f"users-{size}.json")
        theirs = peer.ask(job="edits", file=file, ids=some, times=50) * 1e3
        yield Row(
            f"edit one of {size:,}",
            f"{medians[size]:.1f} us (immer with patches: {theirs:,.0f} us)",
            "<= 8 us",
            medians[size] <= 8,
        )
    growth = medians[SIZES[-1]] / medians[SIZES[0]]
    yield Row("edit, 100k against 1k", f"{growth:.2f}", "<= 1.3", growth <= 1.3)


def of_deletes(rounds: float) -> Iterator[Row]:
    for size in SIZES:
        store = Store(MARKET, MARKET.normalize(users(size), kind="User"))
        ids = list(store.state["Listing"])
        first = milliseconds(lambda: store.apply([edits.Delete("Listing", ids[0])]))  # noqa: B023  # called at once
        times = []
        for id in ids[1 : 1 + int(500 * rounds)]:
            start = time.perf_counter()
            store.apply([edits.Delete("Listing", id)])
            times.append(time.perf_counter() - start)
        yield Row(
            f"delete one of {size:,}",
            f"{statistics.median(times) * 1e6:.1f} us (the first, which indexes: {first:.1f} ms)",
            "",
            None,
        )


def of_denormalize(peer: Peer, folder: Path, rounds: float) -> Iterator[Row]:
    state = MARKET.normalize(users(1_000), kind="User")
    times = []
    for _ in range(int(5_000 * rounds)):
        start = time.perf_counter()
        MARKET.denormalize(state, "User", "u5", depth=1)
        times.append(time.perf_counter() - start)
    median = statistics.median(times) * 1e6
    file = str(folder / "users-1000.json")
    theirs = peer.ask(job="denormalize", file=file, id="u5", times=5_000) * 1e3
    yield Row(
        "denormalize with 10 relations",
        f"{median:.1f} us (normalizr: {theirs:.1f} us)",
        "<= 20 us",
        median <= 20,
    )


def of_memory() -> Iterator[Row]:
    text = json.dumps(users(SIZES[-1]))
    for adopt in (False, True):
        gc.collect()
        tracemalloc.start()
        data = json.loads(text)
        parsed = tracemalloc.get_traced_memory()[0]
        state: State = MARKET.normalize(data, kind="User", adopt=adopt)
        del data
        gc.collect()
        normalized = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        del state
        ratio = normalized / parsed
        yield Row(
            f"memory of 100k{', adopting' if adopt else ''}",
            f"{ratio:.2f} of the parsed input ({normalized / 1e6:.0f} of {parsed / 1e6:.0f} MB)",
            "<= 1.2",
            ratio <= 1.2,
        )


def of_selectors(rounds: float) -> Iterator[Row]:
    index: SelectorIndex[int] = SelectorIndex()
    patterns = ("Order.o{}.status", "Order.*.field{}", "Line.{}.**", "**.deep{}", "*.o{}.*")
    for n in range(1_000):
        index.add(patterns[n % 5].format(n), n)
    changes = [Change("Order", f"o{n}", "status", "open", "paid") for n in range(1_000)]
    times, found = [], 0
    for _ in range(max(3, int(40 * rounds))):
        start = time.perf_counter()
        found = sum(len(index.match(change)) for change in changes)
        times.append((time.perf_counter() - start) * 1e3)
    median = statistics.median(times)
    yield Row(
        "1,000 changes, 1,000 subscriptions",
        f"{median:.1f} ms, best {min(times):.1f} ms ({found} matches)",
        "<= 10 ms",
        median <= 10,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--citm", type=Path, help="the path of citm_catalog.json")
    parser.add_argument("--rounds", type=float, default=1.0, help="more or fewer repetitions")
    options = parser.parse_args()
    peer = Peer()
    print(f"{'what':36} {'bar':>8}  measured")
    with tempfile.TemporaryDirectory() as name:
        folder, rounds = Path(name), options.rounds
        groups = (
            of_normalize(folder, rounds), of_edits(peer, folder, rounds), of_deletes(rounds),
            of_denormalize(peer, folder, rounds), of_memory(), of_selectors(rounds),
        )  # fmt: skip
        for row in (row for group in groups for row in group):
            verdict = {True: "holds", False: "MISSED", None: ""}[row.holds]
            print(f"{row.what:36} {row.bar:>8}  {row.measured}  {verdict}", flush=True)
    peer.close()
    if options.citm:
        print(citm.report(options.citm))


if __name__ == "__main__":
    main()
