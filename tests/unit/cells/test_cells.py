import asyncio
import importlib
import sys
import time
import traceback
from textwrap import dedent

import pytest
from temporalio import workflow
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from tests.unit.cells.notebook import Notebook

ORDER = """
    @workflow.defn
    class Order:
        @workflow.run
        async def run(self) -> str:
            return {0}
"""


def sandboxed(cls: type, times: int = 1) -> None:
    """Let Temporal's sandbox import a class and make instances of it."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules("sfwnb")
    definition = workflow._Definition.must_from_class(cls)

    async def prepare() -> None:
        for _ in range(times):
            SandboxedWorkflowRunner(restrictions).prepare_workflow(definition)

    asyncio.run(prepare())


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


def test_an_unchanged_cell_run_again_keeps_its_module_with_the_newest_lines(notebook: Notebook):
    notebook.run(ORDER.format("1 / 0"))
    first = notebook.twin("Order")
    notebook.run("# a comment\n" + dedent(ORDER).format("1 / 0"))
    second = notebook.twin("Order")
    assert second.module_name == first.module_name
    assert second.original is notebook.names["Order"]
    assert second.place == "Cell In[3], line 4"
    del sys.modules[first.module_name]
    with pytest.raises(ZeroDivisionError) as raised:
        importlib.import_module(first.module_name).Order().run().send(None)
    assert traceback.extract_tb(raised.value.__traceback__)[-1].lineno == 7


def test_a_changed_cell_gets_a_fresh_module_and_the_old_one_keeps_its_code(notebook: Notebook):
    notebook.run(ORDER.format("'old'"))
    old = notebook.twin("Order")
    notebook.run(ORDER.format("'new'"))
    assert notebook.twin("Order").module_name != old.module_name
    del sys.modules[old.module_name]
    with pytest.raises(StopIteration, match="old"):
        importlib.import_module(old.module_name).Order().run().send(None)


def test_what_lives_in_a_cell_is_told_from_what_is_imported(notebook: Notebook):
    notebook.run("def helper(): ...\nclass Thing: ...\nfrom pathlib import Path")
    cells, names = notebook.cells, notebook.names
    assert [cells.lives_in_cell(names[n]) for n in ("helper", "Thing", "Path")] == [
        True,
        True,
        False,
    ]
    assert not cells.lives_in_cell(3)


def test_the_sandbox_takes_the_twin_and_refuses_the_original(notebook: Notebook):
    notebook.run("import random, datetime\ndef helper(): return random.random()")
    notebook.run(ORDER.format("helper(), datetime.datetime.now()"))
    found = notebook.twin("Order")
    sandboxed(found.cls)
    with pytest.raises(AttributeError, match="__file__"):
        sandboxed(found.original)


def test_the_sandbox_forbids_what_a_helper_of_another_cell_does_at_import(notebook: Notebook):
    notebook.run("import random\nclass Helper:\n    def f(self): return random.random()")
    notebook.run(ORDER.format("Helper().f()"))
    sandboxed(notebook.twin("Order").cls)


def test_one_import_of_the_module_in_the_sandbox_takes_a_few_milliseconds(notebook: Notebook):
    for number in range(20):
        notebook.run(f"def helper_{number}(): return {number}")
    notebook.run(ORDER.format(" + ".join(f"helper_{number}()" for number in range(20))))
    twin = notebook.twin("Order").cls
    sandboxed(twin)
    began = time.perf_counter()
    sandboxed(twin, times=20)
    assert (time.perf_counter() - began) / 20 < 0.02


def test_a_stateful_workflow_of_a_cell_is_importable(notebook: Notebook):
    notebook.run("import sfwnb\nfrom tests.bookshop import BOOKSHOP")
    notebook.run("bookshop = sfwnb.Schema(BOOKSHOP, name='bookshop')")
    notebook.run(
        """
        @sfwnb.chronoforge(schema=bookshop, kind="Order")
        class OrderWorkflow(sfwnb.StatefulWorkflow):
            @sfwnb.action
            async def ship(self, carrier: str, express: bool = False) -> str:
                return carrier
        """
    )
    sandboxed(notebook.twin("OrderWorkflow").cls)
