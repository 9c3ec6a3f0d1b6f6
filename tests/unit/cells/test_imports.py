import datetime as dt
import sys
import traceback
import xml.dom.minidom
from pathlib import Path
from types import ModuleType

import pytest

from sfwnb.cells.imports import Import, find_import, submodules
from sfwnb.cells.sources import Sources
from tests.unit.cells.notebook import Notebook


def import_of(notebook: Notebook, name: str) -> Import | None:
    sources = Sources(notebook.names)
    sources.refresh()
    used = sources.binding("workflow")[-1]
    return find_import(name, notebook.names[name], sources, used)


@pytest.mark.parametrize(
    ("text", "name", "module", "attribute"),
    [
        ("import random", "random", "random", None),
        ("import random as rnd", "rnd", "random", None),
        ("import xml.etree.ElementTree", "xml", "xml", None),
        ("import xml.etree.ElementTree as tree", "tree", "xml.etree.ElementTree", None),
        ("import os.path as path", "path", "os.path", None),
        ("from os import path", "path", "os", "path"),
        ("from random import choice as pick", "pick", "random", "choice"),
        ("from datetime import datetime", "datetime", "datetime", "datetime"),
        ("from random import *", "shuffle", "random", "shuffle"),
        ("import importlib\nr = importlib.import_module('random')", "r", "random", None),
        ("exec('from datetime import timedelta as d')", "d", "datetime", "timedelta"),
        ("try:\n    import tomllib as t\nexcept ImportError:\n    t = None", "t", "tomllib", None),
    ],
)
def test_every_form_of_import_is_found(
    notebook: Notebook, text: str, name: str, module: str, attribute: str | None
):
    notebook.run(text)
    found = import_of(notebook, name)
    assert found is not None
    assert (found.module, found.attribute, found.passed_through) == (module, attribute, False)


def test_an_import_that_the_name_no_longer_holds_is_not_believed(notebook: Notebook):
    notebook.run("from random import choice as pick")
    notebook.run("pick = [1, 2]")
    assert import_of(notebook, "pick") is None


def test_a_function_of_the_notebook_is_not_imported(notebook: Notebook):
    notebook.run("def pick(): ...")
    assert import_of(notebook, "pick") is None


def test_what_was_passed_through_is_passed_through_again(notebook: Notebook):
    notebook.run("with workflow.unsafe.imports_passed_through():\n    import json as j")
    found = import_of(notebook, "j")
    assert found is not None
    assert found.passed_through
    names: dict[str, object] = {}
    code = compile(found.node(), found.filename, "exec")
    with pytest.raises(NameError, match="__sfwnb_pass_through__"):
        exec(code, names)


def test_an_import_runs_at_the_users_line(notebook: Notebook, tmp_path: Path, monkeypatch):
    (tmp_path / "fragile_module.py").write_text("value = [1]")
    monkeypatch.syspath_prepend(str(tmp_path))
    notebook.run("x = 1\n\nfrom fragile_module import value as v")
    found = import_of(notebook, "v")
    assert found is not None
    (tmp_path / "fragile_module.py").write_text("")
    monkeypatch.delitem(sys.modules, "fragile_module")
    sys.path_importer_cache.clear()
    with pytest.raises(ImportError) as raised:
        exec(compile(found.node(), found.filename, "exec"), {})
    frame = traceback.extract_tb(raised.value.__traceback__)[-1]
    assert (frame.lineno, frame.line) == (3, "from fragile_module import value as v")


def test_submodules_are_those_that_attributes_go_through():
    chains = frozenset({("x", "dom", "minidom", "parse"), ("other", "sax")})
    assert submodules(xml, chains, "x") == ["xml.dom", "xml.dom.minidom"]


def test_an_import_as_syntax_binds_its_name_and_loads_what_is_below():
    found = Import("x", "xml", None, ("xml.dom.minidom",), False, "cell", 7)
    names: dict[str, object] = {}
    exec(compile(found.node(), "cell", "exec"), names)
    assert names["x"] is xml
    taken = Import("now", "datetime", "datetime", (), False, "cell", 7)
    exec(compile(taken.node(), "cell", "exec"), names)
    assert names["now"] is dt.datetime


def test_a_module_that_python_does_not_know_is_not_imported(notebook: Notebook):
    notebook.names["made"] = ModuleType("made_by_hand")
    assert import_of(notebook, "made") is None
