"""The sandbox that workflow code runs in: strict on the user's code, blind on installed packages.

Temporal's sandbox imports a workflow's modules again and catches clocks, randomness and I/O in
them. Packages like numpy refuse to be imported twice, and an installed package is not what changes
between two runs of a cell; so what is installed is passed through, and everything else (cells, the
user's own modules, packages under development) stays under guard.
"""

import site
import sysconfig
from functools import cache
from pathlib import Path

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

_SUFFIXES = (".py", ".so", ".pyd")


def sandboxed_runner() -> SandboxedWorkflowRunner:
    """The default sandbox, with every installed package and this library passed through."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*installed_packages())
    )


@cache
def installed_packages() -> frozenset[str]:
    """The top-level names in the site-packages folders, and this library's own.

    Looked up by listing folders (1 ms); asking every package's metadata takes 300 ms.
    """
    folders = {*site.getsitepackages(), site.getusersitepackages()}
    folders |= {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    names = {name for folder in folders for name in _top_level(Path(folder))}
    return frozenset({*names, "sfwnb"})


def _top_level(folder: Path) -> set[str]:
    if not folder.is_dir():
        return set()
    names = set()
    for path in folder.iterdir():
        name = path.name.split(".")[0]
        is_module = path.suffix in _SUFFIXES or (not path.suffix and path.is_dir())
        if is_module and name.isidentifier() and not name.startswith("__"):
            names.add(name)
    return names
