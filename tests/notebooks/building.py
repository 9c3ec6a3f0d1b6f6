"""The builder of the notebooks, which is a script and no package."""

from importlib import util
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

_spec = util.spec_from_file_location("build", NOTEBOOKS / "build.py")
build = util.module_from_spec(_spec)
_spec.loader.exec_module(build)
