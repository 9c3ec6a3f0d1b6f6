import pytest

from tests.unit.cells.notebook import Notebook

ORDER = """
@workflow.defn
class Order:
    @workflow.run
    async def run(self): return {0}
"""


def fingerprint(notebook: Notebook, uses: str, comment: str = "") -> str:
    notebook.run(comment + ORDER.format(uses))
    return notebook.twin("Order").fingerprint


UNCHANGED = {
    "a helper": "def f(n=1):\n    return n",
    "a lambda": "f = lambda: 3",
    "a constant": "f = {'a': [1, 2.5, None], 'b': {1, 2}}",
    "an object that can be compared": "import pandas\nf = pandas.Timestamp(0)",
    "a dataclass": "import dataclasses as d\n@d.dataclass\nclass f:\n    a: int = 1",
    "an instance of one": "import dataclasses as d\n@d.dataclass\nclass D:\n    a: int\nf = D(3)",
    "an enum": "import enum\nclass f(enum.Enum):\n    A = 1",
    "a member of one": "import enum\nclass E(enum.Enum):\n    A = 1\nf = E.A",
    "a model": "import pydantic\nclass f(pydantic.BaseModel):\n    a: int = 1",
    "an activity": "@activity.defn\nasync def f(n: int = 1): ...",
    "a retry policy": "from temporalio.common import RetryPolicy\nf = RetryPolicy()",
    "a duration": "from datetime import timedelta\nf = timedelta(days=30)",
    "a module": "import math as f",
    "a schema": "import sfwnb\nf = sfwnb.Schema({'Order': {'lines': ['Line']}, 'Line': {}})",
    "a name from a module": "from math import floor as f",
    "another workflow": ORDER.replace("Order", "f").format("1"),
    "an empty list": "f = [[]]",
    "keys": "f = {(1, 2): {frozenset([3])}}",
}


@pytest.mark.parametrize("cell", UNCHANGED.values(), ids=UNCHANGED.keys())
def test_running_an_unchanged_cell_again_changes_nothing(notebook: Notebook, cell: str):
    notebook.run(cell)
    before = fingerprint(notebook, "f")
    notebook.run(cell)
    assert fingerprint(notebook, "f") == before


CHANGED = {
    "a schema": (
        "import sfwnb\nf = sfwnb.Schema({'Order': {'no': 'int'}})",
        "import sfwnb\nf = sfwnb.Schema({'Order': {'no': 'str'}})",
    ),
    "a helper": ("def f(): return 1", "def f(): return 2"),
    "a helper of a helper": (
        "def f(): return g()\ndef g(): ...",
        "def f(): return g()\ndef g(): 1",
    ),
    "a default": ("def f(n=1): ...", "def f(n=2): ..."),
    "a decorator": ("import functools\ndef f(): ...", "@functools.cache\ndef f(): ..."),
    "a constant": ("f = {'a': [1]}", "f = {'a': [2]}"),
    "its type": ("f = 1", "f = True"),
    "a dataclass": (
        "import dataclasses as d\n@d.dataclass\nclass f:\n    a: int = 1",
        "import dataclasses as d\n@d.dataclass\nclass f:\n    a: int = 2",
    ),
    "the base of one": (
        "import dataclasses as d\n@d.dataclass\nclass B:\n    a: int\nclass f(B): ...",
        "import dataclasses as d\n@d.dataclass\nclass B:\n    a: str\nclass f(B): ...",
    ),
    "an enum": (
        "import enum\nclass f(enum.Enum):\n    A = 1",
        "import enum\nclass f(enum.Enum):\n    A = 2",
    ),
    "an activity": ("@activity.defn\nasync def f(): 1", "@activity.defn\nasync def f(): 2"),
    "the default of an activity": (
        "n = 1\n@activity.defn\nasync def f(a=n): ...",
        "n = 2\n@activity.defn\nasync def f(a=n): ...",
    ),
    "an import": ("from math import floor as f", "from math import ceil as f"),
    "passing it through": (
        "import json as f",
        "with workflow.unsafe.imports_passed_through(): import json as f",
    ),
    "an object that says nothing of itself": ("f = object()", "f = object()"),
    "another workflow": (
        ORDER.replace("Order", "f").format("1"),
        ORDER.replace("Order", "f").format("2"),
    ),
}


@pytest.mark.parametrize("cells", CHANGED.values(), ids=CHANGED.keys())
def test_a_changed_meaning_changes_the_fingerprint(notebook: Notebook, cells: tuple[str, str]):
    found = []
    for cell in cells:
        notebook.run(cell)
        found.append(fingerprint(notebook, "f"))
    assert found[0] != found[1]


def test_changed_code_of_the_class_changes_the_fingerprint(notebook: Notebook):
    assert fingerprint(notebook, "1") != fingerprint(notebook, "2")


def test_comments_and_moved_lines_change_nothing_but_the_place(notebook: Notebook):
    before = fingerprint(notebook, "1")
    place = notebook.twin("Order").place
    assert fingerprint(notebook, "1  # one", comment="# more\n\nx = 1") == before
    assert (place, notebook.twin("Order").place) == ("Cell In[2], line 2", "Cell In[3], line 5")


def test_several_objects_that_say_nothing_of_themselves_keep_their_fingerprint(notebook: Notebook):
    notebook.run("things = {object(), object()}\nby_thing = {thing: thing for thing in things}")
    before = fingerprint(notebook, "things, by_thing")
    assert fingerprint(notebook, "things, by_thing") == before


def test_a_list_that_holds_itself_does_not_run_for_ever(notebook: Notebook):
    notebook.run("loop = []\nloop.append(loop)")
    assert fingerprint(notebook, "loop") == fingerprint(notebook, "loop")


def test_a_large_constant_is_compared_as_a_whole(notebook: Notebook):
    notebook.run("large = list(range(100_000))")
    before = fingerprint(notebook, "large")
    notebook.run("large = list(range(100_000))")
    assert fingerprint(notebook, "large") == before
    notebook.run("large = list(range(100_001))")
    assert fingerprint(notebook, "large") != before


def test_a_frame_is_known_by_identity(notebook: Notebook):
    notebook.run("import pandas\ntable = pandas.DataFrame({'a': [1]})")
    before = fingerprint(notebook, "table")
    assert fingerprint(notebook, "table") == before
    notebook.run("table = pandas.DataFrame({'a': [1]})")
    assert fingerprint(notebook, "table") != before
