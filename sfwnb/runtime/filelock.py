"""The lock beside a database file: one server a file, and where it is.

The lock is a ``flock`` on ``<file>.lock``. It belongs to the open file, which the server process
inherits and everybody else closes; so it is free the moment the server is gone, however that
happened. The file stays and says, as JSON, where the server is; it counts only while locked.
"""

import contextlib
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from sfwnb.errors import LabError

if sys.platform != "win32":
    import fcntl

_PATIENCE = 2.5
"""Seconds to wait before the file counts as in use: after a kernel's restart the server of the old
one takes up to 1 s to end, and one that is starting has not said yet where it is."""


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """Where the server that holds a database file can be reached."""

    address: str
    ui_url: str
    pid: int


class FileLock:
    """The lock of one database file, held until the server's process is gone.

    Args:
        file: The database file; it need not exist.

    Raises:
        LabError: Another server holds the file (its address is in the message), or the folder
            cannot be written or locked.
    """

    def __init__(self, file: Path) -> None:
        self._path = file.with_name(file.name + ".lock")
        try:
            self.descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise LabError(
                f"The lock file {str(self._path)!r} could not be opened: {error.strerror}. "
                "Give file= a path in a folder that exists and that you may write to."
            ) from error
        try:
            self._take(file)
        except BaseException:
            self.release()
            raise

    def write(self, place: ServerPlace) -> None:
        """Say where the server is, for the next one who wants the file."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, json.dumps(asdict(place)).encode(), 0)

    def release(self) -> None:
        """Let go of the lock here; a server that inherited it still holds it."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def _take(self, file: Path) -> None:
        end = time.monotonic() + _PATIENCE
        while not self._locked():
            if time.monotonic() > end:
                raise _in_use(file, self._read())
            time.sleep(0.05)
        os.ftruncate(self.descriptor, 0)

    def _locked(self) -> bool:
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise LabError(
                f"{str(self._path)!r} cannot be locked: {error.strerror}. Some network folders "
                "cannot lock files: give file= a path on a local disk."
            ) from error
        return True

    def _read(self) -> ServerPlace | None:
        with contextlib.suppress(ValueError, TypeError):
            return ServerPlace(**json.loads(os.pread(self.descriptor, 10_000, 0)))
        return None


def _in_use(file: Path, place: ServerPlace | None) -> LabError:
    if place is None:
        return LabError(
            f"{str(file)!r} is locked by another process that is starting a Temporal server on it. "
            "Try again in a moment."
        )
    return LabError(
        f"{str(file)!r} is in use by a Temporal server at {place.address} (process {place.pid}), "
        "and two servers on one file destroy it. Use that one: "
        f'sfwnb.connect("{place.address}"), or close the lab that owns it.'
    )
