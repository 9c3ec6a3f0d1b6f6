"""The panel in JupyterLab, over a workflow in memory: looking, sending, and the static face."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.jupyterlab_driver import LabPage

SETUP = """
from sfwnb.widgets.panel import Panel
from tests.fake_workflow import FakeWorkflow
workflow = FakeWorkflow()
panel = Panel(workflow)
"""
Notebook = Callable[..., LabPage]


@pytest.fixture
def page(notebook: Notebook) -> Iterator[LabPage]:
    shown = notebook(SETUP, "panel")
    expect(live(shown)).to_be_visible()
    yield shown
    assert shown.problems == []


def live(page: LabPage) -> Locator:
    return page.notebook.locator(".sfwnb-live:not(.jupyter-widgets-disconnected)")


def face(page: LabPage) -> Locator:
    return page.notebook.locator(".sfwnb-face")


def open_form(page: LabPage, gateway: str, name: str) -> Locator:
    """Unfold the form of a message."""
    live(page).get_by_role("tab", name=gateway).click()
    fold = (
        live(page)
        .locator(".widget-accordion > .jupyter-widget-Collapse:visible")
        .filter(has_text=f"{name}(")
    )
    fold.locator(".jupyter-widget-Collapse-header").click()
    return fold.locator(".sfwnb-form")


def test_a_live_panel_hides_its_static_face(page: LabPage) -> None:
    expect(live(page).get_by_text("The Dispossessed")).to_have_count(1)
    expect(face(page)).to_be_hidden()


def test_a_form_sends_and_the_table_follows(page: LabPage) -> None:
    form = open_form(page, "Actions", "ship")
    form.get_by_label("carrier*").select_option("POST")
    form.get_by_label("quantity*").fill("2")
    form.get_by_label("express").check()
    form.get_by_role("button", name="Do it").click()
    expect(form.locator(".sfwnb-done")).to_contain_text("Done at")
    expect(form.locator("pre")).to_have_text("{'shipment': 's1', 'express': True}")
    live(page).get_by_role("tab", name="Shipment 1").click()
    expect(live(page).get_by_role("cell", name="post")).to_be_visible()


def test_a_changed_cell_says_what_it_was(page: LabPage) -> None:
    form = open_form(page, "Signals", "rename")
    form.get_by_label("title*").fill("Always Coming Home")
    form.get_by_role("button", name="Send").click()
    live(page).get_by_role("tab", name="Book").click()
    cell = live(page).locator("td.sfwnb-changed")
    expect(cell).to_have_text("Always Coming Home")
    expect(cell).to_have_attribute("title", "before: The Dispossessed")


def test_bad_input_is_said_beside_its_field_and_nothing_is_sent(page: LabPage) -> None:
    form = open_form(page, "Actions", "ship")
    form.get_by_label("quantity*").fill("two")
    form.get_by_role("button", name="Do it").click()
    expect(form.get_by_text("Choose one.")).to_be_visible()
    expect(form.get_by_text("valid integer")).to_be_visible()
    expect(form.get_by_text("Not sent")).to_be_visible()


def test_an_error_shows_in_the_form_as_text(page: LabPage) -> None:
    form = open_form(page, "Queries", "fail")
    form.get_by_role("button", name="Ask").click()
    expect(form.get_by_text("ValueError: no <b>such</b> thing")).to_be_visible()


def test_a_record_with_a_script_stays_text(notebook: Notebook) -> None:
    poison = "<script>window.hurt = 1</script><img src=x onerror='window.hurt = 1'>"
    page = notebook(
        SETUP,
        f"workflow.change({{'Book': {{'b1': {{'title': {poison!r}}}}}}})\nworkflow.settle()",
        "panel",
    )
    live(page).get_by_role("tab", name="Book").click()
    expect(live(page).get_by_text("<script>window.hurt")).to_be_visible()
    assert page.page.evaluate("() => window.hurt") is None
    assert page.problems == []


def test_two_panels_and_a_panel_shown_twice_all_follow(notebook: Notebook) -> None:
    page = notebook(
        SETUP, "panel", "Panel(workflow)", "panel", "workflow.change({'Order': {'o2': {}}})"
    )
    expect(live(page)).to_have_count(3)
    for n in range(3):
        expect(live(page).nth(n).get_by_role("tab", name="Order 2")).to_be_visible()
    expect(face(page).locator("visible=true")).to_have_count(0)


def test_after_a_kernel_restart_the_static_face_shows(page: LabPage) -> None:
    page.restart_kernel()
    expect(face(page)).to_be_visible()
    expect(page.notebook.locator(".sfwnb-live")).to_be_hidden()
    expect(page.notebook.get_by_text("Run the cell for the live panel.")).to_be_visible()


def test_a_closed_panel_leaves_its_newest_face(notebook: Notebook) -> None:
    page = notebook(
        SETUP,
        "panel",
        "workflow.change({'Order': {'o1': {'status': 'sent'}}})\nworkflow.settle()\npanel.close()",
    )
    expect(face(page)).to_be_visible()
    expect(face(page).get_by_text("sent", exact=True)).to_be_visible()
    expect(live(page)).to_have_count(0)


def reopened(page: LabPage, name: str, kernel: bool) -> LabPage:
    """The same notebook after it was saved and its kernel ended."""
    page.close_notebook()
    page.open_notebook(name, kernel=kernel)
    return page


@pytest.mark.parametrize("kernel", [False, True], ids=["no kernel", "another kernel"])
def test_a_reopened_notebook_shows_the_static_face_and_no_message_about_widgets(
    page: LabPage, kernel: bool
) -> None:
    name = page.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path")
    reopened(page, name, kernel)
    expect(face(page)).to_be_visible()
    expect(face(page).get_by_text("The Dispossessed")).to_be_visible()
    if kernel:  # JupyterLab gives the model two seconds to appear
        expect(page.notebook.get_by_text("model not found")).to_have_count(1)
    expect(page.notebook.get_by_text("Error displaying widget")).to_be_hidden()
    expect(page.notebook.get_by_text("Loading widget...")).to_be_hidden()
    page.problems.clear()  # without a kernel JupyterLab itself stumbles over null


def test_an_untrusted_notebook_shows_the_static_face(page: LabPage) -> None:
    name = page.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path")
    page.close_notebook()
    path = page.server.root / name
    content = json.loads(path.read_text())
    for cell in content["cells"]:
        cell["source"] += "\n# edited elsewhere"
    (page.server.root / "untrusted.ipynb").write_text(json.dumps(content))
    page.open_notebook("untrusted.ipynb", kernel=False)
    expect(face(page).get_by_text("The Dispossessed")).to_be_visible()
    assert page.page.locator(".jp-NotebookPanel:visible .jp-mod-trusted").count() == 0
