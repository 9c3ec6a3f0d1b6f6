"""StatefulWorkflow for Temporal, and the Jupyter kit to run, see and debug it.

Names are fetched when first used, because Temporal's sandbox runs this module for every workflow
that imports anything of the package: ``import sfwnb`` must stay cheap.
"""

from importlib import import_module

TYPE_CHECKING = False  # type checkers know the name; importing typing for it would cost 5 ms

__version__ = "0.1.0"

_HOME = {
    "Schema": "sfwnb.engine.state",
    "Store": "sfwnb.engine.state",
    "Selector": "sfwnb.engine.state",
    "edits": "sfwnb.engine.state",
    "StatefulWorkflow": "sfwnb.engine.workflow",
    "action": "sfwnb.engine.workflow",
    "chronoforge": "sfwnb.engine.workflow",
    "StatefulPlugin": "sfwnb.plugin",
    "Lab": "sfwnb.lab",
    "connect": "sfwnb.lab",
}

if TYPE_CHECKING:
    from sfwnb.engine.state import Schema, Selector, Store, edits
    from sfwnb.engine.workflow import StatefulWorkflow, action, chronoforge
    from sfwnb.lab import Lab, connect
    from sfwnb.plugin import StatefulPlugin
else:

    def __getattr__(name: str) -> object:
        if name not in _HOME:
            raise AttributeError(f"module 'sfwnb' has no attribute {name!r}")
        value = getattr(import_module(_HOME[name]), name)
        globals()[name] = value
        return value


__all__ = [
    "Lab",
    "Schema",
    "Selector",
    "StatefulPlugin",
    "StatefulWorkflow",
    "Store",
    "action",
    "chronoforge",
    "connect",
    "edits",
]


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
