"""Without a page, a panel's cell holds the static face, and building it again gives the same."""

import re

import nbclient
import nbconvert
import nbformat
import pytest

CELLS = [
    "from sfwnb.widgets.panel import Panel\n"
    "from tests.fake_workflow import FakeWorkflow\n"
    "workflow = FakeWorkflow()\n"
    "panel = Panel(workflow)\n"
    "panel",
    "workflow.change({'Order': {'o1': {'status': 'sent'}}})\nworkflow.settle()\nrepr(panel)",
]


@pytest.fixture(scope="module")
def built() -> nbformat.NotebookNode:
    """The cells, executed by nbclient as the builder of notebooks does it."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbclient.NotebookClient(
        notebook, timeout=60, kernel_name="python3", store_widget_state=False
    ).execute()
    return notebook


def test_the_first_output_is_the_static_face_with_the_picture(built: nbformat.NotebookNode) -> None:
    face = built.cells[0].outputs[0].data
    assert "The Dispossessed" in face["text/html"]
    assert 'src="data:image/png;base64,iVBOR' in face["text/html"]
    assert face["text/plain"].startswith("Panel of OrderWorkflow Order-o1: 2 Author")


def test_the_widget_brings_no_words_of_its_own(built: nbformat.NotebookNode) -> None:
    widget = built.cells[0].outputs[1].data
    assert set(widget) == {"application/vnd.jupyter.widget-view+json", "text/html"}
    assert widget["text/html"] == ""


def test_the_face_keeps_the_moment_of_its_cell(built: nbformat.NotebookNode) -> None:
    assert "<td>open</td>" in built.cells[0].outputs[0].data["text/html"]


def test_a_converted_notebook_shows_the_face_and_nothing_about_widgets(
    built: nbformat.NotebookNode,
) -> None:
    page, _ = nbconvert.HTMLExporter().from_notebook_node(built)
    body = re.sub(r"<(style|script).*?</\1>", "", page[page.index("<body") :], flags=re.DOTALL)
    assert body.count('class="sfwnb-panel sfwnb-face"') == 1
    assert "model_id" not in body
