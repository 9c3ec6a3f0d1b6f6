"""One tree of errors: what happened, what is known, what to do, at the line that the user wrote.

The class says whose fault it is: DefinitionError (your class or schema), StateError (your data),
Refused (a guard or validator said no), LabError (your machine). In a notebook cell an error of
this tree shows the user's own lines and the message; ``error.full()`` has every frame.
"""

import difflib
import linecache
import re
import sys
import sysconfig
import traceback
from collections.abc import Iterable, Sequence

_OURS = __file__.replace("\\", "/").rpartition("/")[0]
_STDLIB = sysconfig.get_path("stdlib").replace("\\", "/")
_INSTALLED = re.compile(r"/(site|dist)-packages/|/lib/python3\.\d+/|^<frozen ")


class SfwnbError(Exception):
    """Everything that this library raises on purpose.

    Example:
        >>> str(SfwnbError("No kind 'Bok'."))
        "No kind 'Bok'."
    """

    def full(self) -> str:
        """Every frame and every cause, as Python would print them: for a bug report."""
        return "".join(traceback.format_exception(self))

    def _render_traceback_(self) -> list[str]:
        """What IPython prints: the user's own lines, then the message."""
        return [*_users_lines(self), f"{type(self).__name__}: {self}"]


class DefinitionError(SfwnbError):
    """Your class or your schema has mistakes: all of them are listed."""


class WorkflowTaskFailed(DefinitionError):
    """Workflow code raised, so Temporal retries its task until the code is mended."""


class StateError(SfwnbError):
    """Your data do not fit the schema, or an edit does not fit the state."""


class UnknownKind(StateError):
    """A kind that the schema does not have."""


class WrongArguments(StateError, TypeError):
    """What was given to a signal, query or action does not fit its signature."""


class Refused(SfwnbError):
    """A guard, a validator, an action or the workflow's own status said no."""


class ActionFailed(SfwnbError):
    """An action ended with an error; what it had changed by then stays."""


class WorkflowFailed(SfwnbError):
    """A workflow ended otherwise than by returning: failed, cancelled, terminated or timed out.

    Attributes:
        status: Temporal's word for how it ended, such as ``"FAILED"``.
    """

    def __init__(self, message: str, status: str = "FAILED") -> None:
        super().__init__(message)
        self.status = status


class LabError(SfwnbError):
    """Your machine, or the way to the server: a missing binary, a taken port, a lost server."""


class ServerLost(LabError):
    """The Temporal server does not answer any more."""


class AlreadyRunning(LabError):
    """A workflow of this id runs already, on another class or another input."""


class UnknownMessage(LabError, AttributeError):
    """A signal, query or action that the workflow does not have."""


class WaitTimeout(LabError, TimeoutError):
    """What was waited for did not happen in time; the workflow goes on."""


class Interrupted(KeyboardInterrupt):
    """Kernel > Interrupt while a call waited: only the waiting was stopped."""

    def _render_traceback_(self) -> list[str]:
        return [*_users_lines(self), "KeyboardInterrupt: stopped waiting; the workflow goes on."]


def place(filename: str, line: int | None) -> str:
    """Name a source line as a notebook user knows it: ``Cell In[4], line 12``, or file and line."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    cell = shell.compile.format_code_name(filename) if shell else None
    return f"{' '.join(cell)}, line {line}" if cell else f"{filename}, line {line}"


def source_line(filename: str, line: int) -> str:
    """The text of a source line, stripped; empty when it is not known."""
    return linecache.getline(filename, line).strip()


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A closing sentence that offers the nearest known name, or nothing.

    Example:
        >>> did_you_mean("Bok", ["Author", "Book"])
        " Did you mean 'Book'?"
    """
    near = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def listed(mistakes: Sequence[str]) -> str:
    """One mistake as it is; several as a numbered list, each on its line."""
    if len(mistakes) == 1:
        return mistakes[0]
    return "\n".join(f"  {number}. {mistake}" for number, mistake in enumerate(mistakes, 1))


def _users_lines(error: BaseException) -> list[str]:
    return [
        f"{place(frame.filename, frame.lineno)}\n    {frame.line}"
        for frame in traceback.extract_tb(error.__traceback__)
        if not is_library(frame.filename) and frame.line
    ]


def is_library(filename: str) -> bool:
    """Whether a file is this library's, an installed package's or Python's own, not the user's."""
    path = filename.replace("\\", "/")
    return bool(_INSTALLED.search(path)) or path.startswith((f"{_OURS}/", f"{_STDLIB}/"))
