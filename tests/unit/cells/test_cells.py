import sys
import traceback
from dataclasses import dataclass

import pytest

from sfwnb.errors import DefinitionError
from tests.unit.cells.notebook import Notebook

ORDER = """
    @workflow.defn
    class Order:
        @workflow.run
        async def run(self) -> str:
            return {0}
"""


def test_a_class_gets_a_twin_that_python_can_import(notebook: Notebook):
    notebook.run(ORDER.format("'done'"))
    found = notebook.twin("Order")
    module = sys.modules[found.module_name]
    assert found.original is notebook.names["Order"]
    assert found.cls is not found.original
    assert found.cls is module.Order
    assert found.cls.__qualname__ == "Order"
    assert found.place == "Cell In[2], line 2"


def test_a_traceback_out_of_the_twin_names_the_cell_its_line_and_text(notebook: Notebook):
    notebook.run("def fail(amount):\n\n    return amount / 0")
    notebook.run(ORDER.format("fail(1)"))
    twin = notebook.twin("Order").cls
    with pytest.raises(ZeroDivisionError) as raised:
        twin().run().send(None)
    frames = traceback.extract_tb(raised.value.__traceback__)[-2:]
    assert [(frame.name, frame.lineno, frame.line) for frame in frames] == [
        ("run", 5, "return fail(1)"),
        ("fail", 3, "return amount / 0"),
    ]
    assert [frame.filename.startswith("<ipython-input-") for frame in frames] == [True, True]


def test_helpers_from_other_cells_are_made_anew_with_what_they_call(notebook: Notebook):
    notebook.run("def inner():\n    return 'inner'\n\ndef outer():\n    return inner()")
    notebook.run(ORDER.format("outer()"))
    module = sys.modules[notebook.twin("Order").module_name]
    assert module.outer is not notebook.names["outer"]
    assert module.outer() == "inner"
    assert module.outer.__globals__ is vars(module)


def test_two_helpers_that_call_each_other_are_both_there(notebook: Notebook):
    notebook.run("def even(n):\n    return n == 0 or odd(n - 1)")
    notebook.run("def odd(n):\n    return n != 0 and even(n - 1)")
    notebook.run(ORDER.format("even(10)"))
    module = sys.modules[notebook.twin("Order").module_name]
    assert (module.even(10), module.odd(10)) == (True, False)
