"""The command line of the dev server, run by the watchdog in a session of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sfwnb.runtime import watchdog
from sfwnb.runtime.ports import HOST

DYNAMIC_CONFIG = {
    "history.timerProcessorMaxTimeShift": '"50ms"',  # a timer of 0.1 s takes 0.15 s, not 1.0 s
    "frontend.enableCancelWorkerPollsOnShutdown": "true",  # a worker that stops gets no more tasks
    "frontend.WorkflowTimeSkippingEnabled": "true",  # lab.skip
}
"""Settings of the server, as JSON by key."""

_FILE_GRACE = 1.0
"""Seconds between asking a server with a file to end and killing it (left alone it takes 1.4 s).
Asking lets it write down what it has done; SQLite keeps what is committed either way, and a server
in memory has nothing to keep."""


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """What a server is started with.

    Attributes:
        binary: The program.
        port: Of the gRPC API.
        ui_port: Of the Web UI.
        namespace: Made at start.
        file: The database file, or None to keep everything in memory.
        lock: A file descriptor that the server holds while it lives, or -1.
    """

    binary: Path
    port: int
    ui_port: int
    namespace: str
    file: Path | None
    lock: int


def launch(options: LaunchOptions, folder: Path) -> subprocess.Popen[bytes]:
    """Start the watchdog, which starts the server; it ends both when its standard input closes.

    Args:
        options: What to start.
        folder: Where the log and the server's pid go.
    """
    script = [sys.executable, "-S", "-E", "-I", watchdog.__file__, str(os.getpid())]
    grace = _FILE_GRACE if options.file else 0
    with (folder / watchdog.LOG).open("ab") as log:
        return subprocess.Popen(
            [*script, str(folder), str(grace), str(options.lock), *command(options)],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[options.lock] if options.lock >= 0 else [],
        )


def command(options: LaunchOptions) -> list[str]:
    """The server's command line."""
    line = [str(options.binary), "server", "start-dev", "--ip", HOST, "--port", str(options.port)]
    line += ["--ui-port", str(options.ui_port), "--namespace", options.namespace]
    line += ["--log-level", "error", "--log-format", "text"]
    for key, value in DYNAMIC_CONFIG.items():
        line += ["--dynamic-config-value", f"{key}={value}"]
    if options.file:
        line += ["--db-filename", str(options.file)]
    return line
