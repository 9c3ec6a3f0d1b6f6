import pytest

from sfwnb.errors import DefinitionError
from tests.unit.cells.notebook import Notebook

ORDER = """
@workflow.defn
class Order:
    @workflow.run
    async def run(self): return {0}
"""


def complaint(notebook: Notebook, uses: str) -> str:
    notebook.run(ORDER.format(uses))
    with pytest.raises(DefinitionError) as raised:
        notebook.twin("Order")
    return str(raised.value)


def test_a_name_that_does_not_exist_is_told_with_its_line_and_the_nearest_one(notebook: Notebook):
    notebook.run("carrier = 'dhl'")
    assert complaint(notebook, "carier") == (
        "Order (Cell In[3], line 2) can't run as a workflow:\n"
        "Cell In[3], line 4: `async def run(self): return carier` uses 'carier', which doesn't "
        "exist: run the cell that defines it first. Did you mean 'carrier'?"
    )


def test_all_mistakes_are_told_at_once(notebook: Notebook):
    notebook.run("def helper(): return second")
    message = complaint(notebook, "first, helper()")
    assert "  1. Cell In[3], line 4: " in message
    assert "uses 'first'" in message
    assert "\n  2. Cell In[2], line 1: `def helper(): return second` uses 'second'" in message


def test_a_class_inside_a_function_is_told_so(notebook: Notebook):
    notebook.run("def make():\n    class Order:\n        def run(self): ...\n    return Order")
    with pytest.raises(DefinitionError) as raised:
        notebook.cells.importable(notebook.names["make"]())
    assert str(raised.value) == (
        "The class 'Order' (Cell In[2], line 3) is defined inside the function 'make', so "
        "Temporal can't import it. Define it at the top level of a cell or file."
    )


@pytest.mark.parametrize("name", ["<stdin>", "<string>"])
def test_a_class_without_text_is_told_so(notebook: Notebook, name: str):
    text = ORDER.format(1).replace("Order", "Typed")
    exec(compile(text, name, "exec"), notebook.names)
    with pytest.raises(DefinitionError) as raised:
        notebook.twin("Typed")
    assert str(raised.value) == (
        f"The text of the class 'Typed' ({name}, line 4) can't be found, as with exec(), "
        "standard input or the plain Python prompt. Define it in a notebook cell, or in a file "
        "that you run or import."
    )


def test_the_text_of_an_older_class_is_not_taken_for_one_without_text(notebook: Notebook):
    notebook.run(ORDER.format("'old'"))
    exec(ORDER.format("'new', 1"), notebook.names)
    with pytest.raises(DefinitionError, match="The text of the class 'Order'"):
        notebook.twin("Order")


@pytest.mark.parametrize("what", ["def helper(): ...", "class helper:\n    def f(self): ..."])
def test_a_helper_without_text_is_told_so(notebook: Notebook, what: str):
    exec(what, notebook.names)
    message = complaint(notebook, "helper")
    assert "line 4: `async def run(self): return helper` uses 'helper'. The text of the" in message


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("import threading\nthing = threading.Lock()", "a lock"),
        ("import io\nthing = io.StringIO()", "a StringIO"),
        ("thing = (n for n in [])", "a generator"),
        ("thing = get_ipython()", "an InteractiveShell"),
        ("import ipywidgets\nthing = ipywidgets.IntSlider()", "an IntSlider"),
    ],
)
def test_what_works_outside_of_workflows_is_refused(notebook: Notebook, cell: str, kind: str):
    notebook.run(cell)
    assert f"uses 'thing', {kind}, which works outside of workflows. Hand the data" in complaint(
        notebook, "thing"
    )


def test_a_shell_line_in_a_workflow_is_refused(notebook: Notebook):
    notebook.run("def helper():\n    !ls")
    assert "uses 'get_ipython', an InteractiveShell.get_ipython, which works outside" in complaint(
        notebook, "helper()"
    )


def test_a_module_made_by_hand_is_refused(notebook: Notebook):
    notebook.run("import types\nthing = types.ModuleType('made')")
    assert "the module 'thing', which can't be imported again as 'made'" in complaint(
        notebook, "thing.x"
    )


def test_code_that_can_not_run_twice_is_told_with_its_line(notebook: Notebook):
    notebook.run("once = [1]\ndef take(cls):\n    once.pop()\n    return cls")
    notebook.run("@take" + ORDER.format(1))
    with pytest.raises(DefinitionError) as raised:
        notebook.twin("Order")
    assert str(raised.value).startswith(
        "Order (Cell In[3], line 3) could not be run again as a module at Cell In[2], line 3: "
        "`once.pop()`\n  IndexError: pop from empty list\n"
    )
    assert isinstance(raised.value.__cause__, IndexError)


def test_a_class_of_a_module_is_not_for_cells(notebook: Notebook):
    with pytest.raises(DefinitionError, match="lives in the module 'builtins', not in a cell"):
        notebook.cells.importable(int)
    with pytest.raises(DefinitionError, match="3 is no class"):
        notebook.cells.importable(3)


def test_after_a_mistake_the_mended_cell_works(notebook: Notebook):
    complaint(notebook, "nothing_there")
    notebook.run("nothing_there = 1")
    assert notebook.twin("Order").place == "Cell In[2], line 2"
