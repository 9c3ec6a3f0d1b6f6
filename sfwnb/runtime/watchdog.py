"""The small process between the notebook's and the server's: it ends the server when it should.

Run as a script by ``python -S -E -I``; it imports the standard library only, so that it is up in
some 30 ms and cannot be broken by what is installed.

``notebook → watchdog (a session of its own: Kernel > Interrupt does not reach it) → server``

The server ends when

- the notebook's process closes our standard input, which it also does by dying;
- it is gone though our standard input is still open, because a forked child of it holds the other
  end: its process descriptor becomes readable (Linux), or our parent changes (everywhere);
- the watchdog is told to (SIGTERM), or is itself killed (Linux: the server's parent-death signal).

The server inherits the lock on its database file and the watchdog lets go of it, so the lock lives
exactly as long as the server does.
"""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

LOG = "server.log"
"""Newest output of the server; the lines before are in ``server.log.1``."""
PID = "server.pid"
LOG_BYTES = 1_000_000
ENDED = 0
"""The watchdog's exit code when it has seen the server end."""

_PR_SET_PDEATHSIG = 1
_LOOK_AGAIN = 0.25


class BoundedLog:
    """A file that starts anew at ``LOG_BYTES``, keeping the one before."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open()

    def write(self, data: bytes) -> None:
        """Append; a full disk loses the lines, not the server."""
        with contextlib.suppress(OSError):
            if self._file.tell() > LOG_BYTES:
                self._file.close()
                self._path.replace(self._path.with_name(self._path.name + ".1"))
                self._open()
            self._file.write(data)

    def _open(self) -> None:
        self._file = self._path.open("ab", buffering=0)


def main(parent: int, folder: Path, grace: float, lock: int, command: list[str]) -> int:
    """Run the server until it ends or has to.

    Args:
        parent: The notebook's process, which must be our parent.
        folder: Where the log and the server's pid go; removed with the server unless it died.
        grace: Seconds between asking the server to end and killing it; 0 kills at once.
        lock: A file descriptor that the server holds, or -1.
        command: The server's command line.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    told = _told_by_signal()
    log = BoundedLog(folder / LOG)
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    watchdog = os.getpid()

    def die_with_the_watchdog() -> None:
        if libc:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != watchdog:
                os._exit(1)

    try:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_the_watchdog,
            pass_fds=[lock] if lock >= 0 else [],
        )
    except OSError as error:
        log.write(f"{command[0]}: {error.strerror}\n".encode())
        return ENDED
    if lock >= 0:
        os.close(lock)
    _write_pid(folder, server.pid)
    not_needed = _watch(server, parent, told, log)
    _end(server, grace)
    if not_needed or os.getppid() != parent:
        _remove(folder)
    return ENDED


def _watch(server: subprocess.Popen[bytes], parent: int, told: int, log: BoundedLog) -> bool:
    """Copy the server's output until it ends or has to; whether nobody needs it any more."""
    if server.stdout is None:
        raise RuntimeError("the server was started without a pipe for its output")
    output = server.stdout.fileno()
    try:
        descriptor = os.pidfd_open(parent) if sys.platform == "linux" else -1
    except ProcessLookupError:
        return True
    except OSError:  # an old kernel, or a container that forbids it: looking at the parent will do
        descriptor = -1
    inputs = [0, output, told, *([descriptor] if descriptor >= 0 else [])]
    while os.getppid() == parent:
        ready, _, _ = select.select(inputs, [], [], _LOOK_AGAIN)
        if output in ready:
            data = os.read(output, 65536)
            if not data:
                return False
            log.write(data)
        if told in ready:
            return False
        if 0 in ready or descriptor in ready:
            return True
    return True


def _end(server: subprocess.Popen[bytes], grace: float) -> None:
    if grace and server.poll() is None:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(grace)
    server.kill()
    server.wait()


def _told_by_signal() -> int:
    """A descriptor that becomes readable when SIGTERM arrives."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    signal.set_wakeup_fd(write)

    def nothing(number: int, frame: FrameType | None) -> None:
        """The wakeup descriptor has it already."""

    signal.signal(signal.SIGTERM, nothing)
    return read


def _write_pid(folder: Path, pid: int) -> None:
    """At once, so that no reader sees half of it."""
    draft = folder / f"{PID}.draft"
    draft.write_text(str(pid))
    draft.replace(folder / PID)


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


if __name__ == "__main__":
    sys.exit(
        main(
            int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]), sys.argv[5:]
        )
    )
