"""What to say about a class that can't be made importable: the name, the cell, the line."""

from collections.abc import Iterable
from types import MethodType, ModuleType

from sfwnb import errors
from sfwnb.cells.marks import own_functions
from sfwnb.cells.names import Uses
from sfwnb.cells.sources import Statement


def missing(name: str, by: Statement, used: Uses, known: Iterable[str]) -> str:
    """A name that the code uses and the notebook lacks."""
    public = [each for each in known if not each.startswith("_")]
    return (
        f"{_line(name, by, used)} uses {name!r}, which doesn't exist: run the cell that defines "
        f"it first.{errors.did_you_mean(name, public)}"
    )


def unusable(name: str, value: object, by: Statement, used: Uses) -> str:
    """A value that does I/O, or a module that is none to Python."""
    if isinstance(value, ModuleType):
        return (
            f"{_line(name, by, used)} uses the module {name!r}, which can't be imported again as "
            f"{value.__name__!r}. Import it from a file or a package."
        )
    kind = value.__qualname__ if isinstance(value, MethodType) else type(value).__name__
    article = "an" if kind[0] in "aeiouAEIOU" else "a"
    return (
        f"{_line(name, by, used)} uses {name!r}, {article} {kind}, which works outside of "
        f"workflows. Hand the data that you need to the workflow as an argument, or do it in an "
        f"activity."
    )


def helper_without_source(name: str, value: object, by: Statement, used: Uses) -> str:
    """A function or class of the notebook whose text is not known."""
    return f"{_line(name, by, used)} uses {name!r}. {no_source(value)}"


def no_source(value: object) -> str:
    """Why a class or function cannot be run again."""
    code = next((function.__code__ for function in own_functions(value)), None)
    what = "class" if isinstance(value, type) else "function"
    where = f" ({errors.place(code.co_filename, code.co_firstlineno)})" if code else ""
    name = getattr(value, "__qualname__", repr(value))
    if "<locals>" in name:
        outer, _, inner = name.rpartition(".<locals>.")
        return (
            f"The {what} {inner!r}{where} is defined inside the function {outer!r}, so Temporal "
            f"can't import it. Define it at the top level of a cell or file."
        )
    return (
        f"The text of the {what} {name!r}{where} can't be found, as with exec(), standard input "
        f"or the plain Python prompt. Define it in a notebook cell, or in a file that you run or "
        f"import."
    )


def _line(name: str, by: Statement, used: Uses) -> str:
    line = {**used.as_text, **used.later, **used.at_once}[name]
    text = errors.source_line(by.filename, line)
    where = errors.place(by.filename, line)
    return f"{where}: `{text}`" if text else where
