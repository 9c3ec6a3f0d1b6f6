"""JupyterLab in Chromium, driven from tests: one server, one page, a tab and a kernel per notebook.

JupyterLab is started with its own configuration, data and runtime folders, so that nothing of the
developer's machine shows through, and with its app in the page (``window.jupyterapp``): commands
are then promises that resolve when the work is done, and no test needs to sleep.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Browser, Locator, Page, Route, sync_playwright

PROJECT = Path(__file__).parents[2]
CHROMIUM_FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_KERNEL = {"name": "python3", "display_name": "Python 3"}
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
_SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}
_OPEN = """async ([path, kernel]) => {
  const options = kernel ? {} : {kernelPreference: {shouldStart: false, canStart: false}};
  const panel = await window.jupyterapp.commands.execute(
    'docmanager:open', {path, factory: 'Notebook', ...options});
  await panel.context.ready;
  if (kernel) await panel.sessionContext.ready;
  await panel.revealed;
}"""
# The command is done at the first error, also where that cell is tagged to raise one and the kernel
# goes on with the others: so an empty request, which queues behind them, is waited for too.
_RUN_ALL = """async () => {
  await window.jupyterapp.commands.execute('notebook:run-all-cells');
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  await kernel.requestExecute({code: '', silent: true}).done;
}"""
_ERRORS = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .flatMap(cell => cell.model.type === 'code' ? cell.model.outputs.toJSON() : [])
  .filter(output => output.output_type === 'error')
  .map(output => output.ename + ': ' + output.evalue)"""
_RUN_CELL = """async (source) => {
  const {commands, shell} = window.jupyterapp;
  const notebook = shell.currentWidget.content;
  notebook.activeCellIndex = notebook.widgets.length - 1;
  await commands.execute('notebook:insert-cell-below');
  notebook.activeCell.model.sharedModel.setSource(source);
  await commands.execute('notebook:run-cell');
  const outputs = notebook.activeCell.model.outputs.toJSON();
  return outputs.map(one => one.evalue || (one.data || {})['text/plain'] || '').join('');
}"""
_RESTART = """async () => {
  await window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart();
}"""
_SAVE = "async () => { await window.jupyterapp.shell.currentWidget.context.save(); }"
_CLOSE = """async (shutdown) => {
  const panel = window.jupyterapp.shell.currentWidget;
  if (!panel || !panel.sessionContext) return;
  if (shutdown && panel.sessionContext.session) await panel.sessionContext.shutdown();
  await panel.context.save();
  panel.dispose();
}"""


def find_chromium() -> str:
    """The browser's executable: ``$CHROMIUM``, or one of the usual names on the path.

    Raises:
        FileNotFoundError: There is none; the message says how to install one.
    """
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _CHROMIUM_NAMES)), None)
    if not found or not Path(found).is_file():
        raise FileNotFoundError(
            f"No Chromium for the browser tests (looked for $CHROMIUM and {_CHROMIUM_NAMES}). "
            "Install it with `apt-get install chromium`, or leave these tests out with "
            "SKIP_BROWSER=1."
        )
    return found


@dataclass(frozen=True, slots=True)
class Server:
    """A JupyterLab server of our own: where it listens, and the folder that it serves."""

    url: str
    token: str
    root: Path


