"""Build notebooks/*.ipynb from notebooks/source/*.py: executed, with outputs, the same each time.

    python notebooks/build.py            # build all
    python notebooks/build.py --check    # build in memory; exit 1 if what is committed differs

What changes from run to run (addresses, ports, process and run ids, times, durations, paths) is
masked, so that a rebuild shows a difference only where the tutorial itself differs.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
WIDGET = "application/vnd.jupyter.widget-view+json"

MASKS: list[tuple[str, str]] = [
    (r"/tmp/ipykernel_\d+/\d+\.py", "<cell>"),
    (r"(127\.0\.0\.1|localhost):\d+", r"\1:7233"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "0" * 8 + "-run-id"),
    (r"\b\d+@[\w.-]+\b", "1@host"),
    (r"sfwnb-[\w.%-]+?-[0-9a-f]{8}\b", "sfwnb-notebook"),
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00| UTC)?", "2026-01-01 10:00:00 UTC"),
    (r"\b\d\d:\d\d:\d\d(\.\d+)?\b", "10:00:00"),
    (r"\b\d+\.\d+ (ms|s)\b|\b\d+ (ms)\b", r"1 s"),
    (r"\b\d+ events\b", "3 events"),
    (r" at 0x[0-9a-f]+", ""),
    (r"(?<![\w<:/])(/[\w.-]+){2,}/([\w.-]+)", r"/…/\2"),
]
"""Patterns of what changes from run to run, and what stands there instead; in this order."""


def main() -> int:
    """Build every notebook, or compare with what is committed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    different = []
    for source in sorted((HERE / "source").glob("*.py")):
        target = HERE / f"{source.stem}.ipynb"
        text = build(source)
        if not check:
            target.write_text(text)
        elif not target.exists() or target.read_text() != text:
            different.append(target.name)
    if different:
        print("Differ from what is built: " + ", ".join(different) + ". Run: make notebooks")
    return bool(different)


def build(source: Path) -> str:
    """Execute a source and return the notebook with masked outputs, as the text of an .ipynb."""
    notebook = read(source)
    execute(notebook)
    for cell in notebook.cells:
        tidy(cell)
    notebook.metadata.pop("widgets", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def read(source: Path) -> nbformat.NotebookNode:
    """A py:percent source as a notebook without outputs."""
    notebook = jupytext.read(source, fmt="py:percent")
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    return notebook


def execute(notebook: nbformat.NotebookNode) -> None:
    """Run every cell by a real kernel; raises on an error that no tag announces."""
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(
            notebook,
            timeout=120,
            kernel_name="python3",
            store_widget_state=False,
            record_timing=False,
            resources={"metadata": {"path": folder}},
        ).execute()


def tidy(cell: nbformat.NotebookNode) -> None:
    """Mask a cell's outputs and drop its widgets, beside which their static face stands."""
    cell.metadata.pop("execution", None)
    if "outputs" in cell:  # a live widget is a dead model id in a file; its static face stays
        cell.outputs = [each for each in cell.outputs if WIDGET not in each.get("data", {})]
    for output in cell.get("outputs", []):
        output.pop("transient", None)
        data = output.get("data", {})
        for kind, value in data.items():
            if kind.startswith("text/") or kind == "image/svg+xml":
                data[kind] = masked(value)
        for key in ("text", "evalue"):
            if key in output:
                output[key] = masked(output[key])
        if "traceback" in output:
            output["traceback"] = [masked(line) for line in output["traceback"]]


def masked(text: Any) -> Any:
    """The text with everything that changes from run to run replaced."""
    for pattern, instead in MASKS:
        text = re.sub(pattern, instead, text)
    return text


if __name__ == "__main__":
    sys.exit(main())
