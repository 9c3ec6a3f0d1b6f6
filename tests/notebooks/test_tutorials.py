"""Every tutorial, executed by a real kernel, as people do: twice, again, restarted, offline."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from tests import bookshop
from tests.notebooks.building import NOTEBOOKS, build
from tests.notebooks.play import cells

SOURCES = sorted((NOTEBOOKS / "source").glob("*.py"))

TRACES = {
    "an address with a port": r"(127\.0\.0\.1|localhost):(?!7233)\d+",
    "a run id": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "a path": r"(?<![\w<:/…])/(tmp|home|root|usr|work|Users|var|opt)/",
    "a time": r"\b(?!10:00:00)\d\d:\d\d:\d\d\b",
    "a date": r"\b20\d\d-(?!01-01)\d\d-\d\d\b",
    "an object's address": r"0x[0-9a-f]{6,}",
    "a process id": r"\b\d{2,}@",
}

ids = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)


@ids
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can take a process off the network")
def test_run_all_again_and_restart_and_any_one_cell_work_without_any_network(source):
    unshare = shutil.which("unshare")
    assert unshare, "unshare is missing: apt-get install util-linux"
    alone = [unshare, "--net", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    command = [*alone, "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    done = subprocess.run(
        [*command, sys.executable, "-m", "tests.notebooks.play", str(source)],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
        cwd=NOTEBOOKS.parent,
    )
    assert done.stdout.splitlines() == [
        "run all",
        "run all again",
        "every cell once more",
        "run all after a restart",
    ], done.stderr[-3000:]


@ids
def test_what_is_committed_is_what_the_source_builds(source):
    committed = json.loads((NOTEBOOKS / f"{source.stem}.ipynb").read_text())
    assert list(words(committed)) == list(words(json.loads(build.build(source))))


@ids
def test_what_is_committed_bears_no_trace_of_the_machine(source):
    text = "\n".join(words(json.loads((NOTEBOOKS / f"{source.stem}.ipynb").read_text())))
    found = {name: re.search(pattern, text) for name, pattern in TRACES.items()}
    assert {name: hit.group() for name, hit in found.items() if hit} == {}


def test_the_first_tutorial_tells_of_the_one_world():
    namespace = {}
    for code, _ in cells(NOTEBOOKS / "source" / "00_start_here.py"):
        if code.startswith(("bookshop =", "le_guin =")):
            exec(
                code.split("order = lab.start")[0].replace("sfwnb.Schema(", "dict(kinds="),
                namespace,
            )
    assert namespace["bookshop"]["kinds"] == bookshop.BOOKSHOP
    books = {line["book"]["id"]: line["book"] for line in bookshop.order()["lines"]}
    assert {name: namespace[name] for name in ("dispossessed", "lathe", "cities")} == {
        "dispossessed": books["b1"],
        "lathe": books["b2"],
        "cities": books["b3"],
    }


def words(notebook):
    """Sources and outputs as texts; pictures only by their kind, since fonts differ."""
    for cell in notebook["cells"]:
        yield "".join(cell["source"])
        for output in cell.get("outputs", []):
            yield "".join(output.get("text", ""))
            yield output.get("ename", "")
            yield "\n".join(output.get("traceback", []))
            for kind, value in output.get("data", {}).items():
                if kind.startswith("image/"):
                    yield kind
                elif kind == "text/html":
                    yield re.sub(r"data:image/[^\"']+", "data:image", "".join(value))
                else:
                    yield "".join(value) if isinstance(value, list) else str(value)
