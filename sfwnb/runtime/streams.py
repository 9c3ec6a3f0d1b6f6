"""Standard output and error that listen: what workflow and activity code prints goes elsewhere.

Python has one ``sys.stdout`` for all threads, so a stand-in looks at each write: whose code runs
in this thread? Everything but writes is the real stream's own, attributes set on it included,
because IPython, tqdm and others ask the stream for more than a file's methods.

While somebody else replaces ``sys.stdout`` (``redirect_stdout``, ``%%capture``), prints of
workflows go where theirs go; afterwards they put the stand-in back. A stand-in that outlives its
capture passes everything on.
"""

import contextlib
import sys
from collections.abc import Callable, Iterable
from typing import Any, Literal, TextIO, cast

from sfwnb.runtime.origin import Origin, current_origin

StreamName = Literal["stdout", "stderr"]
Take = Callable[[Origin, StreamName, str], bool]
"""Given who wrote what on which stream; whether it is dealt with."""

_OWN = ("write", "writelines")


class ListeningStream:
    """Stands in for a stream; hands what workflows and activities write to ``take``."""

    _name: StreamName
    _real: TextIO
    _take: Take

    def __init__(self, real: TextIO, name: StreamName, take: Take) -> None:
        object.__setattr__(self, "_real", real)
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_take", take)

    def write(self, text: str) -> int:
        """To the capture when a workflow or an activity writes, else to the real stream."""
        origin = current_origin()
        if origin and self._take(origin, self._name, text):
            return len(text)
        return self._real.write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of the lines."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __setattr__(self, name: str, value: object) -> None:
        # IPython puts a `write` of its own here while a cell runs, which calls the one from before:
        # on the real stream that one, ours, would call IPython's again, and so on.
        if name in _OWN:
            object.__setattr__(self, name, value)
        else:
            setattr(self._real, name, value)

    def __delattr__(self, name: str) -> None:
        if name in _OWN:
            object.__delattr__(self, name)
        else:
            delattr(self._real, name)

    def __iter__(self) -> Any:
        return iter(self._real)

    def __enter__(self) -> Any:
        return self._real.__enter__()

    def __exit__(self, *error: object) -> None:
        self._real.close()

    def __repr__(self) -> str:
        return repr(self._real)


class ListeningStreams:
    """Puts stand-ins into ``sys.stdout`` and ``sys.stderr`` and takes them out again.

    Args:
        take: What gets the text of workflows and activities.
    """

    def __init__(self, take: Take) -> None:
        self._take = take
        self._open = False

    def install(self) -> None:
        """Listen on both streams; to be repeated when they may have been replaced since."""
        self._open = True
        names: tuple[StreamName, ...] = ("stdout", "stderr")
        for name in names:
            stream = getattr(sys, name)
            if stream is not None and not self._is_mine(stream):
                stand_in = ListeningStream(stream, name, self._taken)
                setattr(sys, name, cast("TextIO", stand_in))

    def remove(self) -> None:
        """Put back the real streams where the stand-ins still are; pass on everywhere else."""
        self._open = False
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            while type(stream) is ListeningStream and self._owns(stream):
                stream = object.__getattribute__(stream, "_real")
                setattr(sys, name, stream)

    def _taken(self, origin: Origin, name: StreamName, text: str) -> bool:
        return self._open and self._take(origin, name, text)

    def _is_mine(self, stream: object) -> bool:
        """Whether this, or one of the stand-ins that it wraps, is one of ours."""
        while type(stream) is ListeningStream:
            if self._owns(stream):
                return True
            stream = object.__getattribute__(stream, "_real")
        return False

    def _owns(self, stream: ListeningStream) -> bool:
        with contextlib.suppress(AttributeError):
            return bool(object.__getattribute__(stream, "_take") == self._taken)
        return False
