"""The texts of cells and scripts, as syntax trees that know which statement binds a name.

IPython keeps what it ran in ``linecache``, magics already turned into Python, under the file name
that the code objects carry; a script's text is its file. A statement is looked for by the line
of a code object where there is one, else by name: the newest one that binds it.
"""

import __future__

import ast
import linecache
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sfwnb.errors import place

POSTPONED = __future__.annotations.compiler_flag
"""The flag of code under ``from __future__ import annotations``."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_PARSE = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


@dataclass(frozen=True, eq=False)
class Statement:
    """A statement at the top level of a cell (or below its ``if``, ``try`` or ``with``).

    Attributes:
        node: Its syntax, with the cell's own line numbers.
        filename: The name under which linecache has the cell.
        passed_through: Whether it stands below ``with …imports_passed_through():``.
        postponed: Whether its cell begins with ``from __future__ import annotations``.
    """

    node: ast.stmt
    filename: str
    passed_through: bool = False
    postponed: bool = False

    @cached_property
    def first_line(self) -> int:
        """The line on which it begins: the one of its first decorator, if it has any."""
        decorators = self.node.decorator_list if isinstance(self.node, _SCOPES) else []
        return min([self.node.lineno, *(decorator.lineno for decorator in decorators)])

    @property
    def place(self) -> str:
        """Where it stands, in words: ``Cell In[4], line 12``."""
        return place(self.filename, self.node.lineno)

    def spans(self, line: int) -> bool:
        """Whether a line of the cell belongs to it."""
        return self.first_line <= line <= (self.node.end_lineno or self.node.lineno)

    def names(self) -> Iterator[str]:
        """The names that it binds; ``*`` for a star import."""
        match self.node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
            case ast.Import(names=aliases):
                for alias in aliases:
                    yield alias.asname or alias.name.partition(".")[0]
            case ast.ImportFrom(names=aliases):
                for alias in aliases:
                    yield alias.asname or alias.name
            case ast.Assign(targets=targets):
                for target in targets:
                    yield from _stored(target)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
                yield name


@dataclass(frozen=True, eq=False)
class Source:
    """One cell or script."""

    filename: str
    lines: list[str]
    statements: list[Statement] = field(default_factory=list)

    @classmethod
    def parse(cls, filename: str, lines: list[str]) -> "Source":
        """Read a text; one that is not Python has no statements."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the cell has already given its syntax warnings
                tree = compile("".join(lines), filename, "exec", _PARSE, dont_inherit=True)
        except (SyntaxError, ValueError):
            return cls(filename, lines)
        postponed = any(
            isinstance(node, ast.ImportFrom)
            and node.module == "__future__"
            and any(alias.name == "annotations" for alias in node.names)
            for node in ast.iter_child_nodes(tree)
        )
        found = _statements(tree, passed_through=False)
        return cls(filename, lines, [Statement(n, filename, p, postponed) for n, p in found])

    @cached_property
    def _binding(self) -> Mapping[str, list[Statement]]:
        index: dict[str, list[Statement]] = {}
        for statement in self.statements:
            for name in statement.names():
                index.setdefault(name, []).append(statement)
        return index

    def binding(self, name: str) -> list[Statement]:
        """The statements that bind a name, from the first line to the last."""
        return self._binding.get(name, [])

    def at(self, line: int) -> Statement | None:
        """The innermost statement that a line belongs to."""
        spanning = [statement for statement in self.statements if statement.spans(line)]
        return spanning[-1] if spanning else None


class Sources:
    """All cells that ran, and the script, as far as their texts are known.

    Args:
        namespace: The names of ``__main__``; its ``__file__`` says that it is a script.
    """

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace
        self._parsed: dict[str, Source] = {}
        self._by_age: list[Source] = []

    def refresh(self) -> None:
        """Look which cells have run by now, and in which order."""
        script = self._namespace.get("__file__")
        cells = sorted((age, name) for name in list(linecache.cache) if (age := _age(name)))
        names = [*([script] if isinstance(script, str) else []), *(name for _, name in cells)]
        self._by_age = [self.of(name) for name in names]

    def of(self, filename: str) -> Source:
        """The source with this file name, read again if its text has changed."""
        lines = linecache.getlines(filename)
        known = self._parsed.get(filename)
        if known is None or (known.lines is not lines and known.lines != lines):
            known = self._parsed[filename] = Source.parse(filename, lines)
        return known

    def binding(self, name: str) -> list[Statement]:
        """The statements that bind a name in any cell, the newest last."""
        return [found for source in self._by_age for found in source.binding(name)]


def _age(filename: str) -> int:
    """The execution number of a cell; 0 for what is not one."""
    if prompt := re.fullmatch(r"<python-input-(\d+)>", filename):
        return int(prompt[1]) + 1
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    cell = shell.compile.format_code_name(filename) if shell else None
    digits = re.search(r"\d+", cell[1]) if cell else None
    return int(digits[0]) if digits else 0


def _statements(parent: ast.AST, passed_through: bool) -> Iterator[tuple[ast.stmt, bool]]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.stmt):
            yield node, passed_through
            below = _cell_magic(node) or node
            if not isinstance(node, _SCOPES):
                yield from _statements(below, passed_through or _passes_through(node))
        elif isinstance(node, ast.ExceptHandler | ast.match_case):
            yield from _statements(node, passed_through)


def _passes_through(node: ast.stmt) -> bool:
    """Whether a ``with`` is Temporal's ``workflow.unsafe.imports_passed_through()``."""
    return isinstance(node, ast.With) and any(
        isinstance(item.context_expr, ast.Call)
        and ast.unparse(item.context_expr.func).endswith("imports_passed_through")
        for item in node.items
    )


def _cell_magic(node: ast.stmt) -> ast.Module | None:
    """What stands below ``%%time`` and its like, which IPython hands on as a string."""
    match node:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(attr="run_cell_magic"),
                args=[_, _, ast.Constant(value=str(body))],
            )
        ):
            try:
                return ast.increment_lineno(ast.parse(body))
            except SyntaxError:  # %%bash and the like are no Python
                return None
    return None


def _stored(target: ast.expr) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
