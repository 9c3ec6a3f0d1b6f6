"""The imports of cells, written anew so that the sandbox imports for itself what it restricts.

A value alone does not tell how it was imported (``from random import choice`` gives a bound
method, ``os.path`` calls itself ``posixpath``), so the statement is looked for, and believed when
it gives the very object that the name holds now. Only what no statement explains is asked for
its own ``__module__``.
"""

import ast
import sys
from dataclasses import dataclass
from types import BuiltinFunctionType, FunctionType, ModuleType

from sfwnb.cells.sources import Sources, Statement

PASS_THROUGH = "__sfwnb_pass_through__"
"""The name under which a cell module knows Temporal's ``imports_passed_through``."""

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Import:
    """One import of one name.

    Attributes:
        name: What it binds.
        module: The module's full name.
        attribute: What is taken from the module; None for the module itself.
        submodules: Modules below it that the code reaches through attributes.
        passed_through: Whether the cell imports it passed through the sandbox.
        filename: Where it stands, for tracebacks.
        line: The line there.
    """

    name: str
    module: str
    attribute: str | None
    submodules: tuple[str, ...]
    passed_through: bool
    filename: str
    line: int

    def node(self) -> ast.Module:
        """It as syntax, at the place where the user wrote it."""
        if self.attribute is None:
            lines = [f"import {self.module} as {self.name}"]
        else:
            lines = [f"from {self.module} import {self.attribute} as {self.name}"]
        lines += [f"import {below} as __sfwnb_below__" for below in self.submodules]
        text = "\n".join(lines)
        if self.passed_through:
            text = f"with {PASS_THROUGH}():\n" + "\n".join(f"    {line}" for line in lines)
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.stmt | ast.expr | ast.alias):
                node.lineno = node.end_lineno = self.line
                node.col_offset = node.end_col_offset = 0
        return tree


def find_import(name: str, value: object, sources: Sources, used: Statement) -> Import | None:
    """How a name came to hold an imported value; None for what was made in a cell.

    Args:
        name: The name in the notebook.
        value: What it holds.
        sources: Where to look for the statement.
        used: The statement that uses the name: its own cell is asked first.
    """
    here = sources.of(used.filename).binding
    everywhere = sources.binding
    for binding in (here(name), everywhere(name), here("*"), everywhere("*")):
        for statement in reversed(binding):
            found = _written(name, value, statement)
            if found is not None:
                module, attribute = found
                through, line = statement.passed_through, statement.node.lineno
                return Import(name, module, attribute, (), through, statement.filename, line)
    home = _home(value)
    if home is None:
        return None
    return Import(name, *home, (), False, used.filename, used.node.lineno)


def submodules(module: ModuleType, chains: frozenset[tuple[str, ...]], name: str) -> list[str]:
    """The modules below one that chains of attributes go through.

    Example:
        >>> import xml.etree.ElementTree
        >>> submodules(xml, frozenset({("xml", "etree", "ElementTree", "parse")}), "xml")
        ['xml.etree', 'xml.etree.ElementTree']
    """
    found: list[str] = []
    for root, *attributes in sorted(chains):
        path = module.__name__
        for attribute in attributes if root == name else ():
            path = f"{path}.{attribute}"
            if not isinstance(sys.modules.get(path), ModuleType):
                break
            if path not in found:
                found.append(path)
    return found


def _written(name: str, value: object, statement: Statement) -> tuple[str, str | None] | None:
    """What a statement imports under a name, if it is this value."""
    match statement.node:
        case ast.Import(names=aliases):
            for alias in aliases:
                module = alias.name if alias.asname else alias.name.partition(".")[0]
                if (alias.asname or module) == name and sys.modules.get(module) is value:
                    return module, None
        case ast.ImportFrom(module=str(module), names=aliases, level=0):
            for alias in aliases:
                attribute = name if alias.name == "*" else alias.name
                bound = name if alias.name == "*" else alias.asname or alias.name
                if bound == name and _attribute(module, attribute) is value:
                    return module, attribute
    return None


def _home(value: object) -> tuple[str, str | None] | None:
    """Where a module, class or function says that it lives, if it is found there."""
    if isinstance(value, ModuleType):
        return (value.__name__, None) if sys.modules.get(value.__name__) is value else None
    if isinstance(value, type | FunctionType | BuiltinFunctionType):
        module, name = getattr(value, "__module__", None), value.__qualname__
        if isinstance(module, str) and type(_attribute(module, name)) is type(value):
            return (module, name) if module != "__main__" else None
    return None


def _attribute(module: str, name: str) -> object:
    if module not in sys.modules:
        return _MISSING
    try:
        return getattr(sys.modules[module], name, _MISSING)
    except Exception:  # noqa: BLE001  # a module's own __getattr__ may raise what it likes
        return _MISSING