@contextlib.contextmanager
def serve(root: Path) -> Iterator[Server]:
    """Run a JupyterLab server on ``root`` until the block ends."""
    private = root / ".jupyterlab"
    overrides = private / "config" / "labconfig" / "default_setting_overrides.json"
    overrides.parent.mkdir(parents=True)
    overrides.write_text(json.dumps(_SETTINGS))
    server = Server(f"http://127.0.0.1:{_free_port()}", secrets.token_hex(16), root)
    with (private / "server.log").open("wb") as log:
        process = subprocess.Popen(
            _command(server),
            env=_environment(private),
            cwd=root,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait_until_ready(server, process, private / "server.log")
            yield server
        finally:
            process.terminate()
            try:
                process.wait(3)  # seen: an extension that did not stop within 15 s
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser until the block ends."""
    executable = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class LabPage:
    """One page with JupyterLab in it.

    Attributes:
        problems: What went wrong in the page since the last notebook was opened: uncaught errors
            and requests that left this host (they are aborted, which proves "offline").
    """

    page: Page
    server: Server
    problems: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, browser: Browser, server: Server) -> "LabPage":
        """Load JupyterLab and wait until it has restored itself."""
        context = browser.new_context(viewport={"width": 1200, "height": 900})
        opened = cls(context.new_page(), server)
        context.route(lambda url: not opened._is_local(url), opened._abort)
        opened.page.set_default_timeout(30_000)
        opened.page.on("pageerror", lambda error: opened.problems.append(str(error)))
        opened.page.goto(f"{server.url}/lab?token={server.token}&reset")
        opened.page.wait_for_function("() => window.jupyterapp")
        opened.page.evaluate("() => window.jupyterapp.restored")
        return opened

    def open_notebook(self, name: str, kernel: bool = True) -> Locator:
        """Show a notebook of the server's folder; without a kernel if asked to."""
        self.problems.clear()
        self.page.evaluate(_OPEN, [name, kernel])
        return self.notebook

    @property
    def notebook(self) -> Locator:
        """The notebook in front."""
        return self.page.locator(".jp-NotebookPanel:visible")

    def run_all(self) -> list[str]:
        """Run every cell to its end; the errors of the cells, in order."""
        self.page.evaluate(_RUN_ALL)
        return list(self.page.evaluate(_ERRORS))

    def run_cell(self, source: str) -> str:
        """Run one more cell at the end; its result as text, or its error."""
        return str(self.page.evaluate(_RUN_CELL, source))

    def restart_kernel(self) -> None:
        """Restart the kernel without running anything."""
        self.page.evaluate(_RESTART)

    def save(self) -> None:
        """Write the notebook in front to its file."""
        self.page.evaluate(_SAVE)

    def close_notebook(self, shutdown: bool = True) -> None:
        """Save and close the notebook in front, and end its kernel unless told not to."""
        self.page.evaluate(_CLOSE, shutdown)

    def theme(self, name: str) -> None:
        """Change the theme: ``"JupyterLab Light"`` or ``"JupyterLab Dark"``."""
        self.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", name
        )

    def screenshot(self, name: str, of: Locator | None = None) -> None:
        """Keep a picture in the folder ``$SFWNB_SCREENSHOTS``; do nothing when it is not set."""
        folder = os.environ.get("SFWNB_SCREENSHOTS")
        if folder:
            (of or self.page).screenshot(path=Path(folder) / f"{name}.png")

    def _is_local(self, url: str) -> bool:
        return url.startswith((self.server.url, "data:", "blob:"))

    def _abort(self, route: Route) -> None:
        self.problems.append(f"left this host: {route.request.url}")
        route.abort()


def write_notebook(
    path: Path, cells: Sequence[str], tags: Mapping[int, Sequence[str]] | None = None
) -> None:
    """Write a notebook with these code cells; ``tags`` by the number of the cell, from 0."""
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": _KERNEL})  # type: ignore[no-untyped-call] # nbformat has no types
    for number, source in enumerate(cells):
        metadata = {"tags": list((tags or {}).get(number, ()))}
        notebook.cells.append(nbformat.v4.new_code_cell(source, metadata=metadata))  # type: ignore[no-untyped-call] # as above
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call] # as above


def _command(server: Server) -> list[str]:
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={server.url.rpartition(':')[2]}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={server.token}",
        f"--ServerApp.root_dir={server.root}",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.expose_app_in_browser=True",
    ]


def _environment(private: Path) -> dict[str, str]:
    return {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(private / "config"),
        "JUPYTER_DATA_DIR": str(private / "data"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(private / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
        "IPYTHONDIR": str(private / "ipython"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYTHONPATH": str(PROJECT),
    }


def _wait_until_ready(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    status = f"{server.url}/api/status?token={server.token}"
    end = time.monotonic() + 60
    while True:
        if process.poll() is not None:
            raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(status, timeout=2) as answer:
                answer.read()
            return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
