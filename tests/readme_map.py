"""The README's map, from the first sentences of modules: ``python -m tests.readme_map``."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BEGIN, END = "<!-- map -->", "<!-- end of map -->"
FLOORS = [
    "lab",
    "widgets",
    "runtime",
    "views",
    "replay",
    "cells",
    "plugin",
    "engine/workflow",
    "engine/state",
    "errors.py",
]


def sentence(path: Path) -> str:
    """The first sentence or paragraph of a module's docstring, on one line."""
    doc = ast.get_docstring(ast.parse(path.read_text())) or ""
    return doc.split("\n\n")[0].replace("\n", " ")


def the_map() -> str:
    """The table of floors, top to bottom, and under each its modules."""
    lines = ["| floor | what lives there |", "|---|---|"]
    details = ["", "<details><summary>Every module</summary>", ""]
    for floor in FLOORS:
        path = ROOT / "sfwnb" / floor
        if path.is_file():
            lines.append(f"| `{floor}` | {sentence(path)} |")
            continue
        lines.append(f"| `{floor}/` | {sentence(path / '__init__.py')} |")
        if len(list(path.rglob("*.py"))) == 1:
            continue
        details += [f"**{floor}/**", ""]
        for module in sorted(path.rglob("*.py")):
            name = module.relative_to(path)
            if name.name == "__init__.py":
                if name.parent == Path():
                    continue
                name = name.parent
            details.append(f"- `{name}`: {sentence(module)}")
        details.append("")
    return "\n".join([*lines, *details, "</details>"])


def written() -> str:
    """The map as the README has it."""
    return README.read_text().split(BEGIN)[1].split(END)[0].strip()


if __name__ == "__main__":
    before, rest = README.read_text().split(BEGIN)
    README.write_text(f"{before}{BEGIN}\n{the_map()}\n{END}{rest.split(END)[1]}")
