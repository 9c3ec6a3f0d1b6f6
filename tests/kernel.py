"""A real IPython kernel for tests: run cells, see their outputs, interrupt and restart it."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client import BlockingKernelClient, KernelManager

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Output:
    """What a cell showed."""

    text: str = ""
    html: str = ""
    error: str = ""
    data: list[dict[str, Any]] = field(default_factory=list)
    shown: bool = False
    apart: bool = False

    def take(self, message: dict[str, Any]) -> None:
        content = message["content"]
        match message["msg_type"]:
            case "stream":
                self._add(content["text"])
            case "execute_result" | "display_data":
                self.data.append(content["data"])
                self._add(content["data"].get("text/plain", ""), apart=True)
                self.html += content["data"].get("text/html", "")
            case "error":
                self.error += _COLOURS.sub("", "\n".join(content["traceback"]))

    def _add(self, text: str, *, apart: bool = False) -> None:
        if self.shown and (apart or self.apart):
            self.text += "\n"
        self.text += text
        self.shown, self.apart = True, apart


class Kernel:
    """A kernel with its client; ``run`` waits until the cell is done."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.client = self._connect()

    def run(self, code: str, *, fails: bool | None = False, interrupt_at: str = "") -> Output:
        output = Output()

        def take(message: dict[str, Any]) -> None:
            output.take(message)
            if interrupt_at and interrupt_at in message["content"].get("text", ""):
                self.manager.interrupt_kernel()

        self.client.execute_interactive(code, output_hook=take, timeout=60)
        assert fails in (None, bool(output.error)), output.error or output.text
        return output

    def restart(self) -> None:
        self.client.stop_channels()
        self.manager.restart_kernel(now=False)
        self.client = self._connect()

    def _connect(self) -> BlockingKernelClient:
        client = self.manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        return client


@contextmanager
def started(folder: Path, **env: str) -> Iterator[Kernel]:
    """A kernel whose working folder is ``folder``."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(folder), env={**os.environ, **env})
    kernel = Kernel(manager)
    try:
        yield kernel
    finally:
        kernel.client.stop_channels()
        manager.shutdown_kernel(now=False)
        manager.cleanup_resources()
